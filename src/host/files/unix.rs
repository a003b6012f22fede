//! Files on Unix: modes at creation, locks and fsync on folders.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::unistd::{AccessFlags, faccessat};

use super::Access;

/// Creates a file that does not exist yet, with its final permissions.
pub(super) fn create_new(path: &Path, access: Access) -> io::Result<File> {
    let mode = match access {
        Access::Private => 0o600,
        Access::Public => 0o644,
    };
    let file = File::options().write(true).create_new(true).mode(mode).open(path)?;
    if access == Access::Private {
        // The umask can only have taken permissions of the owner away.
        file.set_permissions(Permissions::from_mode(mode)).inspect_err(|_| drop(fs::remove_file(path)))?;
    }
    Ok(file)
}

/// Whether the system lets this process, by its effective user, put files into a folder.
pub(super) fn check_writable(folder: &Path) -> io::Result<()> {
    let needed = AccessFlags::W_OK | AccessFlags::X_OK;
    Ok(faccessat(AT_FDCWD, folder, needed, AtFlags::AT_EACCESS)?)
}

pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Makes the names in a folder durable. File systems that cannot are left to their own devices.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match File::open(path)?.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        done => done,
    }
}

/// Keeps other processes of this program from the folder until dropped. The kind of the error is
/// `WouldBlock` when one of them has it.
pub(super) fn lock_folder(path: &Path) -> io::Result<File> {
    let folder = File::open(path)?;
    folder.try_lock()?;
    Ok(folder)
}

#[allow(unsafe_code, reason = "a number from the command line becomes a descriptor")]
pub(super) fn descriptor(number: u32) -> io::Result<File> {
    let number = RawFd::try_from(number).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: it is borrowed for one call, which fails when it is not open.
    let borrowed = unsafe { BorrowedFd::borrow_raw(number) };
    Ok(File::from(borrowed.try_clone_to_owned()?))
}

/// Gives a new file the owner, group and mode of the one that it will replace.
pub(super) fn take_after(new: &File, old: &Path, access: Access) -> io::Result<()> {
    let Ok(old) = fs::metadata(old) else { return Ok(()) };
    let mine = new.metadata()?;
    let mut kept = if access == Access::Private { 0o700 } else { 0o777 };
    if (old.uid(), old.gid()) != (mine.uid(), mine.gid())
        && fchown(new, Some(old.uid()), Some(old.gid())).is_err()
        && fchown(new, None, Some(old.gid())).is_err()
    {
        // Only root may give files away. What the old group was allowed, another one is not.
        kept &= 0o707;
    }
    new.set_permissions(Permissions::from_mode(old.mode() & kept))
}

/// Gives a new file the owner and group of the one that it will replace, where the system lets: only root gives away.
pub(super) fn keep_owner(new: &File, old: &Path) {
    if let Ok(old) = fs::metadata(old) {
        let _ = fchown(new, Some(old.uid()), Some(old.gid()));
    }
}

/// How many names the file has.
pub(super) fn names_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(1, |metadata| metadata.nlink())
}

pub(super) fn too_open(path: &Path) -> Option<u32> {
    let metadata = fs::metadata(path).ok()?;
    let mine = metadata.uid() == nix::unistd::getuid().as_raw();
    (mine && metadata.mode() & 0o077 != 0).then_some(metadata.mode() & 0o777)
}

pub(super) fn others_can_write(folder: &Path) -> bool {
    // The sticky bit, as on /tmp, keeps others from replacing files.
    fs::metadata(folder).is_ok_and(|metadata| metadata.mode() & 0o022 != 0 && metadata.mode() & 0o1000 == 0)
}

pub(super) fn restrict(path: &Path) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    let kept = if metadata.is_dir() { 0o7755 } else { 0o700 };
    fs::set_permissions(path, Permissions::from_mode(metadata.mode() & kept))
}

#[allow(clippy::unnecessary_wraps, reason = "the same signature on every system")]
pub(super) fn path_from_bytes(bytes: Vec<u8>) -> io::Result<PathBuf> {
    Ok(OsString::from_vec(bytes).into())
}
