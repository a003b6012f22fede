//! Compares the lines of a known_hosts file, in little memory: a file may have millions.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::super::Marker;
use super::super::hashed::HashedName;
use super::{Key, Problem, Statement};

/// What one line says.
#[derive(Debug, Clone, Copy)]
struct Said {
    line: u64,
    /// The first 16 bytes of the digest of the key's blob.
    key: [u8; 16],
    /// The place of the key's type among those of the file.
    kind: u8,
    marker: Option<Marker>,
}

impl Said {
    /// What is wrong with a line that says `self` about a host, next to an earlier one.
    fn beside(&self, earlier: &Self, host: &[u8]) -> Option<Problem> {
        let (host, with) = (host.to_vec(), earlier.line);
        if self.key == earlier.key {
            let revoked = |said: &Self| said.marker == Some(Marker::Revoked);
            return (revoked(self) != revoked(earlier)).then_some(Problem::Revoked { host, with });
        }
        let plain = self.marker.is_none() && earlier.marker.is_none();
        (plain && self.kind == earlier.kind).then_some(Problem::Conflict { host, with })
    }

    fn is_same(&self, other: &Self) -> bool {
        self.marker == other.marker && self.key == other.key
    }
}

/// Compares the lines of a file, which are added in their order.
///
/// Names are kept as keyed hashes of 64 bits: of a million, two are taken for one with a chance below 2^-24. The names
/// themselves, which hashed lines are compared with, are kept as long as they are few enough to compare.
#[derive(Debug, Default)]
pub struct Lint {
    /// What lines say; the others hold places in it.
    said: Vec<Said>,
    kinds: Vec<&'static str>,
    hasher: RandomState,
    /// By the hash of the name.
    about: HashMap<u64, About>,
    /// Of names in several lines, the places after the first.
    more: HashMap<u64, Vec<u32>>,
    /// The plain names one after another, each after its length.
    names: Vec<u8>,
    lost_names: bool,
    hashed: Vec<(HashedName, u32)>,
    hashed_lines: u64,
}

/// Where a name is.
#[derive(Debug, Clone, Copy)]
struct About {
    /// The place of the first line that has it.
    first: u32,
    /// Where it is in the list of names; `u32::MAX` where it is not.
    name: u32,
}

/// So many bytes of names are kept.
const MAX_NAMES: usize = 8 << 20;
/// So many hashed names are kept. With more, and each counts as a name, comparisons are beyond all limits.
const MAX_HASHED: usize = 1 << 13;

impl Lint {
    /// Adds a line, and says what is wrong with it next to those before it.
    ///
    /// # Panics
    ///
    /// If there are 2^32 lines.
    pub fn add(&mut self, line: u64, statement: Statement) -> Vec<Problem> {
        let new = self.said_by(line, &statement);
        let place = u32::try_from(self.said.len()).expect("a file has less than 2^32 lines");
        // The first of the earlier lines that say the same, as long as there is one for every name.
        let mut repeats = Some(u64::MAX);
        let mut others = Vec::new();
        for name in statement.names {
            let hash = self.hasher.hash_one(&name);
            let places = self.places(hash);
            if places.last() == Some(&place) {
                // The line has the name twice.
                continue;
            }
            let mut earlier = places.iter().filter_map(|&place| self.at(place));
            let same = earlier.clone().find(|said| said.is_same(&new));
            repeats = repeats.zip(same).map(|(first, same)| first.min(same.line));
            if same.is_none() {
                others.extend(earlier.find_map(|said| new.beside(said, &name)));
                self.note(hash, &name, place);
            }
        }
        if let Some(of) = repeats.filter(|&of| of != u64::MAX) {
            return vec![Problem::Duplicate { of }];
        }
        self.said.push(new);
        self.hashed_lines += u64::from(statement.hashed.is_some());
        if self.hashed.len() < MAX_HASHED {
            self.hashed.extend(statement.hashed.map(|name| (name, place)));
        }
        others
    }

    fn said_by(&mut self, line: u64, statement: &Statement) -> Said {
        let Key { wire_name, digest } = statement.key;
        let known = self.kinds.iter().position(|&kind| kind == wire_name);
        let kind = known.unwrap_or_else(|| {
            self.kinds.push(wire_name);
            self.kinds.len() - 1
        });
        let kind = u8::try_from(kind).expect("there are few types of keys");
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        Said { line, key, kind, marker: statement.marker }
    }

    /// The places of the lines that have a name.
    fn places(&self, hash: u64) -> Vec<u32> {
        let Some(about) = self.about.get(&hash) else { return Vec::new() };
        let more = self.more.get(&hash).map(Vec::as_slice).unwrap_or_default();
        [&[about.first], more].concat()
    }

    fn at(&self, place: u32) -> Option<&Said> {
        self.said.get(usize::try_from(place).ok()?)
    }

    /// Notes that the line at that place, which is perhaps not there yet, has the name.
    fn note(&mut self, hash: u64, name: &[u8], place: u32) {
        if self.about.contains_key(&hash) {
            self.more.entry(hash).or_default().push(place);
            return;
        }
        let is_kept = !name.starts_with(b"|") && !self.lost_names;
        let at = u32::try_from(self.names.len()).ok().filter(|_| is_kept).unwrap_or(u32::MAX);
        self.about.insert(hash, About { first: place, name: at });
        if is_kept {
            self.names.extend(u32::try_from(name.len()).unwrap_or(u32::MAX).to_be_bytes());
            self.names.extend_from_slice(name);
            self.lost_names = self.names.len() > MAX_NAMES;
        }
        if self.lost_names {
            self.names = Vec::new();
        }
    }

    /// The plain names that are kept, with their hashes.
    fn plain(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.about.iter().filter_map(|(&hash, about)| {
            let (length, rest) = self.names.get(usize::try_from(about.name).ok()?..)?.split_first_chunk()?;
            let name = rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
            Some((name, hash))
        })
    }

    /// How many times a name has to be hashed to compare hashed lines with plain ones.
    #[must_use]
    pub fn comparisons(&self) -> u64 {
        let names = u64::try_from(self.about.len()).unwrap_or(u64::MAX);
        let names = if self.lost_names { u64::MAX } else { names };
        self.hashed_lines.saturating_mul(names)
    }

    /// What is wrong with hashed lines next to plain ones, with the numbers of the hashed lines.
    #[must_use]
    pub fn hashed_beside_plain(&self) -> Vec<(u64, Problem)> {
        let mut found = Vec::new();
        for &(hashed, place) in &self.hashed {
            let Some(said) = self.at(place) else { continue };
            for (host, hash) in self.plain().filter(|(name, _)| hashed.is(name)) {
                let places = self.places(hash);
                let mut others = places.iter().filter_map(|&place| self.at(place));
                let problem = match others.clone().find(|other| other.is_same(said)) {
                    Some(same) => Some(Problem::Twin { host: host.to_vec(), of: same.line }),
                    None => others.find_map(|other| said.beside(other, host)),
                };
                found.extend(problem.map(|problem| (said.line, problem)));
            }
        }
        found
    }
}
