//! The options in front of a key (sshd(8), AUTHORIZED_KEYS FILE FORMAT).

use thiserror::Error;

use super::{Flaw, values};
use crate::certificate::{AUTHORIZED_KEYS_OPTIONS, OptionForm};
use crate::date::{Clock, Moment};
use crate::text::unquoted_end;

/// Why a text is not an option.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum BadOption {
    /// sshd would not read the line.
    #[error(transparent)]
    Flaw(#[from] Flaw),
    /// The value would end early, or the line.
    #[error("the value of {0} contains a newline or NUL, or ends with a backslash")]
    Value(String),
}

/// Options as a line has them, in the form that sshd reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options(String);

impl Options {
    /// Reads `NAME`, `NAME=VALUE` or `NAME="VALUE"`.
    ///
    /// # Errors
    /// [`BadOption`].
    pub fn new<'a>(options: impl IntoIterator<Item = &'a str>, clock: &Clock) -> Result<Self, BadOption> {
        let written = options.into_iter().map(|option| one(option, clock)).collect::<Result<Vec<_>, _>>()?;
        let all = written.join(",");
        check_options(all.as_bytes(), clock)?;
        Ok(Self(all))
    }

    /// The text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether a line with those options says the same.
    #[must_use]
    pub fn are(&self, options: &[u8]) -> bool {
        are_same(self.as_bytes(), options)
    }
}

/// An option as it is written.
fn one(option: &str, clock: &Clock) -> Result<String, BadOption> {
    let written = match option.split_once('=') {
        None => option.to_owned(),
        Some((name, value)) => {
            let is_quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
            let value = if is_quoted { &value[1..value.len() - 1] } else { value };
            if value.contains(['\n', '\r', '\0']) || value.ends_with('\\') {
                return Err(BadOption::Value(name.to_owned()));
            }
            let value = if is_quoted { value.to_owned() } else { value.replace('"', "\\\"") };
            format!("{name}=\"{value}\"")
        }
    };
    // A quotation mark inside, or a comma, would make several of it.
    let whole = unquoted_end(written.as_bytes(), |byte| matches!(byte, b',' | b' ' | b'\t'));
    if whole.ok_or(Flaw::OpenQuote)? != written.len() {
        return Err(Flaw::UnknownOption(written).into());
    }
    check_option(written.as_bytes(), clock)?;
    Ok(written)
}

/// Whether two lists have the same options, in any order.
#[must_use]
pub(super) fn are_same(one: &[u8], other: &[u8]) -> bool {
    let sorted = |options| {
        let mut all: Vec<_> = split_options(options).into_iter().map(with_lower_name).collect();
        all.sort();
        all.dedup();
        all
    };
    one == other || sorted(one) == sorted(other)
}

/// The names of options have no case.
fn with_lower_name(option: &[u8]) -> Vec<u8> {
    let end = option.iter().position(|&byte| byte == b'=').unwrap_or(option.len());
    [&option[..end].to_ascii_lowercase(), &option[end..]].concat()
}

/// The options of a list, which commas outside of quotation marks separate.
fn split_options(mut options: &[u8]) -> Vec<&[u8]> {
    let mut all = Vec::new();
    loop {
        let end = unquoted_end(options, |&byte| byte == b',').unwrap_or(options.len());
        all.push(&options[..end]);
        match options.get(end + 1..) {
            Some(rest) => options = rest,
            None => return all,
        }
    }
}

/// Whether sshd may pass over a line with these options, and take a later one with the same key.
#[must_use]
pub(super) fn may_refuse(options: &[u8]) -> bool {
    split_options(options).into_iter().map(with_lower_name).any(|option| {
        [&b"from="[..], b"expiry-time=", b"cert-authority"].iter().any(|name| option.starts_with(name))
    })
}

/// Options that sshd takes once only.
const ONCE: [&str; 3] = ["command", "from", "principals"];

/// Checks a list of options. Commas with nothing between them do not matter to sshd.
pub(super) fn check_options(options: &[u8], clock: &Clock) -> Result<(), Flaw> {
    let mut names = Vec::new();
    for option in split_options(options).into_iter().filter(|option| !option.is_empty()) {
        check_option(option, clock)?;
        let end = option.iter().position(|&byte| byte == b'=').unwrap_or(option.len());
        let name = String::from_utf8_lossy(&option[..end]).to_ascii_lowercase();
        if ONCE.contains(&&*name) && names.contains(&name) {
            return Err(Flaw::Twice(name));
        }
        names.push(name);
    }
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("principals") && !has("cert-authority") {
        return Err(Flaw::BadValue("principals is for lines with cert-authority"));
    }
    Ok(())
}

