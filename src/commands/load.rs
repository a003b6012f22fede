//! Private keys from files.

use std::path::Path;

use crate::commands::failure::{Failure, While as _};
use crate::text::shown;
use thiserror::Error;

use super::passphrase::OldPassphrase;
use super::public::{self, Found, Place, Reading};
use super::{Context, ask};
use crate::certificate::KeyOrCertificate;
use crate::format::{self, Container, KeyFile, Layout, Obstacle};
use crate::host::files;
use crate::host::input::Input;
use crate::host::question::Question;
use crate::key::PrivateKey;
use crate::secret::{Passphrase, Secret};

/// Why a private key is not used.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// Writing the file again would lose the certificate inside.
    #[error("the file contains a certificate, which would be lost")]
    Certificate,
    /// Others can read it.
    #[error("bad permissions")]
    TooOpen,
    /// It is an EC key whose private number OpenSSH takes for unsafe.
    #[error("{}", if *.0 == Container::OpenSsh { "invalid elliptic curve value" } else { "invalid format" })]
    Scalar(Container),
}

/// A private key, and what its file was like.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) key: PrivateKey,
    pub(super) container: Container,
    /// The layout that the file keeps, unless another one is asked for.
    pub(super) kept: Option<Layout>,
    /// Whether a certificate is inside, which no format written here has room for.
    pub(super) certificate: Option<KeyOrCertificate>,
    /// The passphrase that opened it; empty for a file in the clear.
    pub(super) passphrase: Passphrase,
    /// The file, as it was read.
    pub(super) file: Secret,
}

impl Loaded {
    /// Fails if writing the file again would lose a certificate.
    pub(super) fn check_no_certificate(&self) -> Result<(), Failure> {
        if self.certificate.is_some() { Err(Error::Certificate.into()) } else { Ok(()) }
    }

    /// Fails for a key that OpenSSH does not load because it is unsafe.
    fn safe(self) -> Result<Self, Failure> {
        match format::obstacle_of_key(&self.key) {
            Some(Obstacle::SmallScalar | Obstacle::LargeScalar) => Err(Error::Scalar(self.container).into()),
            _ => Ok(self),
        }
    }
}

/// Reads a key file that only its owner may read.
pub(super) fn private_file(path: &Path, ctx: &mut Context<'_>) -> Result<Secret, Failure> {
    let file = files::read_with_mode(path)?;
    // A public key may be open to all: that it is no private one is what is wrong then. One beside a private key may not.
    let bytes = file.bytes.expose();
    let public = public::of_any_format(bytes).is_some() && KeyFile::parse(bytes).is_err();
    if let Some(mode) = file.too_open.filter(|_| !public) {
        ctx.ui.warn(&banner(path, mode));
        return Err(Error::TooOpen.into());
    }
    Ok(file.bytes)
}

/// Loads a private key: without a passphrase if that is enough, else with one, asked for once.
pub(super) fn private(
    path: &Path,
    old: &OldPassphrase,
    question: &Question,
    ctx: &mut Context<'_>,
) -> Result<Loaded, Failure> {
    let file = private_file(path, ctx)?;
    open(&file, old, question, ctx)?.safe()
}

/// Loads a private key from a file or standard input, with ssh-keygen's prompt for its passphrase.
pub(super) fn private_input(
    input: &Input,
    old: &OldPassphrase,
    ctx: &mut Context<'_>,
) -> Result<Loaded, Failure> {
    let question = ask::passphrase_of(input.path());
    let loaded = match input {
        Input::Stdin => open(&input.read_key()?, old, &question, ctx).and_then(Loaded::safe),
        Input::File(path) => private(path, old, &question, ctx),
    };
    loaded.loading(input.path())
}

/// Opens a private key whose file was read already.
pub(super) fn open(
    bytes: &Secret,
    old: &OldPassphrase,
    question: &Question,
    ctx: &mut Context<'_>,
) -> Result<Loaded, Failure> {
    open_parsed(&KeyFile::parse(bytes.expose())?, bytes, old, question, ctx)
}

/// Opens a private key that was parsed already.
pub(super) fn open_parsed(
    file: &KeyFile,
    bytes: &Secret,
    old: &OldPassphrase,
    question: &Question,
    ctx: &mut Context<'_>,
) -> Result<Loaded, Failure> {
    let passphrase = match file.protection() {
        None => Passphrase::empty(),
        Some(_) => old.obtain(question, ctx)?,
    };
    Ok(Loaded {
        key: file.open(&passphrase)?,
        container: file.container(),
        kept: file.layout_to_keep(),
        certificate: file.certificate().cloned(),
        passphrase,
        file: bytes.clone(),
    })
}

/// Loads the public key of a file, and opens the private key if nothing else tells it.
pub(super) fn public_key(
    input: &Input,
    old: &OldPassphrase,
    ctx: &mut Context<'_>,
) -> Result<Found, Failure> {
    const ORDER: [Place; 3] =
        [Place::File(Reading::AnyFormat), Place::Beside(Reading::AnyFormat), Place::Header];
    let (path, file) = (input.path(), input.read_key()?);
    let order: &[Place] = match input {
        Input::Stdin => &[ORDER[0], ORDER[2]],
        Input::File(_) => &ORDER,
    };
    if let Some(found) = public::find(path, Some(file.expose()), order) {
        return Ok(found);
    }
    KeyFile::parse(file.expose()).at(path)?;
    let question = ask::passphrase_of(path);
    let loaded = match input {
        Input::Stdin => open(&file, old, &question, ctx).and_then(Loaded::safe),
        Input::File(path) => private(path, old, &question, ctx),
    };
    let loaded = loaded.loading(path)?;
    let key = KeyOrCertificate::Key(loaded.key.public().clone());
    Ok(Found { key, comment: loaded.key.comment().clone() })
}

fn banner(path: &Path, mode: u32) -> String {
    let line = "@".repeat(59);
    format!(
        "{line}\n@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\n{line}\n\
         Permissions 0{mode:03o} for '{}' are too open.\n\
         It is required that your private key files are NOT accessible by others.\n\
         This private key will be ignored.",
        shown(path)
    )
}
