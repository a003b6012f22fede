//! What programs know a failure by: names that stay the same.

use std::path::Path;

use super::{Cause, Failure};
use crate::commands::{
    convert, fingerprint, generate, key_list, ledger, load, make_krl, overwrite, passphrase, query_krl,
    signer, sshfp, token, verify,
};
use crate::device::{fido, pkcs11};
use crate::format;
use crate::host::{files, ui};
use crate::signature;

impl Failure {
    /// The name of the failure, the `id` of `rkeygen/error/1`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match &*self.cause {
            Cause::Ui(error) => of_ui(error),
            Cause::Locked(_) | Cause::Format(format::Error::NeedsPassphrase) => "passphrase-needed",
            Cause::Format(format::Error::WrongPassphrase) => "wrong-passphrase",
            Cause::Source(_) => "passphrase-source",
            Cause::Sink(_) => "passphrase-not-written",
            Cause::NewPassphrase(passphrase::Error::Empty) => "empty-passphrase",
            Cause::NewPassphrase(passphrase::Error::CipherNone) => "cipher-none",
            Cause::KeyNotSaved(error) | Cause::NotSaved(error) => of_file(error),
            Cause::Unreadable(_) => "unreadable",
            Cause::System(_) => "system",
            Cause::Account(_) => "unknown-user",
            Cause::Entropy(_) => "no-random-numbers",
            Cause::Agent(_) => "agent",
            Cause::Fido(fido::Error::Pin) => "wrong-pin",
            Cause::Pkcs11(pkcs11::Error::Pin(_)) => "wrong-pin",
            Cause::Fido(_) | Cause::Pkcs11(_) => "token",
            Cause::Token(error) => of_token(error),
            Cause::Format(_) | Cause::Load(load::Error::Scalar(_)) => "key-format",
            Cause::Excluded(_) => "excluded-by-fips",
            Cause::Comment(_) | Cause::NoComments(_) => "comment",
            Cause::SelfTest(_) => "self-test",
            Cause::Certificate(_) => "certificate-format",
            Cause::Date(_) => "date",
            Cause::Signature(signature::Error::InToken) => "key-in-token",
            Cause::Signature(_) | Cause::FileSignature(_) => "signature",
            Cause::Krl(_) => "krl-format",
            Cause::Specification(_) | Cause::NoCa(_) => "krl-specification",
            Cause::SignersLine(_) | Cause::SignersNotRead(_) => "allowed-signers",
            Cause::Generate(error) => of_generate(error),
            Cause::Load(_) => "bad-permissions",
            Cause::Public(_) => "public-key-format",
            Cause::Overwrite(error) => of_overwrite(error),
            Cause::Convert(convert::Error::SameFile(_)) => "same-file",
            Cause::Convert(_) => "no-output",
            Cause::Export(_) => "unsupported-type",
            Cause::Fingerprint(fingerprint::Error::NoPublicKey(_) | fingerprint::Error::NoKey(_)) => "no-key",
            Cause::HostKeys(_) => "host-keys",
            Cause::KeyList(error) => of_list(error),
            Cause::Ledger(_) => "ledger",
            Cause::MakeKrl(make_krl::Error::NoFile) | Cause::QueryKrl(query_krl::Error::NoFile) => "no-file",
            Cause::MakeKrl(make_krl::Error::NoList(_)) => "no-list",
            Cause::MakeKrl(make_krl::Error::TooLong) => "krl-too-long",
            Cause::MakeKrl(make_krl::Error::Obsolete(_)) | Cause::QueryKrl(query_krl::Error::Obsolete(_)) => {
                "unsupported-type"
            }
            Cause::SignCertificate(_) | Cause::Signer(signer::Error::CertificateAsCa(_)) => {
                "certificate-request"
            }
            Cause::Signer(_) => "no-signer",
            Cause::Sshfp(sshfp::Error::NoKeys | sshfp::Error::NoFile(_)) => "no-key",
            Cause::Verify(verify::Error::Revoked) => "revoked",
            Cause::Verify(verify::Error::NotAllowed(..)) => "not-allowed",
            Cause::Other(_) => "other",
        }
    }
}

