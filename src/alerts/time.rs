//! Times as people and programs write them, and what they mean. A file may mix them: each cell is
//! read for itself.
//!
//! - ISO 8601, with `T`, a blank, `@` or a comma before the time; with `Z`, `UTC`, an offset, one
//!   of the zone names below, or none: then the assumed zone's;
//! - seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by magnitude;
//! - `03/10/2024 02:30:00 PM` (day and month by [`DayOrder`]), `10.03.2024 02:30:00`;
//! - `Mar 10, 2024 @ 02:30:00.000`, `Sun, 10 Mar 2024 02:30:00 +0000`, `10/Mar/2024:02:30:00 +0000`.

use super::Moment;
use super::zone::{Local, Zone, days_of, offset};
use serde::{Deserialize, Serialize};

/// What `03/04/2024` is. With dots between, the day always comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    /// The 4th of March.
    #[default]
    MonthFirst,
    /// The 3rd of April.
    DayFirst,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// The year first.
    Iso,
    /// A number since 1970.
    Epoch,
    /// Day and month with `/` or `-` between, the year last.
    Slashes,
    /// With dots, the day first.
    Dots,
    /// With the name of a month.
    MonthName,
}

/// Whether a local time was unmistakable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalTime {
    /// It was, or the text itself says its offset.
    Clear,
    /// Clocks went back, and it was there twice; the first is taken.
    Twice,
    /// Clocks went forward, and it was never there; taken as if they had not.
    Never,
}

/// A time that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenTime {
    /// When.
    pub moment: Moment,
    /// How it was written.
    pub format: TimeFormat,
    /// Whether it says its own zone.
    pub has_zone: bool,
    /// Whether the local time was unmistakable.
    pub local: LocalTime,
}

/// Why a text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Empty, or a word for nothing.
    #[error("no time")]
    Empty,
    /// Nothing above.
    #[error("no time that can be read")]
    Unknown,
    /// Before 1990 or after 2099.
    #[error("before 1990 or after 2099")]
    OutOfRange,
}

const SECONDS_OF_DAY: i64 = 86_400;

impl WrittenTime {
    /// Reads a time; `zone` is that of texts that state none.
    ///
    /// # Errors
    /// If it is none, or out of all reason.
    pub fn read(text: &str, zone: &Zone, order: DayOrder) -> Result<Self, TimeError> {
        let text = text.trim().trim_matches(['"', '\'']).trim();
        if text.is_empty() || matches!(text, "-" | "--" | "null" | "None" | "N/A" | "n/a" | "NULL")
        {
            return Err(TimeError::Empty);
        }
        let found = match epoch(text) {
            Some(moment) => Self {
                moment: moment?,
                format: TimeFormat::Epoch,
                has_zone: true,
                local: LocalTime::Clear,
            },
            None => calendar(text, zone, order).ok_or(TimeError::Unknown)?,
        };
        if found.moment.is_plausible() { Ok(found) } else { Err(TimeError::OutOfRange) }
    }
}

/// A number since 1970. The times from 1990 to 2099 in seconds, milliseconds, microseconds and
/// nanoseconds are ranges that do not touch, so the number alone tells its unit. Eight digits are a
/// day (`20240310`), fourteen may be a day and a time.
fn epoch(text: &str) -> Option<Result<Moment, TimeError>> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    if digits.is_empty() || !is_digits(digits) || !is_digits(fraction) || digits.len() > 19 {
        return None;
    }
    if fraction.is_empty() && [8, 14].contains(&whole.len()) && compact(whole).is_some() {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let (first, end) = (Moment::FIRST.0, Moment::END.0);
    let milliseconds = match number {
        n if (first / 1000..end / 1000).contains(&n) => n * 1000 + thousandths(fraction),
        n if (first..end).contains(&n) => n,
        n if (first..end).contains(&(n / 1000)) => n / 1000,
        n if (first..end).contains(&(n / 1_000_000)) => n / 1_000_000,
        _ => return Some(Err(TimeError::OutOfRange)),
    };
    Some(Ok(Moment(milliseconds)))
}

/// The first three digits behind the point.
fn thousandths(fraction: &str) -> i64 {
    let digit =
        |at| fraction.as_bytes().get(at).map_or(0, |b: &u8| i64::from(b.wrapping_sub(b'0')));
    100 * digit(0) + 10 * digit(1) + digit(2)
}

/// `20240310`, `20240310023000`.
fn compact(digits: &str) -> Option<(Civil, Clock)> {
    let part = |at: usize, end: usize| digits.get(at..end)?.parse::<i64>().ok();
    let day = Civil { year: part(0, 4)?, month: part(4, 6)?, day: part(6, 8)? }.valid()?;
    let clock = match digits.len() {
        8 => Clock::default(),
        _ => Clock { hour: part(8, 10)?, minute: part(10, 12)?, second: part(12, 14)?, ms: 0 }
            .valid()?,
    };
    (1990..2100).contains(&day.year).then_some((day, clock))
}

