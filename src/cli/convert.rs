//! The words of `rkeygen convert`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;
use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};

use super::command::{new_passphrase_if_said, old_passphrase};
use super::flags;
use super::{Error, Invocation, USAGE, read, show, wants_help};
use crate::commands::Command;
use crate::commands::convert::{Args, Format, Output};
use crate::commands::export::PublicFormat;
use crate::commands::overwrite::IfExists;
use crate::format::{Argon2Cost, Cipher, Layout, Pbes2, Ppk, Rounds};
use crate::host::source::Source;
use crate::host::terminal::{Manners, Style};
use crate::key::Comment;
use crate::secret::Passphrase;

/// What was typed.
#[derive(Debug, Parser)]
#[command(name = "rkeygen convert", disable_help_flag = true, disable_version_flag = true)]
pub(super) struct Words {
    #[arg(value_parser = OsStringValueParser::new().map(PathBuf::from))]
    input: PathBuf,
    #[arg(long, value_parser = PossibleValuesParser::new(FORMATS), required_unless_present = "fips")]
    to: Option<String>,
    #[arg(short = 'o', long, allow_hyphen_values = true, value_parser = OsStringValueParser::new().map(PathBuf::from), conflicts_with = "in_place")]
    output: Option<PathBuf>,
    #[arg(long)]
    in_place: bool,
    #[arg(long)]
    fips: bool,
    #[arg(long, value_parser = flags::if_exists())]
    if_exists: Option<IfExists>,
    #[arg(short = 'P', long, allow_hyphen_values = true, value_parser = flags::passphrase())]
    passphrase: Option<Passphrase>,
    #[arg(long, conflicts_with = "passphrase")]
    passphrase_from: Option<Source>,
    #[arg(short = 'N', long, allow_hyphen_values = true, value_parser = flags::passphrase())]
    new_passphrase: Option<Passphrase>,
    #[arg(long, conflicts_with_all = ["new_passphrase", "no_passphrase"])]
    new_passphrase_from: Option<Source>,
    #[arg(long, conflicts_with = "new_passphrase")]
    no_passphrase: bool,
    #[arg(short = 'C', long, allow_hyphen_values = true, value_parser = flags::comment())]
    comment: Option<Comment>,
    #[arg(short = 'Z', long)]
    cipher: Option<Cipher>,
    #[arg(short = 'a', long, value_parser = flags::rounds)]
    rounds: Option<Rounds>,
    #[arg(long, default_value = "3", value_parser = clap::value_parser!(u8).range(2..=3))]
    ppk_version: u8,
    #[arg(long, default_value_t = 8192)]
    argon2_memory: u32,
    #[arg(long, default_value_t = 13)]
    argon2_passes: u32,
    #[arg(long, default_value_t = 1)]
    argon2_parallelism: u32,
    #[arg(short = 'q', long)]
    quiet: bool,
    #[arg(long)]
    json: bool,
    #[arg(long)]
    no_input: bool,
}

const FORMATS: [&str; 6] = ["openssh", "pkcs8", "pem", "ppk", "rfc4716", "spki"];

/// Reads the words behind `convert`.
pub(super) fn parse(words: Vec<OsString>) -> Result<Invocation, Error> {
    if wants_help(&words) {
        return Ok(show(USAGE));
    }
    let words: Words = read(words)?;
    let output = match &words.output {
        _ if words.in_place => Output::InPlace,
        None => Output::Unsaid,
        Some(path) if path.as_os_str() == "-" => Output::Stdout,
        Some(path) => Output::File(path.clone()),
    };
    let style = match (&output, words.json) {
        (_, true) => Style::Json,
        (Output::File(_) | Output::InPlace, false) => Style::Text,
        (Output::Stdout | Output::Unsaid, false) => Style::KeyOnStdout,
    };
    let manners = Manners { style, quiet: words.quiet, no_input: words.no_input };
    let args = Args {
        to: format(&words)?,
        input: words.input,
        output,
        if_exists: words.if_exists.unwrap_or_default(),
        old: old_passphrase(words.passphrase, words.passphrase_from),
        new: new_passphrase_if_said(words.new_passphrase, words.new_passphrase_from, words.no_passphrase),
        comment: words.comment,
    };
    Ok(Invocation { command: Command::Convert(args), manners })
}

fn format(words: &Words) -> Result<Format, Error> {
    let openssh = Layout::OpenSsh {
        cipher: words.cipher.unwrap_or_default(),
        rounds: words.rounds.unwrap_or_default(),
    };
    Ok(match (words.to.as_deref(), words.fips) {
        (None | Some("pkcs8"), true) => Format::Private(Layout::Pkcs8(Pbes2::Fips), PublicFormat::Spki),
        (Some(_), true) => return Err(Error::Usage("--fips means --to pkcs8".to_owned())),
        (Some("pkcs8"), false) => Format::Private(Layout::Pkcs8(Pbes2::AsSshKeygen), PublicFormat::Spki),
        (Some("pem"), false) => Format::Private(Layout::Pem, PublicFormat::Pem),
        (Some("ppk"), false) => Format::Private(Layout::Ppk(ppk(words)?), PublicFormat::Rfc4716),
        (Some("rfc4716"), false) => Format::Public(PublicFormat::Rfc4716),
        (Some("spki"), false) => Format::Public(PublicFormat::Spki),
        _ => Format::Private(openssh, PublicFormat::OpenSsh),
    })
}

fn ppk(words: &Words) -> Result<Ppk, Error> {
    if words.ppk_version == 2 {
        return Ok(Ppk::V2);
    }
    let cost = Argon2Cost::new(words.argon2_memory, words.argon2_passes, words.argon2_parallelism);
    cost.map(Ppk::V3).ok_or_else(|| Error::BadValue {
        message: "the cost of Argon2 is out of range".to_owned(),
        allowed: Some(
            "--argon2-memory takes 8 to 65536 KiB (8 per lane), --argon2-parallelism 1 to 16, and memory times \
             --argon2-passes may be 4 GiB"
                .to_owned(),
        ),
    })
}
