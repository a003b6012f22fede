//! Conversations of CTAP2 with a token that answers what it likes: the input holds its messages, each after its length
//! in two bytes. Their reports are well formed here; `token_answer` has those that are not.
#![no_main]

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use chacha20::ChaCha20Rng;
use libfuzzer_sys::fuzz_target;
use rand_core::SeedableRng;
use rkeygen::device::fido::Enrollment;
use rkeygen::device::fido::ctap::Token;
use rkeygen::device::fido::hid::{REPORT_BYTES, ReportBytes, Reports};
use rkeygen::key::{TokenAlgorithm, TokenFlags};
use rkeygen::secret::Passphrase;

const CHANNEL: [u8; 4] = [1, 2, 3, 4];
const INIT: u8 = 0x86;
const CBOR: u8 = 0x90;

/// A token whose answers are the input.
struct Answers<'a> {
    input: &'a [u8],
    reports: VecDeque<ReportBytes>,
    /// How many reports of a request are still to come.
    pending: usize,
}

impl Answers<'_> {
    fn message(&mut self) -> Option<Vec<u8>> {
        let (length, rest) = self.input.split_first_chunk::<2>()?;
        let (message, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        self.input = rest;
        Some(message.to_vec())
    }

    fn answer(&mut self, channel: [u8; 4], command: u8, message: &[u8]) {
        let length = u16::try_from(message.len()).expect("read from two bytes").to_be_bytes();
        let (first, rest) = message.split_at(message.len().min(REPORT_BYTES - 7));
        let mut put = |head: &[u8], part: &[u8]| {
            let mut report = [0; REPORT_BYTES];
            let bytes = channel.iter().chain(head).chain(part);
            for (to, from) in report.iter_mut().zip(bytes) {
                *to = *from;
            }
            self.reports.push_back(report);
        };
        put(&[command, length[0], length[1]], first);
        for (number, part) in (0..128).zip(rest.chunks(REPORT_BYTES - 5)) {
            put(&[number], part);
        }
    }
}

impl Reports for Answers<'_> {
    fn send(&mut self, report: &ReportBytes) -> io::Result<()> {
        if report[4] & 0x80 == 0 {
            self.pending = self.pending.saturating_sub(1);
        } else {
            let length = usize::from(u16::from_be_bytes([report[5], report[6]]));
            self.pending = length.saturating_sub(REPORT_BYTES - 7).div_ceil(REPORT_BYTES - 5);
        }
        if report[4] == INIT {
            let message = [&report[7..15], &CHANNEL[..], &[2, 1, 0, 0, 4]].concat();
            self.answer([0xff; 4], INIT, &message);
        } else if self.pending == 0
            && let Some(message) = self.message()
        {
            self.answer(CHANNEL, CBOR, &message);
        }
        Ok(())
    }

    fn receive(&mut self, _: Duration) -> io::Result<ReportBytes> {
        self.reports.pop_front().ok_or_else(|| io::ErrorKind::TimedOut.into())
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((&what, input)) = input.split_first() else { return };
    let answers = Answers { input, reports: VecDeque::new(), pending: 0 };
    let Ok(mut token) = Token::open(answers, ChaCha20Rng::from_seed([1; 32])) else { return };
    let pin = (what & 1 == 1).then(|| Passphrase::new(b"1234".to_vec()));
    let algorithm = if what & 2 == 2 { TokenAlgorithm::Ecdsa } else { TokenAlgorithm::Ed25519 };
    let flags = TokenFlags::from_bits(what & 0x34);
    let enrollment =
        Enrollment { algorithm, challenge: &[7; 32], application: "ssh:", user: None, device: None, flags };
    if what & 0x40 == 0
        && let Ok(enrolled) = token.enroll(&enrollment, pin.as_ref())
    {
        let _ = token.has(&enrolled.key);
        let _ = token.sign(&enrolled.key, b"message", pin.as_ref());
    }
    let _ = token.resident_keys(pin.as_ref());
});
