//! Every call that a file system, a kernel or a sandbox may lack, and the errors that say so.
//!
//! Another error is a real one. What rkeygen does instead is written beside each call.

use std::io;

use nix::errno::Errno;

/// A call that files can be written without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// open(2) with `O_TMPFILE`. Instead: a temporary file with a name.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux has unnamed files"))]
    UnnamedFile,
    /// linkat(2) of an unnamed file. Instead: a copy of it with a name.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux has unnamed files"))]
    LinkUnnamed,
    /// link(2) and renameat2(2) to a name that is free. Instead: an empty file is created there, then replaced.
    NewName,
    /// fchmod(2). Instead: nothing, if others may do no more with the file than asked for.
    SetMode,
    /// fchown(2). Instead: the file belongs to the user, and what its group could do, the new group cannot.
    SetOwner,
    /// fsync(2) of a file, or of a directory. Instead: nothing, the file system decides when it writes.
    Sync,
}

impl Call {
    /// Returns whether the error says that the call is not to be had here.
    pub(super) fn is_missing(self, error: &io::Error) -> bool {
        let errors = self.errors();
        error.raw_os_error().is_some_and(|code| errors.contains(&Errno::from_raw(code)))
    }

    fn errors(self) -> &'static [Errno] {
        use Errno::{EACCES, EINVAL, EISDIR, EMLINK, ENOENT, ENOSYS, ENOTDIR, EPERM, EROFS, EXDEV};
        // A variant on some systems, a constant on others, which cannot be imported.
        const EOPNOTSUPP: Errno = Errno::EOPNOTSUPP;
        match self {
            // EISDIR and ENOENT are the answers of kernels that do not know the flag.
            Self::UnnamedFile => &[EOPNOTSUPP, EISDIR, ENOENT, EINVAL, ENOSYS, EPERM],
            // ENOENT and ENOTDIR where /proc is not mounted.
            Self::LinkUnnamed => &[ENOENT, ENOTDIR, EOPNOTSUPP, EINVAL, ENOSYS, EPERM, EACCES, EXDEV, EMLINK],
            Self::NewName => &[EOPNOTSUPP, EINVAL, ENOSYS, EPERM, EACCES, EXDEV, EMLINK],
            Self::SetMode | Self::SetOwner => &[EPERM, EOPNOTSUPP, EINVAL, ENOSYS, EACCES, EROFS],
            Self::Sync => &[EINVAL, EOPNOTSUPP, ENOSYS, EISDIR],
        }
    }
}

/// Takes the error of a missing call for success.
pub(super) fn unless_missing(call: Call, done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if call.is_missing(&error) => Ok(()),
        done => done,
    }
}
