//! `rkeygen doctor` on a whole `~/.ssh`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::home::Home;
use crate::oracle::run;
use crate::support::missing::needs;
use crate::support::{rkeygen, set_mode};

#[test]
fn an_ordinary_directory_has_no_findings() {
    needs!("ssh-keygen");
    let home = Home::new();
    home.key("id_ed25519");
    home.made(&["-q", "-s", "id_ed25519", "-I", "me", "-n", "me", "-V", "+1d", "id_ed25519.pub"]);
    let key = home.line("id_ed25519.pub");
    home.write("authorized_keys", format!("# mine\n\nrestrict,pty,command=\"a b\"  {key} me\r\n"));
    home.write("known_hosts", format!("host {key}\n"));
    home.write("allowed_signers", format!("me@example.org {key}\n"));
    home.write("config", "Host *\n  IdentityFile ~/.ssh/id_ed25519\n  IdentityFile=%d/.ssh/id_ed25519\n  IdentityFile ~/.ssh/%h\n");
    for name in ["known_hosts.old", "authorized_keys2", "rc", "environment", ".DS_Store", "notes.txt"] {
        home.write(name, "");
    }
    home.write("story.txt", "Once upon a time\n");
    home.made(&["-q", "-Y", "sign", "-f", "id_ed25519", "-n", "file", "story.txt"]);
    home.made(&["-q", "-k", "-f", "revoked", "id_ed25519.pub"]);
    assert!(Command::new("mkfifo").arg(home.ssh().join("fifo")).status().expect("mkfifo").success());
    fs::create_dir(home.ssh().join("config.d")).expect("a directory");
    assert_eq!(home.findings(&[]), []);
    let (report, status) = home.doctor(&[".ssh"]);
    assert_eq!(status, 0);
    let kinds = report["files"].as_array().expect("files").iter();
    let kinds: Vec<_> = kinds.map(|file| file["kind"].as_str().expect("a kind")).collect();
    for kind in [
        "authorized_keys",
        "known_hosts",
        "allowed_signers",
        "ssh configuration",
        "certificate",
        "private key",
        "public key",
        "key revocation list",
        "an SSH signature, not a key",
        "unknown, not a key",
        "directory",
    ] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
}

