use super::*;

fn clock(zone: &str) -> Clock {
    let zone = TimeZone::posix(zone).expect("a zone");
    Clock { now: 1_800_000_000, zone }
}

#[test]
fn periods_are_read_as_ssh_keygen_reads_them() {
    let clock = clock("UTC0");
    let now = clock.now;
    for (text, after, before) in [
        ("+1h", (now - 59) / 60 * 60, now + 3600),
        ("+1w2D3h4m5", (now - 59) / 60 * 60, now + 788_645),
        ("+1.5", (now - 59) / 60 * 60, now + 1),
        ("-1d:+1d", now - 86_400, now + 86_400),
        ("always:forever", 0, u64::MAX),
        ("20260101:20260201", 1_767_225_600, 1_769_904_000),
        ("202601011530z:20260201000001UTC", 1_767_281_400, 1_769_904_001),
        ("20260231:0xffffffff", 1_772_496_000, 0xffff_ffff),
    ] {
        let period = text.parse::<Period>().expect(text);
        assert_eq!(period.at(&clock), Ok(Validity { after, before }), "{text}");
    }
    let at = |text: &str| text.parse::<Period>().and_then(|period| period.at(&clock));
    assert_eq!(at("1h"), Err(Error::Specification("1h".into())));
    assert_eq!(at("+1x"), Err(Error::Life("+1x".into())));
    assert_eq!(at("+1x:+2"), Err(Error::Relative("+1x".into())));
    assert_eq!(at("+2147483648"), Err(Error::Life("+2147483648".into())));
    assert_eq!(at("forever:always"), Err(Error::From("forever".into())));
    assert_eq!(at("always:20261301"), Err(Error::To("20261301".into())));
    assert_eq!(at("0xzz:forever"), Err(Error::NotANumber));
    assert_eq!(at("20260101:20260101"), Err(Error::Empty));
}

#[test]
fn summer_dates_are_read_by_the_clock_of_winter() {
    let clock = clock("CET-1CEST,M3.5.0,M10.5.0/3");
    let shown = |text: &str| {
        let time = Moment::absolute(text).and_then(|moment| moment.at(&clock)).expect(text);
        Shown(time, &clock.zone).to_string()
    };
    assert_eq!(shown("20260101"), "2026-01-01T00:00:00");
    assert_eq!(shown("20260701"), "2026-07-01T01:00:00");
    assert_eq!(shown("20260701z"), "2026-07-01T02:00:00");
    // The hour that clocks leave out in spring, and the one that they have twice in autumn.
    assert_eq!(shown("20260329023000"), "2026-03-29T03:30:00");
    assert_eq!(shown("20261025023000"), "2026-10-25T02:30:00");
}

#[test]
fn times_behind_the_year_9999_have_a_date() {
    let clock = clock("UTC0");
    assert_eq!(Shown(253_402_300_800, &clock.zone).to_string(), "10000-01-01T00:00:00");
    assert_eq!(Shown(0x10_0000_0000, &clock.zone).to_string(), "4147-08-20T07:32:16");
    assert_eq!(format!("{:#}", Shown(0, &clock.zone)), "19700101T000000");
    assert_eq!(Shown(u64::MAX, &clock.zone).to_string(), "292277026596-12-04T15:30:07");
}
