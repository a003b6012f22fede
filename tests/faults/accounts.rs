//! A user that the system does not know, as in many containers.

use crate::place::{PLAIN, Place, is_root};
use crate::support::missing::needs;
use crate::support::missing::skipped;

const UNKNOWN: u32 = 54321;

fn place() -> Option<Place> {
    if is_root() {
        return Some(Place::of_user(UNKNOWN));
    }
    skipped("only root can become a user without an entry in the user database");
    None
}

#[test]
fn a_name_and_a_comment_need_no_entry() {
    needs!("ssh-keygen");
    let Some(place) = place() else { return };
    place.works(PLAIN, "-f key -C me --no-passphrase");
    place.holds_a_pair("");
}

#[test]
fn without_them_the_error_says_what_to_give() {
    let Some(place) = place() else { return };
    for arguments in ["-q -f key --no-passphrase", "-q --no-passphrase", "-q -C me --no-passphrase"] {
        let output = place.fails(PLAIN, arguments, 255, &format!("No user exists for uid {UNKNOWN}"));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains("hint: use -f FILE and -C COMMENT"), "{errors}");
    }
}

#[test]
fn a_home_that_is_not_there_is_an_error() {
    if !is_root() {
        skipped("only root can become nobody, who has no home");
        return;
    }
    let output = Place::new().run(PLAIN, "-q --no-passphrase", "\n");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("/nonexistent/.ssh"), "{errors}");
}
