//! No encrypted file that asks for little work makes opening it panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::format::{Container, KeyFile};
use rkeygen::secret::Passphrase;

fuzz_target!(|file: &[u8]| {
    let Ok(parsed) = KeyFile::parse(file) else { return };
    let cheap = parsed.protection().is_some_and(|protection| protection.rounds.is_some_and(|rounds| rounds <= 2));
    if cheap && parsed.container() != Container::Ppk {
        let _ = parsed.open(&Passphrase::new(b"correct horse".to_vec()));
    }
});
