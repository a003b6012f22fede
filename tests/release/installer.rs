//! packaging/install.sh: it installs what has the right checksum, and nothing else.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::kit::{Machine, archive, copy, mode, release, root, said, succeed};
use crate::support::missing::needs;

/// Runs the installer.
fn install(machine: &Machine, arguments: &[&OsStr]) -> Output {
    let mut command = machine.command(Path::new("/bin/sh"));
    command.arg(root("packaging/install.sh")).args(arguments).output().expect("sh runs")
}

fn from(machine: &Machine, place: &OsStr, more: &[&OsStr]) -> Output {
    install(machine, &[&["--from".as_ref(), place], more].concat())
}

/// That it failed, said why, and left nothing.
fn refused(machine: &Machine, output: &Output, why: &str) {
    assert_eq!(output.status.code(), Some(1), "{why}: {}", said(output));
    assert!(said(output).contains(why), "{why}: {}", said(output));
    let left: Vec<_> = machine.files().into_iter().map(|(path, _)| path).collect();
    assert!(left.is_empty(), "{why}: {left:?}");
}

#[test]
fn it_needs_no_root_and_no_openssh() {
    needs!("python3");
    let machine = Machine::new();
    let output = from(&machine, release().as_os_str(), &[]);
    assert!(output.status.success(), "{}", said(&output));
    let program = machine.path("home/.local/bin/rkeygen");
    assert!(said(&output).starts_with(concat!("rkeygen ", env!("CARGO_PKG_VERSION"))), "{}", said(&output));
    assert!(said(&output).contains("hint: add ") && said(&output).contains("/home/.local/bin to your PATH"));
    assert_eq!(mode(&program), 0o755);
    for file in [
        "man/man1/rkeygen.1",
        "man/man1/rkeygen-doctor.1",
        "bash-completion/completions/rkeygen",
        "zsh/site-functions/_rkeygen",
        "fish/vendor_completions.d/rkeygen.fish",
    ] {
        assert!(!machine.read(&format!("home/.local/share/{file}")).is_empty(), "{file}");
    }
    assert!(
        fs::read_dir(machine.path("temporary")).expect("a directory").next().is_none(),
        "nothing is left"
    );

    let mut command = machine.command(&program);
    succeed(command.args(["new", "-q", "--no-passphrase"]).arg(machine.path("home/key")));
    assert!(machine.read("home/key.pub").starts_with("ssh-ed25519 "));

    // Again, over it, and to a directory whose name has blanks.
    let more =
        ["--prefix", "other place", "--version", concat!("v", env!("CARGO_PKG_VERSION"))].map(OsStr::new);
    assert!(from(&machine, release().as_os_str(), &[]).status.success());
    let output = from(&machine, release().as_os_str(), &more);
    assert!(output.status.success(), "{}", said(&output));
    assert!(machine.path("home/other place/bin/rkeygen").exists());
}

/// What happens to the release files of a directory.
type Damage<'a> = &'a dyn Fn(&Path);

