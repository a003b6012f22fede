//! Names that ssh never looks for: it writes a host on another port than 22 as `[HOST]:PORT`, and one on port 22 without
//! brackets (OpenSSH `misc.c`, `put_host_port`).

use super::Problem;
use crate::key::PublicKey;

/// The names of a line that never match.
pub(super) fn never_matching(names: &[u8]) -> Vec<Problem> {
    let each = names.split(|&byte| byte == b',').filter(|name| !name.is_empty());
    each.filter_map(|name| {
        let instead = instead(name.strip_prefix(b"!").unwrap_or(name))?;
        Some(Problem::NeverMatches { name: name.to_vec(), instead })
    })
    .collect()
}

/// For a name that never matches: the one that would, if it is known.
fn instead(name: &[u8]) -> Option<Option<Vec<u8>>> {
    if let Some(at) = name.iter().position(|&byte| byte == b'@') {
        return Some(Some(name[at + 1..].to_vec()));
    }
    if let Some(inside) = name.strip_prefix(b"[") {
        let end = inside.iter().position(|&byte| byte == b']');
        let Some((host, rest)) = end.map(|end| (&inside[..end], &inside[end + 1..])) else {
            return Some(None);
        };
        return match rest {
            b"" | b":22" | b":" => Some(Some(host.to_vec())),
            b"*" => Some(Some([host, b",[", host, b"]:*"].concat())),
            _ => None,
        };
    }
    // An IPv6 address has more colons.
    let mut parts = name.split(|&byte| byte == b':');
    let (host, port) = (parts.next()?, parts.next()?);
    let is_port = !port.is_empty() && port.iter().all(|byte| byte.is_ascii_digit() || *byte == b'*');
    if parts.next().is_some() || host.is_empty() || !is_port {
        return None;
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

    #[test]
    fn names_that_ssh_never_looks_for() {
        for (name, expected) in [
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
            ("!host:2222", Some("[host]:2222")),
        ] {
            let found = never_matching(name.as_bytes());
            let instead = found.first().map(|problem| match problem {
                Problem::NeverMatches { instead, .. } => instead.clone().unwrap_or_default(),
                other => panic!("{other:?}"),
            });
            assert_eq!(instead.as_deref(), expected.map(str::as_bytes), "{name}");
        }
    }
}
