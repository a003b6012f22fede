//! Command lines that ask: passphrases through askpass, the rest on standard input.

use crate::kit::PASSPHRASE;
use crate::lines::Line;
use crate::support::dice::Dice;

const LOCKED: [&str; 5] =
    ["ed25519_locked", "ecdsa_locked", "ecdsa_pem_locked", "rsa_locked", "rsa_pem_locked"];

/// A command line, what comes on standard input, and what askpass answers.
pub(crate) fn line(dice: &mut Dice) -> Line {
    let key = dice.pick(&LOCKED);
    let open = dice.pick(&["ed25519", "ecdsa_pem", "rsa"]);
    let old = dice.pick(&[PASSPHRASE, PASSPHRASE, "wrong", ""]);
    let new = dice.pick(&["new one", "  spaces  ", "", "naïve ☃", "a b\\n$HOME'\""]);
    let again = if dice.one_in(4) { "other" } else { new };
    let (words, input, answers): (Vec<&str>, &str, Vec<&str>) = match dice.below(9) {
        0 => (vec!["-y", "-f", key], "", vec![old]),
        1 => (vec!["-p", "-a", "1", "-f", key], "", vec![old, new, again, new, new]),
        2 => (vec!["-p", "-a", "1", "-f", open], "", vec![new, again, new, new]),
        3 => (vec!["-p", "-a", "1", "-N", "12345", "-f", key], "", vec![old]),
        4 => (vec!["-c", "-C", "new comment", "-f", "rsa_locked"], "", vec![old]),
        5 => (vec!["-c", "-f", open], dice.pick(&["new comment\n", "\n", "x", "two\nlines\n"]), vec![]),
        6 => (
            vec!["-t", dice.pick(&["ed25519", "ecdsa"]), "-a", "1", "-f", dice.pick(&["fresh", "rsa"])],
            dice.pick(&["y\n", "n\n", "yes\n", "Y\n"]),
            vec![new, again, new, new],
        ),
        7 => (vec!["-Y", "sign", "-n", "file", "-f", key, "message"], "y\n", vec![old]),
        _ => {
            (vec!["-s", key, "-I", "id", "-n", "me", "-V", "20200101:20300101", "ed25519.pub"], "", vec![old])
        }
    };
    Line {
        words: words.into_iter().map(str::to_owned).collect(),
        input: input.to_owned(),
        answers: Some(answers.into_iter().map(str::to_owned).collect()),
    }
}
