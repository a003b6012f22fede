//! The options as given: one field each, parsed early where ssh-keygen does.
//!
//! The first paragraph of a field's comment is the option's one line of help. `--help`, completions, the manual page and
//! docs/reference/options.md show it; a second paragraph is for the manual page alone.

mod conversion;
mod generated;
mod lists;
mod rules;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;
use clap::builder::{OsStringValueParser, TypedValueParser};

use self::conversion::Conversion;
use self::generated::Generated;
use self::lists::Lists;
use self::rules::Rules;
use super::values::{self, Moduli, PrivateFormat};
use crate::commands::overwrite::IfExists;
use crate::commands::sign_certificate::Serial;
use crate::date::Period;
use crate::format::{Cipher, Rounds};
use crate::host::source::Source;
use crate::key::{Comment, HashAlgorithm};
use crate::secret::Passphrase;

const MODES: &str = "Modes of ssh-keygen";
const KEY: &str = "Key";
const PASSPHRASE: &str = "Passphrase";
const FORMAT: &str = "Format";
const TRUST: &str = "Certificates and signatures";
const HOSTS: &str = "Hosts";
const OUTPUT: &str = "Output";

/// Every option of every mode and command.
#[derive(Debug, Parser)]
#[command(
    name = "rkeygen",
    args_override_self = true,
    disable_help_flag = true,
    disable_version_flag = true,
    no_binary_name = false
)]
pub(super) struct Flags {
    /// Show fingerprints.
    ///
    /// Of a key, a certificate, `authorized_keys` or `known_hosts`. With -F the fingerprints of the lines found, with -Q
    /// the list itself.
    #[arg(short = 'l', long = "fingerprint", help_heading = MODES)]
    pub(super) fingerprint: bool,
    /// Show the bubblebabble form of a fingerprint.
    #[arg(short = 'B', long = "bubblebabble", help_heading = MODES)]
    pub(super) bubblebabble: bool,
    /// Print the public key of a private key.
    #[arg(short = 'y', long = "public", help_heading = MODES)]
    pub(super) print_public: bool,
    /// Change the passphrase, with -m the format.
    #[arg(short = 'p', long = "change-passphrase", help_heading = MODES)]
    pub(super) change_passphrase: bool,
    /// Change the comment.
    #[arg(short = 'c', long = "change-comment", help_heading = MODES)]
    pub(super) change_comment: bool,
    /// Export a public key to RFC 4716, or to the format of -m.
    #[arg(short = 'e', long = "export", help_heading = MODES)]
    pub(super) export: bool,
    /// Import a public key; -X is the same.
    #[arg(short = 'i', long = "import", short_alias = 'X', help_heading = MODES)]
    pub(super) import: bool,
    /// Sign public keys with a CA key; with -Y, the signature file.
    ///
    /// Of -k, the CA whose serial numbers and key IDs are revoked.
    #[arg(short = 's', long = "sign", value_name = "CA", help_heading = MODES, allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) ca_or_signature: Option<OsString>,
    /// Show certificates.
    #[arg(short = 'L', long = "show-certificate", help_heading = MODES)]
    pub(super) show_certificate: bool,
    /// Create a key revocation list (KRL).
    #[arg(short = 'k', long = "make-krl", help_heading = MODES)]
    pub(super) make_krl: bool,
    /// Save the keys that a FIDO token stores.
    ///
    /// They are written to id_ed25519_sk_rk and the like in the current directory. It asks for the PIN of the token.
    #[arg(short = 'K', long = "resident-keys", help_heading = MODES)]
    pub(super) resident_keys: bool,
    /// Check whether keys are revoked, with -l show the list.
    #[arg(short = 'Q', long = "query-krl", help_heading = MODES)]
    pub(super) query_krl: bool,
    /// Sign and verify files.
    ///
    /// OPERATION is sign, verify, check-novalidate, find-principals or match-principals.
    #[arg(short = 'Y', long = "signature", value_name = "OPERATION", help_heading = MODES, allow_hyphen_values = true)]
    pub(super) signature: Option<String>,
    /// Find a host in a known_hosts file.
    ///
    /// With -l its fingerprints, with -H its lines with the name hashed.
    #[arg(short = 'F', long = "find-host", value_name = "HOST", help_heading = MODES, allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) find_host: Option<OsString>,
    /// Remove a host from a known_hosts file.
    #[arg(short = 'R', long = "remove-host", value_name = "HOST", help_heading = MODES, allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) remove_host: Option<OsString>,
    /// Hash the host names in a known_hosts file.
    #[arg(short = 'H', long = "hash-hosts", help_heading = MODES)]
    pub(super) hash_hosts: bool,
    /// Generate the host keys that are missing.
    #[arg(short = 'A', long = "host-keys", help_heading = MODES)]
    pub(super) host_keys: bool,
    /// Print the SSHFP records of a host; with -Y, the revoked keys.
    ///
    /// With -Y verify, FILE is a KRL or a list of public keys that must not have made the signature.
    #[arg(short = 'r', long = "revoked", alias = "sshfp", value_name = "HOST", help_heading = MODES, allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) host_or_revoked: Option<OsString>,
    /// Generate or screen Diffie-Hellman moduli.
    #[arg(short = 'M', long = "moduli", value_name = "STEP", help_heading = MODES, allow_hyphen_values = true, value_parser = values::moduli)]
    pub(super) moduli: Option<Moduli>,

