//! Names that ssh never looks for: it writes a host on another port than 22 as `[HOST]:PORT`, and one on port 22 without
//! brackets (OpenSSH `misc.c`, `put_host_port`).

use super::super::hashed::HashedName;
use super::super::{Entry, Flaw};
use super::Problem;
use crate::format::NoKey;
use crate::key::PublicKey;
use crate::text::{INVISIBLE, QUOTATION_MARKS, is_blank};

/// The names of a line that never match.
pub(super) fn never_matching(names: &[u8]) -> Vec<Problem> {
    if names.starts_with(b"|") {
        let never = HashedName::read(names).is_ok_and(HashedName::is_nobodys);
        let problem = Problem::NeverMatches { name: names.to_vec(), instead: None };
        return never.then_some(problem).into_iter().collect();
    }
    let each = || names.split(|&byte| byte == b',').filter(|name| !name.is_empty());
    if each().all(|name| name.starts_with(b"!")) {
        return vec![Problem::NeverMatches { name: names.to_vec(), instead: None }];
    }
    each()
        .filter_map(|name| {
            let instead = instead(name.strip_prefix(b"!").unwrap_or(name), MOST_MARKS)?;
            Some(Problem::NeverMatches { name: name.to_vec(), instead })
        })
        .collect()
}

/// What is wrong with a line whose key is not read, seen with its names.
pub(super) fn refined(flaw: Flaw, entry: &Entry<'_>) -> Flaw {
    let words = entry.key_text().split(is_blank).filter(|word| !word.is_empty());
    let later: Vec<_> = words.take(8).skip(1).collect();
    let is_key = |pair: &[&[u8]]| PublicKey::algorithm_of(pair[0]).is_some() && pair[1].starts_with(b"AAAA");
    let is_names = flaw == Flaw::KeyType && later.windows(2).any(is_key);
    if is_names { Flaw::BlankInNames } else { flaw }
}

/// A line that ssh does not read, with what is in it in place of the key.
pub(super) fn dead(flaw: Flaw, key: &[u8], line: &[u8]) -> Problem {
    let may_say_more = matches!(flaw, Flaw::Truncated | Flaw::KeyType | Flaw::Key);
    Problem::Dead { flaw, no_key: may_say_more.then(|| NoKey::of(key, line)).flatten() }
}

/// ssh refuses names of hosts with these characters.
const REFUSED: &[u8] = b"'`\"$\\;&<>|(){}";

/// A name that ssh cannot look for, and what it may be meant for.
fn impossible(name: &[u8], marks: u8) -> Option<Option<Vec<u8>>> {
    let text = String::from_utf8_lossy(name);
    if let Some((scheme, rest)) = text.split_once("://")
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+')
    {
        return Some(Some(meant(rest.trim_end_matches('/').as_bytes(), marks)));
    }
    if let Some((host, rest)) = text.split_once('/')
        && rest.bytes().all(|byte| byte.is_ascii_digit())
    {
        // An address of a network, or a slash at the end.
        return Some(rest.is_empty().then(|| host.as_bytes().to_vec()));
    }
    let seen = text.replace(|c: char| INVISIBLE.contains(&c) || c.is_control(), "");
    let bare = seen.trim_matches(|c| matches!(c, '"' | '\'' | '`') || QUOTATION_MARKS.contains(&c));
    let is_refused = |byte: u8| REFUSED.contains(&byte);
    if bare != text {
        let is_possible = !bare.is_empty() && !bare.bytes().any(is_refused);
        return Some(is_possible.then(|| meant(bare.as_bytes(), marks)));
    }
    (bare.bytes().any(is_refused) || bare.starts_with('%')).then_some(None)
}

/// Whether ssh can look for the port: it is a pattern, or a number from 1 to 65535.
fn is_port(port: &[u8]) -> bool {
    let text = String::from_utf8_lossy(port);
    text.contains(['*', '?'])
        || (text.parse::<u16>().is_ok_and(|port| port != 0) && !text.starts_with(['0', '+']))
}

/// What follows the sign of a line of a diff, or the name and the sign of an assignment of a shell.
fn after_mark(name: &[u8]) -> Option<&[u8]> {
    let at = name.iter().position(|&byte| byte == b'=');
    let is_variable =
        |word: &[u8]| !word.is_empty() && word.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let assigned = at.filter(|&at| is_variable(&name[..at])).map(|at| &name[at + 1..]);
    name.strip_prefix(b"+").or(assigned).filter(|name| !name.is_empty())
}

/// So many marks before a name are looked behind.
const MOST_MARKS: u8 = 4;

/// The name that ssh looks for.
fn meant(name: &[u8], marks: u8) -> Vec<u8> {
    let instead = marks.checked_sub(1).and_then(|marks| instead(name, marks));
    instead.flatten().unwrap_or_else(|| name.to_vec())
}

