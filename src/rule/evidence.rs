//! What rule repositories hold beside rules: tests of techniques, and statements about coverage.
//! Neither covers anything; both are kept for what is said about evidence.

use crate::attack::TechniqueId;
use serde::{Deserialize, Serialize};

/// A test of a technique (Atomic Red Team).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Test {
    /// The file it stands in.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// What it tests.
    pub technique: TechniqueId,
    /// Its name.
    pub name: String,
    /// Its id, if it has one.
    pub id: Option<String>,
    /// Where it runs, as written, sorted.
    pub platforms: Vec<String>,
}

/// What someone says of a technique in a DeTT&CT technique administration
/// (<https://github.com/rabobank-cdc/DeTTECT/wiki>): the newest score of each kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Administered {
    /// The file it stands in.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// What it is about.
    pub technique: TechniqueId,
    /// The best detection, -1 (none) to 5.
    pub detection: Option<i8>,
    /// The newest score of every detection it lists, -1 to 5, in the order of the file. DeTT&CT
    /// takes their mean.
    pub detections: Vec<i8>,
    /// The best visibility, 0 to 4.
    pub visibility: Option<i8>,
}

/// A technique id seen in a text that is no rule, such as a page of a Markdown collection. Looked
/// for only if asked to; covers nothing, as nobody says what the text is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sighting {
    /// The file it stands in.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// The heading it stands under; empty if there is none.
    pub title: String,
    /// What is named.
    pub technique: TechniqueId,
}
