//! What is wrong with the lines of a list: each by itself, and one with another.

use std::hash::{BuildHasher as _, RandomState};
use std::path::{Path, PathBuf};

use super::super::job::Job;
use super::super::warnings::{self, Warning};
use super::{Entry, Error};
use crate::commands::failure::{Failure, While as _};
use crate::host::ui::Ui;

/// What has been found so far.
pub(super) struct Check {
    path: PathBuf,
    marks: Marks,
    lines: Lines,
    bad: Vec<(u64, Failure)>,
    more: u64,
}

/// What lines have in common with others: hashes of paths, or serial numbers, and the number of the line.
#[derive(Default)]
struct Lines {
    written: Vec<(u64, u64)>,
    read: Vec<(u64, u64)>,
    serials: Vec<(u64, u64)>,
}

/// Looks at single lines, on any thread.
#[derive(Clone)]
pub(super) struct Marks {
    hash: RandomState,
    now: u64,
}

/// A line that was looked at.
pub(super) struct Marked {
    line: u64,
    found: Result<Mark, Failure>,
}

struct Mark {
    written: u64,
    read: Vec<u64>,
    serial: u64,
    warnings: Vec<Warning>,
}

impl Marks {
    /// Looks at a line and loads its key.
    pub(super) fn of(&self, Entry { line, job }: Entry) -> Marked {
        Marked { line, found: job.and_then(|job| self.mark(&job)) }
    }

    fn mark(&self, job: &Job) -> Result<Mark, Failure> {
        job.subject.load()?;
        Ok(Mark {
            written: self.hash(&job.origin.output),
            read: job.reads().map(|path| self.hash(&path)).collect(),
            serial: job.statement.serial,
            warnings: warnings::of(&job.statement, self.now),
        })
    }

    /// The same for the same path. A file that has several names is written several times, which harms nothing.
    fn hash(&self, path: &Path) -> u64 {
        self.hash.hash_one(path.strip_prefix(".").unwrap_or(path))
    }
}

impl Check {
    pub(super) fn new(path: &Path, now: u64) -> Self {
        let marks = Marks { hash: RandomState::new(), now };
        Self { path: path.to_owned(), marks, lines: Lines::default(), bad: Vec::new(), more: 0 }
    }

    pub(super) fn marks(&self) -> Marks {
        self.marks.clone()
    }

    /// Takes a line in, and shows its warnings.
    pub(super) fn add(&mut self, Marked { line, found }: Marked, ui: &mut dyn Ui) {
        match found {
            Err(failure) => self.reject(line, failure),
            Ok(mark) => {
                let place = format!("{}:{line}: ", self.path.display());
                mark.warnings.iter().for_each(|warning| warning.show(&place, ui));
                self.lines.written.push((mark.written, line));
                self.lines.read.extend(mark.read.into_iter().map(|hash| (hash, line)));
                if mark.serial != 0 {
                    self.lines.serials.push((mark.serial, line));
                }
            }
        }
    }

    fn reject(&mut self, line: u64, failure: Failure) {
        if self.bad.len() < SHOWN { self.bad.push((line, failure)) } else { self.more += 1 }
    }

    /// Compares the lines with each other. Returns the greatest serial number.
    ///
    /// # Errors
    /// That of the first line with one.
    pub(super) fn finish(mut self, ui: &mut dyn Ui) -> Result<u64, Failure> {
        let Lines { mut written, mut read, mut serials } = std::mem::take(&mut self.lines);
        [&mut written, &mut read, &mut serials].into_iter().for_each(|marks| marks.sort_unstable());
        twice(&written, |line, _, first| self.reject(line, Error::SameOutput(first).into()));
        twice(&serials, |line, serial, first| self.reject(line, Error::SameSerial(serial, first).into()));
        for &(hash, line) in &written {
            let at = read.partition_point(|&(other, _)| other < hash);
            if let Some(&(_, other)) = read.get(at).filter(|(other, _)| *other == hash) {
                self.reject(line, Error::OutputIsKey(other).into());
            }
        }
        self.bad.sort_by_key(|(line, _)| *line);
        let place = |line: u64| format!("{}:{line}", self.path.display());
        let mut bad = self.bad.into_iter().map(|(line, failure)| {
            let failed: Result<u64, _> = Err(failure);
            failed.during_step(|| place(line))
        });
        let Some(first) = bad.next() else { return Ok(serials.last().map_or(0, |(serial, _)| *serial)) };
        for other in bad {
            other.inspect_err(|failure| ui.warn(&failure.to_string())).unwrap_or_default();
        }
        if self.more > 0 {
            ui.warn(&format!("{}: {} more invalid lines", self.path.display(), self.more));
        }
        first.during("nothing was signed")
    }
}

/// Finds what has the mark of an earlier line.
fn twice(marks: &[(u64, u64)], mut found: impl FnMut(u64, u64, u64)) {
    for same in marks.chunk_by(|one, other| one.0 == other.0) {
        same[1..].iter().for_each(|&(mark, line)| found(line, mark, same[0].1));
    }
}

/// So many invalid lines are shown.
const SHOWN: usize = 20;
