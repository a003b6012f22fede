//! No line, RFC 4716 file or SubjectPublicKeyInfo makes reading panic, and no damaged one the search for a key; a line that
//! is read is written back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::certificate::{KeyInLine, problem_of_line};
use rkeygen::format::{recover_public, rfc4716, spki};
use rkeygen::key::Comment;

fuzz_target!(|file: &[u8]| {
    let _ = (rfc4716::decode(file).is_ok(), spki::decode(file).is_ok());
    if let Some(found) = recover_public(file) {
        assert!(KeyInLine::at_front(&found.key.to_line(&Comment::default())).is_some());
    }
    for line in file.split(|&byte| byte == b'\n') {
        let _ = problem_of_line(line).map(|problem| problem.to_string());
        if let Some(found) = KeyInLine::find(line) {
            let again = found.key.to_line(&Comment::default());
            assert_eq!(KeyInLine::find(&again).map(|again| again.key), Some(found.key));
        }
    }
});
