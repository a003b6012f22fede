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
            let mut failure = error.into();
            if let Cause::NotSaved(error) = failure.cause {
                failure.cause = Cause::KeyNotSaved(error);
            }
            failure.during(format!("Saving key \"{}\" failed", path.display())).with_file(path)
        })
    }
}
