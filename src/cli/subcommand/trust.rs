//! Subcommands about certificates, revocation and signatures.

use super::keys::only_file;
use super::{Count, OLD_PASSPHRASE, Operand, Opt, Subcommand, TALK, named, one, optional, same};
use crate::cli::command::{certificates, signatures};
use crate::cli::values::Kind;

const CERTIFICATE: &[Opt] = &[
    named("ca_or_signature", "ca", "FILE", "Private key of the CA; with -U, its public key"),
    named("identity", "key-id", "ID", "Key ID, which servers log"),
    named("names", "principals", "NAMES", "Users or hosts, separated by commas"),
    Opt { long: Some("host"), ..same("host_certificate") },
    same("validity"),
    named("serial", "serial", "N", "Serial number; +N counts up, + goes on in the ledger"),
    named(
        "options",
        "option",
        "OPTION",
        "Option of the certificate, such as no-pty or force-command=COMMAND",
    ),
    same("agent"),
    named("library", "pkcs11", "LIBRARY", "PKCS#11 library whose token has the private key"),
    named(
        "key_type",
        "algorithm",
        "ALGORITHM",
        "How an RSA CA signs: rsa-sha2-512 (default) or rsa-sha2-256",
    ),
    same("from"),
    Opt {
        help: Some("Ledger of what the CA signs: no serial number or key ID twice; -z + is the next number"),
        ..same("ledger")
    },
    same("require_principals"),
    same("max_validity"),
    Opt {
        help: Some("If the certificate exists: replace it (default), ask, fail or keep"),
        ..same("if_exists")
    },
    same("renew_before"),
    same("provider"),
    same("hash"),
];

const KRL: &[Opt] = &[
    named(
        "ca_or_signature",
        "ca",
        "FILE",
        "Public key of the CA whose serial numbers and key IDs are revoked",
    ),
    named("serial", "krl-version", "N", "Version of the KRL"),
    named("comment", "comment", "TEXT", "Comment of the KRL"),
    Opt { help: Some("Ledger of the CA, in which id:KEY-ID and serial:N are looked up"), ..same("ledger") },
];

const NAMESPACE: Opt = named("names", "namespace", "NAME", "What the signature is for (default file)");
const ALLOWED: Opt = named("file", "allowed-signers", "FILE", "File that says who may sign with which key");
const SIGNATURE: Opt = named("ca_or_signature", "signature", "FILE", "Signature");
const PRINCIPAL: Opt = named("identity", "signer", "NAME", "Who has to have signed");
const OPTION: Opt =
    named("options", "option", "OPTION", "hashalg=HASH, verify-time=TIME or print-pubkey, as with -Y");

const SPECIFICATIONS: Operand = Operand { name: "SPEC", kind: Kind::File, count: Count::Any };
const MAKE: &str = "Each SPEC is a file of public keys and certificates, or of lines such as serial: 7-99, \
                    id: KEY-ID and hash: FINGERPRINT; - is standard input. With --ledger, id:KEY-ID and \
                    serial:N as operands revoke what the ledger has of them. An existing KRL is replaced: \
                    krl update adds to it. Without a SPEC the KRL is empty.";
const LINES: &str = "Each SPEC is a file of public keys and certificates, or of lines such as serial: 7-99, \
                     id: KEY-ID and hash: FINGERPRINT; - is standard input. With --ledger, id:KEY-ID and \
                     serial:N as operands revoke what the ledger has of them.";

