//! Long files, a run of whole lines at a time, and all cores at work on them.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
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
            text.reserve(self.size);
            let space = u64::try_from(self.size).unwrap_or(u64::MAX);
            self.ended = self.from.by_ref().take(space).read_to_end(&mut text)? == 0;
            if let Some(end) = memchr::memrchr(b'\n', &text[before..]) {
                self.rest = text.split_off(before + end + 1);
                break;
            }
            if text.len() > MAX_LINE {
                return Err(too_long());
            }
        }
        if text.is_empty() {
            return Ok(None);
        }
        let first = self.next;
        self.next += u64::try_from(memchr::memchr_iter(b'\n', &text).count()).unwrap_or(u64::MAX);
        Ok(Some(Batch { first, text }))
    }
}

impl<R: Read> Iterator for Batches<R> {
    type Item = io::Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Reads on to the end of a line, with its line feed, and says how many bytes that were: 0 at the end.
///
/// # Errors
/// Those of reading, and one for a line of more than `longest` bytes.
pub fn read_line(from: &mut impl BufRead, line: &mut Vec<u8>, longest: u64) -> io::Result<usize> {
    let read = from.take(longest).read_until(b'\n', line)?;
    let cut = u64::try_from(read).is_ok_and(|read| read == longest) && line.last() != Some(&b'\n');
    if cut { Err(too_long()) } else { Ok(read) }
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a line is too long")
}

/// Does `work` on each item, on as many threads as there are cores, and hands what comes of it to
/// `take` in the order of the items. At most `ahead` items for each thread are at hand at a time: an
/// item that takes long holds the others up only when they are that far ahead of it.
///
/// # Errors
/// The first error of the items or of `take`.
pub fn in_order<I: Send, T: Send, E>(
    ahead: usize,
    items: impl Iterator<Item = Result<I, E>>,
    work: impl Fn(I) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let (to, queue) = channel();
    let (answers, from) = channel();
    let queue = Mutex::new(queue);
    let (queue, work) = (&queue, &work);
    thread::scope(|scope| {
        // Moved here, so that the threads see the end of the queue however this closure ends.
        let to = to;
        let mut answered = Answered { from, early: BTreeMap::new(), taken: 0 };
        let mut sent = 0;
        for item in items {
            let item = item?;
            if sent < cores {
                let answers = answers.clone();
                scope.spawn(move || serve(queue, work, &answers));
            }
            if sent - answered.taken == cores * ahead {
                take(answered.next())?;
            }
            to.send((sent, item)).expect("the queue outlives this closure");
            sent += 1;
        }
        while answered.taken < sent {
            take(answered.next())?;
        }
        Ok(())
    })
}

/// Turns items into results until there are no more. A panic is a result too.
fn serve<I, T>(
    queue: &Mutex<Receiver<(usize, I)>>,
    work: &impl Fn(I) -> T,
    answers: &Sender<(usize, thread::Result<T>)>,
) {
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok((turn, item)) = next() {
        let result = catch_unwind(AssertUnwindSafe(|| work(item)));
        if answers.send((turn, result)).is_err() {
            break;
        }
    }
}

/// The results, put in order.
struct Answered<T> {
    from: Receiver<(usize, thread::Result<T>)>,
    /// Those whose turn has not come.
    early: BTreeMap<usize, thread::Result<T>>,
    taken: usize,
}

impl<T> Answered<T> {
    /// Waits for the next result in order.
    fn next(&mut self) -> T {
        let turn = self.taken;
        self.taken += 1;
        let result = loop {
            match self.early.remove(&turn) {
                Some(result) => break result,
                None => self.early.extend(self.from.recv()),
            }
        };
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

/// No line of a sensible file is longer, in bytes.
const MAX_LINE: usize = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_a_bound() {
        let mut from = &b"four\nfive5\nsix"[..];
        let mut next = |longest| {
            let mut line = Vec::new();
            read_line(&mut from, &mut line, longest).map(|_| line).ok()
        };
        assert_eq!(next(5).as_deref(), Some(&b"four\n"[..]));
        assert_eq!(next(5), None);
        assert_eq!(next(5).as_deref(), Some(&b"\n"[..]));
        assert_eq!([next(4), next(4)], [Some(b"six".to_vec()), Some(Vec::new())]);
    }

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
            2,
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
    #[should_panic(expected = "in a thread")]
    fn a_panic_in_a_thread_is_one_here() {
        let work = |n| if n == 50 { panic!("in a thread") } else { n };
        let _: Result<(), ()> = in_order(2, (0..100).map(Ok), work, |_| Ok(()));
    }

    #[test]
    fn an_error_ends_the_work() {
        let items = (0..100).map(|n| if n == 50 { Err("item") } else { Ok(n) });
        assert_eq!(in_order(2, items, |n| n, |_| Ok(())), Err("item"));
        let stop = |n| if n == 20 { Err("taken") } else { Ok(()) };
        assert_eq!(in_order(2, (0..100).map(Ok), |n| n, stop), Err("taken"));
    }
}
