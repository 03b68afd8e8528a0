//! The one rule model every format is read into. Knows ATT&CK ids, not formats' syntax.

mod intake;
mod level;
mod log_source;
mod tags;

pub use intake::{Intake, RuleIndex};
pub use level::{Level, Status, Written};
pub use log_source::LogSource;
pub use tags::{Claim, Tag, parse_tag};

use crate::attack::TechniqueId;
use crate::date::Date;
use serde::{Deserialize, Serialize};

/// The rule formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Sigma, <https://github.com/SigmaHQ/sigma-specification> 2.1
    Sigma,
}

impl Format {
    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sigma => "Sigma",
        }
    }
}

/// What a rule document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// Looks at events.
    Detection,
    /// Looks at what other rules found.
    Correlation,
}

/// One detection rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What it was read as.
    pub format: Format,
    /// Detection or correlation.
    pub kind: RuleKind,
    /// Its own id as written, if it has one.
    pub id: Option<String>,
    /// Whether the id was inherited from an `action: global` document and so names several
    /// rules of one file rather than this one.
    pub id_is_shared: bool,
    /// Its title; the file name where it has none.
    pub title: String,
    /// Its severity.
    pub level: Written<Level>,
    /// Its maturity.
    pub status: Written<Status>,
    /// Where its events come from.
    pub log_source: LogSource,
    /// When it was written.
    pub date: Option<Date>,
    /// When it was last changed.
    pub modified: Option<Date>,
    /// All tags as written, with what they mean.
    pub tags: Vec<Tag>,
    /// The file it stands in.
    pub path: String,
    /// 1-based line of its document's first key.
    pub line: u32,
    /// 0-based place of its document in the file.
    pub document: u32,
}

impl Rule {
    /// What names it in reports: its id, or its place where it has none of its own.
    pub fn name(&self) -> String {
        match &self.id {
            Some(id) if !self.id_is_shared => id.clone(),
            _ => format!("{}#{}", self.path, self.document),
        }
    }

    /// The technique ids it names, each once, in the order of the tags.
    pub fn technique_ids(&self) -> Vec<TechniqueId> {
        let mut ids = Vec::new();
        for tag in &self.tags {
            for claim in &tag.claims {
                if let Claim::Technique(id) = claim
                    && !ids.contains(id)
                {
                    ids.push(*id);
                }
            }
        }
        ids
    }
}
