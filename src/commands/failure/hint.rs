//! What the user can do about a failure: one line, with the option or the command.

mod certificate;
mod conversion;
mod file;
mod key_file;
mod list;

use self::certificate::{of_certificate, of_ledger};
use self::conversion::of_convert;
use self::file::{NO_SUCH_FILE, make_directory, of_file, of_missing, of_unreadable};
pub(in crate::commands) use self::key_file::{of_damage, of_key_file, of_other};
use self::list::of_list;
use super::{Cause, Failure};
use crate::commands::{
    generate, load, make_krl, overwrite, passphrase, public, signer, sshfp, token, verify,
};
use crate::device::{agent, fido, pkcs11};
use crate::format::fips;
use crate::host::question::Question;
use crate::host::{account, source, ui};
use crate::key;
use crate::krl;
use crate::signature;
use crate::sshsig;

impl Failure {
    /// What the user can do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match &*self.cause {
            Cause::Ui(error) | Cause::Locked(error) => of_ui(error)?,
            Cause::Token(error) => of_token(error)?,
            Cause::Source(error) => of_source(error)?,
            Cause::Sink(_) => "name a new file with --passphrase-to file:PATH",
            Cause::NewPassphrase(passphrase::Error::CipherNone) => "omit -Z, or use --no-passphrase",
            Cause::NewPassphrase(passphrase::Error::Empty) => {
                "check that the secret is set, or use --no-passphrase"
            }
            Cause::KeyNotSaved(error) | Cause::NotSaved(error) => return of_file(error),
            Cause::Account(error) => of_account(error),
            Cause::Agent(error) => of_agent(error)?,
            Cause::Fido(error) => of_fido(error)?,
            Cause::Pkcs11(error) => of_pkcs11(error)?,
            Cause::Format(error) => of_key_file(error)?,
            Cause::Excluded(error) => of_profile(*error),
            Cause::Comment(key::CommentError::SecondLine) => "remove the newline from the -C comment",
            Cause::Signature(error) => of_signature(*error)?,
            Cause::Generate(error) => of_generate(error)?,
            Cause::Overwrite(error) => of_overwrite(error),
            Cause::Load(load::Error::Certificate) => {
                "use puttygen --remove-certificate first, and keep the certificate in a file of its own"
            }
            Cause::Load(load::Error::Scalar(_)) => {
                "its private number is not safe, so that OpenSSH refuses it; generate a new key"
            }
            Cause::Load(load::Error::TooOpen) => "remove access for others: chmod 600 FILE",
            Cause::Convert(error) => of_convert(error),
            Cause::KeyList(error) => return Some(of_list(error)),
            Cause::Ledger(error) => of_ledger(error)?,
            Cause::Signer(signer::Error::CertificateAsCa(_)) => "give the CA's plain public key with -s",
            Cause::SignCertificate(error) => of_certificate(error)?,
            Cause::Unreadable(error) => of_unreadable(error)?,
            Cause::Public(error) => of_public(error)?,
            Cause::System(error) => self.file.as_ref().and_then(|path| of_missing(path, error.kind()))?,
            Cause::HostKeys(error) => return error.directory.as_deref().map(make_directory),
            Cause::Sshfp(sshfp::Error::NoFile(_)) => NO_SUCH_FILE,
            Cause::MakeKrl(make_krl::Error::NoList(_)) => {
                "make it first: rkeygen krl make KRL, or -k without -u"
            }
            Cause::Krl(krl::Error::NoMagic) => {
                "a KRL is made by rkeygen krl make; it comes before the keys to check"
            }
            Cause::FileSignature(error) => of_file_signature(error)?,
            Cause::Verify(verify::Error::NotAllowed(..)) => NOT_ALLOWED,
            Cause::Verify(verify::Error::Revoked) | Cause::Krl(_) => return None,
            Cause::Entropy(_)
            | Cause::SelfTest(_)
            | Cause::Certificate(_)
            | Cause::Date(_)
            | Cause::Specification(_)
            | Cause::NoCa(_)
            | Cause::SignersLine(_)
            | Cause::SignersNotRead(_)
            | Cause::NoComments(_)
            | Cause::Export(_)
            | Cause::Fingerprint(_)
            | Cause::MakeKrl(_)
            | Cause::QueryKrl(_)
            | Cause::Signer(_)
            | Cause::Sshfp(_)
            | Cause::Other(_) => return None,
        };
        Some(text.to_owned())
    }
}

