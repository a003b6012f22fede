//! No answer of an agent makes the client panic: each input is what a listening agent says to every request.
#![no_main]

use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::sync::{Mutex, OnceLock};

use libfuzzer_sys::fuzz_target;
use rkeygen::device::agent::Agent;
use rkeygen::key::Published;
use rkeygen::signature::Scheme;

const KEY: &[u8] = b"AAAAC3NzaC1lZDI1NTE5AAAAIO0U+ipow4DPsVdHjhumlLupgr5fydFYAOff9veNTNbD";

static ANSWER: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Answers one request a connection, on a socket in a folder of its own.
fn listen() {
    let folder = std::env::temp_dir().join(format!("rkeygen-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let socket = folder.join("agent");
    let listener = UnixListener::bind(&socket).expect("a socket");
    // SAFETY: nothing else runs yet.
    unsafe { std::env::set_var("SSH_AUTH_SOCK", &socket) };
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.expect("a connection");
            let answer = ANSWER.lock().expect("an answer").clone();
            let length = u32::try_from(answer.len()).expect("a length");
            let mut ignored = [0; 1024];
            // The client may go away at any time.
            let _ = connection.read(&mut ignored);
            let _ = connection.write_all(&[&length.to_be_bytes()[..], &answer].concat());
        }
    });
}

fuzz_target!(|answer: &[u8]| {
    static LISTENING: OnceLock<()> = OnceLock::new();
    LISTENING.get_or_init(listen);
    *ANSWER.lock().expect("an answer") = answer.to_vec();
    let connect = || Agent::connect().expect("an agent");
    if let Err(error) = connect().keys() {
        assert!(!error.to_string().is_empty());
    }
    let key = Published::from_words(b"ssh-ed25519", KEY).expect("a key");
    for scheme in [Scheme::Ed25519, Scheme::RsaSha512] {
        if let Ok(signature) = connect().sign(&key, scheme, b"message") {
            assert_eq!(signature.scheme(), scheme);
        }
    }
});
