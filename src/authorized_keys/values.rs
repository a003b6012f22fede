//! The values of options, as sshd checks them (OpenSSH `auth-options.c`, `addrmatch.c`): a line with another one lets
//! no one in.

use std::net::IpAddr;

use super::Flaw;

/// The text in quotation marks, in which `\"` is a quotation mark; `None` if there is more, or less.
pub(super) fn dequoted(text: &str) -> Option<String> {
    let mut rest = text.strip_prefix('"')?;
    let mut value = String::with_capacity(rest.len());
    loop {
        let at = rest.find(['"', '\\'])?;
        value.push_str(&rest[..at]);
        rest = match rest[at..].strip_prefix("\\\"") {
            Some(after) => {
                value.push('"');
                after
            }
            None if rest[at..].starts_with('"') => return rest[at..].eq("\"").then_some(value),
            None => {
                value.push('\\');
                &rest[at + 1..]
            }
        };
    }
}

/// Checks the value of an option, whose name is in lower case.
pub(super) fn check(name: &str, value: &str) -> Result<(), Flaw> {
    let wrong = match name {
        "environment" if !is_variable(value) => {
            "environment needs NAME=VALUE, with letters, digits and _ in the name"
        }
        "permitopen" if !is_destination(value) => "permitopen needs HOST:PORT, [ADDRESS]:PORT or HOST:*",
        "permitlisten" if !is_destination(value) && !is_port(value) => "permitlisten needs PORT or HOST:PORT",
        "tunnel" if !is_tunnel(value) => "tunnel needs the number of a device, or any",
        "from" => return check_addresses(value),
        _ => return Ok(()),
    };
    Err(Flaw::BadValue(wrong))
}

fn is_variable(value: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    value.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(is_part))
}

/// A host, a colon or a slash, and a port.
fn is_destination(value: &str) -> bool {
    let rest = match value.strip_prefix('[') {
        Some(inside) => inside.split_once(']').map(|(_, rest)| rest),
        None => value.find([':', '/']).map(|at| &value[at..]),
    };
    rest.and_then(|rest| rest.strip_prefix([':', '/'])).is_some_and(is_port)
}

/// `*`, a number from 1 to 65535, or the name of a service. The server's list of those is not known here; these are in
/// each.
fn is_port(text: &str) -> bool {
    const SERVICES: [&str; 16] = [
        "domain",
        "ftp",
        "git",
        "http",
        "https",
        "imap2",
        "imaps",
        "ldap",
        "ldaps",
        "mysql",
        "ntp",
        "pop3",
        "postgresql",
        "rsync",
        "smtp",
        "ssh",
    ];
    let number = text.trim_ascii_start();
    let digits = number.strip_prefix('+').unwrap_or(number);
    let is_number = digits.parse::<u16>().is_ok_and(|port| port != 0) && !digits.starts_with('+');
    text == "*" || is_number || SERVICES.contains(&text)
}

/// The highest number of a tunnel device that OpenSSH takes.
const MAX_TUNNEL: u32 = 0x7fff_fffd;

fn is_tunnel(value: &str) -> bool {
    value.eq_ignore_ascii_case("any") || value.parse::<u32>().is_ok_and(|number| number <= MAX_TUNNEL)
}

/// One wrong entry makes sshd refuse the whole list.
fn check_addresses(list: &str) -> Result<(), Flaw> {
    for entry in list.split(',').map(|entry| entry.strip_prefix('!').unwrap_or(entry)) {
        if entry.is_empty() {
            return Err(Flaw::BadValue("from has an empty entry, so that sshd refuses the whole list"));
        }
        let Some((address, mask)) = network(entry) else { continue };
        if !is_network(address, mask) {
            let wrong = "from has an address whose mask is too long, or leaves bits set after it, so that sshd refuses the whole list";
            return Err(Flaw::BadValue(wrong));
        }
    }
    Ok(())
}

