//! Private key files.

use crypto_bigint::{BoxedUint, ConcatenatingMul as _, NonZero, Odd};
use der::Tag;

use crate::bytes::{
    MIB, Wire, base64, element, integer, key, long_exponent, noise, odd, oid, pem, point, sequence, small,
};

/// A private key file.
pub(crate) struct PrivateKey {
    pub(crate) name: String,
    pub(crate) text: Vec<u8>,
    pub(crate) is: Protection,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protection {
    Plain,
    Encrypted,
}

pub(crate) fn all() -> Vec<PrivateKey> {
    let make = |is| move |(name, text): (String, Vec<u8>)| PrivateKey { name, text, is };
    let plain = [armor(), openssh_files(), rsa_files(), other_files()].concat();
    let encrypted = [pkcs8_files(), encrypted_files()].concat();
    let plain = plain.into_iter().map(make(Protection::Plain));
    plain.chain(encrypted.into_iter().map(make(Protection::Encrypted))).collect()
}

type Files = Vec<(String, Vec<u8>)>;

fn named<const N: usize>(files: [(&str, Vec<u8>); N]) -> Files {
    files.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}

const BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
const MAGIC: &[u8] = b"openssh-key-v1\0";

fn armor() -> Files {
    let both = format!("{BEGIN}-----END OPENSSH PRIVATE KEY-----\n");
    named([
        ("zeros", vec![0; MIB]),
        ("ones", vec![0xff; MIB]),
        ("line-feeds", vec![b'\n'; MIB]),
        ("begins", BEGIN.repeat(MIB / 37).into_bytes()),
        ("begins-and-ends", both.repeat(MIB / both.len()).into_bytes()),
        ("no-end", format!("{BEGIN}{}", "A".repeat(MIB - 100)).into_bytes()),
        ("noise", pem("OPENSSH PRIVATE KEY", &[MAGIC, &noise(700_000)].concat(), "")),
        ("lengths", pem("OPENSSH PRIVATE KEY", &[MAGIC, &[0xff; 4000]].concat(), "")),
    ])
}

/// The parts of an OpenSSH file.
struct OpenSsh {
    cipher: &'static str,
    kdf: &'static str,
    options: Vec<u8>,
    count: u32,
    public: Vec<u8>,
    private: Vec<u8>,
}

impl OpenSsh {
    fn new() -> Self {
        Self {
            cipher: "none",
            kdf: "none",
            options: Vec::new(),
            count: 1,
            public: key(),
            private: Vec::new(),
        }
    }

    fn locked(options: Vec<u8>, private: Vec<u8>) -> Self {
        Self { cipher: "aes256-ctr", kdf: "bcrypt", options, private, ..Self::new() }
    }

    fn file(self) -> Vec<u8> {
        let head = Wire::new().raw(MAGIC).string(self.cipher).string(self.kdf).string(self.options);
        let body = head.u32(self.count).string(self.public).string(self.private);
        pem("OPENSSH PRIVATE KEY", &body.0, "")
    }
}

/// With check numbers in front and padding after it.
fn padded(body: &[u8]) -> Vec<u8> {
    let body = [&[1, 2, 3, 4, 1, 2, 3, 4], body].concat();
    let padding = (8 - body.len() % 8) % 8;
    body.into_iter().chain((1..8).take(padding)).collect()
}

fn openssh_files() -> Files {
    let comment =
        Wire::new().string("ssh-ed25519").string(point()).string([0; 64]).string(vec![b'c'; 700_000]);
    let (long, part) = (vec![0x7f; 150_000], vec![0x7f; 75_000]);
    let public = Wire::new().string("ssh-rsa").mpint(&small(65537)).string(&long);
    let private = Wire::new().string("ssh-rsa").string(&long).mpint(&small(65537)).string(&long);
    let private = private.string(&part).string(&part).string(&part).string("");
    named([
        ("count", OpenSsh { count: u32::MAX, ..OpenSsh::new() }.file()),
        ("comment", OpenSsh { private: padded(&comment.0), ..OpenSsh::new() }.file()),
        ("long-rsa", OpenSsh { public: public.0, private: padded(&private.0), ..OpenSsh::new() }.file()),
    ])
}

/// An RSA key of odd numbers that are no primes.
struct Rsa {
    n: BoxedUint,
    e: BoxedUint,
    d: BoxedUint,
    p: BoxedUint,
    q: BoxedUint,
    /// Of `q`, modulo `p`.
    inverse: BoxedUint,
}

impl Rsa {
    fn new(e: BoxedUint) -> Self {
        loop {
            let (p, q) = (odd(8192), odd(8192));
            let modulus = Odd::new(p.clone()).expect("an odd number");
            // They may have a factor in common.
            let Some(inverse) = q.invert_odd_mod_vartime(&modulus).into_option() else { continue };
            let n = p.concatenating_mul(&q);
            let d = odd(16384).rem_vartime(&NonZero::new(n.clone()).expect("more than zero"));
            return Self { n, e, d, p, q, inverse };
        }
    }

