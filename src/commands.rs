//! The commands: each loads, asks, changes, saves and reports.

pub mod change_comment;
pub mod change_passphrase;
pub mod convert;
pub mod doctor;
pub mod export;
pub mod fingerprint;
pub mod generate;
pub mod import;
pub mod load;
pub mod passphrase;
pub mod print_public;
mod report;

use chacha20::ChaCha20Rng;

use crate::host::ui::Ui;

/// One thing to do, with all it needs to know.
#[derive(Debug)]
pub enum Command {
    /// Make a key pair.
    Generate(generate::Args),
    /// Show fingerprints.
    Fingerprint(fingerprint::Args),
    /// Change a passphrase.
    ChangePassphrase(change_passphrase::Args),
    /// Change a comment.
    ChangeComment(change_comment::Args),
    /// Export a public key.
    Export(export::Args),
    /// Import a public key.
    Import(import::Args),
    /// Convert a key.
    Convert(convert::Args),
    /// Say what is wrong with keys.
    Doctor(doctor::Args),
    /// Print the public half.
    PrintPublic(print_public::Args),
    /// Show a text: the help, the version.
    Show(&'static str),
}

/// What a command works with.
pub struct Context<'a> {
    /// The user.
    pub ui: &'a mut dyn Ui,
    /// Random numbers.
    pub rng: ChaCha20Rng,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

/// Carries out one command.
///
/// # Errors
/// Whatever keeps the command from its end; the files are then as they were.
pub fn run(command: Command, ctx: &mut Context<'_>) -> anyhow::Result<()> {
    match command {
        Command::Generate(args) => generate::run(args, ctx),
        Command::Fingerprint(args) => fingerprint::run(args, ctx),
        Command::ChangePassphrase(args) => change_passphrase::run(args, ctx),
        Command::ChangeComment(args) => change_comment::run(args, ctx),
        Command::Export(args) => export::run(args, ctx),
        Command::Import(args) => import::run(args, ctx),
        Command::Convert(args) => convert::run(args, ctx),
        Command::Doctor(args) => doctor::run(args, ctx),
        Command::PrintPublic(args) => print_public::run(args, ctx),
        Command::Show(text) => Ok(ctx.ui.remark(text.as_bytes())?),
    }
}
