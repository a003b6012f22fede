//! Owners and modes with which sshd reads a user's file.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::geteuid;

use super::super::Untrusted;

/// Checks that the file and the directories belong to root or to the user, and that no one else can write to them. For
/// root, the user is the one whose directory it is.
pub(in super::super) fn check_trusted(
    file: &Path,
    directory: &Path,
    home: Option<&Path>,
) -> Result<(), Untrusted> {
    let Ok(of_directory) = fs::metadata(directory) else { return Ok(()) };
    let runner = geteuid();
    let user = if runner.is_root() { of_directory.uid() } else { runner.as_raw() };
    let is_new = fs::symlink_metadata(file).is_err();
    if is_new && user != runner.as_raw() {
        return Err(Untrusted::NewFile { path: directory.to_owned(), owner: user });
    }
    for path in [Some(file), Some(directory), home].into_iter().flatten() {
        let Ok(found) = fs::metadata(path) else { continue };
        if found.mode() & 0o022 != 0 {
            return Err(Untrusted::Writable { path: path.to_owned(), mode: found.mode() & 0o7777 });
        }
        if found.uid() != 0 && found.uid() != user {
            return Err(Untrusted::Owner { path: path.to_owned(), owner: found.uid() });
        }
    }
    Ok(())
}
