//! What page and press say to each other: postcard bytes, with file contents beside them as
//! transferred buffers. A message is an array, the bytes first. Each press makes one file.

use crate::export::report::html::Pictures;
use crate::export::report::{Report, ReportFile};
use crate::export::workbook::Workbook;
use serde::{Deserialize, Serialize};

/// Page to press: a file to make.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// A workbook as XLSX.
    Xlsx(Workbook),
    /// A report; the rows of its tables are the buffers beside this, see
    /// [`crate::export::report::parts`].
    Report {
        /// Without rows.
        report: Box<Report>,
        /// What it becomes.
        file: ReportFile,
        /// Only a page has them.
        pictures: Option<Pictures>,
    },
    /// Frames as an animated GIF; their pixels are the buffers beside this.
    Gif {
        /// Of each frame, in pixels.
        width: u32,
        /// Of each frame, in pixels.
        height: u32,
    },
}

/// Press to page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    /// The first word; a request sent before it is lost.
    Ready {
        /// Must equal [`crate::worker::protocol::BUILD`]: the page may have been open for long
        /// when the press is loaded.
        build: String,
    },
    /// The file is the buffer beside this.
    Made,
    /// There is no file.
    Failed {
        /// Why, in words.
        reason: String,
    },
}
