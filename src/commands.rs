//! The commands: each loads, asks, changes, saves and reports.

mod ask;
pub mod change_comment;
pub mod change_passphrase;
pub mod convert;
pub mod doctor;
pub mod export;
pub mod failure;
pub mod find_principals;
pub mod fingerprint;
pub mod generate;
pub mod host_keys;
pub mod import;
mod json;
pub mod key_list;
pub mod known_hosts;
pub mod ledger;
pub mod load;
pub mod make_krl;
pub mod match_principals;
pub mod moduli;
pub mod overwrite;
pub mod passphrase;
pub mod print_public;
pub mod public;
pub mod query_krl;
mod quote;
pub mod resident_keys;
pub mod show_certificate;
pub mod sign;
pub mod sign_certificate;
pub mod signer;
pub mod sshfp;
pub mod token;
pub mod token_keys;
mod token_library;
pub mod tokens;
pub mod verify;

use std::borrow::Cow;

use chacha20::ChaCha20Rng;

use self::failure::Failure;
use crate::host::files::Written;
use crate::host::pager;
use crate::host::ui::Ui;

/// One thing to do, with all it needs to know.
#[derive(Debug)]
pub enum Command {
    /// Make a key pair.
    Generate(generate::Args),
    /// Save the keys that a token stores.
    ResidentKeys(resident_keys::Args),
    /// Show the keys in the tokens of a PKCS#11 library.
    TokenKeys(token_keys::Args),
    /// Say what the tokens of a PKCS#11 library are.
    Tokens(tokens::Args),
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
    /// Look for a host in a known_hosts file.
    FindHost(known_hosts::find::Args),
    /// Remove a host from a known_hosts file, or hide the names in it.
    RewriteKnownHosts(known_hosts::rewrite::Args),
    /// Work on a list of lines with keys: a known_hosts, authorized_keys or allowed_signers file.
    KeyList(key_list::Args),
    /// Make the host keys that are missing.
    HostKeys(host_keys::Args),
    /// Print SSHFP records.
    Sshfp(sshfp::Args),
    /// Find candidates for Diffie-Hellman moduli.
    GenerateModuli(moduli::generate::Args),
    /// Screen candidates for Diffie-Hellman moduli.
    ScreenModuli(moduli::screen::Args),
    /// Convert a key.
    Convert(convert::Args),
    /// Say what is wrong with keys.
    Doctor(doctor::Args),
    /// Print the public key.
    PrintPublic(print_public::Args),
    /// Make a key revocation list.
    MakeKrl(make_krl::Args),
    /// Ask a key revocation list.
    QueryKrl(query_krl::Args),
    /// Sign certificates.
    SignCertificate(Box<sign_certificate::Args>),
    /// Show certificates.
    ShowCertificate(show_certificate::Args),
    /// Sign files.
    Sign(sign::Args),
    /// Verify a signature over a file.
    Verify(verify::Args),
    /// Find out who may have signed.
    FindPrincipals(find_principals::Args),
    /// Find the lines about a principal.
    MatchPrincipals(match_principals::Args),
    /// Show a text: the help, the version, completions for a shell.
    Show(Cow<'static, str>),
    /// Show a manual page: in a pager on a terminal, else its source.
    Manual(Cow<'static, str>),
}

impl Command {
    /// Whether it writes private keys that can have a new passphrase.
    #[must_use]
    pub fn takes_new_passphrase(&self) -> bool {
        matches!(
            self,
            Self::Generate(_) | Self::ResidentKeys(_) | Self::ChangePassphrase(_) | Self::Convert(_)
        )
    }

    /// Whether `--if-exists` decides about the files that it writes.
    #[must_use]
    pub fn obeys_if_exists(&self) -> bool {
        match self {
            Self::Generate(_)
            | Self::HostKeys(_)
            | Self::Convert(_)
            | Self::SignCertificate(_)
            | Self::Sign(_)
            | Self::ResidentKeys(_) => true,
            Self::MakeKrl(args) => args.existing == make_krl::Existing::Replace,
            _ => false,
        }
    }
}

/// What a command works with.
pub struct Context<'a> {
    /// The user.
    pub ui: &'a mut dyn Ui,
    /// Random numbers.
    pub rng: ChaCha20Rng,
}

impl Context<'_> {
    /// Tells the user what there is to know beside that a file was written.
    fn tell(&mut self, written: &Written) {
        for note in written.notes() {
            self.ui.warn(&note.to_string());
        }
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

/// How a command ends that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it was asked to do.
    Done,
    /// The answer is no: nothing was found, a key is revoked, a file has a problem, the user declined.
    No,
    /// A file that was to be diagnosed cannot be read; the others were.
    Unreadable,
    /// `-Y find-principals`: no principal may have made the signature.
    NoSigner,
    /// `-Y match-principals`: no line is about the principal.
    NoPrincipal,
}

impl Outcome {
    /// The exit status, as ssh-keygen's; it lets its internal -46 out of `-Y match-principals`.
    #[must_use]
    pub fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::NoPrincipal => 210,
            Self::Unreadable | Self::NoSigner => 255,
        }
    }
}

/// Carries out one command.
///
/// # Errors
/// Whatever keeps the command from its end; the files are then as they were.
pub fn run(command: Command, ctx: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        Command::Generate(args) => generate::run(args, ctx),
        Command::ResidentKeys(args) => resident_keys::run(args, ctx),
        Command::TokenKeys(args) => token_keys::run(args, ctx),
        Command::Tokens(args) => tokens::run(args, ctx),
        Command::Fingerprint(args) => fingerprint::run(args, ctx),
        Command::ChangePassphrase(args) => change_passphrase::run(args, ctx),
        Command::ChangeComment(args) => change_comment::run(args, ctx),
        Command::Export(args) => export::run(args, ctx),
        Command::Import(args) => import::run(args, ctx),
        Command::FindHost(args) => known_hosts::find::run(args, ctx),
        Command::RewriteKnownHosts(args) => known_hosts::rewrite::run(args, ctx),
        Command::KeyList(args) => key_list::run(args, ctx),
        Command::HostKeys(args) => host_keys::run(args, ctx),
        Command::Sshfp(args) => sshfp::run(args, ctx),
        Command::GenerateModuli(args) => moduli::generate::run(args, ctx),
        Command::ScreenModuli(args) => moduli::screen::run(args, ctx),
        Command::Convert(args) => convert::run(args, ctx),
        Command::Doctor(args) => doctor::run(args, ctx),
        Command::PrintPublic(args) => print_public::run(args, ctx),
        Command::MakeKrl(args) => make_krl::run(args, ctx),
        Command::QueryKrl(args) => query_krl::run(args, ctx),
        Command::SignCertificate(args) => sign_certificate::run(*args, ctx),
        Command::ShowCertificate(args) => show_certificate::run(args, ctx),
        Command::Sign(args) => sign::run(args, ctx),
        Command::Verify(args) => verify::run(args, ctx),
        Command::FindPrincipals(args) => find_principals::run(args, ctx),
        Command::MatchPrincipals(args) => match_principals::run(args, ctx),
        Command::Manual(page) => {
            if !pager::show_manual(&page) {
                ctx.ui.remark(page.as_bytes())?;
            }
            Ok(Outcome::Done)
        }
        Command::Show(text) => {
            ctx.ui.remark(text.as_bytes())?;
            Ok(Outcome::Done)
        }
    }
}
