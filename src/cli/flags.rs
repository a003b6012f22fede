//! What was typed: one field per letter, typed at once where ssh-keygen reads the value early.

use std::ffi::OsString;
use std::num::IntErrorKind;
use std::path::PathBuf;

use clap::Parser;
use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use thiserror::Error;

use crate::commands::overwrite::IfExists;
use crate::commands::sign_certificate::Serial;
use crate::date::{self, Period};
use crate::format::{Cipher, Rounds};
use crate::host::source::Source;
use crate::key::{Comment, HashAlgorithm};
use crate::secret::{LongPassphrase, Passphrase};

/// The letters of ssh-keygen's getopt string that some mode of rkeygen reads, and the long options.
#[derive(Debug, Parser)]
#[command(
    name = "rkeygen",
    args_override_self = true,
    disable_help_flag = true,
    disable_version_flag = true,
    no_binary_name = false
)]
pub(super) struct Flags {
    /// `-a`: KDF rounds.
    #[arg(short = 'a', long = "rounds", allow_hyphen_values = true, value_parser = rounds)]
    pub(super) rounds: Option<Rounds>,
    /// `-b`: bits of the key.
    #[arg(short = 'b', long = "bits", allow_hyphen_values = true, value_parser = bits)]
    pub(super) bits: Option<u32>,
    /// `-A`: make the host keys that are missing.
    #[arg(short = 'A', long = "host-keys")]
    pub(super) host_keys: bool,
    /// `-B`: fingerprints as words.
    #[arg(short = 'B', long = "bubblebabble")]
    pub(super) bubblebabble: bool,
    /// `-c`: change the comment.
    #[arg(short = 'c', long = "change-comment")]
    pub(super) change_comment: bool,
    /// `-C`: the comment.
    #[arg(short = 'C', long = "comment", allow_hyphen_values = true, value_parser = comment())]
    pub(super) comment: Option<Comment>,
    /// `-e`: export a public key.
    #[arg(short = 'e', long = "export")]
    pub(super) export: bool,
    /// `-E`: the hash of fingerprints.
    #[arg(short = 'E', long = "fingerprint-hash", allow_hyphen_values = true)]
    pub(super) hash: Option<HashAlgorithm>,
    /// `-f`: the key file.
    #[arg(short = 'f', long = "file", allow_hyphen_values = true, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(super) file: Option<PathBuf>,
    /// `-F`: find a host in a known_hosts file.
    #[arg(short = 'F', long = "find-host", allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) find_host: Option<OsString>,
    /// `-g`: SSHFP records for servers that do not know the type.
    #[arg(short = 'g', long = "generic")]
    pub(super) generic: bool,
    /// `-H`: hide the names in a known_hosts file.
    #[arg(short = 'H', long = "hash-hosts")]
    pub(super) hash_hosts: bool,
    /// `-i`, and `-X` of old: import a public key.
    #[arg(short = 'i', long = "import", short_alias = 'X')]
    pub(super) import: bool,
    /// `-h`: a host's certificate.
    #[arg(short = 'h', long = "host-certificate")]
    pub(super) host_certificate: bool,
    /// `-I`: the key id of a certificate, or who made a signature.
    #[arg(short = 'I', long = "identity", allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) identity: Option<OsString>,
    /// `-k`: make a revocation list.
    #[arg(short = 'k', long = "make-krl")]
    pub(super) make_krl: bool,
    /// `-K`: save the keys that a token stores.
    #[arg(short = 'K', long = "resident-keys")]
    pub(super) resident_keys: bool,
    /// `-l`: show fingerprints.
    #[arg(short = 'l', long = "fingerprint")]
    pub(super) fingerprint: bool,
    /// `-L`: show certificates.
    #[arg(short = 'L', long = "show-certificate")]
    pub(super) show_certificate: bool,
    /// `-m`: the format of private keys.
    #[arg(short = 'm', long = "format", allow_hyphen_values = true, value_parser = format)]
    pub(super) format: Option<Format>,
    /// `-M`: Diffie-Hellman moduli.
    #[arg(short = 'M', long = "moduli", allow_hyphen_values = true, value_parser = moduli)]
    pub(super) moduli: Option<Moduli>,
    /// `-n`: the principals of a certificate, or what a signature is for.
    #[arg(short = 'n', long = "names", allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) names: Option<OsString>,
    /// `-N`: the new passphrase.
    #[arg(short = 'N', long = "new-passphrase", allow_hyphen_values = true, value_parser = passphrase())]
    pub(super) new_passphrase: Option<Passphrase>,
    /// `-o`: the OpenSSH format, which is the default anyway.
    #[arg(short = 'o')]
    pub(super) openssh_format: bool,
    /// `-O`: options of certificates, signatures, moduli, and of FIDO keys, which other types ignore.
    #[arg(short = 'O', allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) options: Vec<OsString>,
    /// `-p`: change the passphrase.
    #[arg(short = 'p', long = "change-passphrase")]
    pub(super) change_passphrase: bool,
    /// `-P`: the old passphrase; for a new key it means the same as `-N`, and wins.
    #[arg(short = 'P', long = "passphrase", allow_hyphen_values = true, value_parser = passphrase())]
    pub(super) passphrase: Option<Passphrase>,
    /// `-q`.
    #[arg(short = 'q', long = "quiet")]
    pub(super) quiet: bool,
    /// `-Q`: ask a revocation list.
    #[arg(short = 'Q', long = "query-krl")]
    pub(super) query_krl: bool,
    /// `-r`: the host of SSHFP records, or keys that must not have made a signature.
    #[arg(short = 'r', long = "revoked", alias = "sshfp", allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) host_or_revoked: Option<OsString>,
    /// `-R`: remove a host from a known_hosts file.
    #[arg(short = 'R', long = "remove-host", allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) remove_host: Option<OsString>,
    /// `-s`: the key of a CA, or a signature.
    #[arg(short = 's', long = "sign", allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) ca_or_signature: Option<OsString>,
    /// `-t`: the type of key; text until the mode is known.
    #[arg(short = 't', long = "type", allow_hyphen_values = true)]
    pub(super) key_type: Option<String>,
    /// `-u`: add to a revocation list.
    #[arg(short = 'u', long = "update")]
    pub(super) update: bool,
    /// `-U`: the private key is in the agent.
    #[arg(short = 'U', long = "agent")]
    pub(super) agent: bool,
    /// `-v`, counted.
    #[arg(short = 'v', long = "verbose", action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// `-V`: when a certificate is valid.
    #[arg(short = 'V', long = "validity", allow_hyphen_values = true)]
    pub(super) validity: Option<Period>,
    /// `-w`: the library that reaches FIDO tokens.
    #[arg(short = 'w', long = "provider", allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) provider: Option<OsString>,
    /// `-y`: print the public half.
    #[arg(short = 'y', long = "public")]
    pub(super) print_public: bool,
    /// `-Y`: signatures over files.
    #[arg(short = 'Y', long = "signature", allow_hyphen_values = true)]
    pub(super) signature: Option<String>,
    /// `-z`: the serial number of a certificate, or the version of a revocation list.
    #[arg(short = 'z', long = "serial", allow_hyphen_values = true, value_parser = serial)]
    pub(super) serial: Option<Serial>,
    /// `-Z`: the cipher of OpenSSH-format private keys.
    #[arg(short = 'Z', long = "cipher", allow_hyphen_values = true)]
    pub(super) cipher: Option<Cipher>,

