//! The page's calendar. Everything below it takes the day as an argument.

use crate::date::Date;

/// The day in UTC, so that a build server and a desk agree on it.
pub fn today() -> Date {
    const MS_A_DAY: f64 = 86_400_000.0;
    Date::from_unix_days((js_sys::Date::now() / MS_A_DAY) as u32)
}
