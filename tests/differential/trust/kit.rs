//! What all rows find: keys, certificates, signatures and lists.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use chacha20::ChaCha20Rng;
use p256::ecdsa::signature::Signer as _;
use rand_core::SeedableRng;
use rkeygen::format::KeyFile;
use rkeygen::secret::Passphrase;
use rkeygen::signature::{Scheme, Signer};
use sha2::{Digest, Sha256};

use super::bytes::Fields;

pub(super) const MESSAGE: &[u8] = b"hello\n";

/// A private key, and how it signs.
pub(super) struct Pair {
    /// The public key in the SSH encoding.
    pub(super) blob: Vec<u8>,
    kind: Kind,
}

enum Kind {
    File(Signer, Scheme),
    TokenEd25519(Box<ed25519_dalek::SigningKey>),
    TokenEcdsa(p256::ecdsa::SigningKey),
}

impl Pair {
    /// The signature in the SSH encoding.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.kind {
            Kind::File(signer, scheme) => self.sign_as(signer, *scheme, message),
            Kind::TokenEd25519(key) => {
                let made = key.sign(&signed_by_token(1, b"", &Sha256::digest(message)));
                let fields = Fields::default().string("sk-ssh-ed25519@openssh.com").string(made.to_bytes());
                fields.u8(1).u32(9).0
            }
            Kind::TokenEcdsa(key) => {
                let numbers = ecdsa(key, &signed_by_token(5, b"", &Sha256::digest(message)));
                Fields::default().string("sk-ecdsa-sha2-nistp256@openssh.com").string(numbers).u8(5).u32(9).0
            }
        }
    }

    /// The signature of an RSA key by that scheme; of others, by their own.
    pub(super) fn sign_with(&self, scheme: Scheme, message: &[u8]) -> Vec<u8> {
        match &self.kind {
            Kind::File(signer, Scheme::RsaSha512) => self.sign_as(signer, scheme, message),
            _ => self.sign(message),
        }
    }

    fn sign_as(&self, signer: &Signer, scheme: Scheme, message: &[u8]) -> Vec<u8> {
        let made = signer.sign(scheme, message, &mut ChaCha20Rng::from_seed([7; 32]));
        made.expect("a signature").blob().to_vec()
    }

    /// What a browser makes of it with a FIDO key: what is signed, but for what is checked beside it.
    pub(super) fn sign_in_browser(&self, flags: u8, record: &[u8], extensions: &[u8]) -> Vec<u8> {
        let signed = signed_by_token(flags, extensions, &Sha256::digest(record));
        match &self.kind {
            Kind::TokenEcdsa(key) => ecdsa(key, &signed),
            Kind::TokenEd25519(key) => key.sign(&signed).to_bytes().to_vec(),
            Kind::File(..) => Vec::new(),
        }
    }
}

fn signed_by_token(flags: u8, extensions: &[u8], hash: &[u8]) -> Vec<u8> {
    let start = Fields::default().raw(Sha256::digest("ssh:")).u8(flags).u32(9);
    start.raw(extensions).raw(hash).0
}

fn ecdsa(key: &p256::ecdsa::SigningKey, message: &[u8]) -> Vec<u8> {
    let made: p256::ecdsa::Signature = key.sign(message);
    let number = |half: &[u8]| [&[0][..], half].concat();
    let bytes = made.to_bytes();
    Fields::default().string(number(&bytes[..32])).string(number(&bytes[32..])).0
}

/// The directory, and what is in it.
pub(super) struct Kit {
    directory: tempfile::TempDir,
    pub(super) pairs: BTreeMap<&'static str, Pair>,
    /// Lines of public keys and certificates, without comments.
    pub(super) lines: BTreeMap<&'static str, String>,
    /// Lists of all kinds of sections.
    pub(super) lists: Vec<Vec<u8>>,
}

const PLAIN: [(&str, &str, &str, Scheme); 6] = [
    ("ed", "ed25519", "256", Scheme::Ed25519),
    ("ca", "ed25519", "256", Scheme::Ed25519),
    ("ec", "ecdsa", "256", Scheme::Ecdsa(rkeygen::key::Curve::P256)),
    ("ec3", "ecdsa", "384", Scheme::Ecdsa(rkeygen::key::Curve::P384)),
    ("ec5", "ecdsa", "521", Scheme::Ecdsa(rkeygen::key::Curve::P521)),
    ("rsa", "rsa", "2048", Scheme::RsaSha512),
];

