use super::*;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBTMJOSpEmO0tVTuWGLVKAFpYqbqe64zCM/WxMvfFl93";

fn about(line: &str, host: &str) -> Result<bool, Flaw> {
    let entry = Entry::read(line.as_bytes())?.ok_or(Flaw::Truncated)?;
    let about = entry.is_about(&HostName::new(host.as_bytes()))?;
    entry.check_type()?;
    Ok(about)
}

#[test]
fn truth_table_of_names() {
    for (names, host, expected) in [
        ("host1", "host1", true),
        ("host1", "HOST1", true),
        ("HOST1", "host1", true),
        ("a,host1", "host1", true),
        ("host1,", "", false),
        ("host1", "host", false),
        ("*.example", "a.example", true),
        ("*.example,!b.example", "b.example", false),
        ("!b", "b", false),
        ("[host1]:2222", "[host1]:2222", true),
        ("[host1]:2222", "host1", false),
        ("host1", "[host1]:22", false),
        ("h?st", "host", true),
        ("host", "h?st", false),
    ] {
        assert_eq!(about(&format!("{names} {KEY}"), host), Ok(expected), "{names} {host}");
    }
}

#[test]
fn truth_table_of_lines() {
    for (line, expected) in [
        (format!("h {KEY}"), Ok(true)),
        (format!("\t h \t{KEY} a comment"), Ok(true)),
        (format!("@revoked h {KEY}"), Ok(true)),
        (format!("@cert-authority  h {KEY}"), Ok(true)),
        (format!("@revoked\th {KEY}"), Err(Flaw::Marker)),
        (format!("@revoked\th\t{}", KEY.replace(' ', "\t")), Ok(true)),
        (format!("@revoked @revoked h {KEY}"), Err(Flaw::Marker)),
        (format!("@other h {KEY}"), Err(Flaw::Marker)),
        ("@revoked".to_owned(), Err(Flaw::Marker)),
        ("h".to_owned(), Err(Flaw::Truncated)),
        ("h ".to_owned(), Err(Flaw::Truncated)),
        ("h # ssh-ed25519 AAAA".to_owned(), Err(Flaw::Truncated)),
        ("h ssh-ed25519".to_owned(), Err(Flaw::Truncated)),
        ("h ssh-ed25519 #".to_owned(), Err(Flaw::Truncated)),
        ("h ssh-ed25519 AAAA".to_owned(), Ok(true)),
        ("h rsa-sha2-512 AAAA".to_owned(), Ok(true)),
        ("h ssh-dss AAAA".to_owned(), Err(Flaw::KeyType)),
        ("h ed25519 AAAA".to_owned(), Err(Flaw::KeyType)),
        ("h 1024 35 12345".to_owned(), Err(Flaw::KeyType)),
        (format!("|1|x|y {KEY}"), Err(Flaw::HostHash)),
    ] {
        assert_eq!(about(&line, "h"), expected, "{line:?}");
    }
    for blank in ["", "  \t", "# h", " #"] {
        assert_eq!(Entry::read(blank.as_bytes()), Ok(None), "{blank:?}");
    }
}

#[test]
fn the_key_is_decoded_with_its_comment() {
    let line = format!("h {KEY}  me and you\r");
    let entry = Entry::read(line.as_bytes()).expect("a line").expect("an entry");
    assert_eq!(entry.key().expect("a key").comment, b"me and you\r");
    let line = format!("h {KEY}\r");
    let entry = Entry::read(line.as_bytes()).expect("a line").expect("an entry");
    assert_eq!(entry.key().expect("a key").comment, b"");
    let entry = Entry::read(b"h ssh-ed25519 AAAA").expect("a line").expect("an entry");
    assert_eq!(entry.key(), Err(Flaw::Key));
}

#[test]
fn no_change_and_no_truncation_panics() {
    let host = HostName::new(b"host");
    for line in [
        format!("@revoked host,*.b,!c {KEY} me"),
        format!("|1|{}=|{}= {KEY}", "A".repeat(27), "B".repeat(27)),
    ] {
        for at in 0..line.len() {
            let mut changed = line.clone().into_bytes();
            for text in [line.as_bytes()[..at].to_vec(), {
                changed[at] ^= 1 << (at % 8);
                changed
            }] {
                if let Ok(Some(entry)) = Entry::read(&text) {
                    let _ = (entry.is_about(&host), entry.check_type(), entry.key());
                }
            }
        }
    }
}
