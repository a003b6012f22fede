//! Whole runs of rkeygen and of the program a user would take instead, in turn: means and medians of
//! the time on the clock, means of the processor time (0 where the system is not asked for it), and
//! the ratios of the means.
//!
//! `cargo bench` runs all; `cargo bench -- rsa-2048` what has that in its name; `RUNS=40` sets the
//! number of runs of each program.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rkeygen::primes::{Arithmetic, Plan, search};

/// A comparison: its name, both command lines, and how many runs of each by default. `{}` stands
/// for a file that does not exist, `{key}` for a key with the passphrase "x", `{portable}` for a
/// process that looks for the primes of a modulus with the arithmetic that every machine has.
struct Case {
    name: &'static str,
    ours: &'static str,
    theirs: &'static str,
    runs: usize,
}

const CASES: [Case; 12] = [
    Case {
        name: "ed25519",
        ours: "{rkeygen} -q -t ed25519 -f {} -N ",
        theirs: "ssh-keygen -q -t ed25519 -f {} -N ",
        runs: 100,
    },
    Case {
        name: "ed25519-passphrase",
        ours: "{rkeygen} -q -t ed25519 -f {} -N x -a 24",
        theirs: "ssh-keygen -q -t ed25519 -f {} -N x -a 24",
        runs: 20,
    },
    Case {
        name: "change-passphrase",
        ours: "{rkeygen} -p -P x -N x -a 24 -f {key}",
        theirs: "ssh-keygen -p -P x -N x -a 24 -f {key}",
        runs: 20,
    },
    Case {
        name: "rsa-2048",
        ours: "{rkeygen} -q -t rsa -b 2048 -f {} -N ",
        theirs: "ssh-keygen -q -t rsa -b 2048 -f {} -N ",
        runs: 40,
    },
    Case {
        name: "rsa-3072",
        ours: "{rkeygen} -q -t rsa -b 3072 -f {} -N ",
        theirs: "ssh-keygen -q -t rsa -b 3072 -f {} -N ",
        runs: 40,
    },
    Case {
        name: "rsa-4096",
        ours: "{rkeygen} -q -t rsa -b 4096 -f {} -N ",
        theirs: "ssh-keygen -q -t rsa -b 4096 -f {} -N ",
        runs: 40,
    },
    Case {
        name: "rsa-8192",
        ours: "{rkeygen} -q -t rsa -b 8192 -f {} -N ",
        theirs: "ssh-keygen -q -t rsa -b 8192 -f {} -N ",
        runs: 3,
    },
    Case {
        name: "rsa-16384",
        ours: "{rkeygen} -q -t rsa -b 16384 -f {} -N ",
        theirs: "ssh-keygen -q -t rsa -b 16384 -f {} -N ",
        runs: 1,
    },
    Case {
        name: "portable-2048",
        ours: "{portable} 2048",
        theirs: "ssh-keygen -q -t rsa -b 2048 -f {} -N ",
        runs: 40,
    },
    Case {
        name: "portable-4096",
        ours: "{portable} 4096",
        theirs: "ssh-keygen -q -t rsa -b 4096 -f {} -N ",
        runs: 40,
    },
    Case {
        name: "openssl-2048",
        ours: "{rkeygen} -q -t rsa -b 2048 -f {} -m PKCS8 -N ",
        theirs: "openssl genpkey -quiet -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out {}",
        runs: 40,
    },
    Case {
        name: "openssl-4096",
        ours: "{rkeygen} -q -t rsa -b 4096 -f {} -m PKCS8 -N ",
        theirs: "openssl genpkey -quiet -algorithm rsa -pkeyopt rsa_keygen_bits:4096 -out {}",
        runs: 40,
    },
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, bits] = &words[..]
        && word == SEARCH
    {
        return search_portably(bits.parse().expect("a number of bits"));
    }
    let filter: Vec<String> = words.into_iter().filter(|word| !word.starts_with("--")).collect();
    let runs = std::env::var("RUNS").ok().and_then(|runs| runs.parse().ok());
    say("                            rkeygen, ms            rival, ms              ratio of");
    say("case                 runs    mean median    cpu    mean median    cpu    means    cpu");
    for case in CASES {
        if filter.is_empty() || filter.iter().any(|word| case.name.contains(word.as_str())) {
            compare(&case, runs.unwrap_or(case.runs));
        }
    }
}

