//! Times as ssh-keygen prints them.

use std::fmt;

use jiff::tz::TimeZone;

use super::{DAY, near};

/// A time in local time as certificates show it: `2026-01-31T12:00:00`.
#[derive(Debug)]
pub struct Shown<'a>(pub u64, pub &'a TimeZone);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // ssh-keygen's time_t ends here.
        let seconds = i64::try_from(self.0).unwrap_or(i64::MAX);
        match broken_down(seconds, self.1) {
            Some(([year, month, day], [hour, minute, second])) => {
                write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
            }
            None => f.write_str("UNKNOWN-TIME"),
        }
    }
}

/// A time in local time as revocation lists show it: `20260131T120000`.
#[derive(Debug)]
pub struct Stamp<'a>(pub u64, pub &'a TimeZone);

impl fmt::Display for Stamp<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match broken_down(self.0.cast_signed(), self.1) {
            Some(([year, month, day], [hour, minute, second])) => {
                write!(f, "{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}")
            }
            None => f.write_str("<INVALID>"),
        }
    }
}

/// Date and time of day. `None` where localtime(3) has none: its years are of 32 bits.
fn broken_down(seconds: i64, zone: &TimeZone) -> Option<([i64; 3], [i64; 3])> {
    let offset = i64::from(zone.to_offset(near(seconds).0).seconds());
    let local = seconds.checked_add(offset)?;
    let (year, month, day) = date_of(local.div_euclid(DAY));
    let second = local.rem_euclid(DAY);
    i32::try_from(year - 1900).ok()?;
    Some(([year, month, day], [second / 3600, second / 60 % 60, second % 60]))
}

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

/// The days from 1970 to the first of a month.
pub(super) fn days_before(year: i64, month: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + year * 365 + year / 4 - year / 100 + (153 * month + 2) / 5 - 719_468
}
