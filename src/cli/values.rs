//! The values of options: how each is read, and what each may be.

mod numbers;
mod target;

use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use thiserror::Error;

pub(super) use self::numbers::{bits, rounds, serial, strtonum, word_count};
use crate::commands::overwrite::IfExists;
use crate::date::{self, Period};
use crate::host::clock;
use crate::key::Comment;
use crate::secret::{LongPassphrase, Passphrase};

pub(super) use self::target::{Target, target};

/// `-m`: the format of a private key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PrivateFormat {
    /// RFC 4716; for private keys it means OpenSSH's own.
    Rfc4716,
    /// PKCS#8.
    Pkcs8,
    /// Traditional PEM.
    Pem,
}

/// What an option or an operand takes: for completions, and to suggest what was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file.
    File,
    /// A public key file.
    PublicKey,
    /// A directory.
    Directory,
    /// A host of known_hosts.
    Host,
    /// One of some words. Words that end in `=` or `:` want something after them.
    Words(&'static [&'static str]),
    /// Several of some words, with commas between them.
    List(&'static [&'static str]),
    /// Any text.
    Text,
}

/// What the option with that id in `Flags` takes.
pub(super) fn kind(id: &str) -> Kind {
    match id {
        "key_type" => Kind::Words(&TYPES),
        "host_key_types" => Kind::List(&TYPES),
        "bits" => Kind::Words(&["2048", "3072", "4096", "256", "384", "521"]),
        "hash" => Kind::Words(&HASHES),
        "cipher" => Kind::Words(&CIPHERS),
        "format" => Kind::Words(&FORMATS),
        "to" => Kind::Words(&target::NAMES),
        "if_exists" => Kind::Words(&ACTIONS),
        "signature" => Kind::Words(&OPERATIONS),
        "moduli" => Kind::Words(&STEPS),
        "ppk_version" => Kind::Words(&["2", "3"]),
        "new_passphrase_from" | "passphrase_from" => Kind::Words(&SOURCES),
        "passphrase_to" => Kind::Words(&["file:", "fd:"]),
        "options" => Kind::Words(&CERTIFICATE_OPTIONS),
        "file" | "output" | "ca_or_signature" | "from" | "ledger" => Kind::File,
        "find_host" | "remove_host" | "host_or_revoked" => Kind::Host,
        _ => Kind::Text,
    }
}

/// What to write instead of a value that people often try.
pub(super) fn remark(id: &str, typed: &str) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    Some(match id {
        "bits" => match typed.trim_end_matches(['k', 'K']) {
            thousands if thousands != typed && digits(thousands) => {
                let number = thousands.parse::<u32>().unwrap_or(4).saturating_mul(1024);
                format!("write the number in full: -b {number}")
            }
            _ => "-b takes a number of bits, such as 3072 or 4096 for rsa".to_owned(),
        },
        "rounds" => {
            "-a takes a number from 1, such as 100; each round makes opening the key slower".to_owned()
        }
        "format" if matches!(typed.to_ascii_lowercase().as_str(), "pkcs1" | "pkcs#1" | "rsa") => {
            "traditional PEM is PKCS#1 for rsa: use -m PEM".to_owned()
        }
        "format" if typed.eq_ignore_ascii_case("openssh") => {
            "OpenSSH's own format is the default: omit -m".to_owned()
        }
        "format" | "to" if matches!(typed.to_ascii_lowercase().as_str(), "putty" | "ppk") => {
            "PuTTY's format: rkeygen convert FILE --to ppk -o OUT".to_owned()
        }
        "validity" => interval(typed),
        "serial" => {
            "-z takes a number from 0 to 18446744073709551615, +N to count up, or + with --ledger".to_owned()
        }
        "lifetime" | "max_validity" | "renew_before" | "expires_within" => TIME.to_owned(),
        "new_passphrase_from" | "passphrase_from" => {
            "write file:PATH, env:NAME, fd:NUMBER or stdin".to_owned()
        }
        "generate_passphrase" => "write it as --generate-passphrase or --generate-passphrase=7".to_owned(),
        "passphrase_to" => "write file:PATH, or fd:NUMBER with a number from 3".to_owned(),
        _ => return None,
    })
}

const TIME: &str = "write a time such as 90s, 30m, 12h, 7d or 52w";

