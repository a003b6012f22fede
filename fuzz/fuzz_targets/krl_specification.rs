//! A specification that is read makes a list that is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rkeygen::krl::{Ca, Krl, read_line};

fuzz_target!(|text: &[u8]| {
    let mut krl = Krl::new(0);
    for line in text.split(|&byte| byte == b'\n') {
        if let Ok(Some(what)) = read_line(line) {
            krl.revoke(what, Some(&Ca::Any)).expect("a CA was given");
        }
    }
    assert_eq!(Krl::from_bytes(&krl.to_bytes()), Ok(krl));
});
