//! No known_hosts file makes the questions panic, and what is hidden stays as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::known_hosts::{HostName, Lint, Statement, find, hash_names, remove};

fuzz_target!(|file: &[u8]| {
    let host = HostName::new(b"host1");
    for (_, _, entry) in find(file, 1, &host) {
        let _ = entry.key();
    }
    let _ = remove(file, 1, &host);
    let once = hash_names(file, 1, || [1; 20]).to_bytes();
    let twice = hash_names(&once, 1, || [2; 20]).to_bytes();
    assert_eq!(once, twice);
    let mut lint = Lint::default();
    for (number, line) in (1..).zip(file.split_inclusive(|byte| *byte == b'\n')) {
        if let Ok(Some(statement)) = Statement::read(line) {
            let _ = lint.add(number, statement);
        }
    }
    if lint.comparisons() < 10_000 {
        let _ = lint.hashed_beside_plain();
    }
});
