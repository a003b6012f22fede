use super::*;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93";

fn read(lines: &[&str]) -> Vec<Result<Option<Request>, RequestError>> {
    let mut reader = RequestReader::new();
    lines.iter().map(|line| reader.read(line.as_bytes())).collect()
}

fn last(lines: &[&str]) -> Result<Option<Request>, RequestError> {
    read(lines).pop().expect("a line")
}

fn full() -> Request {
    Request {
        public_key: Subject::File(b"keys/a.pub".to_vec()),
        key_id: Some(b"alice, \"A\"".to_vec()),
        principals: Some(vec![b"alice".to_vec(), b"root".to_vec()]),
        validity: Some("+4w".parse().expect("a period")),
        options: vec![
            b"no-pty".to_vec(),
            b"source-address=10.0.0.0/8,::1".to_vec(),
            b"force-command=say \"a, b\"".to_vec(),
        ],
        serial: Some(7),
        output: Some(b"out/a-cert.pub".to_vec()),
    }
}

#[test]
fn csv_and_json_say_the_same() {
    let csv = last(&[
        "\u{feff}Public-Key,id,principals,validity,options,serial,output\r\n",
        "keys/a.pub,\"alice, \"\"A\"\"\",\"alice,root\",+4w,\"no-pty,source-address=\"\"10.0.0.0/8,::1\"\",\
         force-command=\"\"say \\\"\"a, b\\\"\"\"\"\",7,out/a-cert.pub\r\n",
    ]);
    assert_eq!(csv, Ok(Some(full())));
    let json = last(&[
        r#"{"output":"out/a-cert.pub","serial":7,"key_id":"alice, \"A\"","principals":["alice","root"],
        "validity":"+4w","options":["no-pty","source-address=10.0.0.0/8,::1","force-command=say \"a, b\""],
        "public_key":"keys/a.pub"}"#,
    ]);
    assert_eq!(json, Ok(Some(full())));
    let text = last(&[
        r#"{"public_key":"keys/a.pub","id":"alice, \"A\"","principals":"alice,root","validity":"+4w","serial":"7",
        "options":"no-pty,source-address=\"10.0.0.0/8,::1\",force-command=\"say \\\"a, b\\\"\"","output":"out/a-cert.pub"}"#,
    ]);
    assert_eq!(text, Ok(Some(full())));
}

#[test]
fn what_is_not_given_is_left_open() {
    let only = |subject| Ok(Some(Request { public_key: subject, ..Request::default() }));
    let file = Subject::File(b"a b.pub".to_vec());
    let header = "public_key,key_id,principals,validity,options,serial,output";
    assert_eq!(last(&[header, "a b.pub,,,,,,"]), only(file.clone()));
    assert_eq!(last(&["public_key", "a b.pub"]), only(file.clone()));
    assert_eq!(
        last(&["{\"public_key\":\"a b.pub\",\"serial\":null,\"principals\":[],\"options\":[]}"]),
        only(file)
    );
    assert_eq!(last(&["public_key", KEY]), only(Subject::Line(KEY.into())));
    let certificate = "ssh-ed25519-cert-v01@openssh.com AAAA";
    assert_eq!(last(&["public_key", certificate]), only(Subject::Line(certificate.into())));
    assert_eq!(read(&["", " \t\r\n", "public_key", "", "  "]), vec![Ok(None); 5]);
}

