//! The messages of the agent's protocol (draft-ietf-sshm-ssh-agent section 3): a length in four bytes, and so many bytes.

use std::io::{self, Read, Write};
use std::sync::mpsc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::wire::put_u32;

/// Sends a message. The copy of it is wiped.
///
/// # Errors
/// Those of writing.
pub(super) fn send(out: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut framed = Zeroizing::new(Vec::with_capacity(message.len() + 4));
    put_u32(&mut framed, length);
    framed.extend_from_slice(message);
    out.write_all(&framed)?;
    out.flush()
}

/// Receives a message.
///
/// # Errors
/// Those of reading. No message is empty or longer than [`MAX`], and none ends early.
pub(super) fn receive(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let wrong = |kind, text| io::Error::new(kind, text);
    let mut length = [0; 4];
    input.read_exact(&mut length).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => wrong(io::ErrorKind::UnexpectedEof, "no answer"),
        _ => error,
    })?;
    let length = u32::from_be_bytes(length);
    if length == 0 || length > MAX {
        return Err(wrong(io::ErrorKind::InvalidData, "an answer of the wrong length"));
    }
    let mut message = Vec::new();
    input.take(length.into()).read_to_end(&mut message)?;
    let whole = u32::try_from(message.len()) == Ok(length);
    if whole { Ok(message) } else { Err(wrong(io::ErrorKind::UnexpectedEof, "a truncated answer")) }
}

/// Works on a thread of its own, which is left behind when the other side is silent: neither sockets nor pipes can be
/// relied on to time out by themselves. `None` when the time is up.
pub(super) fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (sender, receiver) = mpsc::channel();
    // No one listens any more when the time is up.
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(limit).ok()
}

/// As in OpenSSH: no message is longer, in bytes.
pub(super) const MAX: u32 = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_received() {
        let mut bytes = Vec::new();
        send(&mut bytes, b"one").expect("memory");
        send(&mut bytes, b"two").expect("memory");
        assert_eq!(bytes, b"\0\0\0\x03one\0\0\0\x03two");
        let mut rest = &bytes[..];
        assert_eq!(receive(&mut rest).expect("a message"), b"one");
        assert_eq!(receive(&mut rest).expect("a message"), b"two");
        assert!(receive(&mut rest).is_err(), "the end");
    }

    #[test]
    fn truncated_empty_and_huge_messages_are_errors() {
        for bytes in
            [&b""[..], b"\0\0\0", b"\0\0\0\0", b"\0\0\0\x02x", b"\0\x04\0\x01x", b"\xff\xff\xff\xffx"]
        {
            assert!(receive(&mut &bytes[..]).is_err(), "{bytes:?}");
        }
    }
}
