//! `-M screen`: which of the candidates in a file are safe primes.

use std::io::{self, BufRead, Read};
use std::path::PathBuf;

use crate::commands::failure::{Failure, While as _};
use chacha20::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde_json::json;

use super::Output;
use super::checkpoint::Checkpoint;
use super::screening::Report;
use crate::commands::json::{MODULI, Silent, file, members, object};
use crate::commands::{Context, Outcome};
use crate::host::files::{self, Appender};
use crate::host::input::Input;
use crate::host::parallel::in_order;
use crate::host::ui::Ui;
use crate::host::{clock, process};
use crate::moduli::{LONGEST_LINE, PrimeTests, Screened, Screening, screen};

/// What to screen, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Args {
    /// The candidates.
    pub input: Input,
    /// Where the safe primes go, behind what is there.
    pub output: Output,
    /// How many lines to pass over.
    pub start_line: u64,
    /// How many lines to screen behind those; all of them if it is not said.
    pub lines: Option<u64>,
    /// The file that says how far the work is.
    pub checkpoint: Option<PathBuf>,
    /// How often each number is tested.
    pub prime_tests: u32,
    /// The only generator that is wanted.
    pub generator: Option<u32>,
}

/// Screens the candidates.
///
/// # Errors
/// Those of the files, too few tests, and a line that is no candidate. What was found before it is
/// in the output, and the checkpoint is behind it.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let total = count_lines(&args.input);
    let input = open(&args.input)?;
    let mut output = args.open_output()?;
    let Some(tests) = PrimeTests::new(args.prime_tests) else {
        return Err(Failure::other(format!("Minimum primality trials is {}", PrimeTests::MIN)))
            .during(FAILED);
    };
    let asked = Screening { tests, generator: args.generator };
    let (mut checkpoint, done) = args.checkpoint.map(|path| Checkpoint::load(path, ctx.ui)).unzip();
    let first = args.start_line.max(done.unwrap_or(0));
    let end = args.lines.map_or(total, |lines| Some(args.start_line.saturating_add(lines)));
    let lines = Lines { from: input, read: 0, first, end: end.unwrap_or(u64::MAX) };
    let mut report = Report::new(first, end, ctx.ui);
    in_order(
        AHEAD,
        lines.batches(&mut ctx.rng),
        |mut batch| (batch.last, batch.lines.len(), screen(&batch.lines, asked, &mut batch.random)),
        |(last, count, screened)| {
            let unread = screened.unreadable.map_or(0, |place| count - place);
            let done = last - u64::try_from(unread).unwrap_or(0);
            process::uninterrupted(|| keep(&mut output, &screened, done, checkpoint.as_mut(), report.ui()))
                .during(FAILED)?;
            report.add(done, &screened);
            match screened.unreadable {
                None => Ok(()),
                Some(_) => {
                    Err(Failure::other(format!("line {}: the modulus is not a hexadecimal number", done + 1)))
                }
            }
        },
    )?;
    if let Some(checkpoint) = checkpoint {
        checkpoint.remove(report.ui());
    }
    let (tested, found) = report.conclude();
    if let Output::File(path) = &args.output {
        let members = members(json!({ "file": file(path), "candidates": tested, "safe_primes": found }));
        ctx.ui.conclude(&Silent(object(MODULI, members)))?;
    }
    Ok(Outcome::Done)
}

/// Writes what was found. The checkpoint follows when the output is on disk, so that after a power
/// loss nothing is missing; something may be there twice.
fn keep(
    output: &mut Appender,
    screened: &Screened,
    done: u64,
    checkpoint: Option<&mut Checkpoint>,
    ui: &mut dyn Ui,
) -> io::Result<()> {
    if !screened.safe.is_empty() {
        let time = clock::read().to_utc_digits();
        output.write(screened.safe.iter().map(|line| line.at(&time)).collect::<String>().as_bytes())?;
    }
    if let Some(checkpoint) = checkpoint {
        if !screened.safe.is_empty() {
            output.sync()?;
        }
        checkpoint.note(done, ui);
    }
    Ok(())
}

impl Args {
    fn open_output(&self) -> Result<Appender, Failure> {
        match &self.output {
            Output::Stdout => Ok(Appender::stdout()),
            Output::File(path) => Appender::open(path)
                .during_step(|| format!("Couldn't open moduli file \"{}\"", path.display())),
        }
    }
}

fn open(input: &Input) -> Result<Box<dyn BufRead>, Failure> {
    let opening = || format!("Couldn't open modulus candidate file \"{}\"", input.path().display());
    input.open().map_err(files::Unreadable::into_cause).during_step(opening)
}

/// How many lines the file has, if it can be read twice.
fn count_lines(input: &Input) -> Option<u64> {
    match input {
        Input::File(path) if path.is_file() => {
            let mut lines = Lines { from: open(input).ok()?, read: 0, first: 0, end: u64::MAX };
            while lines.next().ok()?.is_some() {}
            Some(lines.read)
        }
        _ => None,
    }
}

/// Some lines to screen together.
struct Batch {
    lines: Vec<Vec<u8>>,
    /// The number of the last of them, counted from 1.
    last: u64,
    random: ChaCha20Rng,
}

/// The lines behind `first` and up to `end`.
struct Lines {
    from: Box<dyn BufRead>,
    /// How many were read.
    read: u64,
    first: u64,
    end: u64,
}

impl Lines {
    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        while self.read < self.end {
            let mut line = Vec::new();
            if self.from.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            self.read += 1;
            if self.read > self.first {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    fn batches(mut self, rng: &mut ChaCha20Rng) -> impl Iterator<Item = Result<Batch, Failure>> {
        std::iter::from_fn(move || {
            let lines: io::Result<Vec<_>> =
                std::iter::from_fn(|| self.next().transpose()).take(BATCH).collect();
            let lines = match lines {
                Ok(lines) if lines.is_empty() => return None,
                lines => lines.during("cannot read the candidates"),
            };
            let mut seed = [0; 32];
            rng.fill_bytes(&mut seed);
            Some(lines.map(|lines| Batch { lines, last: self.read, random: ChaCha20Rng::from_seed(seed) }))
        })
    }
}

/// ssh-keygen's last words.
const FAILED: &str = "modulus screening failed";
/// How many lines are screened together: enough that most tests are of several numbers at once.
const BATCH: usize = 32;
/// How many batches wait for each thread: the long tests of one safe prime take as long as those of
/// several batches.
const AHEAD: usize = 8;
