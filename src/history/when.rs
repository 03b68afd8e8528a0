//! When something was: from the words and digits of a name.

use crate::date::Date;
use std::cmp::Ordering;
use std::fmt;

/// Years that a number in a name can mean; ATT&CK is of 2013.
const YEARS: std::ops::RangeInclusive<u16> = 2000..=2099;

/// A moment. Ordered by year; in a year sprints come after days, because nobody says when they
/// were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A day; the last one of a quarter if only that is known.
    Day(Date),
    /// The sprint of a year; only their order is known.
    Sprint {
        /// Its year.
        year: u16,
        /// Its number in the year.
        number: u16,
    },
}

/// Why there is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDate {
    /// Nothing that could be one.
    #[error(
        "neither its metadata (date, created, generated) nor its name says when it was; a name may hold 2026-03-31, 20260331, q1_2026 or sprint_12_2026"
    )]
    None,
    /// More than one, and no reason to prefer one.
    #[error("its name holds several dates")]
    Several,
}

impl When {
    /// The moment a name tells: `2026-03-31`, `20260331`, `q3_2026`, `2026-q3`, `sprint_12_2026`,
    /// with up to three signs between the parts and anything around them. A day goes before a
    /// quarter, a quarter before a sprint.
    ///
    /// # Errors
    /// If it tells none, or several of the most exact kind.
    pub fn of_name(name: &str) -> Result<Self, NoDate> {
        let parts = parts(name);
        for read in [day, quarter, sprint] {
            let mut found = None;
            for at in 0..parts.len() {
                let Some(when) = read(&parts[at..]) else { continue };
                if found.is_some_and(|found| found != when) {
                    return Err(NoDate::Several);
                }
                found = Some(when);
            }
            if let Some(found) = found {
                return Ok(found);
            }
        }
        Err(NoDate::None)
    }

    /// The day, if it is known.
    pub fn date(self) -> Option<Date> {
        match self {
            Self::Day(date) => Some(date),
            Self::Sprint { .. } => None,
        }
    }
}

impl Ord for When {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |when: &Self| match *when {
            Self::Day(date) => (date.year(), 0, Some(date), 0),
            Self::Sprint { year, number } => (year, 1, None, number),
        };
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for When {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `2026-03-31` or `sprint 12 of 2026`.
impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => date.fmt(f),
            Self::Sprint { year, number } => write!(f, "sprint {number} of {year}"),
        }
    }
}

/// Letters, digits, or something else.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Letters,
    Digits,
    Other,
}

/// Runs of letters, of digits and of other signs.
fn parts(name: &str) -> Vec<(Kind, &str)> {
    let kind = |character: char| match character {
        '0'..='9' => Kind::Digits,
        _ if character.is_alphabetic() => Kind::Letters,
        _ => Kind::Other,
    };
    let mut parts: Vec<(Kind, &str)> = Vec::new();
    let mut start = 0;
    for (at, character) in name.char_indices() {
        let end = at + character.len_utf8();
        match parts.last_mut() {
            Some((last, text)) if *last == kind(character) => *text = &name[start..end],
            _ => {
                start = at;
                parts.push((kind(character), &name[at..end]));
            }
        }
    }
    parts
}

fn number(part: Option<&(Kind, &str)>, lengths: std::ops::RangeInclusive<usize>) -> Option<u16> {
    part.filter(|(kind, text)| *kind == Kind::Digits && lengths.contains(&text.len()))
        .and_then(|(_, text)| text.parse().ok())
}

fn year(part: Option<&(Kind, &str)>) -> Option<u16> {
    number(part, 4..=4).filter(|year| YEARS.contains(year))
}

/// What follows the first `skip` parts, without up to three signs such as ` - `.
fn after<'a, 'b>(parts: &'a [(Kind, &'b str)], skip: usize) -> &'a [(Kind, &'b str)] {
    match parts.get(skip..).unwrap_or_default() {
        [(Kind::Other, sign), rest @ ..] if sign.chars().nth(3).is_none() => rest,
        rest => rest,
    }
}

/// `2026-03-31` or `20260331`.
fn day(parts: &[(Kind, &str)]) -> Option<When> {
    let first = parts.first()?;
    if first.0 == Kind::Digits && first.1.len() == 8 {
        let date = Date::parse(&format!("{}-{}-{}", &first.1[..4], &first.1[4..6], &first.1[6..]));
        return date.filter(|date| YEARS.contains(&date.year())).map(When::Day);
    }
    let year = year(parts.first())?;
    let rest = after(parts, 1);
    let month = number(rest.first(), 2..=2)?;
    let rest = after(rest, 1);
    let day = number(rest.first(), 2..=2)?;
    Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).map(When::Day)
}