    /// Key type: ed25519 (default), ecdsa, rsa, mldsa44-ed25519; in a token ed25519-sk, ecdsa-sk.
    ///
    /// A wire name such as ecdsa-sha2-nistp384 is accepted too. With -s, the algorithm with which an RSA CA signs:
    /// rsa-sha2-512 (default), rsa-sha2-256 or ssh-rsa.
    #[arg(short = 't', long = "type", value_name = "TYPE", help_heading = KEY, allow_hyphen_values = true)]
    pub(super) key_type: Option<String>,
    /// Key size: rsa 1024 to 16384 (default 3072), ecdsa 256, 384 or 521.
    #[arg(short = 'b', long = "bits", value_name = "BITS", help_heading = KEY, allow_hyphen_values = true, value_parser = values::bits)]
    pub(super) bits: Option<u32>,
    /// Comment of the key (default user@host).
    #[arg(short = 'C', long = "comment", value_name = "COMMENT", help_heading = KEY, allow_hyphen_values = true, value_parser = values::comment())]
    pub(super) comment: Option<Comment>,
    /// File: the private key, or what the mode works on.
    ///
    /// The public key is FILE.pub. For a new key, - prints the private key on standard output; where a public key,
    /// certificate, KRL specification or message is read, - is standard input.
    #[arg(short = 'f', long = "file", value_name = "FILE", help_heading = KEY, allow_hyphen_values = true, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(super) file: Option<PathBuf>,
    /// If the key file exists: ask (default), fail, keep or replace.
    ///
    /// With keep, the command succeeds if the existing key is the requested one, and restores a missing public key file.
    #[arg(long, value_name = "ACTION", help_heading = KEY, value_parser = values::if_exists())]
    pub(super) if_exists: Option<IfExists>,
    /// Add the new key to ssh-agent.
    #[arg(long, help_heading = KEY)]
    pub(super) add_to_agent: bool,
    /// How long the agent keeps the key, such as 8h.
    #[arg(long, value_name = "TIME", help_heading = KEY, value_parser = values::time, requires = "add_to_agent")]
    pub(super) lifetime: Option<u32>,
    /// PKCS#11 library: show the keys in its tokens; with -s and -Y sign, sign with one.
    #[arg(short = 'D', long = "pkcs11", value_name = "LIBRARY", help_heading = MODES, allow_hyphen_values = true, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(super) library: Option<PathBuf>,
    /// Library that reaches FIDO tokens, with OpenSSH's sk-api.
    ///
    /// Default SSH_SK_PROVIDER; without a library, on Linux the tokens on USB, elsewhere those of ssh-sk-helper.
    #[arg(short = 'w', long = "provider", value_name = "PROVIDER", help_heading = KEY, allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) provider: Option<OsString>,
    /// New passphrase; other users can see it in the process list.
    #[arg(short = 'N', long = "new-passphrase", value_name = "PASSPHRASE", help_heading = PASSPHRASE, allow_hyphen_values = true, value_parser = values::passphrase())]
    pub(super) new_passphrase: Option<Passphrase>,
    /// Passphrase of the existing key; other users can see it in the process list.
    ///
    /// For a new key it means the same as -N, and takes precedence.
    #[arg(short = 'P', long = "passphrase", value_name = "PASSPHRASE", help_heading = PASSPHRASE, allow_hyphen_values = true, value_parser = values::passphrase())]
    pub(super) passphrase: Option<Passphrase>,
    /// Read the new passphrase from file:PATH, env:NAME, fd:N or stdin.
    ///
    /// The first line counts.
    #[arg(long, value_name = "SOURCE", help_heading = PASSPHRASE, conflicts_with_all = ["new_passphrase", "no_passphrase"])]
    pub(super) new_passphrase_from: Option<Source>,
    /// Read the passphrase of the existing key from file:PATH, env:NAME, fd:N or stdin.
    ///
    /// The first line counts.
    #[arg(long, value_name = "SOURCE", help_heading = PASSPHRASE, conflicts_with = "passphrase")]
    pub(super) passphrase_from: Option<Source>,
    /// Do not encrypt the private key.
    #[arg(long, help_heading = PASSPHRASE, conflicts_with = "new_passphrase")]
    pub(super) no_passphrase: bool,
    #[command(flatten)]
    pub(super) generated: Generated,
    /// Ask for the passphrase, and check it.
    #[arg(long, help_heading = PASSPHRASE, conflicts_with_all = ["passphrase", "passphrase_from"])]
    pub(super) ask_passphrase: bool,
    /// KDF rounds (default 32); more slow down guessing.
    #[arg(short = 'a', long = "rounds", value_name = "ROUNDS", help_heading = PASSPHRASE, allow_hyphen_values = true, value_parser = values::rounds)]
    pub(super) rounds: Option<Rounds>,

