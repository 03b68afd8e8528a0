//! What rule repositories hold beside rules: tests of techniques, statements about coverage, and
//! measurements of rules. None covers anything; all are kept for what is said about evidence.

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

/// A share of a whole, 0 to 1, to six decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Share(u32);

impl Share {
    const WHOLE: f64 = 1e6;

    /// A share; `None` outside 0 to 1.
    pub fn new(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then(|| Self((share * Self::WHOLE).round() as u32))
    }

    /// 0 to 1.
    pub fn get(self) -> f64 {
        f64::from(self.0).min(Self::WHOLE) / Self::WHOLE
    }
}

/// How well a rule does where it runs, as someone measured it (a CSV of rules with precision and
/// false-positive rate). At least one of both is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Measured {
    /// The file it stands in.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// The rule's id or title, as written.
    pub rule: String,
    /// True alerts of all its alerts.
    pub precision: Option<Share>,
    /// Its false-positive rate.
    pub false_positives: Option<Share>,
}
