//! Runs the program, and looks at how it ends, what it takes and what it leaves.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use crate::place::changed;

const TIME: Duration = Duration::from_secs(20);
/// Stands for an argument of 100,000 bytes.
pub(crate) const HUGE: &[u8] = b"<huge>";
/// ssh-keygen's statuses; those between are of `-Y match-principals`.
const STATUSES: [i32; 7] = [0, 1, 210, 232, 246, 252, 255];

/// One run of the program.
pub(crate) struct Run {
    pub(crate) name: String,
    arguments: Vec<Vec<u8>>,
    /// A file for standard input.
    input: Option<String>,
    /// How much memory it may take, in KiB.
    memory: i64,
}

impl Run {
    pub(crate) fn new(name: impl Into<String>, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|word| word.as_bytes().to_vec()).collect();
        Self::of_bytes(name, arguments)
    }

    pub(crate) fn of_bytes(name: impl Into<String>, arguments: Vec<Vec<u8>>) -> Self {
        Self { name: name.into(), arguments, input: None, memory: 64 << 10 }
    }

    pub(crate) fn input(mut self, file: &str) -> Self {
        self.input = Some(file.to_owned());
        self
    }

    /// A run that may take so many MiB more.
    pub(crate) fn more_memory(mut self, mib: i64) -> Self {
        self.memory += mib << 10;
        self
    }

    fn to_line(&self) -> String {
        let latin = |word: &Vec<u8>| word.iter().map(|byte| char::from(*byte)).collect::<String>();
        let words: Vec<String> = self.arguments.iter().map(latin).collect();
        serde_json::json!([self.name, words, self.input, self.memory]).to_string() + "\n"
    }

    fn of_line(line: &str) -> Self {
        let (name, words, input, memory): (String, Vec<String>, Option<String>, i64) = {
            let row: Vec<serde_json::Value> = serde_json::from_str(line).expect("a run");
            let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
            let words = row[1].as_array().expect("words").iter().filter_map(text).collect();
            (text(&row[0]).expect("a name"), words, text(&row[2]), row[3].as_i64().expect("a number"))
        };
        let bytes = |word: String| word.chars().map(|c| u8::try_from(c).expect("a byte")).collect();
        Self { name, arguments: words.into_iter().map(bytes).collect(), input, memory }
    }
}

/// Writes the list of runs, those first that may take the least memory: what the greediest took is all that is known.
pub(crate) fn write(runs: &[Run], directory: &Path) {
    let mut runs: Vec<&Run> = runs.iter().collect();
    runs.sort_by_key(|run| run.memory);
    let lines: String = runs.into_iter().map(Run::to_line).collect();
    fs::write(directory.join("runs"), lines).expect("the list of runs");
}

/// Carries out the list of runs in the working directory.
pub(crate) fn all(program: &str) -> ExitCode {
    let list = fs::read_to_string("runs").expect("the list of runs");
    let (mut times, mut failed, mut greediest) = (Vec::new(), 0, 0);
    for run in list.lines().map(Run::of_line) {
        let start = Instant::now();
        let (status, said) = end_of(program, &run);
        times.push((start.elapsed(), run.name.clone()));
        let mut wrong: Vec<String> = wrong_end(status, &said).into_iter().collect();
        let took = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the usage of children").max_rss();
        if took > run.memory && took > greediest {
            wrong.push(format!("{} MiB", took >> 10));
        }
        greediest = greediest.max(took);
        let changed = changed();
        wrong.extend(changed.iter().map(|name| format!("changed {name}")));
        if !wrong.is_empty() {
            failed += 1;
            let said: String = String::from_utf8_lossy(&said).chars().take(200).collect();
            println!("FAILED {}: {}: {said:?}", run.name, wrong.join(", "));
            if !changed.is_empty() {
                break;
            }
        }
    }
    times.sort();
    for (time, name) in times.iter().rev().take(8) {
        println!("{:6.2} s  {name}", time.as_secs_f64());
    }
    println!("{} passed, {failed} failed", times.len() - failed);
    if failed == 0 && !times.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How the run ended, if it did in time, and what it said on standard error.
fn end_of(program: &str, run: &Run) -> (Option<ExitStatus>, Vec<u8>) {
    let mut command = Command::new(program);
    let word =
        |word: &Vec<u8>| OsString::from_vec(if word == HUGE { vec![b'9'; 100_000] } else { word.clone() });
    command.args(run.arguments.iter().map(word));
    let input = File::open(run.input.as_deref().unwrap_or("/dev/null")).expect("an input");
    command
        .stdin(input)
        .stdout(File::create("out").expect("a file"))
        .stderr(File::create("err").expect("a file"));
    let mut child = command.spawn().expect("the program starts");
    let start = Instant::now();
    let status = loop {
        match child.try_wait().expect("a status") {
            Some(status) => break Some(status),
            None if start.elapsed() > TIME => {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            None => sleep(Duration::from_millis(1)),
        }
    };
    (status, fs::read("err").expect("what it said"))
}

fn wrong_end(status: Option<ExitStatus>, said: &[u8]) -> Option<String> {
    if String::from_utf8_lossy(said).contains("panicked") {
        return Some("panic".to_owned());
    }
    match status {
        None => Some(format!("no end after {} seconds", TIME.as_secs())),
        Some(status) => match (status.signal(), status.code()) {
            (Some(signal), _) => Some(format!("signal {signal}")),
            (None, Some(code)) if STATUSES.contains(&code) => None,
            (None, code) => Some(format!("status {code:?}")),
        },
    }
}
