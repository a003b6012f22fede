//! `rkeygen man`.

use crate::support::Test;

#[test]
fn pages_of_commands_are_printed_too() {
    for (arguments, page) in [
        ("man doctor", include_str!("../../man/rkeygen-doctor.1")),
        ("man rkeygen-doctor", include_str!("../../man/rkeygen-doctor.1")),
        ("man known-hosts find", include_str!("../../man/rkeygen-known-hosts.1")),
    ] {
        Test::new(arguments).stdout(page).run();
    }
}

#[test]
fn the_page_is_printed_whole() {
    Test::new("man").stdout(include_str!("../../man/rkeygen.1")).run();
}
