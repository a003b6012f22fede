//! `-Y`: signatures over files.

use std::ffi::OsString;
use std::path::PathBuf;

use super::certificates::holder;
use super::{Error, Flags, old_passphrase};
use crate::cli::suggest::nearest;
use crate::cli::values::OPERATIONS;
use crate::commands::Command;
use crate::commands::sign::{self, Messages};
use crate::commands::verify::{self, ExpectedSigner, Print};
use crate::commands::{find_principals, match_principals};
use crate::date::Moment;
use crate::device::fido::Provider;
use crate::sshsig::MessageHash;

/// Operations are distinguished by how they start, as ssh-keygen does.
pub(super) fn command(flags: Flags) -> Result<Command, Error> {
    let operation = flags.signature.clone().unwrap_or_default();
    match operation.as_str() {
        word if word.starts_with("find-principals") => find_principals(flags),
        word if word.starts_with("match-principals") => match_principals(flags),
        word if word.starts_with("sign") => sign(flags),
        word if word.starts_with("check-novalidate") => check(flags),
        word if word.starts_with("verify") => verify(flags),
        word => {
            let hint = match nearest(word, OPERATIONS) {
                Some(near) => format!("did you mean -Y {near}?"),
                None => format!("-Y takes {}", OPERATIONS.join(", ")),
            };
            Err(Error::usage(format!("Unsupported operation for -Y: \"{word}\""), hint))
        }
    }
}

/// `rkeygen sign`.
pub(in crate::cli) fn sign_files(mut flags: Flags) -> Result<Command, Error> {
    require(flags.file.as_ref(), "sign: --key is missing", "name the private key: --key FILE")?;
    flags.names.get_or_insert_with(default_namespace);
    sign(flags)
}

/// `rkeygen verify`.
pub(in crate::cli) fn verify_input(mut flags: Flags) -> Result<Command, Error> {
    require_signature(&flags, "verify")?;
    flags.names.get_or_insert_with(default_namespace);
    if flags.signature_only {
        return check(flags);
    }
    let hint = "say who may sign: --allowed-signers FILE --signer NAME";
    require(flags.file.as_ref(), "verify: --allowed-signers is missing", hint)?;
    require(flags.identity.as_ref(), "verify: --signer is missing", hint)?;
    verify(flags)
}

/// `rkeygen principals find`.
pub(in crate::cli) fn find(flags: Flags) -> Result<Command, Error> {
    require_signature(&flags, "principals find")?;
    require(
        flags.file.as_ref(),
        "principals find: --allowed-signers is missing",
        "add --allowed-signers FILE",
    )?;
    find_principals(flags)
}

/// `rkeygen principals match`.
pub(in crate::cli) fn match_name(flags: Flags) -> Result<Command, Error> {
    require(flags.identity.as_ref(), "principals match: --signer is missing", "add --signer NAME")?;
    require(
        flags.file.as_ref(),
        "principals match: --allowed-signers is missing",
        "add --allowed-signers FILE",
    )?;
    match_principals(flags)
}

/// What files are signed for, unless something else is said.
fn default_namespace() -> OsString {
    "file".into()
}

/// An option that the subcommand cannot do without.
fn require<T>(option: Option<T>, message: impl Into<String>, hint: &str) -> Result<(), Error> {
    option.map(drop).ok_or_else(|| Error::usage(message, hint))
}

fn require_signature(flags: &Flags, name: &str) -> Result<(), Error> {
    let message = format!("{name}: --signature is missing");
    require(flags.ca_or_signature.as_ref(), message, "name the signature: --signature FILE.sig")
}

const HASH: &str = "hashalg=";
const VERIFY_TIME: &str = "verify-time=";
const PRINT_KEY: &str = "print-pubkey";

/// `-O` of all operations.
#[derive(Default)]
struct Options {
    hash: MessageHash,
    time: Option<Moment>,
    print_key: bool,
    /// Why one of them is refused.
    refused: Option<String>,
}

impl Options {
    /// Reads those that the operation allows.
    fn read(words: &[OsString], allowed: &[&str]) -> Result<Self, Error> {
        let mut options = Self::default();
        for word in words {
            let word = word.to_string_lossy();
            let value = |name: &str| {
                let (start, value) = word.split_at_checked(name.len())?;
                (start.eq_ignore_ascii_case(name) && allowed.contains(&name)).then_some(value)
            };
            if let Some(name) = value(HASH) {
                options.hash = name.parse().map_err(Error::value)?;
            } else if let Some(time) = value(VERIFY_TIME) {
                let moment = Moment::absolute(time);
                options.time = Some(moment.ok_or_else(|| Error::value("Invalid \"verify-time\" option"))?);
            } else if value(PRINT_KEY) == Some("") {
                options.print_key = true;
            } else {
                return Err(invalid_option(&word, allowed));
            }
        }
        Ok(options)
    }

