//! Files of many keys, which are worked on by all cores: the output keeps the order of the lines.

use std::fs;

use crate::doctor::{findings, private_directory, rsa_line, write};
use crate::oracle::{keys, run, same, ssh_keygen};
use crate::support::missing::needs;
use crate::support::rkeygen;

#[test]
fn long_lists_are_shown_in_order() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let sign = ["-q", "-s", "ecdsa", "-I", "id", "-n", "me", "-V", "always:forever", "ed25519.pub"];
    assert!(run(ssh_keygen(), directory, &sign).status.success());
    let line = |name: &str| fs::read_to_string(directory.join(name)).expect("a line");
    let (key, certificate) = (line("ed25519.pub"), line("ed25519-cert.pub"));
    let words = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let (key, certificate) = (words(&key), words(&certificate));
    let mut keys = String::new();
    let mut certificates = String::new();
    for number in 0..4000 {
        keys += &format!("{key} comment {number}\n# {number}\nno key\n");
        if number < 200 {
            certificates +=
                &format!("{certificate} {number}\n\n{key}\nssh-ed25519-cert-v01@openssh.com AAAA\n");
        }
    }
    fs::write(directory.join("keys"), keys + &format!("{key} no newline")).expect("a file");
    fs::write(directory.join("certificates"), certificates).expect("a file");
    same(directory, &["-lf", "keys"]);
    same(directory, &["-L", "-f", "certificates"]);
    for arguments in [["--json", "-lf", "keys"], ["--json", "-Lf", "certificates"]] {
        let json: serde_json::Value =
            serde_json::from_slice(&run(rkeygen(), directory, &arguments).stdout).expect("JSON");
        let (name, count) = if arguments[2] == "keys" { ("keys", 4001) } else { ("certificates", 200) };
        let lines: Vec<_> =
            json[name].as_array().expect("items").iter().map(|item| item["line"].as_u64()).collect();
        assert_eq!(lines.len(), count);
        assert!(lines.is_sorted() && lines.iter().all(Option::is_some));
    }
}

/// What ssh-keygen has written until it gives up is shown: whole blocks of its output.
#[test]
fn certificates_before_a_corrupt_one_are_shown_as_by_ssh_keygen() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let certificate = |options: &[&str]| {
        let sign = [&["-q", "-s", "ecdsa", "-I", "id", "-n", "me"], options, &["ed25519.pub"]].concat();
        assert!(run(ssh_keygen(), directory, &sign).status.success());
        fs::read_to_string(directory.join("ed25519-cert.pub")).expect("a certificate")
    };
    let whole = certificate(&[]);
    let corrupt = certificate(&["-O", "extension:permit-pty=more"]);
    for number in [0, 1, 8, 9, 10, 40, 200] {
        fs::write(directory.join("list"), [&*whole.repeat(number), &corrupt, &whole].concat())
            .expect("a file");
        same(directory, &["-L", "-f", "list"]);
    }
}

#[test]
fn a_list_answers_for_many_keys_in_order() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    assert!(run(ssh_keygen(), directory, &["-q", "-k", "-f", "list", "rsa.pub"]).status.success());
    let names = ["ed25519.pub", "rsa.pub", "ecdsa.pub"].iter().cycle().take(500);
    let mut arguments: Vec<&str> = ["-Q", "-f", "list"].into_iter().chain(names.copied()).collect();
    same(directory, &arguments);
    // What comes before a file that cannot be read is answered, and nothing after it.
    arguments[400] = "missing";
    let output = run(rkeygen(), directory, &arguments);
    assert_eq!(output.stdout.iter().filter(|&&byte| byte == b'\n').count(), 397);
    assert_eq!(output.status.code(), Some(255));
}

#[test]
fn many_keys_are_certified_in_order_and_directories_are_unlocked_again() {
    needs!("ssh-keygen");
    let directory = keys();
    let directory = directory.path();
    let key = fs::read(directory.join("ed25519.pub")).expect("a key");
    fs::create_dir(directory.join("other")).expect("a directory");
    let names: Vec<String> = (0..150)
        .map(
            |number| if number % 40 < 20 { format!("k{number}.pub") } else { format!("other/k{number}.pub") },
        )
        .collect();
    names.iter().for_each(|name| fs::write(directory.join(name), &key).expect("a key"));
    let certificate = |number: usize| directory.join(names[number].replace(".pub", "-cert.pub"));
    let sign = ["-s", "ecdsa", "-I", "id", "-n", "me", "-z", "+1", "-V", "always:forever"];
    let all: Vec<&str> = sign.into_iter().chain(names.iter().map(String::as_str)).collect();
    // ssh-keygen reports the same certificates, in the same order.
    same(directory, &all);
    assert_eq!(run(rkeygen(), directory, &all).status.code(), Some(0));
    for (number, name) in names.iter().enumerate() {
        let shown = run(ssh_keygen(), directory, &["-L", "-f", &name.replace(".pub", "-cert.pub")]).stdout;
        let shown = String::from_utf8_lossy(&shown).into_owned();
        assert!(shown.contains(&format!("Serial: {}\n", number + 1)), "{shown}");
        fs::remove_file(certificate(number)).expect("a certificate");
    }
    // What comes before a file that cannot be read is written and reported, and nothing after it.
    fs::remove_file(directory.join(&names[100])).expect("a key");
    let output = run(rkeygen(), directory, &all);
    assert_eq!(output.status.code(), Some(255));
    let shown = [output.stdout, output.stderr].concat();
    assert_eq!(String::from_utf8_lossy(&shown).matches("Signed user key ").count(), 100);
    assert!((0..150).all(|number| certificate(number).exists() == (number < 100)));
    for locked in ["", "other"] {
        assert!(!directory.join(locked).join(".rkeygen-lock").exists());
    }
    // A certificate that is kept does not hold up the others.
    let keep: Vec<&str> = ["--if-exists", "keep"].into_iter().chain(all.iter().copied().take(110)).collect();
    assert_eq!(run(rkeygen(), directory, &keep).status.code(), Some(0));
}

#[test]
fn a_prime_in_common_is_found_in_files_of_lines() {
    needs!("ssh-keygen");
    let directory = private_directory();
    let directory = directory.path();
    let lines = rsa_line("p = prime(1024)\nprint(line(p * prime(1024)))\nprint(line(p * prime(1024)))");
    let (first, second) = lines.trim_end().split_once('\n').expect("two lines");
    let public = fs::read_to_string(directory.join("ed25519.pub")).expect("a key");
    write(directory, "authorized_keys", format!("{public}command=\"a b\",no-pty {first}\n"));
    write(
        directory,
        "known_hosts",
        format!("# hosts\n@cert-authority *.example.org {second}\nhost {public}"),
    );
    assert_eq!(findings(directory, &["authorized_keys"]), (vec![], 0));
    let output = run(rkeygen(), directory, &["doctor", "authorized_keys", "known_hosts"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("it has a prime in common with known_hosts"), "{text}");
    // A file that is too long for a key is read as a list, line by line.
    let many: String = (0..20_000).map(|number| format!("host{number} {public}")).collect();
    write(directory, "known_hosts", format!("{many}host {second}\nhost {first}\n"));
    let output = run(rkeygen(), directory, &["doctor", "authorized_keys", "known_hosts"]);
    let text = String::from_utf8_lossy(&output.stdout);
    for part in [
        "known_hosts: known_hosts",
        "the key in line 20001 has a prime in common with authorized_keys",
        "it has a prime in common with known_hosts:20001",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(output.status.code(), Some(1));
}