/// The address and the length of its mask, if the entry is of that form.
fn network(entry: &str) -> Option<(IpAddr, u32)> {
    let (address, mask) = entry.split_once('/')?;
    let mask = Some(mask).filter(|mask| mask.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
    Some((address.parse().ok()?, mask)).filter(|(_, mask)| *mask <= 128)
}

fn is_network(address: IpAddr, mask: u32) -> bool {
    match address {
        IpAddr::V4(address) => mask <= 32 && u64::from(address.to_bits()) << mask & 0xffff_ffff == 0,
        IpAddr::V6(address) => address.to_bits().checked_shl(mask).unwrap_or(0) == 0,
    }
}

/// The entries that match nothing: what has a blank, a slash that begins no length of a mask, or a port; and the whole
/// list where it only excludes.
pub(super) fn never_matching(list: &str) -> Vec<String> {
    let all: Vec<&str> = list.split(',').collect();
    if all.iter().all(|entry| entry.starts_with('!')) {
        return vec![list.to_owned()];
    }
    let never = |entry: &&&str| {
        let has_port = entry.split_once(':').is_some_and(|(host, port)| {
            host.parse::<std::net::Ipv4Addr>().is_ok() && port.bytes().all(|byte| byte.is_ascii_digit())
        });
        entry.contains([' ', '\t', ';']) || has_port || (entry.contains('/') && network(entry).is_none())
    };
    all.iter().filter(never).map(|entry| (*entry).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a real sshd of OpenSSH 10.6 made of lines with these options: see also `tests/trust/logins.rs`.
    const VALUES: &[(&str, &str, bool)] = &[
        ("environment", "A=b", true),
        ("environment", "A-B=c", false),
        ("environment", "=c", false),
        ("environment", "", false),
        ("permitopen", "h:22", true),
        ("permitopen", "h/22", true),
        ("permitopen", ":22", true),
        ("permitopen", "h:+22", true),
        ("permitopen", "[::1]:22", true),
        ("permitopen", "h:ssh", true),
        ("permitopen", "h", false),
        ("permitopen", "h:0", false),
        ("permitopen", "h:65536", false),
        ("permitopen", "::1:22", false),
        ("permitopen", "[h:22", false),
        ("permitopen", "[h]22", false),
        ("permitopen", "h:1,i:2", false),
        ("permitlisten", "8080", true),
        ("permitlisten", "*", true),
        ("permitlisten", "0", false),
        ("permitlisten", "", false),
        ("tunnel", "Any", true),
        ("tunnel", "2147483645", true),
        ("tunnel", "2147483646", false),
        ("tunnel", "tun0", false),
        ("from", "127.0.0.0/8,!::1/128,*.example", true),
        ("from", "10.0.0.1, 10.0.0.2", true),
        ("from", "127.0.0.1/8", false),
        ("from", "127.0.0.1/33", false),
        ("from", "10.0.0.1,,10.0.0.2", false),
        ("from", "", false),
    ];

    #[test]
    fn values_are_checked_as_sshd_checks_them() {
        for &(name, value, expected) in VALUES {
            assert_eq!(check(name, value).is_ok(), expected, "{name}={value}");
        }
    }

    #[test]
    fn values_are_taken_out_of_their_quotation_marks() {
        for (text, expected) in [
            ("\"a\"", Some("a")),
            ("\"a \\\"b\\\" \\n\"", Some("a \"b\" \\n")),
            ("\"a\"b\"", None),
            ("a", None),
            ("\"a", None),
        ] {
            assert_eq!(dequoted(text).as_deref(), expected, "{text}");
        }
        assert_eq!(
            never_matching("10.0.0.1, 10.0.0.2,10.0.0.0/255.0.0.0,::1"),
            [" 10.0.0.2", "10.0.0.0/255.0.0.0"]
        );
        assert_eq!(never_matching("!a,!b"), ["!a,!b"]);
    }
}