fn of_ui(error: &ui::Error) -> Option<&'static str> {
    match error {
        ui::Error::NoInput(question)
        | ui::Error::EndOfInput(question)
        | ui::Error::NoTerminal(question)
        | ui::Error::Silence { question, .. } => Some(of_question(question)),
        ui::Error::NowhereToShow => Some("use --passphrase-to file:PATH or fd:NUMBER"),
        ui::Error::Askpass(_) => Some("fix SSH_ASKPASS, or set SSH_ASKPASS_REQUIRE=never"),
        ui::Error::Output(_) | ui::Error::Input(_) => None,
    }
}

const NOT_ALLOWED: &str =
    "rkeygen -Y find-principals names whose key it is; rkeygen allowed-signers lint checks the lines";

fn of_file_signature(error: &sshsig::Error) -> Option<&'static str> {
    use sshsig::Error as E;
    match error {
        E::NoHeader => Some(
            "an SSH signature file begins with -----BEGIN SSH SIGNATURE-----, without a BOM, blanks or other lines before it",
        ),
        E::Namespace => Some(
            "-n names another purpose than the signature was made for: git for Git, often file for files",
        ),
        E::NoFooter | E::Invalid | E::Version(_) | E::Unsupported | E::Signature(_) => None,
    }
}

/// How to answer without a prompt.
fn of_question(question: &Question) -> &'static str {
    match question {
        Question::KeyFile(_) | Question::NewKeyFile(_) => {
            "name the file: with -f, or after the name of the command"
        }
        Question::Overwrite(_) => "use --if-exists fail, keep or replace",
        Question::NewComment => "give the comment: with -C, or after the file",
        Question::PassphraseOfNewKey(_) | Question::NewPassphrase | Question::SamePassphrase => {
            "use --new-passphrase-from file:PATH (or env:, fd:, stdin), or --no-passphrase"
        }
        Question::NewFipsPassphrase => "use --new-passphrase-from file:PATH (or env:, fd:, stdin)",
        Question::OldPassphrase | Question::Passphrase | Question::PassphraseOf(_) => {
            "use --passphrase-from file:PATH (or env:, fd:, stdin)"
        }
        Question::PassphraseToSign(_) => {
            "run ssh-add on the key first, or use --passphrase-from file:PATH (or env:, fd:, stdin)"
        }
        Question::TokenPin | Question::KeyPin(_) | Question::CaKeyPin => {
            "pipe the PIN to standard input, or set SSH_ASKPASS"
        }
        Question::LibraryPin(_) => "give the PIN with -P or --passphrase-from, or set SSH_ASKPASS",
        Question::OverwriteInToken { .. } => USER_OR_REPLACE,
        Question::OverwriteUnseen { .. } => PIN_OR_REPLACE,
    }
}

fn of_account(error: &account::Error) -> &'static str {
    match error {
        account::Error::NoUserNamed(_) => "~ is your home directory; a file called ~x is ./~x",
        _ => "use -f FILE and -C COMMENT, which need no entry in the user database",
    }
}

fn of_source(error: &source::Error) -> Option<&'static str> {
    match error {
        source::Error::Terminal => Some("omit --new-passphrase-from to be prompted without echo"),
        source::Error::Unset(_) => Some("set and export it, or use file:PATH"),
        source::Error::Unreadable(..) | source::Error::Empty(_) | source::Error::TooLong(..) => None,
    }
}

fn of_public(error: &public::Error) -> Option<&'static str> {
    match error {
        public::Error::PrivateKey => {
            Some("use rkeygen convert FILE --to openssh -o OUT, or rkeygen public FILE")
        }
        public::Error::Invalid => Some("rkeygen doctor FILE reports what the file is"),
        public::Error::TooLong => None,
    }
}

