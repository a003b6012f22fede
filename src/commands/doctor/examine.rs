//! Looks at one file.

use std::path::{Path, PathBuf};

use super::listed::{self, Listed};
use super::{Args, public};
use crate::certificate::KeyOrCertificate;
use crate::commands::failure::hint;
use crate::commands::public::{Found, beside, of_any_format, with_suffix};
use crate::commands::{Context, ask, quote};
use crate::format::{self, Container, KeyFile, Obstacle, Other, Protection, recover};
use crate::host::files;
use crate::host::input::Input;
use crate::key::Comment;
use crate::secret::{Passphrase, Secret};

/// What is known of a file.
#[derive(Debug)]
pub(super) struct Health {
    pub(super) path: PathBuf,
    /// The mode of a file that others can read, and which file that is.
    open: Option<(u32, files::Identity)>,
    /// Which key of the file, from the second on.
    pub(super) part: Option<usize>,
    pub(super) kind: &'static str,
    pub(super) container: Option<Container>,
    pub(super) key: Option<KeyOrCertificate>,
    pub(super) comment: Comment,
    pub(super) protection: Option<Protection>,
    /// Whether the passphrase at hand opens it; `None` when none was tried.
    pub(super) opened: Option<bool>,
    pub(super) unreadable: Option<String>,
    /// What keeps ssh from using the opened key.
    obstacle: Option<Obstacle>,
    pub(super) findings: Vec<Finding>,
    /// The RSA keys in its lines, if it is no private key.
    pub(super) listed: Vec<Listed>,
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// A word for programs.
    pub(super) id: &'static str,
    pub(super) message: String,
    pub(super) mend: String,
    pub(super) fix: Option<Fix>,
    pub(super) fixed: bool,
    /// A repaired copy was written beside the file.
    pub(super) copied: bool,
}

/// A mend that leaves no doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fix {
    Permissions(files::Identity),
    DirectoryPermissions(files::Identity),
    RepairedCopy,
}

/// Rounds of bcrypt under which a passphrase is cheap to guess; OpenSSH's default was 16 for long.
const MIN_BCRYPT: u64 = 16;
/// Iterations of PBKDF2 under which it is; SP 800-132 asks for 1000, which is little today.
const MIN_PBKDF2: u64 = 10_000;

impl Health {
    fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            open: None,
            part: None,
            kind: "not a key",
            container: None,
            key: None,
            comment: Comment::default(),
            protection: None,
            opened: None,
            unreadable: None,
            obstacle: None,
            findings: Vec::new(),
            listed: Vec::new(),
        }
    }

    pub(super) fn find(
        &mut self,
        id: &'static str,
        message: impl ToString,
        mend: impl ToString,
        fix: Option<Fix>,
    ) {
        let (message, mend) = (message.to_string(), mend.to_string());
        self.findings.push(Finding { id, message, mend, fix, fixed: false, copied: false });
    }
}

/// Looks at a file, and at each key in it; never fails, and asks at most for its passphrase.
pub(super) fn examine(input: &Input, args: &Args, ctx: &mut Context<'_>) -> Vec<Health> {
    let path = input.path();
    let mut health = Health::new(path);
    let file = match read(input) {
        Ok((bytes, open)) => {
            health.open = open;
            bytes
        }
        Err(error) => return vec![list(health, &error)],
    };
    let found = recover(file.expose());
    match KeyFile::parse(file.expose()) {
        Ok(parsed) => {
            private(&mut health, &parsed, args, ctx);
            loading(&mut health, file.expose(), found.first());
            if let Input::File(_) = input {
                surroundings(&mut health);
            }
        }
        Err(error) => match of_any_format(file.expose()) {
            Some(Found { key, comment }) => {
                health.kind =
                    if matches!(key, KeyOrCertificate::Key(_)) { "public key" } else { "certificate" };
                (health.key, health.comment) = (Some(key), comment);
                public::examine(&mut health, file.expose());
            }
            None => damaged(&mut health, file.expose(), error, found.first()),
        },
    }
    if health.container.is_none() {
        health.listed = listed::of_bytes(file.expose());
    }
    let count = found.len();
    if count > 1 {
        let message = format!("it contains {count} keys, and ssh reads the first only");
        health.find("more-keys", message, "write each key to a file of its own", None);
    }
    let mut all = vec![health];
    for (number, key) in found.iter().enumerate().skip(1) {
        let mut health = Health { part: Some(number + 1), ..Health::new(path) };
        match KeyFile::parse(key.text.expose()) {
            Ok(parsed) => private(&mut health, &parsed, args, ctx),
            Err(error) => unreadable(&mut health, &error, None),
        }
        all.push(health);
    }
    all.iter_mut().for_each(weak_key);
    all
}

