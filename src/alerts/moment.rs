//! A moment, to the millisecond.

use crate::date::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00 UTC, without leap seconds. Prints as ISO 8601 in UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// Milliseconds of a day.
    pub const DAY: i64 = 86_400_000;
    /// The first moment that is taken for a time: 1990. What is before is a program's "none" (0,
    /// year 1, 1601).
    pub const FIRST: Self = Self(7_305 * Self::DAY);
    /// The first moment that is too late: 2100.
    pub const END: Self = Self(47_482 * Self::DAY);

    /// Whether it can be the time of an alert: from [`Self::FIRST`] to before [`Self::END`].
    pub fn is_plausible(self) -> bool {
        (Self::FIRST..Self::END).contains(&self)
    }

    /// Whole days since 1970-01-01, in UTC.
    pub fn day(self) -> i32 {
        i32::try_from(self.0.div_euclid(Self::DAY)).unwrap_or(if self.0 < 0 {
            i32::MIN
        } else {
            i32::MAX
        })
    }

    /// The day in UTC; the first day there is for anything before 1970.
    pub fn date(self) -> Date {
        Date::from_unix_days(u32::try_from(self.day()).unwrap_or(0).min(20_000_000))
    }

    /// The beginning of a day in UTC.
    pub fn start_of(date: Date) -> Self {
        Self(i64::from(date.unix_days()) * Self::DAY)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_day = self.0.rem_euclid(Self::DAY);
        let (seconds, thousandths) = (of_day / 1000, of_day % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}", self.date())?;
        if thousandths != 0 {
            write!(f, ".{thousandths:03}")?;
        }
        f.write_str("Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_iso_and_knows_its_day() {
        let moment = Moment(1_710_037_800_120);
        assert_eq!(moment.to_string(), "2024-03-10T02:30:00.120Z");
        assert_eq!(moment.date().to_string(), "2024-03-10");
        assert_eq!(Moment::start_of(moment.date()).to_string(), "2024-03-10T00:00:00Z");
        assert_eq!(Moment::FIRST.to_string(), "1990-01-01T00:00:00Z");
        assert_eq!(Moment::END.to_string(), "2100-01-01T00:00:00Z");
        assert_eq!(Moment(-1).day(), -1);
    }
}
