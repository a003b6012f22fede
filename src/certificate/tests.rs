use super::*;

const VECTORS: [&[u8]; 5] = [
    include_bytes!("../../tests/vectors/certificate-ed25519.pub"),
    include_bytes!("../../tests/vectors/certificate-ecdsa.pub"),
    include_bytes!("../../tests/vectors/certificate-rsa.pub"),
    include_bytes!("../../tests/vectors/certificate-host-rsa-sha1.pub"),
    include_bytes!("../../tests/vectors/certificate-mldsa44-ed25519.pub"),
];

fn certificate(line: &[u8]) -> Certificate {
    let mut words = line.split(|&byte| byte == b' ');
    let (name, base64) = (words.next().expect("a name"), words.next().expect("base64"));
    match KeyOrCertificate::from_words(name, base64).expect("a certificate") {
        KeyOrCertificate::Certificate(certificate) => certificate,
        KeyOrCertificate::Key(_) => panic!("a key"),
    }
}

#[test]
fn what_is_read_is_written_again() {
    for vector in VECTORS {
        let certificate = certificate(vector);
        let mut reader = Reader::new(certificate.blob());
        let (_name, nonce) = (reader.string(), reader.string().expect("a nonce"));
        let nonce = nonce.try_into().expect("32 bytes");
        let (statement, ca) = (certificate.statement(), certificate.ca());
        let unsigned =
            UnsignedCertificate::new(certificate.subject(), statement, ca, nonce).expect("a unsigned");
        assert_eq!(unsigned.sign(certificate.signature()), Ok(certificate));
    }
}

#[test]
fn no_changed_byte_and_no_truncation_is_a_certificate() {
    let vector = certificate(VECTORS[0]);
    for end in 0..vector.blob().len() {
        assert!(Certificate::from_blob(&vector.blob()[..end]).is_err(), "cut at {end}");
    }
    for place in 0..vector.blob().len() {
        for mask in [0x01, 0x80, 0xff] {
            let mut blob = vector.blob().to_vec();
            blob[place] ^= mask;
            assert!(Certificate::from_blob(&blob).is_err(), "byte {place}");
        }
    }
    let mut longer = vector.blob().to_vec();
    longer.push(0);
    assert_eq!(Certificate::from_blob(&longer), Err(Error::Invalid));
}
