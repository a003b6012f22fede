//! `-Q`: what a key revocation list says.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use serde_json::{Value, json};
use thiserror::Error;

use super::json::{KRL_QUERY, Members, Part, Style, file};
use super::{Context, Outcome, public};
use crate::certificate::one_line;
use crate::host::parallel::in_order;
use crate::host::ui::{self, List, Report, Ui};
use crate::host::{clock, locale};
use crate::key::Comment;
use crate::krl::{self, Krl, Listing};

/// What to ask.
#[derive(Debug)]
pub struct Args {
    /// The list.
    pub file: PathBuf,
    /// `-l`: whether the list itself is wanted.
    pub show: Show,
    /// The keys and certificates.
    pub keys: Vec<PathBuf>,
}

/// Whether the list itself is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// The answers alone.
    Answers,
    /// The list, then the answers.
    ListAndAnswers,
}

/// Why there is no answer.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// `-Q` without `-f`.
    #[error("KRL checking requires an input file")]
    NoFile,
    /// A key that OpenSSH no longer reads, and so never calls sound.
    #[error("Cannot load public key {}: OpenSSH no longer supports such keys", .0.display())]
    Obsolete(PathBuf),
}

/// Prints the list if wanted, and for each key whether it is revoked.
///
/// # Errors
/// Those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let krl = load(&args.file)?;
    let mut list = List::new(KRL_QUERY, "keys").with("file", file(&args.file));
    if args.show == Show::ListAndAnswers {
        if ctx.ui.prints_json() {
            list = list.with("list", krl::to_json(&krl));
        }
        show(&krl, ctx)?;
    }
    ctx.ui.begin(list)?;
    let style = Style::of(ctx.ui);
    let mut revoked = false;
    let work = |paths: &[PathBuf]| ask(&krl, paths, style);
    let take = |answers: Answers| {
        revoked |= answers.revoked;
        ctx.ui.items(&answers.part)?;
        answers.failure.map_or(Ok(()), Err)
    };
    in_order(AHEAD, args.keys.chunks(BATCH).map(Ok), work, take)?;
    ctx.ui.end(Members::new())?;
    Ok(if revoked { Outcome::No } else { Outcome::Done })
}

/// So many keys are read together.
const BATCH: usize = 32;
/// So many batches for each core are read before they are wanted.
const AHEAD: usize = 4;

/// What the list says of some keys, and what kept the next one from being read.
struct Answers {
    part: Part,
    revoked: bool,
    failure: Option<Failure>,
}

/// Looks keys up until one cannot be read.
fn ask(krl: &Krl, paths: &[PathBuf], style: Style) -> Answers {
    let mut answers = Answers { part: Part::new(style), revoked: false, failure: None };
    for path in paths {
        match ask_of(krl, path) {
            Ok(answer) => {
                answers.revoked |= answer.is_revoked;
                answers.part.add(&answer);
            }
            Err(failure) => {
                answers.failure = Some(failure);
                break;
            }
        }
    }
    answers
}

/// What the list says of a key.
struct Answer<'a> {
    path: &'a Path,
    comment: Comment,
    is_revoked: bool,
}

impl Report for Answer<'_> {
    fn text(&self) -> Vec<u8> {
        let mut text = self.path.as_os_str().as_encoded_bytes().to_vec();
        if !self.comment.is_empty() {
            text.extend([b" (", &one_line(self.comment.as_bytes())[..], b")"].concat());
        }
        text.extend_from_slice(if self.is_revoked { b": REVOKED\n" } else { b": ok\n" });
        text
    }

    fn json(&self) -> Value {
        json!({ "file": file(self.path), "comment": self.comment.to_text(), "revoked": self.is_revoked })
    }
}

/// Looks a key up.
fn ask_of<'a>(krl: &Krl, path: &'a Path) -> Result<Answer<'a>, Failure> {
    let (key, comment) =
        public::load(path).during_step(|| format!("Cannot load public key {}", path.display()))?;
    if key.is_obsolete() {
        return Err(Error::Obsolete(path.to_owned()).into());
    }
    Ok(Answer { path, comment, is_revoked: krl.revokes(&key) })
}

/// Prints the list piece by piece: it may be a hundred times as long as its file.
fn show(krl: &Krl, ctx: &mut Context<'_>) -> Result<(), Failure> {
    let zone = clock::read().zone;
    let charset = locale::charset();
    let listing = Listing { krl, zone: &zone, charset };
    let mut out = BufWriter::with_capacity(1 << 16, Printer { ui: ctx.ui, error: None });
    let written = listing.write(&mut out).and_then(|()| out.flush());
    let (printer, _) = out.into_parts();
    if let Some(error) = printer.error {
        return Err(error.into());
    }
    written?;
    for _ in 0..listing.unreadable() {
        ctx.ui.warn("parse KRL key: invalid format");
    }
    Ok(())
}

/// Standard output as a writer.
struct Printer<'a> {
    ui: &'a mut dyn Ui,
    /// Why it cannot be written.
    error: Option<ui::Error>,
}

impl Write for Printer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.ui.print_text(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                self.error = Some(error);
                Err(io::ErrorKind::Other.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Loads a list.
pub(super) fn load(path: &Path) -> Result<Krl, Failure> {
    let bytes = public::read(path).during_step(|| format!("Unable to load KRL {}", path.display()))?;
    Krl::from_bytes(&bytes).during_step(|| format!("Invalid KRL file {}", path.display()))
}