/// For a name that never matches: the one that would, if it is known.
fn instead(name: &[u8], marks: u8) -> Option<Option<Vec<u8>>> {
    if let Some(instead) = impossible(name, marks) {
        return Some(instead);
    }
    if let Some(at) = name.iter().position(|&byte| byte == b'@') {
        return Some(Some(meant(&name[at + 1..], marks)));
    }
    if let Some(name) = after_mark(name) {
        return Some(Some(meant(name, marks)));
    }
    if let Some(inside) = name.strip_prefix(b"[") {
        let end = inside.iter().position(|&byte| byte == b']');
        let Some((host, rest)) = end.map(|end| (&inside[..end], &inside[end + 1..])) else {
            return Some(None);
        };
        return match rest {
            b"" | b":22" | b":" => Some(Some(host.to_vec())),
            b"*" => Some(Some([host, b",[", host, b"]:*"].concat())),
            _ if host.starts_with(b"[") => Some(None),
            [b':', port @ ..] if !is_port(port) => Some(None),
            [b':' | b'*' | b'?', ..] => None,
            port if is_port(port) => Some(Some([b"[", host, b"]:", port].concat())),
            _ => Some(None),
        };
    }
    // An IPv6 address has more colons.
    let mut parts = name.split(|&byte| byte == b':');
    let (host, port) = (parts.next()?, parts.next()?);
    // As a pattern it may match such an address, or the port of any host.
    let is_address = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'*' | b'?');
    let is_pattern = name.iter().any(|byte| matches!(byte, b'*' | b'?'));
    if parts.next().is_some() || is_pattern && host.iter().all(is_address) {
        return None;
    }
    let is_port = !port.is_empty() && port.iter().all(|byte| byte.is_ascii_digit() || *byte == b'*');
    if host.is_empty() || !is_port {
        return Some(None);
    }
    Some(Some(if port == b"22" { host.to_vec() } else { [b"[", host, b"]:", port].concat() }))
}

/// Whether a line contains two keys: a newline is missing between them.
pub(super) fn ran_together(line: &[u8]) -> bool {
    let words: Vec<_> =
        line.split(|&byte| byte == b' ' || byte == b'\t').filter(|word| !word.is_empty()).collect();
    let is_key = |pair: &&[&[u8]]| PublicKey::algorithm_of(pair[0]).is_some() && pair[1].starts_with(b"AAAA");
    words.windows(2).filter(is_key).nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name, and what would match in its place: empty if that is not known.
    const NAMES: &[(&str, Option<&str>)] = &[
        ("host", None),
        ("10.0.0.1", None),
        ("fe80::1", None),
        ("[host]:2222", None),
        ("[*.example]:2222", None),
        ("*", None),
        ("[host]:22", Some("host")),
        ("[::1]", Some("::1")),
        ("host:2222", Some("[host]:2222")),
        ("host:22", Some("host")),
        ("me@host", Some("host")),
        ("[host]*", Some("host,[host]:*")),
        ("*,!host:2222", Some("[host]:2222")),
        ("ssh://host:2222/", Some("[host]:2222")),
        ("https://host", Some("host")),
        ("host/", Some("host")),
        ("ssh://git@host:22/", Some("host")),
        ("git@host:22", Some("host")),
        ("git@[::1]:2222", Some("[::1]:2222")),
        ("+host", Some("host")),
        ("KNOWN_HOSTS=host:2222", Some("[host]:2222")),
        ("[host]2222", Some("[host]:2222")),
        ("[host]x", Some("")),
        ("[host]?22", None),
        ("10.0.0.0/8", Some("")),
        ("\"host\"", Some("host")),
        ("\u{201c}host", Some("host")),
        ("'host:2222", Some("[host]:2222")),
        ("host\r", Some("host")),
        ("known_hosts:host", Some("")),
        ("fe80:*", None),
        ("*:2222", None),
        ("host:*", Some("[host]:*")),
        ("!host", Some("")),
        ("%h", Some("")),
        ("fe80::1%eth0", None),
        ("\u{200b}host", Some("host")),
        ("$HOST", Some("")),
        ("[host]:0", Some("")),
        ("[host]:65536", Some("")),
        ("[host]:ssh", Some("")),
        ("[host]:22??", None),
        ("[[host]]:22", Some("")),
        ("[|1|c2FsdA==|aGFzaA==]:2222", Some("")),
    ];

    #[test]
    fn names_that_ssh_never_looks_for() {
        for &(name, expected) in NAMES {
            let found = never_matching(name.as_bytes());
            let instead = found.first().map(|problem| match problem {
                Problem::NeverMatches { instead, .. } => instead.clone().unwrap_or_default(),
                other => panic!("{other:?}"),
            });
            assert_eq!(instead.as_deref(), expected.map(str::as_bytes), "{name}");
        }
    }

    #[test]
    fn a_name_behind_many_marks_costs_little() {
        for mark in ["+", "@", "A=", "ssh://", "+a@", "'+"] {
            let found = never_matching(format!("a{mark}{}h", mark.repeat(200_000)).as_bytes());
            assert!(matches!(found[..], [Problem::NeverMatches { .. }] | []), "{mark}");
            let found = never_matching(format!("{}h", mark.repeat(200_000)).as_bytes());
            assert!(matches!(found[..], [Problem::NeverMatches { .. }]), "{mark}");
        }
    }
}
