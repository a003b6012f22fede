//! `-M`: Diffie-Hellman moduli.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Error, Flags};
use crate::cli::values::{Moduli, strtonum};
use crate::commands::Command;
use crate::commands::moduli::{Output, generate, screen};
use crate::host::input::Input;
use crate::moduli::Natural;

/// `-M generate` and `-M screen`, with their `-O` options.
pub(in crate::cli) fn command(step: Moduli, flags: Flags) -> Result<Command, Error> {
    let mut operands = flags.operands.into_iter();
    let output = match (operands.next(), operands.next()) {
        (None, _) => {
            return Err(Error::BadValue {
                message: "No output file specified".to_owned(),
                allowed: Some("name the file to write; - is standard output".to_owned()),
            });
        }
        (Some(path), None) if path.as_os_str() == "-" => Output::Stdout,
        (Some(path), None) => Output::File(path),
        (Some(_), Some(_)) => return Err(Error::value("Too many output files specified")),
    };
    match step {
        Moduli::Generate => generate(output, flags.options).map(Command::GenerateModuli),
        Moduli::Screen => {
            let input = flags.file.map_or(Input::Stdin, Input::from);
            screen(input, output, flags.options).map(Command::ScreenModuli)
        }
    }
}

fn generate(output: Output, options: Vec<OsString>) -> Result<generate::Args, Error> {
    let mut args = generate::Args { output, bits: 3072, start: None };
    for option in options {
        let text = option.to_string_lossy();
        match text.split_once('=') {
            Some(("bits", number)) => args.bits = count(number)?,
            Some(("start", number)) => {
                let start = Natural::from_hex(number.as_bytes());
                args.start = Some(start.ok_or_else(|| Error::value("Invalid start point."))?);
            }
            _ => return Err(unsupported(&text, "generation")),
        }
    }
    Ok(args)
}

fn screen(input: Input, output: Output, options: Vec<OsString>) -> Result<screen::Args, Error> {
    let mut args = screen::Args {
        input,
        output,
        start_line: 0,
        lines: None,
        checkpoint: None,
        prime_tests: 100,
        generator: None,
    };
    for option in options {
        if let Some(file) = after(&option, "checkpoint=") {
            args.checkpoint = Some(PathBuf::from(file));
            continue;
        }
        let text = option.to_string_lossy();
        match text.split_once('=') {
            // 0, which is also what a word is taken for, means all lines.
            Some(("lines", number)) => args.lines = Some(strtoul(number)).filter(|&lines| lines > 0),
            Some(("start-line", number)) => args.start_line = strtoul(number),
            Some(("generator", number)) => {
                let bad = |why| Error::value(format!("Generator invalid: {number} ({why})"));
                args.generator = Some(strtonum(number).map_err(bad)?);
            }
            Some(("prime-tests", number)) => args.prime_tests = count(number)?,
            _ => return Err(unsupported(&text, "screening")),
        }
    }
    Ok(args)
}

fn unsupported(option: &str, step: &str) -> Error {
    Error::value(format!("Option \"{option}\" is unsupported for moduli {step}"))
}

/// A number from 1 to 2^31 - 1.
fn count(text: &str) -> Result<u32, Error> {
    let number = strtonum(text).and_then(|number| match i32::try_from(number) {
        Ok(_) => Ok(number),
        Err(_) => Err("too large"),
    });
    number.map_err(|why| Error::value(format!("Invalid number: {text} ({why})")))
}

/// As strtoul(3) reads it: the digits in front, 0 if there are none.
fn strtoul(text: &str) -> u64 {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix('+').unwrap_or(text);
    let digits = &text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())];
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}

/// What follows `name` in a word that starts with it. Names of files need not be UTF-8.
fn after(word: &OsString, name: &str) -> Option<OsString> {
    let rest = word.as_encoded_bytes().strip_prefix(name.as_bytes())?;
    Some(crate::host::files::path_from_bytes(rest.to_vec()).ok()?.into_os_string())
}
