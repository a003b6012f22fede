//! Who signs: a private key file, or the agent.

use std::path::{Path, PathBuf};

use crate::commands::failure::{Failure, While as _};
use thiserror::Error;

use super::passphrase::OldPassphrase;
use super::token::{Purpose, TokenSigner};
use super::token_library::LibrarySigner;
use super::{Context, ask, load, public};
use crate::certificate::KeyOrCertificate;
use crate::device::agent::{self, Agent};
use crate::device::fido::Provider;
use crate::host::question::Question;
use crate::key::{PrivateKey, PublicKey};
use crate::signature::{Scheme, Signature, Signer};

/// Whether the agent has to have the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A file, or the agent where it has the key.
    Any,
    /// `-U`: the agent.
    Agent,
    /// `-D`: a token that this PKCS#11 library reaches.
    Library(PathBuf),
}

/// Why no one can sign.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// The agent has other keys.
    #[error("{0} {1} not found in agent")]
    NotInAgent(&'static str, String),
    /// With `-U`, a certificate signs nothing, whatever its key does.
    #[error("CA key {0} not found in agent: it is a certificate")]
    CertificateAsCa(String),
    /// The tokens of a library have other keys.
    #[error("No PKCS#11 key matching {0} found")]
    NotInLibrary(String),
    /// Neither the agent nor a file has the private key.
    #[error("No private key found for public key \"{0}\"")]
    NoPrivateKey(String),
    /// The private key beside a public key is that of another.
    #[error("Public key {0} doesn't match private {1}")]
    OtherKey(String, String),
}

/// Something that signs with one key.
#[derive(Debug)]
pub(super) enum KeySigner {
    File(Signer),
    Token(TokenSigner),
    Library(LibrarySigner),
    Agent(Agent, KeyOrCertificate),
}

impl KeySigner {
    pub(super) fn sign(
        &mut self,
        scheme: Scheme,
        message: &[u8],
        ctx: &mut Context<'_>,
    ) -> Result<Signature, Failure> {
        Ok(match self {
            Self::File(signer) => signer.sign(scheme, message, &mut ctx.rng)?,
            Self::Token(signer) => signer.sign(message, ctx)?,
            Self::Library(signer) => signer.sign(scheme, message, ctx)?,
            Self::Agent(agent, key) => agent.sign(key, scheme, message)?,
        })
    }

    /// The signer of a key file.
    fn of_key(key: &PrivateKey, provider: &Provider, purpose: Purpose) -> Result<Self, Failure> {
        Ok(match TokenSigner::new(key, provider, purpose)? {
            Some(signer) => Self::Token(signer),
            None => Self::File(Signer::new(key)?),
        })
    }
}

/// The agent, which must have the key.
fn agent_with(key: &KeyOrCertificate, what: &'static str, path: &Path) -> Result<KeySigner, Failure> {
    let mut agent = Agent::connect().during("Cannot use public key for signing")?;
    let keys = agent.keys().during("Retrieve agent key list")?;
    if !keys.contains(key) {
        return Err(Error::NotInAgent(what, path.display().to_string()).into());
    }
    Ok(KeySigner::Agent(agent, key.clone()))
}

/// The agent, if there is one that has the key.
fn agent_perhaps(key: &KeyOrCertificate) -> Option<KeySigner> {
    let mut agent = Agent::connect().ok()?;
    let keys = agent.keys();
    match keys {
        Ok(keys) if keys.contains(key) => Some(KeySigner::Agent(agent, key.clone())),
        Ok(_) | Err(agent::Error::NoKeys) => None,
        Err(_) => None,
    }
}

/// Loads a key to sign files with: `path` is its private, its public or its certificate file.
pub(super) fn load(
    path: &Path,
    holder: &Holder,
    (passphrase, provider): (&OldPassphrase, &Provider),
    ctx: &mut Context<'_>,
) -> Result<(KeyOrCertificate, KeySigner), Failure> {
    let public = public::load(path);
    let failed = || format!("Couldn't load public key {}", path.display());
    if *holder == Holder::Agent {
        let (key, _) = public.during_step(failed)?;
        let signer = agent_with(&key, "key", path)?;
        return Ok((key, signer));
    }
    if let Ok((key, _)) = &public
        && let Some(signer) = agent_perhaps(key)
    {
        return Ok((key.clone(), signer));
    }
    if let Holder::Library(library) = holder {
        let (key, _) = public.during_step(failed)?;
        let signer = LibrarySigner::new(library, (key.key(), path), passphrase, ctx)?;
        return Ok((key, KeySigner::Library(signer)));
    }
    let private = public::without_suffix(path, &["-cert.pub", ".pub"]);
    if private != path && !private.exists() {
        public.during_step(failed)?;
        return Err(Error::NoPrivateKey(path.display().to_string()).into());
    }
    let question = Question::PassphraseToSign(private.clone());
    let loaded = load::private(&private, passphrase, &question, ctx);
    let loaded = loaded.during_step(failed)?;
    let key = match public {
        Ok((key, _)) => key,
        Err(_) => KeyOrCertificate::Key(loaded.key.public().clone()),
    };
    if key.key() != loaded.key.public() {
        return Err(Error::OtherKey(path.display().to_string(), private.display().to_string()).into());
    }
    let signer = KeySigner::of_key(&loaded.key, provider, Purpose::Files)?;
    Ok((key, signer))
}

/// Loads a CA's key to sign certificates with: `path` is its public key file with `-U`, else its private key file.
pub(super) fn load_ca(
    path: &Path,
    holder: &Holder,
    (passphrase, provider): (&OldPassphrase, &Provider),
    ctx: &mut Context<'_>,
) -> Result<(PublicKey, KeySigner), Failure> {
    match holder {
        Holder::Agent => {
            let (key, _) =
                public::load(path).during_step(|| format!("Cannot load CA public key {}", path.display()))?;
            let KeyOrCertificate::Key(key) = key else {
                return Err(Error::CertificateAsCa(path.display().to_string()).into());
            };
            let signer = agent_with(&KeyOrCertificate::Key(key.clone()), "CA key", path)?;
            Ok((key, signer))
        }
        Holder::Library(library) => {
            let loading = || format!("Couldn't load CA public key \"{}\"", path.display());
            let (key, _) = public::load(path).during_step(loading)?;
            let signer = LibrarySigner::new(library, (key.key(), path), passphrase, ctx)?;
            Ok((key.key().clone(), KeySigner::Library(signer)))
        }
        Holder::Any => {
            let loaded = load::private(path, passphrase, &ask::passphrase_of(path), ctx).loading(path)?;
            let signer = KeySigner::of_key(&loaded.key, provider, Purpose::Certificates)?;
            Ok((loaded.key.public().clone(), signer))
        }
    }
}
