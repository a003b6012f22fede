//! Private keys: how they are protected, whether ssh loads them, and what is weak about them.

use super::Args;
use super::health::{Finding, Fix, Health};
use crate::certificate::KeyOrCertificate;
use crate::commands::failure::hint;
use crate::commands::{Context, ask};
use crate::finding::FindingId;
use crate::format::{self, Kdf, KeyFile, Obstacle, Protection, Recovered, fips};
use crate::key::PublicKey;
use crate::secret::Passphrase;

/// Rounds of bcrypt under which a passphrase is cheap to guess; OpenSSH's default was 16 for long.
const MIN_BCRYPT: u64 = 16;
/// Iterations of PBKDF2 under which it is; SP 800-132 asks for 1000, which is little today.
const MIN_PBKDF2: u64 = 10_000;

/// A private key file in a format that is read here.
///
/// `found` is the same key, as `--fix` writes it.
pub(super) fn examine(
    health: &mut Health,
    file: &KeyFile,
    found: Option<&Recovered>,
    args: &Args,
    ctx: &mut Context<'_>,
) {
    health.kind = "private key";
    health.container = Some(file.container());
    health.protection = file.protection();
    health.key = certified(file, file.public());
    weak_protection(health);
    let passphrase = match (&health.protection, &args.passphrase) {
        (None, _) => Some(Passphrase::empty()),
        (Some(_), Some(old)) => old.obtain(&ask::passphrase_of(&health.path), ctx).ok(),
        (Some(_), None) => None,
    };
    let Some(passphrase) = passphrase else {
        health.fips = fips_mode(health, file);
        return;
    };
    match file.open(&passphrase) {
        Ok(key) => {
            health.opened = health.protection.is_some().then_some(true);
            health.obstacle = format::obstacle_of_key(&key).or_else(|| file.obstacle_inside(&passphrase));
            health.comment = key.comment().clone();
            health.key = certified(file, Some(key.public()));
        }
        Err(format::Error::WrongPassphrase | format::Error::NeedsPassphrase) => health.opened = Some(false),
        Err(error @ format::Error::Mismatch(_)) => {
            let hint = hint::of_key_file(&error).unwrap_or_default();
            health.find(FindingId::Mismatch, error, hint, None);
        }
        Err(error) => {
            let repaired = found.filter(|found| !found.causes.is_empty() && health.protection.is_none());
            unreadable(health, &error, repaired.map(|_| REPAIRABLE.to_owned()));
        }
    }
    health.fips = fips_mode(health, file);
}

/// The certificate that a PuTTY key can contain, or else the key.
fn certified(file: &KeyFile, public: Option<&PublicKey>) -> Option<KeyOrCertificate> {
    file.certificate().cloned().or_else(|| public.cloned().map(KeyOrCertificate::Key))
}

/// Whether a client in FIPS mode reads the file. `None` if it depends on a type that only the passphrase tells.
fn fips_mode(health: &Health, file: &KeyFile) -> Option<Result<(), String>> {
    let key = health.key.as_ref().map(KeyOrCertificate::key);
    match fips::barrier(file, key) {
        Some(barrier) => Some(Err(barrier.to_string())),
        None => key.map(|_| Ok(())),
    }
}

/// A private key that cannot be read. `repair` is what `--fix` does about it.
pub(super) fn unreadable(health: &mut Health, error: &format::Error, repair: Option<String>) {
    let fix = repair.as_ref().map(|_| Fix::RepairedCopy);
    let hint = repair.unwrap_or_else(|| hint::of_key_file(error).unwrap_or_default().to_owned());
    let (kind, id) = match error {
        format::Error::Unsupported(_) | format::Error::OverLimit(_) => {
            ("private key, unsupported", FindingId::Unsupported)
        }
        _ => ("private key, damaged", FindingId::Damaged),
    };
    health.kind = kind;
    health.find(id, error, hint, fix);
}

