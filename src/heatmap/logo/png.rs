//! PNG (<https://www.w3.org/TR/png-3/>): every part's sum is checked, and the pixels are unpacked
//! once, to as many bytes as they must be and no more.

use super::{Fault, Found, pixels};
use crate::source::crc::crc32;

/// How each PNG begins.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What is kept.
const DRAWN: [&[u8; 4]; 5] = [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"];

/// The passes of Adam7: first column, first row, steps.
const PASSES: [(u32, u32, u32, u32); 7] = [
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
];

/// What the first part says.
struct Header {
    width: u32,
    height: u32,
    /// Of one pixel.
    bits: u32,
    has_palette: bool,
    interlaced: bool,
}

pub(super) fn read(bytes: &[u8]) -> Result<Found, Fault> {
    let mut kept = SIGNATURE.to_vec();
    let mut header = None;
    let (mut palette, mut data, mut is_over) = (false, Vec::new(), false);
    let mut rest = &bytes[SIGNATURE.len()..];
    while !is_over {
        let (part, after) = part(rest)?;
        rest = after;
        let Part { name, body, whole } = part;
        match (name, &header) {
            (b"IHDR", None) => header = Some(read_header(body)?),
            (_, None) | (b"IHDR", Some(_)) => return Err(Fault::Damaged("it begins wrongly")),
            (b"PLTE", _) => palette = true,
            (b"IDAT", _) => data.extend_from_slice(body),
            (b"IEND", _) => is_over = true,
            // Capitals stand for parts that a reader must know.
            (name, _) if name[0].is_ascii_uppercase() => {
                return Err(Fault::Unusual("it has parts that only some programs draw"));
            }
            _ => {}
        }
        if DRAWN.contains(&name) {
            kept.extend_from_slice(whole);
        }
    }
    let header = header.ok_or(Fault::Damaged("it has no size"))?;
    if header.has_palette && !palette {
        return Err(Fault::Damaged("its colours are missing"));
    }
    check_pixels(&header, &data)?;
    Ok(Found { bytes: kept, width: header.width, height: header.height })
}

/// One part of the file.
struct Part<'a> {
    name: &'a [u8; 4],
    body: &'a [u8],
    /// With length and sum.
    whole: &'a [u8],
}

fn part(bytes: &[u8]) -> Result<(Part<'_>, &[u8]), Fault> {
    const EARLY: Fault = Fault::Damaged("it ends too early");
    let (length, after) = bytes.split_first_chunk::<4>().ok_or(EARLY)?;
    let (name, _) = after.split_first_chunk::<4>().ok_or(EARLY)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| EARLY)?;
    let end = length.checked_add(8).ok_or(EARLY)?;
    let body = bytes.get(8..end).ok_or(EARLY)?;
    let (sum, rest) = bytes.get(end..).and_then(<[u8]>::split_first_chunk::<4>).ok_or(EARLY)?;
    if u32::from_be_bytes(*sum) != crc32(&bytes[4..end]) {
        return Err(Fault::Damaged("a sum does not fit"));
    }
    Ok((Part { name, body, whole: &bytes[..end + 4] }, rest))
}

fn read_header(body: &[u8]) -> Result<Header, Fault> {
    let &[a, b, c, d, e, f, g, h, depth, colour, 0, 0, interlaced @ (0 | 1)] = body else {
        return Err(Fault::Damaged("its first part is none"));
    };
    let (width, height) =
        pixels(u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))?;
    // Colour type, and samples of a pixel.
    let samples = match (colour, depth) {
        (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) => 1,
        (2, 8 | 16) => 3,
        (4, 8 | 16) => 2,
        (6, 8 | 16) => 4,
        _ => return Err(Fault::Damaged("there are no such colours")),
    };
    Ok(Header {
        width,
        height,
        bits: u32::from(depth) * samples,
        has_palette: colour == 3,
        interlaced: interlaced == 1,
    })
}

/// Rows of pixels as they are packed: bytes of a row without its filter, and how many of them.
fn rows(header: &Header) -> Vec<(usize, usize)> {
    let bytes = |width: u32| (u64::from(width) * u64::from(header.bits)).div_ceil(8) as usize;
    if !header.interlaced {
        return vec![(bytes(header.width), header.height as usize)];
    }
    let passes = PASSES.iter().map(|(left, top, right, down)| {
        let count = |all: u32, first: &u32, step: &u32| all.saturating_sub(*first).div_ceil(*step);
        (count(header.width, left, right), count(header.height, top, down))
    });
    let there = passes.filter(|(width, height)| *width > 0 && *height > 0);
    there.map(|(width, height)| (bytes(width), height as usize)).collect()
}

fn check_pixels(header: &Header, data: &[u8]) -> Result<(), Fault> {
    let rows = rows(header);
    let wanted = rows.iter().map(|(bytes, count)| (bytes + 1) * count).sum();
    let unpacked = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(data, wanted)
        .map_err(|_| Fault::Damaged("its pixels cannot be unpacked"))?;
    if unpacked.len() != wanted {
        return Err(Fault::Damaged("pixels are missing"));
    }
    let mut at = 0;
    for (bytes, count) in rows {
        for _ in 0..count {
            // The filter of a row.
            if unpacked.get(at).is_none_or(|filter| *filter > 4) {
                return Err(Fault::Damaged("a row of pixels is none"));
            }
            at += bytes + 1;
        }
    }
    Ok(())
}