    fn openssh(&self) -> Vec<u8> {
        let public = Wire::new().string("ssh-rsa").mpint(&self.e).mpint(&self.n).0;
        let private = Wire::new().string("ssh-rsa").mpint(&self.n).mpint(&self.e).mpint(&self.d);
        let private = private.mpint(&self.inverse).mpint(&self.p).mpint(&self.q).string("");
        OpenSsh { public, private: padded(&private.0), ..OpenSsh::new() }.file()
    }

    fn pem(&self) -> Vec<u8> {
        let [dp, dq] = [&self.p, &self.q].map(|prime| {
            // An odd number less one is the number with its last bit gone.
            let mut bytes = prime.to_be_bytes();
            *bytes.last_mut().expect("a byte") &= 0xfe;
            let less_one = BoxedUint::from_be_slice_vartime(&bytes);
            Option::from(NonZero::new(less_one)).map_or(small(0), |modulus| self.d.rem_vartime(&modulus))
        });
        let numbers = [&small(0), &self.n, &self.e, &self.d, &self.p, &self.q, &dp, &dq, &self.inverse];
        pem("RSA PRIVATE KEY", &sequence(&numbers.map(integer)), "")
    }
}

fn rsa_files() -> Files {
    let mut files = Files::new();
    for (name, e) in [("3", small(3)), ("65537", small(65537)), ("16384", long_exponent())] {
        let rsa = Rsa::new(e);
        files.push((format!("openssh-rsa-e{name}"), rsa.openssh()));
        files.push((format!("pem-rsa-e{name}"), rsa.pem()));
    }
    let mut rsa = Rsa::new(small(65537));
    (rsa.p, rsa.q, rsa.inverse) = (small(1), rsa.n.clone(), small(1));
    files.push(("pem-rsa-factor-1".to_owned(), rsa.pem()));
    let long = element(Tag::Integer, &vec![0x7f; 80_000]).repeat(8);
    let body = sequence(&[integer(&small(0)), long]);
    files.push(("pem-rsa-long".to_owned(), pem("RSA PRIVATE KEY", &body, "")));
    files
}

fn ppk(memory: u64, passes: u64, lanes: u64, lines: u64) -> Vec<u8> {
    let (public, private, zeros) = (base64(&key()), base64(&noise(48)), "00".repeat(16));
    format!(
        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: aes256-cbc\nComment: c\nPublic-Lines: {lines}\n{public}\n\
         Key-Derivation: Argon2id\nArgon2-Memory: {memory}\nArgon2-Passes: {passes}\nArgon2-Parallelism: {lanes}\n\
         Argon2-Salt: {zeros}\nPrivate-Lines: 1\n{private}\nPrivate-MAC: {zeros}{zeros}\n"
    )
    .into_bytes()
}

fn other_files() -> Files {
    // A sequence in a sequence in a sequence, each length in three bytes.
    let depth = 30_000;
    let nest: Vec<u8> = (0..depth)
        .flat_map(|level: u32| {
            let [_, high, middle, low] = (5 * (depth - level - 1)).to_be_bytes();
            [0x30, 0x83, high, middle, low]
        })
        .collect();
    let headers = "Comment: x\n".repeat(90_000);
    named([
        ("nest", pem("PRIVATE KEY", &nest, "")),
        ("nest-encrypted", pem("ENCRYPTED PRIVATE KEY", &nest, "")),
        ("ppk-lines", ppk(8, 1, 1, u64::from(u32::MAX))),
        ("ppk-headers", format!("PuTTY-User-Key-File-2: ssh-rsa\n{headers}").into_bytes()),
    ])
}

fn pbes2(kdf: Vec<u8>, body: &[u8]) -> Vec<u8> {
    let cipher = sequence(&[oid("2.16.840.1.101.3.4.1.42"), element(Tag::OctetString, &[0; 16])]);
    let scheme = sequence(&[oid("1.2.840.113549.1.5.13"), sequence(&[kdf, cipher])]);
    pem("ENCRYPTED PRIVATE KEY", &sequence(&[scheme, element(Tag::OctetString, body)]), "")
}

fn salt() -> Vec<u8> {
    element(Tag::OctetString, b"saltsalt")
}

fn pbkdf2(rounds: u64) -> Vec<u8> {
    let hmac = sequence(&[oid("1.2.840.113549.2.9"), vec![5, 0]]);
    sequence(&[oid("1.2.840.113549.1.5.12"), sequence(&[salt(), integer(&small(rounds)), hmac])])
}

fn scrypt(numbers: [u64; 3]) -> Vec<u8> {
    let numbers = numbers.map(|number| integer(&small(number))).concat();
    sequence(&[oid("1.3.6.1.4.1.11591.4.11"), sequence(&[salt(), numbers])])
}

fn pkcs8_files() -> Files {
    let mut files = Files::new();
    for rounds in [10_000_000, (1 << 31) - 1, 1 << 63] {
        files.push((format!("pbkdf2-{rounds}"), pbes2(pbkdf2(rounds), &noise(64))));
    }
    files.push(("pbkdf2-long".to_owned(), pbes2(pbkdf2(2), &noise(700_000))));
    for [n, r, p] in [[1 << 20, 8, 1], [1 << 62, 8, 1], [1 << 14, 1 << 20, 1], [2, 1, 1 << 28]] {
        files.push((format!("scrypt-{n}-{r}-{p}"), pbes2(scrypt([n, r, p]), &noise(64))));
    }
    files
}

fn encrypted_files() -> Files {
    let mut files = Files::new();
    for rounds in [100_000, u32::MAX] {
        let options = Wire::new().string([0; 16]).u32(rounds).0;
        files.push((format!("bcrypt-{rounds}"), OpenSsh::locked(options, noise(160)).file()));
    }
    let long_salt = Wire::new().string(noise(700_000)).u32(1).0;
    files.push(("bcrypt-salt".to_owned(), OpenSsh::locked(long_salt, noise(160)).file()));
    let one = Wire::new().string([0; 16]).u32(1).0;
    files.push(("bcrypt-long".to_owned(), OpenSsh::locked(one, noise(700_000)).file()));
    let header = format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{}\n\n", "00".repeat(16));
    files.push(("pem-long".to_owned(), pem("RSA PRIVATE KEY", &noise(700_000), &header)));
    for (memory, passes, lanes) in
        [(65536, 1, 1), (65536, 64, 1), (8192, 512, 16), (u64::from(u32::MAX), 1, 1), (8, 1 << 19, 1)]
    {
        files.push((format!("ppk-{memory}-{passes}-{lanes}"), ppk(memory, passes, lanes, 1)));
    }
    files
}
