//! Temporary files that runs left behind which were killed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::temporary::{PREFIX, RANDOM, SUFFIX};
use super::version::Version;
use super::{Note, Written, system};

/// Removes the user's own old temporary files from a directory. They hold what was never reported as saved.
///
/// Only files by rkeygen's name for them that no one has written to for an hour, and that no process keeps locked.
pub(super) fn remove(directory: &Path, written: &mut Written) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
    let drafts = names.filter(|name| name.to_str().is_some_and(is_draft));
    // All are found before one is removed: removing may disturb the listing.
    for path in drafts.map(|name| directory.join(name)).collect::<Vec<PathBuf>>() {
        if remove_one(&path).is_some() {
            written.note(Note::RemovedLeftover { path });
        }
    }
}

fn is_draft(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
    random.is_some_and(|random| {
        random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Removes one file, if it is as described.
fn remove_one(path: &Path) -> Option<()> {
    let file: File = system::open_to_look(path).ok()?;
    let found = file.metadata().ok()?;
    let age = SystemTime::now().duration_since(found.modified().ok()?).ok()?;
    if !found.is_file() || !system::is_own(&found) || age < OLD {
        return None;
    }
    file.try_lock().ok()?;
    let same = Version::at(path).ok()? == Version::of(&found);
    same.then(|| fs::remove_file(path).ok()).flatten()
}

/// No run keeps a temporary file that long without writing to it or locking it.
const OLD: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::is_draft;

    #[test]
    fn only_names_of_temporary_files_count() {
        assert!(is_draft(".rkeygen-abcDEF123456.tmp"));
        for name in [
            ".rkeygen-.tmp",
            ".rkeygen-abcDEF12345.tmp",
            ".rkeygen-abcDEF123456.old",
            "key.tmp",
            ".rkeygen-lock",
        ] {
            assert!(!is_draft(name), "{name}");
        }
    }
}
