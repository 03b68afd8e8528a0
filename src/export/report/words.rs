//! Cells as people read them.

use super::{Cell, Kind};
use crate::heatmap::wording::{grouped, percent, plain_up_to, score};

/// Longest text of a cell, in characters; our own sentences are shorter.
pub(super) const LONGEST: usize = 600;
/// Longest paragraph, which may name files or rules.
pub(super) const LONGEST_NOTE: usize = 4000;
/// Of a list the first few are named, the rest is counted.
const MOST_LISTED: usize = 10;

/// A cell in words: plain, on one line, not yet escaped for anything. Empty for nothing.
pub fn words(cell: &Cell, kind: Kind) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => plain_up_to(text, LONGEST),
        Cell::List(list) => {
            let first: Vec<&str> = list.iter().take(MOST_LISTED).map(AsRef::as_ref).collect();
            let first = plain_up_to(&first.join(", "), LONGEST);
            match list.len().saturating_sub(MOST_LISTED) {
                0 => first,
                more => format!("{first} and {more} more"),
            }
        }
        Cell::Integer(number) => integer(*number),
        Cell::Decimal(seconds) if kind == Kind::Duration => duration(*seconds),
        Cell::Decimal(number) => score(*number),
        Cell::Share(part, whole) if kind == Kind::Share => {
            let said = percent(*part as usize, *whole as usize);
            format!("{} ({said})", part_words(*part, *whole))
        }
        Cell::Share(part, whole) => part_words(*part, *whole),
        Cell::Date(date) => date.to_string(),
    }
}

/// `171 of 222`
pub fn part_words(part: u32, whole: u32) -> String {
    crate::heatmap::wording::of(part as usize, whole as usize)
}

/// With thin spaces between the thousands.
fn integer(number: i64) -> String {
    let digits = grouped(usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX));
    if number < 0 { format!("−{digits}") } else { digits }
}

/// `1 h 5 min`, `12.5 s`.
pub(super) fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{} s", score(seconds));
    }
    let minutes = (seconds / 60.0) as u64;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min {} s", (seconds % 60.0) as u64),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_in_words() {
        let thin = '\u{2009}';
        let cases = [
            (Cell::Empty, Kind::Text, String::new()),
            (Cell::text("a\n<b>"), Kind::Text, "a <b>".to_owned()),
            (Cell::Integer(-3780), Kind::Integer, format!("−3{thin}780")),
            (Cell::Decimal(1.005), Kind::Decimal, "1".to_owned()),
            (Cell::Decimal(12.346), Kind::Decimal, "12.35".to_owned()),
            (Cell::Decimal(3900.0), Kind::Duration, "1 h 5 min".to_owned()),
            (Cell::Decimal(12.5), Kind::Duration, "12.5 s".to_owned()),
            (Cell::Decimal(125.0), Kind::Duration, "2 min 5 s".to_owned()),
            (Cell::Decimal(90_000.0), Kind::Duration, "1 d 1 h".to_owned()),
            (Cell::Share(1, 3), Kind::Share, format!("1 of 3 (33{thin}%)")),
            (Cell::Share(1, 3), Kind::Part, "1 of 3".to_owned()),
        ];
        for (cell, kind, expected) in cases {
            assert_eq!(words(&cell, kind), expected, "{cell:?}");
        }
        let list = Cell::list((1..=12).map(|n| n.to_string().into()));
        assert_eq!(words(&list, Kind::List), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more");
    }
}