/// In the order of the help.
pub(super) const ALL: &[Subcommand] = &[
    Subcommand {
        name: "certificate sign",
        about: "Sign public keys: write certificates",
        operands: &[Operand { name: "FILE", kind: Kind::PublicKey, count: Count::Any }],
        options: &[CERTIFICATE, OLD_PASSPHRASE, TALK],
        ssh_keygen: "-s CA -I ID FILE...",
        details: "For FILE.pub the certificate is FILE-cert.pub. With --from, a list names the keys: CSV with the columns \
                  public_key, key_id, principals, validity, options, serial and output, or JSON lines with these members.",
        examples: &[
            "rkeygen certificate sign --ca user_ca --key-id alice-laptop --principals alice -V +52w alice.pub",
            "rkeygen certificate sign --ca host_ca --key-id web1 --host --principals web1.example.org host.pub",
            "rkeygen certificate sign --ca user_ca --from staff.csv -V +4w --serial +1",
        ],
        command: certificates::sign_by_name,
    },
    Subcommand {
        name: "certificate show",
        about: "Show certificates",
        operands: &[optional("FILE", Kind::PublicKey)],
        options: &[&[same("hash")], TALK],
        ssh_keygen: "-L -f FILE",
        details: "",
        examples: &["rkeygen certificate show alice-cert.pub"],
        command: |flags| Ok(certificates::show(only_file(flags))),
    },
    Subcommand {
        name: "krl make",
        about: "Create a key revocation list (KRL)",
        operands: &[one("KRL", Kind::File), SPECIFICATIONS],
        options: &[KRL, TALK],
        ssh_keygen: "-k -f KRL SPEC...",
        details: MAKE,
        examples: &[
            "rkeygen krl make revoked --ca user_ca.pub stolen.pub",
            "rkeygen krl make revoked --ledger user_ca.ledger id:alice-laptop",
        ],
        command: |flags| certificates::make_krl(certificates::krl_operand(flags)),
    },
    Subcommand {
        name: "krl update",
        about: "Add to a KRL",
        operands: &[one("KRL", Kind::File), SPECIFICATIONS],
        options: &[KRL, TALK],
        ssh_keygen: "-k -u -f KRL SPEC...",
        details: LINES,
        examples: &["printf 'serial: 8-99\\n' | rkeygen krl update revoked --ca user_ca.pub -"],
        command: |mut flags| {
            flags.update = true;
            certificates::make_krl(certificates::krl_operand(flags))
        },
    },
    Subcommand {
        name: "krl show",
        about: "Show a KRL",
        operands: &[one("KRL", Kind::File)],
        options: &[TALK],
        ssh_keygen: "-Q -l -f KRL",
        details: "",
        examples: &["rkeygen krl show revoked"],
        command: |mut flags| {
            flags.fingerprint = true;
            certificates::query_krl(certificates::krl_operand(flags))
        },
    },
    Subcommand {
        name: "krl check",
        about: "Check whether keys are revoked",
        operands: &[
            one("KRL", Kind::File),
            Operand { name: "FILE", kind: Kind::PublicKey, count: Count::Some },
        ],
        options: &[TALK],
        ssh_keygen: "-Q -f KRL FILE...",
        details: "Exit status: 0 none is revoked, 1 a key is revoked.",
        examples: &["rkeygen krl check revoked alice-cert.pub"],
        command: |flags| certificates::query_krl(certificates::krl_operand(flags)),
    },
    Subcommand {
        name: "sign",
        about: "Sign files",
        operands: &[Operand { name: "FILE", kind: Kind::File, count: Count::Any }],
        options: &[
            &[
                named(
                    "file",
                    "key",
                    "FILE",
                    "Private key; with -U or for a key in ssh-agent, its public key",
                ),
                NAMESPACE,
                same("agent"),
                named("library", "pkcs11", "LIBRARY", "PKCS#11 library whose token has the private key"),
                Opt {
                    help: Some("If the signature exists: ask (default), fail, keep or replace"),
                    ..same("if_exists")
                },
                same("provider"),
                OPTION,
            ],
            OLD_PASSPHRASE,
            TALK,
        ],
        ssh_keygen: "-Y sign -f KEY -n NAMESPACE FILE...",
        details: "Writes FILE.sig. Without FILE it signs standard input and prints the signature.",
        examples: &["rkeygen sign --key ~/.ssh/id_ed25519 release.tar.gz"],
        command: signatures::sign_files,
    },
    Subcommand {
        name: "verify",
        about: "Verify the signature over standard input",
        operands: &[],
        options: &[
            &[
                ALLOWED,
                PRINCIPAL,
                SIGNATURE,
                NAMESPACE,
                named(
                    "host_or_revoked",
                    "revoked",
                    "FILE",
                    "KRL, or list of public keys, that are not accepted",
                ),
                same("signature_only"),
                OPTION,
                same("hash"),
            ],
            TALK,
        ],
        ssh_keygen: "-Y verify -f ALLOWED -I WHO -n NAMESPACE -s SIG <FILE",
        details: "With --signature-only (-Y check-novalidate) anyone may have signed: that proves nothing about who did.",
        examples: &[
            "rkeygen verify --allowed-signers allowed --signer me@example.org --signature file.sig <file",
        ],
        command: signatures::verify_input,
    },
    Subcommand {
        name: "principals find",
        about: "Find who may have made a signature",
        operands: &[],
        options: &[&[SIGNATURE, ALLOWED, OPTION], TALK],
        ssh_keygen: "-Y find-principals -s SIG -f ALLOWED",
        details: "",
        examples: &["rkeygen principals find --signature file.sig --allowed-signers allowed"],
        command: signatures::find,
    },
    Subcommand {
        name: "principals match",
        about: "Find the allowed signers that match a name",
        operands: &[],
        options: &[&[PRINCIPAL, ALLOWED], TALK],
        ssh_keygen: "-Y match-principals -I WHO -f ALLOWED",
        details: "",
        examples: &["rkeygen principals match --signer me@example.org --allowed-signers allowed"],
        command: signatures::match_name,
    },
];
