//! What PKCS#8 files can name that rkeygen does not read: object identifiers, and what to call them.

/// Schemes and ciphers that are named only.
pub(super) const OTHERS: [(&str, &str); 28] = [
    ("1.2.840.113549.1.5.1", "PBES1 with MD2 and DES"),
    ("1.2.840.113549.1.5.3", "PBES1 with MD5 and DES"),
    ("1.2.840.113549.1.5.4", "PBES1 with MD2 and RC2"),
    ("1.2.840.113549.1.5.6", "PBES1 with MD5 and RC2"),
    ("1.2.840.113549.1.5.10", "PBES1 with SHA-1 and DES"),
    ("1.2.840.113549.1.5.11", "PBES1 with SHA-1 and RC2"),
    ("1.2.840.113549.1.12.1.1", "PKCS#12 with RC4"),
    ("1.2.840.113549.1.12.1.2", "PKCS#12 with 40-bit RC4"),
    ("1.2.840.113549.1.12.1.5", "PKCS#12 with RC2"),
    ("1.2.840.113549.1.12.1.6", "PKCS#12 with 40-bit RC2"),
    ("1.2.410.200004.1.4", "SEED-CBC"),
    ("1.3.14.3.2.7", "DES-CBC"),
    ("1.2.840.113549.3.2", "RC2-CBC"),
    ("1.2.840.113549.3.4", "RC4"),
    ("2.16.840.1.101.3.4.1.26", "AES-192-GCM"),
    ("2.16.840.1.101.3.4.1.5", "AES-128 key wrap"),
    ("2.16.840.1.101.3.4.1.25", "AES-192 key wrap"),
    ("2.16.840.1.101.3.4.1.45", "AES-256 key wrap"),
    ("2.16.840.1.101.3.4.1.8", "AES-128 key wrap with padding"),
    ("2.16.840.1.101.3.4.1.28", "AES-192 key wrap with padding"),
    ("2.16.840.1.101.3.4.1.48", "AES-256 key wrap with padding"),
    ("2.16.840.1.101.3.4.1.7", "AES-128-CCM"),
    ("2.16.840.1.101.3.4.1.27", "AES-192-CCM"),
    ("2.16.840.1.101.3.4.1.47", "AES-256-CCM"),
    ("1.3.6.1.4.1.3029.1.2", "Blowfish-CBC"),
    ("1.2.840.113533.7.66.10", "CAST5-CBC"),
    ("1.2.643.2.2.21", "GOST 28147-89"),
    ("1.2.643.7.1.1.5.2", "Kuznyechik"),
];

/// Key derivations, and hashes of PBKDF2, that are named only.
pub(super) const OTHER_KDFS: [(&str, &str); 3] = [
    ("1.2.643.2.2.10", "PBKDF2 with HMAC-GOST R 34.11-94"),
    ("1.2.643.7.1.1.4.1", "PBKDF2 with HMAC-GOST R 34.11-2012 (256 bits)"),
    ("1.2.643.7.1.1.4.2", "PBKDF2 with HMAC-GOST R 34.11-2012 (512 bits)"),
];
