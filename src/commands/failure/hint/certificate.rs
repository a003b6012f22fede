//! What to do about certificates that were not signed.

use crate::commands::sign_certificate::Error;

pub(super) fn of_certificate(error: &Error) -> Option<&'static str> {
    use Error as E;
    match error {
        E::NoKeyId => Some("set a key ID with -I; servers log it"),
        E::NoPrincipals => Some("name the users or hosts with -n"),
        E::TooLong => Some("give a shorter -V, such as -V +12h"),
        E::NoScheme(_) | E::OtherType(..) => {
            Some("-t is how an RSA CA signs: rsa-sha2-512, rsa-sha2-256; omit it for others")
        }
        E::Obsolete(_) => Some("generate a new key: rkeygen -t ed25519"),
        E::NotAKey(..) => Some("give the .pub file of the key, not its certificate"),
        E::Missing("key_id") => Some("name it in each line, or set one for all with -I"),
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
