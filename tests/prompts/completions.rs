//! Completions, in the real shells: each is started in a pseudo-terminal, TAB is pressed, and what it shows is read.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rexpect::session::{PtySession, spawn_command};

/// A home directory with completions, keys and a known_hosts file.
fn home(shell: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a directory");
    let script = Command::new(env!("CARGO_BIN_EXE_rkeygen")).args(["completions", shell]).output();
    let script = script.expect("rkeygen runs").stdout;
    let write = |name: &str, bytes: &[u8]| {
        let path = home.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, bytes).expect("a file");
    };
    write("script", &script);
    write("zsh/_rkeygen", &script);
    write("work/some_key", b"");
    write("work/some_key.pub", b"");
    write(".ssh/known_hosts", b"tiger.example.org,lion ssh-ed25519 AAAA\n|1|a|b ssh-ed25519 AAAA\n");
    home
}

/// Whether the shell is installed: not every machine has them all.
fn is_there(shell: &str) -> bool {
    Command::new(shell).args(["-c", "true"]).output().is_ok()
}

fn start(shell: &str, arguments: &[&str], home: &Path) -> PtySession {
    let program = Path::new(env!("CARGO_BIN_EXE_rkeygen"));
    let directory = program.parent().expect("a directory").display();
    let path = format!("{directory}:{}", std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(shell);
    command.args(arguments).current_dir(home.join("work")).env_clear();
    command.env("PATH", path).env("HOME", home).env("TERM", "dumb").env("PS1", "$ ").env("LC_ALL", "C.UTF-8");
    spawn_command(command, Some(Duration::from_secs(60).as_millis().try_into().expect("a number")))
        .expect(shell)
}

/// Types each line and TAB, and waits for what the shell has to put or show there.
fn press_tab(session: &mut PtySession, rows: &[(&str, &str)]) {
    for (typed, wanted) in rows {
        session.send(typed).expect("input");
        session.send("\t").expect("input");
        session.flush().expect("input");
        let shown = session.exp_string(wanted);
        shown.unwrap_or_else(|error| panic!("{typed:?} should give {wanted:?}: {error}"));
        // Clears the line.
        session.send_control('u').expect("input");
    }
    // A session that is dropped waits for its end.
    session.send_line("exit").expect("input");
}

#[test]
fn bash_completes() {
    if !is_there("bash") {
        return;
    }
    let home = home("bash");
    let mut bash = start("bash", &["--norc", "--noprofile", "-i"], home.path());
    bash.send_line(
        "stty echo; bind 'set show-all-if-ambiguous on'; bind 'set enable-bracketed-paste off'; source ~/script",
    )
    .expect("input");
    bash.send_line("echo rea''dy").expect("input");
    bash.exp_string("ready").expect("bash starts");
    press_tab(
        &mut bash,
        &[
            ("rkeygen finger", "rkeygen fingerprint"),
            ("rkeygen known-hosts ded", "known-hosts dedupe"),
            ("rkeygen known-hosts dedupe --dr", "dedupe --dry-run"),
            ("rkeygen new --if-exists=ke", "--if-exists=keep"),
            ("rkeygen -t rs", "-t rsa"),
            ("rkeygen convert some_key --to ppk -o some_", "some_key.pub"),
            ("rkeygen certificate sign some_", "sign some_key.pub"),
            ("rkeygen -F tig", "-F tiger.example.org"),
            ("rkeygen -y --passphrase-from file:some_key.p", "file:some_key.pub"),
            ("rkeygen completions fi", "completions fish"),
        ],
    );
}

#[test]
fn zsh_completes() {
    if !is_there("zsh") {
        return;
    }
    let home = home("zsh");
    let mut zsh = start("zsh", &["-f", "-i"], home.path());
    zsh.send_line("fpath=(~/zsh $fpath); autoload -U compinit && compinit -u -D; PS1='$ '; unsetopt zle_bracketed_paste").expect("input");
    zsh.send_line("echo rea''dy").expect("input");
    zsh.exp_string("ready").expect("zsh starts");
    press_tab(
        &mut zsh,
        &[
            ("rkeygen finger", "rkeygen fingerprint "),
            ("rkeygen known-hosts ded", "known-hosts dedupe "),
            ("rkeygen known-hosts ", "lint                             Find problems"),
            ("rkeygen known-hosts dedupe --dr", "dedupe --dry-run "),
            ("rkeygen new --if-exists=ke", "--if-exists=keep "),
            ("rkeygen -t rs", "-t rsa "),
            ("rkeygen certificate sign some_", "sign some_key.pub "),
            ("rkeygen -F tig", "-F tiger.example.org "),
            ("rkeygen completions fi", "completions fish "),
            ("rkeygen k", "make, update, show, check"),
        ],
    );
}

/// fish has a command for it; its own screen is too lively to be read.
#[test]
fn fish_completes() {
    if !is_there("fish") {
        return;
    }
    let home = home("fish");
    let program = Path::new(env!("CARGO_BIN_EXE_rkeygen"));
    let path = format!(
        "{}:{}",
        program.parent().expect("a directory").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    for (typed, wanted) in [
        ("rkeygen finger", "fingerprint\tShow fingerprints"),
        ("rkeygen known-hosts ", "lint\tFind problems"),
        ("rkeygen known-hosts ded", "dedupe\t"),
        ("rkeygen known-hosts dedupe --dr", "--dry-run\tShow what"),
        ("rkeygen new --if-exists=ke", "--if-exists=keep"),
        ("rkeygen -t ", "ecdsa"),
        ("rkeygen convert some_key --to ppk -o some_", "some_key.pub"),
        ("rkeygen certificate sign some_", "some_key.pub"),
        ("rkeygen -F tig", "tiger.example.org"),
        ("rkeygen -y --passphrase-from file:some_k", "file:some_key"),
        ("rkeygen completions ", "fish"),
    ] {
        let line = format!("source ~/script; complete -C '{typed}'");
        let mut fish = Command::new("fish");
        fish.args(["--no-config", "-c", &line]).current_dir(home.path().join("work"));
        let output = fish.env("HOME", home.path()).env("PATH", &path).output().expect("fish runs");
        let seen = String::from_utf8_lossy(&output.stdout);
        assert!(seen.contains(wanted), "{typed}: {seen}{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut fish = start("fish", &["--no-config", "-i"], home.path());
    fish.send_line("source ~/script").expect("input");
    fish.send("rkeygen finger\t").expect("input");
    fish.flush().expect("input");
    fish.exp_string("print").expect("fish completes");
}

#[test]
fn powershell_has_a_script() {
    let script = Command::new(env!("CARGO_BIN_EXE_rkeygen")).args(["completions", "powershell"]).output();
    let script = script.expect("rkeygen runs").stdout;
    assert!(
        String::from_utf8_lossy(&script).contains("Register-ArgumentCompleter -Native -CommandName rkeygen")
    );
}
