//! What page and worker say to each other: postcard bytes, with file contents beside them as
//! one transferred buffer. Both sides are stamped with the build; a mismatch is refused.

use crate::alerts::{Alerts, KnownMapping, Mapping, Reading, SampledTable, TestResult};
use crate::gaps::peers::PeersRead;
use crate::gaps::{PartKind, PartRead};
use crate::limits::Limits;
use crate::rule::Intake;
use crate::source::FileOutcome;
use crate::source::excerpt::Excerpt;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Stamp of this build, from a hash of the sources.
pub const BUILD: &str = env!("COVERLAY_BUILD");

/// One file of a batch: its bytes are the next `len` of the transferred buffer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHeader {
    /// As dropped.
    pub path: String,
    /// Bytes.
    pub len: u32,
}

/// Page to worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Import these files; contents lie one after another in the buffer.
    Files {
        /// Echoed in the responses.
        job: u32,
        /// In buffer order.
        files: Vec<FileHeader>,
    },
    /// Import every `parts`-th entry of the zip, which is sent as a handle, starting at `part`. (Several
    /// workers get the same zip and share its entries.)
    Zip {
        /// Echoed in the responses.
        job: u32,
        /// As dropped; prefix of the entries' paths.
        path: String,
        /// 0-based.
        part: u32,
        /// At least 1.
        parts: u32,
        /// How many entries of this part are already done (after a restart).
        done: u32,
    },
    /// Import one large file, which is sent as a handle and read in pieces. If it is no table of
    /// alerts, it is read as a whole.
    Large {
        /// Echoed in the responses.
        job: u32,
        /// As dropped.
        path: String,
        /// Which limit of its size holds for it as anything but a table of alerts.
        limit: u8,
    },
    /// Read a file as alerts, whatever it looks like: a handle, or the one of a zip in which it
    /// is.
    Table {
        /// Echoed in the responses.
        job: u32,
        /// The whole path of the file, as reported.
        path: String,
        /// The path of the zip, if the handle is one.
        archive: Option<String>,
        /// Which column is what.
        mapping: Mapping,
    },
    /// Look at the columns of a table: a handle, or the one of a zip.
    Look {
        /// Echoed in the responses.
        job: u32,
        /// The whole path of the file, as reported.
        path: String,
        /// The path of the zip, if the handle is one.
        archive: Option<String>,
        /// How its first rows are to be read; else as is guessed, or was chosen before.
        mapping: Option<Mapping>,
    },
    /// Send back the text of a file: the buffer itself, or an entry of the zip in it.
    Text {
        /// Echoed in the responses.
        job: u32,
        /// The whole path of the file, as reported.
        path: String,
        /// The path of the zip, if the buffer holds one.
        archive: Option<String>,
        /// The first line that matters (1-based); of long files only what is around it is sent.
        line: u32,
        /// The last line that matters.
        last: u32,
    },
    /// Read the file in the buffer, or what is in the zip there, as peers.
    Peers {
        /// Echoed in the responses.
        job: u32,
        /// As chosen; to be told where it cannot be read.
        path: String,
    },
    /// Read the file in the buffer as a profile, or as what belongs to one.
    Profile {
        /// Echoed in the responses.
        job: u32,
        /// As chosen.
        path: String,
        /// What it was chosen for.
        kind: PartKind,
    },
    /// Send back files of the zip in the buffer, byte by byte.
    Unpack {
        /// Echoed in the responses.
        job: u32,
        /// The zip's path.
        archive: String,
        /// Whole paths of its entries, as reported.
        paths: Vec<String>,
    },
}

/// What is sent: a request, and how to answer it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order<R> {
    /// Name each file before it is read, and answer for it alone: a worker before died at one of
    /// them without saying which.
    pub careful: bool,
    /// Also look for technique ids in texts that are no rules.
    pub scan_text: bool,
    /// Columns of alerts that were chosen by hand before.
    pub tables: Vec<KnownMapping>,
    /// How much is read.
    pub limits: Limits,
    /// The request.
    pub request: R,
}

/// Worker to page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    /// The first word; requests sent before it are lost.
    Ready {
        /// Must equal [`BUILD`].
        build: String,
    },
    /// So many files of a zip's part lie ahead.
    Listed {
        /// Of the request.
        job: u32,
        /// Entries of this part.
        files: u32,
    },
    /// What is read next; only if the order was to be careful.
    Reading {
        /// Of the request.
        job: u32,
        /// The file.
        path: String,
    },
    /// A sign of life in long work that has nothing else to say.
    Alive {
        /// Of the request.
        job: u32,
    },
    /// An archive that cannot be read, or is none. Each that shares it says so of its own part; it is
    /// told once.
    Refused {
        /// Of the request.
        job: u32,
        /// Of the archive.
        outcome: FileOutcome,
    },
    /// A part of the answer.
    Batch {
        /// Of the request.
        job: u32,
        /// Files of the job done so far.
        done: u32,
        /// What these files gave; not settled.
        intake: Intake,
        /// Catalogues found among them (STIX bundles), by [`crate::attack::stored::write_plain`];
        /// empty if there are none.
        catalogues: Vec<u8>,
        /// Layers found among them, by [`crate::layer::stored::write`]; empty if there are none.
        layers: Vec<u8>,
        /// What among them belongs to a profile.
        parts: Vec<PartRead>,
        /// Tables of alerts that are finished; their rows came before.
        readings: Vec<Arc<Reading>>,
        /// Results of tests among them.
        tests: Vec<TestResult>,
    },
    /// Some rows of a table of alerts.
    Rows {
        /// Of the request.
        job: u32,
        /// The file.
        path: String,
        /// The rows, without a reading.
        rows: Box<Alerts>,
        /// How much of the file has been read, in bytes, and how much there is; the latter is 0
        /// where that is not worth telling.
        read: (u64, u64),
    },
    /// The columns that were asked for; `None` if the file is no table.
    Looked {
        /// Of the request.
        job: u32,
        /// What was there.
        table: Option<SampledTable>,
        /// Its first rows as they would be read, and what would become of those at its beginning;
        /// `None` where a column that is needed is missing.
        preview: Option<Box<Alerts>>,
    },
    /// The text that was asked for; `None` if it is not there, or no text.
    Text {
        /// Of the request.
        job: u32,
        /// The text.
        excerpt: Option<Excerpt>,
    },
    /// The peers that were asked for.
    Peers {
        /// Of the request.
        job: u32,
        /// What was there.
        read: PeersRead,
    },
    /// What a file gives a profile, or how it ended.
    Profile {
        /// Of the request.
        job: u32,
        /// What was there.
        read: Result<PartRead, FileOutcome>,
    },
    /// The files that were asked for.
    Unpacked {
        /// Of the request.
        job: u32,
        /// By path as reported; what could not be unpacked is absent.
        files: Vec<(String, Vec<u8>)>,
    },
    /// A file was a workspace, which the press takes apart. It may be as large as an archive: the
    /// page has it in what went with the request, and it is not sent back.
    Workspace {
        /// Of the request.
        job: u32,
        /// The file.
        path: String,
        /// Where it begins in what went with the request.
        from: u64,
        /// Its bytes.
        size: u64,
    },
    /// The job is finished.
    Done {
        /// Of the request.
        job: u32,
    },
    /// The worker is about to die: the page starts another, books the file as failed and goes on.
    /// The page's pool says so itself of a worker that could not. If the job ends with it, `Done`
    /// follows.
    Panicked {
        /// Of the request.
        job: u32,
        /// The file being read.
        path: String,
        /// Files of the job done before it.
        done: u32,
        /// The panic's message.
        message: String,
    },
}
