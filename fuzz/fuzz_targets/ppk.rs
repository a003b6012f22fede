//! No file of PuTTY's makes reading panic; the first byte chooses the version. Without a passphrase the file is opened.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::format::{KeyFile, may_be_private};
use rkeygen::secret::Passphrase;

fuzz_target!(|input: &[u8]| {
    let Some((&first, rest)) = input.split_first() else { return };
    let version = if first.is_multiple_of(2) { "2" } else { "3" };
    let file = [b"PuTTY-User-Key-File-", version.as_bytes(), b": ", rest].concat();
    assert!(may_be_private(&file));
    let Ok(parsed) = KeyFile::parse(&file) else { return };
    let _ = parsed.public();
    if parsed.protection().is_none() {
        let _ = parsed.open(&Passphrase::empty());
    }
});