/// The word that makes this program the process of `{portable}`.
const SEARCH: &str = "--search-portably";

/// The search without the making of the key from its primes, and without files: a few milliseconds less.
fn search_portably(bits: u32) {
    let seed = |seed: &mut [u8; 32]| getrandom::fill(seed).expect("the system's random numbers");
    let workers = std::thread::available_parallelism().expect("a number of cores");
    std::hint::black_box(search(bits, seed, Plan { workers, arithmetic: Arithmetic::Portable }));
}

fn compare(case: &Case, runs: usize) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let key = directory.path().join("key");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "x", "-a", "24", "-f"])
        .arg(&key)
        .status();
    assert!(made.is_ok_and(|status| status.success()), "ssh-keygen makes the key to work on");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let own = std::env::current_exe().expect("a program");
    let program = case
        .ours
        .replace("{rkeygen}", env!("CARGO_BIN_EXE_rkeygen"))
        .replace("{portable}", &format!("{} {SEARCH}", own.display()));
    for run in 0..runs {
        for (line, times) in [(program.as_str(), &mut ours), (case.theirs, &mut theirs)] {
            let free = directory.path().join(format!("{run}-{}", times.len()));
            times.push(time(line, &free, &key));
            let _ = std::fs::remove_file(&free);
            let _ = std::fs::remove_file(free.with_extension("pub"));
        }
    }
    let (ours, theirs) = (Figures::of(ours), Figures::of(theirs));
    say(&format!(
        "{:<20} {runs:>4} {ours} {theirs} {:>7.1}x {:>5.1}x",
        case.name,
        theirs.mean / ours.mean,
        theirs.processor / ours.processor
    ));
}

/// How long a run took on the clock, and on all processors.
fn time(line: &str, free: &std::path::Path, key: &std::path::Path) -> (Duration, Duration) {
    let mut words = line.split(' ').map(|word| match word {
        "{}" => free.as_os_str(),
        "{key}" => key.as_os_str(),
        word => std::ffi::OsStr::new(word),
    });
    let mut command = Command::new(words.next().expect("a program"));
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let (start, processor) = (Instant::now(), processor_time_of_children());
    let status = command.status().expect("the program starts");
    let taken = start.elapsed();
    assert!(status.success(), "{line}");
    (taken, processor_time_of_children() - processor)
}

#[cfg(unix)]
fn processor_time_of_children() -> Duration {
    use nix::sys::resource::{UsageWho, getrusage};

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system counts");
    let duration = |time: nix::sys::time::TimeVal| {
        let micros = u64::try_from(time.tv_sec()).ok()? * 1_000_000 + u64::try_from(time.tv_usec()).ok()?;
        Some(Duration::from_micros(micros))
    };
    [usage.user_time(), usage.system_time()].into_iter().filter_map(duration).sum()
}

#[cfg(not(unix))]
fn processor_time_of_children() -> Duration {
    Duration::ZERO
}

/// Milliseconds.
struct Figures {
    mean: f64,
    median: f64,
    processor: f64,
}

impl Figures {
    fn of(mut times: Vec<(Duration, Duration)>) -> Self {
        times.sort();
        let runs = u32::try_from(times.len()).expect("not that many runs");
        let mean = |total: Duration| (total / runs).as_secs_f64() * 1000.0;
        Self {
            mean: mean(times.iter().map(|&(taken, _)| taken).sum()),
            median: times[times.len() / 2].0.as_secs_f64() * 1000.0,
            processor: mean(times.iter().map(|&(_, processor)| processor).sum()),
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>7.1} {:>6.1} {:>6.1}", self.mean, self.median, self.processor)
    }
}

#[allow(clippy::print_stdout, reason = "a benchmark prints its table")]
fn say(line: &str) {
    println!("{line}");
}
