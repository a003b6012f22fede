//! What is around a file: permissions, its directory, the `.pub` file of a key, the key of a certificate.

use std::path::Path;

use super::examine::Place;
use super::health::{Fix, Health};
use super::role::Role;
use crate::certificate::KeyOrCertificate;
use crate::commands::public::{beside, with_suffix, without_suffix};
use crate::commands::quote;
use crate::finding::FindingId;
use crate::format::{Container, KeyFile};
use crate::host::files;
use crate::key::PublicKey;

/// Permissions of a private key.
pub(super) fn permissions(health: &mut Health) {
    if let Some((mode, file)) = health.open {
        let message = format!("others can read it (mode {mode:04o}): ssh will not use it");
        let hint = format!("chmod 600 {}", quote::path(&health.path));
        health.find(FindingId::Permissions, message, hint, Some(Fix::Permissions(file)));
    }
}

/// Permissions, and what belongs to a private key.
pub(super) fn of_private(health: &mut Health, place: Place) {
    let path = health.path.clone();
    permissions(health);
    if place == Place::Given {
        of_directory(health, files::directory_of(&path));
    }
    let Some(own) = &health.key else { return };
    match beside(&path) {
        Some(found) if found.key.key() != own.key() => {
            let (private, public) = (quote::path(&path), quote::path(&with_suffix(&path, ".pub")));
            let hint = format!("rkeygen -y -f {private} > {public}, if the private key is the right one");
            health.find(
                FindingId::OtherPublicKey,
                "the .pub file next to it belongs to a different key",
                hint,
                None,
            );
        }
        Some(_) => {}
        None if place == Place::InDirectory => missing_public(health),
        None => {}
    }
}

/// A key without its `.pub` file: ssh has to open the key before it can offer it.
fn missing_public(health: &mut Health) {
    let is_copy = health.path.extension().is_some_and(|extension| extension == "repaired");
    if is_copy || health.container == Some(Container::Ppk) {
        return;
    }
    let (private, public) = (quote::path(&health.path), quote::path(&with_suffix(&health.path, ".pub")));
    let hint = format!("rkeygen -y -f {private} > {public}");
    health.find(FindingId::NoPub, "there is no .pub file for this key", hint, None);
}

/// A directory in which others can put files in place of the user's.
pub(super) fn of_directory(health: &mut Health, directory: &Path) {
    if let Some(identity) = files::others_can_write(directory) {
        let message = format!("others can write to its directory {}", directory.display());
        let hint = format!("chmod go-w {}", quote::path(directory));
        health.find(
            FindingId::DirectoryPermissions,
            message,
            hint,
            Some(Fix::DirectoryPermissions(identity)),
        );
    }
}

/// A file that is not secret, but that others must not write to.
pub(super) fn of_public(health: &mut Health, role: Role) {
    let path = health.path.clone();
    let Some(identity) = files::others_can_write(&path) else { return };
    let message = match role {
        Role::AuthorizedKeys => "others can write to it: sshd ignores it",
        Role::Config => "others can write to it: ssh refuses to start",
        Role::KnownHosts => "others can write to it, and so make ssh trust their hosts",
        _ => "others can write to it",
    };
    let hint = format!("chmod go-w {}", quote::path(&path));
    health.find(FindingId::Permissions, message, hint, Some(Fix::Permissions(identity)));
}

/// A certificate `NAME-cert.pub` certifies the key `NAME`.
pub(super) fn of_certificate(health: &mut Health) {
    let stem = without_suffix(&health.path, &["-cert.pub"]);
    if stem == health.path {
        return;
    }
    let (Some(named), Some(own)) = (key_of(&stem), &health.key) else { return };
    if matches!(own, KeyOrCertificate::Certificate(_)) && named != *own.key() {
        let hint = "have the key next to it signed: this certificate is for a different key";
        health.find(
            FindingId::OtherCertificate,
            "it certifies a different key than the one next to it",
            hint,
            None,
        );
    }
}

/// The key of a private key file, of its `.pub` file or of its own.
fn key_of(path: &Path) -> Option<PublicKey> {
    if let Some(found) = beside(path) {
        return Some(found.key.key().clone());
    }
    let file = files::read_regular(path).ok()?;
    KeyFile::parse(file.bytes.expose()).ok()?.public().cloned()
}
