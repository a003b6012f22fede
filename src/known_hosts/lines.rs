//! What the modes of ssh-keygen do to a run of lines. A whole file is many runs, which do not need
//! each other.

use std::convert::Infallible;

use super::hashed::{HASH_LENGTH, hidden};
use super::{Entry, Flaw, HostName, Salt};
use crate::text::numbered_lines;

/// A line that matched.
pub type Found<'a> = (u64, &'a [u8], Entry<'a>);

/// Why a line was kept although others like it change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It is none of a known_hosts file.
    Invalid(Flaw),
    /// Patterns, which cannot be hashed.
    Wildcard(Vec<u8>),
}

/// Lines with their names hidden.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hashed {
    /// The new lines, but for those of `long`.
    text: Vec<u8>,
    /// The entries that get far longer, each with its place in `text`.
    long: Vec<(usize, Long)>,
    /// The lines that could not be hashed, and their numbers.
    pub kept: Vec<(u64, Kept)>,
    /// How many lines were hashed.
    pub hashed: u64,
}

/// An entry of many names with much behind them, which is kept once.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Long {
    names: Vec<[u8; HASH_LENGTH]>,
    behind: Vec<u8>,
}

impl Hashed {
    /// Hands the lines on, piece by piece.
    ///
    /// # Errors
    /// Those of `put`.
    pub fn each_piece<E>(&self, mut put: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut done = 0;
        for (at, long) in &self.long {
            put(&self.text[done..*at])?;
            done = *at;
            for name in &long.names {
                put(name)?;
                put(&long.behind)?;
            }
        }
        put(&self.text[done..])
    }

    /// All lines, as long as they are.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let _: Result<(), Infallible> = self.each_piece(|piece| {
            out.extend_from_slice(piece);
            Ok(())
        });
        out
    }

    /// Adds a text as it is.
    pub fn put(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    /// Adds an entry with its names hidden. Says whether there were any to hide.
    ///
    /// # Errors
    /// [`Flaw::TooManyNames`].
    pub fn add(
        &mut self,
        line: &[u8],
        entry: &Entry<'_>,
        mut salt: impl FnMut() -> Salt,
    ) -> Result<bool, Flaw> {
        let names = || entry.names().split(|&byte| byte == b',').filter(|name| !name.is_empty());
        let plain = !(entry.is_hashed() || entry.has_wildcard() || entry.marker().is_some());
        let length = names().count().saturating_mul(HASH_LENGTH + entry.key_text().len());
        if !plain || length == 0 {
            put_line(&mut self.text, &[line]);
            return Ok(false);
        }
        if length / line.len() >= MAX_GROWTH {
            return Err(Flaw::TooManyNames);
        }
        let mut lower = Vec::new();
        let hidden = names().map(|name| {
            lower.clear();
            lower.extend(name.iter().map(u8::to_ascii_lowercase));
            hidden(&lower, &salt())
        });
        if length / line.len() < MUCH_GROWTH {
            hidden.for_each(|name| put_line(&mut self.text, &[&name, b" ", entry.key_text()]));
        } else {
            let behind = [b" ", entry.key_text(), b"\n"].concat();
            self.long.push((self.text.len(), Long { names: hidden.collect(), behind }));
        }
        Ok(true)
    }
}

/// How many times longer an entry may get. ssh-keygen knows no bound: a MiB of names and comment may fill a disk. The
/// hosts of the largest machines, with names of a few letters and one key, stay below.
const MAX_GROWTH: usize = 128;
/// Entries that get so many times longer are not put together in memory.
const MUCH_GROWTH: usize = 16;

/// What became of the lines of a host that is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// It is none of a known_hosts file, and still there.
    Invalid(Flaw),
}

/// The lines about a host, with their numbers; the first of the run has the number `first`.
pub fn find<'a>(text: &'a [u8], first: u64, host: &HostName) -> impl Iterator<Item = Found<'a>> {
    numbered(text, first).filter_map(|(number, line)| {
        let entry = Entry::read(line).ok()??;
        let found = entry.is_about(host) == Ok(true) && entry.check_type().is_ok();
        found.then_some((number, line, entry))
    })
}

/// Copies all lines but those about a host, which keep only markers. Tells of each line that is
/// gone or invalid.
pub fn remove(text: &[u8], first: u64, host: &HostName) -> (Vec<u8>, Vec<(u64, Removal)>) {
    let mut out = Vec::with_capacity(text.len() + 1);
    let mut events = Vec::new();
    for (number, line) in numbered(text, first) {
        match removal(line, host) {
            Ok(true) => {
                events.push((number, Removal::Removed));
                continue;
            }
            Ok(false) => {}
            Err(flaw) => events.push((number, Removal::Invalid(flaw))),
        }
        put_line(&mut out, &[line]);
    }
    (out, events)
}

fn removal(line: &[u8], host: &HostName) -> Result<bool, Flaw> {
    let Some(entry) = Entry::read(line)? else { return Ok(false) };
    let about = entry.is_about(host)?;
    entry.check_type()?;
    Ok(about && entry.marker().is_none())
}

/// Copies all lines and hides the names in them, one line for each name.
pub fn hash_names(text: &[u8], first: u64, mut salt: impl FnMut() -> Salt) -> Hashed {
    let mut done = Hashed { text: Vec::with_capacity(text.len() * 2), ..Hashed::default() };
    for (number, line) in numbered(text, first) {
        let hashed = checked(line).and_then(|entry| match entry {
            Some(entry) => {
                if entry.has_wildcard() {
                    done.kept.push((number, Kept::Wildcard(entry.names().to_vec())));
                }
                done.add(line, &entry, &mut salt)
            }
            None => {
                put_line(&mut done.text, &[line]);
                Ok(false)
            }
        });
        match hashed {
            Ok(hashed) => done.hashed += u64::from(hashed),
            Err(flaw) => {
                done.kept.push((number, Kept::Invalid(flaw)));
                put_line(&mut done.text, &[line]);
            }
        }
    }
    done
}

fn checked(line: &[u8]) -> Result<Option<Entry<'_>>, Flaw> {
    let entry = Entry::read(line)?;
    entry.map_or(Ok(()), |entry| entry.check_type())?;
    Ok(entry)
}

fn put_line(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        out.extend_from_slice(part);
    }
    out.push(b'\n');
}

/// The lines without their line feeds, and their numbers; the first has the number `first`.
fn numbered(text: &[u8], first: u64) -> impl Iterator<Item = (u64, &[u8])> {
    numbered_lines(text, first).map(|(number, line)| (number, line.strip_suffix(b"\n").unwrap_or(line)))
}

#[cfg(test)]
mod tests;
