//! What to do about certificates that were not signed.

use crate::commands::ledger;
use crate::commands::sign_certificate::{Error, KEY_ID_HINT};
use crate::ledger::BadRecord;

pub(super) fn of_certificate(error: &Error) -> Option<&'static str> {
    use Error as E;
    match error {
        E::NoKeyId => Some(KEY_ID_HINT),
        E::NoPrincipals => Some("name the users or hosts with -n"),
        E::TooLong => Some("give a shorter -V, such as -V +12h"),
        E::NoScheme(_) | E::OtherType(..) => {
            Some("-t is how an RSA CA signs: rsa-sha2-512, rsa-sha2-256; omit it for others")
        }
        E::Obsolete(_) => Some("generate a new key: rkeygen -t ed25519"),
        E::NotAKey(..) => Some("give the .pub file of the key, not its certificate"),
        E::Missing("key_id") => Some("name it in each line, or set one for all with -I or --key-id"),
        E::Missing(_) => Some("a key in the list itself needs the member output: the file to write"),
        E::NotACertificate(_) => Some("name another output, or remove that file"),
        E::Request(_) | E::EmptyList(_) => Some("see rkeygen man, Lists of certificates"),
        E::EmptyPrincipal
        | E::TooManyPrincipals
        | E::SerialRange
        | E::Restriction(_)
        | E::SameOutput(_)
        | E::OutputIsKey(_)
        | E::SameSerial(..)
        | E::NotAll { .. } => None,
    }
}

pub(super) fn of_ledger(error: &ledger::Error) -> Option<&'static str> {
    use ledger::Error as E;
    match error {
        E::Damaged { problem: BadRecord::Incomplete, .. } => {
            Some("an interrupted run wrote no certificate for this line; remove the line")
        }
        E::Damaged { .. } => Some("restore the ledger from a backup"),
        E::UsedSerial(_) | E::Zero => Some("omit -z, or use -z + for the next number"),
        E::UsedId(_) => {
            Some("use another key ID; to renew a certificate, add --if-exists keep --renew-before TIME")
        }
        E::NotFound(_) => Some("the ledger has one JSON object per line, with key_id and serial"),
        E::SeveralCas(_) => Some("name the CA with -s CA.pub"),
        E::NoneLeft | E::NotText(_) => None,
    }
}
