//! What time it is, and what local time is.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;

use crate::date::Clock;

/// Reads the clock and the time zone: of `TZ`, else of the system.
#[must_use]
pub fn read() -> Clock {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    Clock { now, zone: zone() }
}

/// The zone of `TZ`, as the C library reads it, where jiff reads an offset otherwise.
fn zone() -> TimeZone {
    let given = std::env::var("TZ").ok().and_then(|given| bounded(&given));
    given.and_then(|bounded| TimeZone::posix(&bounded).ok()).or_else(local).unwrap_or_else(TimeZone::system)
}

/// The zone of the system without `TZ`, as the C library reads it. jiff would look for its name among all zones first.
fn local() -> Option<TimeZone> {
    std::env::var_os("TZ").is_none().then_some(())?;
    TimeZone::tzif("", &std::fs::read(LOCAL_TIME).ok()?).ok()
}

/// Where Unix systems keep it.
const LOCAL_TIME: &str = "/etc/localtime";

/// A POSIX time zone with offsets of more than 24 hours, which the C library takes for 24 hours, such as `XXX-25`; `None`
/// for all others.
fn bounded(given: &str) -> Option<String> {
    let given = given.strip_prefix(':').unwrap_or(given);
    let (names, rules) =
        given.split_once(',').map_or((given, ""), |(names, _)| (names, &given[names.len()..]));
    let mut out = String::new();
    let mut rest = names;
    let mut changed = false;
    while !rest.is_empty() {
        let name = if rest.starts_with('<') { rest.find('>')? + 1 } else { rest.len() };
        let name = rest[..name].find(|c: char| !c.is_ascii_alphabetic() && !"<>".contains(c)).unwrap_or(name);
        let name = if rest.starts_with('<') { rest.find('>')? + 1 } else { name };
        out.push_str(&rest[..name]);
        rest = &rest[name..];
        let sign = rest.len() - rest.trim_start_matches(['+', '-']).len();
        let digits = rest[sign..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - sign);
        let end = rest[sign..].find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len() - sign);
        if name == 0 && end == 0 {
            return None;
        }
        out.push_str(&rest[..sign]);
        let hours = &rest[sign..sign + digits];
        if hours.parse::<u64>().is_ok_and(|hours| hours > 24) {
            out.push_str("24");
            changed = true;
        } else {
            out.push_str(hours);
        }
        out.push_str(&rest[sign + digits..sign + end]);
        rest = &rest[sign + end..];
    }
    changed.then(|| out + rules)
}
