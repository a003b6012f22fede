//! What the user can do about an error: one match.

use crate::commands::{convert, generate, known_hosts, load, passphrase, sign_certificate};
use crate::device::agent;
use crate::format::{self, fips};
use crate::host::{account, files, source, ui};
use crate::{cli, key, signature};

/// Advice that fits the error, where there is some: one line, without a full stop.
#[must_use]
pub fn hint(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(of_cause)
}

fn of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<String> {
    let text = if let Some(error) = cause.downcast_ref() {
        return of_command_line(error);
    } else if let Some(error) = cause.downcast_ref() {
        of_generate(error)?
    } else if let Some(error) = cause.downcast_ref() {
        of_question(error)?
    } else if let Some(error) = cause.downcast_ref() {
        of_profile(error)
    } else if let Some(error) = cause.downcast_ref() {
        return of_file(error);
    } else if let Some(error) = cause.downcast_ref() {
        of_convert(error)?
    } else if let Some(error) = cause.downcast_ref::<format::Error>() {
        error.hint()?
    } else if let Some(known_hosts::Error::InvalidLines(_)) = cause.downcast_ref() {
        "--keep-invalid keeps such lines and changes the others"
    } else if let Some(load::Error::TooOpen) = cause.downcast_ref() {
        "let only yourself read it: chmod 600 and its name"
    } else if cause.is::<account::Error>() {
        "give -f FILE and -C COMMENT, which need no entry in the user database"
    } else if cause.is::<passphrase::EmptyPassphrase>() {
        "is the secret set? --no-passphrase says that the key is to have none"
    } else if let Some(signature::Error::InToken) = cause.downcast_ref() {
        "an agent can ask the token: ssh-add the key, then sign with -U"
    } else if let Some(source::Error::Terminal) = cause.downcast_ref() {
        "leave out --new-passphrase-from to be asked for it, unseen"
    } else if let Some(key::CommentError::SecondLine) = cause.downcast_ref() {
        "leave the line break out of -C"
    } else {
        of_trust(cause)?
    };
    Some(text.to_owned())
}

fn of_trust(cause: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    use sign_certificate::Error as Certificate;
    Some(match cause.downcast_ref() {
        Some(agent::Error::NotPresent) => "start one: eval \"$(ssh-agent)\", then ssh-add FILE",
        Some(agent::Error::NoKeys) => "unlock it with ssh-add -X, or add the key with ssh-add FILE",
        Some(agent::Error::Refused) => "the agent's user may have said no; ssh-add -L shows what it holds",
        Some(agent::Error::Silent(_)) => "restart the agent, or leave out -U to sign with the file",
        Some(agent::Error::Communication(_)) => return None,
        None => match cause.downcast_ref()? {
            Certificate::NoKeyId => "-I is the name that servers log when the certificate is used",
            Certificate::NoPrincipals => "name the users or hosts with -n",
            Certificate::TooLong => "give a shorter -V, such as -V +12h",
            Certificate::NoScheme(_) | Certificate::OtherType(..) => {
                "-t is how an RSA CA signs: rsa-sha2-512, rsa-sha2-256; leave it out for others"
            }
            Certificate::NotAKey(..) => "give the .pub file of the key, not its certificate",
            Certificate::EmptyPrincipal | Certificate::TooManyPrincipals | Certificate::SerialRange => {
                return None;
            }
        },
    })
}

fn of_command_line(error: &cli::Error) -> Option<String> {
    match error {
        cli::Error::NoValue('N') => {
            Some("a key without a passphrase: --no-passphrase (PowerShell leaves out \"\")".to_owned())
        }
        cli::Error::Usage(_) | cli::Error::NoValue(_) => {
            Some("rkeygen --help shows what there is".to_owned())
        }
        cli::Error::BadValue { allowed, .. } => allowed.clone(),
        cli::Error::Excluded(error) => Some(of_profile(error).to_owned()),
    }
}

fn of_generate(error: &generate::Error) -> Option<&'static str> {
    Some(match error {
        generate::Error::Declined | generate::Error::NoName => return None,
        generate::Error::Exists(_) => {
            "--if-exists keep uses the key that is there, --if-exists replace makes a new one"
        }
        generate::Error::Link { .. } => "name the file that the link leads to, or remove the link",
        generate::Error::NotAFile { .. } => "name a file with -f; -f - prints the key",
        generate::Error::Different { .. } => {
            "ask for that kind of key, choose another file, or say --if-exists replace"
        }
        generate::Error::CipherNone => {
            "leave out -Z, or say --no-passphrase if the key is to be readable by anyone"
        }
    })
}

fn of_convert(error: &convert::Error) -> Option<&'static str> {
    Some(match error {
        convert::Error::NoOutput => "-o FILE, -o - for standard output, or --in-place",
        convert::Error::PublicInPlace => "-o FILE names a new file",
        convert::Error::Exists(_) => "choose another -o FILE, or say --if-exists replace",
        convert::Error::Declined => return None,
    })
}

fn of_question(error: &ui::Error) -> Option<&'static str> {
    let question = match error {
        ui::Error::NoInput(question)
        | ui::Error::EndOfInput(question)
        | ui::Error::Silence { question, .. } => question,
        ui::Error::Askpass(_) => {
            return Some("set SSH_ASKPASS to a program that asks, or SSH_ASKPASS_REQUIRE=never");
        }
        ui::Error::Output(_) | ui::Error::Input(_) => return None,
    };
    let is_new = ["empty for no passphrase", "same passphrase", "8 bytes or more"];
    Some(if question.contains("passphrase") && !is_new.iter().any(|part| question.contains(part)) {
        "give it with --passphrase-from file:PATH (or env:, fd:, stdin)"
    } else if question.contains("passphrase") {
        "give it with --new-passphrase-from file:PATH (or env:, fd:, stdin), or say --no-passphrase"
    } else if question.contains("Overwrite") {
        "say what to do with --if-exists fail, keep or replace"
    } else if question.contains("comment") {
        "give it with -C"
    } else {
        "name the file with -f"
    })
}

fn of_profile(error: &fips::Excluded) -> &'static str {
    match error {
        fips::Excluded::Ed25519 | fips::Excluded::Type(_) => {
            "use -t rsa or -t ecdsa; clients in FIPS mode do not read encrypted Ed25519 keys"
        }
        fips::Excluded::ShortRsa(_) => "use -b 2048 or more",
        fips::Excluded::ShortPassphrase => {
            "give one with --new-passphrase-from, -N or at the prompt; a key without a passphrase needs no --fips"
        }
    }
}

fn of_file(error: &files::Error) -> Option<String> {
    use std::io::ErrorKind;
    let files::Error::System { path, cause } = error else { return None };
    match cause.kind() {
        ErrorKind::NotFound if path.starts_with("~") => {
            Some("~ stands for the home folder in a shell alone: give the whole path".to_owned())
        }
        ErrorKind::NotFound => Some(format!("make the folder first: mkdir -p {}", path.display())),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Some("choose a folder that you may write to".to_owned())
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("free some space; no key was written".to_owned())
        }
        _ => None,
    }
}
