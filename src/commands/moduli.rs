//! `-M`: Diffie-Hellman moduli.

mod checkpoint;
pub mod generate;
pub mod screen;
mod screening;

use std::path::{Path, PathBuf};

/// A file, or a standard stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stream {
    /// Standard input or output.
    Standard,
    /// A file.
    File(PathBuf),
}

impl Stream {
    /// The file of that name; `-` is a standard stream.
    #[must_use]
    pub fn named(path: PathBuf) -> Self {
        if path == Path::new("-") { Self::Standard } else { Self::File(path) }
    }
}