#[test]
fn without_a_name_the_home_directory_of_the_shell_is_meant() {
    let home = Home::new();
    home.write("id_rsa", "rubbish\n");
    let mut doctor = rkeygen();
    doctor.env("HOME", home.directory.path());
    let output = run(doctor, Path::new("/"), &["doctor"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains(".ssh/id_rsa: unknown, not a key"), "{text}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn lines_that_sshd_ignores_are_named() {
    needs!("ssh-keygen");
    let home = Home::new();
    home.key("a");
    home.key("b");
    let (a, b) = (home.line("a.pub"), home.line("b.pub"));
    let lines = [
        format!("{a} fine"),
        format!("no-ptty {b}"),
        format!("command=ls {b}"),
        format!("command=\"ls {b}"),
        format!("{a} again"),
        a[..60].to_owned(),
        a.replace("ssh-ed25519", "ssh-rsa"),
        format!("expiry-time=\"20200101\" {b}"),
        format!("{b} me{a} you"),
        "what is this".to_owned(),
        format!("from=\"10.0.0.0/8\",no-pty   {b}"),
    ];
    home.write("authorized_keys", lines.join("\n"));
    let expected = [
        ("unread-line", "line 2: sshd ignores it: sshd does not know the option no-ptty"),
        ("unread-line", "line 3: sshd ignores it: the option command needs a value in quotation marks"),
        ("unread-line", "line 4: sshd ignores it: a quotation mark in the options is not closed"),
        ("duplicate", "line 5: the same key with the same options as in line 1"),
        ("unread-line", "line 6: sshd ignores it: the key is truncated or corrupt"),
        ("unread-line", "line 7: sshd ignores it: the line says ssh-rsa, and the key is ssh-ed25519"),
        ("expired", "line 8: the key has expired"),
        ("ran-together", "line 9: two keys run together on this line: a newline is missing"),
        (
            "unread-line",
            "line 10: sshd ignores it: there is no key at the front of the line, nor after its options",
        ),
    ];
    let found: Vec<_> =
        home.findings(&[]).into_iter().filter(|(name, ..)| name == "authorized_keys").collect();
    let found: Vec<_> = found.iter().map(|(_, id, message)| (id.as_str(), message.as_str())).collect();
    assert_eq!(found, expected);
    home.write("authorized_keys", format!("\u{feff}{a}\n"));
    assert_eq!(home.ids("authorized_keys"), ["bom"]);
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(a.bytes().flat_map(|byte| [byte, 0])).collect();
    home.write("authorized_keys", wide);
    assert_eq!(home.ids("authorized_keys"), ["utf-16"]);
}

#[test]
fn hosts_signers_and_settings_are_looked_at() {
    needs!("ssh-keygen");
    let home = Home::new();
    home.key("a");
    let a = home.line("a.pub");
    home.write("known_hosts", format!("h {a}\n[h]:22 {a}\nh {a}\nbroken\n"));
    assert_eq!(home.ids("known_hosts"), ["never-matches", "duplicate", "invalid"]);
    home.write("allowed_signers", format!("me {a}\nme namespace=\"x\" {a}\nme\n"));
    assert_eq!(home.ids("allowed_signers"), ["unread-line", "unread-line"]);
    home.write("config", "IdentityFile ~/.ssh/a\nIdentityFile ~/.ssh/gone\nidentityfile \"%d/.ssh/gone too\"\nCertificateFile ~/.ssh/a-cert.pub\n");
    let config: Vec<_> = home.findings(&[]).into_iter().filter(|(name, ..)| name == "config").collect();
    let config: Vec<_> = config.iter().map(|(_, _, message)| message.as_str()).collect();
    assert_eq!(
        config,
        [
            "line 2: IdentityFile ~/.ssh/gone does not exist",
            "line 3: IdentityFile %d/.ssh/gone too does not exist",
            "line 4: CertificateFile ~/.ssh/a-cert.pub does not exist",
        ]
    );
}

#[test]
fn certificates_are_named_with_whom_they_are_for_and_until_when() {
    needs!("ssh-keygen");
    let home = Home::new();
    home.key("ca");
    home.key("a");
    let sign = |validity: &str, name: &str| {
        home.made(&["-q", "-s", "ca", "-I", "the id", "-n", "alice,bob", "-V", validity, "a.pub"]);
        fs::rename(home.ssh().join("a-cert.pub"), home.ssh().join(name)).expect("a certificate");
    };
    sign("20200101:20210101", "old-cert.pub");
    sign("+1d:+2d", "new-cert.pub");
    sign("+1d", "ca-cert.pub");
    sign("-1d:+1d", "broken-cert.pub");
    let line = home.read("broken-cert.pub");
    let at = line.len() - 20;
    let end = if &line[at..=at] == "A" { "B" } else { "A" };
    home.write("broken-cert.pub", format!("{}{end}{}", &line[..at], &line[at + 1..]));
    assert_eq!(home.ids("old-cert.pub"), ["expired"]);
    assert_eq!(home.ids("new-cert.pub"), ["not-yet-valid"]);
    assert_eq!(home.ids("ca-cert.pub"), ["other-certificate"]);
    let broken =
        home.findings(&[]).into_iter().find(|(name, ..)| name == "broken-cert.pub").expect("a finding");
    assert!(broken.2.contains("the certificate is not valid"), "{broken:?}");
    let text = run(rkeygen(), &home.ssh(), &["doctor", "old-cert.pub"]).stdout;
    let text = String::from_utf8_lossy(&text).into_owned();
    for part in ["user alice, bob, key ID \"the id\"", "from 2020-01-01T00:00:00 to 2021-01-01T00:00:00"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn pairs_permissions_and_links_are_looked_at() {
    needs!("ssh-keygen");
    let home = Home::new();
    for name in ["lone", "pair", "other"] {
        home.key(name);
    }
    fs::remove_file(home.ssh().join("lone.pub")).expect("a file");
    fs::copy(home.ssh().join("pair.pub"), home.ssh().join("other.pub")).expect("a copy");
    home.write("config", "");
    home.write("authorized_keys", "");
    home.mode("pair", 0o640);
    home.mode("config", 0o664);
    home.mode("authorized_keys", 0o666);
    home.mode("pair.pub", 0o646);
    set_mode(home.ssh(), 0o770);
    symlink("nowhere", home.ssh().join("link")).expect("a link");
    let found = home.findings(&[]);
    let found: Vec<_> = found.iter().map(|(name, id, _)| (name.as_str(), id.as_str())).collect();
    let expected = [
        (".ssh", "directory-permissions"),
        ("authorized_keys", "permissions"),
        ("config", "permissions"),
        ("link", "dangling-link"),
        ("lone", "no-pub"),
        ("other", "other-public-key"),
        ("pair", "permissions"),
        ("pair.pub", "permissions"),
    ];
    assert_eq!(found, expected);
    home.findings(&["--fix"]);
    let left = home.findings(&[]);
    let left: Vec<_> = left.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(left, ["link", "lone", "other"]);
}

#[test]
fn what_a_client_in_fips_mode_reads_is_told() {
    needs!("ssh-keygen");
    let home = Home::new();
    let ecdsa = ["-q", "-t", "ecdsa", "-N", "horse battery", "-f"];
    home.made(&[&ecdsa[..], &["openssh"]].concat());
    home.made(&[&ecdsa[..], &["pem", "-m", "PEM"]].concat());
    home.made(&[&ecdsa[..], &["pkcs8", "-m", "PKCS8"]].concat());
    home.made(&["-q", "-t", "ecdsa", "-N", "", "-f", "plain"]);
    home.key("ed25519");
    for (name, readable) in
        [("openssh", false), ("pem", false), ("pkcs8", true), ("plain", true), ("ed25519", false)]
    {
        let path = format!(".ssh/{name}");
        let (report, _) = home.doctor(&["-P", "horse battery", &path]);
        assert_eq!(report["files"][0]["fips_readable"], readable, "{name}");
    }
}

#[test]
fn ten_thousand_files_take_seconds_and_a_second_fix_changes_nothing() {
    needs!("ssh-keygen");
    let home = Home::new();
    home.key("a");
    let (key, public) = (home.read("a"), home.read("a.pub"));
    for number in 0..3000 {
        home.write(&format!("k{number}"), &key);
        home.write(&format!("k{number}.pub"), &public);
        home.write(&format!("notes{number}.txt"), "some text\n");
    }
    for number in 0..1000 {
        home.write(&format!("known_hosts.{number}"), format!("h {public}"));
    }
    let start = Instant::now();
    let (report, status) = home.doctor(&[".ssh"]);
    assert_eq!(report["files"].as_array().expect("files").len(), 10_002);
    assert_eq!(status, 0);
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}, in a build without optimization",
        start.elapsed()
    );
    let small = Home::new();
    small.write("crlf", key.replace('\n', "\r\n"));
    small.write("crlf.pub", &public);
    for _ in 0..2 {
        let (report, status) = small.doctor(&["--fix", ".ssh"]);
        assert_eq!(
            (status, &report["files"][0]["findings"][0]["repaired_copy"]),
            (1, &true.into()),
            "{report}"
        );
        assert_eq!(small.read("crlf.repaired"), key);
    }
}
