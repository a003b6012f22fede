//! `rkeygen man`.

use crate::support::Test;

#[test]
fn the_page_is_printed_whole() {
    Test::new("man").stdout(include_str!("../../man/rkeygen.1")).run();
    Test::new("man page").status(1).stderr_has(&["Too many arguments."]).run();
}
