//! What the lists of lines with keys have in common: known_hosts, authorized_keys and allowed_signers.

/// Which list a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Which keys belong to which hosts, for ssh.
    KnownHosts,
    /// Which keys may log in, for sshd.
    AuthorizedKeys,
    /// Which keys may sign, for ssh-keygen.
    AllowedSigners,
}

impl Kind {
    /// The name of such a file in `~/.ssh`.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::KnownHosts => "known_hosts",
            Self::AuthorizedKeys => "authorized_keys",
            Self::AllowedSigners => "allowed_signers",
        }
    }
}

/// Entries that a list is to have.
pub trait Request: Sync {
    /// How many entries they are.
    fn count(&self) -> usize;

    /// What a line, with its line ending, is to them.
    fn beside(&self, line: &[u8]) -> Beside;

    /// The line without what stands against them: empty if nothing is left. `None` if it cannot be taken out of the line.
    fn without(&self, line: &[u8]) -> Option<Vec<u8>>;

    /// The lines, without line endings, for the entries at those places.
    fn lines(&self, places: &[usize]) -> Vec<Vec<u8>>;
}

/// What a line is to requested entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beside {
    /// It is blank, or a comment.
    Nothing,
    /// The program that the list is for does not read it.
    Invalid,
    /// It is an entry, and this to those at these places.
    Entry(Vec<(usize, Relation)>),
}

/// What a line is to one requested entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It is that entry.
    Same,
    /// Both together do not do what is requested.
    Against(Conflict),
}

/// Why a line and a requested entry do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// It trusts a different key of the same type for the host.
    OtherKey,
    /// It revokes the key.
    Revoked,
    /// It has the same key with other options.
    OtherOptions,
}

/// A line without its line ending.
#[must_use]
pub fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
