//! Fifty runs at once on one name.

use std::fs;
use std::process::{Child, Stdio};

use base64ct::{Base64, Encoding};

use crate::place::{NEW, PLAIN, Place, half};
use crate::support::missing::needs;

const RUNS: usize = 50;

fn start(place: &Place, policy: &str) -> Vec<Child> {
    let one = |_| {
        let mut command = place.command(PLAIN, &format!("{NEW} --if-exists {policy}"));
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts")
    };
    (0..RUNS).map(one).collect()
}

/// Statuses and messages of all.
fn wait(runs: Vec<Child>) -> Vec<(Option<i32>, String)> {
    let end = |run: Child| {
        let output = run.wait_with_output().expect("it ends");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    runs.into_iter().map(end).collect()
}

#[test]
fn exactly_one_creates_the_key() {
    needs!("ssh-keygen");
    for policy in ["fail", "ask"] {
        let place = Place::new();
        let ended = wait(start(&place, policy));
        let (won, lost): (Vec<_>, Vec<_>) = ended.into_iter().partition(|(status, _)| *status == Some(0));
        assert_eq!(won.len(), 1, "{policy}");
        for (status, message) in lost {
            assert_eq!(status, Some(1), "{message}");
            let known = ["already exists", "has just created it", "has just changed it", "end of input"];
            assert!(known.iter().any(|part| message.contains(part)), "{message}");
        }
        place.holds_a_pair("");
    }
}

/// An OpenSSH file holds its public key in the clear.
fn belong_together(private: &str, public: &str) -> bool {
    let body: String = private.lines().filter(|line| !line.starts_with('-')).collect();
    let private = Base64::decode_vec(&body).expect("base64");
    let public = Base64::decode_vec(half(public)[1]).expect("base64");
    private.windows(public.len()).any(|part| part == public)
}

#[test]
fn replacing_never_mixes_the_halves() {
    needs!("ssh-keygen");
    let place = Place::new();
    let mut runs = start(&place, "replace");
    let mut compared = 0;
    while runs.iter_mut().any(|run| run.try_wait().expect("a status").is_none()) {
        let read = |name: &str| fs::read_to_string(place.path(name)).unwrap_or_default();
        for _ in 0..100 {
            let (public, private, again) = (read("key.pub"), read("key"), read("key.pub"));
            if !private.is_empty() && !public.is_empty() && public == again {
                assert!(belong_together(&private, &public), "two halves of different pairs");
                compared += 1;
            }
        }
    }
    assert!(compared > 0);
    let ended = wait(runs);
    assert!(ended.iter().any(|(status, _)| *status == Some(0)));
    for (status, message) in ended.iter().filter(|(status, _)| *status != Some(0)) {
        assert_eq!(*status, Some(1), "{message}");
        assert!(message.contains("has just "), "{message}");
    }
    place.holds_a_pair("");
}

#[test]
fn keeping_ends_with_one_pair() {
    needs!("ssh-keygen");
    let place = Place::new();
    let ended = wait(start(&place, "keep"));
    assert!(ended.iter().any(|(status, _)| *status == Some(0)));
    for (status, message) in ended.iter().filter(|(status, _)| *status != Some(0)) {
        assert_eq!(*status, Some(1), "{message}");
    }
    place.holds_a_pair("");
}
