//! No answer of a FIDO token makes reading it panic: neither CBOR nor the reports of CTAPHID. CBOR that is read is the
//! same after it was written again.
#![no_main]

use std::io;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use rkeygen::device::fido::cbor::Value;
use rkeygen::device::fido::hid::{Channel, MAX_MESSAGE, REPORT_BYTES, ReportBytes, Reports};

/// Answers with the input, report by report.
struct Replay<'a>(&'a [u8]);

impl Reports for Replay<'_> {
    fn send(&mut self, _: &ReportBytes) -> io::Result<()> {
        Ok(())
    }

    fn receive(&mut self, _: Duration) -> io::Result<ReportBytes> {
        let (report, rest) = self.0.split_first_chunk::<REPORT_BYTES>().ok_or(io::ErrorKind::TimedOut)?;
        self.0 = rest;
        // A busy token is asked again after a pause, which only costs time here.
        if report[4] == 0xbf { Err(io::ErrorKind::TimedOut.into()) } else { Ok(*report) }
    }
}

fuzz_target!(|answer: &[u8]| {
    if let Some(value) = Value::decode(answer) {
        let mut out = Vec::new();
        value.encode(&mut out);
        assert_eq!(Value::decode(&out), Some(value));
    }
    if let Ok(mut channel) = Channel::open(Replay(answer), [0; 8])
        && let Ok(answer) = channel.cbor(&[4], &mut || ())
    {
        assert!(answer.len() <= MAX_MESSAGE);
    }
});