#[test]
fn another_checksum_installs_nothing() {
    needs!("python3");
    let sums = fs::read_to_string(release().join("SHA256SUMS")).expect("SHA256SUMS");
    let damages: [(&str, &str, Damage<'_>); 7] = [
        ("a changed byte", "wrong checksum", &|at| {
            let mut bytes = fs::read(at.join(archive())).expect("the archive");
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(at.join(archive()), bytes).expect("the archive");
        }),
        ("a truncated archive", "wrong checksum", &|at| {
            let bytes = fs::read(at.join(archive())).expect("the archive");
            fs::write(at.join(archive()), &bytes[..bytes.len() - 1]).expect("the archive");
        }),
        ("no archive", "cannot get rkeygen-", &|at| {
            fs::remove_file(at.join(archive())).expect("the archive")
        }),
        ("no checksums", "cannot get SHA256SUMS", &|at| {
            fs::remove_file(at.join("SHA256SUMS")).expect("sums")
        }),
        ("empty checksums", "SHA256SUMS has no archive", &|at| {
            fs::write(at.join("SHA256SUMS"), "").expect("sums")
        }),
        ("a path in the checksums", "SHA256SUMS has no archive", &|at| {
            fs::write(at.join("SHA256SUMS"), sums.replace("rkeygen-", "../rkeygen-")).expect("sums");
        }),
        ("a short checksum", "SHA256SUMS has no archive", &|at| {
            fs::write(at.join("SHA256SUMS"), &sums[1..]).expect("sums");
        }),
    ];
    for (what, why, damage) in damages {
        let (machine, place) = (Machine::new(), copy());
        damage(place.path());
        let output = from(&machine, place.path().as_os_str(), &[]);
        refused(&machine, &output, why);
        assert!(
            said(&output).starts_with("install.sh: ") || why.starts_with("cannot get"),
            "{what}: {}",
            said(&output)
        );
    }
}

#[test]
fn what_was_installed_before_stays_if_the_archive_is_damaged() {
    needs!("python3");
    let (machine, place) = (Machine::new(), copy());
    fs::create_dir_all(machine.path("home/.local/bin")).expect("a directory");
    fs::write(machine.path("home/.local/bin/rkeygen"), "the old one").expect("a file");
    fs::write(place.path().join(archive()), "damaged").expect("the archive");
    assert!(!from(&machine, place.path().as_os_str(), &[]).status.success());
    assert_eq!(machine.read("home/.local/bin/rkeygen"), "the old one");
    assert_eq!(machine.files().len(), 1);
}

#[test]
fn checksums_from_elsewhere_count_instead_of_those_beside() {
    needs!("python3");
    let (machine, place) = (Machine::new(), copy());
    let trusted = place.path().join("trusted");
    fs::rename(place.path().join("SHA256SUMS"), &trusted).expect("sums");
    let more = ["--checksums".as_ref(), trusted.as_os_str()];
    let output = from(&machine, place.path().as_os_str(), &more);
    assert!(output.status.success(), "{}", said(&output));

    // Whoever changes the archive changes the sums next to it too.
    let machine = Machine::new();
    fs::write(place.path().join(archive()), "another").expect("the archive");
    succeed(Command::new("python3").arg(root("packaging/pack.py")).arg("sums").arg(place.path()));
    refused(&machine, &from(&machine, place.path().as_os_str(), &more), "wrong checksum");
}

#[test]
fn the_version_is_one_of_those_that_are_there() {
    needs!("python3");
    let (machine, place) = (Machine::new(), copy());
    let version = |version: &'static str| ["--version", version].map(OsStr::new);
    refused(&machine, &from(&machine, place.path().as_os_str(), &version("9.9.9")), "of version 9.9.9");
    refused(&machine, &from(&machine, place.path().as_os_str(), &version("0.1.*")), "not a version");
    refused(&machine, &from(&machine, place.path().as_os_str(), &version("0.1.0/../x")), "not a version");

    let sums = fs::read_to_string(place.path().join("SHA256SUMS")).expect("sums");
    let two = sums.clone() + &sums.replace(env!("CARGO_PKG_VERSION"), "0.0.9");
    fs::write(place.path().join("SHA256SUMS"), two).expect("sums");
    refused(&machine, &from(&machine, place.path().as_os_str(), &[]), "several archives");
    assert!(from(&machine, place.path().as_os_str(), &version(env!("CARGO_PKG_VERSION"))).status.success());
}

#[test]
fn wrong_options_and_places_are_named() {
    let machine = Machine::new();
    for (arguments, why) in [
        (&["--frobnicate"][..], "unknown option --frobnicate"),
        (&["--prefix"], "--prefix needs a value"),
        (&["--from", "http://example.org/files"], "anyone on the way can change the files"),
        (&["--from", "http://localhost.example.org/files"], "anyone on the way can change the files"),
        (&["--from", "http://127.0.0.1:80@example.org/files"], "not a plain URL"),
        (&["--from", "ftp://example.org/files"], "not a URL of https or file"),
        (&["--from", "nowhere"], "nowhere: not a directory"),
    ] {
        let words: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
        refused(&machine, &install(&machine, &words), why);
    }
    let output = install(&machine, &["--help".as_ref()]);
    assert!(output.status.success() && said(&output).starts_with("usage: install.sh"), "{}", said(&output));
}

#[test]
fn a_prefix_that_cannot_be_written_is_named() {
    needs!("python3");
    let machine = Machine::new();
    fs::write(machine.path("home/file"), "").expect("a file");
    let output = from(&machine, release().as_os_str(), &["--prefix", "file"].map(OsStr::new));
    assert!(!output.status.success());
    assert!(
        said(&output).contains("cannot write") && said(&output).contains("--prefix"),
        "{}",
        said(&output)
    );
}

/// A web server on this machine, until it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn of(directory: &Path) -> Self {
        let mut command = Command::new("python3");
        command.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]).arg(directory);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a server");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let port = line.split(" port ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a port");
        Self { address: format!("http://127.0.0.1:{port}"), child }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn files_come_from_a_server_or_a_file_url() {
    needs!("python3", "curl");
    let place = copy();
    let server = Server::of(place.path());
    for address in [server.address.clone(), format!("file://{}/", place.path().display())] {
        let machine = Machine::new();
        let output = from(&machine, address.as_ref(), &[]);
        assert!(output.status.success(), "{address}: {}", said(&output));
        assert!(machine.path("home/.local/bin/rkeygen").exists());
    }
    let machine = Machine::new();
    fs::remove_file(place.path().join(archive())).expect("the archive");
    refused(&machine, &from(&machine, server.address.as_ref(), &[]), "cannot get rkeygen-");
}
