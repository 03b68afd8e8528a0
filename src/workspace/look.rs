//! What must be known of a file before it is written: its hash, and whether it is text. In pieces
//! of any size, so that a large file is never held.

use super::sha256::Sha256;

/// Looks at a file, piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Look {
    hash: Sha256,
    size: u64,
    /// The beginning of a character that goes on in the next piece.
    open: Vec<u8>,
    is_other: bool,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Bytes.
    pub size: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// Whether it is UTF-8.
    pub is_text: bool,
}

impl Look {
    /// The next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        if !self.is_other {
            self.is_other = whole_text(&mut self.open, bytes).is_none();
        }
    }

    /// All was seen.
    pub fn finish(self) -> Looked {
        let is_text = !self.is_other && self.open.is_empty();
        Looked { size: self.size, sha256: self.hash.finish(), is_text }
    }
}

/// The text of a piece up to its last whole character, what was left of the piece before in front;
/// what is left of this one is kept. `None` if it is no UTF-8.
pub(super) fn whole_text(open: &mut Vec<u8>, bytes: &[u8]) -> Option<String> {
    let mut all = std::mem::take(open);
    all.extend_from_slice(bytes);
    let end = match std::str::from_utf8(&all) {
        Ok(_) => all.len(),
        // Not an error yet: it may go on.
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        Err(_) => return None,
    };
    *open = all.split_off(end);
    String::from_utf8(all).ok()
}
