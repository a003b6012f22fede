//! Options about passphrases that rkeygen makes.

use clap::Args;

use super::PASSPHRASE;
use super::values;
use crate::host::sink::Sink;
use crate::keygen::passphrase::WordCount;

/// A passphrase of words, and where it goes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Generated {
    /// Make a passphrase of random words (default 6, 77 bits), and show it on the terminal.
    ///
    /// Each word is one of 7776. The passphrase is shown on the terminal alone, never on standard output.
    #[arg(long, value_name = "WORDS", help_heading = PASSPHRASE, value_parser = values::word_count, conflicts_with_all = ["new_passphrase", "new_passphrase_from", "no_passphrase"])]
    pub(in crate::cli) generate_passphrase: Option<WordCount>,
    /// Write the generated passphrase to file:PATH or fd:N instead of the terminal.
    ///
    /// The file must not exist, and is readable only by its owner.
    #[arg(long, value_name = "PLACE", help_heading = PASSPHRASE, requires = "generate_passphrase")]
    pub(in crate::cli) passphrase_to: Option<Sink>,
}
