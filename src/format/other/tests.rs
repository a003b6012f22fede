//! Files of other programs, by how they begin.

use super::*;

#[test]
fn files_of_other_programs_are_named() {
    for (file, other) in [
        (&b"-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"[..], Other::TlsCertificate),
        (b"-----BEGIN CERTIFICATE REQUEST-----\n", Other::CertificateRequest),
        (b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n", Other::Pgp),
        (b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n", Other::SshCom),
        (b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n", Other::Parameters),
        (b"SSH PRIVATE KEY FILE FORMAT 1.1\n\0\0", Other::Ssh1),
        (b"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"x\"}", Other::Jwk),
        (b"${{ secrets.SSH_KEY }}\n", Other::Placeholder),
        (b"$SSH_PRIVATE_KEY\n", Other::Placeholder),
        (b"<your private key here>\n", Other::Placeholder),
        (b"***", Other::Placeholder),
        (b"\x30\x05\x02\x01\x03\x30\x00", Other::Pkcs12),
        (b"\x30\x05\x02\x01\x00\x30\x00", Other::Der),
        (b"\x00\x00\x00\x07ssh-rsa\x00\x00\x00\x03\x01\x00\x01", Other::Dropbear),
        (b"\x30\x0e\x30\x07\x06\x03\x2b\x65\x70\x05\x00\x03\x03\x00\x01\x02", Other::DerPublic),
        (b"\x30\x80\x02\x01\x03\x30\x80", Other::Pkcs12),
        (b"\x1e\xf1\xb5\xb0\0\0\0\0", Other::Microsoft),
        (b"\x07\x02\0\0\0\xa4\0\0RSA2", Other::Microsoft),
        (b"-----BEGIN X509 CRL-----\n", Other::RevocationList),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", Other::Age),
        (b"AGE-SECRET-KEY-1QQQQ\n", Other::Age),
        (b"untrusted comment: minisign encrypted secret key\n", Other::Signify),
        (b"$ANSIBLE_VAULT;1.1;AES256\n3031\n", Other::Vault),
        (b"hello\n", Other::Unknown),
        (b"", Other::Unknown),
    ] {
        assert_eq!(identify(file), other, "{}", String::from_utf8_lossy(file));
    }
}

#[test]
fn what_stands_in_place_of_a_key_is_named() {
    for (file, other) in [
        (&b"[MASKED]\n"[..], Other::Placeholder),
        (b"undefined", Other::Placeholder),
        (b"%SSH_KEY%\r\n", Other::Placeholder),
        (b"op://vault/deploy/key\n", Other::Placeholder),
        (b"~/.ssh/id_rsa\n", Other::FileName),
        (b"/run/secrets/deploy_key", Other::FileName),
        (b"C:\\Users\\me\\key.ppk", Other::FileName),
        (b"files/user1.pub\n", Other::FileName),
        (b"<!DOCTYPE html>\n<html><body>x</body></html>\n", Other::WebPage),
        (b"404: Not Found", Other::WebPage),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", Other::LfsPointer),
        (b"PK\x03\x04\0\0", Other::Archive),
        (b"\x1f\x8b\x08\0", Other::Archive),
        (b"\0GITCRYPT\0\x01", Other::Vault),
        (b"key: ENC[AES256_GCM,data:x,iv:y,type:str]\n", Other::Vault),
        (b"256 SHA256:x me (ED25519)\n", Other::Fingerprint),
    ] {
        assert_eq!(identify(file), other, "{}", String::from_utf8_lossy(file));
    }
}
