//! `-M`: the same input through ssh-keygen and rkeygen, and what only rkeygen promises.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::oracle::{run, ssh_keygen};
use crate::support::missing::needs;
use crate::support::{Test, rkeygen};

/// Safe primes from `openssl prime -generate -safe -bits 512`, both of generator 2.
pub(crate) const SAFE: [&str; 2] = [
    "F956D8D3FCF950B08769534B005A73E8CA635F95C54F5F7839817212ED60C49D3165F955C0AA355B3A4F1F62B625B7BE47D50AA3B373B961F02BD65036F33AAB",
    "FE5F8FF66A33542BC813CED1FAD7A6031AF95F96539A2C245046DC92530A24815DBB954ECABDAAC44ABA6C9438CA109D950FC462105251633BF5AFB56CD4995B",
];

/// A line about the first of them.
fn safe() -> String {
    format!("20160301052556 2 6 100 511 2 {}\n", SAFE[0])
}

/// Lines of a moduli file without their times.
fn without_times(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("the output");
    text.lines().map(|line| line.split_once(' ').expect("a time").1.to_owned()).collect()
}

/// Screens `input` with both programs: equal output but for the times, and equal status. Gives the output.
fn screened_alike(input: &str, options: &[&str]) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("in"), input).expect("the input");
    let arguments = |output| [&["-M", "screen", "-f", "in"], options, &[output]].concat();
    let theirs = run(ssh_keygen(), directory.path(), &arguments("theirs"));
    let ours = run(rkeygen(), directory.path(), &arguments("ours"));
    let errors = String::from_utf8_lossy(&ours.stderr);
    assert_eq!(ours.status.code(), theirs.status.code(), "{options:?} {input}\n{errors}");
    let [theirs, ours] = ["theirs", "ours"].map(|name| without_times(&directory.path().join(name)));
    assert_eq!(ours, theirs, "{options:?} {input}");
    ours
}

/// Half of a hexadecimal number, rounded down.
fn half(hex: &str) -> String {
    let digits = hex.chars().map(|digit| digit.to_digit(16).expect("a digit"));
    let mut carry = 0;
    let halves = digits.map(|digit| {
        let half = carry * 8 + digit / 2;
        carry = digit % 2;
        char::from_digit(half, 16).expect("a digit").to_ascii_uppercase()
    });
    halves.collect()
}

#[test]
fn lines_are_read_as_ssh_keygen_reads_them() {
    needs!("ssh-keygen");
    let [p, other] = SAFE;
    let q = half(p);
    let tail = |words: &str| format!("20160301052556 {words}\n");
    let lines = [
        tail(&format!("2 6 100 511 2 {p}")),
        tail(&format!("2 6 100 511 0 {other}")),
        tail(&format!("4 2 203277289 510 0 {q}")),
        tail(&format!("4 6 100 510 7 {}", q.to_lowercase())),
        tail(&format!("0 0 0 511 5 {p}")),
        tail(&format!("1 2 0 511 1f {p}")),
        tail(&format!("3 8 5 511 0 {p}")),
        tail(&format!("5 255 5 511 0 {p}")),
        tail(&format!("2 3 100 511 2 {p}")),
        tail(&format!("2 6 4294967295 511 2 {p}")),
        tail(&format!("2 6 -5 511 2 {p}")),
        tail(&format!("+2 6 99999999999999999999 511 0x2 {p}")),
        tail(&format!("2 6 100 510 2 {p}")),
        tail(&format!("2 6 100 512 2 {p}")),
        tail(&format!("2 6 100 511 2    {p} and more")),
        tail(&format!("2 6 100 511 2 -{p}")),
        tail(&format!("2\t6\t100\t511\t2 {p}")),
        tail(&format!("4 2 1 510 0 {}", half(&p.replace("3AAB", "3AAD")))),
        tail(&format!("2 6 100 511 2 {}", p.replace("3AAB", "3AAC"))),
        tail(&format!("2 6 100 2 2 {}", "7")),
        tail(&format!("2 6 100 511 2 0000{p}")),
        format!("99999999999999 2 6 100 511 2 {p}\r\n"),
        format!("no time at all2 6 100 511 2 {p}\n"),
        format!("#20160301052556 2 6 100 511 2 {p}\n"),
        format!("!20160301052556 2 6 100 511 2 {p}\n"),
        "\n".to_owned(),
        "short\n".to_owned(),
        format!("20160301052556 2 6 100 511 2 {p}{}\n", "0".repeat(9000)),
        format!("{}20160301052556 2 6 100 511 2 {p}\n", "x".repeat(8292)),
        format!("20160301052556 2 6 100 511 2 {p}"),
    ];
    for line in &lines {
        screened_alike(line, &["-O", "prime-tests=4"]);
    }
    let all = screened_alike(&lines.concat(), &["-O", "prime-tests=4"]);
    assert_eq!(all.len(), 15, "{all:?}");
    assert_eq!(all[0], format!("2 6 104 511 2 {p}"));
}

