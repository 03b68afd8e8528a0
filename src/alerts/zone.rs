//! Zones for times that state none: an offset from UTC, or the rule a zone follows today.
//!
//! A rule is written as POSIX has it for `TZ` (IEEE Std 1003.1, 8.3): `CET-1CEST,M3.5.0,M10.5.0/3`.
//! That is a few bytes a zone instead of the whole history of all of them, and exact for every
//! time since the zone last changed its rule (Europe 1996, North America 2007). Older times may be
//! an hour off; nobody keeps alerts that long.

use super::zones;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A zone. Prints as it was written; UTC by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    written: [u8; Self::LONGEST],
    length: u8,
    rule: Rule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Seconds east of UTC.
    Fixed(i32),
    Saving(Saving),
}

/// Standard and summer time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Saving {
    /// Seconds east of UTC.
    standard: i32,
    summer: i32,
    start: Change,
    end: Change,
}

/// When clocks change, in the local time of before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    day: ChangeDay,
    /// Seconds after midnight; may be negative or beyond a day.
    time: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChangeDay {
    /// `Mm.w.d`: the so-manieth (5: the last) weekday (0: Sunday) of a month.
    Weekday { month: u8, week: u8, day: u8 },
    /// `Jn`: 1 to 365, the 29th of February never counted.
    Julian(u16),
    /// `n`: 0 to 365, the 29th of February counted.
    Zero(u16),
}

/// Not a zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no zone; write an offset (+02:00), a name (Europe/Berlin), or a rule of POSIX (CET-1CEST,M3.5.0,M10.5.0/3)"
)]
pub struct ZoneError(String);

impl Default for Zone {
    fn default() -> Self {
        Self::new("UTC", Rule::Fixed(0)).unwrap_or(Self {
            written: [0; Self::LONGEST],
            length: 0,
            rule: Rule::Fixed(0),
        })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    /// `UTC`, `Z`, `+02:00`, `-0330`, `+2`, a name of the tz database in any case, or a rule of
    /// POSIX.
    fn from_str(text: &str) -> Result<Self, ZoneError> {
        let text = text.trim();
        let is_utc = ["utc", "gmt", "z"].iter().any(|name| text.eq_ignore_ascii_case(name));
        let rule = match () {
            () if is_utc => Some(Rule::Fixed(0)),
            () => offset(text)
                .map(Rule::Fixed)
                .or_else(|| posix(zones::rule_of(text).unwrap_or(text))),
        };
        let zone = rule.and_then(|rule| Self::new(text, rule));
        zone.ok_or_else(|| ZoneError(text.chars().take(60).collect()))
    }
}

/// What a local time is in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Local {
    /// Seconds since 1970 in UTC.
    Once(i64),
    /// There twice: the first.
    Twice(i64),
    /// Never there: as if clocks had not changed.
    Never(i64),
}

impl Zone {
    /// Longest name or rule; the longest of the database has 32 bytes.
    const LONGEST: usize = 48;

    fn new(text: &str, rule: Rule) -> Option<Self> {
        let mut written = [0; Self::LONGEST];
        written.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { written, length: u8::try_from(text.len()).ok()?, rule })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        let written = self.written.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(written).unwrap_or_default()
    }

    /// Seconds since 1970 of a local clock to those in UTC.
    pub(super) fn utc(&self, local: i64) -> Local {
        let saving = match &self.rule {
            Rule::Fixed(offset) => return Local::Once(local - i64::from(*offset)),
            Rule::Saving(saving) => saving,
        };
        let (standard, summer) =
            (local - i64::from(saving.standard), local - i64::from(saving.summer));
        match (saving.is_summer(summer), saving.is_summer(standard)) {
            (true, true) => Local::Once(summer),
            (false, false) => Local::Once(standard),
            // Both are right; the earlier moment is the one with the clock further ahead.
            (true, false) => Local::Twice(summer.min(standard)),
            // Neither is; before the change the clock was the one further behind.
            (false, true) => Local::Never(summer.max(standard)),
        }
    }
}

impl Saving {
    /// Whether clocks are at summer time at a moment.
    fn is_summer(&self, utc: i64) -> bool {
        // The year on the local clock at standard time: no change is within hours of a new year.
        let year = year_of((utc + i64::from(self.standard)).div_euclid(86_400));
        let start = self.start.local(year) - i64::from(self.standard);
        let end = self.end.local(year) - i64::from(self.summer);
        if start <= end { (start..end).contains(&utc) } else { !(end..start).contains(&utc) }
    }
}

