//! What to do about a key file that cannot be read or written.

use crate::format::{Damage, Error, Feature, Limit, Name, Other};

/// What to do about damage.
pub(in crate::commands) fn of_damage(damage: Damage) -> &'static str {
    match damage {
        Damage::Empty => "restore the key from a copy, or generate a new one",
        Damage::Cut => "copy the whole file again",
        Damage::NoHeaders => "copy the key again, with the lines after its BEGIN line",
        Damage::Base64 | Damage::EndLabel | Damage::NoEnd => {
            "copy the key again, from its BEGIN line to its END line"
        }
        Damage::Fields(_) => "restore the key from a copy",
        Damage::Utf16
        | Damage::Utf32
        | Damage::Label
        | Damage::MarkLine
        | Damage::Padding
        | Damage::QuotedPrintable
        | Damage::Markup
        | Damage::RichText
        | Damage::Joined
        | Damage::LostPlus
        | Damage::Hexadecimal
        | Damage::Dump
        | Damage::NoStart
        | Damage::UrlAlphabet
        | Damage::Folded
        | Damage::KeyType
        | Damage::NoBlank
        | Damage::ByteOrderMark
        | Damage::Invisible
        | Damage::EscapedNewlines
        | Damage::UrlEncoded
        | Damage::OneLine
        | Damage::OneCharacterALine
        | Damage::EncodedTwice
        | Damage::Dashes
        | Damage::TextAround
        | Damage::NoFrame => "rkeygen doctor --fix writes a repaired copy",
    }
}

/// What to do about it.
pub(in crate::commands) fn of_key_file(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::NotThisFormat(other) => of_other(*other),
        Error::Damaged(damage) => of_damage(*damage),
        Error::Unsupported(unsupported) if unsupported.name == Name::MORE_PRIMES => {
            "ssh and ssh-keygen load it, and rkeygen does not; generate another key, such as rkeygen -t ed25519"
        }
        Error::Unsupported(unsupported) => of_feature(unsupported.what),
        Error::OverLimit(over) => of_limit(over.limit),
        Error::NeedsPassphrase => {
            "the key is encrypted: use --passphrase-from or -P (with --if-exists keep: --new-passphrase-from or -N)"
        }
        Error::LongComment => "give the key another comment: rkeygen -c -C COMMENT -f FILE",
        Error::TypeNotSupported => {
            "the format has no form for this type: traditional PEM holds rsa and ecdsa keys, age ed25519 keys; use PKCS#8 \
             or the OpenSSH format"
        }
        Error::NoEncryption => {
            "use --no-passphrase to write the key unencrypted, or --to der, which can be encrypted"
        }
        Error::Mismatch(_) => {
            "restore the key from a copy: its public and private key belong to different keys"
        }
        Error::WrongPassphrase | Error::ShortPassphrase => return None,
    })
}

/// What to do about a file of another kind.
pub(in crate::commands) fn of_other(other: Other) -> &'static str {
    match other {
        Other::Unknown => "use a private key file in OpenSSH, PKCS#8, PEM or PuTTY format",
        Other::PublicKey => "use the private key: the same name without .pub",
        Other::SshCom => "import it: rkeygen -i -f FILE",
        Other::Ssh1 => "generate a new key; protocol 1 is obsolete",
        Other::Dropbear => "convert it: dropbearconvert dropbear openssh FILE NEW",
        Other::Der | Other::Jwk => "convert it: rkeygen convert FILE --to openssh -o NEW",
        Other::TlsCertificate => "use its private key file, often named .key",
        Other::RevocationList => "use the private key file, often named .key",
        Other::DerPublic => "convert it: rkeygen convert FILE --to openssh -o NEW.pub",
        Other::Microsoft => "convert it: openssl rsa -inform PVK (or MSBLOB) -in FILE -out NEW",
        Other::Age | Other::Signify => "generate a key for SSH, such as rkeygen -t ed25519",
        Other::Vault => "decrypt it with the program that encrypted it",
        Other::CertificateRequest => "use the private key that it was made with, often named .key",
        Other::Pkcs12 => "extract the key: openssl pkcs12 -in FILE -nocerts -out NEW",
        Other::Pkcs7 => "use the private key file; PKCS#7 contains none",
        Other::Pgp => "export it for SSH: gpg --export-ssh-key ID prints its public key",
        Other::Parameters => "copy the whole file, with its PRIVATE KEY block",
        Other::Signature => "use the key that made the signature",
        Other::FileName => "use the file itself: this one has only its name",
        Other::WebPage => "download the key file itself, and log in first if its page asks for it",
        Other::LfsPointer => "fetch the file: git lfs pull",
        Other::Archive => "unpack it first",
        Other::Fingerprint => "use the key file that it belongs to",
        Other::Placeholder => "set the variable or secret to the key itself",
    }
}

fn of_feature(feature: Feature) -> &'static str {
    match feature {
        Feature::KeyType | Feature::Curve => "generate a key for SSH, such as rkeygen -t ed25519",
        Feature::Cipher | Feature::Kdf => "decrypt or re-encrypt it with the program that wrote it",
        Feature::Version => "write it again with a current version of the program that wrote it",
    }
}

fn of_limit(limit: Limit) -> &'static str {
    match limit {
        Limit::KeyBits => "generate a key for SSH, such as rkeygen -t ed25519",
        _ => "encrypt it again with a lower cost, with the program that wrote it",
    }
}
