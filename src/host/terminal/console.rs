//! The console of Windows.

use std::fs::File;
use std::io::{self, ErrorKind};

use super::{Error, Passphrase, Question};

pub(super) fn exists() -> bool {
    open().is_some()
}

pub(super) fn open() -> Option<File> {
    File::options().read(true).write(true).open("CONIN$").ok()
}

/// Where something is shown to the user alone.
pub(super) fn open_to_show() -> Option<File> {
    File::options().read(true).write(true).open("CONOUT$").ok()
}

pub(super) fn ask_secret(question: &Question) -> Result<Passphrase, Error> {
    let prompt = String::from_utf8_lossy(&question.prompt()).into_owned();
    let typed = rpassword::prompt_password(prompt).map_err(|error| match error.kind() {
        ErrorKind::Interrupted | ErrorKind::UnexpectedEof => Error::EndOfInput(question.clone()),
        _ => Error::Input(error),
    })?;
    Passphrase::given(typed.into_bytes()).map_err(|error| Error::Input(io::Error::other(error)))
}
