use super::*;

const MESSAGE: &[u8] = b"hello\n";
const VECTORS: [&[u8]; 4] = [
    include_bytes!("../../tests/vectors/sshsig-ed25519.sig"),
    include_bytes!("../../tests/vectors/sshsig-ecdsa.sig"),
    include_bytes!("../../tests/vectors/sshsig-rsa.sig"),
    include_bytes!("../../tests/vectors/sshsig-mldsa44-ed25519.sig"),
];

fn check(file: &[u8], message: &[u8]) -> Result<FileSignature, Error> {
    let signature = FileSignature::from_armor(file)?;
    let message = signature.hash().of(message).expect("a message");
    signature.verify(&message, b"file")?;
    Ok(signature)
}

#[test]
fn what_ssh_keygen_signed_holds_and_is_written_again() {
    for vector in VECTORS {
        let signature = check(vector, MESSAGE).expect("a signature");
        assert_eq!(signature.to_armor().as_bytes(), vector);
        assert_eq!(check(vector, b"hallo\n"), Err(Error::Signature(signature::Error::Incorrect)));
        let message = signature.hash().of(MESSAGE).expect("a message");
        assert_eq!(signature.verify(&message, b"git"), Err(Error::Namespace));
    }
}

#[test]
fn no_changed_byte_and_no_truncation_holds() {
    let file = VECTORS[0];
    let bytes = {
        let text = std::str::from_utf8(file).expect("text");
        let base64: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        Base64::decode_vec(&base64).expect("base64")
    };
    let message = MessageHash::Sha512.of(MESSAGE).expect("a message");
    let holds = |bytes: &[u8]| FileSignature::from_bytes(bytes).and_then(|it| it.verify(&message, b"file"));
    assert_eq!(holds(&bytes), Ok(()));
    for end in 0..bytes.len() {
        assert!(holds(&bytes[..end]).is_err(), "cut at {end}");
    }
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 0x21;
        assert!(holds(&changed).is_err(), "byte {place}");
    }
    for end in 0..file.len() - 1 {
        assert!(FileSignature::from_armor(&file[..end]).is_err(), "armor cut at {end}");
    }
}

#[test]
fn line_ends_and_text_behind_do_not_matter() {
    let text = std::str::from_utf8(VECTORS[0]).expect("text");
    let other = format!("{}some text\n", text.replace('\n', "\r\n"));
    assert!(check(other.as_bytes(), MESSAGE).is_ok());
    assert_eq!(check(format!("x{text}").as_bytes(), MESSAGE), Err(Error::NoHeader));
    assert_eq!(check(&text.as_bytes()[..80], MESSAGE), Err(Error::NoFooter));
    assert_eq!(check(text.replacen('\n', " \n", 1).as_bytes(), MESSAGE), Err(Error::NoHeader));
    assert_eq!(check(text.replacen("\n", "", 1).as_bytes(), MESSAGE), Err(Error::NoHeader));
    assert_eq!(check(text.replace("\n-----END", " -----END").as_bytes(), MESSAGE), Err(Error::NoFooter));
    assert!(check(text.replace("\n-----END", "\0\n-----END").as_bytes(), MESSAGE).is_ok());
    assert_eq!(check(text.replace("\n-----END", "\0\0\n-----END").as_bytes(), MESSAGE), Err(Error::Invalid));
}

/// Version, namespace, reserved field and hash as OpenSSH's C code reads them; none of the first and third is signed.
#[test]
fn fields_are_read_as_c_strings() {
    let signature = FileSignature::from_armor(VECTORS[0]).expect("a signature");
    let build = |version: u32, namespace: &[u8], reserved: &[u8], hash: &[u8], more: &[u8]| {
        let mut bytes = MAGIC.to_vec();
        put_u32(&mut bytes, version);
        for field in [signature.key.blob(), namespace, reserved, hash, signature.signature.blob()] {
            put_string(&mut bytes, field);
        }
        bytes.extend_from_slice(more);
        bytes
    };
    let message = MessageHash::Sha512.of(MESSAGE).expect("a message");
    let holds = |bytes: &[u8]| FileSignature::from_bytes(bytes).and_then(|it| it.verify(&message, b"file"));
    assert_eq!(holds(&build(1, b"file", b"", b"sha512", b"")), Ok(()));
    assert_eq!(holds(&build(0, b"file\0", b"anything", b"sha512\0", b"")), Ok(()));
    assert_eq!(holds(&build(2, b"file", b"", b"sha512", b"")), Err(Error::Version(2)));
    assert_eq!(holds(&build(1, b"fi\0le", b"", b"sha512", b"")), Err(Error::Invalid));
    assert_eq!(holds(&build(1, b"file\0\0", b"", b"sha512", b"")), Err(Error::Invalid));
    assert_eq!(holds(&build(1, b"file", b"", b"SHA512", b"")), Err(Error::Unsupported));
    assert_eq!(holds(&build(1, b"file", b"", b"sha512", b"x")), Err(Error::Invalid));
    let cut = &build(9, b"file", b"", b"x", b"")[..MAGIC.len() + 4];
    assert_eq!(FileSignature::from_bytes(cut), Err(Error::Version(9)));
}
