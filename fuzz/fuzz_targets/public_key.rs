//! No line, RFC 4716 file or SubjectPublicKeyInfo makes reading panic; a line that is read is written back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::certificate::KeyInLine;
use rkeygen::format::{rfc4716, spki};
use rkeygen::key::Comment;

fuzz_target!(|file: &[u8]| {
    let _ = (rfc4716::decode(file).is_ok(), spki::decode(file).is_ok());
    for line in file.split(|&byte| byte == b'\n') {
        if let Some(found) = KeyInLine::find(line) {
            let again = found.key.to_line(&Comment::default());
            assert_eq!(KeyInLine::find(&again).map(|again| again.key), Some(found.key));
        }
    }
});