#[test]
fn a_line_without_a_modulus_ends_the_work_after_the_lines_before_it() {
    needs!("ssh-keygen");
    for words in ["2 6 100 511 2", "2 6 100 511 2 none", "2 6 100 511 2\tAB", "", "4", "2 6 100 511 2 -"] {
        let lines = format!("{}20160301052556 {words}\n{}", safe(), safe());
        assert_eq!(screened_alike(&lines, &["-O", "prime-tests=4"]).len(), 1, "{words:?}");
    }
}

#[test]
fn options_choose_the_lines_as_in_ssh_keygen() {
    needs!("ssh-keygen");
    let p = |index: usize| format!("20160301052556 2 6 {index} 511 2 {}\n", SAFE[0]);
    let lines: String = (0..6).map(p).collect();
    for options in [
        "",
        "lines=1",
        "lines=2 start-line=1",
        "start-line=5",
        "start-line=6",
        "start-line=99",
        "lines=99",
        "lines=x",
        "lines=2x start-line=x",
        "start-line=2 lines=1 start-line=3",
        "generator=2",
        "generator=3",
        "generator=5 prime-tests=7",
    ] {
        let words: Vec<&str> =
            options.split_whitespace().chain(["prime-tests=4"]).flat_map(|option| ["-O", option]).collect();
        screened_alike(&lines, &words);
    }
}

#[test]
fn mistakes_end_with_the_words_and_the_status_of_ssh_keygen() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("in"), safe()).expect("the input");
    for arguments in [
        "-M screen",
        "-M screen a b",
        "-M foo",
        "-M foo x",
        "-M scree x",
        "-M screen -O foo out",
        "-M screen -O foo=1 out",
        "-M generate",
        "-M generate a b",
        "-M generate -O foo out",
        "-M generate -O lines=1 out",
        "-M generate -O bits=511 out",
        "-M generate -O bits=65537 out",
        "-M generate -O start=xyz out",
        "-M generate -O start= out",
        "-M generate -O bits=600 none/out",
        "-M screen -O memory=127 out",
        "-M screen -O prime-tests=3 -f in out",
        "-M screen -O prime-tests=x -f in out",
        "-M screen -O prime-tests=0 -f in out",
        "-M screen -O prime-tests=2147483648 -f in out",
        "-M screen -O generator=x -f in out",
        "-M screen -O generator=0 -f in out",
        "-M screen -O generator=4294967296 -f in out",
        "-M screen -f none out",
        "-M screen -f in none/out",
        "-l -M foo -f in",
    ] {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        let theirs = run(ssh_keygen(), directory.path(), &words);
        let ours = run(rkeygen(), directory.path(), &words);
        assert_eq!(ours.status.code(), Some(255), "{arguments}");
        assert_eq!(ours.status.code(), theirs.status.code(), "{arguments}");
        let [theirs, ours] =
            [theirs, ours].map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
        for line in theirs.lines() {
            assert!(ours.contains(line.trim_end()), "{arguments}: {line}\n{ours}");
        }
    }
}

