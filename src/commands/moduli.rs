//! `-M`: Diffie-Hellman moduli.

mod checkpoint;
pub mod generate;
pub mod screen;
mod screening;

use std::path::PathBuf;

/// Where results go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Standard output.
    Stdout,
    /// A file.
    File(PathBuf),
}
