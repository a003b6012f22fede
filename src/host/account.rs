//! Who runs the program, and where: home directory, user name, host name.

use std::path::{Component, Path, PathBuf};

use thiserror::Error;

/// The system does not know who runs the program.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// The user database has no entry for the user.
    #[error("No user exists for uid {0}")]
    NoUser(u32),
    /// The user database has no entry of that name.
    #[error("tilde_expand: No such user {0}")]
    NoUserNamed(String),
    /// Windows has no profile directory in `%USERPROFILE%`.
    #[error("%USERPROFILE% is not set")]
    NoProfile,
}

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// The home directory: of the user database on Unix, never `$HOME`; `%USERPROFILE%` on Windows.
///
/// # Errors
/// [`enum@Error`] when there is none.
pub fn home() -> Result<PathBuf, Error> {
    system::home()
}

/// The home directory that a shell puts in place of `~`: `$HOME`, which ssh does not read.
#[must_use]
pub fn shell_home() -> Option<PathBuf> {
    std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute())
}

/// The directory of the SSH server's settings and host keys: `/etc/ssh`; `%ProgramData%\ssh` on Windows.
#[must_use]
pub fn server_directory() -> PathBuf {
    system::server_directory()
}

/// The default comment of a key: `user@host`.
///
/// # Errors
/// [`enum@Error`] when the user has no name.
pub fn user_at_host() -> Result<String, Error> {
    system::user_at_host()
}

/// The path with a home directory in place of `~` or `~USER` at its start, where ssh-keygen puts it.
///
/// # Errors
/// [`enum@Error`] when there is no such user.
pub fn expand_tilde(path: &Path) -> Result<PathBuf, Error> {
    let mut parts = path.components();
    let Some(Component::Normal(first)) = parts.next() else { return Ok(path.to_owned()) };
    let Some(user) = first.to_str().and_then(|first| first.strip_prefix('~')) else {
        return Ok(path.to_owned());
    };
    let home = if user.is_empty() { system::home()? } else { system::home_of(user)? };
    Ok(home.join(parts.as_path()))
}

#[cfg(unix)]
mod unix {
    use std::path::PathBuf;

    use nix::unistd::{User, gethostname, getuid};

    use super::Error;

    fn user() -> Result<User, Error> {
        let uid = getuid();
        User::from_uid(uid).ok().flatten().ok_or(Error::NoUser(uid.as_raw()))
    }

    pub(super) fn home() -> Result<PathBuf, Error> {
        Ok(user()?.dir)
    }

    pub(super) fn home_of(name: &str) -> Result<PathBuf, Error> {
        let user = User::from_name(name).ok().flatten();
        user.map(|user| user.dir).ok_or_else(|| Error::NoUserNamed(name.to_owned()))
    }

    pub(super) fn server_directory() -> PathBuf {
        PathBuf::from("/etc/ssh")
    }

    pub(super) fn user_at_host() -> Result<String, Error> {
        let host =
            gethostname().map_or_else(|_| "localhost".into(), |name| name.to_string_lossy().into_owned());
        Ok(format!("{}@{host}", user()?.name))
    }
}

#[cfg(windows)]
mod windows {
    use std::env;
    use std::path::PathBuf;

    use super::Error;

    pub(super) fn home() -> Result<PathBuf, Error> {
        env::var_os("USERPROFILE").filter(|home| !home.is_empty()).map(PathBuf::from).ok_or(Error::NoProfile)
    }

    /// Windows does not say where other users live.
    pub(super) fn home_of(name: &str) -> Result<PathBuf, Error> {
        Err(Error::NoUserNamed(name.to_owned()))
    }

    pub(super) fn server_directory() -> PathBuf {
        env::var_os("ProgramData").map_or_else(|| PathBuf::from("C:\\ProgramData"), PathBuf::from).join("ssh")
    }

    pub(super) fn user_at_host() -> Result<String, Error> {
        let name = |key| env::var_os(key).map(|name| name.to_string_lossy().into_owned());
        let user = name("USERNAME").ok_or(Error::NoProfile)?;
        let host = name("COMPUTERNAME").unwrap_or_else(|| "localhost".to_owned());
        Ok(format!("{user}@{host}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_at_the_start_is_a_home_directory() {
        let expanded = |path: &str| expand_tilde(Path::new(path));
        let Ok(home) = home() else { return };
        assert_eq!(expanded("~/a/b"), Ok(home.join("a/b")));
        assert_eq!(expanded("~").map(|path| path.join("x")), Ok(home.join("x")));
        for path in ["a", "a/~/b", "./~/a", "/~", "-", ""] {
            assert_eq!(expanded(path), Ok(PathBuf::from(path)));
        }
        assert_eq!(expanded("~no-such-user/a"), Err(Error::NoUserNamed("no-such-user".to_owned())));
    }
}
