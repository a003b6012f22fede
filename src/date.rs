//! Times as certificates, revocation lists and allowed_signers files state them: seconds since
//! 1970, written in local time (ssh-keygen(1), option `-V`).

mod show;

use std::ops::RangeInclusive;

use jiff::tz::{AmbiguousOffset, Dst, TimeZone};
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use show::days_before;
pub use show::{Shown, Stamp};

/// What the clock says, and where it hangs.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Seconds since 1970.
    pub now: u64,
    /// The rules of local time.
    pub zone: TimeZone,
}

impl Clock {
    /// The time as ctime(3) has it, `Mon Nov 23 09:51:32 2026`, in local time.
    #[must_use]
    pub fn to_ctime(&self) -> String {
        self.zoned(self.zone.clone(), "%a %b %e %H:%M:%S %Y")
    }

    /// The time as `YYYYMMDDhhmmss`, in UTC.
    #[must_use]
    pub fn to_utc_digits(&self) -> String {
        self.zoned(TimeZone::UTC, "%Y%m%d%H%M%S")
    }

    fn zoned(&self, zone: TimeZone, format: &str) -> String {
        let time = i64::try_from(self.now).ok().and_then(|now| Timestamp::from_second(now).ok());
        time.unwrap_or(Timestamp::MAX).to_zoned_datetime(zone).strftime(format).to_string()
    }
}

/// A text is no time.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Error {
    /// `+1x`, or more seconds than fit 31 bits.
    #[error("Invalid relative certificate time {0}")]
    Relative(String),
    /// `+1x` as the whole of `-V`.
    #[error("Invalid relative certificate life {0}")]
    Life(String),
    /// Neither `+T` nor two times with a colon between.
    #[error("Invalid certificate life specification {0}")]
    Specification(String),
    /// The first of two times.
    #[error("Invalid from time \"{0}\"")]
    From(String),
    /// The second of two times.
    #[error("Invalid to time \"{0}\"")]
    To(String),
    /// `0x` without hexadecimal digits behind it.
    #[error("Invalid certificate time: not a number")]
    NotANumber,
    /// Hexadecimal digits for more than 64 bits.
    #[error("Invalid certificate time: too large")]
    TooLarge,
    /// The end is not behind the start.
    #[error("Empty certificate validity interval")]
    Empty,
    /// So far back that it is before 1970.
    #[error("relative certificate time before 1970 cannot be represented")]
    BeforeEpoch,
}

/// A point in time, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// So many seconds from now.
    Relative(i64),
    /// So many seconds since 1970.
    Epoch(u64),
    /// A date of local time, as if it were UTC: in seconds since 1970.
    Local(i64),
}

impl Moment {
    /// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with `Z` or `UTC` after it for UTC. As in OpenSSH, spaces may stand
    /// for zeros at the start of each number.
    #[must_use]
    pub fn absolute(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let utc = lower.strip_suffix('z').or_else(|| lower.strip_suffix("utc"));
        let date = civil(utc.unwrap_or(&lower).as_bytes())?;
        Some(if utc.is_some() { Self::Epoch(date.cast_unsigned()) } else { Self::Local(date) })
    }

    /// The time itself. As in OpenSSH, a date before 1970 becomes a time in the far future. `None` for a relative time before
    /// 1970, and where the time zone has no such date.
    #[must_use]
    pub fn at(self, clock: &Clock) -> Option<u64> {
        match self {
            Self::Relative(seconds) => clock.now.checked_add_signed(seconds),
            Self::Epoch(seconds) => Some(seconds),
            Self::Local(date) => Some(local(date, &clock.zone)?.cast_unsigned()),
        }
    }

    /// A time from now, `+1w2d3h4m5s` or with a `-`.
    #[must_use]
    pub fn relative(text: &str) -> Option<Self> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+')?),
        };
        Some(Self::Relative(sign * i64::from(duration(rest)?)))
    }

    fn bound(text: &str, open: (&str, u64), bad: fn(String) -> Error) -> Result<Self, Error> {
        let (word, end) = open;
        if text.starts_with(['+', '-']) {
            return Self::relative(text).ok_or_else(|| Error::Relative(text.to_owned()));
        }
        if text == word {
            return Ok(Self::Epoch(end));
        }
        if let Some(digits) = text.strip_prefix("0x") {
            let hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = || u64::from_str_radix(digits, 16).map_err(|_| Error::TooLarge);
            return if hex { number().map(Self::Epoch) } else { Err(Error::NotANumber) };
        }
        Self::absolute(text).ok_or_else(|| bad(text.to_owned()))
    }
}

/// Seconds since 1970 as RFC 3339 has them in UTC; what lies after the year 9999 is its end.
#[must_use]
pub fn rfc3339(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or_else(|| "9999-12-31T23:59:59Z".to_owned(), |time| time.to_string())
}

/// `1w2d3h4m5s` in seconds, each unit in any case and any number of times, but seconds once. Seconds may have decimals,
/// which do not count.
#[must_use]
pub fn duration(text: &str) -> Option<u32> {
    let mut rest = text;
    let mut total = 0.0;
    let mut seen_seconds = false;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, behind) = rest.split_at(end);
        let mut unit = behind.chars();
        let factor = match unit.next().map(|c| c.to_ascii_lowercase()) {
            None | Some('s') if !seen_seconds => 1.0,
            Some('m') => 60.0,
            Some('h') => 60.0 * 60.0,
            Some('d') => 24.0 * 60.0 * 60.0,
            Some('w') => 7.0 * 24.0 * 60.0 * 60.0,
            _ => return None,
        };
        let is_seconds = factor < 60.0;
        if number.contains('.') && (number.ends_with('.') || !is_seconds) {
            return None;
        }
        seen_seconds |= is_seconds;
        total += number.parse::<f64>().ok()? * factor;
        rest = unit.as_str();
    }
    let fits = total <= f64::from(i32::MAX);
    if fits { format!("{:.0}", total.trunc()).parse().ok() } else { None }
}

