//! `-M generate`: candidates for safe primes.

use std::io;
use std::path::Path;
use std::time::Instant;

use serde_json::json;

use crate::commands::failure::{Failure, While as _};

use super::Output;
use crate::commands::json::{MODULI, Silent, file, members, object};
use crate::commands::{Context, Outcome};
use crate::host::clock;
use crate::host::files::{Fresh, Written};
use crate::moduli::{Candidates, Extent, MAX_BITS, MIN_BITS, Natural, random_start, sieve};

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Args {
    /// Where the candidates go, in place of what is there.
    pub output: Output,
    /// The length of the primes in bits.
    pub bits: u32,
    /// Where to start; a random number if it is not said.
    pub start: Option<Natural>,
}

/// Finds candidates.
///
/// # Errors
/// Those of the output, and lengths out of range. A file is then as it was.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let bits = checked(args.bits)?;
    let mut output = match &args.output {
        Output::Stdout => Fresh::stdout(),
        Output::File(path) => open(path)?,
    };
    let start = args.start.map_or_else(|| random_start(bits, &mut ctx.rng), odd);
    let started = Instant::now();
    let time = || clock::read().to_ctime();
    let extent = Extent::OPENSSH;
    ctx.ui.warn(&format!("{} Sieve next {} plus {}-bit", time(), 2 * u64::from(extent.window), bits - 1));
    let progress = ctx.ui.progress("sieving".to_owned());
    let sieved = sieve(&start, extent, &|percent| {
        progress.show(format!("sieving, {percent}%"));
    });
    drop(progress);
    let seconds = started.elapsed().as_secs();
    ctx.ui.warn(&format!("{} Sieved with {} small primes in {seconds} seconds", time(), sieved.primes));
    let candidates = Candidates::new(&start, bits, &sieved);
    let (written, found) = write(&candidates, sieved.offsets(), &mut output).during(FAILED)?;
    ctx.tell(&written);
    ctx.ui.warn(&format!("{} Found {found} candidates", time()));
    let mut members = members(json!({ "bits": bits, "candidates": found }));
    if let Output::File(path) = &args.output {
        members.insert("file".to_owned(), file(path));
        ctx.ui.conclude(&Silent(object(MODULI, members)))?;
    }
    Ok(Outcome::Done)
}

/// Writes a line for each offset, and says how many there were.
fn write(
    candidates: &Candidates<'_>,
    mut offsets: impl Iterator<Item = u64>,
    output: &mut Fresh,
) -> io::Result<(Written, usize)> {
    let mut found = 0;
    loop {
        let some: Vec<u64> = offsets.by_ref().take(AT_ONCE).collect();
        if some.is_empty() {
            return Ok((output.finish()?, found));
        }
        found += some.len();
        output.write(candidates.lines(&some, &clock::read().to_utc_digits()).as_bytes())?;
    }
}

fn checked(bits: u32) -> Result<u32, Failure> {
    if bits > MAX_BITS {
        return Err(Failure::other(format!("Too many bits: {bits} > {MAX_BITS}"))).during(FAILED);
    }
    if bits < MIN_BITS {
        return Err(Failure::other(format!("Too few bits: {bits} < {MIN_BITS}"))).during(FAILED);
    }
    Ok(bits)
}

fn open(path: &Path) -> Result<Fresh, Failure> {
    Fresh::open(path).during_step(|| format!("Couldn't open modulus candidate file \"{}\"", path.display()))
}

fn odd(start: Natural) -> Natural {
    if start.is_odd() { start } else { start.plus(1) }
}

/// ssh-keygen's last words.
const FAILED: &str = "modulus candidate generation failed";
/// How many lines are written at once.
const AT_ONCE: usize = 1 << 10;
