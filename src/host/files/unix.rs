//! Files on Unix: modes at creation, unnamed files, locks, owners, and fsync of directories.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::io;
use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, AtFlags, OFlag};
use nix::unistd::{AccessFlags, faccessat, getegid, geteuid};
use tempfile::TempPath;

use self::optional::{Call, unless_missing};
use super::lock::Attempt;
use super::version::{Identity, Version};
use super::{Access, Owner};

#[path = "links.rs"]
mod links;
#[path = "optional.rs"]
mod optional;
#[path = "strict.rs"]
mod strict;

pub(super) use self::links::resolve;
pub(super) use self::strict::check_trusted;

/// Creates a file that does not exist yet, with its final permissions: those of the file that it is to replace, if any.
pub(super) fn create_new(path: &Path, access: Access, old: Option<&Metadata>) -> io::Result<File> {
    let file = options(access, old).create_new(true).open(path)?;
    set_access(&file, access).inspect_err(|_| drop(fs::remove_file(path)))?;
    Ok(file)
}

/// Creates a file without a name, which is gone with the process; `None` where the file system has none.
#[cfg(target_os = "linux")]
pub(super) fn create_unnamed(
    directory: &Path,
    access: Access,
    old: Option<&Metadata>,
) -> io::Result<Option<File>> {
    match options(access, old).custom_flags(OFlag::O_TMPFILE.bits()).open(directory) {
        Err(error) if Call::UnnamedFile.is_missing(&error) => Ok(None),
        file => {
            let file = file?;
            set_access(&file, access)?;
            Ok(Some(file))
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn create_unnamed(_: &Path, _: Access, _: Option<&Metadata>) -> io::Result<Option<File>> {
    Ok(None)
}

/// The file can be read too: a copy of it may have to be made.
fn options(access: Access, old: Option<&Metadata>) -> fs::OpenOptions {
    let mode = match (access, old) {
        (Access::Private, _) => 0o600,
        (Access::Public, None) | (Access::Shared, _) => 0o644,
        (Access::Plain, None) => 0o666,
        (_, Some(old)) if old.uid() != geteuid().as_raw() => old.mode() & 0o604 | 0o600,
        // What the old group may do is decided when the new file has its group.
        (_, Some(old)) if old.gid() != getegid().as_raw() => old.mode() & 0o707 | 0o600,
        (_, Some(old)) => old.mode() & 0o777 | 0o600,
    };
    let mut options = File::options();
    options.read(true).write(true).mode(mode);
    options
}

/// Of a private file the umask can only have taken permissions of the owner away; some file systems give all files one
/// mode.
fn set_access(file: &File, access: Access) -> io::Result<()> {
    match access {
        Access::Private => set_mode(file, 0o600),
        Access::Shared => set_mode(file, 0o644),
        Access::Public | Access::Plain => Ok(()),
    }
}

fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    let now = file.metadata()?.mode() & 0o7777;
    if now == mode {
        return Ok(());
    }
    match file.set_permissions(Permissions::from_mode(mode)) {
        Err(error) if Call::SetMode.is_missing(&error) && now & 0o077 & !mode == 0 => Ok(()),
        done => done,
    }
}

/// Gives an unnamed file a name that is free. Says whether it has one now: without /proc it cannot get one.
#[cfg(target_os = "linux")]
pub(super) fn link_unnamed(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::fd::AsRawFd;
    let own = format!("/proc/self/fd/{}", file.as_raw_fd());
    let linked = nix::unistd::linkat(AT_FDCWD, own.as_str(), AT_FDCWD, path, AtFlags::AT_SYMLINK_FOLLOW)
        .map_err(io::Error::from);
    match linked {
        Err(error) if Call::LinkUnnamed.is_missing(&error) => Ok(false),
        linked => linked.map(|()| true),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn link_unnamed(_: &File, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Moves a file to a name that is free.
pub(super) fn rename_new(from: TempPath, path: &Path) -> io::Result<()> {
    let Err(failed) = from.persist_noclobber(path) else { return Ok(()) };
    if !Call::NewName.is_missing(&failed.error) {
        return Err(failed.error);
    }
    let linked = fs::hard_link(&failed.path, path);
    match linked {
        Err(error) if Call::NewName.is_missing(&error) => {
            // The empty file is our own, so that it may be replaced.
            File::options().write(true).create_new(true).mode(0o600).open(path)?;
            let renamed = failed.path.persist(path);
            renamed.map_err(|failed| failed.error).inspect_err(|_| drop(fs::remove_file(path)))
        }
        linked => linked,
    }
}

/// Whether the system lets this process, by its effective user, put files into a directory.
pub(super) fn check_writable(directory: &Path) -> io::Result<()> {
    let needed = AccessFlags::W_OK | AccessFlags::X_OK;
    Ok(faccessat(AT_FDCWD, directory, needed, AtFlags::AT_EACCESS)?)
}

pub(super) fn create_private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Waits until a file is on disk, on file systems that can tell.
pub(super) fn sync_file(file: &File) -> io::Result<()> {
    unless_missing(Call::Sync, file.sync_all())
}

/// Makes the names in a directory durable, on file systems that can.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    unless_missing(Call::Sync, File::open(path)?.sync_all())
}

/// Tries to keep other processes of the same user from a directory.
///
/// A lock on the directory itself could be taken by anyone who may read it, and held as long as they like. So the lock
/// is a file that only the user can open, which is there while it is held.
pub(super) fn try_lock(directory: &Path) -> Attempt {
    let path = directory.join(super::lock::NAME);
    let mut options = File::options();
    options.read(true).write(true).create(true).mode(0o600);
    let opened = options.custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits()).open(&path);
    let Ok((file, found)) = opened.and_then(|file| file.metadata().map(|found| (file, found))) else {
        return Attempt::Unavailable;
    };
    if !found.is_file() || found.uid() != geteuid().as_raw() || found.mode() & 0o077 != 0 {
        return Attempt::Unavailable;
    }
    match file.try_lock() {
        Err(fs::TryLockError::WouldBlock) => Attempt::Busy,
        Err(fs::TryLockError::Error(_)) => {
            let _ = fs::remove_file(&path);
            Attempt::Unavailable
        }
        // Whoever had it has removed it in the meantime: that is no lock any more.
        Ok(()) if Version::at(&path).ok() != Some(Version::of(&found)) => Attempt::Busy,
        Ok(()) => Attempt::Held(file, path),
    }
}

/// Opens what is at a path only to look into it: waits for nothing, and follows no link there.
pub(super) fn open_to_look(path: &Path) -> io::Result<File> {
    File::options().read(true).custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits()).open(path)
}

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens a file that may not be a FIFO whose other end no one opens.
pub(super) fn open_at_once(path: &Path) -> io::Result<File> {
    File::options().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path)
}

/// The number of the device and of the file there.
pub(super) fn identity(found: &Metadata) -> Option<(u64, u64)> {
    Some((found.dev(), found.ino()))
}

/// Whether a file is the user's own.
pub(super) fn is_own(found: &Metadata) -> bool {
    found.uid() == geteuid().as_raw()
}

#[allow(unsafe_code, reason = "a number from the command line becomes a descriptor")]
pub(super) fn descriptor(number: u32) -> io::Result<File> {
    let number = RawFd::try_from(number).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: it is borrowed for one call, which fails when it is not open.
    let borrowed = unsafe { BorrowedFd::borrow_raw(number) };
    Ok(File::from(borrowed.try_clone_to_owned()?))
}

/// Gives a new file what it is to have of the one that it will replace: the mode, and the owner and group if wanted.
pub(super) fn take_after(new: &File, old: &Metadata, access: Access, owner: Owner) -> io::Result<()> {
    let mine = new.metadata()?;
    let mut kept = if access == Access::Private { 0o700 } else { 0o777 };
    let same = (old.uid(), old.gid()) == (mine.uid(), mine.gid());
    match owner {
        // Whoever made the file before does not decide who may write to it.
        Owner::User if old.uid() != mine.uid() => return Ok(()),
        Owner::User if same => {}
        Owner::User => kept &= 0o707,
        Owner::AsBefore if same => {}
        // Only root may give files away. What the old group was allowed, another one is not.
        Owner::AsBefore => {
            if let Err(error) = fchown(new, Some(old.uid()), Some(old.gid())) {
                if !Call::SetOwner.is_missing(&error) {
                    return Err(error);
                }
                if fchown(new, None, Some(old.gid())).is_err() {
                    kept &= 0o707;
                }
            }
        }
    }
    set_mode(new, if access == Access::Shared { 0o644 } else { old.mode() & kept })
}

/// The owner of a file, if it is a stranger and strangers can put files into the directory: then it may be theirs only
/// because they knew that root would write to it.
pub(super) fn untrusted_owner(path: &Path) -> Option<u32> {
    let owner = fs::symlink_metadata(path).ok()?.uid();
    let user = geteuid();
    let open = fs::metadata(super::directory_of(path)).is_ok_and(|found| found.mode() & 0o022 != 0);
    (user.is_root() && owner != user.as_raw() && open).then_some(owner)
}

/// How many names the file has.
pub(super) fn names_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(1, |metadata| metadata.nlink())
}

