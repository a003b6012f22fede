//! Work on all cores, whose results come in the order of its items.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does `work` on each item, on as many threads as there are cores, and hands what comes of it to
/// `take` in the order of the items. At most `ahead` items for each thread are at hand at a time: an
/// item that takes long holds the others up only when they are that far ahead of it. One item needs no thread.
///
/// # Errors
/// The first error of the items or of `take`.
pub fn in_order<I: Send, T: Send, E>(
    ahead: usize,
    mut items: impl Iterator<Item = Result<I, E>>,
    work: impl Fn(I) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let (first, second) = (items.next(), items.next());
    let items = match (first, second) {
        (Some(only), None) => return take(work(only?)),
        (first, second) => first.into_iter().chain(second).chain(items),
    };
    let cores = cores();
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

/// How many threads can work at a time.
#[must_use]
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
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

#[cfg(test)]
mod tests {
    use super::*;

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
