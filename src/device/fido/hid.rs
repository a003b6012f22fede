//! CTAPHID: messages in reports of 64 bytes (CTAP 2.1, section 11.2). A token is not trusted: lengths are bounded, and
//! so is the time.

use std::io;
use std::time::{Duration, Instant};

/// The bytes of a report.
pub const REPORT_BYTES: usize = 64;
/// The longest message: one first report, and as many as can be numbered after it.
pub const MAX_MESSAGE: usize = FIRST_BYTES + 128 * NEXT_BYTES;

const FIRST_BYTES: usize = REPORT_BYTES - 7;
const NEXT_BYTES: usize = REPORT_BYTES - 5;
const INIT: u8 = 0x86;
const CBOR: u8 = 0x90;
const CANCEL: u8 = 0x91;
const KEEPALIVE: u8 = 0xbb;
const FAILED: u8 = 0xbf;
const BROADCAST: u32 = u32::MAX;
/// The status in keep-alive reports that says that the token waits for a touch.
const TOUCH_NEEDED: u8 = 2;
const CHANNEL_BUSY: u8 = 0x06;

/// A token that is silent for so long is gone: one at work reports ten times a second.
const SILENCE: Duration = Duration::from_secs(5);
/// No command takes longer, the wait for a touch included: tokens give up after half a minute.
const LONGEST: Duration = Duration::from_secs(120);

/// A report.
pub type ReportBytes = [u8; REPORT_BYTES];

/// Something that carries reports: a device, or a token in software.
pub trait Reports {
    /// Sends one.
    ///
    /// # Errors
    /// Those of the device.
    fn send(&mut self, report: &ReportBytes) -> io::Result<()>;

    /// Waits for one, at most so long.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`], [`io::ErrorKind::Interrupted`] when the user ends the wait, and those of the device.
    fn receive(&mut self, within: Duration) -> io::Result<ReportBytes>;
}

/// A channel of a token.
#[derive(Debug)]
pub struct Channel<R> {
    reports: R,
    id: u32,
}

impl<R: Reports> Channel<R> {
    /// Opens a channel; `nonce` tells our answer from other programs'.
    ///
    /// # Errors
    /// Those of the device; [`io::ErrorKind::InvalidData`] if the token does not follow the protocol.
    pub fn open(reports: R, nonce: [u8; 8]) -> io::Result<Self> {
        let mut this = Self { reports, id: BROADCAST };
        let end = Instant::now() + SILENCE;
        this.send(INIT, &nonce)?;
        loop {
            let answer = this.answer(INIT, end, &mut || {})?;
            let (Some(own), Some(id)) = (answer.get(..8), answer.get(8..12)) else { return Err(invalid()) };
            if own == nonce {
                this.id = u32::from_be_bytes(id.try_into().map_err(|_| invalid())?);
                return Ok(this);
            }
        }
    }

    /// What carries the reports.
    pub fn reports_mut(&mut self) -> &mut R {
        &mut self.reports
    }

    /// Sends a CTAP2 command and takes its answer. `waiting` is called when the token waits for a touch.
    ///
    /// # Errors
    /// As [`Channel::open`]. The command is canceled if the wait is interrupted.
    pub fn cbor(&mut self, message: &[u8], waiting: &mut dyn FnMut()) -> io::Result<Vec<u8>> {
        let end = Instant::now() + LONGEST;
        loop {
            self.send(CBOR, message)?;
            match self.answer(CBOR, end, waiting) {
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy && Instant::now() < end => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::TimedOut) =>
                {
                    let _: io::Result<()> = self.send(CANCEL, &[]);
                    return Err(error);
                }
                done => return done,
            }
        }
    }

    fn send(&mut self, command: u8, message: &[u8]) -> io::Result<()> {
        let length = u16::try_from(message.len()).ok().filter(|_| message.len() <= MAX_MESSAGE);
        let length = length.ok_or(io::ErrorKind::InvalidInput)?;
        let (first, rest) = message.split_at(message.len().min(FIRST_BYTES));
        let [high, low] = length.to_be_bytes();
        self.reports.send(&self.report(&[&[command, high, low], first]))?;
        for (number, part) in (0..).zip(rest.chunks(NEXT_BYTES)) {
            self.reports.send(&self.report(&[&[number], part]))?;
        }
        Ok(())
    }

    fn report(&self, parts: &[&[u8]]) -> ReportBytes {
        let mut report = [0; REPORT_BYTES];
        let bytes = self.id.to_be_bytes();
        let bytes = bytes.iter().chain(parts.iter().copied().flatten());
        report.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        report
    }

    /// The next report of this channel; others' are left out.
    fn next(&mut self, end: Instant) -> io::Result<ReportBytes> {
        let silent = Instant::now() + SILENCE;
        loop {
            let left = end.min(silent).saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let report = self.reports.receive(left)?;
            if report[..4] == self.id.to_be_bytes() {
                return Ok(report);
            }
        }
    }

    fn answer(&mut self, command: u8, end: Instant, waiting: &mut dyn FnMut()) -> io::Result<Vec<u8>> {
        let first = loop {
            let report = self.next(end)?;
            match report[4] {
                KEEPALIVE if report[7] == TOUCH_NEEDED => waiting(),
                KEEPALIVE => {}
                FAILED if report[7] == CHANNEL_BUSY => return Err(io::ErrorKind::ResourceBusy.into()),
                found if found == command => break report,
                _ => return Err(invalid()),
            }
        };
        let length = usize::from(u16::from_be_bytes([first[5], first[6]]));
        if length > MAX_MESSAGE {
            return Err(invalid());
        }
        let mut answer = first[7..].to_vec();
        let mut number = 0;
        while answer.len() < length {
            let report = self.next(end)?;
            if report[4] != number {
                return Err(invalid());
            }
            number += 1;
            answer.extend_from_slice(&report[5..]);
        }
        answer.truncate(length);
        Ok(answer)
    }
}

fn invalid() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

#[cfg(test)]
mod tests;
