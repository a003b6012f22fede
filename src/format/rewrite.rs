//! What a private key file keeps when it is written again with another passphrase or comment.

use super::{KeyFile, Layout, Pbes2};
use crate::certificate::KeyOrCertificate;
use crate::key::Comment;

/// How a private key file is written again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rewrite {
    /// As an option asks for.
    As(Layout),
    /// As ssh-keygen does, if the file's own format is not one to keep: see [`KeyFile::layout_to_keep`].
    OrAsBefore(Layout),
}

impl Rewrite {
    /// The layout, for a file with `kept` as the layout to keep.
    #[must_use]
    pub fn layout(self, kept: Option<Layout>) -> Layout {
        match self {
            Self::As(layout) => layout,
            Self::OrAsBefore(layout) => kept.unwrap_or(layout),
        }
    }
}

impl KeyFile {
    /// The comment, where the file holds it in the clear: PuTTY's files do, also encrypted ones. Only opening the file
    /// proves it.
    #[must_use]
    pub fn clear_comment(&self) -> Option<&Comment> {
        match self {
            Self::Ppk(sealed) => Some(sealed.comment()),
            Self::OpenSsh(_) | Self::Pkcs8(_) | Self::Pem(_) => None,
        }
    }

    /// The certificate that is inside, as PuTTY 0.78 and later can have it there.
    #[must_use]
    pub fn certificate(&self) -> Option<&KeyOrCertificate> {
        match self {
            Self::Ppk(sealed) => sealed.certificate(),
            _ => None,
        }
    }

    /// The layout that the file keeps unless another one is asked for: PuTTY reads only its own, and a client in FIPS mode
    /// only what `--fips` writes. `None` where ssh-keygen would write its own.
    #[must_use]
    pub fn layout_to_keep(&self) -> Option<Layout> {
        match self {
            Self::Ppk(sealed) => Some(Layout::Ppk(sealed.version())),
            Self::Pkcs8(sealed) if sealed.is_fips_profile() => Some(Layout::Pkcs8(Pbes2::Fips)),
            Self::OpenSsh(_) | Self::Pkcs8(_) | Self::Pem(_) => None,
        }
    }
}