/// What might be meant by a validity interval.
fn interval(typed: &str) -> String {
    if typed.parse::<Period>().is_ok() {
        return "the end must be after the start".to_owned();
    }
    let years = typed.trim_start_matches('+').strip_suffix(['y', 'Y']);
    if let Some(Ok(years)) = years.map(str::parse::<u32>) {
        let weeks = years.saturating_mul(52);
        return format!("there is no unit for years: write weeks, such as -V +{weeks}w");
    }
    if typed.contains('-') && typed.chars().filter(char::is_ascii_digit).count() >= 6 {
        let plain: String = typed.chars().filter(|&letter| letter != '-').collect();
        return format!("write dates without hyphens: -V {}", crate::text::visible(&plain));
    }
    if date::duration(typed).is_some() {
        return format!("a time from now starts with +: -V +{}", crate::text::visible(typed));
    }
    "-V takes an end or FROM:TO, such as +52w, 20260101:20270101 or always:+12h".to_owned()
}

/// Types of keys that can be generated.
pub(super) const TYPES: [&str; 6] = ["ed25519", "ecdsa", "rsa", "mldsa44-ed25519", "ed25519-sk", "ecdsa-sk"];
const HASHES: [&str; 5] = ["sha256", "md5", "sha1", "sha384", "sha512"];
const CIPHERS: [&str; 11] = [
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
    "aes256-gcm@openssh.com",
    "aes128-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes256-cbc",
    "aes192-cbc",
    "aes128-cbc",
    "3des-cbc",
    "none",
];
const FORMATS: [&str; 3] = ["RFC4716", "PKCS8", "PEM"];
const ACTIONS: [&str; 4] = ["ask", "fail", "keep", "replace"];
pub(super) const OPERATIONS: [&str; 5] =
    ["sign", "verify", "check-novalidate", "find-principals", "match-principals"];
const STEPS: [&str; 2] = ["generate", "screen"];
const SOURCES: [&str; 4] = ["file:", "env:", "fd:", "stdin"];
pub(super) const CERTIFICATE_OPTIONS: [&str; 19] = [
    "clear",
    "critical:",
    "extension:",
    "force-command=",
    "no-agent-forwarding",
    "no-port-forwarding",
    "no-pty",
    "no-touch-required",
    "no-user-rc",
    "no-verify-required",
    "no-x11-forwarding",
    "permit-agent-forwarding",
    "permit-port-forwarding",
    "permit-pty",
    "permit-user-rc",
    "permit-x11-forwarding",
    "source-address=",
    "touch-required",
    "verify-required",
];

/// `-M`: which of the two steps to Diffie-Hellman moduli.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moduli {
    /// Find candidates.
    Generate,
    /// Screen candidates.
    Screen,
}

pub(super) fn moduli(text: &str) -> Result<Moduli, String> {
    match text {
        "generate" => Ok(Moduli::Generate),
        "screen" => Ok(Moduli::Screen),
        _ => Err(format!("Unsupported moduli option {text}")),
    }
}

pub(super) fn format(text: &str) -> Result<PrivateFormat, String> {
    match text.to_ascii_lowercase().as_str() {
        "rfc4716" | "ssh2" => Ok(PrivateFormat::Rfc4716),
        "pkcs8" => Ok(PrivateFormat::Pkcs8),
        "pem" => Ok(PrivateFormat::Pem),
        _ => Err(format!("Unsupported conversion format \"{text}\"")),
    }
}

/// `-V`. As in ssh-keygen, an interval in which no time lies is as wrong as one that is none.
pub(super) fn validity(text: &str) -> Result<Period, date::Error> {
    let period: Period = text.parse()?;
    period.at(&clock::read())?;
    Ok(period)
}

pub(super) fn time(text: &str) -> Result<u32, String> {
    date::duration(text).ok_or_else(|| format!("{text}: not a time such as 12h or 52w"))
}

pub(super) fn comment() -> impl TypedValueParser<Value = Comment> {
    OsStringValueParser::new().try_map(|text| Comment::new(text.as_encoded_bytes()))
}

pub(super) fn passphrase() -> impl TypedValueParser<Value = Passphrase> {
    OsStringValueParser::new().try_map(|text| {
        if cfg!(windows) && (text == "\"\"" || text == "''") {
            return Err(NoPassphrase::QuotationMarks);
        }
        Ok(Passphrase::given(text.into_encoded_bytes())?)
    })
}

/// Why a word is no passphrase.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
enum NoPassphrase {
    /// What is left of an empty word where the shell keeps the quotation marks, as PowerShell does of
    /// `'""'` and cmd of `''`.
    #[error(
        "the passphrase is two quotation marks: this shell keeps them; say --no-passphrase if none is meant"
    )]
    QuotationMarks,
    #[error(transparent)]
    Long(#[from] LongPassphrase),
}

pub(super) fn if_exists() -> impl TypedValueParser<Value = IfExists> {
    PossibleValuesParser::new(ACTIONS).map(|word| match word.as_str() {
        "fail" => IfExists::Fail,
        "keep" => IfExists::Keep,
        "replace" => IfExists::Replace,
        _ => IfExists::Ask,
    })
}