fn weak_protection(health: &mut Health) {
    let Some(protection) = &health.protection else { return };
    let Protection { cipher, kdf, rounds } = protection.clone();
    let rounds = rounds.unwrap_or_default();
    let again = "write it again: rkeygen -p -f FILE";
    match kdf {
        Kdf::Bcrypt if rounds < MIN_BCRYPT => {
            health.find(
                FindingId::LowRounds,
                format!("only {rounds} rounds of bcrypt: guesses are cheap"),
                again,
                None,
            );
        }
        Kdf::Pbkdf2 if rounds < MIN_PBKDF2 => {
            let hint = "write it again: rkeygen -p -f FILE, or convert --fips";
            health.find(
                FindingId::LowRounds,
                format!("only {rounds} iterations of PBKDF2: guesses are cheap"),
                hint,
                None,
            );
        }
        Kdf::Md5 => health.find(
            FindingId::OldKdf,
            "the passphrase is hashed once with MD5: guesses are cheap",
            again,
            None,
        ),
        Kdf::Sha1 => health.find(
            FindingId::OldKdf,
            "the passphrase is hashed once with SHA-1: guesses are cheap",
            "write it again as version 3: rkeygen convert FILE --to ppk --in-place",
            None,
        ),
        _ => {}
    }
    if cipher.to_ascii_lowercase().contains("des") {
        health.find(FindingId::OldCipher, format!("{cipher} is an old cipher"), again, None);
    }
}

/// Keys that no one should trust.
pub(super) fn weak_key(health: &mut Health) {
    for weakness in health.key.as_ref().map(|key| key.key().weaknesses()).unwrap_or_default() {
        let hint = "generate a new key, and remove this one from every authorized_keys";
        health.find(FindingId::WeakKey, weakness, hint, None);
    }
}

/// What keeps ssh from loading a key that rkeygen reads. `repair` is what `--fix` does about text that ssh does not read.
pub(super) fn loading(health: &mut Health, file: &[u8], repair: Option<String>) {
    let Some(obstacle) = health.obstacle.or_else(|| format::obstacle(file)) else { return };
    let is_unread = |finding: &Finding| matches!(finding.id, FindingId::Damaged | FindingId::Unsupported);
    if health.findings.iter().any(is_unread) && !obstacle.is_of_text() {
        return;
    }
    let message = match obstacle {
        Obstacle::Numbers => format!("ssh cannot sign with this: {obstacle}"),
        _ => format!("ssh will not load this: {obstacle}"),
    };
    if obstacle.is_of_text()
        && let Some(hint) = repair
    {
        health.find(FindingId::NotLoaded, message, hint, Some(Fix::RepairedCopy));
    } else if obstacle.is_of_format() {
        // A key for PuTTY is not meant for ssh.
        if obstacle != Obstacle::Ppk {
            let hint = "write it again: rkeygen convert FILE --to openssh -o NEW";
            health.find(FindingId::NotLoaded, message, hint, None);
        }
    } else if obstacle == Obstacle::Comment {
        let hint = "give the key another comment: rkeygen -c -C COMMENT -f FILE";
        health.find(FindingId::NotLoaded, message, hint, None);
    } else if matches!(obstacle, Obstacle::SmallScalar | Obstacle::LargeScalar) {
        health.find(FindingId::NotLoaded, message, "generate a new key", None);
    } else if obstacle != Obstacle::Dsa {
        health.find(
            FindingId::NotLoaded,
            message,
            "copy the key again, from its BEGIN line to its END line",
            None,
        );
    }
}

/// Whether the passphrase at hand opens a key that was found in other text. `None` if there is none, or none is needed.
pub(super) fn opens(health: &Health, found: &KeyFile, args: &Args, ctx: &mut Context<'_>) -> Option<bool> {
    found.protection()?;
    let passphrase = args.passphrase.as_ref()?.obtain(&ask::passphrase_of(&health.path), ctx).ok()?;
    Some(found.open(&passphrase).is_ok())
}

/// What `--fix` does about damage, and what is known of the copy: an encrypted key only proves to be whole when it is opened.
pub(super) fn repair(protection: Option<&Protection>, opened: Option<bool>) -> String {
    let proof = match opened {
        _ if protection.is_none() => "",
        Some(true) => ", which the passphrase opens",
        Some(false) => ", which this passphrase does not open",
        None => "; only its passphrase shows whether the key is whole (--ask-passphrase)",
    };
    format!("{REPAIRABLE}{proof}")
}

/// What `--fix` does about damage.
pub(super) const REPAIRABLE: &str = "rkeygen doctor --fix writes a repaired copy";
