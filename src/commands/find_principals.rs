//! `-Y find-principals`: who may have made a signature.

use std::path::PathBuf;

use serde_json::json;

use super::failure::Failure;
use super::json::{PRINCIPALS, Ready, members, object};
use super::verify::{read_allowed, read_signature, verify_time};
use super::{Context, Outcome};
use crate::allowed_signers::{self, Question};
use crate::date::Moment;
use crate::host::clock;
use crate::sshsig;
use crate::text::shown;

/// Which signature, by which file.
#[derive(Debug)]
pub struct Args {
    /// `-s`.
    pub signature: PathBuf,
    /// `-f`.
    pub allowed: PathBuf,
    /// `-O verify-time`.
    pub time: Option<Moment>,
}

/// Prints the principals of the first line that lets the key sign, one a line.
///
/// # Errors
/// Those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let clock = clock::read();
    let key = sshsig::signer(&read_signature(&args.signature)?)?;
    let file = read_allowed(&args.allowed)?;
    let question = Question { key: &key, time: verify_time(args.time, &clock)?, clock: &clock };
    for (number, line) in allowed_signers::lines(&file) {
        match question.principals(line) {
            Ok(None) => {}
            Ok(Some(principals)) => {
                ctx.ui.print(&listing(&principals))?;
                return Ok(Outcome::Done);
            }
            Err(refusal) => ctx.ui.warn(&format!("{}:{number}: {refusal}", shown(&args.allowed))),
        }
    }
    ctx.ui.print(&listing(&[]))?;
    ctx.ui.warn("No principal matched.");
    Ok(Outcome::NoSigner)
}

/// The names, one a line; as JSON an object even if there are none.
fn listing(principals: &[Vec<u8>]) -> Ready {
    let shown: Vec<_> = principals.iter().map(|name| String::from_utf8_lossy(name)).collect();
    let json = object(PRINCIPALS, members(json!({ "principals": shown })));
    let text = principals.iter().flat_map(|name| [name.as_slice(), b"\n"].concat()).collect();
    Ready { text, json }
}
