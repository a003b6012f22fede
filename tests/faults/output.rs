//! No one to talk to: standard output closed, full, or a pipe whose reader went away.

use crate::place::{NEW, PLAIN, Place};
use crate::support::missing::needs;

const TALKING: &str = "-f key -C me --no-passphrase";

#[test]
fn a_closed_standard_output_does_no_harm() {
    needs!("ssh-keygen");
    for closed in [">&-", "<&- >&-", "<&- >&- 2>&-"] {
        let place = Place::new();
        place.works(&format!(r#"exec "$@" {closed}"#), TALKING);
        place.holds_a_pair("");
    }
}

#[test]
fn a_result_for_a_closed_standard_output_is_refused_before_any_work() {
    let closed = r#"exec "$@" >&-"#;
    for words in ["-q -f - --no-passphrase", "--json -f key --no-passphrase"] {
        Place::new().fails(closed, words, 1, "cannot write to standard output: it is closed");
    }
}

#[test]
fn a_full_standard_output_is_told() {
    needs!("ssh-keygen");
    let full = r#"exec "$@" >/dev/full"#;
    Place::new().fails(full, TALKING, 1, "cannot write to standard output: No space left on device");
    let old = Place::new().file("key", "old").file("key.pub", "old public");
    old.fails(full, &format!("{TALKING} --if-exists replace"), 1, "cannot write to standard output");
    Place::new().fails(full, "-q -f - --no-passphrase", 1, "cannot write to standard output");
    Place::new().fails(full, "--help", 1, "cannot write to standard output");
    let quiet = Place::new();
    quiet.works(full, NEW);
    quiet.holds_a_pair("");
}

#[test]
fn a_full_standard_error_does_no_harm() {
    needs!("ssh-keygen");
    let place = Place::new();
    place.works(r#"exec "$@" 2>/dev/full"#, TALKING);
    place.holds_a_pair("");
    let output = place.run(r#"exec "$@" 2>/dev/full"#, &format!("{TALKING} --if-exists fail"), "");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    needs!("ssh-keygen");
    let place = Place::new();
    let output = place.works(r#"{ sleep 0.1; "$@"; echo $? >&2; } | true"#, TALKING);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "0\n");
    place.holds_a_pair("");
    let output = Place::new().run(r#"{ sleep 0.1; "$@"; echo $? >&2; } | true"#, "--help", "");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "0\n");
    // A key that no one took is another matter.
    let output =
        Place::new().run(r#"{ sleep 0.1; "$@"; echo $? >&2; } | true"#, "-q -f - --no-passphrase", "");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("cannot write to standard output") && errors.ends_with("\n1\n"), "{errors}");
}

#[test]
fn an_error_is_one_line_and_a_hint() {
    let output = Place::new().fails(PLAIN, "-q --no-passphrase -f missing/key", 1, "hint: ");
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 2);
    assert!(output.stdout.is_empty());
}
