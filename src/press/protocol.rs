//! What page and press say to each other: postcard bytes, with file contents beside them as
//! transferred buffers, or as files of the browser. A message is an array, the bytes first. Each press makes one file.

use crate::export::report::html::Pictures;
use crate::export::report::{Report, ReportFile};
use crate::export::workbook::Workbook;
use crate::gaps::Shelf;
use crate::limits::Limits;
use crate::lint::Fix;
use crate::lint::patch::FilePatch;
use crate::source::FileOutcome;
use crate::workspace::{Reference, Workspace};
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
    /// A workspace to take apart, which is the file beside this. What comes back is a
    /// `Result<WorkspaceParts, Bucket>` as postcard, and the contents of its files as one file.
    Workspace {
        /// How much is read.
        limits: Limits,
    },
    /// Files whose tags are to be corrected; their bytes are the buffer beside this, one after
    /// another. What comes back are [`Patches`] as postcard.
    Fix {
        /// The path of the zip they are from, if they are from one: diffs call them as it does.
        archive: Option<String>,
        /// In buffer order.
        files: Vec<ToFix>,
    },
}

/// A file and what is to be done to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToFix {
    /// As reported.
    pub path: String,
    /// Its length in the buffer, in bytes.
    pub len: u32,
    /// What is to be done.
    pub fixes: Vec<Fix>,
}

/// The diffs that were asked for, by path.
pub type Patches = Vec<(String, FilePatch)>;

/// What a workspace has beside the content of files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkspaceHead {
    /// What was made on the page; its tabs are without their layers.
    pub workspace: Workspace,
    /// The layers of the tabs in their order, by [`crate::layer::stored::write`].
    pub layers: Vec<u8>,
    /// Files that are only named.
    pub references: Vec<(Shelf, Reference)>,
    /// Entries that cannot be used.
    pub refused: Vec<(Shelf, FileOutcome)>,
    /// What was left out, in sentences.
    pub remarks: Vec<String>,
}

/// A workspace taken apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkspaceParts {
    /// All but the content of files.
    pub head: WorkspaceHead,
    /// Its files, as paths in it, and their bytes; the contents come one behind the other in the
    /// same order.
    pub files: Vec<(Shelf, String, u64)>,
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
    /// What was asked for is the buffer beside this, or several.
    Made,
    /// There is no file.
    Failed {
        /// Why, in words.
        reason: String,
    },
}