    /// The words behind the options.
    #[arg(value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(super) operands: Vec<PathBuf>,

    /// `--add-to-agent`.
    #[arg(long)]
    pub(super) add_to_agent: bool,
    /// `--lifetime`: how long the agent keeps the key.
    #[arg(long, value_parser = time, requires = "add_to_agent")]
    pub(super) lifetime: Option<u32>,
    /// `--require-principals`.
    #[arg(long)]
    pub(super) require_principals: bool,
    /// `--max-validity`.
    #[arg(long, value_parser = time)]
    pub(super) max_validity: Option<u32>,
    /// `--passphrase-from`: the old passphrase.
    #[arg(long, conflicts_with = "passphrase")]
    pub(super) passphrase_from: Option<Source>,
    /// `--new-passphrase-from`.
    #[arg(long, conflicts_with_all = ["new_passphrase", "no_passphrase"])]
    pub(super) new_passphrase_from: Option<Source>,
    /// `--no-passphrase`.
    #[arg(long, conflicts_with = "new_passphrase")]
    pub(super) no_passphrase: bool,
    /// `--fips`.
    #[arg(long, conflicts_with = "cipher")]
    pub(super) fips: bool,
    /// `--if-exists`.
    #[arg(long, value_parser = if_exists())]
    pub(super) if_exists: Option<IfExists>,
    /// `--host-key-types`: what `-A` makes.
    #[arg(long, value_delimiter = ',')]
    pub(super) host_key_types: Vec<String>,
    /// `--keep-invalid`: lines of a known_hosts file that cannot be read stay.
    #[arg(long)]
    pub(super) keep_invalid: bool,
    /// `--no-input`.
    #[arg(long)]
    pub(super) no_input: bool,
    /// `--json`.
    #[arg(long)]
    pub(super) json: bool,
    /// `--help`.
    #[arg(long)]
    pub(super) help: bool,
    /// `--version`.
    #[arg(long)]
    pub(super) version: bool,
}