/// `q3_2026`, `2026-q3`, `2026q3`.
fn quarter(parts: &[(Kind, &str)]) -> Option<When> {
    let named = |parts: &[(Kind, &str)]| {
        let is_sign = parts.first().is_some_and(|part| part.1.eq_ignore_ascii_case("q"));
        is_sign.then(|| number(parts.get(1), 1..=1)).flatten().filter(|n| (1..=4).contains(n))
    };
    let (year, quarter) = match year(parts.first()) {
        Some(year) => (year, named(after(parts, 1))?),
        None => (year_after(parts)?, named(parts)?),
    };
    let month = u8::try_from(quarter * 3).ok()?;
    Date::new(year, month, 1).map(|date| When::Day(date.end_of_quarter()))
}

/// `sprint_12_2026`, `2026-sprint-12`, `sprint12_2026`.
fn sprint(parts: &[(Kind, &str)]) -> Option<When> {
    let named = |parts: &[(Kind, &str)]| {
        let is_sprint = parts.first().is_some_and(|part| part.1.eq_ignore_ascii_case("sprint"));
        is_sprint.then(|| number(after(parts, 1).first(), 1..=3)).flatten()
    };
    if let Some(year) = year(parts.first()) {
        let number = named(after(parts, 1))?;
        return Some(When::Sprint { year, number });
    }
    let number = named(parts)?;
    let year = year(after(after(parts, 1), 1).first())?;
    Some(When::Sprint { year, number })
}

/// The year behind `q3`.
fn year_after(parts: &[(Kind, &str)]) -> Option<u16> {
    year(after(parts, 2).first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_when() {
        for (name, told) in [
            ("coverage 2026-03-31.json", "2026-03-31"),
            ("20260331_layer", "2026-03-31"),
            ("20220223-MITRE-Engenuity__attack", "2022-02-23"),
            ("a.2026.03.31", "2026-03-31"),
            ("coverage_q3_2026", "2026-09-30"),
            ("coverage_Q4_2026.json", "2026-12-31"),
            ("2026-q3", "2026-09-30"),
            ("2026Q1 SOC", "2026-03-31"),
            ("incident-response-trends-in-q2-2022", "2022-06-30"),
            ("coverage_sprint_12_2026", "sprint 12 of 2026"),
            ("Sprint 3, 2026", "sprint 3 of 2026"),
            ("SOC 2026 - Q3", "2026-09-30"),
            ("2026 and q3", "none"),
            ("2026 sprint 3", "sprint 3 of 2026"),
            ("sprint7_2026", "sprint 7 of 2026"),
            ("2026-03-31 (q1 2026)", "2026-03-31"),
            ("2026-03-31 and again 20260331", "2026-03-31"),
            ("2026-03-31 to 2026-06-30", "several"),
            ("q1 2026 q2 2026", "several"),
            ("", "none"),
            ("m365-12.11.2023_attack-14.1", "none"),
            ("2026-13-01", "none"),
            ("12026-03-31", "none"),
            ("120260331", "none"),
            ("q5_2026", "none"),
            ("faq3_2026", "none"),
            ("T1059.001 2026", "none"),
            ("q3_1066", "none"),
            ("q3 ٢٠٢٦", "none"),
        ] {
            let found = match When::of_name(name) {
                Ok(when) => when.to_string(),
                Err(NoDate::None) => "none".to_owned(),
                Err(NoDate::Several) => "several".to_owned(),
            };
            assert_eq!(found, told, "{name}");
        }
    }

    #[test]
    fn sprints_have_an_order_and_no_day() {
        let sprint = |year, number| When::Sprint { year, number };
        let day = |year| When::Day(Date::new(year, 6, 1).expect("a day"));
        let mut all = [sprint(2026, 12), day(2027), sprint(2026, 3), sprint(2025, 20), day(2026)];
        crate::sorted::sort(&mut all);
        assert_eq!(
            all,
            [sprint(2025, 20), day(2026), sprint(2026, 3), sprint(2026, 12), day(2027)]
        );
        assert_eq!(sprint(2026, 3).date(), None);
    }
}