/// Takes a file that is too long for a key for a list of keys, if it is one; else it is unreadable.
fn list(mut health: Health, error: &files::Unreadable) -> Health {
    let is_long = matches!(error, files::Unreadable::TooLong { .. });
    match is_long.then(|| listed::of_long_file(&health.path)).filter(|list| list.keys > 0) {
        Some(list) => (health.kind, health.listed) = ("list of public keys", list.rsa),
        None => health.unreadable = Some(error.reason()),
    }
    health
}

/// A file, and if others can read it, its mode.
fn read(input: &Input) -> Result<(Secret, Option<(u32, files::Identity)>), files::Unreadable> {
    let Input::File(path) = input else { return Ok((input.read_key()?, None)) };
    let file = files::read_with_mode(path)?;
    Ok((file.bytes, file.too_open.map(|mode| (mode, file.identity))))
}

fn weak_key(health: &mut Health) {
    for weakness in health.key.as_ref().map(|key| key.key().weaknesses()).unwrap_or_default() {
        let hint = "generate a new key, and remove this one from every authorized_keys";
        health.find("weak-key", weakness, hint, None);
    }
}

/// What keeps ssh from loading a key that rkeygen reads.
fn loading(health: &mut Health, file: &[u8], found: Option<&format::Recovered>) {
    let Some(obstacle) = health.obstacle.or_else(|| format::obstacle(file)) else { return };
    let message = format!("ssh will not load this: {obstacle}");
    if obstacle.is_of_text() && found.is_some() {
        health.find("not-loaded", message, REPAIRABLE, Some(Fix::RepairedCopy));
    } else if obstacle.is_of_format() {
        // A key for PuTTY is not meant for ssh.
        if obstacle != Obstacle::Ppk {
            let hint = "write it again: rkeygen convert FILE --to openssh -o NEW";
            health.find("not-loaded", message, hint, None);
        }
    } else if obstacle != Obstacle::Dsa {
        health.find("not-loaded", message, "copy the key again, from its BEGIN line to its END line", None);
    }
}

/// What `--fix` does about damage.
const REPAIRABLE: &str = "rkeygen doctor --fix writes a repaired copy";

/// Files in `~/.ssh` that are no keys, and may be empty.
const ORDINARY: [&str; 12] = [
    "authorized_keys",
    "authorized_keys2",
    "known_hosts",
    "known_hosts2",
    "known_hosts.old",
    "config",
    "environment",
    "rc",
    "allowed_signers",
    "revoked_keys",
    ".DS_Store",
    ".gitignore",
];

/// A file that holds no key that can be read: a finding, unless it is not meant as a key.
fn damaged(health: &mut Health, file: &[u8], error: format::Error, found: Option<&format::Recovered>) {
    let fix = found.map(|_| Fix::RepairedCopy);
    let name = health.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let ordinary = ORDINARY.contains(&name);
    let meant = file.windows(11).any(|window| window == b"PRIVATE KEY");
    match error {
        _ if ordinary && !meant => health.kind = "not a key",
        format::Error::NotThisFormat(Other::Unknown | Other::PublicKey) => {
            if !public::damaged(health, file) && meant {
                unreadable(health, &error, fix);
            }
        }
        format::Error::NotThisFormat(other) => {
            health.kind = "not an SSH private key";
            health.find("other-format", other, hint::of_other(other), None);
        }
        error => unreadable(health, &error, fix),
    }
}

