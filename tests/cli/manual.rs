//! `rkeygen man` and `rkeygen completions`, in the programs that read them where they are installed.

use std::process::Command;

use crate::oracle::run;
use crate::support::missing::needs;
use crate::support::{Test, rkeygen};

fn completions(shell: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let output = run(rkeygen(), folder.path(), &["completions", shell]);
    std::fs::write(folder.path().join("script"), output.stdout).expect("a file");
    folder
}

#[test]
fn the_page_is_printed_whole() {
    Test::new("man").stdout(include_str!("../../man/rkeygen.1")).run();
    Test::new("man page").status(1).stderr_has(&["Too many arguments."]).run();
}

#[test]
fn bash_completes_options_and_words() {
    needs!("bash");
    let folder = completions("bash");
    let complete = |line: &str, word: &str| {
        let script = format!(
            "source ./script; COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _rkeygen rkeygen '{word}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output();
        String::from_utf8_lossy(&output.expect("bash").stdout).into_owned()
    };
    assert!(complete("rkeygen --new-p", "--new-p").contains("--new-passphrase-from"));
    assert!(complete("rkeygen kn", "kn").contains("known-hosts"));
    assert!(complete("rkeygen known-hosts --d", "--d").contains("--dry-run"));
}

#[test]
fn each_shell_has_its_script() {
    for (shell, mark) in [
        ("zsh", "#compdef rkeygen"),
        ("fish", "complete -c rkeygen"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        Test::new(&format!("completions {shell}")).stdout_has(&[mark, "if-exists", "known-hosts"]).run();
    }
    Test::new("completions tcsh").status(1).stderr_has(&["\"tcsh\" is not one of: bash"]).run();
    for shell in ["zsh", "fish"] {
        let folder = completions(shell);
        // Not every machine has them; where they are, they have to read the script.
        if let Ok(output) = Command::new(shell).args(["-n", "script"]).current_dir(folder.path()).output() {
            assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
