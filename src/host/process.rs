//! What the process does about core dumps, swap and signals.

#[cfg(not(unix))]
pub use self::other::{EndingSignals, harden, stdout_is_closed, uninterrupted, with_large_stack};
#[cfg(unix)]
pub use self::unix::{EndingSignals, harden, stdout_is_closed, uninterrupted, with_large_stack};

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

/// How much stack the work may need, in bytes; far less as a rule. It is what Linux gives a process.
const STACK: usize = 8 << 20;

/// Runs `work` on a thread with a large stack; on this one where no thread can be had.
fn on_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let work = Mutex::new(Some(work));
    let take = || work.lock().ok().and_then(|mut work| work.take());
    let done = thread::scope(|scope| {
        let started =
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || take().map(|work| work()));
        started.ok().and_then(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    done.or_else(|| take().map(|work| work())).expect("either the thread took it or no one")
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::MetadataExt;

    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    use nix::sys::signal::{SigSet, SigmaskHow, Signal};
    use nix::sys::stat::fstat;

    /// No core dumps, no tracing by other processes of the user, no swapping where the system
    /// lets us lock memory. All of it as far as it goes.
    pub fn harden() {
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
        #[cfg(target_os = "linux")]
        let _ = nix::sys::prctl::set_dumpable(false);
        lock_memory();
        // Over the file-size limit the system kills the process in the middle of a file, unless
        // the signal is blocked: then the write fails, and the file is cleaned up.
        let _ = SigSet::from(Signal::SIGXFSZ).thread_block();
    }

    /// Keeps memory out of swap. With a limit, locking all memory would later make a harmless
    /// allocation fail.
    #[cfg(not(target_vendor = "apple"))]
    fn lock_memory() {
        use nix::sys::mman::{MlockAllFlags, mlockall};
        use nix::sys::resource::RLIM_INFINITY;

        if getrlimit(Resource::RLIMIT_MEMLOCK).is_ok_and(|(soft, _)| soft == RLIM_INFINITY) {
            let _ = mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE);
        }
    }

    /// macOS locks no process as a whole; it encrypts its swap.
    #[cfg(target_vendor = "apple")]
    fn lock_memory() {}

    /// Whether the program was started without a standard output (`>&-`). The runtime has put
    /// /dev/null in its place, for reading and writing, which no shell does.
    #[must_use]
    pub fn stdout_is_closed() -> bool {
        let stdout = std::io::stdout();
        let mode = fcntl(&stdout, FcntlArg::F_GETFL).map(OFlag::from_bits_truncate);
        let null = std::fs::metadata("/dev/null").map(|null| null.rdev());
        let own = fstat(&stdout).map(|own| own.st_rdev);
        mode.is_ok_and(|mode| mode & OFlag::O_ACCMODE == OFlag::O_RDWR)
            && matches!((null, own.map(u64::try_from)), (Ok(null), Ok(Ok(own))) if null == own)
    }

    /// Holds back the signals that end or stop the process, for this thread and those it starts,
    /// until dropped.
    #[derive(Debug)]
    pub struct EndingSignals(SigSet);

    impl EndingSignals {
        /// The signals themselves.
        pub const ALL: [Signal; 5] =
            [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTERM, Signal::SIGTSTP];

        /// Holds them back; `None` when the system refuses.
        #[must_use]
        pub fn hold() -> Option<Self> {
            let all: SigSet = Self::ALL.into_iter().collect();
            all.thread_swap_mask(SigmaskHow::SIG_BLOCK).ok().map(Self)
        }
    }

    impl Drop for EndingSignals {
        fn drop(&mut self) {
            let _ = self.0.thread_set_mask();
        }
    }

    /// Runs `work` with enough stack, however little the system gives the process (`ulimit -s`).
    pub fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
        let limit = getrlimit(Resource::RLIMIT_STACK);
        let wanted = u64::try_from(super::STACK).unwrap_or(u64::MAX);
        if limit.is_ok_and(|(soft, _)| i128::from(soft) >= i128::from(wanted)) {
            return work();
        }
        // Signals belong to the thread that works: it alone knows when it may not be interrupted.
        let before = SigSet::all().thread_swap_mask(SigmaskHow::SIG_BLOCK);
        super::on_thread(move || {
            let _ = before.map(|before| before.thread_set_mask());
            work()
        })
    }

    /// Runs `work` to its end even when the user or the system tells the process to stop; it stops
    /// afterwards. For the milliseconds in which files are partly written.
    pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
        let _held = EndingSignals::hold();
        work()
    }
}

#[cfg(not(unix))]
mod other {
    /// Unknown: Windows has no such thing as a closed standard output.
    #[must_use]
    pub fn stdout_is_closed() -> bool {
        false
    }

    /// Nothing is held back: what Windows ends, it ends at once.
    #[derive(Debug)]
    pub struct EndingSignals;

    impl EndingSignals {
        /// Does nothing.
        #[must_use]
        pub fn hold() -> Option<Self> {
            None
        }
    }

    impl Drop for EndingSignals {
        fn drop(&mut self) {}
    }

    /// Nothing to do: Windows writes no core files unless asked to.
    pub fn harden() {}

    /// Runs `work` with enough stack: Windows gives a process as much as its file says, 1 MiB.
    pub fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
        super::on_thread(work)
    }

    /// Runs `work`.
    pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
        work()
    }
}
