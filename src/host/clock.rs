//! What time it is, and what local time is.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;

use crate::date::Clock;

/// Reads the clock and the time zone: of `TZ`, else of the system.
#[must_use]
pub fn read() -> Clock {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    Clock { now, zone: TimeZone::system() }
}
