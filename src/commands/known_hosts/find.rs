//! `-F`: the lines about a host.

use std::io::{self, Write};
use std::path::PathBuf;

use chacha20::ChaCha20Rng;
use serde_json::{Value, json};

use super::{AHEAD, Headers, batches, check_there, path};
use crate::commands::failure::Failure;
use crate::commands::report::{Ready, key_members, printable};
use crate::commands::{Context, Outcome};
use crate::host::batches::{Batch, in_order};
use crate::host::ui::Report;
use crate::host::{files, locale};
use crate::key::{Comment, HashAlgorithm, bubblebabble, randomart};
use crate::known_hosts::{self, Entry, Found, Hashed, HostName, KeyOfHost, Marker};

/// What to look for.
#[derive(Debug)]
pub struct Args {
    /// The host.
    pub host: HostName,
    /// The file.
    pub file: Option<PathBuf>,
    /// How to show what is found.
    pub show: Show,
    /// Whether the number of each line is said.
    pub headers: Headers,
}

/// How lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// As they are.
    Lines,
    /// With their names hidden.
    Hashed,
    /// Only the fingerprint of the key.
    Fingerprints(Fingerprints),
}

/// How fingerprints are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprints {
    /// `-E`.
    pub hash: HashAlgorithm,
    /// `-B`: as words that can be spoken.
    pub words: bool,
    /// `-v`: the picture too.
    pub picture: bool,
}

/// The text of what a run of lines had; the JSON of all runs is one object.
struct Lines(Hashed);

impl Report for Lines {
    fn text(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    fn json(&self) -> Value {
        Value::Null
    }

    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.each_piece(|piece| out.write_all(piece))
    }
}

/// Looks for the host.
///
/// # Errors
/// Those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = path(args.file.clone())?;
    check_there(&path)?;
    let wants_json = ctx.ui.wants_json();
    let utf8 = locale::is_utf8();
    let mut matches = Vec::new();
    let mut found = false;
    let look = |(batch, mut rng): (Batch, ChaCha20Rng)| {
        let (mut text, mut matches, mut found) = (Hashed::default(), Vec::new(), false);
        for line in known_hosts::find(&batch.text, batch.first, &args.host) {
            let key = line.2.key().ok();
            if key.is_none() && matches!(args.show, Show::Fingerprints(_)) {
                continue;
            }
            found = true;
            if wants_json {
                matches.push(args.json(&line, key.as_ref()));
            } else {
                args.text(&line, key.as_ref(), utf8, &mut rng, &mut text);
            }
        }
        (text, matches, found)
    };
    let batches = batches(files::open(&path)?, &mut ctx.rng);
    in_order(AHEAD, batches, look, |(text, some, any)| -> Result<(), Failure> {
        found |= any;
        matches.extend(some);
        if any && !wants_json {
            ctx.ui.print(&Lines(text))?;
        }
        Ok(())
    })?;
    if wants_json {
        let json = json!({
            "schema": "rkeygen/known-hosts-find/1",
            "file": path.to_string_lossy(),
            "host": String::from_utf8_lossy(args.host.as_bytes()),
            "found": found,
            "matches": matches,
        });
        ctx.ui.print(&Ready { text: Vec::new(), json })?;
    }
    Ok(if found { Outcome::Done } else { Outcome::No })
}

impl Args {
    fn text(
        &self,
        &(number, line, entry): &Found<'_>,
        key: Option<&KeyOfHost<'_>>,
        utf8: bool,
        rng: &mut ChaCha20Rng,
        out: &mut Hashed,
    ) {
        if self.headers == Headers::Shown {
            let marker = match entry.marker() {
                None => "",
                Some(Marker::CertAuthority) => "CA",
                Some(Marker::Revoked) => "REVOKED",
            };
            let behind = format!(" found: line {number} {marker}\n");
            out.put(&[b"# Host ", self.host.as_bytes(), behind.as_bytes()].concat());
        }
        match (self.show, key) {
            (Show::Fingerprints(show), Some(key)) => out.put(&self.fingerprint(show, key, utf8)),
            (Show::Hashed, _) => {
                if out.add(line, &entry, || known_hosts::salt(rng)).is_err() {
                    out.put(&[line, b"\n"].concat());
                }
            }
            _ => out.put(&[line, b"\n"].concat()),
        }
    }

    fn fingerprint(&self, show: Fingerprints, key: &KeyOfHost<'_>, utf8: bool) -> Vec<u8> {
        let mut out = Vec::new();
        let fingerprint = key.key.fingerprint(show.hash);
        let shown = if show.words { bubblebabble(key.key.key().blob()) } else { fingerprint.to_string() };
        out.extend(printable(self.host.as_bytes(), utf8));
        out.extend(format!(" {} {shown}", key.key.display_name()).into_bytes());
        if !key.comment.is_empty() {
            // The line end of a file from Windows is printed as it is.
            let (comment, end) = match key.comment.split_last() {
                Some((b'\r', comment)) => (comment, &b"\r"[..]),
                _ => (key.comment, &b""[..]),
            };
            out.push(b' ');
            out.extend(printable(comment, utf8));
            out.extend(end);
        }
        out.push(b'\n');
        if show.picture {
            out.extend(randomart(&key.key, &fingerprint).into_bytes());
            out.push(b'\n');
        }
        out
    }

    fn json(&self, &(number, _, entry): &Found<'_>, key: Option<&KeyOfHost<'_>>) -> Value {
        let hash = match self.show {
            Show::Fingerprints(Fingerprints { hash, .. }) => hash,
            Show::Lines | Show::Hashed => HashAlgorithm::default(),
        };
        let key = key.map(|key| {
            let comment = Comment::from_file(key.comment.trim_ascii_end());
            Value::Object(key_members(&key.key, &comment, hash))
        });
        json!({ "line": number, "marker": marker(&entry), "names": names(&entry), "hashed": entry.is_hashed(), "key": key })
    }
}

fn marker(entry: &Entry<'_>) -> Option<&'static str> {
    entry.marker().map(Marker::word)
}

fn names(entry: &Entry<'_>) -> String {
    String::from_utf8_lossy(entry.names()).into_owned()
}
