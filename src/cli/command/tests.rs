use std::ffi::OsString;

use super::*;
use crate::cli::parse;
use crate::commands::make_krl::Existing;
use crate::commands::query_krl::Show;
use crate::commands::sign_certificate::Serial;
use crate::commands::signer::Holder;

fn command(words: &str) -> Result<Command, Error> {
    parse(words.split_whitespace().map(OsString::from)).map(|invocation| invocation.command)
}

/// Which mode wins when letters of several are there: ssh-keygen's order.
#[test]
fn the_first_mode_that_fits_wins() {
    for (words, mode) in [
        ("-Y verify -f f -I i -n n -s s -k -Q -L", "Verify("),
        ("-Y signature -f f -n n -s s", "Sign("),
        ("-Y find-principalsX -f f -s s", "FindPrincipals("),
        ("-Y match-principals -f f -I i", "MatchPrincipals("),
        ("-k -Q -s ca -f f x", "MakeKrl("),
        ("-k -f f", "MakeKrl("),
        ("-Q -L -l -f f -s ca x", "QueryKrl("),
        ("-L -l -s ca -I i x", "SignCertificate("),
        ("-L -l -p -f f", "ShowCertificate("),
        ("-l -p -y -f f", "Fingerprint("),
    ] {
        let seen = format!("{:?}", command(words));
        assert!(seen.starts_with(&format!("Ok({mode}")), "{words}: {seen}");
    }
}

#[test]
fn letters_mean_what_their_mode_says() {
    let Ok(Command::SignCertificate(args)) = command("-U -h -s ca -I id -n a,b -z +7 -t rsa-sha2-256 x y")
    else {
        panic!("not -s")
    };
    assert_eq!((args.holder, args.serial), (Holder::Agent, Some(Serial::From(7))));
    assert_eq!((args.key_id.as_deref(), args.scheme.as_deref()), (Some(&b"id"[..]), Some("rsa-sha2-256")));
    assert_eq!(args.files, ["x", "y"].map(std::path::PathBuf::from));

    let Ok(Command::MakeKrl(args)) = command("-k -u -f f -s none -z +3 -C c x") else { panic!("not -k") };
    assert_eq!((args.existing, args.version), (Existing::Update, Some(3)));

    let Ok(Command::QueryKrl(args)) = command("-l -Q -f f x") else { panic!("not -Q") };
    assert_eq!((args.show, args.keys.len()), (Show::ListAndAnswers, 1));
}

#[test]
fn bad_values_fail_in_every_mode() {
    for (words, message) in [
        ("-l -V x", "Invalid certificate life specification x"),
        ("-l -z x", "Invalid serial number \"x\""),
        ("-k -f f -z +", "Invalid serial number \"\""),
        ("-s ca -I i -O bogus x", "Unsupported certificate option \"bogus\""),
        ("-Y sign -f f -n n -O hashalg=md5 x", "unsupported hash algorithm \"md5\""),
        ("-Y sign -f f -n n -O print-pubkey x", "Invalid option \"print-pubkey\""),
        ("-Y find-principals -f f -s s -O hashalg=sha256", "Invalid option \"hashalg=sha256\""),
        ("-l -V 20300101:20200101", "Empty certificate validity interval"),
        ("-k -s c x -f ''", "KRL generation requires an output file"),
        ("-s ca -I i --max-validity soon x", "soon: not a time such as 12h or 52w"),
    ] {
        match command(words) {
            Err(Error::BadValue { message: seen, .. }) => assert!(seen.contains(message), "{words}: {seen}"),
            other => panic!("{words}: {other:?}"),
        }
    }
    let option = command("-Y match-principals -f f -I i -O verify-time=20260101").expect_err("an option");
    assert_eq!(option, Error::MatchOption("verify-time=20260101".to_owned()));
    assert_eq!(option.status(), 246);
    for words in ["-s ca -I i", "x", "-L x", "-Y sign x", "-f k --lifetime 1h"] {
        assert!(matches!(command(words), Err(Error::Usage { .. })), "{words}");
    }
}
