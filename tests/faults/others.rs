//! What belongs to others, or was not meant: private keys where public files are to go, devices, locked
//! directories, secrets that are empty, text that a format has no room for.

use std::fs::{self, File};
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::place::{NEW, PLAIN, Place, is_root};
use crate::support::missing::needs;
use crate::support::missing::skipped;
use crate::support::peer;
use crate::traced::injecting;

#[test]
fn no_public_file_goes_over_a_private_key() {
    let place = Place::new();
    place.works(PLAIN, NEW);
    place.works(PLAIN, "-q -f ca --no-passphrase");
    place.works("for name in id-cert.pub text.sig list other.pub; do cp ca $name; done", "");
    place.works("cp key.pub id.pub; cp key other; echo text >text", "");
    let before = place.contents();
    for arguments in [
        "-q -k -f list key.pub",
        "-q -s ca -I me -n me -V +1d id.pub",
        "-Y sign -f ca -n x text",
        "-c -C new -f other",
    ] {
        let output = place.run(PLAIN, arguments, "y\n");
        assert!(!output.status.success(), "{arguments}");
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(message.contains("holds a private key; not overwritten"), "{arguments}: {message}");
        assert!(before == place.contents(), "{arguments}");
    }
}

#[test]
fn a_device_stays_a_device() {
    if !is_root() {
        return skipped("only root makes device nodes");
    }
    let place = Place::new();
    place.works(PLAIN, NEW);
    let made = Command::new("mknod").current_dir(place.directory()).args(["null", "c", "1", "3"]).status();
    assert!(made.is_ok_and(|status| status.success()));
    for (arguments, status) in [
        ("-q -k -f null key.pub", 255),
        ("convert key --to pem -o null --if-exists replace", 1),
        ("-q -t rsa -f null -N x", 1),
    ] {
        let output = place.run(PLAIN, arguments, "y\n");
        assert_eq!(output.status.code(), Some(status), "{arguments}");
        let kind = fs::symlink_metadata(place.path("null")).expect("the device");
        assert!(!kind.is_file(), "{arguments}");
    }
}

#[test]
fn a_locked_directory_ends_the_wait() {
    needs!("ssh-keygen");
    let place = Place::new();
    let place = place.file(".rkeygen-lock", "");
    place.works("chmod 600 .rkeygen-lock", "");
    let lock = File::open(place.path(".rkeygen-lock")).expect("the lock");
    lock.lock().expect("a lock");
    let start = Instant::now();
    place.fails(PLAIN, NEW, 1, "another program has locked the directory for 10 seconds");
    assert!(start.elapsed() < Duration::from_secs(60));
    // What a killed process left is no lock.
    lock.unlock().expect("no lock");
    place.works(PLAIN, NEW);
    place.holds_a_pair("");
}

/// Whoever can read a directory, or create files in it, could otherwise hold root off at every boot.
#[test]
fn others_cannot_lock_anybody_out() {
    needs!("ssh-keygen");
    let place = Place::new();
    let directory = File::open(place.directory()).expect("the directory");
    directory.lock().expect("a lock on the directory");
    let start = Instant::now();
    place.works(PLAIN, NEW);
    if is_root() {
        let lock = place.path(".rkeygen-lock");
        fs::write(&lock, "").expect("a file of root's");
        let lock = File::open(lock).expect("it");
        lock.lock().expect("a lock");
        place.works(PLAIN, &format!("{NEW} --if-exists replace"));
        place.works("rm -f .rkeygen-lock", "");
    }
    assert!(start.elapsed() < Duration::from_secs(9));
    place.holds_a_pair("");
}

#[test]
fn an_empty_secret_is_no_passphrase() {
    let place = Place::new().file("empty", "\n");
    for source in ["file:empty", "stdin"] {
        let arguments = format!("-q -f key --new-passphrase-from {source}");
        let output = place.run(PLAIN, &arguments, "\n");
        assert_eq!(output.status.code(), Some(255), "{source}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("--new-passphrase-from is empty"),
            "{source}"
        );
        assert_eq!(place.names(), ["empty"], "{source}");
    }
    // The word may be the secret itself, so it is not shown.
    let output = place.run(PLAIN, "-q -f key --new-passphrase-from hunter2", "");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("hunter2"));
}

