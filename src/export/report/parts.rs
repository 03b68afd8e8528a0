//! A report on its way to the press: its head in the message, its rows in pieces beside it. As one
//! piece, the report of 50,000 rules would hold the page up for longer than a frame.

use super::{Cell, Report};
use crate::pace::Pace;
use serde::{Deserialize, Serialize};

/// Rows of a piece: about a millisecond's work.
const ROWS: usize = 256;

/// Rows of one section, in their order.
#[derive(Serialize, Deserialize)]
struct Piece {
    section: usize,
    rows: Vec<Vec<Cell>>,
}

/// Why pieces do not make a report.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PartsError {
    /// They are no pieces, or of another report.
    #[error("the rows of the report do not fit together")]
    Unfit,
}

/// Takes the rows out of a report; they are returned in pieces.
///
/// # Errors
/// Only if a number is none of postcard's, which no report has.
pub async fn parted(
    report: &mut Report,
    pace: &impl Pace,
) -> Result<Vec<Vec<u8>>, postcard::Error> {
    let mut pieces = Vec::new();
    for (section, table) in report.sections.iter_mut().enumerate() {
        let mut left = std::mem::take(&mut table.rows).into_iter();
        loop {
            let rows: Vec<Vec<Cell>> = left.by_ref().take(ROWS).collect();
            if rows.is_empty() {
                break;
            }
            pieces.push(postcard::to_stdvec(&Piece { section, rows })?);
            pace.pause().await;
        }
    }
    Ok(pieces)
}

/// Puts them in again.
///
/// # Errors
/// If they are not those that were taken out.
pub fn join<'p>(
    report: &mut Report,
    pieces: impl IntoIterator<Item = &'p [u8]>,
) -> Result<(), PartsError> {
    for piece in pieces {
        let piece: Piece = postcard::from_bytes(piece).map_err(|_| PartsError::Unfit)?;
        let section = report.sections.get_mut(piece.section).ok_or(PartsError::Unfit)?;
        section.rows.extend(piece.rows);
    }
    Ok(())
}