impl Cause {
    /// The file that the cause itself names.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::KeyNotSaved(error) | Self::NotSaved(error) => Some(match error {
                files::Error::System { path, .. }
                | files::Error::Taken { path }
                | files::Error::NotAFile { path, .. }
                | files::Error::Locked { path, .. }
                | files::Error::Changed { path }
                | files::Error::PrivateKey { path }
                | files::Error::Unknown { path, .. }
                | files::Error::ForeignLink { path, .. }
                | files::Error::ForeignOwner { path, .. }
                | files::Error::Mounted { path, .. } => path,
            }),
            Self::Unreadable(
                files::Unreadable::System { path, .. } | files::Unreadable::TooLong { path },
            )
            | Self::Generate(generate::Error::Link { path, .. } | generate::Error::NotAFile { path, .. })
            | Self::Convert(convert::Error::SameFile(path) | convert::Error::OneWay(path))
            | Self::Overwrite(overwrite::Error::Exists(path) | overwrite::Error::Different { path, .. })
            | Self::Fingerprint(fingerprint::Error::NoPublicKey(path) | fingerprint::Error::NoKey(path))
            | Self::KeyList(
                key_list::Error::InvalidLines(path)
                | key_list::Error::NotAList { path, .. }
                | key_list::Error::Conflict { path, .. }
                | key_list::Error::Stuck { path, .. }
                | key_list::Error::PrivateKey(path)
                | key_list::Error::Certificate(path)
                | key_list::Error::NoKey { path, .. }
                | key_list::Error::RanTogether { path, .. }
                | key_list::Error::Obsolete(path),
            )
            | Self::Ledger(ledger::Error::Damaged { path, .. })
            | Self::MakeKrl(make_krl::Error::NoList(path) | make_krl::Error::Obsolete(path))
            | Self::QueryKrl(query_krl::Error::Obsolete(path))
            | Self::Sshfp(sshfp::Error::NoFile(path)) => Some(path),
            Self::KeyList(key_list::Error::Untrusted(reason)) => Some(reason.path()),
            _ => None,
        }
    }
}

fn of_file(error: &files::Error) -> &'static str {
    match error {
        files::Error::PrivateKey { .. } | files::Error::Unknown { .. } => "private-key-in-the-way",
        files::Error::ForeignLink { .. } | files::Error::ForeignOwner { .. } => "foreign-file",
        files::Error::System { .. }
        | files::Error::Taken { .. }
        | files::Error::NotAFile { .. }
        | files::Error::Locked { .. }
        | files::Error::Changed { .. }
        | files::Error::Mounted { .. } => "not-saved",
    }
}

fn of_list(error: &key_list::Error) -> &'static str {
    match error {
        key_list::Error::InvalidLines(_) | key_list::Error::NotAList { .. } => "invalid-lines",
        key_list::Error::Conflict { .. } | key_list::Error::Stuck { .. } => "conflict",
        key_list::Error::Option(_) | key_list::Error::Text(_) => "bad-value",
        key_list::Error::Untrusted(_) => "bad-permissions",
        key_list::Error::PrivateKey(_)
        | key_list::Error::NoKey { .. }
        | key_list::Error::RanTogether { .. } => "public-key-format",
        key_list::Error::Certificate(_) | key_list::Error::Obsolete(_) => "unsupported-type",
    }
}

fn of_ui(error: &ui::Error) -> &'static str {
    match error {
        ui::Error::NoInput(_)
        | ui::Error::NoTerminal(_)
        | ui::Error::EndOfInput(_)
        | ui::Error::Silence { .. } => "unanswered-prompt",
        ui::Error::NowhereToShow => "no-terminal",
        ui::Error::Askpass(_) => "askpass",
        ui::Error::Output(_) => "output",
        ui::Error::Input(_) => "input",
    }
}

fn of_overwrite(error: &overwrite::Error) -> &'static str {
    match error {
        overwrite::Error::Exists(_) | overwrite::Error::InToken(_) => "exists",
        overwrite::Error::Different { .. } => "different",
        overwrite::Error::Unseen(_) => "token-without-pin",
    }
}

fn of_token(error: &token::Error) -> &'static str {
    match error {
        token::Error::TooManyPins => "wrong-pin",
        token::Error::Kept | token::Error::Declined(_) => "exists",
        token::Error::Invalid => "token",
        token::Error::Unanswered(error) => of_ui(error),
        token::Error::NotInToken(_) => "key-not-in-token",
    }
}

fn of_generate(error: &generate::Error) -> &'static str {
    match error {
        generate::Error::Link { .. } | generate::Error::NotAFile { .. } | generate::Error::NoName => {
            "not-a-file"
        }
    }
}
