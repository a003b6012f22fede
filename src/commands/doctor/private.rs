//! Private keys: how they are protected, whether ssh loads them, and what is weak about them.

use super::Args;
use super::health::{Fix, Health};
use crate::certificate::KeyOrCertificate;
use crate::commands::failure::hint;
use crate::commands::{Context, ask};
use crate::finding::FindingId;
use crate::format::{self, Kdf, KeyFile, Obstacle, Protection, fips};
use crate::key::PublicKey;
use crate::secret::Passphrase;

/// Rounds of bcrypt under which a passphrase is cheap to guess; OpenSSH's default was 16 for long.
const MIN_BCRYPT: u64 = 16;
/// Iterations of PBKDF2 under which it is; SP 800-132 asks for 1000, which is little today.
const MIN_PBKDF2: u64 = 10_000;

/// A private key file in a format that is read here.
pub(super) fn examine(health: &mut Health, file: &KeyFile, args: &Args, ctx: &mut Context<'_>) {
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
            health.obstacle = format::obstacle_of_key(&key)
                .or_else(|| file.has_negative_number(&passphrase).then_some(Obstacle::Negative));
            health.comment = key.comment().clone();
            health.key = certified(file, Some(key.public()));
        }
        Err(format::Error::WrongPassphrase | format::Error::NeedsPassphrase) => health.opened = Some(false),
        Err(error @ format::Error::Mismatch(_)) => {
            let hint = hint::of_key_file(&error).unwrap_or_default();
            health.find(FindingId::Mismatch, error, hint, None);
        }
        Err(error) => unreadable(health, &error, None),
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

pub(super) fn unreadable(health: &mut Health, error: &format::Error, fix: Option<Fix>) {
    let hint = if fix.is_some() { REPAIRABLE } else { hint::of_key_file(error).unwrap_or_default() };
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

/// Keys that nobody should trust.
pub(super) fn weak_key(health: &mut Health) {
    for weakness in health.key.as_ref().map(|key| key.key().weaknesses()).unwrap_or_default() {
        let hint = "generate a new key, and remove this one from every authorized_keys";
        health.find(FindingId::WeakKey, weakness, hint, None);
    }
}

/// What keeps ssh from loading a key that rkeygen reads. `fix` is what `--fix` does about text that ssh does not read.
pub(super) fn loading(health: &mut Health, file: &[u8], fix: Option<Fix>) {
    let Some(obstacle) = health.obstacle.or_else(|| format::obstacle(file)) else { return };
    let message = format!("ssh will not load this: {obstacle}");
    if obstacle.is_of_text() && fix.is_some() {
        health.find(FindingId::NotLoaded, message, REPAIRABLE, fix);
    } else if obstacle.is_of_format() {
        // A key for PuTTY is not meant for ssh.
        if obstacle != Obstacle::Ppk {
            let hint = "write it again: rkeygen convert FILE --to openssh -o NEW";
            health.find(FindingId::NotLoaded, message, hint, None);
        }
    } else if obstacle == Obstacle::Comment {
        let hint = "give the key another comment: rkeygen -c -C COMMENT -f FILE";
        health.find(FindingId::NotLoaded, message, hint, None);
    } else if obstacle != Obstacle::Dsa {
        health.find(
            FindingId::NotLoaded,
            message,
            "copy the key again, from its BEGIN line to its END line",
            None,
        );
    }
}

/// What `--fix` does about damage.
const REPAIRABLE: &str = "rkeygen doctor --fix writes a repaired copy";
