//! Catalogues as bytes: what the page fetches and the command has built in.
//!
//! `CVLY`, one byte of format version, then a zlib stream (its checksum finds damage) of the
//! postcard form of the catalogues' columns.

use super::catalogue::Catalogue;
use super::validate::CatalogueFault;
use super::wire::Wire;
use crate::limits::MAX_CATALOGUE_BYTES;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

const MAGIC: [u8; 4] = *b"CVLY";
/// Raised whenever the postcard form of [`Wire`] changes.
const FORMAT: u8 = 1;
/// The densest of miniz; slow, but it runs only when a catalogue is built.
const LEVEL: u8 = 10;

/// Why bytes are not a stored catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// Another kind of file.
    #[error("not a catalogue file")]
    NotACatalogue,
    /// Written by another version of Coverlay.
    #[error("a catalogue of format {found}, but this build reads format {FORMAT}")]
    Format {
        /// The format of the file.
        found: u8,
    },
    /// Cut off or changed.
    #[error("the catalogue file is damaged")]
    Damaged,
    /// Whole, but it contradicts itself.
    #[error("the catalogue file contradicts itself: {0}")]
    Fault(#[from] CatalogueFault),
}

/// Whether these bytes claim to be a stored catalogue.
pub fn is_stored(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// Encodes catalogues. The same catalogues give the same bytes.
pub fn write(catalogues: &[Catalogue]) -> Vec<u8> {
    let columns: Vec<Wire> = catalogues.iter().map(Wire::from).collect();
    // Serialising plain lists, texts and numbers into a growing vector has no way to fail.
    let plain = postcard::to_stdvec(&columns).unwrap_or_default();
    let mut bytes = MAGIC.to_vec();
    bytes.push(FORMAT);
    bytes.extend(compress_to_vec_zlib(&plain, LEVEL));
    bytes
}

/// Decodes and validates catalogues.
///
/// # Errors
/// If the bytes are something else, of another format, damaged, or inconsistent.
pub fn read(bytes: &[u8]) -> Result<Vec<Catalogue>, StoredError> {
    let rest = bytes.strip_prefix(&MAGIC).ok_or(StoredError::NotACatalogue)?;
    let (format, packed) = rest.split_first().ok_or(StoredError::Damaged)?;
    if *format != FORMAT {
        return Err(StoredError::Format { found: *format });
    }
    let plain = decompress_to_vec_zlib_with_limit(packed, MAX_CATALOGUE_BYTES)
        .map_err(|_| StoredError::Damaged)?;
    let (columns, rest): (Vec<Wire>, _) =
        postcard::take_from_bytes(&plain).map_err(|_| StoredError::Damaged)?;
    if !rest.is_empty() {
        return Err(StoredError::Damaged);
    }
    let catalogues: Vec<Catalogue> = columns
        .into_iter()
        .map(Wire::into_catalogue)
        .collect::<Option<_>>()
        .ok_or(StoredError::Damaged)?;
    for catalogue in &catalogues {
        catalogue.validate()?;
    }
    Ok(catalogues)
}
