//! Bytes with a path, from wherever: what every import starts from, and the report in which
//! every file ends in exactly one bucket.

#[cfg(feature = "import")]
pub mod archive;
pub(crate) mod crc;
#[cfg(any(feature = "import", feature = "press"))]
pub mod decode;
pub mod excerpt;
mod report;
#[cfg(feature = "import")]
pub mod sniff;

pub use report::{Bucket, FileOutcome, ImportReport, ReportCounts};

/// One file: its path as dropped or given, with `/` between the parts, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// For example `rules/windows/a.yml`, or `rules.zip/windows/a.yml` for a zip's entry.
    pub path: String,
    /// The whole content.
    pub bytes: Vec<u8>,
}
