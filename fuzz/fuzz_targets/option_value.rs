//! No value of `-V`, `-O` of a certificate, a time, a lifetime or a list of patterns makes reading it panic.
#![no_main]

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use rkeygen::certificate::{Restrictions, Role};
use rkeygen::date::{Clock, Moment, Period, duration};
use rkeygen::pattern;

fuzz_target!(|value: &[u8]| {
    let clock = Clock { now: 1_780_272_000, zone: TimeZone::UTC };
    for role in [Role::User, Role::Host] {
        let mut restrictions = Restrictions::of(role);
        if value.split(|&byte| byte == b'\n').all(|option| restrictions.add(option).is_ok()) {
            let _ = (restrictions.critical(), restrictions.extensions());
        }
    }
    let _ = pattern::list_matches(b"user.name@host.example", value);
    let Ok(text) = std::str::from_utf8(value) else { return };
    let _ = duration(text);
    let _ = Moment::absolute(text).map(|moment| moment.at(&clock));
    if let Ok(validity) =
        text.parse::<Period>().map_err(drop).and_then(|period| period.at(&clock).map_err(drop))
    {
        assert!(validity.after < validity.before);
        let _ = validity.shown(&clock.zone);
    }
});
