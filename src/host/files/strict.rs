//! Owners and modes with which sshd reads a user's file.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::geteuid;

use super::super::Untrusted;

/// Checks that the file and the directories belong to root or to the user, that no one else can write to them, and that the
/// user can read the file. For root, the user is the one whose home or directory it is.
pub(in super::super) fn check_trusted(
    file: &Path,
    directories: &[&Path],
    home: Option<&Path>,
) -> Result<(), Untrusted> {
    let Some(directory) = directories.first() else { return Ok(()) };
    let Ok(of_directory) = fs::metadata(directory) else { return Ok(()) };
    let runner = geteuid();
    let of_home = home.and_then(|home| fs::metadata(home).ok()).map(|found| found.uid());
    let user = match of_home.filter(|&owner| owner != 0) {
        _ if !runner.is_root() => runner.as_raw(),
        Some(owner) => owner,
        None => of_directory.uid(),
    };
    let is_new = fs::symlink_metadata(file).is_err();
    if is_new && user != runner.as_raw() {
        return Err(Untrusted::NewFile { path: (*directory).to_owned(), owner: user });
    }
    for path in [file].iter().chain(directories) {
        let Ok(found) = fs::metadata(path) else { continue };
        let (path, mode) = ((*path).to_owned(), found.mode() & 0o7777);
        if mode & 0o022 != 0 {
            return Err(Untrusted::Writable { path, mode });
        }
        if found.uid() != 0 && found.uid() != user {
            return Err(Untrusted::Owner { path, owner: found.uid() });
        }
        let to_others = if found.is_dir() { 0o011 } else { 0o044 };
        if found.uid() != user && mode & to_others == 0 {
            return Err(Untrusted::Unreadable { path, mode });
        }
    }
    Ok(())
}
