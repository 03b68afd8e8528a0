//! JPEG (ITU-T T.81): its segments are walked from the first to the last; the pixels are left to
//! whoever draws them.

use super::{Fault, Found, number16, pixels};

/// Passes over the picture. Programs make ten; each costs time for every pixel, however few bytes
/// it has.
const MOST_SCANS: usize = 40;

const EARLY: Fault = Fault::Damaged("it ends too early");

pub(super) fn read(bytes: &[u8]) -> Result<Found, Fault> {
    let mut kept = vec![0xff, 0xd8];
    let mut size = None;
    let mut scans = 0;
    let mut at = 2;
    loop {
        let marker = match (bytes.get(at), bytes.get(at + 1)) {
            (Some(0xff), Some(0xff)) => {
                // Bytes between segments.
                at += 1;
                continue;
            }
            (Some(0xff), Some(marker)) => *marker,
            (Some(_), Some(_)) => return Err(Fault::Damaged("something stands between its parts")),
            _ => return Err(EARLY),
        };
        if marker == 0xd9 {
            break;
        }
        let length = usize::from(number16(bytes, at + 2).ok_or(EARLY)?);
        let end = at + 2 + length;
        let segment = bytes.get(at..end).filter(|_| length >= 2).ok_or(EARLY)?;
        let body = &segment[4..];
        match marker {
            0xc0..=0xc2 if size.is_none() => size = Some(frame(body)?),
            0xc0..=0xc2 => return Err(Fault::Damaged("it has two sizes")),
            // Huffman tables, quantisation, restarts.
            0xc4 | 0xdb | 0xdd => {}
            0xc3 | 0xc5..=0xcf => {
                return Err(Fault::Unusual("it is packed in a way that only some programs draw"));
            }
            0xda if size.is_none() => return Err(Fault::Damaged("it has no size")),
            0xda => scans += 1,
            // JFIF, and Adobe's word on what the colours are.
            0xe0 | 0xee => {}
            // Other programs' notes: camera, place, profile, comment.
            0xe1..=0xef | 0xfe => {
                at = end;
                continue;
            }
            _ => return Err(Fault::Damaged("it has parts that there are not")),
        }
        if scans > MOST_SCANS {
            return Err(Fault::Unusual("it has too many passes"));
        }
        kept.extend_from_slice(segment);
        at = end;
        if marker == 0xda {
            let packed = packed(&bytes[at..])?;
            kept.extend_from_slice(&bytes[at..at + packed]);
            at += packed;
        }
    }
    kept.extend_from_slice(&[0xff, 0xd9]);
    let (width, height) = size.ok_or(Fault::Damaged("it has no size"))?;
    match scans {
        0 => Err(Fault::Damaged("it has no pixels")),
        _ => Ok(Found { bytes: kept, width, height }),
    }
}

/// Size and colours.
fn frame(body: &[u8]) -> Result<(u32, u32), Fault> {
    let (Some(height), Some(width), Some(components)) =
        (number16(body, 1), number16(body, 3), body.get(5))
    else {
        return Err(EARLY);
    };
    if body[0] != 8 {
        return Err(Fault::Unusual("its colours have more than eight bits"));
    }
    match components {
        1 | 3 => pixels(width.into(), height.into()),
        4 => Err(Fault::Unusual("its colours are those of print (CMYK)")),
        _ => Err(Fault::Damaged("there are no such colours")),
    }
}

/// How many bytes of packed pixels there are before the next segment.
fn packed(bytes: &[u8]) -> Result<usize, Fault> {
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|byte| *byte == 0xff).ok_or(EARLY)?;
        match bytes.get(at + 1) {
            // An escaped byte, or a restart.
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            Some(_) => return Ok(at),
            None => return Err(EARLY),
        }
    }
}