#[derive(Clone, Copy)]
struct Civil {
    year: i64,
    month: i64,
    day: i64,
}

impl Civil {
    fn valid(self) -> Option<Self> {
        let in_month = (1..=12).contains(&self.month) && self.day >= 1;
        let next = match self.month {
            12 => days_of(self.year + 1, 1, 1),
            month => days_of(self.year, month + 1, 1),
        };
        (in_month && days_of(self.year, self.month, 1) + self.day <= next).then_some(self)
    }
}

#[derive(Clone, Copy, Default)]
struct Clock {
    hour: i64,
    minute: i64,
    second: i64,
    ms: i64,
}

impl Clock {
    /// A leap second is the last of its minute.
    fn valid(mut self) -> Option<Self> {
        self.second = if self.second == 60 { 59 } else { self.second };
        // 24:00 is the end of a day.
        let is_end = self.hour == 24 && self.minute == 0 && self.second == 0 && self.ms == 0;
        (is_end || (self.hour < 24 && self.minute < 60 && self.second < 60)).then_some(self)
    }

    fn seconds(self) -> i64 {
        self.hour * 3600 + self.minute * 60 + self.second
    }
}

/// A text that is read from its beginning.
struct Rest<'t>(&'t str);

impl<'t> Rest<'t> {
    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'t str {
        let end = self.0.find(|c| !is_part(c)).unwrap_or(self.0.len());
        let (part, rest) = self.0.split_at(end);
        self.0 = rest;
        part
    }

    /// One to `most` digits.
    fn number(&mut self, most: usize) -> Option<i64> {
        let digits = self.take(|c| c.is_ascii_digit());
        (1..=most).contains(&digits.len()).then(|| digits.parse().ok()).flatten()
    }

    fn eat(&mut self, c: char) -> bool {
        match self.0.strip_prefix(c) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn blanks(&mut self) {
        self.take(|c| matches!(c, ' ' | '\u{A0}' | '\u{202F}'));
    }
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month(word: &str) -> Option<i64> {
    let short = word.get(..3)?;
    let at = MONTHS.iter().position(|name| short.eq_ignore_ascii_case(name))?;
    (word.len() <= 9).then_some(at as i64 + 1)
}

fn calendar(text: &str, zone: &Zone, order: DayOrder) -> Option<WrittenTime> {
    if let (14 | 8, Some((day, clock))) = (text.len(), compact_only(text)) {
        return Some(placed(day, clock, None, zone, TimeFormat::Iso));
    }
    let mut rest = Rest(text);
    // `Sun, ` before all else.
    let mut word = rest.take(|c| c.is_ascii_alphabetic());
    if !word.is_empty() && month(word).is_none() {
        rest.take(|c| matches!(c, ',' | ' ' | '.'));
        word = rest.take(|c| c.is_ascii_alphabetic());
    }
    let mut year_is_last = false;
    let (day, format) = if !word.is_empty() {
        let month = month(word)?;
        rest.take(|c| matches!(c, ' ' | '.'));
        let day = rest.number(2)?;
        rest.take(|c| matches!(c, ',' | ' '));
        // `Mar 10 02:30:00 2024` has its year at the end.
        year_is_last = rest.0.get(1..3).is_some_and(|two| two.contains(':'));
        let year = if year_is_last { 0 } else { rest.number(4)? };
        (Civil { year, month, day }, TimeFormat::MonthName)
    } else {
        let first = rest.0;
        let number = rest.number(4)?;
        let width = first.len() - rest.0.len();
        let separator = rest.0.chars().next()?;
        if !matches!(separator, '-' | '/' | '.' | ' ') {
            return None;
        }
        rest.eat(separator);
        let second = match rest.take(|c| c.is_ascii_alphabetic()) {
            "" => rest.number(2)?,
            word => {
                let month = month(word)?;
                rest.take(|c| matches!(c, '.' | ',' | ' ' | '/' | '-'));
                let year = rest.number(4)?;
                let day = Civil { year, month, day: number };
                return with_clock(day, rest, zone, TimeFormat::MonthName, false);
            }
        };
        if separator == ' ' || !rest.eat(separator) {
            return None;
        }
        let third_at = rest.0;
        let third = rest.number(4)?;
        let third_width = third_at.len() - rest.0.len();
        match (width, separator, third_width) {
            (4, _, 1 | 2) => (Civil { year: number, month: second, day: third }, TimeFormat::Iso),
            (1 | 2, '.', 4 | 2) => (
                Civil { year: full_year(third, third_width), month: second, day: number },
                TimeFormat::Dots,
            ),
            (1 | 2, _, 4 | 2) => {
                let (month, day) = match order {
                    DayOrder::MonthFirst => (number, second),
                    DayOrder::DayFirst => (second, number),
                };
                (Civil { year: full_year(third, third_width), month, day }, TimeFormat::Slashes)
            }
            _ => return None,
        }
    };
    with_clock(day, rest, zone, format, year_is_last)
}

fn compact_only(text: &str) -> Option<(Civil, Clock)> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| compact(text)).flatten()
}

