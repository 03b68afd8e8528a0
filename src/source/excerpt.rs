//! A part of a file's text, to be shown.

#[cfg(feature = "import")]
mod cut;

use serde::{Deserialize, Serialize};

#[cfg(feature = "import")]
pub use cut::excerpt;

/// Some lines of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// 1-based number of the first line.
    pub first_line: u32,
    /// The lines, without their ends; long ones are cut and end in `…`.
    pub lines: Vec<String>,
    /// Lines of the whole file.
    pub total: u32,
}
