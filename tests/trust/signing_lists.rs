//! Certificates by a list (`-s --from`): what ssh-keygen reads of them, and lists with mistakes.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::support::missing::needs;
use crate::world::{Program, World};

/// Signs by a list on standard input.
fn sign(world: &World, options: &str, list: impl AsRef<[u8]>) -> (Option<i32>, String, Output) {
    let output = world.run(Program::Ours, &format!("-s ca-ed25519 --from - {options}"), list.as_ref());
    let text = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned();
    (output.status.code(), text, output)
}

/// The names of the certificates that are there.
fn certificates(world: &World) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(world.directory())
        .expect("the directory")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("-cert.pub"))
        .collect();
    names.sort();
    names
}

/// A file as ssh-keygen lists it.
fn shown(world: &World, name: &str) -> String {
    world.done(Program::Theirs, &format!("-L -f {name}"))
}

#[test]
fn a_list_makes_the_same_certificates_as_single_calls() {
    needs!("ssh-keygen");
    let world = World::new();
    let key = world.read("user.pub");
    let csv = format!(
        "serial,public_key,key_id,principals,validity,options,output\r\n\
         7,user.pub,user,\"me,root\",20200101:20990101,\"no-pty,source-address=\"\"10.0.0.0/8,::1\"\"\",\r\n\
         ,other.pub,other,,,,\r\n\
         ,\"{}\",third,me,,\"clear,force-command=\"\"say \\\"\"a, b\\\"\"\"\"\",third-cert.pub\r\n",
        key.trim()
    );
    let (status, text, _) = sign(&world, "-n you -V always:forever -z +40 -O no-user-rc", csv);
    assert_eq!(status, Some(0), "{text}");
    assert_eq!(text.matches("Signed user key ").count(), 3, "{text}");
    let of_list: Vec<_> = certificates(&world).iter().map(|name| shown(&world, name)).collect();
    for (call, name) in [
        ("-I other -n you -z 40 -V always:forever other.pub", "other-cert.pub"),
        (
            "-I third -n me -z 41 -V always:forever -O clear -O force-command=say~\"a,~b\" user.pub",
            "third-cert.pub",
        ),
        (
            "-I user -n me,root -z 7 -V 20200101:20990101 -O no-pty -O source-address=10.0.0.0/8,::1 user.pub",
            "user-cert.pub",
        ),
    ] {
        world.done(Program::Theirs, &format!("-q -s ca-ed25519 -O no-user-rc {call}"));
        if name == "third-cert.pub" {
            fs::rename(world.path("user-cert.pub"), world.path(name)).expect("the certificate");
        }
    }
    let single: Vec<_> = certificates(&world).iter().map(|name| shown(&world, name)).collect();
    assert_eq!(of_list, single);
    // The comment of the key is kept.
    assert!(world.read("third-cert.pub").ends_with(" user\n"));
}

#[test]
fn each_line_has_its_result() {
    needs!("ssh-keygen");
    let world = World::new();
    world.write("here-cert.pub", "notes\n");
    fs::create_dir(world.path("closed")).expect("a directory");
    let list = "{\"public_key\":\"user.pub\",\"id\":\"one\",\"principals\":[\"me\"]}\n\n\
                {\"public_key\":\"user.pub\",\"id\":\"two\",\"principals\":[\"me\"],\"output\":\"missing/x\"}\n\
                {\"public_key\":\"user.pub\",\"id\":\"three\",\"principals\":[\"me\"],\"output\":\"here-cert.pub\"}\n\
                {\"public_key\":\"user.pub\",\"id\":\"four\",\"principals\":[\"me\"],\"output\":\"ca-ed25519\"}\n\
                {\"public_key\":\"user.pub\",\"id\":\"five\",\"principals\":[\"me\"],\"output\":\"closed\"}\n\
                {\"public_key\":\"other.pub\",\"id\":\"six\",\"principals\":[\"me\"]}\n";
    let ca = world.read("ca-ed25519");
    let (status, text, output) = sign(&world, "--json -V +1d", list);
    assert_eq!(status, Some(1), "{text}");
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let results: Vec<_> = json["certificates"].as_array().expect("results").iter().collect();
    let of = |member: &str| results.iter().map(|it| it[member].clone()).collect::<Vec<_>>();
    assert_eq!(of("line"), [1, 3, 4, 5, 6, 7].map(Value::from));
    assert_eq!(of("changed"), [true, false, false, false, false, true].map(Value::from));
    let ids: Vec<_> = results.iter().map(|it| it["error"]["id"].as_str()).collect();
    let [not_saved, request] = ["not-saved", "certificate-request"].map(Some);
    assert_eq!(ids, [None, not_saved, request, request, request, None]);
    assert!(text.contains("4 of 6 certificates were not written"), "{text}");
    for (name, id) in [("user-cert.pub", "one"), ("other-cert.pub", "six")] {
        assert!(shown(&world, name).contains(&format!("Key ID: \"{id}\"")));
    }
    assert_eq!((world.read("here-cert.pub"), world.read("ca-ed25519")), ("notes\n".to_owned(), ca));
    // The text says the same, each with its line.
    let (status, text, _) = sign(&world, "-V +1d", list);
    assert_eq!((status, text.matches("Signed user key ").count()), (Some(1), 2), "{text}");
    assert!(text.contains("\n(stdin):4: here-cert.pub: exists and is not a certificate"), "{text}");
}

