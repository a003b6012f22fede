//! What is said of a key that was made or kept.

use std::path::PathBuf;

use serde_json::Value;

use super::target::Target;
use crate::certificate::KeyOrCertificate;
use crate::commands::json::{KEY, file, key_members, object};
use crate::host::ui;
use crate::key::{Comment, Fingerprint, HashAlgorithm, PublicKey};

/// The end of a successful run.
#[derive(Debug)]
pub(super) struct Report {
    outcome: Outcome,
    files: Option<(PathBuf, PathBuf)>,
    public: KeyOrCertificate,
    comment: Comment,
    fingerprint: Fingerprint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Made,
    Kept(Kept),
}

/// What of an existing key pair was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Both,
    /// The `.pub` file was missing or damaged, and was written again.
    Private,
}

impl Report {
    /// Both files are new.
    pub(super) fn made(target: &Target, public: &PublicKey, comment: &Comment, hash: HashAlgorithm) -> Self {
        Self::new(Outcome::Made, Some(target), public, comment, hash)
    }

    /// The private key went to standard output.
    pub(super) fn printed(public: &PublicKey, comment: &Comment, hash: HashAlgorithm) -> Self {
        Self::new(Outcome::Made, None, public, comment, hash)
    }

    /// The key was there; perhaps its `.pub` was not.
    pub(super) fn kept(
        target: &Target,
        public: &PublicKey,
        comment: &Comment,
        hash: HashAlgorithm,
        what: Kept,
    ) -> Self {
        Self::new(Outcome::Kept(what), Some(target), public, comment, hash)
    }

    fn new(
        outcome: Outcome,
        target: Option<&Target>,
        public: &PublicKey,
        comment: &Comment,
        hash: HashAlgorithm,
    ) -> Self {
        Self {
            outcome,
            files: target.map(|target| (target.private.clone(), target.public.clone())),
            public: KeyOrCertificate::Key(public.clone()),
            comment: comment.clone(),
            fingerprint: public.fingerprint(hash),
        }
    }
}

impl ui::Report for Report {
    fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut put = |parts: &[&[u8]]| text.extend(parts.concat());
        match (&self.files, self.outcome) {
            (Some((private, public)), Outcome::Made) => put(&[
                b"Your identification has been saved in ",
                private.as_os_str().as_encoded_bytes(),
                b"\nYour public key has been saved in ",
                public.as_os_str().as_encoded_bytes(),
                b"\n",
            ]),
            (Some((private, public)), outcome) => {
                put(&[private.as_os_str().as_encoded_bytes(), b" is there already, as asked for\n"]);
                if outcome == Outcome::Kept(Kept::Private) {
                    put(&[
                        b"Your public key has been saved in ",
                        public.as_os_str().as_encoded_bytes(),
                        b"\n",
                    ]);
                }
            }
            (None, _) => put(&[b"Your public key is:\n", &self.public.to_line(&self.comment), b"\n"]),
        }
        let fingerprint = self.fingerprint.to_string();
        put(&[b"The key fingerprint is:\n", fingerprint.as_bytes(), b" ", self.comment.as_bytes(), b"\n"]);
        let picture = self.public.randomart(&self.fingerprint);
        put(&[b"The key's randomart image is:\n", picture.as_bytes(), b"\n"]);
        text
    }

    fn json(&self) -> Value {
        let mut members = key_members(&self.public, &self.comment, self.fingerprint.hash());
        members.insert("changed".to_owned(), (self.outcome != Outcome::Kept(Kept::Both)).into());
        if let Some((private, public)) = &self.files {
            members.insert("file".to_owned(), file(private));
            members.insert("public_key_file".to_owned(), file(public));
        }
        object(KEY, members)
    }
}
