//! Subcommands about the lists of keys that may log in, and that may sign.

use super::{Count, Operand, Opt, Subcommand, TALK, named, one, same};
use crate::cli::command::lists;
use crate::cli::values::Kind;
use crate::key_list::Kind::{AllowedSigners, AuthorizedKeys};

const LOGINS: Opt = named("file", "file", "FILE", "File (default ~/.ssh/authorized_keys)");
const SIGNERS: Opt = named("file", "file", "FILE", "File (default ~/.ssh/allowed_signers)");
const OPTION: Opt =
    named("options", "option", "OPTION", "Option of the key, such as restrict or from=10.0.0.0/8");
const KEYS: Operand = Operand { name: "FILE.pub", kind: Kind::PublicKey, count: Count::Some };
const WHAT: Operand = Operand { name: "WHAT", kind: Kind::PublicKey, count: Count::Some };
const WHO_SIGNS: &[Opt] = &[
    SIGNERS,
    named("names", "namespace", "NAMES", "What for, such as git or file (default everything)"),
    same("valid_after"),
    same("valid_before"),
    same("cert_authority"),
];
const LOGIN: &str = "The file is made with the right modes if it does not exist. A key that exists with the same options \
                     changes nothing; with others, it is refused, and so is a file that sshd would not read.";
const FORGET: &str = "WHAT is a fingerprint, a file of public keys, or a comment. The old lines are kept in FILE.old. Exit status: 0 \
                      removed, 1 not found.";

/// In the order of the help.
pub(super) const ALL: &[Subcommand] = &[
    Subcommand {
        name: "authorized-keys list",
        about: "Show the keys that may log in",
        operands: &[],
        options: &[&[LOGINS], TALK],
        ssh_keygen: "",
        details: "With the number of each line, the comment and the options.",
        examples: &["rkeygen authorized-keys list"],
        command: |flags| Ok(lists::show(AuthorizedKeys, flags)),
    },
    Subcommand {
        name: "authorized-keys add",
        about: "Let a key log in",
        operands: &[KEYS],
        options: &[&[OPTION, LOGINS], TALK],
        ssh_keygen: "",
        details: LOGIN,
        examples: &[
            "rkeygen authorized-keys add id_ed25519.pub",
            "rkeygen authorized-keys add backup.pub --option restrict --option command=backup",
        ],
        command: lists::add_login,
    },
    Subcommand {
        name: "authorized-keys replace",
        about: "Let a key log in with other options",
        operands: &[KEYS],
        options: &[&[OPTION, LOGINS], TALK],
        ssh_keygen: "",
        details: "Lines with the same key and other options are replaced. The old lines are kept in FILE.old.",
        examples: &["rkeygen authorized-keys replace backup.pub --option restrict"],
        command: lists::replace_login,
    },
    Subcommand {
        name: "authorized-keys remove",
        about: "Remove keys that may log in",
        operands: &[WHAT],
        options: &[&[LOGINS], TALK],
        ssh_keygen: "",
        details: FORGET,
        examples: &["rkeygen authorized-keys remove old.pub me@lost-laptop"],
        command: |flags| Ok(lists::remove(AuthorizedKeys, flags)),
    },
    Subcommand {
        name: "authorized-keys lint",
        about: "Find problems with authorized_keys",
        operands: &[],
        options: &[&[LOGINS], TALK],
        ssh_keygen: "",
        details: "Lines that sshd ignores, expired, weak and repeated keys, and modes and owners with which sshd ignores a file in ~/.ssh. Exit status: 0 sound, 1 problems.",
        examples: &["rkeygen authorized-keys lint"],
        command: |flags| Ok(lists::lint(AuthorizedKeys, flags)),
    },
    Subcommand {
        name: "authorized-keys dedupe",
        about: "Remove repeated keys from authorized_keys",
        operands: &[],
        options: &[&[LOGINS, same("dry_run")], TALK],
        ssh_keygen: "",
        details: "A line goes if an earlier one has the same key with the same options. The old lines are kept in FILE.old.",
        examples: &["rkeygen authorized-keys dedupe --dry-run"],
        command: |flags| Ok(lists::dedupe(AuthorizedKeys, flags)),
    },
    Subcommand {
        name: "allowed-signers list",
        about: "Show who may sign with which keys",
        operands: &[],
        options: &[&[SIGNERS], TALK],
        ssh_keygen: "",
        details: "With the number of each line and the options.",
        examples: &["rkeygen allowed-signers list -f allowed_signers"],
        command: |flags| Ok(lists::show(AllowedSigners, flags)),
    },
    Subcommand {
        name: "allowed-signers add",
        about: "Let someone sign with a key",
        operands: &[one("WHO", Kind::Text), KEYS],
        options: &[WHO_SIGNS, TALK],
        ssh_keygen: "",
        details: "WHO is a name such as me@example.org, or several names or patterns with commas between. What exists with \
                  the same options changes nothing; with others, it is refused.",
        examples: &[
            "rkeygen allowed-signers add me@example.org id_ed25519.pub --namespace git --valid-before 20300101Z",
        ],
        command: lists::add_signer,
    },
    Subcommand {
        name: "allowed-signers replace",
        about: "Let someone sign with a key, with other options",
        operands: &[one("WHO", Kind::Text), KEYS],
        options: &[WHO_SIGNS, TALK],
        ssh_keygen: "",
        details: "Lines with the same key for WHO and other options are replaced. The old lines are kept in FILE.old.",
        examples: &["rkeygen allowed-signers replace me@example.org id_ed25519.pub --valid-before 20270101Z"],
        command: lists::replace_signer,
    },
    Subcommand {
        name: "allowed-signers remove",
        about: "Remove who may sign, or with which keys",
        operands: &[WHAT],
        options: &[&[SIGNERS], TALK],
        ssh_keygen: "",
        details: "WHAT is a fingerprint, a file of public keys, or a name. A line that has other names too keeps these. The old \
                  lines are kept in FILE.old. Exit status: 0 removed; 1 not found, or still there because of a pattern.",
        examples: &["rkeygen allowed-signers remove me@example.org"],
        command: |flags| Ok(lists::remove(AllowedSigners, flags)),
    },
    Subcommand {
        name: "allowed-signers lint",
        about: "Find problems with allowed_signers",
        operands: &[],
        options: &[&[SIGNERS], TALK],
        ssh_keygen: "",
        details: "Lines that ssh-keygen does not read, that never match, expired, weak, repeated and shadowed ones. Exit \
                  status: 0 sound, 1 problems.",
        examples: &["rkeygen allowed-signers lint"],
        command: |flags| Ok(lists::lint(AllowedSigners, flags)),
    },
    Subcommand {
        name: "allowed-signers dedupe",
        about: "Remove repeated lines from allowed_signers",
        operands: &[],
        options: &[&[SIGNERS, same("dry_run")], TALK],
        ssh_keygen: "",
        details: "A line goes if an earlier one has the same key, names and options. The old lines are kept in FILE.old.",
        examples: &["rkeygen allowed-signers dedupe --dry-run"],
        command: |flags| Ok(lists::dedupe(AllowedSigners, flags)),
    },
];
