//! A list whose lines are copied one by one, some of them changed, and others put after them.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::item::Line;
use super::{BATCH, Error, in_batches};
use crate::commands::failure::Failure;
use crate::commands::known_hosts::backup_of;
use crate::host::files::{Rewrite, Written};
use crate::key_list::{Beside, Conflict, Kind, Relation, Request};

/// What becomes of lines that stand against what is requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The list stays as it is.
    Refuse,
    /// They are replaced.
    Replace,
    /// They go; what cannot go is left.
    Remove,
}

/// What was found in a list, whose lines are copied.
#[derive(Debug, Default)]
pub(super) struct Copied {
    /// The places in the request of the entries that are there.
    present: HashSet<usize>,
    /// The lines with them.
    pub(super) found: Vec<Line>,
    /// The lines that were taken out.
    pub(super) removed: Vec<u64>,
    /// The lines of which a part was taken out.
    pub(super) shortened: Vec<u64>,
    /// The lines that were to go, and cannot.
    pub(super) left: Vec<u64>,
    against: Option<(u64, Conflict, Stands)>,
    entries: u64,
    invalid: u64,
    /// How many lines there are.
    pub(super) lines: u64,
    /// How the last of them ends.
    ending: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// Until someone says that it may be replaced.
    Unasked,
    /// In any case.
    Firmly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Ending {
    #[default]
    Newline,
    CarriageReturn,
    /// The last line has none; those before it have this one.
    Missing(&'static [u8]),
}

/// What became of one line.
enum Event {
    Present(usize, Option<Line>),
    Removed(u64),
    Shortened(u64),
    Left(u64),
    Against(u64, Conflict, Stands),
}

/// What a batch of lines became.
#[derive(Default)]
struct Part {
    text: Vec<u8>,
    events: Vec<Event>,
    entries: u64,
    invalid: u64,
    lines: u64,
}

/// What is done to a list.
pub(super) struct Change<'a> {
    pub(super) kind: Kind,
    pub(super) request: &'a dyn Request,
    pub(super) against: Against,
}

impl Change<'_> {
    /// Copies a list without what stands against the request.
    ///
    /// # Errors
    /// Those of the files.
    pub(super) fn copy(&self, source: File, rewrite: &mut Rewrite) -> Result<Copied, Failure> {
        let mut copied = Copied::default();
        in_batches(
            source,
            BATCH,
            |batch| {
                let mut part = Part::default();
                batch.lines().for_each(|(number, line)| self.line(number, line, &mut part));
                (part, Ending::of(&batch.text))
            },
            |(part, ending)| {
                rewrite.write(&part.text)?;
                copied.add(part);
                copied.ending = copied.ending.then(ending);
                Ok(())
            },
        )?;
        copied.renumber();
        Ok(copied)
    }

    fn line(&self, number: u64, line: &[u8], part: &mut Part) {
        part.lines += 1;
        let relations = match self.request.beside(line) {
            Beside::Nothing => Vec::new(),
            Beside::Invalid => {
                part.invalid += 1;
                Vec::new()
            }
            Beside::Entry(relations) => {
                part.entries += 1;
                relations
            }
        };
        let mut against = None;
        for (place, relation) in relations {
            match relation {
                Relation::Same => {
                    part.events.push(Event::Present(place, Line::new(self.kind, number, line)));
                }
                Relation::Against(conflict) => against = against.or(Some(conflict)),
            }
        }
        match against {
            None => part.text.extend_from_slice(line),
            Some(conflict) => self.stands_against(number, line, conflict, part),
        }
    }

    fn stands_against(&self, number: u64, line: &[u8], conflict: Conflict, part: &mut Part) {
        let left = self.request.without(line);
        match (self.against, left) {
            (Against::Remove, None) => {
                part.events.push(Event::Left(number));
                part.text.extend_from_slice(line);
            }
            (Against::Replace | Against::Remove, Some(left)) if conflict != Conflict::Revoked => {
                let event = if left.is_empty() { Event::Removed(number) } else { Event::Shortened(number) };
                part.events.push(event);
                part.text.extend(left);
            }
            (Against::Refuse, Some(_)) if conflict != Conflict::Revoked => {
                part.events.push(Event::Against(number, conflict, Stands::Unasked));
                part.text.extend_from_slice(line);
            }
            _ => {
                part.events.push(Event::Against(number, conflict, Stands::Firmly));
                part.text.extend_from_slice(line);
            }
        }
    }
}