/// Runs a command until it asks, changes what the question is about, answers, and finds it left alone.
#[track_caller]
fn changes_while_asked(words: &str, question: &str, (shell, arguments): (&str, &str), answer: &[u8]) {
    let place = Place::new().file("text", "text\n").file("text.sig", "old\n");
    place.works(PLAIN, NEW);
    // Both streams are read: some questions go to standard output.
    let mut waiting = place.command(r#""$@" 2>&1"#, words);
    let waiting = waiting.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut waiting = waiting.spawn().expect("it starts");
    let mut output = waiting.stdout.take().expect("a pipe");
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains(question) {
        let mut bytes = [0; 256];
        let count = output.read(&mut bytes).expect("it asks");
        assert!(count > 0, "{words}: {}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&bytes[..count]);
    }
    place.works(shell, arguments);
    let after = place.contents();
    std::io::Write::write_all(&mut waiting.stdin.take().expect("a pipe"), answer).expect("an answer");
    output.read_to_end(&mut said).expect("its output");
    let said = String::from_utf8_lossy(&said);
    assert!(!waiting.wait().expect("it ends").success(), "{words}: {said}");
    assert!(said.contains("another program has just changed it"), "{words}: {said}");
    assert!(after == place.contents(), "{words}");
}

#[test]
fn what_changed_while_the_user_was_asked_is_left_alone() {
    let other_key = (PLAIN, "-q -t ecdsa -f key -C other --no-passphrase --if-exists replace");
    changes_while_asked("-p -f key", "Enter new passphrase", other_key, b"new\nnew\n");
    changes_while_asked("-t ecdsa -f key -C me", "Overwrite (y/n)?", other_key, b"y\n\n\n");
    let other_file = ("echo other >new; cp new text.sig; mv new text", "");
    changes_while_asked("-Y sign -f key -n file text", "Overwrite (y/n)?", other_file, b"y\n");
    changes_while_asked("convert key.pub --to spki -o text", "Overwrite (y/n)?", other_file, b"y\n");
}

#[test]
fn keep_leaves_the_public_half_of_another_key_alone() {
    needs!("ssh-keygen");
    let place = Place::new();
    place.works(PLAIN, NEW);
    place.works(PLAIN, "-q -f other -C other --no-passphrase");
    fs::copy(place.path("other.pub"), place.path("key.pub")).expect("a copy");
    let before = place.contents();
    place.fails(PLAIN, &format!("{NEW} --if-exists keep"), 1, "key.pub is a different key");
    assert!(before == place.contents());
    // A comment line in front of the right half is no reason to write it anew.
    let line = place.public_of("key", "");
    fs::write(place.path("key.pub"), format!("# mine\n{line} me\n")).expect("a file");
    let before = place.contents();
    place.works(PLAIN, &format!("{NEW} --if-exists keep"));
    assert!(before == place.contents());
}

#[test]
fn a_comment_that_a_format_cannot_hold_keeps_the_key_as_it_is() {
    needs!("ssh-keygen");
    let place = Place::new();
    place.works("ssh-keygen -q -t ed25519 -N '' -C \"$(printf 'a\\nb')\" -f key", "");
    let before = place.contents();
    place.fails(PLAIN, "convert key --to ppk --in-place", 255, "newline or a NUL byte");
    assert!(before == place.contents());
    // Blanks at the end are part of a comment.
    place.works("\"$1\" -q -f blank -N horse -a 1 -C 'x  '", "");
    place.works(PLAIN, "convert blank -P horse --to ppk -o blank.ppk");
    place.works(PLAIN, "-y -P horse -f blank.ppk");
    place.works("puttygen -L blank.ppk", "");
}

/// Where there are no hard links, the old key is moved aside; whatever fails then, it comes back.
#[test]
fn the_old_key_comes_back_where_there_are_no_links() {
    needs!("strace");
    for inject in [
        "renameat:error=ENOSPC:when=1",
        "rename:error=ENOSPC:when=2",
        "rename:error=EIO:when=3",
        "unlink:error=EIO:when=1",
    ] {
        let place = Place::new();
        place.works(PLAIN, NEW);
        let before = place.contents();
        let mut command = injecting(&place.directory(), &["link,linkat:error=EPERM", inject]);
        command.args(["-q", "-f", "key", "--no-passphrase", "--if-exists", "replace"]);
        let output = peer(command.stdin(Stdio::null()));
        if !output.status.success() {
            let after = place.contents();
            let kept = before.iter().all(|(name, what)| after.get(name) == Some(what));
            assert!(kept, "{inject}: {:?}", place.names());
        }
    }
}
