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
        ("+.5s", (now - 59) / 60 * 60, now),
        ("+1m.5s1m", (now - 59) / 60 * 60, now + 120),
        ("+2147483647", (now - 59) / 60 * 60, now + 2_147_483_647),
        ("always:2020 1 1", 0, 1_577_836_800),
        ("always:   1 2 3 4 5", 0, u64::MAX - 62_132_730_899),
        ("20240101:99991231", 1_704_067_200, 253_402_214_400),
        ("20240101Z:99991231235961Z", 1_704_067_200, 253_402_300_801),
        // A date before 1970 is in the far future, as in OpenSSH.
        ("always:19691231", 0, u64::MAX - 86_399),
        ("-1d:+1d", now - 86_400, now + 86_400),
        ("always:forever", 0, u64::MAX),
        ("20260101:20260201", 1_767_225_600, 1_769_904_000),
        ("202601011530z:20260201000001UTC", 1_767_281_400, 1_769_904_001),
        ("20260231:0xffffffff", 1_772_496_000, 0xffff_ffff),
    ] {
        let period = text.parse::<Period>().expect(text);
        assert_eq!(period.at(&clock), Ok(Validity { after, before }), "{text}");
    }
    for text in [
        "+1s1",
        "+1s1s",
        "+5s5m5",
        "+1.",
        "+.",
        "+1.5m",
        "+1.2.3",
        "+1e3",
        "+0x10",
        "+",
        "+-1",
        "+2147483647.5",
    ] {
        assert_eq!(text.parse::<Period>(), Err(Error::Life(text.into())), "{text}");
    }
    for text in [
        "2020 0101",
        "202001 1x",
        "2020-1-1",
        "20200101 ",
        "\t2020101",
        "20200100",
        "Z",
        "UTC",
        "2020010124",
        "",
    ] {
        assert_eq!(Moment::absolute(text), None, "{text}");
    }
    let at = |text: &str| text.parse::<Period>().and_then(|period| period.at(&clock));
    assert_eq!(at("1h"), Err(Error::Specification("1h".into())));
    assert_eq!(at("+1x"), Err(Error::Life("+1x".into())));
    assert_eq!(at("+1x:+2"), Err(Error::Relative("+1x".into())));
    assert_eq!(at("+2147483648"), Err(Error::Life("+2147483648".into())));
    assert_eq!(at("forever:always"), Err(Error::From("forever".into())));
    assert_eq!(at("always:20261301"), Err(Error::To("20261301".into())));
    assert_eq!(at("0xzz:forever"), Err(Error::NotANumber));
    for empty in ["20260101:20260101", "always:19700101", "19500101:20260101"] {
        assert_eq!(at(empty), Err(Error::Empty), "{empty}");
    }
    assert_eq!(at("always:-9999999w"), Err(Error::Relative("-9999999w".into())));
    assert_eq!(at("always:-3200w"), Err(Error::BeforeEpoch));
}

/// Seconds since 1970 as ssh-keygen 10.6 wrote them into certificates.
#[test]
fn local_dates_are_those_of_the_clock_on_the_wall() {
    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
    // In winter Dublin is behind its standard time.
    const DUBLIN: &str = "IST-1GMT0,M10.5.0,M3.5.0/1";
    const NEW_YORK: &str = "EST5EDT,M3.2.0,M11.1.0";
    const LORD_HOWE: &str = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";
    for (zone, date, expected) in [
        (BERLIN, "20260215020000", 1_771_117_200),
        (BERLIN, "20260701", 1_782_856_800),
        (NEW_YORK, "20260701", 1_782_878_400),
        // Hours that clocks leave out.
        (BERLIN, "20260329023000", 1_774_747_800),
        (NEW_YORK, "20260308023000", 1_772_955_000),
        (LORD_HOWE, "20261004020500", 1_791_041_700),
        (DUBLIN, "20260329013000", 1_774_744_200),
        // Hours that they have twice.
        (BERLIN, "20261025023000", 1_792_891_800),
        (NEW_YORK, "20261101013000", 1_793_514_600),
        (LORD_HOWE, "20260405014500", 1_775_315_700),
        (DUBLIN, "20261025010500", 1_792_886_700),
    ] {
        let seen = Moment::absolute(date).and_then(|moment| moment.at(&clock(zone)));
        assert_eq!(seen, Some(expected), "{zone} {date}");
    }
}

#[test]
fn summer_time_does_not_end_with_the_year_9999() {
    let clock = clock("CET-1CEST,M3.5.0,M10.5.0/3");
    let shown = |seconds: u64| Shown(seconds, &clock.zone).to_string();
    let local = |text: &str| Moment::absolute(text).and_then(|moment| moment.at(&clock)).map(shown);
    assert_eq!(local("99990701").as_deref(), Some("9999-07-01T00:00:00"));
    assert_eq!(local("99991231").as_deref(), Some("9999-12-31T00:00:00"));
    assert_eq!(shown(253_402_300_800 + 183 * 86_400), "10000-07-02T02:00:00");
}

#[test]
fn times_outside_the_years_of_localtime_are_unknown() {
    let clock = clock("UTC0");
    let (shown, stamp) = (
        |seconds: u64| Shown(seconds, &clock.zone).to_string(),
        |seconds: u64| Stamp(seconds, &clock.zone).to_string(),
    );
    assert_eq!(shown(253_402_300_800), "10000-01-01T00:00:00");
    assert_eq!(shown(0x10_0000_0000), "4147-08-20T07:32:16");
    assert_eq!(stamp(0), "19700101T000000");
    assert_eq!(stamp(u64::MAX), "19691231T235959");
    // The last second of the year 1900 + 2^31 - 1.
    assert_eq!(shown(67_768_036_191_676_799), "2147485547-12-31T23:59:59");
    assert_eq!(stamp(67_768_036_191_676_799), "21474855471231T235959");
    for seconds in [67_768_036_191_676_800, 0x7fff_ffff_ffff_ffff] {
        assert_eq!(
            (shown(seconds), stamp(seconds)),
            ("UNKNOWN-TIME".into(), "<INVALID>".into()),
            "{seconds}"
        );
    }
    assert_eq!(shown(u64::MAX), "UNKNOWN-TIME");
}