/// `24` is 2024.
fn full_year(year: i64, width: usize) -> i64 {
    if width == 2 { 2000 + year } else { year }
}

/// The clock and the zone behind a day; a day alone is its beginning.
fn with_clock(
    mut day: Civil,
    mut rest: Rest<'_>,
    zone: &Zone,
    format: TimeFormat,
    year_is_last: bool,
) -> Option<WrittenTime> {
    if rest.0.is_empty() {
        return Some(placed(day.valid()?, Clock::default(), None, zone, format));
    }
    let between = rest.take(|c| matches!(c, 'T' | 't' | ' ' | ',' | '@' | '_' | ':' | '-'));
    if between.is_empty() && !year_is_last {
        return None;
    }
    let hour = rest.number(2)?;
    let mut clock = Clock { hour, ..Clock::default() };
    if rest.eat(':') {
        clock.minute = rest.number(2)?;
        if rest.eat(':') {
            clock.second = rest.number(2)?;
            if rest.0.starts_with(['.', ',', ':'])
                && rest
                    .0
                    .get(1..)
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            {
                rest.0 = rest.0.get(1..)?;
                clock.ms = thousandths(rest.take(|c| c.is_ascii_digit()));
            }
        }
    } else if !rest.0.trim_start().starts_with(['A', 'a', 'P', 'p']) {
        return None;
    }
    rest.blanks();
    if let Some(half) = half_of_day(&mut rest) {
        if !(1..=12).contains(&clock.hour) {
            return None;
        }
        clock.hour = clock.hour % 12 + half;
    }
    rest.blanks();
    if year_is_last {
        // A zone name may stand before the year.
        let before = rest.take(|c| !c.is_ascii_digit());
        day.year = rest.number(4)?;
        if !before.trim().is_empty() {
            rest.0 = before;
        }
    }
    let clock = clock.valid()?;
    let offset = match rest.0.trim().trim_matches(['(', ')', '[', ']']) {
        "" => None,
        text => Some(stated(text)?),
    };
    Some(placed(day.valid()?, clock, offset, zone, format))
}

/// `AM`, `p.m.`: the hours to add.
fn half_of_day(rest: &mut Rest<'_>) -> Option<i64> {
    let text = rest.0;
    let hours = match text.as_bytes().first()? {
        b'A' | b'a' => 0,
        b'P' | b'p' => 12,
        _ => return None,
    };
    let behind = text.get(1..)?;
    let behind = behind.strip_prefix('.').unwrap_or(behind);
    let behind = behind.strip_prefix(['M', 'm'])?;
    let behind = behind.strip_prefix('.').unwrap_or(behind);
    // `PST` has no M, `AMT` goes on.
    if behind.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    rest.0 = behind;
    Some(hours)
}

/// Seconds east of UTC of a zone as it stands behind a time: an offset, or one of the names that
/// mean one thing only (those of RFC 2822, and Europe's).
fn stated(text: &str) -> Option<i64> {
    const NAMES: [(&str, i64); 19] = [
        ("Z", 0),
        ("UTC", 0),
        ("GMT", 0),
        ("UT", 0),
        ("EST", -5),
        ("EDT", -4),
        ("CST", -6),
        ("CDT", -5),
        ("MST", -7),
        ("MDT", -6),
        ("PST", -8),
        ("PDT", -7),
        ("WET", 0),
        ("WEST", 1),
        ("CET", 1),
        ("CEST", 2),
        ("MEZ", 1),
        ("MESZ", 2),
        ("EEST", 3),
    ];
    // `+0200 (CEST)`
    let text = text.split([' ', '(']).next().unwrap_or(text);
    let known = NAMES.iter().find(|(name, _)| text.eq_ignore_ascii_case(name));
    known.map(|(_, hours)| hours * 3600).or_else(|| offset(text).map(i64::from))
}

fn placed(
    day: Civil,
    clock: Clock,
    offset: Option<i64>,
    zone: &Zone,
    format: TimeFormat,
) -> WrittenTime {
    let local = days_of(day.year, day.month, day.day) * SECONDS_OF_DAY + clock.seconds();
    let (seconds, is_local) = match offset {
        Some(offset) => (local - offset, LocalTime::Clear),
        None => match zone.utc(local) {
            Local::Once(seconds) => (seconds, LocalTime::Clear),
            Local::Twice(seconds) => (seconds, LocalTime::Twice),
            Local::Never(seconds) => (seconds, LocalTime::Never),
        },
    };
    WrittenTime {
        moment: Moment(seconds.saturating_mul(1000).saturating_add(clock.ms)),
        format,
        has_zone: offset.is_some(),
        local: is_local,
    }
}

#[cfg(test)]
mod tests;
