//! Subcommands about hosts.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Count, FINGERPRINT, Operand, Opt, PRIVATE_FORMAT, Subcommand, TALK, named, one, optional, same};
use crate::cli::command::{hosts, lists, moduli};
use crate::cli::flags::Flags;
use crate::cli::values::{Kind, Moduli};

const FILE: Opt = named("file", "file", "FILE", "File (default ~/.ssh/known_hosts)");
const OPTION: Opt = named("options", "option", "NAME=VALUE", "Option of this step, as with -M");

/// The entries that `known-hosts add` and `known-hosts replace` are about.
const HOSTS: &[Operand] = &[Operand { name: "HOST", kind: Kind::Host, count: Count::Some }];
const KEYS: Opt = named("ca_or_signature", "key", "FILE", "Public keys of the host; - is standard input");
const HASH: Opt =
    Opt { short: None, long: Some("hash"), help: Some("Hash the names of the hosts"), ..same("hash_hosts") };

/// In the order of the help.
pub(super) const ALL: &[Subcommand] = &[
    Subcommand {
        name: "known-hosts find",
        about: "Find a host in known_hosts",
        operands: &[one("HOST", Kind::Host)],
        options: &[
            &[
                FILE,
                Opt { help: Some("Show fingerprints instead of lines"), ..same("fingerprint") },
                Opt { help: Some("Show the lines with the name hashed"), ..same("hash_hosts") },
            ],
            FINGERPRINT,
            TALK,
        ],
        ssh_keygen: "-F HOST",
        details: "A host on another port than 22 is written [HOST]:PORT. Exit status: 0 found, 1 not found.",
        examples: &["rkeygen known-hosts find server.example.org -l"],
        command: |mut flags| {
            flags.find_host = flags.operands.pop().map(PathBuf::into_os_string);
            hosts::known_hosts(flags)
        },
    },
    Subcommand {
        name: "known-hosts list",
        about: "Show the entries of known_hosts",
        operands: &[],
        options: &[&[FILE], TALK],
        ssh_keygen: "",
        details: "With the number of each line, and the fingerprint of its key.",
        examples: &["rkeygen known-hosts list"],
        command: |flags| Ok(lists::show(crate::key_list::Kind::KnownHosts, flags)),
    },
    Subcommand {
        name: "known-hosts add",
        about: "Add the keys of a host to known_hosts",
        operands: HOSTS,
        options: &[
            &[KEYS, FILE, HASH, same("cert_authority"), Opt { long: Some("revoked"), ..same("revoked_key") }],
            TALK,
        ],
        ssh_keygen: "",
        details: "HOST is a name, an address, HOST:PORT or [HOST]:PORT; several are names of one host. An entry that \
                  exists changes nothing. Exit status: 0 it is there; 1 not added, because a line has a different key of \
                  the same type for the host, or revokes the key.",
        examples: &[
            "rkeygen known-hosts add server.example.org 192.0.2.7 --key server.pub",
            "rkeygen known-hosts add '*.example.org' --key host_ca.pub --cert-authority",
        ],
        command: lists::add_host,
    },
    Subcommand {
        name: "known-hosts replace",
        about: "Replace the key of a host in known_hosts",
        operands: HOSTS,
        options: &[&[KEYS, FILE, HASH], TALK],
        ssh_keygen: "",
        details: "Adds the keys, and removes the other keys of the same types for HOST. A line that has other names too \
                  keeps these. known_hosts.old keeps the old lines.",
        examples: &["rkeygen known-hosts replace server.example.org --key new.pub"],
        command: lists::replace_host,
    },
    Subcommand {
        name: "known-hosts remove",
        about: "Remove a host from known_hosts",
        operands: &[one("HOST", Kind::Host)],
        options: &[&[FILE, same("keep_invalid")], TALK],
        ssh_keygen: "-R HOST",
        details: "known_hosts.old keeps the old lines. A host on another port than 22 is written [HOST]:PORT.",
        examples: &["rkeygen known-hosts remove server.example.org"],
        command: |mut flags| {
            flags.remove_host = flags.operands.pop().map(PathBuf::into_os_string);
            hosts::known_hosts(flags)
        },
    },
    Subcommand {
        name: "known-hosts hash",
        about: "Hash the host names in known_hosts",
        operands: &[],
        options: &[&[FILE, same("keep_invalid")], TALK],
        ssh_keygen: "-H",
        details: "known_hosts.old keeps the names; delete it when you have checked the new file.",
        examples: &["rkeygen known-hosts hash"],
        command: |mut flags| {
            flags.hash_hosts = true;
            hosts::known_hosts(flags)
        },
    },
    Subcommand {
        name: "known-hosts lint",
        about: "Find problems with known_hosts",
        operands: &[],
        options: &[&[FILE, Opt { help: Some("No difference: nothing is changed"), ..same("dry_run") }], TALK],
        ssh_keygen: "",
        details: "Changes nothing. Exit status: 0 sound, 1 problems.",
        examples: &["rkeygen known-hosts lint"],
        command: |flags| Ok(hosts::lint(flags)),
    },
    Subcommand {
        name: "known-hosts dedupe",
        about: "Remove redundant lines from known_hosts",
        operands: &[],
        options: &[&[FILE, same("dry_run")], TALK],
        ssh_keygen: "",
        details: "known_hosts.old keeps the old lines.",
        examples: &["rkeygen known-hosts dedupe --dry-run"],
        command: |flags| Ok(lists::dedupe(crate::key_list::Kind::KnownHosts, flags)),
    },
    Subcommand {
        name: "host-keys",
        about: "Generate the host keys that are missing",
        operands: &[optional("PREFIX", Kind::Directory)],
        options: &[
            &[
                named("host_key_types", "types", "LIST", "Types (default rsa,ecdsa,ed25519,mldsa44-ed25519)"),
                same("hash"),
                same("if_exists"),
            ],
            PRIVATE_FORMAT,
            TALK,
        ],
        ssh_keygen: "-A -f PREFIX",
        details: "In PREFIX/etc/ssh, a directory that must exist. A second run changes nothing.",
        examples: &["rkeygen host-keys", "rkeygen host-keys /mnt/image --types ed25519"],
        command: |mut flags| {
            flags.file = flags.operands.pop();
            hosts::host_keys(flags)
        },
    },
    Subcommand {
        name: "sshfp",
        about: "Print SSHFP records of a host",
        operands: &[one("HOST", Kind::Host), optional("FILE", Kind::PublicKey)],
        options: &[
            &[same("generic"), named("options", "option", "NAME=VALUE", "hashalg=sha1 or hashalg=sha256")],
            TALK,
        ],
        ssh_keygen: "-r HOST -f FILE",
        details: "Of the host keys of this machine, or of FILE.",
        examples: &["rkeygen sshfp server.example.org. ssh_host_ed25519_key.pub"],
        command: sshfp,
    },
    Subcommand {
        name: "moduli generate",
        about: "Find candidates for Diffie-Hellman moduli",
        operands: &[one("OUT", Kind::File)],
        options: &[&[OPTION], TALK],
        ssh_keygen: "-M generate OUT",
        details: "Options: bits=N (default 3072), start=HEX.",
        examples: &["rkeygen moduli generate --option bits=3072 candidates"],
        command: |flags| moduli::command(Moduli::Generate, flags),
    },
    Subcommand {
        name: "moduli screen",
        about: "Keep the safe primes among the candidates",
        operands: &[one("IN", Kind::File), one("OUT", Kind::File)],
        options: &[&[OPTION], TALK],
        ssh_keygen: "-M screen -f IN OUT",
        details: "Appends to OUT; - is standard input or output. Options: lines=N, start-line=N, checkpoint=FILE, \
                  generator=N, prime-tests=N.",
        examples: &["rkeygen moduli screen candidates moduli"],
        command: |mut flags| {
            flags.file = Some(flags.operands.remove(0));
            moduli::command(Moduli::Screen, flags)
        },
    },
];

fn sshfp(mut flags: Flags) -> Result<crate::commands::Command, crate::cli::Error> {
    let host: OsString = flags.operands.remove(0).into();
    flags.file = flags.operands.pop();
    hosts::sshfp(host, flags)
}
