//! Names of hosts as ssh writes them into known_hosts (OpenSSH `misc.c`, `put_host_port`).

use std::net::Ipv6Addr;
use std::str::FromStr;

use thiserror::Error;

/// Why a text is not the name of a host.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum BadName {
    /// There is nothing, or nothing before the port.
    #[error("the name of the host is empty")]
    Empty,
    /// It contains a user name.
    #[error("known_hosts contains hosts without user names")]
    UserName,
    /// What follows the colon is not a port.
    #[error("the port is not a number from 1 to 65535")]
    Port,
    /// There are more colons than a port needs, and it is not an IPv6 address.
    #[error("neither HOST:PORT nor an IPv6 address")]
    Address,
    /// It contains what would end or change the name in the file.
    #[error(
        "a name contains no blanks, commas, control characters, brackets or quotation marks, and starts with none of @ # | !"
    )]
    Character,
}

/// A name as it is written into the file: `HOST`, or `[HOST]:PORT` for another port than 22; in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenName(String);

impl WrittenName {
    /// The name.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether it is a pattern.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        self.0.contains(['*', '?'])
    }
}

impl FromStr for WrittenName {
    type Err = BadName;

    /// Reads `HOST`, `HOST:PORT`, `[HOST]`, `[HOST]:PORT` or an IPv6 address.
    fn from_str(text: &str) -> Result<Self, BadName> {
        if text.contains('@') && !text.starts_with('@') {
            return Err(BadName::UserName);
        }
        let (host, port) = match text.strip_prefix('[') {
            Some(inside) => {
                let (host, rest) = inside.split_once(']').ok_or(BadName::Character)?;
                match (rest, rest.strip_prefix(':')) {
                    ("", _) => (host, None),
                    (_, Some(port)) => (host, Some(port)),
                    (_, None) => return Err(BadName::Character),
                }
            }
            None if text.matches(':').count() > 1 => (text, None),
            None => match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        check_host(host)?;
        let host = host.to_ascii_lowercase();
        match port.map(port_number).transpose()? {
            None | Some(22) => Ok(Self(host)),
            Some(port) => Ok(Self(format!("[{host}]:{port}"))),
        }
    }
}

fn check_host(host: &str) -> Result<(), BadName> {
    if host.is_empty() {
        return Err(BadName::Empty);
    }
    let ends_name = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | '[' | ']' | '"');
    if host.contains(ends_name) || host.starts_with(['@', '#', '|', '!']) {
        return Err(BadName::Character);
    }
    // An address may name the interface: fe80::1%eth0.
    let address = host.split_once('%').map_or(host, |(address, _)| address);
    if host.contains(':') && address.parse::<Ipv6Addr>().is_err() {
        return Err(BadName::Address);
    }
    Ok(())
}

fn port_number(text: &str) -> Result<u16, BadName> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&port| digits && port != 0).ok_or(BadName::Port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_ssh_writes_them() {
        for (typed, written) in [
            ("Server.Example.ORG", Ok("server.example.org")),
            ("server:22", Ok("server")),
            ("server:2222", Ok("[server]:2222")),
            ("[server]:2222", Ok("[server]:2222")),
            ("[server]", Ok("server")),
            ("192.0.2.7", Ok("192.0.2.7")),
            ("2001:DB8::1", Ok("2001:db8::1")),
            ("[2001:db8::1]:22", Ok("2001:db8::1")),
            ("[::1]:2222", Ok("[::1]:2222")),
            ("fe80::1%eth0", Ok("fe80::1%eth0")),
            ("*.example.org", Ok("*.example.org")),
            ("", Err(BadName::Empty)),
            (":22", Err(BadName::Empty)),
            ("[]:22", Err(BadName::Empty)),
            ("me@server", Err(BadName::UserName)),
            ("server:", Err(BadName::Port)),
            ("server:0", Err(BadName::Port)),
            ("server:+22", Err(BadName::Port)),
            ("server:65536", Err(BadName::Port)),
            ("a:b:c", Err(BadName::Address)),
            ("[a:b]:22", Err(BadName::Address)),
            ("a,b", Err(BadName::Character)),
            ("a b", Err(BadName::Character)),
            ("a\nb", Err(BadName::Character)),
            ("|1|x|y", Err(BadName::Character)),
            ("#a", Err(BadName::Character)),
            ("@revoked", Err(BadName::Character)),
            ("!a", Err(BadName::Character)),
            ("[a", Err(BadName::Character)),
            ("[a]b", Err(BadName::Character)),
        ] {
            let read = typed.parse::<WrittenName>();
            assert_eq!(read, written.map(|name| WrittenName(name.to_owned())), "{typed:?}");
        }
    }
}