#[test]
fn a_list_is_renewed_line_by_line() {
    needs!("ssh-keygen");
    let world = World::new();
    let run = |list: &str| {
        let (status, text, output) =
            sign(&world, "--json -n me -V +4w --if-exists keep --renew-before 7d", list);
        assert_eq!(status, Some(0), "{text}");
        let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let results = json["certificates"].as_array().expect("results").clone();
        results.iter().map(|it| it["changed"] == true).collect::<Vec<_>>()
    };
    let list = "public_key,id\nuser.pub,one\nother.pub,two\n";
    assert_eq!(run(list), [true, true]);
    assert_eq!(run(list), [false, false]);
    assert_eq!(run("public_key,id,validity\nuser.pub,one,-22d:+6d\nother.pub,two,\n"), [true, false]);
    assert_eq!(run(list), [true, false]);
    assert_eq!(run("public_key,id,principals\nuser.pub,one,\nother.pub,two,you\n"), [false, true]);
    let (status, text, _) = sign(&world, "-n me -V +4w --if-exists keep", list);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("Kept user key user-cert.pub: id \"one\"\n"), "{text}");
    assert!(text.contains("(stdin):3: other-cert.pub: existing certificate does not match"), "{text}");
    let (status, text, _) = sign(&world, "-n me -V +4w --if-exists fail", list);
    assert!(status == Some(1) && text.contains("2 of 2 certificates were not written"), "{text}");
}

#[test]
fn one_wrong_line_and_nothing_is_signed() {
    needs!("ssh-keygen");
    let world = World::new();
    fs::write(world.path("dsa.pub"), include_bytes!("../vectors/dsa.pub")).expect("a key");
    world.done(Program::Theirs, "-q -s ca-rsa -I id -n me -V always:forever other.pub");
    let good = "public_key,id,principals,validity,options,serial,output\nuser.pub,one,me,,,,\n";
    for (line, words) in [
        ("missing.pub,x,me,,,,", ":3: load pubkey \"missing.pub\": No such file or directory"),
        ("other-cert.pub,x,me,,,,", ":3: key \"other-cert.pub\" type ECDSA-CERT cannot be certified"),
        ("dsa.pub,x,me,,,,", ":3: load pubkey \"dsa.pub\": OpenSSH no longer supports such keys"),
        ("message,x,me,,,,", ":3: load pubkey \"message\": invalid format"),
        ("/dev/zero,x,me,,,,", ":3: load pubkey \"/dev/zero\": not a regular file"),
        ("ssh-ed25519 AAAA,x,me,,,,o", ":3: load pubkey \"public_key\": invalid format"),
        ("other.pub,,me,,,,", ":3: key_id is missing"),
        ("other.pub,x,\"me,\",,,,", ":3: Empty principal name"),
        ("other.pub,x,me,+1y,,,", ":3: Invalid relative certificate life +1y"),
        ("other.pub,x,me,20300101:20200101,,,", ":3: Empty certificate validity interval"),
        ("other.pub,x,me,+53w,,,", ":3: the certificate would be valid for longer than --max-validity"),
        ("other.pub,x,me,,root,,", ":3: Unsupported certificate option \"root\""),
        ("other.pub,x,me,,source-address=1.2.3.4/33,,", ":3: Invalid source-address list"),
        ("other.pub,x,me,,,many,", ":3: Invalid serial number \"many\""),
        ("other.pub,x,me,,,,user-cert.pub", ":3: the output file is that of line 2"),
        ("other.pub,x,me,,,,./user-cert.pub", ":3: the output file is that of line 2"),
        ("other.pub,x,me,,,,user.pub", ":3: the output file is the public key of line 2"),
        ("other.pub,x,me,,,5,\nother.pub,x,me,,,5,o", ":4: the serial number 5 is that of line 3"),
        ("other.pub,x,me", ":3: 3 fields, but the header has 7"),
        ("other.pub,\"x,me,,,,", ":3: field 2: the quotation mark is not closed"),
        ("other.pub,x\u{7},me,,,,", ":3: key_id contains a control character"),
        ("other.pub,x,me,,,18446744073709551616,", ":3: Invalid serial number \"18446744073709551616\""),
        ("other.pub,x,me\u{0},,,,", ":3: principals contains a control character"),
        ("\u{feff}other.pub,x,me,,,,", ":3: load pubkey \"\u{feff}other.pub\": No such file"),
        ("{\"public_key\":\"other.pub\"}", ":3: field 1: a quotation mark inside a field"),
        ("other.pub,x,me,,,,\nbad,y,me,,,,\nuser.pub,,me,,,,z", ":4: load pubkey \"bad\": No such file"),
    ] {
        let (status, text, _) = sign(&world, "--max-validity 52w -V +1d", format!("{good}{line}\n"));
        let last = text.lines().find(|line| line.starts_with("nothing was signed: ")).unwrap_or_default();
        assert!(status == Some(255) && last.contains(words), "{line}: {status:?} {text}");
        assert_eq!(certificates(&world), ["other-cert.pub"], "{line}: {text}");
    }
    let (status, text, _) = sign(&world, "--require-principals -V +1d", "public_key,id\nuser.pub,x\n");
    assert!(status == Some(255) && text.contains(":2: no principals (-n)"), "{text}");
    let (_, text, _) = sign(&world, "-V +1d", "public_key,id\nuser.pub,x\n");
    assert!(text.contains("(stdin):2: Warning: certificate will contain no principals"), "{text}");
    for (list, words) in [
        ("", "(stdin): the list is empty"),
        ("name,id\n", "(stdin):1: unknown column \"name\""),
        ("id\nuser.pub\n", "(stdin):1: the column public_key is missing"),
        ("\u{0}\u{0}", "(stdin):1: unknown column"),
        ("[{\"public_key\":\"user.pub\"}]", "(stdin):1: a JSON array"),
        ("{\"public_key\":\"user.pub\",\"public_key\":\"other.pub\"}", "is there twice"),
        ("{\"id\":[[[[[[[[[[[[[[[[[[[[[[", "(stdin):1: invalid JSON"),
    ] {
        let (status, text, _) = sign(&world, "-n me", list);
        assert!(status == Some(255) && text.contains(words), "{list:?}: {text}");
    }
    let (status, text, _) = sign(&world, "-n me", b"\xff\xfep\0u\0");
    assert!(status == Some(255) && text.contains("(stdin):1: not UTF-8"), "{text}");
    // What an error quotes is not longer than a file name.
    let long = "9".repeat(1 << 19);
    for list in [long.clone(), format!("public_key,serial\nuser.pub,{long}")] {
        let (status, text, _) = sign(&world, "-n me -I id", list);
        assert!(status == Some(255) && text.len() < 8000 && text.contains("(stdin):"), "{}", text.len());
    }
    let (status, text, _) = sign(&world, "-n me", [b'a'; (1 << 20) + 1]);
    assert!(status == Some(255) && text.contains("(stdin): a line is too long"), "{text}");
    assert_eq!(sign(&world, "-n me", "public_key,id\n").0, Some(0), "no lines");
}