    /// Reads those of a check, which says that there is no verdict before it fails because of them.
    fn of_check(words: &[OsString]) -> Self {
        Self::read(words, &[VERIFY_TIME, PRINT_KEY])
            .unwrap_or_else(|error| Self { refused: Some(error.to_string()), ..Self::default() })
    }
}

fn invalid_option(word: &str, allowed: &[&str]) -> Error {
    let allowed = format!("-O takes {} here", allowed.join(", "));
    Error::BadValue { message: format!("Invalid option \"{word}\""), allowed: Some(allowed) }
}

fn missing(what: &str) -> impl FnOnce() -> Error {
    let message = format!("Too few arguments for {what}");
    move || Error::usage(message, "see rkeygen help -Y")
}

fn some(value: Option<OsString>) -> Option<Vec<u8>> {
    value.map(OsString::into_encoded_bytes).filter(|bytes| !bytes.is_empty())
}

// The spelling of the complaints is ssh-keygen's.

fn find_principals(flags: Flags) -> Result<Command, Error> {
    let signature = flags.ca_or_signature.map(PathBuf::from);
    let signature = signature.ok_or_else(missing("find-principals:missing signature file"))?;
    let allowed = flags.file.ok_or_else(missing("find-principals:missing allowed keys file"))?;
    let time = Options::read(&flags.options, &[VERIFY_TIME])?.time;
    Ok(Command::FindPrincipals(find_principals::Args { signature, allowed, time }))
}

fn match_principals(flags: Flags) -> Result<Command, Error> {
    let allowed = flags.file.ok_or_else(missing("match-principals:missing allowed keys file"))?;
    let principal = flags.identity.ok_or_else(missing("match-principals: missing principal ID"))?;
    if let Some(option) = flags.options.first() {
        return Err(Error::MatchOption(option.to_string_lossy().into_owned()));
    }
    let principal = principal.into_encoded_bytes();
    Ok(Command::MatchPrincipals(match_principals::Args { principal, allowed }))
}

fn sign(mut flags: Flags) -> Result<Command, Error> {
    let namespace = some(flags.names.take()).ok_or_else(missing("sign: missing namespace"))?;
    let key = flags.file.take().ok_or_else(missing("sign: missing key"))?;
    let options = Options::read(&flags.options, &[HASH])?;
    let holder = holder(&flags);
    let passphrase = old_passphrase(&mut flags);
    let dash = |path: &PathBuf| path.as_os_str() == "-";
    let messages = match flags.operands.as_slice() {
        [] => Messages::Stdin,
        [only] if dash(only) => Messages::Stdin,
        paths if paths.iter().any(dash) => return Err(Error::value(sign::Error::Mix)),
        _ => Messages::Files(flags.operands),
    };
    Ok(Command::Sign(sign::Args {
        key,
        holder,
        passphrase,
        provider: Provider::choose(flags.provider),
        namespace,
        hash: options.hash,
        messages,
        if_exists: flags.if_exists.unwrap_or_default(),
    }))
}

fn check(flags: Flags) -> Result<Command, Error> {
    let options = Options::of_check(&flags.options);
    let namespace = some(flags.names).ok_or_else(missing("check-novalidate: missing namespace"))?;
    let signature = flags.ca_or_signature.map(PathBuf::from);
    Ok(Command::Verify(verify::Args {
        namespace,
        signature: signature.ok_or_else(missing("check-novalidate: missing signature file"))?,
        signer: None,
        // As in ssh-keygen, `-r` is for `verify` alone.
        revoked: None,
        time: options.time,
        print: print(&options),
        refused: options.refused,
        hash: flags.hash.unwrap_or_default(),
    }))
}

fn verify(flags: Flags) -> Result<Command, Error> {
    let options = Options::of_check(&flags.options);
    let namespace = some(flags.names).ok_or_else(missing("verify: missing namespace"))?;
    let signature = flags.ca_or_signature.map(PathBuf::from);
    let signature = signature.ok_or_else(missing("verify: missing signature file"))?;
    let allowed = flags.file.ok_or_else(missing("sign: missing allowed keys file"))?;
    let principal = flags.identity.ok_or_else(missing("verify: missing principal identity"))?;
    Ok(Command::Verify(verify::Args {
        namespace,
        signature,
        signer: Some(ExpectedSigner { principal: principal.into_encoded_bytes(), allowed }),
        revoked: flags.host_or_revoked.map(PathBuf::from),
        time: options.time,
        print: print(&options),
        refused: options.refused,
        hash: flags.hash.unwrap_or_default(),
    }))
}

fn print(options: &Options) -> Print {
    if options.print_key { Print::VerdictAndKey } else { Print::Verdict }
}