/// The date in seconds since 1970, as if it were UTC. As mktime(3) has it, 31 February is 3 March.
fn civil(digits: &[u8]) -> Option<i64> {
    if !matches!(digits.len(), 8 | 12 | 14) {
        return None;
    }
    let part = |from: usize, to: usize, range: RangeInclusive<i64>| match digits.get(from..to) {
        Some(part) => number(part, range),
        None => Some(0),
    };
    let (year, month, day) = (part(0, 4, 0..=9999)?, part(4, 6, 1..=12)?, part(6, 8, 1..=31)?);
    let (hour, minute, second) = (part(8, 10, 0..=23)?, part(10, 12, 0..=59)?, part(12, 14, 0..=61)?);
    Some((days_before(year, month) + day - 1) * DAY + hour * 3600 + minute * 60 + second)
}

/// A number as strptime(3) reads it: spaces may stand in front.
fn number(text: &[u8], range: RangeInclusive<i64>) -> Option<i64> {
    let digits = text.trim_ascii_start();
    let spaces = text.len() - digits.len();
    let sound = text[..spaces].iter().all(|&byte| byte == b' ') && digits.iter().all(u8::is_ascii_digit);
    let value = std::str::from_utf8(digits).ok().filter(|_| sound)?.parse().ok()?;
    range.contains(&value).then_some(value)
}

/// Local time, as OpenSSH 10.6 and its C library read it: an hour that clocks leave out or have twice goes by standard time.
fn local(date: i64, zone: &TimeZone) -> Option<i64> {
    let (near, shift) = near(date);
    let date = TimeZone::UTC.to_datetime(near);
    let offset = match zone.to_ambiguous_timestamp(date).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
            let day_before =
                before.to_timestamp(date).ok()?.checked_sub(SignedDuration::from_hours(24)).ok()?;
            if zone.to_offset_info(day_before).dst() == Dst::No { before } else { after }
        }
    };
    offset.to_timestamp(date).ok()?.as_second().checked_add(shift)
}

/// A time that jiff has, and how far it is from the one given. The calendar, and with it summer time, repeats after 400 years.
fn near(seconds: i64) -> (Timestamp, i64) {
    let near =
        if seconds > LAST { LAST - CYCLE + (seconds - LAST).rem_euclid(CYCLE) } else { seconds.max(FIRST) };
    (Timestamp::from_second(near).unwrap_or(Timestamp::MAX), seconds.saturating_sub(near))
}

/// A day within the years of jiff, which end with 9999.
const LAST: i64 = 253_000_000_000;
/// 1 January of the year 0, before all time zones.
const FIRST: i64 = -62_167_219_200;
/// 400 years of the Gregorian calendar.
const CYCLE: i64 = 146_097 * DAY;

/// When a certificate holds: from a second on, up to the second before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first second.
    pub after: u64,
    /// The second behind the last.
    pub before: u64,
}

impl Validity {
    /// Always.
    pub const FOREVER: Self = Self { after: 0, before: u64::MAX };

    /// As ssh-keygen shows it: `forever`, `from ... to ...`.
    #[must_use]
    pub fn shown(self, zone: &TimeZone) -> String {
        let Self { after, before } = self;
        match (after, before) {
            (0, u64::MAX) => "forever".to_owned(),
            (0, _) => format!("before {}", Shown(before, zone)),
            (_, u64::MAX) => format!("after {}", Shown(after, zone)),
            _ => format!("from {} to {}", Shown(after, zone), Shown(before, zone)),
        }
    }
}

/// The value of `-V`, before it is known what time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// `+T`: from a minute ago for so many seconds.
    Life(u32),
    /// `FROM:TO`.
    Between(Moment, Moment),
}

impl std::str::FromStr for Period {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some((from, to)) = text.split_once(':') else {
            let life = text.strip_prefix('+').ok_or_else(|| Error::Specification(text.to_owned()))?;
            return duration(life).map(Self::Life).ok_or_else(|| Error::Life(text.to_owned()));
        };
        let from = Moment::bound(from, ("always", 0), Error::From)?;
        Ok(Self::Between(from, Moment::bound(to, ("forever", u64::MAX), Error::To)?))
    }
}

impl Period {
    /// The period by the clock.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::BeforeEpoch`].
    pub fn at(self, clock: &Clock) -> Result<Validity, Error> {
        let resolve = |moment: Moment| moment.at(clock).ok_or(Error::BeforeEpoch);
        let validity = match self {
            // A minute back, for hosts whose clocks are behind.
            Self::Life(seconds) => Validity {
                after: clock.now.saturating_sub(59) / 60 * 60,
                before: clock.now.saturating_add(u64::from(seconds)),
            },
            Self::Between(from, to) => Validity { after: resolve(from)?, before: resolve(to)? },
        };
        if validity.before <= validity.after { Err(Error::Empty) } else { Ok(validity) }
    }
}

const DAY: i64 = 24 * 60 * 60;

#[cfg(test)]
mod tests;
