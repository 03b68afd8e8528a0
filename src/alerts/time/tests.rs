//! Times by hand, against Python's `zoneinfo`, and of hostile texts.

use super::*;
use proptest::prelude::*;

fn read_in(text: &str, zone: &str, order: DayOrder) -> Result<String, TimeError> {
    let zone: Zone = zone.parse().expect("a zone");
    WrittenTime::read(text, &zone, order).map(|time| time.moment.to_string())
}

fn read(text: &str) -> String {
    read_in(text, "UTC", DayOrder::MonthFirst).unwrap_or_else(|error| error.to_string())
}

#[test]
fn one_moment_in_all_spellings() {
    for text in [
        "2024-03-10T14:30:05Z",
        "2024-03-10T14:30:05.000000000Z",
        "2024-03-10T14:30:05+00:00",
        "2024-03-10T15:30:05+01:00",
        "2024-03-10T15:30:05.000+0100",
        "2024-03-10 09:30:05 -05",
        "2024-03-10 14:30:05",
        "2024-03-10 14:30:05.000 UTC",
        "2024-03-10 09:30:05.000 EST",
        "2024-03-10 15:30:05 CET",
        "2024/03/10 14:30:05",
        "20240310143005",
        "1710081005",
        "1710081005.000",
        "1710081005000",
        "1710081005000000",
        "1710081005000000000",
        "03/10/2024 14:30:05",
        "3/10/2024, 2:30:05 PM",
        "3/10/2024, 2:30:05.000 p.m.",
        "3/10/2024 2:30:05\u{202F}PM",
        "03-10-2024 14:30:05",
        "10.03.2024 14:30:05",
        "10.3.24 14:30:05",
        "Mar 10, 2024 @ 14:30:05.000",
        "Sun, 10 Mar 2024 14:30:05 +0000",
        "Sun Mar 10 14:30:05 2024",
        "Sun Mar 10 14:30:05 UTC 2024",
        "10/Mar/2024:14:30:05 +0000",
        "10-Mar-2024 14:30:05",
        "March 10, 2024 14:30:05",
        "\"2024-03-10T14:30:05Z\"",
    ] {
        assert_eq!(read(text), "2024-03-10T14:30:05Z", "{text}");
    }
    assert_eq!(read("2024-03-10"), "2024-03-10T00:00:00Z");
    assert_eq!(read("20240310"), "2024-03-10T00:00:00Z");
    assert_eq!(read("1710081005.1239"), "2024-03-10T14:30:05.123Z");
    assert_eq!(read("2024-03-10T14:30:05,5Z"), "2024-03-10T14:30:05.500Z");
    assert_eq!(read("3/10/2024 12:05:00 AM"), "2024-03-10T00:05:00Z");
    assert_eq!(read("3/10/2024 12:05:00 PM"), "2024-03-10T12:05:00Z");
    assert_eq!(read("2024-02-29T24:00:00Z"), "2024-03-01T00:00:00Z");
    assert_eq!(read("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59Z");
}

#[test]
fn what_is_no_time() {
    for text in ["", " ", "-", "null", "N/A"] {
        assert_eq!(read(text), "no time", "{text}");
    }
    for text in [
        "soon",
        "2024-13-10",
        "2023-02-29 10:00:00",
        "25/03/2024 10:00:00",
        "2024-03-10T25:00:00Z",
        "2024-03-10T10:61:00Z",
        "2024-03-10 13:00:00 PM",
        "2024-03-10 10:00:00 XYZ",
        "2024-03-10 10:00:00 +19:00",
        "T1059.001",
        "10.0.0.1",
        "192.168.10.3",
        "1.2.3",
        "12:30:00",
        "2024-03-10T",
        "2024-03-10Tx",
        "1710081005 s",
    ] {
        assert_eq!(read(text), "no time that can be read", "{text}");
    }
    for text in [
        "0",
        "2024",
        "-1",
        "1",
        "631151999",
        "0001-01-01T00:00:00Z",
        "2100-01-01",
        "99999999999999999",
    ] {
        assert_eq!(read(text), "before 1990 or after 2099", "{text}");
    }
}

#[test]
fn day_and_month() {
    let day_first = |text| read_in(text, "UTC", DayOrder::DayFirst);
    assert_eq!(day_first("03/04/2024 10:00:00").as_deref(), Ok("2024-04-03T10:00:00Z"));
    assert_eq!(day_first("03.04.2024").as_deref(), Ok("2024-04-03T00:00:00Z"));
    assert_eq!(day_first("2024-03-04").as_deref(), Ok("2024-03-04T00:00:00Z"));
    assert_eq!(day_first("03/25/2024"), Err(TimeError::Unknown), "never turned round in secret");
}

/// Against Python's `zoneinfo`, for moments around the changes of 2024 and 2025.
#[test]
fn daylight_saving() {
    for (zone, text, utc) in [
        // Winter, last hour before, in the gap, first hour after, summer.
        ("Europe/Berlin", "2024-01-15 12:00:00", "2024-01-15T11:00:00Z"),
        ("Europe/Berlin", "2024-03-31 01:59:59", "2024-03-31T00:59:59Z"),
        ("Europe/Berlin", "2024-03-31 02:30:00", "2024-03-31T01:30:00Z"),
        ("Europe/Berlin", "2024-03-31 03:00:00", "2024-03-31T01:00:00Z"),
        ("Europe/Berlin", "2024-07-15 12:00:00", "2024-07-15T10:00:00Z"),
        // There twice: the first.
        ("Europe/Berlin", "2024-10-27 01:59:59", "2024-10-26T23:59:59Z"),
        ("Europe/Berlin", "2024-10-27 02:30:00", "2024-10-27T00:30:00Z"),
        ("Europe/Berlin", "2024-10-27 03:00:00", "2024-10-27T02:00:00Z"),
        ("America/New_York", "2024-03-10 01:59:59", "2024-03-10T06:59:59Z"),
        ("America/New_York", "2024-03-10 03:00:00", "2024-03-10T07:00:00Z"),
        ("America/New_York", "2024-11-03 01:30:00", "2024-11-03T05:30:00Z"),
        ("America/New_York", "2024-11-03 02:00:00", "2024-11-03T07:00:00Z"),
        // The southern half: summer time over New Year.
        ("Australia/Sydney", "2024-12-31 23:30:00", "2024-12-31T12:30:00Z"),
        ("Australia/Sydney", "2025-01-01 00:30:00", "2024-12-31T13:30:00Z"),
        ("Australia/Sydney", "2024-04-07 02:30:00", "2024-04-06T15:30:00Z"),
        ("Australia/Sydney", "2024-06-15 12:00:00", "2024-06-15T02:00:00Z"),
        ("Australia/Lord_Howe", "2024-06-15 12:00:00", "2024-06-15T01:30:00Z"),
        ("Australia/Lord_Howe", "2024-12-15 12:00:00", "2024-12-15T01:00:00Z"),
        ("America/Sao_Paulo", "2024-12-15 12:00:00", "2024-12-15T15:00:00Z"),
        ("Asia/Kolkata", "2024-12-15 12:00:00", "2024-12-15T06:30:00Z"),
        ("Asia/Kathmandu", "2024-12-15 12:00:00", "2024-12-15T06:15:00Z"),
        // Ireland's summer time is its standard time in the database.
        ("Europe/Dublin", "2024-01-15 12:00:00", "2024-01-15T12:00:00Z"),
        ("Europe/Dublin", "2024-07-15 12:00:00", "2024-07-15T11:00:00Z"),
        ("Europe/Dublin", "2024-03-31 01:30:00", "2024-03-31T01:30:00Z"),
        ("Africa/Casablanca", "2024-07-15 12:00:00", "2024-07-15T11:00:00Z"),
        ("EST5EDT,M3.2.0,M11.1.0", "2024-07-15 12:00:00", "2024-07-15T16:00:00Z"),
        ("+05:30", "2024-07-15 12:00:00", "2024-07-15T06:30:00Z"),
        ("-0330", "2024-07-15 12:00:00", "2024-07-15T15:30:00Z"),
        ("UTC+2", "2024-07-15 12:00:00", "2024-07-15T10:00:00Z"),
    ] {
        let read = read_in(text, zone, DayOrder::MonthFirst);
        assert_eq!(read.as_deref(), Ok(utc), "{zone} {text}");
    }
}

#[test]
fn hours_that_are_there_twice_or_never_are_told() {
    let zone: Zone = "Europe/Berlin".parse().expect("a zone");
    let local = |text| {
        WrittenTime::read(text, &zone, DayOrder::MonthFirst).map(|time| (time.local, time.has_zone))
    };
    assert_eq!(local("2024-10-27 02:30:00"), Ok((LocalTime::Twice, false)));
    assert_eq!(local("2024-03-31 02:30:00"), Ok((LocalTime::Never, false)));
    assert_eq!(local("2024-03-31 03:00:00"), Ok((LocalTime::Clear, false)));
    assert_eq!(local("2024-10-27 02:30:00 +02:00"), Ok((LocalTime::Clear, true)));
}

#[test]
fn what_is_no_zone() {
    for text in
        ["", "Mars/Base", "+25:00", "+1:2", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "C-1"]
    {
        assert!(text.parse::<Zone>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>(), zone in "[A-Z<>0-9+,./:MJ-]{0,24}") {
        let zone = zone.parse::<Zone>().unwrap_or_default();
        let _ = WrittenTime::read(&text, &zone, DayOrder::MonthFirst);
    }

    /// Parts of times in any order.
    #[test]
    fn never_panics_on_almost_times(
        text in "(2024|03|10|1|/|-|\\.|:|T|Z| |PM|Mar|ä|,|\\+|@|Sun){0,12}",
        zone in "(CET|EST|-1|5|,|M3|\\.5|\\.0|M10|/3|J60|<|>|/-9){0,9}",
    ) {
        let zone = zone.parse::<Zone>().unwrap_or_default();
        let read = WrittenTime::read(&text, &zone, DayOrder::DayFirst);
        if let Ok(time) = read {
            prop_assert!(time.moment.is_plausible());
        }
    }

    /// What we print we read, whatever zone is assumed.
    #[test]
    fn iso_there_and_back(ms in Moment::FIRST.0..Moment::END.0) {
        let zone: Zone = "America/New_York".parse().expect("a zone");
        let read = WrittenTime::read(&Moment(ms).to_string(), &zone, DayOrder::DayFirst);
        prop_assert_eq!(read.map(|time| time.moment), Ok(Moment(ms)));
    }
}
