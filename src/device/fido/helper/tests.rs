use super::*;

/// With the token in software of OpenSSH's tests, where that and the helper are installed.
#[test]
fn the_installed_helper_enrolls_and_signs() {
    let named = std::env::var_os("SK_DUMMY").map(PathBuf::from);
    let token = named.unwrap_or_else(|| "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so".into());
    let Ok(mut helper) = Helper::find(&Provider::Library(token.clone())) else { return };
    if !token.exists() {
        return;
    }
    for algorithm in [TokenAlgorithm::Ecdsa, TokenAlgorithm::Ed25519] {
        let flags = crate::key::TokenFlags::TOUCH;
        let enrollment = Enrollment {
            algorithm,
            challenge: &[7; 32],
            application: "ssh:",
            user: None,
            device: None,
            flags,
        };
        let key = helper.enroll(&enrollment, None).expect("a key").key;
        let signature = helper.sign(&key, b"message", None).expect("a signature");
        let key = crate::key::PrivateKey::of_token(&key, crate::key::Comment::default()).expect("a key");
        assert_eq!(signature.verify(key.public(), b"message"), Ok(()));
    }
    let missing =
        Helper::find(&Provider::Library("nothing.so".into())).map(|mut it| it.resident_keys(None, None));
    assert!(matches!(missing, Ok(Err(Error::Helper { .. } | Error::Failed))), "{missing:?}");
}

#[test]
fn answers_are_read_and_nothing_else_is() {
    let frame = |version: u8, kind: u32, rest: &[u8]| {
        let mut framed = Vec::new();
        put_string(&mut framed, &[&[version][..], &kind.to_be_bytes(), rest].concat());
        framed
    };
    assert_eq!(answer(&frame(5, SIGN, b"abc"), SIGN), Ok(&b"abc"[..]));
    assert_eq!(answer(&frame(5, ERROR, &[0, 0, 0, 43]), SIGN), Err(Refusal::Error(43)));
    assert_eq!(answer(&frame(5, ERROR, &[0, 0, 43]), SIGN), Err(Refusal::Garbled));
    assert_eq!(answer(&frame(5, ENROLL, b"abc"), SIGN), Err(Refusal::Garbled));
    assert_eq!(answer(&frame(6, SIGN, b"abc"), SIGN), Err(Refusal::Garbled));
    let whole = frame(5, SIGN, b"abc");
    for end in 0..whole.len() {
        assert_eq!(answer(&whole[..end], SIGN), Err(Refusal::Garbled), "truncated at {end}");
    }
    assert!(resident_keys(b"").is_ok_and(|keys| keys.is_empty()));
    assert!(resident_keys(b"abc").is_err());
}

/// Helpers that are silent, short, endless or of something else.
#[cfg(unix)]
#[test]
fn hostile_helpers_are_errors_in_time() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = directory.path().join("helper");
    for (number, script) in [
        "sleep 100",
        "exec sleep 100 >/dev/null",
        "sleep 100 & exit",
        "exit 1",
        "yes >&2",
        "yes",
        "cat /dev/zero",
        "printf '\\0\\0\\0\\011\\005\\0\\0\\0\\002\\0\\0\\0\\0'",
        "printf '\\0\\0\\0\\005\\005\\0\\0\\0\\002'",
        "printf '\\0\\0\\0\\015\\005\\0\\0\\0\\003\\377\\377\\377\\377abcd'",
    ]
    .into_iter()
    .enumerate()
    {
        let program = program.with_extension(number.to_string());
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a script");
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700))
            .expect("a mode");
        let mut helper = Helper { program, provider: b"x".to_vec(), limit: Duration::from_millis(300) };
        let begun = std::time::Instant::now();
        let enrollment = Enrollment {
            algorithm: TokenAlgorithm::Ed25519,
            challenge: &[7; 100_000],
            application: "ssh:",
            user: None,
            device: None,
            flags: crate::key::TokenFlags::TOUCH,
        };
        let enrolled = helper.enroll(&enrollment, None);
        assert!(enrolled.is_err(), "{script}: {enrolled:?}");
        let listed = helper.resident_keys(None, None);
        assert!(listed.is_err(), "{script}: {listed:?}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{script}: {:?}", begun.elapsed());
    }
}
