//! Files on Unix: modes at creation, locks and fsync on folders.

use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

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
        file.set_permissions(Permissions::from_mode(mode))?;
    }
    Ok(file)
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

/// Keeps other processes of this program from the folder until dropped. `None` where the file
/// system has no locks: then only the exclusive creation of files keeps them apart.
pub(super) fn lock_folder(path: &Path) -> Option<File> {
    let folder = File::open(path).ok()?;
    folder.lock().ok()?;
    Some(folder)
}
