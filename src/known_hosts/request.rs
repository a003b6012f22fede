//! Entries that a known_hosts file is to have: what each of its lines is to them, and the lines that are missing.

use super::name::WrittenName;
use super::{Entry, Flaw, HostName, KeyOfHost, Marker, Salt, hash};
use crate::certificate::KeyOrCertificate;
use crate::key::{Comment, PublicKey};
use crate::key_list::{self, Beside, Conflict, Keys, Relation, without_ending};

/// Keys of a host, under each of its names.
#[derive(Debug)]
pub struct Request {
    names: Vec<WrittenName>,
    hosts: Vec<HostName>,
    marker: Option<Marker>,
    keys: Keys<()>,
    form: Form,
}

/// How the names are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// As they are.
    Plain,
    /// Hashed, with these salts for one entry each.
    Hashed(Vec<Salt>),
}

impl Request {
    /// The entries are, for each key in turn, those of the names.
    #[must_use]
    pub fn new(names: Vec<WrittenName>, marker: Option<Marker>, keys: Keys<()>, form: Form) -> Self {
        let hosts = names.iter().map(|name| HostName::new(name.as_bytes())).collect();
        Self { names, hosts, marker, keys, form }
    }

    fn relations(&self, entry: &Entry<'_>) -> Result<Vec<(usize, Relation)>, Flaw> {
        let mut about = Vec::new();
        for (place, host) in self.hosts.iter().enumerate() {
            if has_name(entry, host)? {
                about.push((place, Match::Name));
            } else if entry.is_about(host)? {
                about.push((place, Match::Pattern));
            }
        }
        if about.is_empty() {
            return Ok(Vec::new());
        }
        let KeyOfHost { key: KeyOrCertificate::Key(key), .. } = entry.key()? else { return Ok(Vec::new()) };
        let same = self.keys.place(&key);
        // One of the other keys stands for all of them.
        let same_type = |(wanted, ()): &(PublicKey, ())| wanted.algorithm() == key.algorithm();
        let Some(number) = same.or_else(|| self.keys.as_slice().iter().position(same_type)) else {
            return Ok(Vec::new());
        };
        let relation = |&(place, found)| {
            let relation = self.relation(entry.marker(), same, found)?;
            Some((number * self.names.len() + place, relation))
        };
        Ok(about.iter().filter_map(relation).collect())
    }

    /// What an entry about the host is to the one with the `same` key, or to one with another key of the same type.
    fn relation(&self, marker: Option<Marker>, same: Option<usize>, found: Match) -> Option<Relation> {
        match (self.marker, marker, same) {
            (ours, theirs, Some(_)) if ours == theirs && found == Match::Name => Some(Relation::Same),
            (None | Some(Marker::CertAuthority), Some(Marker::Revoked), Some(_)) => {
                Some(Relation::Against(Conflict::Revoked))
            }
            (None, None, None) => Some(Relation::Against(Conflict::OtherKey)),
            _ => None,
        }
    }
}

/// How an entry is about a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    /// It has that very name.
    Name,
    /// It has a pattern that matches.
    Pattern,
}

/// Whether the entry has that name, and not only a pattern that it matches.
fn has_name(entry: &Entry<'_>, host: &HostName) -> Result<bool, Flaw> {
    if entry.is_hashed() {
        return entry.is_about(host);
    }
    Ok(names_of(entry.names()).any(|name| name.eq_ignore_ascii_case(host.as_bytes())))
}

fn names_of(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|&byte| byte == b',').filter(|name| !name.is_empty())
}

impl key_list::Request for Request {
    fn count(&self) -> usize {
        self.names.len() * self.keys.as_slice().len()
    }

    fn beside(&self, line: &[u8]) -> Beside {
        match Entry::read(without_ending(line)) {
            Ok(None) => Beside::Nothing,
            Ok(Some(entry)) if entry.check_type().is_ok() => {
                self.relations(&entry).map_or(Beside::Invalid, Beside::Entry)
            }
            Ok(Some(_)) | Err(_) => Beside::Invalid,
        }
    }

    fn without(&self, line: &[u8]) -> Option<Vec<u8>> {
        let entry = Entry::read(without_ending(line)).ok()??;
        if entry.marker().is_some() {
            return None;
        }
        if entry.is_hashed() {
            return Some(Vec::new());
        }
        let is_other =
            |name: &&[u8]| !self.hosts.iter().any(|host| name.eq_ignore_ascii_case(host.as_bytes()));
        let kept: Vec<_> = names_of(entry.names()).filter(is_other).collect();
        if kept.iter().all(|name| name.starts_with(b"!")) {
            return Some(Vec::new());
        }
        let start = line.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
        let rest = &line[start + entry.names().len()..];
        let left = [&line[..start], &kept.join(&b','), rest].concat();
        let still = |left: &[u8]| -> Option<bool> {
            let entry = Entry::read(without_ending(left)).ok()??;
            Some(self.hosts.iter().any(|host| entry.is_about(host) != Ok(false)))
        };
        (still(&left) == Some(false)).then_some(left)
    }

    fn lines(&self, places: &[usize]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        let number_of = |place: usize| place / self.names.len();
        for here in places.chunk_by(|&one, &next| number_of(one) == number_of(next)) {
            let number = here.first().map(|&place| number_of(place));
            let Some((key, ())) = number.and_then(|number| self.keys.as_slice().get(number)) else {
                continue;
            };
            let here = here.iter().copied();
            let names: Vec<Vec<u8>> = match &self.form {
                Form::Hashed(salts) => {
                    let name = |place: usize| &self.names[place % self.names.len()];
                    here.map(|place| hash(name(place).as_bytes(), &salts[place]).into_bytes()).collect()
                }
                Form::Plain => {
                    let here: Vec<_> =
                        here.map(|place| self.names[place % self.names.len()].as_bytes()).collect();
                    vec![here.join(&b',')]
                }
            };
            let key = key.to_line(&Comment::default());
            let marker = self.marker.map(|marker| format!("{} ", marker.word())).unwrap_or_default();
            lines.extend(names.iter().map(|names| [marker.as_bytes(), names, b" ", &key].concat()));
        }
        lines
    }
}

#[cfg(test)]
mod tests;
