//! Making keys without a terminal.

use crate::support::Test;

#[test]
fn text_is_ssh_keygens_byte_for_byte() {
    let done = Test::new("-t ed25519 -f key -N ").arg("").arg("-C").arg("me").stdout_has(&[]).run();
    let line = std::process::Command::new("ssh-keygen").arg("-lvf").arg(done.path("key")).output();
    let listing = String::from_utf8(line.expect("ssh-keygen").stdout).expect("text");
    let (first, picture) = listing.split_once('\n').expect("a fingerprint line and a picture");
    let fingerprint = first.strip_prefix("256 ").and_then(|rest| rest.strip_suffix(" (ED25519)"));
    let expected = format!(
        "Generating public/private ed25519 key pair.\n\
         Your identification has been saved in key\n\
         Your public key has been saved in key.pub\n\
         The key fingerprint is:\n{}\n\
         The key's randomart image is:\n{picture}",
        fingerprint.expect("ssh-keygen's line"),
    );
    assert_eq!(done.stdout(), expected);
}