/// `-m`: the format of a private key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// RFC 4716; for private keys it means OpenSSH's own.
    Rfc4716,
    /// PKCS#8.
    Pkcs8,
    /// The PEM of old.
    Pem,
}

/// `-M`: which of the two steps to Diffie-Hellman moduli.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moduli {
    /// Find candidates.
    Generate,
    /// Screen candidates.
    Screen,
}

fn moduli(text: &str) -> Result<Moduli, String> {
    match text {
        "generate" => Ok(Moduli::Generate),
        "screen" => Ok(Moduli::Screen),
        _ => Err(format!("Unsupported moduli option {text}")),
    }
}

fn format(text: &str) -> Result<Format, String> {
    match text.to_ascii_lowercase().as_str() {
        "rfc4716" | "ssh2" => Ok(Format::Rfc4716),
        "pkcs8" => Ok(Format::Pkcs8),
        "pem" => Ok(Format::Pem),
        _ => Err(format!("Unsupported conversion format \"{text}\"")),
    }
}

fn bits(text: &str) -> Result<u32, String> {
    strtonum(text).map_err(|why| format!("Bits has bad value {text} ({why})"))
}

pub(super) fn rounds(text: &str) -> Result<Rounds, String> {
    let why = match strtonum(text).map(Rounds::new) {
        Ok(Some(rounds)) => return Ok(rounds),
        Ok(None) => "too large",
        Err(why) => why,
    };
    Err(format!("Invalid number: {text} ({why})"))
}

/// A number above zero; strtonum(3)'s word for what is wrong with another.
pub(super) fn strtonum(text: &str) -> Result<u32, &'static str> {
    match text.parse::<i64>() {
        Ok(number) if number < 1 => Err("too small"),
        Ok(number) => u32::try_from(number).map_err(|_| "too large"),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => Err("too large"),
        Err(error) if *error.kind() == IntErrorKind::NegOverflow => Err("too small"),
        Err(_) => Err("invalid"),
    }
}

/// As strtoull(3) reads it: a `+` in front makes certificates count up.
fn serial(text: &str) -> Result<Serial, String> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| all_digits);
    let first = number.ok_or_else(|| format!("Invalid serial number \"{digits}\""))?;
    Ok(Serial { first, step: u64::from(text.starts_with('+')) })
}

fn time(text: &str) -> Result<u32, String> {
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
    PossibleValuesParser::new(["ask", "fail", "keep", "replace"]).map(|word| match word.as_str() {
        "fail" => IfExists::Fail,
        "keep" => IfExists::Keep,
        "replace" => IfExists::Replace,
        _ => IfExists::Ask,
    })
}