#[test]
fn what_is_ambiguous_is_an_error() {
    use RequestError as E;
    for (header, line, error) in [
        ("public_key", "a,b", E::Csv(CsvError::Fields { found: 2, wanted: 1 })),
        ("public_key,id", "a", E::Csv(CsvError::Fields { found: 1, wanted: 2 })),
        ("public_key,id", "a,\"b", E::Csv(CsvError::Open(2))),
        ("public_key,id", "a,b\"c\"", E::Csv(CsvError::Quotation(2))),
        ("public_key,id", "\"a\"x,b", E::Csv(CsvError::AfterQuotation(1))),
        ("public_key,id", "a,x\u{1b}[2J", E::Control("key_id")),
        ("public_key,id", "a,x\0y", E::Control("key_id")),
        ("public_key,id", ",b", E::Missing("public_key")),
        ("public_key,serial", "a,+1", E::Serial("+1".into())),
        ("public_key,serial", "a,18446744073709551616", E::Serial("18446744073709551616".into())),
        ("public_key,principals", "a,\"b,,c\"", E::EmptyPrincipal),
        ("public_key,validity", "a,4w", E::Validity(date::Error::Specification("4w".into()))),
        ("public_key,options", "a,\"no-pty,\"", E::Missing("an option between two commas")),
        ("public_key,options", "a,\"force-command=\"\"x\"", E::Quotation),
        ("public_key,options", "a,\"force-command=x \"\"y\"\"\"", E::Quotation),
        ("public_key,options", "a,\"\"\"no-pty\"\"\"", E::Quotation),
    ] {
        assert_eq!(last(&[header, line]), Err(error), "{header}: {line}");
    }
    for (line, error) in [
        ("id,principals", E::Missing("the column public_key")),
        ("public_key,id,key_id", E::Twice("key_id")),
        ("public_key,name", E::Unknown("name".into())),
        (KEY, E::Unknown(KEY.to_ascii_lowercase().replace([' ', '-'], "_"))),
        ("[", E::Array),
        (" [{\"public_key\":\"a\"}]", E::Array),
        ("\u{feff}public_key\u{feff}", E::Unknown("public_key\u{feff}".into())),
        ("public_key\rid", E::Unknown("public_key\rid".into())),
        ("{\"public_key\":1}", E::Type("public_key", "a string")),
        ("{\"public_key\":\"a\",\"public_key\":\"b\"}", E::Twice("public_key")),
        ("{\"public_key\":\"a\",\"who\":\"b\"}", E::Unknown("who".into())),
        ("{\"public_key\":\"a\",\"id\":\"b\",\"key_id\":\"c\"}", E::Twice("key_id")),
        ("{\"public_key\":\"a\",\"serial\":1.5}", E::Serial("1.5".into())),
        ("{\"public_key\":\"a\",\"serial\":-1}", E::Serial("-1".into())),
        ("{\"public_key\":\"a\",\"serial\":[1]}", E::Type("serial", "a number or a string")),
        ("{\"public_key\":\"a\",\"principals\":[\"a,b\"]}", E::Comma),
        (
            "{\"public_key\":\"a\",\"principals\":[1]}",
            E::Type("principals", "a string or an array of strings"),
        ),
        ("{\"public_key\":\"a\",\"id\":\"x\\n\"}", E::Control("key_id")),
        ("{\"public_key\":\"a\",\"options\":[\"\"]}", E::Missing("an option between two commas")),
    ] {
        assert_eq!(last(&[line]), Err(error), "{line}");
    }
    assert_eq!(last(&["{}"]), Err(E::Missing("public_key")));
    assert!(matches!(last(&["{\"public_key\":"]), Err(E::Json(_))));
    assert!(matches!(last(&["{\"public_key\":\"a\"} x"]), Err(E::Json(_))));
    for line in
        ["[]", "{\"serial\":1e999}", "{\"id\":\"\\ud800\"}", "{\"id\":NaN}", "{\"id\":\"\t\"}", "{\"id\":1,}"]
    {
        assert!(matches!(last(&["{}", line]), Err(E::Json(_))), "{line}");
    }
    let number = "9".repeat(100_000);
    assert!(matches!(last(&[&format!("{{\"serial\":{number}}}")]), Err(E::Json(_))));
    assert_eq!(last(&["public_key,serial", &format!("a,{number}")]), Err(E::Serial(number)));
    let fields = CsvError::Fields { found: 1_000_001, wanted: 2 };
    assert_eq!(last(&["public_key,id", &",".repeat(1_000_000)]), Err(E::Csv(fields)));
    assert_eq!(last(&[&"\n".repeat(100_000)]), Ok(None));
    assert!(matches!(last(&[&"{\"a\":".repeat(100_000)]), Err(E::Json(_))));
    let mut reader = RequestReader::new();
    assert_eq!(reader.read(b"\xff\xfep"), Err(E::NotText));
}

#[test]
fn truncated_and_changed_lines_never_panic() {
    let csv = format!("\"{KEY}\",\"a\"\"b\",\"a,b\",+4w,\"force-command=\"\"x\\\"\"\"\"\",7,o");
    let json = format!(r#"{{"public_key":"{KEY}","options":"a=\"b\"","serial":7,"principals":["a"]}}"#);
    for (header, line) in [("public_key,id,principals,validity,options,serial,output", csv), ("{}", json)] {
        for end in 0..line.len() {
            let mut changed = line.clone().into_bytes();
            changed[end] ^= 3;
            for bytes in [&line.as_bytes()[..end], &changed] {
                let mut reader = RequestReader::new();
                let _ = reader.read(header.as_bytes());
                let _ = reader.read(bytes);
            }
        }
    }
}