    /// Format: RFC4716 (OpenSSH's own for private keys, default), PKCS8 or PEM.
    #[arg(short = 'm', long = "format", value_name = "FORMAT", help_heading = FORMAT, allow_hyphen_values = true, value_parser = values::format)]
    pub(super) format: Option<PrivateFormat>,
    /// Cipher of the OpenSSH format (default aes256-ctr).
    #[arg(short = 'Z', long = "cipher", value_name = "CIPHER", help_heading = FORMAT, allow_hyphen_values = true)]
    pub(super) cipher: Option<Cipher>,
    /// PKCS#8 that clients in FIPS mode can read; refuses other keys.
    #[arg(long, help_heading = FORMAT, conflicts_with = "cipher")]
    pub(super) fips: bool,
    /// The OpenSSH format, which is the default; accepted for old scripts.
    #[arg(short = 'o', help_heading = FORMAT)]
    pub(super) openssh_format: bool,
    /// File to write; - is standard output.
    #[arg(long, value_name = "FILE", help_heading = FORMAT, allow_hyphen_values = true, value_parser = OsStringValueParser::new().map(PathBuf::from), conflicts_with = "in_place")]
    pub(super) output: Option<PathBuf>,
    /// Replace the input.
    #[arg(long, help_heading = FORMAT)]
    pub(super) in_place: bool,
    /// What `convert` writes.
    #[command(flatten)]
    pub(super) conversion: Conversion,
    /// Fix permissions, and write unambiguous repairs to FILE.repaired.
    #[arg(long, help_heading = FORMAT)]
    pub(super) fix: bool,

