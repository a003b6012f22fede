//! What may be a key is left alone, whatever a command writes over it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, lchown};
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::place::{NEW, PLAIN, Place, is_root};
use crate::support::missing::needs;
use crate::support::missing::skipped;
use crate::support::peer;
use crate::traced::injecting_at;

#[test]
fn a_key_is_not_replaced_by_its_public_key() {
    let place = Place::new().link("alias", "key");
    place.works(PLAIN, &format!("{NEW} -t ecdsa"));
    place.works("ln key second; cp -p key other", "");
    let before = place.contents();
    for output in ["key", "alias", "second", "./key"] {
        for policy in ["replace", "ask"] {
            let arguments = format!("convert key --to spki -o {output} --if-exists {policy}");
            let run = place.run(PLAIN, &arguments, "y\n");
            let errors = String::from_utf8_lossy(&run.stderr).into_owned();
            assert_eq!(run.status.code(), Some(1), "{arguments}: {errors}");
            assert!(errors.contains("input and output are the same file"), "{arguments}: {errors}");
            assert!(before == place.contents(), "{arguments}");
        }
    }
    for input in ["key", "key.pub"] {
        let arguments = format!("convert {input} --to spki -o other --if-exists replace");
        place.fails(PLAIN, &arguments, 1, "\"other\" failed: holds a private key; not overwritten");
    }
    // A private key may replace itself in another format, as with --in-place.
    place.works(PLAIN, "convert key --to pkcs8 -o alias --if-exists replace");
    assert!(fs::read(place.path("key")).expect("it").starts_with(b"-----BEGIN PRIVATE KEY-----"));
    assert!(fs::symlink_metadata(place.path("alias")).expect("it").is_symlink());
}

/// Shell text that makes `victim` of the key `ca`, and part of the message about it.
const VICTIMS: [(&str, &str); 6] = [
    ("openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout pass:horse -in pem -out victim", "holds a private key"),
    ("head -n 3 ca >victim", "holds a private key"),
    ("grep -v -e '-----' ca >victim", "holds a private key"),
    ("openssl pkcs8 -topk8 -nocrypt -in pem -outform DER -out victim", "holds a private key"),
    ("cat ca ca.pub >victim", "holds a private key"),
    ("cp ca victim; chmod 000 victim", "cannot be read"),
];

