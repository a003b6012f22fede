//! No DER file and no JSON Web Key makes reading panic, hang or allocate without bound.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::format::Foreign;
use rkeygen::secret::Passphrase;

fuzz_target!(|file: &[u8]| {
    // Deriving a key from a passphrase costs what the file asks for, up to the bound; here, nothing.
    if let Ok(Foreign::Der(parsed)) = Foreign::parse(file)
        && parsed.protection().is_none()
    {
        let _ = parsed.open(&Passphrase::empty());
    }
});
