//! The ids of what `doctor` and the `lint` of lists find.

use std::fmt;

macro_rules! findings {
    ($($name:ident $id:literal),+ $(,)?) => {
        /// What kind of thing is wrong: a word for programs, in the JSON of `doctor` and of the `lint` of lists.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum FindingId {
            $(#[doc = concat!("`", $id, "`.")] $name),+
        }

        impl FindingId {
            /// All of them, in the order of the alphabet.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word. It is part of the JSON, and stays.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $id),+
                }
            }
        }
    };
}

findings! {
    ByteOrderMark "bom",
    Conflict "conflict",
    Damaged "damaged",
    DanglingLink "dangling-link",
    DirectoryPermissions "directory-permissions",
    Duplicate "duplicate",
    Expired "expired",
    ExpiresSoon "expires-soon",
    HashedDuplicate "hashed-duplicate",
    InvalidLine "invalid",
    LowRounds "low-rounds",
    Mismatch "mismatch",
    MisplacedOptions "misplaced-options",
    MissingFile "missing-file",
    MoreKeys "more-keys",
    NeverMatches "never-matches",
    NoPub "no-pub",
    NotLoaded "not-loaded",
    NotYetValid "not-yet-valid",
    OldCipher "old-cipher",
    OldKdf "old-kdf",
    OtherCertificate "other-certificate",
    OtherFormat "other-format",
    OtherPublicKey "other-public-key",
    Permissions "permissions",
    QuotationMark "quotation-mark",
    RanTogether "ran-together",
    Revoked "revoked",
    Shadowed "shadowed",
    SharedPrime "shared-prime",
    Unknown "unknown",
    UnreadLine "unread-line",
    Unsupported "unsupported",
    Utf16 "utf-16",
    WeakKey "weak-key",
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::FindingId;

    /// The ids that the schema of `doctor` lists are those that there are.
    #[test]
    fn the_schema_lists_them() {
        let common: serde_json::Value =
            serde_json::from_str(include_str!("../docs/schemas/common.json")).expect("JSON");
        let listed: Vec<_> = common["$defs"]["finding"]["enum"].as_array().expect("a list").iter().collect();
        let ids: Vec<_> = FindingId::ALL.iter().map(|id| id.name()).collect();
        assert!(ids.is_sorted());
        assert_eq!(listed, ids);
    }
}
