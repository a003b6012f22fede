//! The RSA keys in files of lines: authorized_keys, known_hosts and the like, which may be long.

use std::path::Path;

use memchr::memmem;

use crate::certificate::KeyInLine;
use crate::commands::failure::Failure;
use crate::host::files;
use crate::host::lines::{LineBatch, LineBatches};
use crate::host::parallel::in_order;
use crate::key::{Algorithm, PublicKey};

/// An RSA key in a line of a file.
#[derive(Debug)]
pub(super) struct Listed {
    /// The number of the line, counted from 1.
    pub(super) line: u64,
    /// The key, or the one that a certificate certifies.
    pub(super) key: PublicKey,
}

/// What a long file lists.
#[derive(Debug)]
pub(super) struct List {
    /// How many lines have a key of any type.
    pub(super) keys: usize,
    /// The RSA keys among them.
    pub(super) rsa: Vec<Listed>,
}

/// The RSA keys in the lines of a file.
pub(super) fn of_bytes(file: &[u8]) -> Vec<Listed> {
    (1..).zip(file.split(|&byte| byte == b'\n')).filter_map(of_line).collect()
}

/// What a file lists that is too long to be read whole. A file that cannot be read, or is no list, has no keys.
pub(super) fn of_long_file(path: &Path) -> List {
    let mut list = List { keys: 0, rsa: Vec::new() };
    // A pipe was read once already, and has no more to say.
    let Some(file) = files::open(path).ok().filter(|_| path.is_file()) else { return list };
    let batches = LineBatches::new(file, BATCH).map(|batch| batch.map_err(Failure::from));
    let read = in_order(AHEAD, batches, part, |part| {
        list.keys += part.keys;
        list.rsa.extend(part.rsa);
        Ok(())
    });
    if read.is_err() {
        list.keys = 0;
    }
    list
}

fn part(batch: LineBatch) -> List {
    let lines: Vec<_> = (batch.first..).zip(batch.text.split(|&byte| byte == b'\n')).collect();
    let is_key = |line: &[u8]| KEY_NAMES.iter().any(|name| memmem::find(line, name).is_some());
    List {
        keys: lines.iter().filter(|(_, line)| is_key(line)).count(),
        rsa: lines.into_iter().filter_map(of_line).collect(),
    }
}

fn of_line((number, line): (u64, &[u8])) -> Option<Listed> {
    memmem::find(line, b"-rsa")?;
    // A marker of known_hosts stands before the host.
    let marker = line.strip_prefix(b"@").and_then(|rest| rest.iter().position(|&byte| byte == b' '));
    let line = marker.map_or(line, |end| &line[end + 2..]);
    let found = KeyInLine::find(line)?;
    let key = found.key.key();
    (key.algorithm() == Algorithm::Rsa).then(|| Listed { line: number, key: key.clone() })
}

/// What the names of key types have in them.
const KEY_NAMES: [&[u8]; 3] = [b"ssh-", b"ecdsa-sha2-", b"rsa-sha2-"];
/// How much of a file one thread takes at a time, in bytes.
const BATCH: usize = 1 << 17;
/// So many batches for each core are read before they are wanted.
const AHEAD: usize = 4;