fn of_agent(error: &agent::Error) -> Option<&'static str> {
    match error {
        agent::Error::NotPresent => Some("start one: eval \"$(ssh-agent)\", then ssh-add FILE"),
        agent::Error::NoKeys => Some("unlock it with ssh-add -X, or add the key with ssh-add FILE"),
        agent::Error::Refused => {
            Some("a confirmation may have been denied; ssh-add -L lists the agent's keys")
        }
        agent::Error::Silent(_) => Some("restart the agent, or omit -U to sign with the file"),
        agent::Error::Communication(_) => None,
    }
}

fn of_fido(error: &fido::Error) -> Option<&'static str> {
    use fido::{Error, TokenError};
    Some(match error {
        Error::NoDevice => "plug the token in; -w LIBRARY or SSH_SK_PROVIDER names a different way to it",
        Error::Denied(_) => {
            "install udev rules for FIDO tokens (Debian: libfido2-1), then plug the token in again"
        }
        Error::NoHelper => "install OpenSSH 8.6 or later, or set SSH_SK_HELPER to its ssh-sk-helper",
        Error::Version { .. } => "use a provider library made for OpenSSH 8.9 or later",
        Error::Unsupported => "use -t ecdsa-sk without -O resident and -O verify-required",
        Error::Token(TokenError::NoTouch) => "touch the token when it blinks",
        Error::Token(TokenError::NoPin) => "set a PIN with the tool of the token's vendor, or fido2-token -S",
        Error::Token(TokenError::Full) => "delete keys of the token with fido2-token -D",
        _ => return None,
    })
}

const USER_OR_REPLACE: &str =
    "use a different -O user or -O application, or --if-exists replace to overwrite the key in the token";
const PIN_OR_REPLACE: &str =
    "set a PIN for the token (fido2-token -S), or use --if-exists replace to overwrite such a key";

fn of_token(error: &token::Error) -> Option<&'static str> {
    match error {
        token::Error::Unanswered(error) => of_ui(error),
        _ => None,
    }
}

fn of_pkcs11(error: &pkcs11::Error) -> Option<&'static str> {
    use pkcs11::Error;
    Some(match error {
        Error::NoHelper => {
            "ssh-add -s LIBRARY, then use -U; or install OpenSSH 10.1 or later, or a build that is not static"
        }
        Error::NoKeys => "plug the token in; rkeygen doctor -D LIBRARY shows the tokens",
        Error::NoPrivateKey => "rkeygen doctor -D LIBRARY shows what the tokens hold",
        Error::Library { .. } => "-D takes the path of the token's PKCS#11 library, such as opensc-pkcs11.so",
        _ => return None,
    })
}

/// What `--fips` takes instead of what it excludes.
fn of_profile(error: fips::Excluded) -> &'static str {
    match error {
        fips::Excluded::Ed25519 | fips::Excluded::Type(_) => {
            "clients in FIPS mode read rsa and ecdsa keys; generate one: rkeygen new -t rsa --fips FILE"
        }
        fips::Excluded::ShortRsa(_) => "generate a longer key: rkeygen new -t rsa -b 3072 --fips FILE",
        fips::Excluded::ShortPassphrase => {
            "use --new-passphrase-from, -N or the prompt; a key without a passphrase needs no --fips"
        }
    }
}

fn of_signature(error: signature::Error) -> Option<&'static str> {
    use signature::Error as E;
    match error {
        E::InToken => Some("run ssh-add on the key, then sign with -U"),
        E::Invalid | E::Incorrect | E::Unsupported | E::ShortKey => None,
    }
}

fn of_generate(error: &generate::Error) -> Option<&'static str> {
    use generate::Error as E;
    match error {
        E::NoName => None,
        E::Link { .. } => Some("name the file that the link leads to, or remove the link"),
        E::NotAFile { .. } => Some("name a file with -f; -f - prints the key"),
    }
}

fn of_overwrite(error: &overwrite::Error) -> &'static str {
    match error {
        overwrite::Error::Exists(_) => "use --if-exists keep, or --if-exists replace to overwrite it",
        overwrite::Error::InToken(_) => USER_OR_REPLACE,
        overwrite::Error::Unseen(_) => PIN_OR_REPLACE,
        overwrite::Error::Different { .. } => {
            "change the request, write another file, or use --if-exists replace"
        }
    }
}
