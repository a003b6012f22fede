//! Keys in PKCS#11 tokens: SoftHSM 2 as the token, ssh-keygen next to rkeygen.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::slots::{Place, TOKEN, askpass, text, tokens};
use crate::support::missing::needs;
use crate::support::oracle::ssh_keygen;
use crate::support::softhsm::SoftHsm;
use crate::support::token::sktest;
use crate::support::{feed, forget_surroundings, peer, rkeygen, without_terminal};

#[test]
fn listings_and_errors_are_those_of_ssh_keygen() {
    needs!("ssh-keygen");
    let Some(hsm) = tokens() else { return };
    hsm.token("token2", "4321");
    hsm.key(("token2", "4321"), "EC:edwards25519", &["--id", "01", "--label", "on the second token"]);
    let place = Place::new(&hsm);
    for arguments in [
        "-D LIB",
        "-lD LIB",
        "-lvD LIB",
        "-BD LIB",
        "-lBD LIB",
        "-lBvD LIB",
        "-E md5 -lD LIB",
        "-qD LIB",
        "-e -D LIB",
        "-y -D LIB",
        "-K -D LIB",
        "-c -p -D LIB",
        "-D /nonexistent",
        "-D /etc/passwd",
        "-D libsofthsm2.so",
        "-D .",
    ] {
        place.same(arguments);
    }
    place.public_keys();
    for arguments in [
        "-s user.pub -D LIB -P 1234 -I id -n me user.pub",
        "-s nothing -D LIB -P 1234 -I id -n me user.pub",
        "-s 0.pub -D LIB -P 9999 -I id -n me user.pub",
        "-s 0.pub -D LIB -P 1 -I id -n me user.pub",
        "-s 0.pub -D LIB -I id -n me user.pub",
        "-s 0.pub -D /etc/passwd -P 1234 -I id -n me user.pub",
        "-s 0.pub -D LIB -P 1234 -n me user.pub",
    ] {
        let words = place.same(arguments);
        assert!(!words.contains("Signed"), "{arguments}: {words}");
        assert!(!place.path().join("user-cert.pub").exists(), "{arguments}");
    }
}

#[test]
fn keys_of_every_type_sign_certificates_and_files() {
    needs!("ssh-keygen");
    let Some(hsm) = tokens() else { return };
    let place = Place::new(&hsm);
    let keys = place.public_keys();
    assert_eq!(keys.len(), 7);
    for (number, line) in keys.iter().enumerate() {
        place.done(rkeygen(), &format!("-q -s {number}.pub -D LIB -P 1234 -I id -n me user.pub"));
        let listing = place.done(ssh_keygen(), "-L -f user-cert.pub");
        assert!(listing.contains("Signing CA: "), "{line}: {listing}");
        assert_eq!(place.done(rkeygen(), "-L -f user-cert.pub"), listing);
        fs::write(place.path().join("signers"), format!("me {line}\n")).expect("a file");
        place.done(rkeygen(), &format!("-Y sign -n file -f {number}.pub -D LIB -P 1234 message"));
        for program in [ssh_keygen(), rkeygen()] {
            let mut program = program;
            program
                .current_dir(place.path())
                .args(["-Y", "verify", "-n", "file", "-f", "signers", "-I", "me"]);
            program.args(["-s", "message.sig"]);
            let verdict = feed(program, b"hello\n");
            assert!(verdict.status.success(), "{line}: {}", text(&verdict.stderr));
        }
        fs::remove_file(place.path().join("message.sig")).expect("a signature");
    }
    let rsa = keys.iter().position(|line| line.starts_with("ssh-rsa")).expect("an RSA key");
    for scheme in ["rsa-sha2-256", "rsa-sha2-512"] {
        place.done(rkeygen(), &format!("-q -t {scheme} -s {rsa}.pub -D LIB -P 1234 -I id -n me user.pub"));
        assert!(place.done(ssh_keygen(), "-L -f user-cert.pub").contains(scheme));
    }
}

#[test]
fn a_ca_in_a_token_signs_by_a_list_and_a_ledger() {
    needs!("ssh-keygen");
    let Some(hsm) = tokens() else { return };
    let place = Place::new(&hsm);
    let keys = place.public_keys();
    let list = "public_key,id,principals,output\nuser.pub,a,me,a-cert.pub\nuser.pub,b,you,b-cert.pub\n";
    fs::write(place.path().join("list"), list).expect("a file");
    let ledger = || fs::read_to_string(place.path().join("ledger")).unwrap_or_default();
    for (number, line) in keys.iter().enumerate() {
        let sign = format!(
            "-q -s {number}.pub -D LIB -P PIN --from list --ledger ledger -V +1h --if-exists replace"
        );
        let before = ledger();
        let refused = place.run(rkeygen(), &sign.replace("PIN", "9999"));
        assert_eq!(refused.status.code(), Some(255), "{line}: {}", text(&refused.stderr));
        assert_eq!(ledger().replace(&before, "").matches("\"serial\"").count(), 0, "{line}: a wrong PIN");
        place.done(rkeygen(), &sign.replace("PIN", "1234"));
        for (name, serial) in [("a", 1), ("b", 2)] {
            let listing = place.done(ssh_keygen(), &format!("-L -f {name}-cert.pub"));
            assert!(listing.contains(&format!("Serial: {serial}\n")), "{line}: {listing}");
            assert!(listing.contains(&format!("Key ID: \"{name}\"")), "{line}: {listing}");
        }
        let again = place.run(rkeygen(), &sign.replace("PIN", "1234"));
        assert_eq!(again.status.code(), Some(255), "{line}: used names");
    }
    assert_eq!(ledger().matches("\"serial\"").count(), 2 * keys.len());
}

