//! A list that is read is written and read again as the same.
#![no_main]

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use rkeygen::krl::{Krl, Listing};
use rkeygen::text::Charset;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(krl) = Krl::from_bytes(bytes) {
        let listing = Listing { krl: &krl, zone: &TimeZone::UTC, charset: Charset::Utf8 };
        let _ = listing.write(&mut Vec::new());
        assert_eq!(Krl::from_bytes(&krl.to_bytes()), Ok(krl));
    }
});
