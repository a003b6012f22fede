//! Long files, a run of whole lines at a time, and all cores at work on them.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Some whole lines of a file; only the last line of the file may lack its line feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The number of the first line, counted from 1.
    pub first: u64,
    /// The lines.
    pub text: Vec<u8>,
}

/// Reads a file in batches.
#[derive(Debug)]
pub struct Batches<R> {
    from: R,
    size: usize,
    next: u64,
    /// The start of a line whose end is not read yet.
    rest: Vec<u8>,
    ended: bool,
}

impl<R: Read> Batches<R> {
    /// Batches of about `size` bytes.
    pub fn new(from: R, size: usize) -> Self {
        Self { from, size, next: 1, rest: Vec::new(), ended: false }
    }

    fn read(&mut self) -> io::Result<Option<Batch>> {
        let mut text = std::mem::take(&mut self.rest);
        while !self.ended {
            let before = text.len();
            let space = u64::try_from(self.size).unwrap_or(u64::MAX);
            self.ended = self.from.by_ref().take(space).read_to_end(&mut text)? == 0;
            if let Some(end) = text[before..].iter().rposition(|&byte| byte == b'\n') {
                self.rest = text.split_off(before + end + 1);
                break;
            }
            if text.len() > MAX_LINE {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is too long"));
            }
        }
        if text.is_empty() {
            return Ok(None);
        }
        let first = self.next;
        self.next += text.iter().map(|&byte| u64::from(byte == b'\n')).sum::<u64>();
        Ok(Some(Batch { first, text }))
    }
}

impl<R: Read> Iterator for Batches<R> {
    type Item = io::Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Does `work` on each item, on as many threads as there are cores, and hands what comes of it to
/// `take` in the order of the items. Only a few items are at hand at a time.
///
/// # Errors
/// The first error of the items or of `take`.
pub fn in_order<I: Send, T: Send, E>(
    items: impl Iterator<Item = Result<I, E>>,
    work: impl Fn(I) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        let mut lanes: Vec<(SyncSender<I>, Receiver<T>)> = Vec::new();
        let (mut sent, mut taken) = (0, 0);
        for item in items {
            let item = item?;
            if lanes.len() < cores {
                lanes.push(lane(scope, &work));
            } else if sent - taken == cores * DEPTH {
                take(answer(&lanes[taken % cores].1))?;
                taken += 1;
            }
            lanes[sent % cores].0.send(item).expect("the thread takes items until its channel closes");
            sent += 1;
        }
        for turn in taken..sent {
            take(answer(&lanes[turn % cores].1))?;
        }
        Ok(())
    })
}

/// A thread that turns items into results, one after the other.
fn lane<'scope, 'env, I: Send + 'scope, T: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, 'env>,
    work: &'env (impl Fn(I) -> T + Sync),
) -> (SyncSender<I>, Receiver<T>) {
    let (to, items) = sync_channel(DEPTH);
    let (results, from) = sync_channel(DEPTH);
    scope.spawn(move || {
        for item in items {
            if results.send(work(item)).is_err() {
                break;
            }
        }
    });
    (to, from)
}

fn answer<T>(from: &Receiver<T>) -> T {
    from.recv().expect("the thread answers every item")
}

/// How many items wait for each thread.
const DEPTH: usize = 2;
/// No line of a sensible file is longer, in bytes.
const MAX_LINE: usize = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_whole_lines() {
        for size in 1..12 {
            let text = b"one\n\nthree\nfour";
            let batches: Vec<Batch> =
                Batches::new(&text[..], size).collect::<io::Result<_>>().expect("batches");
            assert_eq!(batches.concat_text(), text, "{size}");
            let mut line = 1;
            for batch in &batches {
                assert_eq!(batch.first, line, "{size}");
                line += batch.text.split_inclusive(|&byte| byte == b'\n').map(|_| 1_u64).sum::<u64>();
            }
            assert_eq!(line, 5, "{size}");
        }
        assert!(Batches::new(&b""[..], 4).next().is_none());
    }

    trait ConcatText {
        fn concat_text(&self) -> Vec<u8>;
    }

    impl ConcatText for Vec<Batch> {
        fn concat_text(&self) -> Vec<u8> {
            self.iter().flat_map(|batch| batch.text.clone()).collect()
        }
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let mut seen = Vec::new();
        let done: Result<(), ()> = in_order(
            (0..1000).map(Ok),
            |n| n * 2,
            |n| {
                seen.push(n);
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
        assert!(seen.iter().copied().eq((0..1000).map(|n| n * 2)));
    }

    #[test]
    fn an_error_ends_the_work() {
        let items = (0..100).map(|n| if n == 50 { Err("item") } else { Ok(n) });
        assert_eq!(in_order(items, |n| n, |_| Ok(())), Err("item"));
        let stop = |n| if n == 20 { Err("taken") } else { Ok(()) };
        assert_eq!(in_order((0..100).map(Ok), |n| n, stop), Err("taken"));
    }
}
