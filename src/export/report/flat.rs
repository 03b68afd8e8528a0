//! Tables for programs: a share is parted into its numbers, a list is one text, every row is there.

use super::{Cell, Column, Kind};
use crate::date::Date;

/// What the cells of a flat column are; any may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlatKind {
    /// A text, as read; as wide as such texts are.
    Text(Kind),
    /// A whole number.
    Integer,
    /// A number with two digits behind the point.
    Decimal,
    /// A share of 1.
    Fraction,
    /// A day.
    Date,
}

/// A flat column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatColumn {
    /// Its head.
    pub name: String,
    /// What its cells are.
    pub kind: FlatKind,
}

/// A flat cell.
#[derive(Clone, Debug, PartialEq)]
pub enum FlatCell {
    /// Nothing.
    Empty,
    /// As read; not yet plain.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Finite.
    Decimal(f64),
    /// Of 1.
    Fraction(f64),
    /// A day.
    Date(Date),
}

/// The columns of a table for programs: all, those of details as well.
pub fn flat_columns(columns: &[Column]) -> Vec<FlatColumn> {
    let mut flat = Vec::new();
    for column in columns {
        let mut push = |name: String, kind| flat.push(FlatColumn { name, kind });
        let name = &column.name;
        match column.kind {
            Kind::Text | Kind::Word | Kind::Path | Kind::List => {
                push(name.to_string(), FlatKind::Text(column.kind));
            }
            Kind::Integer => push(name.to_string(), FlatKind::Integer),
            Kind::Decimal => push(name.to_string(), FlatKind::Decimal),
            Kind::Duration => push(format!("{name}, seconds"), FlatKind::Decimal),
            Kind::Date => push(name.to_string(), FlatKind::Date),
            Kind::Share | Kind::Part => {
                push(name.to_string(), FlatKind::Integer);
                push(format!("{name}, of"), FlatKind::Integer);
                if column.kind == Kind::Share {
                    push(format!("{name}, percent"), FlatKind::Fraction);
                }
            }
        }
    }
    flat
}

/// The cells of a row, one for each of [`flat_columns`].
pub fn flat_row(columns: &[Column], row: &[Cell]) -> Vec<FlatCell> {
    let mut flat = Vec::with_capacity(row.len() + 4);
    for (column, cell) in columns.iter().zip(row) {
        match cell {
            Cell::Share(part, whole) => {
                flat.push(FlatCell::Integer(i64::from(*part)));
                flat.push(FlatCell::Integer(i64::from(*whole)));
                if column.kind == Kind::Share {
                    let of = if *whole == 0 { 0.0 } else { f64::from(*part) / f64::from(*whole) };
                    flat.push(FlatCell::Fraction(of));
                }
            }
            Cell::Empty => {
                let cells = match column.kind {
                    Kind::Share => 3,
                    Kind::Part => 2,
                    _ => 1,
                };
                flat.extend((0..cells).map(|_| FlatCell::Empty));
            }
            Cell::Text(text) => flat.push(FlatCell::Text(text.to_string())),
            Cell::List(list) => flat.push(FlatCell::Text(list.join("; "))),
            Cell::Integer(number) => flat.push(FlatCell::Integer(*number)),
            Cell::Decimal(number) => flat.push(FlatCell::Decimal(*number)),
            Cell::Date(date) => flat.push(FlatCell::Date(*date)),
        }
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever a row holds, it has a cell for every column.
    #[test]
    fn shares_are_parted_and_the_rest_stays() {
        let columns = [
            Column::of("Name", Kind::Word),
            Column::of("Covered", Kind::Share),
            Column::detail("Seen", Kind::Part),
            Column::of("Median", Kind::Duration),
        ];
        let names: Vec<String> = flat_columns(&columns).into_iter().map(|c| c.name).collect();
        let expected = [
            "Name",
            "Covered",
            "Covered, of",
            "Covered, percent",
            "Seen",
            "Seen, of",
            "Median, seconds",
        ];
        assert_eq!(names, expected);
        let row = [Cell::text("x"), Cell::share(1, 4), Cell::share(2, 4), Cell::Decimal(1.5)];
        assert_eq!(
            flat_row(&columns, &row),
            [
                FlatCell::Text("x".to_owned()),
                FlatCell::Integer(1),
                FlatCell::Integer(4),
                FlatCell::Fraction(0.25),
                FlatCell::Integer(2),
                FlatCell::Integer(4),
                FlatCell::Decimal(1.5)
            ]
        );
        let empty = vec![Cell::Empty; 4];
        assert_eq!(flat_row(&columns, &empty), vec![FlatCell::Empty; 7]);
        assert_eq!(flat_row(&columns[1..2], &[Cell::share(0, 0)])[2], FlatCell::Fraction(0.0));
    }
}
