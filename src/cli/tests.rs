use std::ffi::OsString;

use clap::CommandFactory;

use super::*;
use crate::commands::generate::{Args, Destination};
use crate::commands::overwrite::IfExists;
use crate::commands::passphrase::NewPassphrase;
use crate::secret::Passphrase;

fn read(words: &str) -> Result<Invocation, Error> {
    parse(words.split_whitespace().map(OsString::from))
}

fn generate(words: &str) -> Args {
    match read(words).map(|invocation| invocation.command) {
        Ok(Command::Generate(args)) => args,
        other => panic!("{words}: {other:?}"),
    }
}

#[test]
fn every_option_has_one_line_of_help_and_every_id_exists() {
    let flags = Flags::command();
    let known: Vec<&str> = flags.get_arguments().map(|argument| argument.get_id().as_str()).collect();
    for argument in flags.get_arguments() {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.len() > 10 && !help.contains('\n'), "{}: {help:?}", argument.get_id());
        assert!(argument.get_long().is_none_or(|long| !help.eq_ignore_ascii_case(long)), "{help}");
        assert!(argument.is_positional() || argument.get_help_heading().is_some(), "{}", argument.get_id());
    }
    for subcommand in subcommand::all() {
        for opt in subcommand.options.iter().flat_map(|group| group.iter()) {
            assert!(known.contains(&opt.id), "{}: {}", subcommand.name, opt.id);
        }
        let vocabulary = Vocabulary::of(subcommand);
        let mut names: Vec<String> = vocabulary.longs().map(str::to_owned).collect();
        names.extend(vocabulary.entries().filter_map(vocabulary::Entry::short_name).map(String::from));
        let number = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), number, "{}: two options of one name", subcommand.name);
    }
}

/// Help must name commands that exist, with options that they take.
#[test]
fn every_example_parses() {
    for subcommand in subcommand::all() {
        assert!(
            help::of_subcommand(subcommand).lines().all(|line| line.chars().count() < 110),
            "{}",
            subcommand.name
        );
        for example in subcommand.examples {
            let example = example.rsplit(" | ").find(|part| part.starts_with("rkeygen ")).unwrap_or(example);
            let words = example.split(['<', '>']).next().unwrap_or_default().replace('"', "");
            let result = read(words.trim_start_matches("rkeygen "));
            assert!(result.is_ok(), "{example}: {result:?}");
        }
    }
    let overview = help::topic(&[]).expect("the overview");
    for line in overview.lines().filter_map(|line| line.strip_prefix("  rkeygen ")) {
        let words = line.split("  ").next().unwrap_or_default();
        let result = read(words);
        let incomplete = words.starts_with("certificate sign");
        assert!(incomplete || result.is_ok(), "{words}: {result:?}");
    }
    assert!(overview.lines().count() <= 32);
}

/// A subcommand and ssh-keygen's options for it give the same command.
#[test]
fn subcommands_mean_what_options_mean() {
    for (subcommand, options) in [
        ("new", ""),
        ("new k -t rsa -b 2048 --if-exists keep", "-f k -t rsa -b 2048 --if-exists keep"),
        ("new - --no-passphrase", "-f - --no-passphrase"),
        ("fingerprint k -v -E md5", "-lv -E md5 -f k"),
        ("-q fingerprint k", "-q -l -f k"),
        ("--json fingerprint k", "--json -l -f k"),
        ("fingerprint k --json", "--json -l -f k"),
        ("public k -P x", "-y -f k -P x"),
        ("passphrase k -P x -N y -m PEM", "-p -f k -P x -N y -m PEM"),
        ("comment k text", "-c -f k -C text"),
        ("comment k", "-c -f k"),
        (
            "certificate sign --ca ca --key-id i --principals n --host -z +3 -V +1d a.pub b.pub",
            "-s ca -I i -n n -h -z +3 -V +1d a.pub b.pub",
        ),
        ("certificate sign a.pub -s ca -I i --option no-pty -U", "-U -s ca -I i -O no-pty a.pub"),
        ("certificate show c -E md5", "-L -f c -E md5"),
        ("krl make r --ca ca --krl-version 3 a b", "-k -f r -s ca -z 3 a b"),
        ("krl update r -", "-k -u -f r -"),
        ("krl show r", "-Q -l -f r"),
        ("krl check r a b", "-Q -f r a b"),
        ("sign --key k a b", "-Y sign -f k -n file a b"),
        ("sign --key k --namespace x --option hashalg=sha256 -U", "-Y sign -U -f k -n x -O hashalg=sha256"),
        (
            "verify --allowed-signers a --signer i --signature s --revoked r",
            "-Y verify -f a -I i -n file -s s -r r",
        ),
        ("verify --signature-only --signature s -n x", "-Y check-novalidate -n x -s s"),
        ("principals find --signature s --allowed-signers a", "-Y find-principals -s s -f a"),
        ("principals match --signer i --allowed-signers a", "-Y match-principals -I i -f a"),
        ("known-hosts find h -l -f k", "-F h -l -f k"),
        ("known-hosts remove h --keep-invalid", "-R h --keep-invalid"),
        ("known-hosts hash -f k", "-H -f k"),
        ("host-keys /p --types rsa", "-A -f /p --host-key-types rsa"),
        ("sshfp h k.pub -g", "-r h -f k.pub -g"),
        ("moduli generate o --option bits=2048", "-M generate -O bits=2048 o"),
        ("moduli screen i o --option lines=3", "-M screen -f i -O lines=3 o"),
    ] {
        let shown = |words| format!("{:?}", read(words).unwrap_or_else(|error| panic!("{words}: {error}")));
        assert_eq!(shown(subcommand), shown(options), "{subcommand}");
    }
}

