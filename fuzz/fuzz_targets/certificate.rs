//! A certificate that is read is shown without a panic.
#![no_main]

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use rkeygen::certificate::{Certificate, Listing};
use rkeygen::key::HashAlgorithm;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(certificate) = Certificate::from_blob(bytes) {
        let listing =
            Listing { certificate: &certificate, hash: HashAlgorithm::Sha256, zone: &TimeZone::UTC };
        let _ = listing.write(&mut Vec::new());
    }
});