impl Change {
    /// Seconds since 1970 on the clock of before.
    fn local(self, year: i64) -> i64 {
        let first = days_of(year, 1, 1);
        let leap = days_of(year, 3, 1) - days_of(year, 2, 1) == 29;
        let day = match self.day {
            ChangeDay::Zero(day) => first + i64::from(day),
            ChangeDay::Julian(day) => first + i64::from(day) - 1 + i64::from(leap && day >= 60),
            ChangeDay::Weekday { month, week, day } => {
                let first = days_of(year, i64::from(month), 1);
                // 1970-01-01 was a Thursday.
                let weekday = (first + 4).rem_euclid(7);
                let mut at = first + (i64::from(day) - weekday).rem_euclid(7);
                let next = match month {
                    12 => days_of(year + 1, 1, 1),
                    month => days_of(year, i64::from(month) + 1, 1),
                };
                for _ in 1..week {
                    if at + 7 < next {
                        at += 7;
                    }
                }
                at
            }
        };
        day * 86_400 + i64::from(self.time)
    }
}

/// Days since 1970 of a date, see [`crate::date::Date::unix_days`].
pub(super) fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn year_of(days: i64) -> i64 {
    let mut year = 1970 + days.div_euclid(366);
    while days_of(year + 1, 1, 1) <= days {
        year += 1;
    }
    year
}

/// `+02:00`, `-0330`, `+2`: seconds east of UTC, less than a day.
pub(super) fn offset(text: &str) -> Option<i32> {
    let text = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).unwrap_or(text);
    let (sign, rest) = match text.as_bytes() {
        [b'+', ..] => (1, &text[1..]),
        [b'-', ..] => (-1, &text[1..]),
        _ => return text.strip_prefix('\u{2212}').and_then(hours).map(|seconds| -seconds),
    };
    hours(rest).map(|seconds| sign * seconds)
}

/// `2`, `02`, `0230`, `02:30`, `2:30`.
fn hours(text: &str) -> Option<i32> {
    let (hours, minutes) = match text.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None if text.len() == 4 && text.is_ascii() => text.split_at(2),
        None => (text, "0"),
    };
    let number = |part: &str| {
        let is_number = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 18 && minutes < 60).then_some(hours * 3600 + minutes * 60)
}

/// `CET-1CEST,M3.5.0,M10.5.0/3`, `<+0545>-5:45`.
fn posix(text: &str) -> Option<Rule> {
    let mut rest = text;
    name(&mut rest)?;
    let standard = -signed(&mut rest)?;
    if rest.is_empty() {
        return Some(Rule::Fixed(standard));
    }
    name(&mut rest)?;
    let summer = match rest.starts_with(',') {
        true => standard + 3600,
        false => -signed(&mut rest)?,
    };
    let start = change(rest.strip_prefix(',')?, &mut rest)?;
    let end = change(rest.strip_prefix(',')?, &mut rest)?;
    rest.is_empty().then_some(Rule::Saving(Saving { standard, summer, start, end }))
}

/// Letters, or anything in angle brackets.
fn name(rest: &mut &str) -> Option<()> {
    let end = match rest.strip_prefix('<') {
        Some(inner) => inner.find('>')? + 2,
        None => rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len()),
    };
    let name = rest.get(..end)?;
    *rest = rest.get(end..)?;
    (name.len() >= 3).then_some(())
}

/// `-5:45`, in seconds; at most a week.
fn signed(rest: &mut &str) -> Option<i32> {
    let end = rest.find(|c: char| !matches!(c, '0'..='9' | ':' | '+' | '-')).unwrap_or(rest.len());
    let (text, after) = rest.split_at(end);
    *rest = after;
    let (sign, text) = match text.as_bytes().first()? {
        b'-' => (-1, text.get(1..)?),
        b'+' => (1, text.get(1..)?),
        _ => (1, text),
    };
    let mut seconds = 0;
    for (part, unit) in text.split(':').zip([3600, 60, 1]) {
        if part.is_empty() || part.len() > 3 {
            return None;
        }
        seconds += part.parse::<i32>().ok()? * unit;
    }
    (text.split(':').count() <= 3 && seconds <= 7 * 86_400).then_some(sign * seconds)
}

fn change<'t>(text: &'t str, rest: &mut &'t str) -> Option<Change> {
    let end = text.find(',').unwrap_or(text.len());
    let (own, after) = text.split_at(end);
    *rest = after;
    let (day, time) = match own.split_once('/') {
        Some((day, mut time)) => {
            let seconds = signed(&mut time)?;
            (day, time.is_empty().then_some(seconds)?)
        }
        None => (own, 7200),
    };
    let number = |text: &str, most: u16| text.parse::<u16>().ok().filter(|n| *n <= most);
    let day = match day.as_bytes().first()? {
        b'M' => {
            let mut parts = day.get(1..)?.split('.');
            let mut part = |least: u16, most: u16| {
                let number = number(parts.next()?, most).filter(|n| *n >= least)?;
                u8::try_from(number).ok()
            };
            let (month, week, day) = (part(1, 12)?, part(1, 5)?, part(0, 6)?);
            parts.next().is_none().then_some(ChangeDay::Weekday { month, week, day })?
        }
        b'J' => ChangeDay::Julian(number(day.get(1..)?, 365).filter(|day| *day > 0)?),
        _ => ChangeDay::Zero(number(day, 365)?),
    };
    Some(Change { day, time })
}
