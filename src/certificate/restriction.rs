//! The options that a CA may put on a certificate (ssh-keygen(1), CERTIFICATES).

use std::net::Ipv6Addr;

use thiserror::Error;

use super::options::{FLAGS, List, VALUED};
use super::{Options, Role};

/// Why `-O` is refused.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum RestrictionError {
    /// No such option.
    #[error("Unsupported certificate option \"{0}\"")]
    Unknown(String),
    /// An option without its value.
    #[error("Empty {0} option")]
    Empty(&'static str),
    /// An option that there can be only one of.
    #[error("{0} already specified")]
    Twice(&'static str),
    /// Not a list of addresses with prefix lengths.
    #[error("Invalid source-address list")]
    SourceAddress,
}

/// The options of a certificate in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restrictions {
    flags: [bool; FLAGS.len()],
    force_command: Option<Vec<u8>>,
    source_address: Option<Vec<u8>>,
    critical: Vec<Other>,
    extensions: Vec<Other>,
}

type Other = (Vec<u8>, Option<Vec<u8>>);

impl Restrictions {
    /// What a certificate has without `-O`: a user may do everything, a host needs nothing.
    #[must_use]
    pub fn of(role: Role) -> Self {
        Self {
            flags: FLAGS.map(|flag| flag.usual && role == Role::User),
            force_command: None,
            source_address: None,
            critical: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// Adds one option. Names of flags may be written in any case.
    ///
    /// # Errors
    /// [`RestrictionError`].
    pub fn add(&mut self, option: &[u8]) -> Result<(), RestrictionError> {
        let starts = |name: &str| {
            let (word, rest) = option.split_at_checked(name.len())?;
            word.eq_ignore_ascii_case(name.as_bytes()).then_some(rest)
        };
        let is = |name: &str| option.eq_ignore_ascii_case(name.as_bytes());
        if is("clear") {
            self.flags = [false; FLAGS.len()];
        } else if let Some(flag) = FLAGS.iter().position(|flag| is(flag.on) || is(flag.off)) {
            self.flags[flag] = is(FLAGS[flag].on);
        } else if let Some(command) = starts("force-command=") {
            set_once(&mut self.force_command, command, "force-command")?;
        } else if let Some(list) = starts("source-address=") {
            set_once(&mut self.source_address, list, "source-address")?;
            if !is_address_list(list) {
                return Err(RestrictionError::SourceAddress);
            }
        } else if let Some(other) = starts("extension:") {
            self.extensions.push(name_and_value(other));
        } else if let Some(other) = starts("critical:") {
            self.critical.push(name_and_value(other));
        } else {
            return Err(RestrictionError::Unknown(String::from_utf8_lossy(option).into_owned()));
        }
        Ok(())
    }

    /// The critical options.
    #[must_use]
    pub fn critical(&self) -> Options {
        let valued = VALUED
            .into_iter()
            .zip([&self.force_command, &self.source_address])
            .filter_map(|(name, value)| value.clone().map(|value| (name.as_bytes().to_vec(), Some(value))));
        Options::new(self.flags(List::Critical).chain(valued).chain(self.critical.iter().cloned()))
    }

    /// The extensions.
    #[must_use]
    pub fn extensions(&self) -> Options {
        Options::new(self.flags(List::Extensions).chain(self.extensions.iter().cloned()))
    }

    fn flags(&self, list: List) -> impl Iterator<Item = Other> {
        let set = FLAGS.iter().zip(self.flags).filter(move |(flag, set)| *set && flag.list == list);
        set.map(|(flag, _)| (flag.name.as_bytes().to_vec(), None))
    }
}

fn set_once(slot: &mut Option<Vec<u8>>, value: &[u8], name: &'static str) -> Result<(), RestrictionError> {
    if value.is_empty() {
        return Err(RestrictionError::Empty(name));
    }
    let first = slot.replace(value.to_vec()).is_none();
    if first { Ok(()) } else { Err(RestrictionError::Twice(name)) }
}

fn name_and_value(text: &[u8]) -> Other {
    match text.iter().position(|&byte| byte == b'=') {
        None => (text.to_vec(), None),
        Some(place) => (text[..place].to_vec(), Some(text[place + 1..].to_vec())),
    }
}

/// Addresses with commas between, each perhaps with a prefix length that covers all its set bits.
pub(super) fn is_address_list(list: &[u8]) -> bool {
    std::str::from_utf8(list).is_ok_and(|list| list.split(',').all(|entry| is_network(entry).is_some()))
}

fn is_network(entry: &str) -> Option<()> {
    let known = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b'/');
    if entry.len() > LONGEST_NETWORK || !entry.bytes().all(known) {
        return None;
    }
    let (address, length) = match entry.split_once('/') {
        None => (entry, None),
        Some((address, length)) => (address, Some(length)),
    };
    let (bits, width) = match address.parse::<Ipv6Addr>() {
        Ok(address) => (address.to_bits(), 128),
        Err(_) => (u128::from(ipv4(address)?), 32),
    };
    let Some(length) = length else { return Some(()) };
    if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let host_bits = u32::checked_sub(width, length.parse().ok()?)?;
    let mask = u128::MAX.checked_shr(128 - host_bits).unwrap_or(0);
    (bits & mask == 0).then_some(())
}

/// OpenSSH takes no longer entry.
const LONGEST_NETWORK: usize = 49;

/// An address as inet_aton(3) reads it: up to four numbers, of which the last one fills what is left.
fn ipv4(text: &str) -> Option<u32> {
    let mut address: u32 = 0;
    let mut left = 32;
    let mut parts = text.split('.').peekable();
    while let Some(part) = parts.next() {
        let radix = if part.len() > 1 && part.starts_with('0') { 8 } else { 10 };
        let number = u32::from_str_radix(part, radix).ok().filter(|_| !part.starts_with('+'))?;
        let bits = if parts.peek().is_some() { 8 } else { left };
        if bits > left || u64::from(number) >> bits != 0 || (bits == 8 && left == 8 && parts.peek().is_some())
        {
            return None;
        }
        left -= bits;
        address |= number.checked_shl(left).unwrap_or(0);
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(options: &[&str], role: Role) -> Result<(Vec<String>, Vec<String>), RestrictionError> {
        let mut restrictions = Restrictions::of(role);
        options.iter().try_for_each(|option| restrictions.add(option.as_bytes()))?;
        let shown = |options: Options| {
            let shown = |entry: &super::super::Entry| {
                let value = entry.value().map(|value| format!("={}", String::from_utf8_lossy(value)));
                String::from_utf8_lossy(&entry.name).into_owned() + &value.unwrap_or_default()
            };
            options.entries().iter().map(shown).collect::<Vec<_>>()
        };
        Ok((shown(restrictions.critical()), shown(restrictions.extensions())))
    }

    #[test]
    fn options_in_order() {
        let usual = ["X11-forwarding", "agent-forwarding", "port-forwarding", "pty", "user-rc"];
        let usual: Vec<_> = usual.iter().map(|name| format!("permit-{name}")).collect();
        assert_eq!(names(&[], Role::User), Ok((vec![], usual.clone())));
        assert_eq!(names(&["CLEAR", "Permit-PTY"], Role::User), Ok((vec![], vec!["permit-pty".into()])));
        assert_eq!(names(&["permit-pty"], Role::Host), Ok((vec![], vec!["permit-pty".into()])));
        let options = ["verify-required", "force-command=a b", "critical:a", "critical:a=x", "critical:a="];
        let critical = ["a", "a=", "a=x", "force-command=a b", "verify-required"].map(str::to_owned);
        assert_eq!(names(&options, Role::User), Ok((critical.to_vec(), usual)));
        let options = ["extension:zz", "no-touch-required"];
        assert_eq!(
            names(&options, Role::Host).map(|it| it.1),
            Ok(vec!["no-touch-required".into(), "zz".into()])
        );
    }

    #[test]
    fn what_is_refused() {
        use RestrictionError as E;
        for (options, error) in [
            (vec!["foo"], E::Unknown("foo".into())),
            (vec!["force-command"], E::Unknown("force-command".into())),
            (vec!["force-command="], E::Empty("force-command")),
            (vec!["force-command=a", "force-command=a"], E::Twice("force-command")),
            (vec!["source-address=foo"], E::SourceAddress),
            (vec!["source-address=10.0.0.1/8"], E::SourceAddress),
            (vec!["source-address=10.0.0.0/8,1.2.3.4/33"], E::SourceAddress),
            (vec!["source-address=10.0.0.0/8,"], E::SourceAddress),
            (vec!["source-address=::/0x"], E::SourceAddress),
            (vec!["source-address="], E::Empty("source-address")),
            (vec!["source-address=1.2.3."], E::SourceAddress),
            (vec!["source-address=.1.2.3"], E::SourceAddress),
            (vec!["source-address=1.2.3.4.5"], E::SourceAddress),
            (vec!["source-address=256.1"], E::SourceAddress),
            (vec!["source-address=1.2.65536"], E::SourceAddress),
            (vec!["source-address=4294967296"], E::SourceAddress),
            (vec!["source-address=08.1.1.1"], E::SourceAddress),
            (vec!["source-address=0x7f.1"], E::SourceAddress),
            (vec!["source-address=fe80::1%lo"], E::SourceAddress),
            (vec!["source-address=1.2.3/24"], E::SourceAddress),
            (vec!["source-address= 1.2.3.4"], E::SourceAddress),
            (vec!["source-address=1.2.3.4/"], E::SourceAddress),
        ] {
            assert_eq!(names(&options, Role::User), Err(error), "{options:?}");
        }
        assert!(
            names(&["source-address=0.0.0.0/0,10.0.0.0/8,::1/128,1.2.3.4,fe80::/10"], Role::User).is_ok()
        );
        // As inet_aton(3) reads them: 1.2.0.3, 8.0.0.0, 127.0.0.1, 0.0.0.1.
        for list in
            ["1.2.3", "010.0.0.0/8", "127.1", "1", "10/32", "1.2.3/32", "4294967295", "::ffff:1.2.3.4/128"]
        {
            assert!(names(&[&format!("source-address={list}")], Role::User).is_ok(), "{list}");
        }
    }
}