#[test]
fn the_pin_is_asked_for_once_and_never_on_standard_input() {
    let Some(hsm) = tokens() else { return };
    hsm.key(TOKEN, "EC:secp384r1", &["--id", "20", "--label", "always", "--always-auth"]);
    let place = Place::new(&hsm);
    let keys = place.public_keys();
    fs::copy(place.path().join("user.pub"), place.path().join("other.pub")).expect("a copy");
    let always = keys.iter().position(|line| line.ends_with(" always")).expect("the key");
    let plain = keys.iter().position(|line| line.ends_with(" key of EC:secp384r1")).expect("the key");
    let prompt = "Enter PIN for 'token1': \n";
    // A key that wants the PIN at each use gets it at each use; the first one is that of the login.
    // An empty PIN is none.
    for (key, more, pin, asked, status) in [
        (plain, "", "1234", 1, 0),
        (plain, "-P ''", "1234", 1, 0),
        (always, "", "1234", 2, 0),
        (plain, "", "9999", 1, 255),
        (always, "", "9999", 1, 255),
    ] {
        let program = askpass(&place, pin);
        let variables = [("SSH_ASKPASS", program.as_str()), ("SSH_ASKPASS_REQUIRE", "force")];
        let arguments = format!("-s {key}.pub -D LIB {more} -I id -n me user.pub other.pub");
        let output = place.run_with(rkeygen(), &arguments, &variables);
        assert_eq!(output.status.code(), Some(status), "{}", text(&output.stderr));
        let log = place.path().join("asked");
        assert_eq!(fs::read_to_string(&log).expect("the log"), prompt.repeat(asked), "{key} {more} {pin}");
        fs::remove_file(log).expect("the log");
    }
    let output = place.run(rkeygen(), &format!("-s {plain}.pub -D LIB --no-input -I id -n me user.pub"));
    assert_eq!(output.status.code(), Some(1));
    let mut command = rkeygen();
    command.args(["-s", &format!("{plain}.pub"), "-D", &hsm.library, "-I", "id", "-n", "me", "user.pub"]);
    command.current_dir(place.path()).env("SOFTHSM2_CONF", hsm.configuration());
    let mut session = rexpect::session::spawn_command(command, Some(60_000)).expect("a terminal");
    session.exp_string("Enter PIN for 'token1': ").expect("a prompt");
    session.send_line("1234").expect("an answer");
    session.exp_string("Signed user key user-cert.pub").expect("a certificate");
}

#[test]
fn hidden_keys_are_shown_after_the_pin() {
    needs!("ssh-keygen");
    let Some(hsm) = SoftHsm::new() else { return };
    hsm.token("hidden", "4321");
    hsm.key(("hidden", "4321"), "EC:prime256v1", &["--id", "01", "--label", "secret", "--private"]);
    let place = Place::new(&hsm);
    place.same("-D LIB");
    let program = askpass(&place, "4321");
    let variables = [("SSH_ASKPASS", program.as_str()), ("SSH_ASKPASS_REQUIRE", "force")];
    let [theirs, ours] = [ssh_keygen(), rkeygen()].map(|it| place.run_with(it, "-D LIB", &variables));
    assert_eq!((text(&ours.stdout), ours.status), (text(&theirs.stdout), theirs.status));
    assert!(text(&ours.stdout).ends_with(" secret\n"), "{}", text(&ours.stdout));
    assert_eq!(text(&place.run(rkeygen(), "-D LIB -P 4321").stdout), text(&ours.stdout));
}

#[test]
fn the_doctor_names_the_tokens_and_what_they_can_do() {
    let Some(hsm) = tokens() else { return };
    let place = Place::new(&hsm);
    let said = place.done(rkeygen(), "doctor -D LIB");
    for words in [
        "token \"token1\"",
        "PIN          needed to sign",
        "key          rsa, 2048 bits, SHA256:",
        "signs      yes",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let json = place.done(rkeygen(), "doctor --json -D LIB");
    assert!(json.contains("\"schema\": \"rkeygen/tokens/1\""), "{json}");
    let empty = SoftHsm::new().expect("SoftHSM");
    assert_eq!(Place::new(&empty).run(rkeygen(), "doctor -D LIB").status.code(), Some(1));
    assert_eq!(place.run(rkeygen(), "doctor -D /etc/passwd").status.code(), Some(255));
}

#[test]
fn json_is_of_its_schema() {
    needs!("python3 jsonschema");
    let Some(hsm) = tokens() else { return };
    let place = Place::new(&hsm);
    let answers = tempfile::tempdir().expect("a directory");
    for (number, arguments) in ["--json -D LIB", "doctor --json -D LIB"].into_iter().enumerate() {
        fs::write(answers.path().join(number.to_string()), place.done(rkeygen(), arguments)).expect("a file");
    }
    if let Some(provider) = sktest() {
        let token = crate::calls::Place::new();
        let made = crate::calls::Call::new("-q -t ed25519-sk -N '' -f key -O resident -O user=bob");
        token.call(rkeygen(), provider, &made);
        let mut command = rkeygen();
        command.args(["--json", "-K", "-N", "", "-w"]).arg(provider).current_dir(token.path("."));
        forget_surroundings(&mut command);
        command.env("SKTEST_DIR", token.path("../token"));
        without_terminal(&mut command);
        fs::write(answers.path().join("resident"), feed(command, b"1234\n").stdout).expect("a file");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new("/usr/bin/python3");
    python.arg(root.join("tests/cli/schemas.py")).arg(root.join("docs/schemas")).arg(answers.path());
    let output = peer(&mut python);
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}