    /// Key ID of a certificate; with -Y, the principal.
    ///
    /// Servers log the key ID when the certificate is used.
    #[arg(short = 'I', long = "identity", value_name = "ID", help_heading = TRUST, allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) identity: Option<OsString>,
    /// Principals of a certificate: users or hosts; with -Y, the namespace.
    ///
    /// Separated by commas.
    #[arg(short = 'n', long = "names", value_name = "NAMES", help_heading = TRUST, allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) names: Option<OsString>,
    /// Validity interval, such as +52w or 20260101:20270101.
    ///
    /// FROM:TO, or TO alone. Times are YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, with a Z at the end in UTC; relative to
    /// now as -1d or +1w2d3h4m5s; 0x and a number of seconds in hexadecimal; always and forever. Without -V, the
    /// certificate is valid forever.
    #[arg(short = 'V', long = "validity", value_name = "INTERVAL", help_heading = TRUST, allow_hyphen_values = true, value_parser = values::validity)]
    pub(super) validity: Option<Period>,
    /// Check the signature alone, not who made it.
    #[arg(long, help_heading = TRUST)]
    pub(super) signature_only: bool,
    /// Serial number; +N counts up, + goes on in the ledger; of a KRL, the version.
    #[arg(short = 'z', long = "serial", value_name = "N", help_heading = TRUST, allow_hyphen_values = true, value_parser = values::serial)]
    pub(super) serial: Option<Serial>,
    /// An option of a certificate, signature, SSHFP record or moduli file.
    ///
    /// Of certificates: clear, no-pty and permit-pty (also agent-forwarding, port-forwarding, user-rc, x11-forwarding),
    /// no-touch-required, verify-required, force-command=COMMAND, source-address=LIST, critical:NAME=VALUE,
    /// extension:NAME=VALUE. Of signatures: hashalg=HASH, verify-time=TIME, print-pubkey. Of SSHFP records:
    /// hashalg=sha1 or sha256. Of moduli: bits=N, start=HEX, lines=N, start-line=N, checkpoint=FILE, generator=N,
    /// prime-tests=N. Of keys in tokens: resident, verify-required, no-touch-required, application=ssh:NAME, user=NAME,
    /// device=PATH, challenge=FILE, write-attestation=FILE. Of -p: the flags of a key in a token, such as verify-required.
    #[arg(short = 'O', value_name = "OPTION", help_heading = TRUST, allow_hyphen_values = true, value_parser = OsStringValueParser::new())]
    pub(super) options: Vec<OsString>,
    /// Sign a host certificate.
    #[arg(short = 'h', long = "host-certificate", help_heading = TRUST)]
    pub(super) host_certificate: bool,
    /// The private key is in ssh-agent.
    #[arg(short = 'U', long = "agent", help_heading = TRUST)]
    pub(super) agent: bool,
    /// Add to an existing KRL.
    #[arg(short = 'u', long = "update", help_heading = TRUST)]
    pub(super) update: bool,
    #[command(flatten)]
    pub(super) rules: Rules,

    /// Types that -A generates (default rsa,ecdsa,ed25519,mldsa44-ed25519).
    #[arg(long, value_name = "LIST", help_heading = HOSTS, value_delimiter = ',')]
    pub(super) host_key_types: Vec<String>,
    /// Print SSHFP records as generic TYPE44 records.
    #[arg(short = 'g', long = "generic", help_heading = HOSTS)]
    pub(super) generic: bool,
    #[command(flatten)]
    pub(super) lists: Lists,

    /// Print only errors and prompts.
    #[arg(short = 'q', long = "quiet", help_heading = OUTPUT)]
    pub(super) quiet: bool,
    /// With a fingerprint, show the randomart too.
    #[arg(short = 'v', long = "verbose", action = clap::ArgAction::Count, help_heading = OUTPUT)]
    pub(super) verbose: u8,
    /// Hash of fingerprints: sha256 (default), md5, sha1, sha384 or sha512.
    #[arg(short = 'E', long = "fingerprint-hash", value_name = "HASH", help_heading = OUTPUT, allow_hyphen_values = true)]
    pub(super) hash: Option<HashAlgorithm>,
    /// Print JSON instead of text.
    #[arg(long, help_heading = OUTPUT)]
    pub(super) json: bool,
    /// Fail instead of prompting.
    #[arg(long, help_heading = OUTPUT)]
    pub(super) no_input: bool,
    /// Show help on the mode, or an overview.
    #[arg(long, help_heading = OUTPUT)]
    pub(super) help: bool,
    /// Show the version, and the commit of a release build.
    #[arg(long, help_heading = OUTPUT)]
    pub(super) version: bool,

    /// The operands.
    #[arg(hide = true, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(super) operands: Vec<PathBuf>,
}
