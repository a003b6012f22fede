//! What the process does about core dumps, swap and signals.

#[cfg(not(unix))]
pub use self::other::{harden, uninterrupted};
#[cfg(unix)]
pub use self::unix::{EndingSignals, harden, uninterrupted};

#[cfg(unix)]
mod unix {
    use nix::sys::mman::{MlockAllFlags, mlockall};
    use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};
    use nix::sys::signal::{SigSet, SigmaskHow, Signal};

    /// No core dumps, no tracing by other processes of the user, no swapping where the system
    /// lets us lock memory. All of it as far as it goes.
    pub fn harden() {
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
        #[cfg(target_os = "linux")]
        let _ = nix::sys::prctl::set_dumpable(false);
        // With a limit, locking all memory would later make a harmless allocation fail.
        if getrlimit(Resource::RLIMIT_MEMLOCK).is_ok_and(|(soft, _)| soft == RLIM_INFINITY) {
            let _ = mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE);
        }
        // Over the file-size limit the system kills the process in the middle of a file, unless
        // the signal is blocked: then the write fails, and the file is cleaned up.
        let _ = SigSet::from(Signal::SIGXFSZ).thread_block();
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

    /// Runs `work` to its end even when the user or the system tells the process to stop; it stops
    /// afterwards. For the milliseconds in which files are half written.
    pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
        let _held = EndingSignals::hold();
        work()
    }
}

#[cfg(not(unix))]
mod other {
    /// Nothing to do: Windows writes no core files unless asked to.
    pub fn harden() {}

    /// Runs `work`.
    pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
        work()
    }
}
