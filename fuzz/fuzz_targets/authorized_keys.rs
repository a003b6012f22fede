//! No line of an authorized_keys or `.pub` file makes reading panic; a key that is found is written back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::certificate::KeyInLine;
use rkeygen::key::{Comment, HashAlgorithm};

fuzz_target!(|file: &[u8]| {
    for line in file.split(|&byte| byte == b'\n') {
        let front = KeyInLine::at_front(line);
        let Some(found) = KeyInLine::find(line) else {
            assert!(front.is_none());
            continue;
        };
        let comment = found.comment.map(Comment::from_file).unwrap_or_default();
        let again = found.key.to_line(&comment);
        assert!(!again.contains(&b'\n'));
        assert_eq!(KeyInLine::find(&again).map(|again| again.key), Some(found.key.clone()));
        let _ = found.key.fingerprint(HashAlgorithm::Sha256).to_string();
    }
});
