use std::fs;

use chacha20::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;
use crate::commands::failure::Cause;
use crate::commands::overwrite::IfExists;
use crate::format;
use crate::host::scripted::Scripted;
use crate::host::ui;
use crate::secret::Passphrase;

fn args(path: &Path) -> Args {
    Args {
        kind: Kind { typed: "ed25519".to_owned(), origin: Origin::Software(Spec::Ed25519) },
        destination: Destination::File(path.to_owned()),
        passphrase: NewPassphrase::Ask,
        layout: Layout::OpenSsh {
            cipher: format::Cipher::default(),
            rounds: format::Rounds::new(1).expect("one"),
        },
        comment: Some(Comment::new(b"me").expect("a comment")),
        hash: HashAlgorithm::default(),
        if_exists: IfExists::Ask,
        agent: None,
    }
}

fn answer(args: Args, answers: &[&'static str]) -> (Result<Outcome, Failure>, Scripted) {
    let mut ui = Scripted::new(answers);
    let mut ctx = Context { ui: &mut ui, rng: ChaCha20Rng::from_seed([1; 32]) };
    let result = run(args, &mut ctx);
    (result, ui)
}

#[test]
fn a_mismatch_asks_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("key");
    let (result, ui) = answer(args(&path), &["one", "other", "same", "same"]);
    result.expect("a key");
    let first = format!("Enter passphrase for \"{}\" (empty for no passphrase): ", path.display());
    let again = "Enter same passphrase again: ".to_owned();
    assert_eq!(ui.questions, [first.clone(), again.clone(), first, again]);
    assert!(ui.output.contains("Passphrases do not match.  Try again.\n"));
    let file = fs::read(&path).expect("the key");
    let file = format::KeyFile::parse(&file).expect("a key file");
    file.open(&Passphrase::new(b"same".to_vec())).expect("the key");
}

#[test]
fn the_end_of_the_input_is_no_passphrase_and_no_file() {
    for answers in [&[][..], &[""], &["secret"]] {
        let directory = tempfile::tempdir().expect("a directory");
        let (result, _) = answer(args(&directory.path().join("key")), answers);
        let error = result.expect_err("a refusal");
        assert!(matches!(error.cause(), Cause::Ui(ui::Error::EndOfInput(_))));
        assert_eq!(fs::read_dir(directory.path()).expect("the directory").count(), 0);
    }
}

#[test]
fn two_empty_answers_make_an_unencrypted_key() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("key");
    answer(args(&path), &["", ""]).0.expect("a key");
    let file = format::KeyFile::parse(&fs::read(&path).expect("it")).expect("a key file");
    file.open(&Passphrase::empty()).expect("the key");
}

#[test]
fn only_yes_overwrites() {
    for (word, replaced) in
        [("y", true), ("Y", true), ("yes", true), ("n", false), ("", false), ("ja", false)]
    {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("key");
        fs::write(&path, "old").expect("a file");
        let (result, ui) = answer(args(&path), &[word, "", ""]);
        assert_eq!(ui.questions[0], format!("{} already exists.\nOverwrite (y/n)? ", path.display()));
        let outcome = if replaced { Outcome::Done } else { Outcome::No };
        assert_eq!(result.expect("no failure"), outcome, "{word}");
        assert_eq!(fs::read(&path).expect("it") != b"old", replaced, "{word}");
    }
}

#[test]
fn a_lone_public_key_is_kept_as_old() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("key");
    fs::write(directory.path().join("key.pub"), "theirs").expect("a file");
    let (result, ui) = answer(args(&path), &["", ""]);
    assert_eq!(result.expect("no failure"), Outcome::Done);
    assert!(ui.output.contains("is kept as"), "{}", ui.output);
    assert_eq!(fs::read(directory.path().join("key.pub.old")).expect("it"), b"theirs");
    assert!(fs::read(directory.path().join("key.pub")).expect("it").starts_with(b"ssh-ed25519 "));
}

#[test]
fn a_missing_directory_is_told_before_anything_is_asked() {
    let directory = tempfile::tempdir().expect("a directory");
    let (result, ui) = answer(args(&directory.path().join("missing/key")), &["", ""]);
    assert!(result.expect_err("an error").to_string().starts_with("Saving key "));
    assert!(ui.questions.is_empty());
}
