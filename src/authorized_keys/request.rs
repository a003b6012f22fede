//! Lines that an authorized_keys file is to have, and lines that are to go.

use super::options::Options;
use super::{Flaw, Line};
use crate::certificate::KeyOrCertificate;
use crate::key::Comment;
use crate::key_list::{Beside, Conflict, Keys, Relation, Request, Selections, without_ending};

/// Keys that are to be let in.
#[derive(Debug)]
pub struct Wanted {
    keys: Keys<Comment>,
    options: Options,
}

impl Wanted {
    /// All keys get these options.
    #[must_use]
    pub fn new(keys: Keys<Comment>, options: Options) -> Self {
        Self { keys, options }
    }
}

impl Request for Wanted {
    fn count(&self) -> usize {
        self.keys.as_slice().len()
    }

    fn beside(&self, line: &[u8]) -> Beside {
        let line = match read(line) {
            Ok(Some(line)) => line,
            Ok(None) => return Beside::Nothing,
            Err(_) => return Beside::Invalid,
        };
        let KeyOrCertificate::Key(key) = &line.key else { return Beside::Entry(Vec::new()) };
        let is_same = self.options.are(line.options);
        let relation = if is_same { Relation::Same } else { Relation::Against(Conflict::OtherOptions) };
        Beside::Entry(self.keys.place(key).map(|place| (place, relation)).into_iter().collect())
    }

    fn without(&self, _: &[u8]) -> Option<Vec<u8>> {
        Some(Vec::new())
    }

    fn lines(&self, places: &[usize]) -> Vec<Vec<u8>> {
        let blank: &[u8] = if self.options.as_bytes().is_empty() { b"" } else { b" " };
        let keys = places.iter().filter_map(|&place| self.keys.as_slice().get(place));
        keys.map(|(key, comment)| [self.options.as_bytes(), blank, &key.to_line(comment)].concat()).collect()
    }
}

/// Keys that are no longer to be let in.
#[derive(Debug)]
pub struct Unwanted(pub Selections);

impl Request for Unwanted {
    fn count(&self) -> usize {
        0
    }

    fn beside(&self, line: &[u8]) -> Beside {
        match read(line) {
            Ok(Some(line)) => {
                let relation = (0, Relation::Against(Conflict::OtherOptions));
                let is_meant = self.0.are_of(&line.key, line.comment);
                Beside::Entry(if is_meant { vec![relation] } else { Vec::new() })
            }
            Ok(None) => Beside::Nothing,
            Err(_) => Beside::Invalid,
        }
    }

    fn without(&self, _: &[u8]) -> Option<Vec<u8>> {
        Some(Vec::new())
    }

    fn lines(&self, _: &[usize]) -> Vec<Vec<u8>> {
        Vec::new()
    }
}

fn read(line: &[u8]) -> Result<Option<Line<'_>>, Flaw> {
    Line::read(without_ending(line))
}
