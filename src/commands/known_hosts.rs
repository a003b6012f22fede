//! `-F`, `-R`, `-H` and `known-hosts lint`: known_hosts files of any length.

pub mod find;
pub mod lint;
pub mod rewrite;

use std::path::{Path, PathBuf};

use chacha20::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::failure::Failure;

use super::key_list::Place;
use super::public::with_suffix;
use super::quote;
use crate::host::lines::LineBatch;
use crate::key_list::Kind;

/// Whether `# Host H found` is said; `-q` says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headers {
    /// Before each line.
    Shown,
    /// Not at all.
    Hidden,
}

/// The file that was given, or the user's own, if it is there.
fn path(given: Option<PathBuf>) -> Result<PathBuf, Failure> {
    Place { kind: Kind::KnownHosts, file: given }.existing()
}

/// The hint for a name that is in no known_hosts file, because ssh writes such names in another way.
fn hint(host: &[u8]) -> Option<String> {
    let typed = std::str::from_utf8(host).ok()?;
    let quoted = |name: String| quote::word(name.as_bytes());
    if let Some((_, host)) = typed.rsplit_once('@') {
        let host = quoted(host.to_owned());
        return Some(format!("hint: known_hosts contains hosts without user names: {host}"));
    }
    let (name, port) = typed.split_once(':')?;
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match port {
        "22" if !name.is_empty() => {
            Some(format!("hint: port 22 is not part of the name: {}", quoted(name.to_owned())))
        }
        _ if is_port && !name.is_empty() && !name.starts_with('[') => {
            Some(format!("hint: a host with a port is written {}", quoted(format!("[{name}]:{port}"))))
        }
        _ => None,
    }
}

/// The name that the old file keeps.
pub(super) fn backup_of(path: &Path) -> PathBuf {
    with_suffix(path, ".old")
}

/// That the file is changed, in ssh-keygen's words.
pub(super) fn updated(path: &Path, backup: &Path) -> Vec<u8> {
    let names = [path, backup].map(|path| path.as_os_str().as_encoded_bytes());
    [names[0], b" updated.\nOriginal contents retained as ", names[1], b"\n"].concat()
}

/// Random numbers of its own for each batch of a file.
struct Salts {
    seed: [u8; 32],
}

impl Salts {
    fn new(rng: &mut ChaCha20Rng) -> Self {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        Self { seed }
    }

    fn of(&self, batch: &LineBatch) -> ChaCha20Rng {
        let mut rng = ChaCha20Rng::from_seed(self.seed);
        rng.set_stream(batch.first);
        rng
    }
}

/// How much of a file one thread takes at a time, in bytes.
const BATCH: usize = 1 << 18;
