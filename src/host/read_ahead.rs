//! Long input, read by another thread while this one works on what has come.

use std::io::{self, BufRead, ErrorKind, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Reads in another thread, a few pieces ahead. Input of one piece is read by the thread that asks
/// for it.
#[derive(Debug)]
pub struct ReadAhead<R> {
    state: State<R>,
    piece: Vec<u8>,
    /// How much of the piece has been handed out.
    used: usize,
}

#[derive(Debug)]
enum State<R> {
    Untouched(R),
    Reading {
        pieces: Receiver<io::Result<Vec<u8>>>,
        /// Pieces that may be filled again.
        used: SyncSender<Vec<u8>>,
    },
    Ended,
}

impl<R: Read + Send + 'static> ReadAhead<R> {
    /// Reads nothing yet.
    pub fn new(source: R) -> Self {
        Self { state: State::Untouched(source), piece: Vec::new(), used: 0 }
    }

    /// Replaces the piece by the next one, which is empty at the end.
    fn advance(&mut self) -> io::Result<()> {
        self.used = 0;
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Untouched(mut source) => {
                self.piece = fill(&mut source, Vec::new())?;
                if self.piece.len() == PIECE {
                    self.state = start(source)?;
                }
            }
            State::Reading { pieces, used } => {
                // A reader that has ended takes nothing back.
                let _ = used.send(std::mem::take(&mut self.piece));
                if let Ok(piece) = pieces.recv() {
                    self.piece = piece?;
                    self.state = State::Reading { pieces, used };
                }
            }
            State::Ended => self.piece.clear(),
        }
        Ok(())
    }
}

/// Has a new thread read on until the end, an error, or until no one listens.
fn start<R: Read + Send + 'static>(mut source: R) -> io::Result<State<R>> {
    let (to, pieces) = sync_channel(AHEAD);
    let (used, free) = sync_channel(AHEAD + 2);
    thread::Builder::new().spawn(move || {
        loop {
            let piece = fill(&mut source, free.try_recv().unwrap_or_default());
            let is_last = !piece.as_ref().is_ok_and(|piece| piece.len() == PIECE);
            if to.send(piece).is_err() || is_last {
                break;
            }
        }
    })?;
    Ok(State::Reading { pieces, used })
}

/// A piece, shorter than others only at the end of the input.
fn fill(source: &mut impl Read, mut piece: Vec<u8>) -> io::Result<Vec<u8>> {
    piece.resize(PIECE, 0);
    let mut length = 0;
    while length < PIECE {
        match source.read(&mut piece[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    piece.truncate(length);
    Ok(piece)
}

impl<R: Read + Send + 'static> Read for ReadAhead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl<R: Read + Send + 'static> BufRead for ReadAhead<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used == self.piece.len() {
            self.advance()?;
        }
        Ok(&self.piece[self.used..])
    }

    fn consume(&mut self, amount: usize) {
        self.used += amount;
    }
}

/// The size of a piece in bytes: all that are on their way stay in the cache.
const PIECE: usize = 1 << 16;
/// How many pieces wait to be used.
const AHEAD: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time, then the end or an error.
    struct Trickle {
        left: usize,
        fails: bool,
    }

    impl Read for Trickle {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.left == 0 && self.fails {
                return Err(io::Error::other("broken"));
            }
            let length = buffer.len().min(self.left).min(10_007);
            for (place, byte) in buffer[..length].iter_mut().enumerate() {
                *byte = u8::try_from((self.left - place) % 251).expect("below 251");
            }
            self.left -= length;
            Ok(length)
        }
    }

    #[test]
    fn every_byte_comes_once_and_in_order() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 9 * PIECE, 9 * PIECE + 5] {
            let (mut ahead, mut direct) = (Vec::new(), Vec::new());
            ReadAhead::new(Trickle { left: length, fails: false }).read_to_end(&mut ahead).expect("bytes");
            Trickle { left: length, fails: false }.read_to_end(&mut direct).expect("bytes");
            assert_eq!((ahead.len(), ahead == direct), (length, true));
        }
    }

    #[test]
    fn an_error_comes_through() {
        for length in [0, PIECE, 3 * PIECE + 1] {
            let mut bytes = Vec::new();
            let result = ReadAhead::new(Trickle { left: length, fails: true }).read_to_end(&mut bytes);
            assert_eq!(result.expect_err("an error").to_string(), "broken");
        }
    }

    #[test]
    fn whoever_stops_listening_stops_the_reader() {
        let mut ahead = ReadAhead::new(io::repeat(7));
        ahead.read_exact(&mut vec![0; 3 * PIECE]).expect("bytes");
        drop(ahead);
    }
}
