use std::fs;

use super::*;
use crate::certificate::KeyInLine;

#[test]
fn truncated_lists_of_keys_are_errors() {
    let line = include_bytes!("../../../../tests/vectors/openssh-ed25519.pub");
    let public = KeyInLine::find(line).expect("a key").key;
    let mut list = vec![0, 0, 0, 1];
    put_string(&mut list, public.key().blob());
    put_string(&mut list, b"label");
    let found = keys(&list).expect("a list");
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].public, found[0].label.as_bytes()), (public.key(), &b"label"[..]));
    for end in 0..list.len() {
        assert!(keys(&list[..end]).is_err(), "truncated at {end}");
    }
    list[0] = 0xff;
    assert!(keys(&list).is_err(), "more keys than there are bytes");
}

const LIBRARY: &str = "/usr/lib/softhsm/libsofthsm2.so";

fn run(directory: &Path, program: &str, arguments: &[&str]) {
    let mut command = Command::new(program);
    command.args(arguments).env("SOFTHSM2_CONF", directory.join("conf")).stdout(Stdio::null());
    assert!(command.stderr(Stdio::null()).status().is_ok_and(|status| status.success()), "{program}");
}

/// A token with three keys, and a script that starts the helper with it.
fn token(directory: &Path, helper: &Path) -> PathBuf {
    fs::create_dir(directory.join("tokens")).expect("a directory");
    let conf = format!("directories.tokendir = {}\n", directory.join("tokens").display());
    fs::write(directory.join("conf"), conf).expect("a file");
    let token = ["--init-token", "--free", "--label", "t", "--pin", "1234", "--so-pin", "5678"];
    run(directory, "softhsm2-util", &token);
    for (id, kind) in [("01", "EC:prime256v1"), ("02", "EC:edwards25519"), ("03", "rsa:2048")] {
        let key = ["--login", "--pin", "1234", "--keypairgen", "--key-type", kind, "--id", id];
        run(directory, "pkcs11-tool", &[&["--module", LIBRARY][..], &key].concat());
    }
    let script = directory.join("helper");
    let conf = directory.join("conf");
    let text = format!("#!/bin/sh\nSOFTHSM2_CONF='{}' exec '{}'\n", conf.display(), helper.display());
    fs::write(&script, text).expect("a script");
    #[cfg(unix)]
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("a mode");
    script
}

/// With SoftHSM and the helper of OpenSSH 10.1 or later, which `tests/scripts/newest-openssh.sh` unpacks.
#[test]
fn the_helper_lists_keys_and_signs() {
    let helper = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/oracle/bin/ssh-pkcs11-helper");
    if cfg!(windows)
        || !helper.exists()
        || !Path::new(LIBRARY).exists()
        || !Path::new("/usr/bin/pkcs11-tool").exists()
    {
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let script = token(directory.path(), &helper);
    let start = || Helper::start(script.clone(), Path::new(LIBRARY)).expect("the helper");
    let pin = |pin: &'static str| move |_: &str| Some(Passphrase::new(pin.as_bytes().to_vec()));
    let mut helper = start();
    let found = helper.keys(&mut pin("1234")).expect("keys");
    assert_eq!(found.len(), 3);
    for key in &found {
        let scheme = Scheme::of_key(key.public.algorithm()).expect("a scheme");
        let signature = helper.sign(key, scheme, b"message", &mut |_| None).expect("a signature");
        assert_eq!(signature.verify(&key.public, b"message"), Ok(()));
    }
    assert!(matches!(start().keys(&mut pin("4321")), Err(Error::Pin(_))));
    assert!(matches!(start().keys(&mut |_| None), Err(Error::NoPin)));
}

/// Helpers that are silent, short, endless or of something else.
#[cfg(unix)]
#[test]
fn hostile_helpers_are_errors_in_time() {
    let directory = tempfile::tempdir().expect("a directory");
    for (number, script) in [
        "sleep 100",
        "exec sleep 100 >/dev/null",
        "exit 1",
        "yes",
        "cat /dev/zero",
        "printf '\\0\\0\\0\\001\\014'; sleep 100",
        "printf '\\0\\0\\0\\005\\014\\377\\377\\377\\377'",
        "printf '\\0\\0\\0\\011\\014\\0\\0\\0\\001\\0\\0\\0\\377'; sleep 100",
        "printf '\\0\\0\\0\\001\\016'",
    ]
    .into_iter()
    .enumerate()
    {
        let program = directory.path().join(number.to_string());
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a script");
        fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("a mode");
        let begun = std::time::Instant::now();
        let mut helper = Helper::start(program, Path::new("x")).expect("a helper");
        helper.limit = Duration::from_millis(300);
        let found = helper.keys(&mut |_| None);
        assert!(found.is_err(), "{script}: {found:?}");
        drop(helper);
        assert!(begun.elapsed() < Duration::from_secs(10), "{script}: {:?}", begun.elapsed());
    }
}