fn private(health: &mut Health, file: &KeyFile, args: &Args, ctx: &mut Context<'_>) {
    health.kind = "private key";
    health.container = Some(file.container());
    health.protection = file.protection();
    health.key = file.public().cloned().map(KeyOrCertificate::Key);
    weak_protection(health);
    let passphrase = match (&health.protection, &args.passphrase) {
        (None, _) => Some(Passphrase::empty()),
        (Some(_), Some(old)) => old.obtain(&ask::passphrase_of(&health.path), ctx).ok(),
        (Some(_), None) => None,
    };
    let Some(passphrase) = passphrase else { return };
    match file.open(&passphrase) {
        Ok(key) => {
            health.opened = health.protection.is_some().then_some(true);
            health.obstacle = format::obstacle_of_key(&key)
                .or_else(|| file.has_negative_number(&passphrase).then_some(Obstacle::Negative));
            health.comment = key.comment().clone();
            health.key = Some(KeyOrCertificate::Key(key.public().clone()));
        }
        Err(format::Error::WrongPassphrase | format::Error::NeedsPassphrase) => health.opened = Some(false),
        Err(error @ format::Error::Mismatch(_)) => {
            let hint = hint::of_key_file(&error).unwrap_or_default();
            health.find("mismatch", error, hint, None);
        }
        Err(error) => unreadable(health, &error, None),
    }
}

fn unreadable(health: &mut Health, error: &format::Error, fix: Option<Fix>) {
    let hint = if fix.is_some() { REPAIRABLE } else { hint::of_key_file(error).unwrap_or_default() };
    let (kind, id) = match error {
        format::Error::Unsupported(_) | format::Error::OverLimit(_) => {
            ("private key, unsupported", "unsupported")
        }
        _ => ("private key, damaged", "damaged"),
    };
    health.kind = kind;
    health.find(id, error, hint, fix);
}

fn weak_protection(health: &mut Health) {
    let Some(protection) = &health.protection else { return };
    let Protection { cipher, kdf, rounds } = protection.clone();
    let rounds = rounds.unwrap_or_default();
    let again = "write it again: rkeygen -p -f FILE";
    match kdf.as_str() {
        "bcrypt" if rounds < MIN_BCRYPT => {
            health.find(
                "low-rounds",
                format!("only {rounds} rounds of bcrypt: guesses are cheap"),
                again,
                None,
            );
        }
        "PBKDF2" if rounds < MIN_PBKDF2 => {
            let mend = "write it again: rkeygen -p -f FILE, or convert --fips";
            health.find(
                "low-rounds",
                format!("only {rounds} iterations of PBKDF2: guesses are cheap"),
                mend,
                None,
            );
        }
        "MD5" => {
            health.find("old-kdf", "the passphrase is hashed once with MD5: guesses are cheap", again, None)
        }
        "SHA-1" => health.find(
            "old-kdf",
            "the passphrase is hashed once with SHA-1: guesses are cheap",
            "write it again as version 3: rkeygen convert FILE --to ppk --in-place",
            None,
        ),
        _ => {}
    }
    if cipher.to_ascii_lowercase().contains("des") {
        health.find("old-cipher", format!("{cipher} is an old cipher"), again, None);
    }
}

/// Permissions, and the `.pub` beside the key.
fn surroundings(health: &mut Health) {
    let path = health.path.clone();
    if let Some((mode, file)) = health.open {
        let message = format!("others can read it (mode {mode:04o}): ssh will not use it");
        let fix = Some(Fix::Permissions(file));
        health.find("permissions", message, format!("chmod 600 {}", quote::path(&path)), fix);
    }
    let directory = files::directory_of(&path);
    if let Some(identity) = files::others_can_write(directory) {
        let message = format!("others can write to its directory {}", directory.display());
        let mend = format!("chmod go-w {}", quote::path(directory));
        health.find("folder-permissions", message, mend, Some(Fix::DirectoryPermissions(identity)));
    }
    let (Some(found), Some(own)) = (beside(&path), &health.key) else { return };
    if found.key.key() != own.key() {
        let (private, public) = (quote::path(&path), quote::path(&with_suffix(&path, ".pub")));
        let mend = format!("rkeygen -y -f {private} > {public}, if the private key is the right one");
        health.find("other-public-half", "the .pub file beside it belongs to another key", mend, None);
    }
}
