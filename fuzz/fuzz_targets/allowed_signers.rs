//! No line makes the questions panic.
#![no_main]

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use rkeygen::allowed_signers::{Question, lines};
use rkeygen::certificate::KeyOrCertificate;
use rkeygen::date::Clock;

const TYPE: &[u8] = b"ssh-ed25519";
const KEY: &[u8] = b"AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93";

fuzz_target!(|file: &[u8]| {
    let clock = Clock { now: 1_780_272_000, zone: TimeZone::UTC };
    let key = KeyOrCertificate::from_words(TYPE, KEY).expect("a key");
    let question = Question { key: &key, time: clock.now, clock: &clock };
    for (_, line) in lines(file) {
        let _ = question.permits(line, b"me", b"git");
        let _ = question.principals(line);
    }
});
