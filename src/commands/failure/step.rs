//! The steps that a failure kept from their end, and the file that it is about.

use std::fmt::Display;
use std::path::Path;

use super::{Cause, Failure};

/// Says which step a failure kept from its end.
pub(in crate::commands) trait While<T> {
    /// Adds the step.
    fn during(self, step: impl Display) -> Result<T, Failure>;

    /// Adds a step that costs something to word.
    fn during_step<S: Display>(self, step: impl FnOnce() -> S) -> Result<T, Failure>;

    /// Says which file it was.
    fn at(self, path: &Path) -> Result<T, Failure>;

    /// Says that a key was to be loaded.
    fn loading(self, path: &Path) -> Result<T, Failure>;

    /// Says that a key was to be saved.
    fn saving(self, path: &Path) -> Result<T, Failure>;
}

impl<T, E: Into<Failure>> While<T> for Result<T, E> {
    fn during(self, step: impl Display) -> Result<T, Failure> {
        self.during_step(|| step)
    }

    fn during_step<S: Display>(self, step: impl FnOnce() -> S) -> Result<T, Failure> {
        self.map_err(|error| error.into().during(step().to_string()))
    }

    fn at(self, path: &Path) -> Result<T, Failure> {
        self.map_err(|error| error.into().during(path.display().to_string()).with_file(path))
    }

    fn loading(self, path: &Path) -> Result<T, Failure> {
        self.map_err(|error| error.into().during(format!("Load key \"{}\"", path.display())).with_file(path))
    }

    fn saving(self, path: &Path) -> Result<T, Failure> {
        self.map_err(|error| {
            error
                .into()
                .not_saved()
                .during(format!("Saving key \"{}\" failed", path.display()))
                .with_file(path)
        })
    }
}

impl Failure {
    /// A failure to ask about a token; see [`Cause::unanswered`].
    pub(in crate::commands) fn unanswered(mut self) -> Self {
        *self.cause = match *self.cause {
            Cause::Ui(error) => Cause::unanswered(error),
            other => other,
        };
        self
    }

    /// A failure to save a key.
    fn not_saved(mut self) -> Self {
        *self.cause = match *self.cause {
            Cause::NotSaved(error) => Cause::KeyNotSaved(error),
            other => other,
        };
        self
    }

    pub(super) fn during(mut self, step: String) -> Self {
        self.steps.push(step);
        self
    }

    /// Says which file it was, where the steps name it already.
    pub(in crate::commands) fn with_file(mut self, path: &Path) -> Self {
        self.file.get_or_insert_with(|| path.to_owned());
        self
    }
}