/// 9.2 reads the value from a wrong place, has the option `memory`, and cuts the output first.
#[test]
fn a_generation_that_cannot_start_leaves_the_output_alone() {
    for (option, words) in [
        ("bits=0", "Invalid number: 0 (too small)"),
        ("bits=x", "Invalid number: x (invalid)"),
        ("bits=2147483648", "Invalid number: 2147483648 (too large)"),
        ("bits=511", "Too few bits: 511 < 512"),
        ("bits=65537", "Too many bits: 65537 > 65536"),
        ("memory=127", "Option \"memory=127\" is unsupported for moduli generation"),
    ] {
        let test = Test::new("-M generate -O").arg(option).arg("out").file("out", "mine");
        let done = test.status(255).stderr_has(&[words]).run();
        assert_eq!((done.read("out"), done.names()), ("mine".to_owned(), vec!["out".to_owned()]));
    }
}

#[test]
fn other_modes_win_over_moduli() {
    Test::new("-M screen -l -f none out").status(255).stderr_has(&["none"]).run();
    Test::new("-M screen -p -c out").status(1).stderr_has(&["-p and -c"]).run();
}

#[test]
fn standard_streams_are_written_as_a_dash() {
    let done = Test::new("-M screen -O prime-tests=4 -f - -").input(safe()).any_output().run();
    assert!(done.stdout().ends_with(&format!(" 2 6 104 511 2 {}\n", SAFE[0])), "{}", done.stdout());
    assert_eq!(done.names(), [""; 0]);
    let done = Test::new("-M screen -O prime-tests=4 -").input(safe()).any_output().run();
    assert_eq!(done.stdout().lines().count(), 1);
}

#[test]
fn output_is_appended() {
    let done = Test::new("-M screen -q -O prime-tests=4 -f in out")
        .file("in", safe())
        .file("out", "# mine\n")
        .stderr_has(&["Found 1 safe primes of 1 candidates in "])
        .run();
    let text = done.read("out");
    assert!(text.starts_with("# mine\n2"), "{text}");
    assert_eq!(text.lines().count(), 2);
}

#[test]
fn a_checkpoint_says_how_many_lines_are_done() {
    let lines = [safe(), safe(), safe()].concat();
    let start = |checkpoint: &str| {
        Test::new("-M screen -O prime-tests=4 -O checkpoint=done -f in out")
            .file("in", &lines)
            .file("done", checkpoint)
    };
    let done = start("2\n").stderr_has(&["Loaded checkpoint from 'done' line 2"]).run();
    assert_eq!(done.read("out").lines().count(), 1);
    assert_eq!(done.names(), ["in", "out"]);
    let done = start("two").stderr_has(&["Failed to load checkpoint from 'done'"]).run();
    assert_eq!(done.read("out").lines().count(), 3);
    // What cannot be read stops the work; what was done before it is noted.
    let broken = format!("{}20160301052556 2 6 100 511 2 none\n", safe());
    let done = start("").file("in", broken).status(255).stderr_has(&["line 2"]).run();
    assert_eq!((done.read("done"), done.read("out").lines().count()), ("1\n".to_owned(), 1));
}

#[test]
fn a_checkpoint_that_cannot_be_written_is_told_once_and_stops_nothing() {
    let lines = safe().repeat(70);
    let done = Test::new("-M screen -O prime-tests=4 -O checkpoint=none/done -f in out")
        .file("in", lines)
        .stderr_has(&["failed to write to checkpoint file 'none/done'"])
        .run();
    assert_eq!(done.read("out").lines().count(), 70);
    let errors = String::from_utf8_lossy(&done.output.stderr);
    assert_eq!(errors.matches("failed to write").count(), 1, "{errors}");
}

