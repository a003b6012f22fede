//! `-l` and `-B`: fingerprints of keys of every kind, wherever they stand.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use serde_json::Value;
use thiserror::Error;

use super::report::{Ready, key_members, printable};
use super::{Context, Outcome, load, public};
use crate::format::KeyFile;
use crate::host::batches::read_line;
use crate::host::{files, locale};
use crate::key::{Comment, Fingerprint, HashAlgorithm, KeyInLine, Published, bubblebabble, randomart};
use crate::secret::Passphrase;

/// What to show, and how.
#[derive(Debug)]
pub struct Args {
    /// The file; `-` is standard input.
    pub file: Option<PathBuf>,
    /// `-E`.
    pub hash: HashAlgorithm,
    /// `-B`: as words that can be spoken.
    pub bubblebabble: bool,
    /// `-v`: the picture too.
    pub picture: bool,
}

/// Why there is nothing to show.
#[derive(Debug, Error)]
pub enum Error {
    /// No line of the file holds a key.
    #[error("{} is not a public key file.", .0.display())]
    NoPublicKey(PathBuf),
    /// The private key tells nothing without its passphrase, and its `.pub` is not there.
    #[error("{} is not a key file.", .0.display())]
    NoKey(PathBuf),
}

/// Shows the fingerprints.
///
/// # Errors
/// [`enum@Error`] and those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = load::ask_path(args.file.clone(), ctx)?;
    let mut shown = Vec::new();
    let found = if path.as_os_str() == "-" {
        each_line(std::io::stdin().lock(), &mut |key, comment| args.show(key, comment, ctx, &mut shown))?
    } else {
        let mut file = BufReader::new(files::open(&path)?);
        let start = file.fill_buf().during_step(|| path.display().to_string())?;
        if KeyFile::is_meant(start) {
            let (key, comment) = of_private_file(&path, ctx)?;
            args.show(&key, comment.as_deref(), ctx, &mut shown)?;
            true
        } else {
            let mut show = |key: &_, comment: Option<&[u8]>| args.show(key, comment, ctx, &mut shown);
            each_line(file, &mut show)? || of_other_format(&path, &mut show)?
        }
    };
    if !found {
        let name = if path.as_os_str() == "-" { PathBuf::from("(stdin)") } else { path };
        return Err(Error::NoPublicKey(name).into());
    }
    if ctx.ui.wants_json() {
        ctx.ui.print(&Ready { text: Vec::new(), json: Value::Array(shown) })?;
    }
    Ok(Outcome::Done)
}

/// No line with a key is longer, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

type Show<'a> = dyn FnMut(&Published, Option<&[u8]>) -> Result<(), Failure> + 'a;

/// Shows the key of each line that holds one, and says whether any did.
fn each_line(mut from: impl BufRead, show: &mut Show<'_>) -> Result<bool, Failure> {
    let mut line = Vec::new();
    let mut found = false;
    loop {
        line.clear();
        if read_line(&mut from, &mut line, LONGEST_LINE).during("cannot read on")? == 0 {
            return Ok(found);
        }
        if let Some(KeyInLine { key, comment }) = KeyInLine::find(&line) {
            show(&key, comment)?;
            found = true;
        }
    }
}

/// A public key as RFC 4716 or OpenSSL write it.
fn of_other_format(path: &Path, show: &mut Show<'_>) -> Result<bool, Failure> {
    let Ok(file) = files::read(path) else { return Ok(false) };
    let Some((key, _)) = load::public_of_any_format(file.expose()) else { return Ok(false) };
    show(&key, None)?;
    Ok(true)
}

impl Args {
    fn show(
        &self,
        key: &Published,
        comment: Option<&[u8]>,
        ctx: &mut Context<'_>,
        shown: &mut Vec<Value>,
    ) -> Result<(), Failure> {
        if ctx.ui.wants_json() {
            let comment = Comment::from_file(comment.unwrap_or_default());
            shown.push(Value::Object(key_members(key, &comment, self.hash)));
            return Ok(());
        }
        let fingerprint = key.fingerprint(self.hash);
        let text = self.text(key, comment.unwrap_or(b"no comment"), &fingerprint);
        Ok(ctx.ui.print(&Ready { text, json: Value::Null })?)
    }

    fn text(&self, key: &Published, comment: &[u8], fingerprint: &Fingerprint) -> Vec<u8> {
        let shown = if self.bubblebabble { bubblebabble(key.key().blob()) } else { fingerprint.to_string() };
        let mut text = format!("{} {shown} ", key.key().bits()).into_bytes();
        text.extend(printable(comment, locale::is_utf8()));
        text.extend(format!(" ({})\n", key.display_name()).into_bytes());
        if self.picture {
            text.extend(randomart(key, fingerprint).into_bytes());
            text.push(b'\n');
        }
        text
    }
}

/// The public half of a private key file, from `.pub` beside it or from the file itself, and the
/// comment, from wherever there is one.
fn of_private_file(path: &Path, ctx: &mut Context<'_>) -> Result<(Published, Option<Vec<u8>>), Failure> {
    if let Some(found) = of_public_file(&public::with_suffix(path, ".pub")) {
        return Ok(found);
    }
    let file = load::private_file(path, ctx);
    let readable = file.as_ref().ok().cloned().or_else(|| files::read(path).ok());
    let key_file = readable.and_then(|file| KeyFile::parse(file.expose()).ok());
    let opened =
        key_file.as_ref().filter(|_| file.is_ok()).and_then(|file| file.open(&Passphrase::empty()).ok());
    if let Some(key) = opened {
        let holds = key_file.as_ref().is_some_and(|file| file.container().holds_comment());
        let comment = holds.then(|| key.comment().as_bytes().to_vec());
        return Ok((Published::Key(key.public().clone()), comment));
    }
    match key_file.as_ref().and_then(KeyFile::public) {
        Some(public) => Ok((Published::Key(public.clone()), None)),
        None => {
            file?;
            Err(Error::NoKey(path.to_owned()).into())
        }
    }
}

/// The key of a `.pub` file.
fn of_public_file(path: &Path) -> Option<(Published, Option<Vec<u8>>)> {
    let text = files::read(path).ok()?;
    let (key, comment) = public::of_named(text.expose(), path, KeyInLine::find)?;
    Some((key, Some(comment.as_bytes().to_vec())))
}
