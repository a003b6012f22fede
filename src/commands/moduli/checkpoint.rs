//! The file that says up to which line the work is done.

use std::io::Read;
use std::path::PathBuf;

use crate::host::files::{self, Seen};
use crate::host::ui::Ui;
use crate::text::shown;

/// A checkpoint file.
#[derive(Debug)]
pub(super) struct Checkpoint {
    path: PathBuf,
    failed: bool,
}

impl Checkpoint {
    /// The file, and how many lines it says are done.
    pub(super) fn load(path: PathBuf, ui: &mut dyn Ui) -> (Self, u64) {
        let done = files::open(&path).ok().map(|file| {
            let mut text = Vec::new();
            let number = file.take(MAX).read_to_end(&mut text).ok().and_then(|_| number(&text));
            ui.warn(&match number {
                Some(number) => format!("Loaded checkpoint from '{}' line {number}", shown(&path)),
                None => format!("Failed to load checkpoint from '{}'", shown(&path)),
            });
            number.unwrap_or(0)
        });
        (Self { path, failed: false }, done.unwrap_or(0))
    }

    /// Notes that the lines up to this one are done. The work does not depend on it: the first
    /// failure is reported, and that is all.
    pub(super) fn note(&mut self, line: u64, ui: &mut dyn Ui) {
        let text = format!("{line}\n");
        let noted = Seen::file(&self.path).and_then(|seen| files::publish(&seen, text.as_bytes()));
        if let (Err(error), false) = (noted, self.failed) {
            self.failed = true;
            ui.warn(&format!("failed to write to checkpoint file '{}': {error}", shown(&self.path)));
        }
    }

    /// The work is done: no checkpoint is needed. A file that could not be written stays, and so does what may be a key.
    pub(super) fn remove(self, ui: &mut dyn Ui) {
        let is_checkpoint = || Seen::file(&self.path).and_then(|seen| seen.check_not_private()).is_ok();
        if self.failed || !is_checkpoint() {
            return;
        }
        if let Err(error) = files::remove(&self.path) {
            ui.warn(&format!("cannot remove checkpoint file '{}': {error}", shown(&self.path)));
        }
    }
}

/// The number that a text starts with.
fn number(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii_start();
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    str::from_utf8(&text[..length]).ok()?.parse().ok()
}

/// No checkpoint is longer, in bytes.
const MAX: u64 = 64;