#[test]
#[ignore = "takes ssh-keygen some minutes; benches/moduli.sh compares longer candidates as well"]
fn candidates_are_those_of_ssh_keygen() {
    let directory = tempfile::tempdir().expect("a directory");
    let start = format!("start={}", half(SAFE[1]));
    // 9.2 sieves as far as 10.1 with this option only; without it, its candidates are the first of ours.
    let arguments = |output| ["-M", "generate", "-O", "bits=512", "-O", &start, output];
    let theirs = run(ssh_keygen(), directory.path(), &arguments("theirs"));
    let ours = run(rkeygen(), directory.path(), &arguments("ours"));
    assert_eq!((ours.status.code(), theirs.status.code()), (Some(0), Some(0)));
    let [theirs, ours] = ["theirs", "ours"].map(|name| without_times(&directory.path().join(name)));
    assert!(theirs.len() > 3000);
    assert_eq!(ours[..theirs.len()], theirs);
}

/// Lines that can be told from each other by their tries, and take some time.
fn many_lines() -> String {
    (0..1500).map(|index| format!("20160301052556 2 6 {index} 511 2 {}\n", SAFE[0])).collect()
}

#[test]
fn a_killed_screening_goes_on_at_its_checkpoint_without_a_gap() {
    needs!("ssh-keygen");
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("in"), many_lines()).expect("the input");
    let arguments = ["-M", "screen", "-f", "in", "-O", "checkpoint=done", "out"];
    let mut command = rkeygen();
    command.args(arguments).current_dir(directory.path()).stderr(Stdio::null());
    let mut child = command.spawn().expect("rkeygen");
    while !directory.path().join("done").exists() {
        assert_eq!(child.try_wait().expect("a status"), None, "it was done before a checkpoint");
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("a kill");
    child.wait().expect("an end");
    let done: usize = fs::read_to_string(directory.path().join("done"))
        .expect("a checkpoint")
        .trim()
        .parse()
        .expect("a number");
    let before = without_times(&directory.path().join("out")).len();
    assert!(0 < done && done <= before && before < 1500, "{done} {before}");
    let rest = run(rkeygen(), directory.path(), &arguments);
    assert!(rest.status.success());
    assert!(
        String::from_utf8_lossy(&rest.stderr).contains(&format!("Loaded checkpoint from 'done' line {done}"))
    );
    let mut found = without_times(&directory.path().join("out"));
    // What was written when the kill came in front of its checkpoint is there twice.
    assert_eq!(found.len(), 1500 + before - done);
    found.drain(done..before);
    let wanted = (0..1500).map(|index| format!("2 6 {} 511 2 {}", index + 100, SAFE[0]));
    assert!(found.into_iter().eq(wanted));
    assert_eq!(crate::support::names(directory.path()), ["in", "out"]);
}

#[test]
fn what_is_found_is_prime_to_openssl_and_safe_to_ssh_keygen() {
    needs!("ssh-keygen");
    needs!("openssl");
    let directory = tempfile::tempdir().expect("a directory");
    // The odd numbers around two that are known.
    let around = |p: &&str| {
        let q = half(p);
        let high = q[..q.len() - 3].to_owned();
        (1..0x1000).step_by(2).map(move |low| format!("20160301052556 4 2 1 510 0 {high}{low:03X}\n"))
    };
    let candidates: String = SAFE.iter().flat_map(around).collect();
    fs::write(directory.path().join("in"), &candidates).expect("the input");
    let screened = run(rkeygen(), directory.path(), &["-M", "screen", "-f", "in", "out"]);
    assert!(screened.status.success(), "{}", String::from_utf8_lossy(&screened.stderr));
    let found = without_times(&directory.path().join("out"));
    for line in &found {
        let p = line.rsplit_once(' ').expect("a modulus").1;
        let mut openssl = Command::new("openssl");
        let answer = crate::support::peer(openssl.args(["prime", "-hex", p, &half(p)]));
        assert_eq!(String::from_utf8_lossy(&answer.stdout).matches("is prime").count(), 2, "{p}");
    }
    let again =
        run(ssh_keygen(), directory.path(), &["-M", "screen", "-f", "out", "-O", "prime-tests=4", "again"]);
    assert!(again.status.success());
    assert_eq!(without_times(&directory.path().join("again")).len(), found.len());
    assert!(SAFE.iter().all(|p| found.iter().any(|line| line.ends_with(p))), "{found:?}");
}