/// No file name can be taken for a subcommand where ssh-keygen takes operands.
#[test]
fn operands_of_modes_are_never_subcommands() {
    for words in ["-s ca -I i new", "-k -f r help", "-Y sign -f k -n n doctor", "-Q -f r fingerprint"] {
        let shown = format!("{:?}", read(words).expect("a command"));
        let name = words.rsplit(' ').next().unwrap_or_default();
        assert!(shown.contains(&format!("\"{name}\"")), "{shown}");
    }
}

#[test]
fn completions_offer_what_fits() {
    let answer = |words: &str| {
        let line = format!("completions query -- {words}");
        let mut arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        if words.ends_with(' ') || words.is_empty() {
            arguments.push(OsString::new());
        }
        match parse(arguments).map(|invocation| invocation.command) {
            Ok(Command::Show(text)) => text.into_owned(),
            other => panic!("{words}: {other:?}"),
        }
    };
    for (words, files, offered) in [
        ("", "words", "krl\tmake, update, show, check"),
        ("kn", "words", "known-hosts\tfind"),
        ("--json fing", "words", "fingerprint\tShow fingerprints"),
        ("known-hosts de", "words", "dedupe\tRemove"),
        ("known-hosts dedupe --d", "words", "--dry-run\tShow"),
        ("new -t ", "words", "ed25519"),
        ("-q -te", "words", ""),
        ("-t e", "words", "ecdsa"),
        ("-qt ", "words", "rsa"),
        ("--if-exists=k", "words\t--if-exists=", "--if-exists=keep"),
        ("convert x --to p", "words", "pkcs8"),
        ("convert x -o ", "files", ""),
        ("convert ", "files", ""),
        ("certificate sign --ca c ", "public", ""),
        ("-F ", "hosts", ""),
        ("known-hosts remove ", "hosts", ""),
        ("--passphrase-from f", "words", "file:"),
        ("-y --passphrase-from file:a", "files\tfile:", ""),
        ("host-keys --types rsa,e", "words\trsa,", "rsa,ed25519"),
        ("completions ", "words", "fish"),
        ("new -N - --no-p", "words", "--no-passphrase"),
    ] {
        let seen = answer(words);
        assert!(seen.starts_with(files) && seen.contains(offered), "{words}: {seen}");
    }
}

#[test]
fn the_clap_definition_is_sound() {
    Flags::command().debug_assert();
}

#[test]
fn values_are_read_as_getopt_reads_them() {
    for (words, path) in
        [("-f=key", "=key"), ("-fkey", "key"), ("-f -q", "-q"), ("-f -- -q", "--"), ("-qf key", "key")]
    {
        assert_eq!(generate(words).destination, Destination::File(path.into()), "{words}");
    }
    assert_eq!(generate("-f a -f b").destination, Destination::File("b".into()));
    assert_eq!(generate("--file=a=b").destination, Destination::File("a=b".into()));
    assert_eq!(generate("--file -x").destination, Destination::File("-x".into()));
}

#[test]
fn passphrases_have_one_source_and_old_letters_their_precedence() {
    let given = |words| match generate(words).passphrase {
        NewPassphrase::Given(passphrase) => passphrase,
        other => panic!("{words}: {other:?}"),
    };
    assert_eq!(given("-N a -P b"), Passphrase::new(b"b".to_vec()));
    assert_eq!(given("-N a -N c"), Passphrase::new(b"c".to_vec()));
    assert!(matches!(generate("--no-passphrase").passphrase, NewPassphrase::Without));
    for words in [
        "-N a --no-passphrase",
        "-P a --new-passphrase-from stdin",
        "--no-passphrase --new-passphrase-from stdin",
    ] {
        assert!(matches!(read(words), Err(Error::Usage { .. })), "{words}");
    }
}

#[test]
fn if_exists_has_four_words() {
    assert_eq!(generate("").if_exists, IfExists::Ask);
    for (word, meaning) in [
        ("ask", IfExists::Ask),
        ("fail", IfExists::Fail),
        ("keep", IfExists::Keep),
        ("replace", IfExists::Replace),
    ] {
        assert_eq!(generate(&format!("--if-exists {word}")).if_exists, meaning);
    }
}

#[test]
fn words_that_are_not_utf8_are_an_error_where_text_is_wanted() {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        let odd = OsString::from_vec(b"caf\xe9".to_vec());
        let words = |option: &str| vec![OsString::from(option), odd.clone()];
        for option in ["-t", "-b", "-m", "-E", "-Z", "-a", "--if-exists", "--new-passphrase-from"] {
            assert!(parse(words(option)).is_err(), "{option}");
        }
        for option in ["-f", "-C", "-N", "-P", "-O", "-w"] {
            assert!(parse(words(option)).is_ok(), "{option}");
        }
    }
}