/// The mode of a private key file of the user's own that others can read.
pub(super) fn too_open(found: &Metadata) -> Option<u32> {
    let mine = found.uid() == nix::unistd::getuid().as_raw();
    (mine && found.mode() & 0o077 != 0).then_some(found.mode() & 0o777)
}

pub(super) fn others_can_write(directory: &Path) -> Option<Identity> {
    let found = fs::metadata(directory).ok()?;
    // The sticky bit, as on /tmp, keeps others from replacing files.
    (found.mode() & 0o022 != 0 && found.mode() & 0o1000 == 0).then(|| Identity::of(&found))
}

/// Takes the permissions of others away, and from a directory that of writing.
pub(super) fn restrict(file: &File) -> io::Result<()> {
    let found = file.metadata()?;
    let kept = if found.is_dir() { 0o7755 } else { 0o700 };
    file.set_permissions(Permissions::from_mode(found.mode() & kept))
}

/// Whether two paths, links followed, lead to one file.
pub(super) fn same_file(one: &Path, other: &Path) -> io::Result<bool> {
    Ok(identity(&fs::metadata(one)?) == identity(&fs::metadata(other)?))
}

/// Whether the error says that a file cannot be replaced because something is mounted there.
pub(super) fn is_mounted(error: &io::Error) -> bool {
    error.raw_os_error() == Some(nix::libc::EBUSY)
}

#[allow(clippy::unnecessary_wraps, reason = "the same signature on every system")]
pub(super) fn path_from_bytes(bytes: Vec<u8>) -> io::Result<PathBuf> {
    Ok(OsString::from_vec(bytes).into())
}
