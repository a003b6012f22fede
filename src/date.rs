//! Times as certificates, revocation lists and allowed_signers files state them: seconds since
//! 1970, written in local time (ssh-keygen(1), option `-V`).

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{Dst, TimeZone};
use jiff::{Timestamp, ToSpan};
use thiserror::Error;

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
        time.unwrap_or(Timestamp::MAX).to_zoned(zone).strftime(format).to_string()
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
    /// Before 1970.
    #[error("Certificate time before 1970 cannot be represented")]
    BeforeEpoch,
}

/// A point in time, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// So many seconds from now.
    Relative(i64),
    /// So many seconds since 1970.
    Epoch(u64),
    /// A date of local time.
    Local(DateTime),
}

impl Moment {
    /// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with `Z` or `UTC` behind it for UTC.
    #[must_use]
    pub fn absolute(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let utc = lower.strip_suffix('z').or_else(|| lower.strip_suffix("utc"));
        let date = civil(utc.unwrap_or(&lower))?;
        match utc {
            None => Some(Self::Local(date)),
            Some(_) => {
                let time = TimeZone::UTC.to_timestamp(date).ok()?;
                Some(Self::Epoch(time.as_second().try_into().ok()?))
            }
        }
    }

    /// The time itself. `None` before 1970.
    #[must_use]
    pub fn at(self, clock: &Clock) -> Option<u64> {
        match self {
            Self::Relative(seconds) => clock.now.checked_add_signed(seconds),
            Self::Epoch(seconds) => Some(seconds),
            Self::Local(date) => local(date, &clock.zone)?.as_second().try_into().ok(),
        }
    }

    fn relative(text: &str) -> Option<Self> {
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

/// `1w2d3h4m5s` in seconds, each unit any number of times, in any case; seconds may have decimals,
/// which do not count.
#[must_use]
pub fn duration(text: &str) -> Option<u32> {
    const MAX: u32 = i32::MAX.unsigned_abs();
    let mut rest = text;
    let mut total: u32 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, behind) = rest.split_at(end);
        let (fraction, behind) = match behind.strip_prefix('.') {
            None => (false, behind),
            Some(behind) => (true, behind.trim_start_matches(|c: char| c.is_ascii_digit())),
        };
        let mut unit = behind.chars();
        let seconds = match unit.next().map(|c| c.to_ascii_lowercase()) {
            None | Some('s') => 1,
            Some('m') if !fraction => 60,
            Some('h') if !fraction => 60 * 60,
            Some('d') if !fraction => 24 * 60 * 60,
            Some('w') if !fraction => 7 * 24 * 60 * 60,
            _ => return None,
        };
        let part = number.parse::<u32>().ok()?.checked_mul(seconds)?;
        total = total.checked_add(part).filter(|&total| total <= MAX)?;
        rest = unit.as_str();
    }
    Some(total)
}

/// The digits of a date. As mktime(3) has it, 31 February is 3 March.
fn civil(digits: &str) -> Option<DateTime> {
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |part| part.parse::<i16>().ok());
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 61 {
        return None;
    }
    let start = DateTime::new(year, month.try_into().ok()?, 1, 0, 0, 0, 0).ok()?;
    let within = (day - 1).days().hours(hour).minutes(minute).seconds(second);
    start.checked_add(within).ok()
}

/// mktime(3) as ssh-keygen calls it: a date in summer is read by the clock of winter.
fn local(date: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let time = zone.to_ambiguous_timestamp(date).compatible().ok()?;
    if zone.to_offset_info(time).dst() == Dst::No {
        return Some(time);
    }
    let winter = zone.preceding(time).find(|change| change.dst() == Dst::No)?.offset();
    winter.to_timestamp(date).ok()
}

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

/// A time in local time: `2026-01-31T12:00:00`; `{:#}` leaves the signs out.
#[derive(Debug)]
pub struct Shown<'a>(pub u64, pub &'a TimeZone);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // ssh-keygen's time_t ends here.
        let seconds = i64::try_from(self.0).unwrap_or(i64::MAX);
        let known = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
        let offset = i64::from(self.1.to_offset(known).seconds());
        let local = seconds.saturating_add(offset);
        let (year, month, day) = date_of(local.div_euclid(DAY));
        let second = local.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        if f.alternate() {
            write!(f, "{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}")
        } else {
            write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
        }
    }
}

const DAY: i64 = 24 * 60 * 60;

/// The date of a day since 1970, in the Gregorian calendar: jiff ends with the year 9999.
fn date_of(days: i64) -> (i64, i64, i64) {
    // Counted from 1 March of year 0, so that leap days are the last of their years.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests;
