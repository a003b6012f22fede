//! `-F`: the lines about a host.

use std::io::{self, Write};
use std::path::PathBuf;

use chacha20::ChaCha20Rng;
use serde_json::{Value, json};

use super::{BATCH, Headers, Salts, hint, path};
use crate::commands::failure::Failure;
use crate::commands::json::{FIND_HOST, file, key_members, members};
use crate::commands::key_list::in_batches;
use crate::commands::{Context, Outcome};
use crate::host::lines::LineBatch;
use crate::host::ui::{List, Report};
use crate::host::{files, locale};
use crate::key::{Comment, HashAlgorithm, bubblebabble};
use crate::known_hosts::{self, Found, Hashed, HostName, KeyOfHost, Marker};
use crate::text::Charset;

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

/// What a run of lines has about the host: the text, and the lines themselves.
struct Lines<'a> {
    args: &'a Args,
    text: Hashed,
    /// The numbers of the lines that were found, and the lines.
    found: Vec<(u64, Vec<u8>)>,
}

impl Report for Lines<'_> {
    fn text(&self) -> Vec<u8> {
        self.text.to_bytes()
    }

    fn json(&self) -> Value {
        let entries = self.found.iter().filter_map(|(number, line)| {
            let found = known_hosts::find(line, *number, &self.args.host).next()?;
            Some(self.args.json(&found, found.2.key().ok().as_ref()))
        });
        entries.collect()
    }

    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        self.text.each_piece(|piece| out.write_all(piece))
    }
}

/// Looks for the host.
///
/// # Errors
/// Those of reading.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = path(args.file.clone())?;
    if path.is_dir() {
        // To ssh-keygen a directory is an empty file here.
        return Ok(Outcome::No);
    }
    let charset = locale::charset();
    let mut found = false;
    let salts = Salts::new(&mut ctx.rng);
    let look = |batch: LineBatch| {
        let mut rng = salts.of(&batch);
        let mut lines = Lines { args: &args, text: Hashed::default(), found: Vec::new() };
        for line in known_hosts::find(&batch.text, batch.first, &args.host) {
            let key = line.2.key().ok();
            if key.is_none() && matches!(args.show, Show::Fingerprints(_)) {
                continue;
            }
            args.text(&line, key.as_ref(), charset, &mut rng, &mut lines.text);
            lines.found.push((line.0, line.1.to_vec()));
        }
        lines
    };
    let host = String::from_utf8_lossy(args.host.as_bytes());
    let list = List::new(FIND_HOST, "entries").with("file", file(&path)).with("host", host);
    ctx.ui.begin(list)?;
    in_batches(files::open(&path)?, BATCH, look, |lines| {
        if lines.found.is_empty() {
            return Ok(());
        }
        found = true;
        Ok(ctx.ui.items(&lines)?)
    })?;
    ctx.ui.end(members(json!({ "found": found })))?;
    if !found {
        hint(args.host.as_bytes()).iter().for_each(|hint| ctx.ui.inform(hint));
    }
    Ok(if found { Outcome::Done } else { Outcome::No })
}

impl Args {
    fn text(
        &self,
        &(number, line, entry): &Found<'_>,
        key: Option<&KeyOfHost<'_>>,
        charset: Charset,
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
            (Show::Fingerprints(show), Some(key)) => out.put(&self.fingerprint(show, key, charset)),
            (Show::Hashed, _) => {
                if out.add(line, &entry, || known_hosts::salt(rng)).is_err() {
                    out.put(&[line, b"\n"].concat());
                }
            }
            // To ssh-keygen, NUL ends a line.
            _ => out.put(&[line.split(|&byte| byte == 0).next().unwrap_or_default(), b"\n"].concat()),
        }
    }

    fn fingerprint(&self, show: Fingerprints, key: &KeyOfHost<'_>, charset: Charset) -> Vec<u8> {
        let mut out = Vec::new();
        let fingerprint = key.key.fingerprint(show.hash);
        let shown = if show.words { bubblebabble(key.key.key().blob()) } else { fingerprint.to_string() };
        out.extend(charset.escape(self.host.as_bytes(), PRINTED));
        out.extend(format!(" {} {shown}", key.key.display_name()).into_bytes());
        if !key.comment.is_empty() {
            out.push(b' ');
            out.extend(charset.escape(key.comment, PRINTED));
        }
        out.push(b'\n');
        if show.picture {
            out.extend(key.key.randomart(&fingerprint).into_bytes());
            out.push(b'\n');
        }
        out
    }

    fn json(&self, &(number, _, entry): &Found<'_>, key: Option<&KeyOfHost<'_>>) -> Value {
        let hash = match self.show {
            Show::Fingerprints(Fingerprints { hash, .. }) => hash,
            Show::Lines | Show::Hashed => HashAlgorithm::default(),
        };
        let names: Vec<_> = entry.names().split(|&byte| byte == b',').map(String::from_utf8_lossy).collect();
        let mut members = members(json!({ "line": number, "names": names, "hashed": entry.is_hashed() }));
        if let Some(marker) = entry.marker() {
            members.insert("marker".to_owned(), marker.word().into());
        }
        if let Some(key) = key {
            let comment = Comment::from_file(key.comment.trim_ascii_end());
            members.insert("key".to_owned(), key_members(&key.key, &comment, hash).into());
        }
        members.into()
    }
}

/// Control characters that ssh-keygen prints as they are.
const PRINTED: &[char] = &['\t', '\r'];
