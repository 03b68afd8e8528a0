//! Catalogues as bytes: what the page fetches and the command has built in.
//!
//! `CVLY`, one byte of format version, eight bytes of checksum of the rest, then deflated the
//! postcard form of the catalogues' columns. (The checksum of zlib is too weak: about one flipped
//! bit in 40,000 passed it with other content.)

use super::catalogue::Catalogue;
use super::validate::CatalogueFault;
use super::wire::Wire;
use crate::limits::MAX_CATALOGUE_BYTES;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

const MAGIC: [u8; 4] = *b"CVLY";
/// Raised whenever the postcard form of [`Wire`] changes.
const FORMAT: u8 = 2;
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
    let packed = compress_to_vec(&write_plain(catalogues), LEVEL);
    [&MAGIC[..], &[FORMAT], &checksum(&packed).to_le_bytes(), &packed].concat()
}

/// The same without packing and checksum: how catalogues travel inside one program.
pub fn write_plain(catalogues: &[Catalogue]) -> Vec<u8> {
    let columns: Vec<Wire> = catalogues.iter().map(Wire::from).collect();
    // Serialising plain lists, texts and numbers into a growing vector has no way to fail.
    postcard::to_stdvec(&columns).unwrap_or_default()
}

/// Decodes and validates catalogues.
///
/// # Errors
/// If the bytes are something else, of another format, damaged, or inconsistent.
pub fn read(bytes: &[u8]) -> Result<Vec<Catalogue>, StoredError> {
    Reading::new(bytes)?.collect()
}

/// Decodes and validates what [`write_plain`] wrote.
///
/// # Errors
/// As [`read`].
pub fn read_plain(plain: &[u8]) -> Result<Vec<Catalogue>, StoredError> {
    Reading::of_plain(plain.to_vec())?.collect()
}

/// Stored catalogues, each decoded and validated when it is asked for. The first error ends it.
pub struct Reading {
    plain: Vec<u8>,
    at: usize,
    left: usize,
}

impl Reading {
    /// Of what [`write`] wrote.
    ///
    /// # Errors
    /// If the bytes are something else, of another format, or damaged.
    pub fn new(bytes: &[u8]) -> Result<Self, StoredError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(StoredError::NotACatalogue)?;
        let (format, rest) = rest.split_first().ok_or(StoredError::Damaged)?;
        if *format != FORMAT {
            return Err(StoredError::Format { found: *format });
        }
        let (sum, packed) = rest.split_first_chunk().ok_or(StoredError::Damaged)?;
        if u64::from_le_bytes(*sum) != checksum(packed) {
            return Err(StoredError::Damaged);
        }
        let plain = decompress_to_vec_with_limit(packed, MAX_CATALOGUE_BYTES)
            .map_err(|_| StoredError::Damaged)?;
        Self::of_plain(plain)
    }

    fn of_plain(plain: Vec<u8>) -> Result<Self, StoredError> {
        // A list: how many, then one after another.
        let (left, rest): (usize, _) =
            postcard::take_from_bytes(&plain).map_err(|_| StoredError::Damaged)?;
        let at = plain.len() - rest.len();
        if left == 0 && !rest.is_empty() {
            return Err(StoredError::Damaged);
        }
        Ok(Self { plain, at, left })
    }

    fn decode(&mut self) -> Result<Catalogue, StoredError> {
        let (wire, rest): (Wire, _) =
            postcard::take_from_bytes(&self.plain[self.at..]).map_err(|_| StoredError::Damaged)?;
        self.at = self.plain.len() - rest.len();
        if self.left == 0 && !rest.is_empty() {
            return Err(StoredError::Damaged);
        }
        let catalogue = wire.into_catalogue().ok_or(StoredError::Damaged)?;
        catalogue.validate()?;
        Ok(catalogue)
    }
}

impl Iterator for Reading {
    type Item = Result<Catalogue, StoredError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let decoded = self.decode();
        if decoded.is_err() {
            self.left = 0;
        }
        Some(decoded)
    }
}

/// FNV-1a with 64 bits: finds every change of a single byte, and others but for one in 2⁶⁴.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A file with this content, its checksum right.
    fn packed(plain: &[u8]) -> Vec<u8> {
        let packed = compress_to_vec(plain, 1);
        [&MAGIC[..], &[FORMAT], &checksum(&packed).to_le_bytes(), &packed].concat()
    }

    #[test]
    fn content_with_something_after_it_is_damaged() {
        assert_eq!(read(&packed(&[0])), Ok(vec![]));
        assert_eq!(read(&packed(&[0, 0])), Err(StoredError::Damaged));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        assert_eq!(read(&packed(&vec![0; MAX_CATALOGUE_BYTES + 1])), Err(StoredError::Damaged));
    }

    proptest! {
        #[test]
        fn any_content_is_an_error_or_a_catalogue(plain: Vec<u8>) {
            for catalogue in read(&packed(&plain)).unwrap_or_default() {
                prop_assert_eq!(catalogue.validate(), Ok(()));
            }
        }
    }
}
