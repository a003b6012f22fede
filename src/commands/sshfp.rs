//! `-r`: SSHFP records of a host's keys.

use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use serde_json::{Value, json};
use thiserror::Error;

use super::{Context, Outcome, host_keys, public};
use crate::certificate::KeyOrCertificate;
use crate::commands::json::{Ready, SSHFP, key_members, members, object};
use crate::host::files;
use crate::key::{Comment, HashAlgorithm};
use crate::sshfp::{Form, Record};

/// Whose records, and which.
#[derive(Debug)]
pub struct Args {
    /// The host's name in the DNS, as it is to stand there.
    pub host: Vec<u8>,
    /// A key; when not given, all the machine's own host keys.
    pub file: Option<PathBuf>,
    /// `-O hashalg`: only this hash, SHA-1 and SHA-256 otherwise.
    pub hash: Option<HashAlgorithm>,
    /// `-g`.
    pub form: Form,
}

/// Why there are no records.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// The machine has no host keys.
    #[error("no keys found.")]
    NoKeys,
    /// No such file, as ssh-keygen says it.
    #[error("{}: No such file or directory", .0.display())]
    NoFile(PathBuf),
}

/// Prints the records. A key that can have none is reported, and is not a failure, as in ssh-keygen.
///
/// # Errors
/// [`enum@Error`], and those of reading keys.
pub fn run(args: Args, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut keys = Vec::new();
    match &args.file {
        Some(path) => keys.push(load(path)?.ok_or_else(|| Error::NoFile(path.clone()))?),
        None => {
            for path in host_keys::default_paths() {
                keys.extend(load(&path)?);
            }
        }
    }
    if keys.is_empty() {
        return Err(Error::NoKeys.into());
    }
    let (mut text, mut records) = (Vec::new(), Vec::new());
    for (key, comment) in &keys {
        for hash in args.hash.map_or(vec![HashAlgorithm::Sha1, HashAlgorithm::Sha256], |hash| vec![hash]) {
            let Some(record) = Record::new(key, hash) else {
                let kind = key.display_name();
                ctx.ui.warn(&format!("unsupported: there is no SSHFP record of {kind} with {}", hash.name()));
                continue;
            };
            let line = format!(" {}\n", record.to_text(args.form));
            text.extend([&args.host, line.as_bytes()].concat());
            records.push(json(key, comment, hash, &record));
        }
    }
    let host = String::from_utf8_lossy(&args.host);
    let json = object(SSHFP, members(json!({ "host": host, "records": records })));
    ctx.ui.print(&Ready { text, json })?;
    Ok(Outcome::Done)
}

/// The public key of a key, unless there is no such file.
fn load(path: &Path) -> Result<Option<(KeyOrCertificate, Comment)>, Failure> {
    if let Err(error) = files::stat(path)
        && error.kind() == std::io::ErrorKind::NotFound
    {
        return Ok(None);
    }
    let reading = || format!("Failed to read v2 public key from \"{}\"", path.display());
    public::load(path).map(Some).during_step(reading)
}

fn json(key: &KeyOrCertificate, comment: &Comment, hash: HashAlgorithm, record: &Record) -> Value {
    let key = Value::from(key_members(key, comment, HashAlgorithm::default()));
    json!({
        "algorithm": record.algorithm,
        "fingerprint_type": record.hash,
        "hash": hash.name().to_lowercase(),
        "fingerprint": record.hex(),
        "key": key,
    })
}