#[test]
fn wrong_options_of_lists_are_usage_errors() {
    let directory = tempfile::tempdir().expect("a directory");
    for (line, words) in [
        ("-s ca --from list user.pub", "--from and FILE exclude each other"),
        ("-s ca --from - --if-exists ask", "standard input is the list"),
        ("-s ca --from - --passphrase-from stdin", "standard input is the list"),
        ("-l --from list", "--from does not apply to this mode"),
        ("certificate sign --ca ca --key-id x", "FILE is missing"),
        ("certificate show --from list", "unknown option --from"),
    ] {
        let mut command = crate::support::rkeygen();
        command.current_dir(directory.path()).args(line.split(' '));
        let output = crate::support::feed(command, b"");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && text.contains(words), "{line}: {text}");
    }
}

#[test]
fn a_private_key_of_a_list_is_read_by_its_public_one_and_the_word_form_is_the_same() {
    needs!("ssh-keygen");
    let world = World::new();
    world.write("list.csv", "public_key,id,principals\nuser,one,me\n");
    world.done(Program::Ours, "certificate sign --ca ca-ed25519 --from list.csv --host -q");
    let text = shown(&world, "user-cert.pub");
    assert!(text.contains("host certificate") && text.contains("Key ID: \"one\""), "{text}");
}

#[test]
fn long_lists_are_signed_in_order_with_little_memory() {
    needs!("ssh-keygen", "prlimit");
    let world = World::new();
    let key = world.read("user.pub");
    let mut list = "public_key,id,output\n".to_owned();
    for number in 0..3000 {
        list += &format!("{},id{number},out/{number}-cert.pub\n", key.trim());
    }
    fs::create_dir(world.path("out")).expect("a directory");
    world.write("list", &list);
    let json = world.done(Program::Ours, "--json -s ca-ed25519 --from list -n me -V +1d -z +1");
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let results = json["certificates"].as_array().expect("results");
    assert_eq!(results.len(), 3000);
    for (number, result) in results.iter().enumerate() {
        assert_eq!(result["certificate"]["serial"], number + 1);
        assert_eq!(result["line"], number + 2);
        assert_eq!(result["file"], format!("out/{number}-cert.pub"));
    }
    let text = shown(&world, "out/2999-cert.pub");
    assert!(text.contains("Serial: 3000\n") && text.contains("Key ID: \"id2999\""), "{text}");
}
