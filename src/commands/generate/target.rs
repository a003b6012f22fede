//! The two files of a key pair, checked before anything is asked or computed.

use std::path::{Path, PathBuf};

use crate::commands::failure::{Cause, Failure, While as _};
use crate::text::shown;

use super::Error;
use crate::commands::Context;
use crate::commands::public::with_suffix;
use crate::host::account;
use crate::host::files::{self, Found, Place, SeenPair};

/// The two files, and what stands there.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) private: PathBuf,
    pub(super) public: PathBuf,
    pub(super) seen: SeenPair,
    made: Option<NewDirectory>,
}

/// A directory made for the key: taken away again when no key gets into it.
#[derive(Debug)]
struct NewDirectory(PathBuf);

impl Drop for NewDirectory {
    fn drop(&mut self) {
        files::remove_empty_directory(&self.0);
    }
}

impl Target {
    /// Looks at both places; makes `~/.ssh` when the key is to go there.
    pub(super) fn prepare(private: PathBuf, ctx: &mut Context<'_>) -> Result<Self, Failure> {
        if private.as_os_str().is_empty() {
            return Err(Error::NoName.into());
        }
        if private.extension().is_some_and(|extension| extension == "pub") {
            let name = shown(&private);
            ctx.ui.warn(&format!("Warning: {name} will hold the private key, whatever its name says."));
        }
        let made = make_ssh_directory(&private, ctx)?;
        let public = with_suffix(&private, ".pub");
        let seen = look(&private, &public)?;
        let target = Self { private, public, seen, made };
        target.refuse_strange_places()?;
        Ok(target)
    }

    fn refuse_strange_places(&self) -> Result<(), Error> {
        for (path, seen) in [(&self.private, &self.seen.private), (&self.public, &self.seen.public)] {
            match seen.found() {
                Found::Nothing
                | Found::Empty
                | Found::Ordinary
                | Found::PrivateKey
                | Found::Unreadable(_) => {}
                Found::Link(target) => {
                    return Err(Error::Link { path: path.clone(), target: target.clone() });
                }
                Found::NotAFile(kind) => return Err(Error::NotAFile { path: path.clone(), kind }),
            }
        }
        Ok(())
    }

    /// The key is in its place: the directory made for it stays.
    pub(super) fn keep(mut self) -> Self {
        if let Some(directory) = self.made.take() {
            std::mem::forget(directory);
        }
        self
    }
}

/// What exists at both paths. A `.pub` that cannot exist is a failure with another status, as in ssh-keygen.
fn look(private: &Path, public: &Path) -> Result<SeenPair, Failure> {
    SeenPair::look(private, public).or_else(|error| match error {
        files::Error::System { ref path, .. } if path == public => {
            Err(error).during_step(|| format!("Unable to save public key to {}", public.display()))
        }
        error => Err(error).saving(private),
    })
}

/// Makes `~/.ssh` when it is the directory of the key and is not there.
fn make_ssh_directory(private: &Path, ctx: &mut Context<'_>) -> Result<Option<NewDirectory>, Failure> {
    let directory = files::directory_of(private);
    if !matches!(files::look(directory), Ok(Place::Free)) {
        return Ok(None);
    }
    let Some(ssh) = account::home().ok().map(|home| home.join(".ssh")) else { return Ok(None) };
    if directory != ssh {
        return Ok(None);
    }
    let made = files::create_private_directory(&ssh)
        .map_err(Cause::KeyNotSaved)
        .during("Could not create the directory for the key")?;
    ctx.tell(&made);
    ctx.ui.inform(&format!("Created directory '{}'.", shown(&ssh)));
    Ok(Some(NewDirectory(ssh)))
}
