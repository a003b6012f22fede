//! No private key file of any format makes reading panic, hang or allocate without bound.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::format::{KeyFile, obstacle, recover};
use rkeygen::secret::Passphrase;

fuzz_target!(|file: &[u8]| {
    let _ = (recover(file), obstacle(file));
    let Ok(parsed) = KeyFile::parse(file) else { return };
    let _ = (parsed.public(), parsed.container());
    // Deriving a key from a passphrase costs what the file asks for, up to the bound; here, nothing.
    if parsed.protection().is_none()
        && let Ok(key) = parsed.open(&Passphrase::empty())
    {
        let _ = key.public().weaknesses();
    }
});