/// The entries of `from` that match no address and no host name.
pub(super) fn never_matching(options: &[u8]) -> Vec<String> {
    let lists = split_options(options).into_iter().filter_map(|option| {
        let (name, value) = option.split_at_checked(5)?;
        let is_from = name.eq_ignore_ascii_case(b"from=");
        is_from.then(|| values::dequoted(&String::from_utf8_lossy(value))).flatten()
    });
    lists.flat_map(|list| values::never_matching(&list)).collect()
}

fn check_option(option: &[u8], clock: &Clock) -> Result<(), Flaw> {
    let text = String::from_utf8_lossy(option);
    let (name, value) = text.split_once('=').map_or((&*text, None), |(name, value)| (name, Some(value)));
    let lower = name.to_ascii_lowercase();
    let form = |name: &str| {
        AUTHORIZED_KEYS_OPTIONS.iter().find(|(option, _)| *option == name).map(|&(_, form)| form)
    };
    let is_negated = lower.strip_prefix("no-").and_then(form) == Some(OptionForm::Switch);
    match (form(&lower), value) {
        (Some(OptionForm::Flag | OptionForm::Switch), None) => Ok(()),
        (None, None) if is_negated => Ok(()),
        (Some(OptionForm::Value), None) => Err(Flaw::NoValue(lower)),
        (Some(OptionForm::Value), Some(value)) => {
            let inner = values::dequoted(value).ok_or(Flaw::NoValue(lower.clone()))?;
            if lower == "expiry-time" { check_expiry(&inner, clock) } else { values::check(&lower, &inner) }
        }
        _ => Err(Flaw::UnknownOption(text.chars().take(60).collect())),
    }
}

fn check_expiry(date: &str, clock: &Clock) -> Result<(), Flaw> {
    let until = Moment::absolute(date).and_then(|moment| moment.at(clock)).ok_or(Flaw::BadDate)?;
    if until < clock.now { Err(Flaw::Expired) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn written(options: &[&str]) -> Result<String, BadOption> {
        let clock = Clock { now: 1_800_000_000, zone: TimeZone::UTC };
        Options::new(options.iter().copied(), &clock).map(|options| options.0)
    }

    #[test]
    fn options_are_written_as_sshd_reads_them() {
        for (typed, expected) in [
            (&["restrict", "pty"][..], "restrict,pty"),
            (&["from=10.0.0.0/8,192.0.2.7"], "from=\"10.0.0.0/8,192.0.2.7\""),
            (&["from=\"10.0.0.0/8\""], "from=\"10.0.0.0/8\""),
            (&["command=echo \"hi there\""], "command=\"echo \\\"hi there\\\"\""),
            (&["command=\"echo \\\"hi\\\"\""], "command=\"echo \\\"hi\\\"\""),
            (&["No-X11-Forwarding", "expiry-time=20991231"], "No-X11-Forwarding,expiry-time=\"20991231\""),
        ] {
            assert_eq!(written(typed), Ok(expected.to_owned()), "{typed:?}");
        }
    }

    #[test]
    fn what_would_lock_the_key_out_or_let_more_in_is_refused() {
        let unknown = |option: &str| Err(Flaw::UnknownOption(option.to_owned()).into());
        for (typed, expected) in [
            ("no-ptty", unknown("no-ptty")),
            ("pty,restrict", unknown("pty,restrict")),
            ("command", Err(Flaw::NoValue("command".to_owned()).into())),
            ("restrict=x", unknown("restrict=\"x\"")),
            ("from=\"a\",pty=\"b\"", Err(Flaw::UnknownOption("from=\"a\",pty=\"b\"".to_owned()).into())),
            ("command=a\nb", Err(BadOption::Value("command".to_owned()))),
            ("command=a\\", Err(BadOption::Value("command".to_owned()))),
            ("expiry-time=soon", Err(Flaw::BadDate.into())),
            ("expiry-time=20010101", Err(Flaw::Expired.into())),
            ("", unknown("")),
        ] {
            assert_eq!(written(&[typed]), expected, "{typed:?}");
        }
    }

    #[test]
    fn the_order_and_the_case_of_names_do_not_count() {
        assert!(are_same(b"pty,from=\"A\"", b"From=\"A\",pty,pty"));
        assert!(!are_same(b"from=\"A\"", b"from=\"a\"") && !are_same(b"", b"pty"));
        assert!(
            may_refuse(b"pty,FROM=\"a\"") && may_refuse(b"cert-authority") && !may_refuse(b"restrict,pty")
        );
    }
}
