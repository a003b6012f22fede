//! Subcommands about keys.

use super::{
    Count, FINGERPRINT, NEW_PASSPHRASE, OLD_PASSPHRASE, Operand, Opt, PRIVATE_FORMAT, Subcommand, TALK,
    named, one, optional, same,
};
use crate::cli::command::{convert, doctor, keys};
use crate::cli::flags::Flags;
use crate::cli::values::Kind;

/// What kind of key is generated, and where it goes.
const NEW: &[Opt] = &[
    same("key_type"),
    same("bits"),
    same("comment"),
    same("if_exists"),
    same("add_to_agent"),
    same("lifetime"),
    named("options", "option", "OPTION", "Option of a key in a token, such as resident or verify-required"),
    same("provider"),
    same("hash"),
];

const CONVERT: &[Opt] = &[
    same("to"),
    same("der"),
    Opt { short: Some('o'), ..same("output") },
    same("in_place"),
    same("write_public"),
    same("fips"),
    same("if_exists"),
    Opt { help: Some("Comment of the key (default: the one that it has)"), ..same("comment") },
    same("cipher"),
    same("rounds"),
    same("ppk_version"),
    same("argon2_memory"),
    same("argon2_passes"),
    same("argon2_parallelism"),
];

/// In the order of the help.
pub(super) const ALL: &[Subcommand] = &[
    Subcommand {
        name: "new",
        about: "Generate a key pair",
        operands: &[optional("FILE", Kind::File)],
        options: &[NEW, NEW_PASSPHRASE, PRIVATE_FORMAT, TALK],
        ssh_keygen: "-f FILE (no mode)",
        details: "Writes the private key to FILE and the public key to FILE.pub. Without FILE it asks for the name. \
                  FILE - prints the private key.",
        examples: &[
            "rkeygen new",
            "rkeygen new -q deploy_key --no-passphrase --if-exists keep",
            "rkeygen new id_rsa -t rsa --fips",
        ],
        command: |flags| keys::generate(only_file(flags)),
    },
    Subcommand {
        name: "fingerprint",
        about: "Show fingerprints",
        operands: &[Operand { name: "FILE", kind: Kind::File, count: Count::Any }],
        options: &[FINGERPRINT, TALK],
        ssh_keygen: "-l -f FILE",
        details: "FILE is a key, a certificate, authorized_keys or known_hosts; - is standard input.",
        examples: &["rkeygen fingerprint ~/.ssh/*.pub", "rkeygen fingerprint -v id_rsa"],
        command: |flags| Ok(keys::fingerprint(flags)),
    },
    Subcommand {
        name: "public",
        about: "Print the public key of a private key",
        operands: &[optional("FILE", Kind::File)],
        options: &[OLD_PASSPHRASE, TALK],
        ssh_keygen: "-y -f FILE",
        details: "FILE - reads the private key from standard input.",
        examples: &["rkeygen public id_ed25519 >id_ed25519.pub"],
        command: |flags| Ok(keys::print_public(only_file(flags))),
    },
    Subcommand {
        name: "passphrase",
        about: "Change the passphrase or the format of a private key",
        operands: &[optional("FILE", Kind::File)],
        options: &[
            OLD_PASSPHRASE,
            NEW_PASSPHRASE,
            PRIVATE_FORMAT,
            &[named("options", "option", "OPTION", "Flag of a key in a token, such as verify-required")],
            TALK,
        ],
        ssh_keygen: "-p -f FILE",
        details: "Asks for the old and the new passphrase; an empty one removes the encryption.",
        examples: &["rkeygen passphrase id_ed25519"],
        command: |flags| keys::change_passphrase(only_file(flags)),
    },
    Subcommand {
        name: "comment",
        about: "Change the comment of a key",
        operands: &[optional("FILE", Kind::File), optional("TEXT", Kind::Text)],
        options: &[OLD_PASSPHRASE, PRIVATE_FORMAT, TALK],
        ssh_keygen: "-c -C TEXT -f FILE",
        details: "Changes FILE and FILE.pub.",
        examples: &["rkeygen comment id_ed25519 \"me@laptop\""],
        command: keys::comment_operands,
    },
    Subcommand {
        name: "convert",
        about: "Convert a key to another format",
        operands: &[one("FILE", Kind::File)],
        options: &[CONVERT, OLD_PASSPHRASE, NEW_PASSPHRASE, TALK],
        ssh_keygen: "",
        details: "Reads every format that it writes, except age's, and finds out which it is. pkcs1 holds RSA keys and \
                  sec1 ECDSA keys; pem is one of them. der is pkcs8 or spki with --der. jwk, age, and pkcs1, sec1 and \
                  pem with --der have no encryption. age takes Ed25519 keys and cannot be converted back. Of a public key, ppk is RFC 4716, which \
                  PuTTY uses for these. Asks for the passphrase once and keeps it for the result. ssh-keygen can do some of it: -e, -i and -p -m.",
        examples: &[
            "rkeygen convert key.ppk --to openssh -o id_rsa",
            "rkeygen convert id_ed25519 --to ppk -o key.ppk",
            "rkeygen convert id_rsa --fips -o id_rsa_fips",
            "rkeygen convert id_ecdsa --to jwk -o key.json",
        ],
        command: convert::command,
    },
    Subcommand {
        name: "doctor",
        about: "Find problems with key files",
        operands: &[Operand { name: "FILE", kind: Kind::File, count: Count::Any }],
        options: &[
            &[
                same("fix"),
                same("ask_passphrase"),
                same("expires_within"),
                named("library", "pkcs11", "LIBRARY", "PKCS#11 library: show its tokens instead of files"),
            ],
            OLD_PASSPHRASE,
            TALK,
        ],
        ssh_keygen: "",
        details: "FILE may be a directory; without one it is ~/.ssh. Exit status: 0 sound, 1 problems or a wrong passphrase, 255 unreadable.",
        examples: &[
            "rkeygen doctor",
            "rkeygen doctor --fix deploy_key",
            "rkeygen doctor --expires-within 7d id_ed25519-cert.pub",
        ],
        command: doctor::command,
    },
];

/// The operand, if there is one, is what `-f` names.
pub(super) fn only_file(mut flags: Flags) -> Flags {
    flags.file = flags.operands.pop();
    flags
}
