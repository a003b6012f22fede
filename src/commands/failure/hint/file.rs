//! What to do about a file that cannot be read or saved.

use std::io::ErrorKind;
use std::path::Path;

use crate::commands::quote;
use crate::host::files;

pub(super) fn of_unreadable(error: &files::Unreadable) -> Option<&'static str> {
    let files::Unreadable::System { path, cause } = error else { return None };
    of_missing(path, cause.kind())
}

pub(super) const NO_SUCH_FILE: &str = "check the file name and the current directory";

/// A file that cannot be opened.
pub(super) fn of_missing(path: &Path, kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound if path.starts_with("~") => "only a shell expands ~; give the full path",
        ErrorKind::NotFound if is_specification(path) => {
            "write it into a file, as serial: N or id: KEY-ID, or name the ledger of the CA with --ledger"
        }
        ErrorKind::NotFound => NO_SUCH_FILE,
        ErrorKind::PermissionDenied => "run rkeygen as the owner of the file",
        ErrorKind::IsADirectory => "name a file in the directory; rkeygen doctor examines directories",
        _ => return None,
    })
}

pub(super) fn of_file(error: &files::Error) -> Option<String> {
    let (path, cause) = match error {
        files::Error::System { path, cause } => (path, cause),
        files::Error::Mounted { copy: Some(copy), path, .. } => {
            return Some(format!("cp {} {}", quote::path(copy), quote::path(path)));
        }
        files::Error::Mounted { .. } => {
            return Some("mount the directory instead of the file, for reading and writing".to_owned());
        }
        files::Error::PrivateKey { .. } | files::Error::Unknown { .. } => {
            return Some("choose another name, or move the private key".to_owned());
        }
        files::Error::ForeignLink { .. } => return Some("name the file that the link leads to".to_owned()),
        files::Error::ForeignOwner { .. } => {
            return Some(
                "run as that user, or remove the write permission of others from the directory".to_owned(),
            );
        }
        files::Error::Taken { .. }
        | files::Error::NotAFile { .. }
        | files::Error::Locked { .. }
        | files::Error::Changed { .. } => return None,
    };
    match cause.kind() {
        ErrorKind::NotFound if path.starts_with("~") => {
            Some("only a shell expands ~; give the full path".to_owned())
        }
        ErrorKind::NotFound => Some(make_directory(path)),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Some("choose a directory that you may write to".to_owned())
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("free some space; no key was written".to_owned())
        }
        _ => None,
    }
}

pub(super) fn make_directory(path: &Path) -> String {
    format!("create the directory first: mkdir -p {}", quote::path(path))
}

/// Whether the name of a file is what a line of a specification of revoked certificates says.
fn is_specification(path: &Path) -> bool {
    ["serial:", "id:"].iter().any(|word| path.as_os_str().as_encoded_bytes().starts_with(word.as_bytes()))
}
