//! A hint that the disk may begin with what was written to a file, so that syncing it takes less time.
//!
//! Errors, and systems without such a call, change nothing.

use std::fs::File;

/// Gives the hint (sync_file_range(2)).
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "a call that nix does not have")]
pub(super) fn begin(file: &File) {
    use nix::libc::{SYNC_FILE_RANGE_WRITE, sync_file_range};
    use std::os::fd::AsRawFd;

    let (from, to_the_end) = (0, 0);
    // SAFETY: the descriptor is open, and the call takes no pointers.
    unsafe { sync_file_range(file.as_raw_fd(), from, to_the_end, SYNC_FILE_RANGE_WRITE) };
}

/// There is no such call here.
#[cfg(not(target_os = "linux"))]
pub(super) fn begin(_: &File) {}
