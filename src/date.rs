//! Calendar dates as rules write them, and the quarter a file name needs. No clock: "today" is
//! always an argument.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A day of the proleptic Gregorian calendar. Ordered; prints as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A valid day, or `None`.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=last).contains(&day).then_some(Self { year, month, day })
    }

    /// Reads `2024-05-01`, `2024/05/01` and `2024/5/1`, the spellings of Sigma rules
    /// (year first, as the specification asks); anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let separator = if text.contains('-') { '-' } else { '/' };
        let mut parts = text.split(separator);
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |part: &str, longest: usize| {
            (!part.is_empty() && part.len() <= longest && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<u16>().ok())
                .flatten()
        };
        if parts.next().is_some() || year.len() != 4 {
            return None;
        }
        let month = u8::try_from(digits(month, 2)?).ok()?;
        let day = u8::try_from(digits(day, 2)?).ok()?;
        Self::new(digits(year, 4)?, month, day)
    }

    /// Reads what rules of any format write: year first; also with a time behind it, with `_` or
    /// `.` between, and with day and month or all three the other way round where only one
    /// reading is a date (`22/02/2019`, `12/28/2019`, `2018/25/08`; SigmaHQ of 2019).
    pub fn read(text: &str) -> Option<Self> {
        let day = text.trim().split(['T', ' ']).next().unwrap_or(text);
        if let Some(date) = Self::parse(day) {
            return Some(date);
        }
        let parts: Vec<&str> = day.split(['/', '-', '.', '_']).collect();
        let [first, second, third] = parts[..] else { return None };
        let date =
            |year: &str, month: &str, day: &str| Self::parse(&format!("{year}-{month}-{day}"));
        if first.len() == 4 {
            return date(first, second, third).or_else(|| date(first, third, second));
        }
        match (date(third, first, second), date(third, second, first)) {
            (Some(one), Some(other)) if one == other => Some(one),
            (Some(only), None) | (None, Some(only)) => Some(only),
            _ => None,
        }
    }

    /// The day so many days after 1970-01-01. (Howard Hinnant's `civil_from_days`,
    /// <https://howardhinnant.github.io/date_algorithms.html>.)
    pub fn from_unix_days(days: u32) -> Self {
        let shifted = days + 719_468;
        let era = shifted / 146_097;
        let day_of_era = shifted % 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + u32::from(month <= 2);
        Self { year: year as u16, month: month as u8, day: day as u8 }
    }

    /// The same day so many years ago; the 28th for a 29th of February that year did not have.
    #[must_use]
    pub fn years_before(self, years: u16) -> Self {
        let year = self.year.saturating_sub(years);
        let day = if self.month == 2 { self.day.min(28) } else { self.day };
        Self::new(year, self.month, self.day).unwrap_or(Self { year, month: self.month, day })
    }

    /// Days since 1970-01-01, negative before: [`Self::from_unix_days`] the other way round
    /// (`days_from_civil`, ibid.).
    pub fn unix_days(self) -> i32 {
        let (month, day) = (i32::from(self.month), i32::from(self.day));
        let year = i32::from(self.year) - i32::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The last day of its month.
    #[must_use]
    pub fn end_of_month(self) -> Self {
        let last = (28..=31).rev().find_map(|day| Self::new(self.year, self.month, day));
        last.unwrap_or(self)
    }

    /// The last day of its calendar quarter.
    #[must_use]
    pub fn end_of_quarter(self) -> Self {
        Self { month: self.quarter() * 3, day: 1, ..self }.end_of_month()
    }

    /// The first day of the next month; itself at the end of time (the year 65535).
    #[must_use]
    pub fn next_month(self) -> Self {
        let (year, month) = match self.month {
            12 => (self.year.checked_add(1), 1),
            month => (Some(self.year), month + 1),
        };
        year.map_or(self, |year| Self { year, month, day: 1 })
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The year, for example 2026.
    pub fn year(self) -> u16 {
        self.year
    }

    /// Year, month (from 1) and day (from 1).
    pub fn parts(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// The calendar quarter, 1 to 4.
    pub fn quarter(self) -> u8 {
        (self.month - 1) / 3 + 1
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_spellings_seen_in_rules() {
        for text in ["2024-05-01", "2024/05/01", "2024/5/1", " 2024-05-01 "] {
            assert_eq!(Date::parse(text).map(|d| d.to_string()).as_deref(), Some("2024-05-01"));
        }
        for text in ["", "01/05/2024", "2024-13-01", "2023-02-29", "2024-5", "2024-05-01-02", "x"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert!(Date::parse("2024-02-29").is_some());
    }

    #[test]
    fn days_since_1970() {
        let day = |days| Date::from_unix_days(days).to_string();
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(11_016), "2000-02-29");
        assert_eq!(day(20_779), "2026-11-22");
    }

    #[test]
    fn days_there_and_back() {
        for days in (0..60_000).step_by(13) {
            assert_eq!(Date::from_unix_days(days).unix_days(), days as i32);
        }
        let day = |year, month, day| Date::new(year, month, day).map(Date::unix_days);
        assert_eq!(day(1969, 12, 31), Some(-1));
        // As Python's `datetime.date(1, 1, 1).toordinal() - 719163` has it.
        assert_eq!(day(1, 1, 1), Some(-719_162));
    }

    #[test]
    fn ends_of_months_and_quarters() {
        let text = |year, month, day, what: fn(Date) -> Date| {
            Date::new(year, month, day).map(|date| what(date).to_string()).unwrap_or_default()
        };
        assert_eq!(text(2024, 2, 3, Date::end_of_month), "2024-02-29");
        assert_eq!(text(2026, 2, 28, Date::end_of_month), "2026-02-28");
        assert_eq!(text(2026, 5, 1, Date::end_of_quarter), "2026-06-30");
        assert_eq!(text(2026, 12, 31, Date::end_of_quarter), "2026-12-31");
        assert_eq!(text(2026, 12, 31, Date::next_month), "2027-01-01");
        assert_eq!(text(2026, 1, 31, Date::next_month), "2026-02-01");
        assert_eq!(text(65535, 12, 3, Date::next_month), "65535-12-03");
    }

    #[test]
    fn years_ago() {
        let ago = |text: &str, years| {
            Date::parse(text).map(|day| day.years_before(years).to_string()).unwrap_or_default()
        };
        assert_eq!(ago("2026-11-25", 2), "2024-11-25");
        assert_eq!(ago("2028-02-29", 4), "2024-02-29");
        assert_eq!(ago("2028-02-29", 1), "2027-02-28");
    }

    #[test]
    fn quarters() {
        let quarter = |m| Date::new(2026, m, 1).map(Date::quarter);
        assert_eq!((quarter(3), quarter(4), quarter(12)), (Some(1), Some(2), Some(4)));
    }

    #[test]
    fn dates_of_real_rules() {
        let read = |text| Date::read(text).map(|date| date.to_string());
        assert_eq!(read("2024-05-01").as_deref(), Some("2024-05-01"));
        assert_eq!(read("2024/5/1").as_deref(), Some("2024-05-01"));
        assert_eq!(read("2024-05-01T10:00:00Z").as_deref(), Some("2024-05-01"));
        assert_eq!(read("2024_05_01").as_deref(), Some("2024-05-01"));
        assert_eq!(read("22/02/2019").as_deref(), Some("2019-02-22"));
        assert_eq!(read("12/28/2019").as_deref(), Some("2019-12-28"));
        assert_eq!(read("01/05/2019"), None, "either month: not guessed");
        assert_eq!(read("2018/25/08").as_deref(), Some("2018-08-25"));
        assert_eq!(read("05/05/2019").as_deref(), Some("2019-05-05"));
        for text in ["", "soon", "1/2/3/2019", "2019", "13/13/2019"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
