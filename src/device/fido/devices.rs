//! FIDO tokens on USB, through the `/dev/hidraw*` devices of Linux: without libusb, libudev and libfido2.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chacha20::ChaCha20Rng;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::SigSet;
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::ctap::Token;
use super::hid::{REPORT_BYTES, ReportBytes, Reports};
use super::{Authenticator, Enrolled, Enrollment, Error, ResidentKey, TokenError};
use crate::host::entropy;
use crate::host::process::EndingSignals;
use crate::key::TokenKey;
use crate::secret::Passphrase;
use crate::signature::Signature;

/// The tokens of this machine. Each operation opens them again, and holds back Ctrl-C until a wait for a touch is
/// canceled in the token too.
#[derive(Debug)]
pub(super) struct Devices;

type UsbToken = Token<Device, ChaCha20Rng>;

impl Authenticator for Devices {
    fn enroll(&mut self, enrollment: &Enrollment<'_>, pin: Option<&Passphrase>) -> Result<Enrolled, Error> {
        let _held = EndingSignals::hold();
        select(open_all(enrollment.device)?)?.enroll(enrollment, pin)
    }

    fn sign(&mut self, key: &TokenKey, message: &[u8], pin: Option<&Passphrase>) -> Result<Signature, Error> {
        let _held = EndingSignals::hold();
        let mut tokens = open_all(None)?;
        if tokens.len() == 1 {
            return tokens.remove(0).sign(key, message, pin);
        }
        for mut token in tokens {
            if token.has(key)? {
                return token.sign(key, message, pin);
            }
        }
        Err(Error::Token(TokenError::NoCredential))
    }

    fn resident_keys(
        &mut self,
        device: Option<&str>,
        pin: Option<&Passphrase>,
    ) -> Result<Vec<ResidentKey>, Error> {
        let _held = EndingSignals::hold();
        select(open_all(device)?)?.resident_keys(pin)
    }
}

/// The token of that path, or all there are.
fn open_all(device: Option<&str>) -> Result<Vec<UsbToken>, Error> {
    let paths = device.map_or_else(|| find(Path::new("/sys/class/hidraw")), |path| vec![path.into()]);
    let mut failed = Error::NoDevice;
    let mut tokens = Vec::new();
    for path in paths {
        match open(&path) {
            Ok(token) => tokens.push(token),
            Err(error) => failed = error,
        }
    }
    if tokens.is_empty() { Err(failed) } else { Ok(tokens) }
}

fn open(path: &Path) -> Result<UsbToken, Error> {
    let file = File::options().read(true).write(true).open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NoDevice,
        io::ErrorKind::PermissionDenied => Error::Denied(path.to_owned()),
        _ => Error::Device(error),
    })?;
    let signals: SigSet = EndingSignals::ALL.into_iter().collect();
    let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
    let signals = SignalFd::with_flags(&signals, flags).map_err(|error| Error::Device(error.into()))?;
    let rng = entropy::generator().map_err(|error| Error::Device(io::Error::other(error)))?;
    Token::open(Device { file, signals, stop: Arc::default() }, rng)
}