impl Copied {
    fn add(&mut self, part: Part) {
        self.entries += part.entries;
        self.invalid += part.invalid;
        self.lines += part.lines;
        for event in part.events {
            match event {
                Event::Present(place, line) => {
                    self.present.insert(place);
                    let is_new =
                        |line: &Line| self.found.last().is_none_or(|last| last.number != line.number);
                    self.found.extend(line.filter(is_new));
                }
                Event::Removed(line) => self.removed.push(line),
                Event::Shortened(line) => self.shortened.push(line),
                Event::Left(line) => self.left.push(line),
                Event::Against(line, conflict, stands) => {
                    self.against = self.against.or(Some((line, conflict, stands)));
                }
            }
        }
    }

    /// The entries that are there get the numbers of their lines without those that were taken out.
    fn renumber(&mut self) {
        for line in &mut self.found {
            let gone = self.removed.partition_point(|&number| number < line.number);
            line.number -= u64::try_from(gone).unwrap_or_default();
        }
    }

    /// Checks that the list may be changed.
    ///
    /// # Errors
    /// [`enum@Error`].
    pub(super) fn check(&self, path: &Path, kind: Kind) -> Result<(), Error> {
        let path = path.to_owned();
        match self.against {
            _ if self.entries == 0 && self.invalid > 0 => Err(Error::NotAList { path, kind }),
            None => Ok(()),
            Some((line, conflict, Stands::Unasked)) => Err(Error::Conflict { path, line, conflict }),
            Some((line, conflict, Stands::Firmly)) => Err(Error::Stuck { path, line, conflict }),
        }
    }

    /// Whether lines were taken out, or parts of lines.
    pub(super) fn takes_out(&self) -> bool {
        !self.removed.is_empty() || !self.shortened.is_empty()
    }

    /// The places in the request of the entries that are not there.
    pub(super) fn missing(&self, request: &dyn Request) -> Vec<usize> {
        (0..request.count()).filter(|place| !self.present.contains(place)).collect()
    }

    /// Lines as they follow those of the list.
    pub(super) fn after(&self, lines: &[Vec<u8>]) -> Vec<u8> {
        let (missing, ending): (&[u8], &[u8]) = match self.ending {
            Ending::Newline => (b"", b"\n"),
            Ending::CarriageReturn => (b"", b"\r\n"),
            Ending::Missing(ending) => (ending, ending),
        };
        let lines = lines.iter().flat_map(|line| [line, ending].concat());
        missing.iter().copied().chain(lines).collect()
    }
}

impl Ending {
    fn of(text: &[u8]) -> Self {
        if text.ends_with(b"\r\n") {
            Self::CarriageReturn
        } else if text.ends_with(b"\n") {
            Self::Newline
        } else {
            let last = text.iter().rposition(|&byte| byte == b'\n').map(|end| &text[..=end]);
            let windows = last.is_some_and(|text| text.ends_with(b"\r\n"));
            Self::Missing(if windows { b"\r\n" } else { b"\n" })
        }
    }

    /// The ending after a further batch.
    fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::CarriageReturn, Self::Missing(_)) => Self::Missing(b"\r\n"),
            (_, next) => next,
        }
    }
}

/// Puts a changed list in place; the old one keeps the name that is returned, if lines were taken out.
pub(super) fn put_in_place(
    path: &Path,
    rewrite: Rewrite,
    copied: &Copied,
) -> Result<(Written, Option<PathBuf>), Failure> {
    if !copied.takes_out() {
        return Ok((rewrite.commit_without_backup()?, None));
    }
    let backup = backup_of(path);
    Ok((rewrite.commit(&backup)?, Some(backup)))
}
