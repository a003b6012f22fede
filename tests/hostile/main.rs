//! Hostile files of up to 1 MiB through every command that reads them, and every option with hostile values.
//!
//! No run may end by a signal, panic, take 20 seconds or more than 64 MiB of memory, or change a key that exists. What a PuTTY
//! key asks for (Argon2, at most 64 MiB) comes on top; input without end may take 320 MiB. Prints the slowest runs, and as its
//! last line how many passed.
//!
//! `tests/scripts/hostile.sh` runs all 17,000; a plain `cargo test` none. Arguments: `--all`, or `--only WORD` for those whose
//! name has the word; `--program FILE` for another program than the one that was built with the tests.
#![expect(clippy::print_stdout, reason = "its report is for people")]

#[cfg(target_os = "linux")]
#[path = "../support/run.rs"]
mod support;

#[cfg(target_os = "linux")]
mod arguments;
#[cfg(target_os = "linux")]
mod bytes;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod hosts;
#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod place;
#[cfg(target_os = "linux")]
mod private_keys;
#[cfg(target_os = "linux")]
mod public_keys;
#[cfg(target_os = "linux")]
mod trust;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use std::process::ExitCode;

    let words: Vec<String> = std::env::args().skip(1).collect();
    let value = |option: &str| {
        let at = words.iter().position(|word| word == option)?;
        words.get(at + 1).cloned()
    };
    if let Some(program) = value("--measure") {
        return measure::all(&program);
    }
    if !words.iter().any(|word| word == "--all" || word == "--only") {
        println!("hostile files and arguments: run by tests/scripts/hostile.sh");
        return ExitCode::SUCCESS;
    }
    let program = value("--program").unwrap_or_else(|| support::program().to_owned());
    let program = std::fs::canonicalize(program).expect("the program");
    let directory = tempfile::tempdir().expect("a directory");
    let place = place::Place::new(directory.path(), &program);
    let only = value("--only").unwrap_or_default();
    let mut runs: Vec<measure::Run> =
        files::runs(&place).into_iter().chain(arguments::runs(&program)).collect();
    runs.retain(|run| run.name.contains(&only));
    measure::write(&runs, directory.path());
    drop(runs);
    // In a process of its own: a child's memory counts from its parent's.
    let mut command = place::without_ssh_directory(&std::env::current_exe().expect("this program"));
    support::forget_surroundings(&mut command);
    command.arg("--measure").arg(&program).current_dir(directory.path());
    command.env("HOME", directory.path()).env("TERM", "dumb");
    support::without_terminal(&mut command);
    let status = command.status().expect("it runs again");
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("hostile files: only on Linux");
}
