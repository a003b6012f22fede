//! The console of Windows.

use std::fs::File;
use std::io::ErrorKind;

use super::{Error, Passphrase, shown};

pub(super) fn exists() -> bool {
    File::options().read(true).write(true).open("CONIN$").is_ok()
}

pub(super) fn ask_secret(question: &str) -> Result<Passphrase, Error> {
    rpassword::prompt_password(question).map(|typed| Passphrase::typed(typed.into_bytes())).map_err(|error| {
        match error.kind() {
            ErrorKind::Interrupted | ErrorKind::UnexpectedEof => {
                Error::EndOfInput(shown(question.as_bytes()))
            }
            _ => Error::Input(error),
        }
    })
}