/// The token that the user touches; no touch is needed if there is only one.
fn select(mut tokens: Vec<UsbToken>) -> Result<UsbToken, Error> {
    if tokens.len() == 1 {
        return Ok(tokens.remove(0));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let chosen = std::thread::scope(|scope| {
        let waits: Vec<_> = tokens
            .into_iter()
            .map(|mut token| {
                let stop = Arc::clone(&stop);
                token.reports_mut().stop = Arc::clone(&stop);
                scope.spawn(move || {
                    token.select().ok()?;
                    // The first touch counts; the other tokens stop waiting.
                    (!stop.swap(true, Ordering::SeqCst)).then_some(token)
                })
            })
            .collect();
        waits.into_iter().filter_map(|wait| wait.join().ok().flatten()).next()
    });
    let mut chosen = chosen.ok_or(Error::Token(TokenError::NoTouch))?;
    chosen.reports_mut().stop = Arc::default();
    Ok(chosen)
}

/// A hidraw device.
#[derive(Debug)]
pub(super) struct Device {
    file: File,
    signals: SignalFd,
    /// Set when another token was touched.
    stop: Arc<AtomicBool>,
}

/// How often a wait looks whether another token was touched.
const SLICE: Duration = Duration::from_millis(100);

impl Reports for Device {
    fn send(&mut self, report: &ReportBytes) -> io::Result<()> {
        // The number of the report comes first: 0, as there is only one.
        let mut numbered = [0; REPORT_BYTES + 1];
        numbered[1..].copy_from_slice(report);
        self.file.write_all(&numbered)
    }

    fn receive(&mut self, within: Duration) -> io::Result<ReportBytes> {
        let end = Instant::now() + within;
        while !self.stop.load(Ordering::SeqCst) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let timeout = PollTimeout::try_from(left.min(SLICE)).map_err(io::Error::other)?;
            let mut sources = [
                PollFd::new(self.file.as_fd(), PollFlags::POLLIN),
                PollFd::new(self.signals.as_fd(), PollFlags::POLLIN),
            ];
            poll(&mut sources, timeout).map_err(io::Error::from)?;
            let [ready, signaled] = sources.map(|source| source.any().unwrap_or(false));
            if signaled {
                break;
            }
            if ready {
                let mut report = [0; REPORT_BYTES];
                self.file.read_exact(&mut report)?;
                return Ok(report);
            }
        }
        Err(io::ErrorKind::Interrupted.into())
    }
}

/// The devices below `/sys/class/hidraw` that are FIDO tokens.
fn find(class: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(class).into_iter().flatten().flatten();
    let is_token = |entry: &fs::DirEntry| {
        let file = File::open(entry.path().join("device/report_descriptor"));
        let mut descriptor = Vec::new();
        file.is_ok_and(|file| file.take(MAX_DESCRIPTOR).read_to_end(&mut descriptor).is_ok())
            && is_fido(&descriptor)
    };
    let mut found: Vec<_> =
        entries.filter(is_token).map(|entry| Path::new("/dev").join(entry.file_name())).collect();
    found.sort();
    found
}

/// No report descriptor is longer.
const MAX_DESCRIPTOR: u64 = 4096;
/// The usage page of FIDO (CTAP 2.1, section 11.2.8.1).
const FIDO_PAGE: u16 = 0xf1d0;

/// Whether the first usage page of a report descriptor (HID 1.11, section 6.2.2) is that of FIDO.
fn is_fido(descriptor: &[u8]) -> bool {
    const USAGE_PAGE: u8 = 0x04;
    let mut rest = descriptor;
    while let Some((&prefix, after)) = rest.split_first() {
        let length = [0, 1, 2, 4][usize::from(prefix & 3)];
        let Some((data, after)) = after.split_at_checked(length) else { return false };
        if prefix & 0xfc == USAGE_PAGE {
            return data == FIDO_PAGE.to_le_bytes();
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_told_from_keyboards() {
        let directory = tempfile::tempdir().expect("a directory");
        for (name, descriptor) in [
            ("hidraw0", &[0x05, 0x01, 0x09, 0x06, 0xa1, 0x01][..]),
            ("hidraw1", &[0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01]),
            ("hidraw2", &[0x06, 0xd0]),
            ("hidraw3", &[0x09, 0x01, 0x06, 0xd0, 0xf1]),
            ("hidraw4", &[]),
        ] {
            let device = directory.path().join(name).join("device");
            fs::create_dir_all(&device).expect("a directory");
            fs::write(device.join("report_descriptor"), descriptor).expect("a file");
        }
        assert_eq!(find(directory.path()), [PathBuf::from("/dev/hidraw1"), PathBuf::from("/dev/hidraw3")]);
        assert!(find(&directory.path().join("missing")).is_empty());
    }
}
