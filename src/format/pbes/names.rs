//! What PKCS#8 files can name that rkeygen does not read: object identifiers, and what to call them.

/// Schemes and ciphers that are named only.
pub(super) const OTHERS: [(&str, &str); 26] = [
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
    ("1.2.392.200011.61.1.1.1.2", "Camellia-128-CBC"),
    ("1.2.392.200011.61.1.1.1.3", "Camellia-192-CBC"),
    ("1.2.392.200011.61.1.1.1.4", "Camellia-256-CBC"),
    ("1.2.410.200046.1.1.2", "ARIA-128-CBC"),
    ("1.2.410.200046.1.1.7", "ARIA-192-CBC"),
    ("1.2.410.200046.1.1.12", "ARIA-256-CBC"),
    ("1.2.156.10197.1.104.2", "SM4-CBC"),
    ("1.2.410.200004.1.4", "SEED-CBC"),
    ("1.3.14.3.2.7", "DES-CBC"),
    ("1.2.840.113549.3.2", "RC2-CBC"),
    ("1.2.840.113549.3.4", "RC4"),
    ("2.16.840.1.101.3.4.1.3", "AES-128-OFB"),
    ("2.16.840.1.101.3.4.1.4", "AES-128-CFB"),
    ("2.16.840.1.101.3.4.1.26", "AES-192-GCM"),
    ("2.16.840.1.101.3.4.1.43", "AES-256-OFB"),
    ("2.16.840.1.101.3.4.1.44", "AES-256-CFB"),
];

/// Key derivations, and hashes of PBKDF2, that are named only.
pub(super) const OTHER_KDFS: [(&str, &str); 8] = [
    ("1.2.840.113549.2.6", "PBKDF2 with HMAC-MD5"),
    ("2.16.840.1.101.3.4.2.13", "PBKDF2 with HMAC-SHA3-224"),
    ("2.16.840.1.101.3.4.2.14", "PBKDF2 with HMAC-SHA3-256"),
    ("2.16.840.1.101.3.4.2.15", "PBKDF2 with HMAC-SHA3-384"),
    ("2.16.840.1.101.3.4.2.16", "PBKDF2 with HMAC-SHA3-512"),
    ("1.2.156.10197.1.401.2", "PBKDF2 with HMAC-SM3"),
    ("1.2.643.7.1.1.4.1", "PBKDF2 with HMAC-GOST R 34.11-2012 (256 bits)"),
    ("1.2.643.7.1.1.4.2", "PBKDF2 with HMAC-GOST R 34.11-2012 (512 bits)"),
];