#[test]
fn what_may_be_a_key_or_cannot_be_read_is_left_alone() {
    for (make, message) in VICTIMS {
        let place = Place::new();
        place.works(PLAIN, "-q -t ecdsa -m PEM -f pem -C me --no-passphrase");
        place.works(PLAIN, "-q -f ca -C me --no-passphrase");
        place.works("cp ca.pub id.pub; echo text >text; cp ca key", "");
        place.works(&format!("{make} && for name in list id-cert.pub text.sig key.pub; do cp -p victim $name 2>/dev/null ||
            {{ cp ca $name; chmod 000 $name; }}; done"), "");
        let before = contents_as_root(&place);
        for arguments in [
            "-q -k -f list ca.pub",
            "-q -s ca -I me -n me -V +1d id.pub",
            "-Y sign -q -f ca -n x text",
            "-c -C new -f key",
            "-q -f key -C me --no-passphrase --if-exists keep",
            "-q -f key -C me --no-passphrase --if-exists replace",
            "convert ca.pub --to spki -o list --if-exists replace",
            "-M generate -O bits=512 list",
        ] {
            let output = place.run(PLAIN, arguments, "y\n");
            let errors = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success(), "{make}: {arguments}: {errors}");
            assert!(errors.contains(message), "{make}: {arguments}: {errors}");
            assert!(before == contents_as_root(&place), "{make}: {arguments}");
        }
    }
}

/// The checkpoint of a finished `-M screen` is removed; a key that was named by mistake is not.
#[test]
fn a_key_named_as_the_checkpoint_stays() {
    let place = Place::new();
    place.works(PLAIN, &format!("{NEW} -t ecdsa"));
    place.works("echo '# no candidates' >candidates", "");
    let before = place.contents();
    let run = place.run(PLAIN, "-M screen -f candidates -O checkpoint=key -", "");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(before == place.contents());
}

fn contents_as_root(place: &Place) -> Vec<(OsString, Option<Vec<u8>>)> {
    place
        .names()
        .into_iter()
        .map(|name| (name.clone(), fs::read(place.directory().join(name)).ok()))
        .collect()
}

#[test]
fn text_in_the_place_of_a_public_key_is_not_replaced_by_keep() {
    needs!("ssh-keygen");
    let place = Place::new();
    place.works(PLAIN, NEW);
    let place = place.file("key.pub", "what I must not forget\n");
    place.fails(PLAIN, &format!("{NEW} --if-exists keep"), 1, "key.pub contains no public key");
    let place = place.file("key.pub", "");
    place.works(PLAIN, &format!("{NEW} --if-exists keep"));
    place.holds_a_pair("");
}

/// The passphrase comes from a FIFO, so that the decision to replace is taken before, and the file is written after,
/// another program has put a pair there.
#[test]
fn a_pair_that_came_after_the_decision_is_left_alone() {
    let place = Place::new().file("key", "old").file("key.pub", "old public");
    place.works("mkfifo -m 666 fifo; mkdir other", "");
    place.works(PLAIN, "-q -f other/key -C other --no-passphrase");
    let arguments = "-q -f key -C me --new-passphrase-from file:fifo --if-exists replace";
    let mut command = place.command(PLAIN, arguments);
    let child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    // Opened when the other end is.
    let mut passphrase = File::options().write(true).open(place.path("fifo")).expect("the FIFO");
    place.works("mv other/key key && mv other/key.pub key.pub", "");
    let pair = ["key", "key.pub"].map(|name| fs::read(place.path(name)).expect("it"));
    passphrase.write_all(b"horse\n").expect("a passphrase");
    drop(passphrase);
    let output = child.wait_with_output().expect("it ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("another program has just changed it; not overwritten"), "{errors}");
    assert_eq!(pair, ["key", "key.pub"].map(|name| fs::read(place.path(name)).expect("it")));
}

/// The lock is held meanwhile, so that `-A` waits between the decision and the writing.
#[test]
fn host_keys_that_came_after_the_decision_are_left_alone() {
    let place = Place::new();
    place.works("mkdir -p etc/ssh; : >etc/ssh/.rkeygen-lock; chmod 600 etc/ssh/.rkeygen-lock", "");
    place.works("mkdir other; \"$@\"", "-q -f other/key -C other --no-passphrase");
    place.works(": >etc/ssh/ssh_host_ed25519_key", "");
    let lock = File::open(place.path("etc/ssh/.rkeygen-lock")).expect("the lock");
    lock.lock().expect("a lock");
    let mut command = place.command(PLAIN, "-A -f . --host-key-types ed25519");
    let child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    sleep(Duration::from_secs(3));
    place.works("cd etc/ssh; cp ../../other/key ssh_host_ed25519_key; cp ../../other/key.pub ssh_host_ed25519_key.pub", "");
    drop(lock);
    let output = child.wait_with_output().expect("it ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let read = |name: &str| fs::read(place.path(name)).expect("a file");
    assert_eq!(read("etc/ssh/ssh_host_ed25519_key"), read("other/key"));
    assert_eq!(read("etc/ssh/ssh_host_ed25519_key.pub"), read("other/key.pub"));
}

#[test]
fn links_of_others_are_not_followed_where_anyone_can_make_them() {
    if !is_root() {
        return skipped("only root can make another user's links");
    }
    let place = Place::new();
    place.works(PLAIN, NEW);
    place.works("echo precious >precious; mkdir open; cp key.pub open/id.pub", "");
    lchown(place.path("open"), Some(0), Some(0)).expect("an owner");
    fs::set_permissions(place.path("open"), fs::Permissions::from_mode(0o1777)).expect("a mode");
    for name in ["list", "id-cert.pub"] {
        let link = place.path("open").join(name);
        std::os::unix::fs::symlink("../precious", &link).expect("a link");
        lchown(&link, Some(4242), Some(4242)).expect("an owner");
    }
    for arguments in [
        "-q -k -f open/list key.pub",
        "-q -s key -I me -n me -V +1d open/id.pub",
        "convert key.pub --to spki -o open/list --if-exists replace",
    ] {
        let output = place.run(PLAIN, arguments, "y\n");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{arguments}: {errors}");
        assert!(errors.contains("another user's symbolic link"), "{arguments}: {errors}");
        assert_eq!(fs::read_to_string(place.path("precious")).expect("it"), "precious\n", "{arguments}");
    }
    // The user's own links are.
    lchown(place.path("open/list"), Some(65534), Some(65534)).expect("an owner");
    place.works(PLAIN, "-q -k -f open/list key.pub");
    assert!(fs::read(place.path("precious")).expect("it").starts_with(b"SSHKRL"));
    assert!(fs::symlink_metadata(place.path("open/list")).expect("it").is_symlink());
}

/// Whoever owns the directory would else choose which of the user's files is overwritten.
#[test]
fn links_of_others_lead_to_their_own_files_only() {
    if !is_root() {
        return skipped("only root can make another user's links");
    }
    let place = Place::new();
    place.works(PLAIN, NEW);
    place.works("echo precious >precious; mkdir theirs free; cp key.pub theirs/id.pub", "");
    let give = |name: &str| lchown(place.path(name), Some(4242), Some(4242)).expect("an owner");
    for (name, target) in
        [("list", "../precious"), ("id-cert.pub", "../precious"), ("new", "../free/file"), ("twice", "list")]
    {
        std::os::unix::fs::symlink(target, place.path("theirs").join(name)).expect("a link");
        give(&format!("theirs/{name}"));
    }
    fs::set_permissions(place.path("theirs"), fs::Permissions::from_mode(0o777)).expect("a mode");
    give("theirs");
    for arguments in [
        "-q -k -f theirs/list key.pub",
        "-q -k -f theirs/twice key.pub",
        "-q -k -f theirs/new key.pub",
        "-q -s key -I me -n me -V +1d theirs/id.pub",
        "convert key.pub --to spki -o theirs/list --if-exists replace",
        "-H -f theirs/list",
    ] {
        let output = place.run(PLAIN, arguments, "y\n");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{arguments}: {errors}");
        assert!(errors.contains("to a file that is not theirs"), "{arguments}: {errors}");
        assert_eq!(fs::read_to_string(place.path("precious")).expect("it"), "precious\n", "{arguments}");
        assert!(!place.path("free/file").exists(), "{arguments}");
    }
    for (theirs, file) in [("precious", "list"), ("free", "new")] {
        give(theirs);
        fs::set_permissions(place.path(theirs), fs::Permissions::from_mode(0o777)).expect("a mode");
        lchown(place.directory(), Some(4242), Some(4242)).expect("an owner");
        fs::set_permissions(place.directory(), fs::Permissions::from_mode(0o777)).expect("a mode");
        place.works(PLAIN, &format!("-q -k -f theirs/{file} key.pub"));
    }
    assert!(fs::read(place.path("precious")).expect("it").starts_with(b"SSHKRL"));
}

/// A victim's sound key behind a link that the system lets no one follow: the open fails, and so does the command.
#[test]
fn a_file_that_cannot_be_opened_is_no_free_place() {
    let place = Place::new();
    place.works(PLAIN, NEW);
    place.works("cp -p key list", "");
    let before = fs::read(place.path("list")).expect("it");
    let full = place.path("list");
    let mut command =
        injecting_at(&place.directory(), &[Path::new("list"), &full], &["open,openat:error=EACCES"]);
    let output = peer(command.args(["-q", "-k", "-f", "list", "key.pub"]).stdin(Stdio::null()));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(255), "{errors}");
    assert!(errors.contains("may hold a private key; not overwritten"), "{errors}");
    assert_eq!(fs::read(place.path("list")).expect("it"), before);
}

#[test]
fn a_fifo_beside_a_key_is_not_waited_for() {
    let place = Place::new();
    place.works(PLAIN, NEW);
    place.works("rm key.pub; mkfifo key.pub", "");
    let start = Instant::now();
    for arguments in ["doctor .", "-l -f key", "-y -f key", "-e -f key", "convert key --to pkcs8 -o out"] {
        let output = place.run(PLAIN, arguments, "");
        assert!(matches!(output.status.code(), Some(0 | 1 | 255)), "{arguments}: {}", output.status);
        assert!(start.elapsed() < Duration::from_secs(25), "{arguments}");
    }
}

/// `doctor --fix` closes the file that it read, and no other that has its name since.
#[test]
fn permissions_are_fixed_on_the_file_that_was_read() {
    let place = Place::new();
    place.works(PLAIN, NEW);
    place.works(PLAIN, "-q -f second -C me -N horse -a 1");
    place.works("chmod 644 key second; mkfifo -m 666 fifo; cp -p key victim", "");
    // The passphrase is asked for after the key was read, and comes from a FIFO.
    let mut command = place.command(PLAIN, "doctor --fix --passphrase-from file:fifo key second");
    let child = command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut passphrase = File::options().write(true).open(place.path("fifo")).expect("the FIFO");
    place.works("rm key; ln -s victim key", "");
    passphrase.write_all(b"horse\n").expect("a passphrase");
    drop(passphrase);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((place.mode("victim"), place.mode("second")), (0o644, 0o600));
}