impl Kit {
    pub(super) fn make(keygen: &Path) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let run = |words: &[&str]| {
            let output = Command::new(keygen).current_dir(directory.path()).args(words).output();
            let output = output.expect("ssh-keygen");
            assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        };
        let mut kit = Self {
            pairs: BTreeMap::new(),
            lines: BTreeMap::new(),
            lists: Vec::new(),
            directory: tempfile::tempdir().expect("a directory"),
        };
        for (name, kind, bits, scheme) in PLAIN {
            run(&["-q", "-t", kind, "-b", bits, "-N", "", "-C", "", "-f", name]);
            let file = fs::read(directory.path().join(name)).expect("a key");
            let key = KeyFile::parse(&file).and_then(|file| file.open(&Passphrase::empty())).expect("a key");
            let signer = Signer::new(&key).expect("a signer");
            kit.add(
                name,
                Pair { blob: key.public().blob().to_vec(), kind: Kind::File(signer, scheme) },
                directory.path(),
            );
        }
        kit.add_tokens(directory.path());
        kit.add_certificates(&run, directory.path());
        kit.add_lists(&run, directory.path());
        kit.directory = directory;
        kit
    }

    fn add(&mut self, name: &'static str, pair: Pair, directory: &Path) {
        let line = line(&pair.blob);
        fs::write(directory.join(format!("{name}.pub")), format!("{line} {name}\n")).expect("a public key");
        self.lines.insert(name, line);
        self.pairs.insert(name, pair);
    }

    fn add_tokens(&mut self, directory: &Path) {
        let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let blob =
            Fields::default().string("sk-ssh-ed25519@openssh.com").string(key.verifying_key().as_bytes());
        let pair = Pair { blob: blob.string("ssh:").0, kind: Kind::TokenEd25519(Box::new(key)) };
        self.add("edsk", pair, directory);
        let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a scalar");
        let point = key.verifying_key().to_sec1_point(false);
        let blob = Fields::default().string("sk-ecdsa-sha2-nistp256@openssh.com").string("nistp256");
        let blob = blob.string(point.as_bytes()).string("ssh:").0;
        self.add("ecsk", Pair { blob, kind: Kind::TokenEcdsa(key) }, directory);
        let number = [&[0][..], &[0xff; 64]].concat();
        let dsa = Fields::default().string("ssh-dss").string([&number[..], &[0xff; 64]].concat());
        let dsa = dsa.string([&[0][..], &[0xff; 20]].concat()).string([2]).string([3]).0;
        let short = Fields::default().string("ssh-rsa").string([1, 0, 1]).string(number).0;
        for (name, blob) in [("dsa", dsa), ("short", short)] {
            let line = line(&blob);
            fs::write(directory.join(format!("{name}.pub")), format!("{line} {name}\n"))
                .expect("a public key");
            self.lines.insert(name, line);
        }
    }

    fn add_certificates(&mut self, run: &dyn Fn(&[&str]), directory: &Path) {
        for (name, words) in [
            ("ed", &["-I", "id", "-n", "me,you", "-V", "20200101:20400101", "-z", "7"][..]),
            ("ec", &["-I", "zero", "-n", "me", "-V", "always:forever"]),
            ("rsa", &["-I", "host id", "-h", "-n", "host", "-z", "9"]),
            ("ec3", &["-I", "nobody", "-z", "10"]),
            ("ecsk", &["-I", "token", "-n", "*,!me,a b,", "-z", "11"]),
        ] {
            let public = format!("{name}.pub");
            // An empty name among the principals is an error, so that one is made by hand.
            let words: Vec<&str> =
                words.iter().map(|&word| if word.ends_with(',') { "*,!me,a b" } else { word }).collect();
            run(&[&["-q", "-s", "ca"][..], &words[..], &[&public]].concat());
            let file = fs::read_to_string(directory.join(format!("{name}-cert.pub"))).expect("a certificate");
            let line = file.split(' ').take(2).collect::<Vec<_>>().join(" ");
            let name: &'static str = match name {
                "ed" => "ed-cert",
                "ec" => "ec-cert",
                "rsa" => "rsa-cert",
                "ec3" => "ec3-cert",
                _ => "ecsk-cert",
            };
            self.lines.insert(name, line.trim_end().to_owned());
        }
    }

    fn add_lists(&mut self, run: &dyn Fn(&[&str]), directory: &Path) {
        let hash = "hash: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
        for (number, (ca, text)) in [
            ("ca.pub", "serial: 7\nserial: 100-200\nserial: 300\nid: id\nid: other\n".to_owned()),
            ("none", "serial: 1-3\nserial: 5\nserial: 9\nserial: 1000-2000\nid: zero\n".to_owned()),
            (
                "none",
                format!(
                    "key: {}\nsha1: {}\n{hash}\nsha256: {}\n",
                    self.lines["ed"], self.lines["ec"], self.lines["rsa"]
                ),
            ),
            ("ca.pub", (1..200).map(|n| format!("serial: {}\n", n * n)).collect()),
            (
                "ca.pub",
                format!(
                    "{}\n{}\nsha256: {}\n",
                    self.lines["ed-cert"], self.lines["ec-cert"], self.lines["ca"]
                ),
            ),
        ]
        .into_iter()
        .enumerate()
        {
            let (specification, list) = (format!("specification{number}"), format!("list{number}"));
            fs::write(directory.join(&specification), text).expect("a specification");
            run(&["-q", "-k", "-f", &list, "-z", "3", "-C", "a comment", "-s", ca, &specification]);
            self.lists.push(fs::read(directory.join(&list)).expect("a list"));
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// The line of a public key or certificate.
pub(super) fn line(blob: &[u8]) -> String {
    use base64ct::{Base64, Encoding};
    let name = rkeygen::wire::Reader::new(blob).string().unwrap_or(b"ssh-ed25519");
    let name: Vec<u8> = name.iter().copied().filter(|&byte| byte != 0).collect();
    format!("{} {}", String::from_utf8_lossy(&name), Base64::encode_string(blob))
}
