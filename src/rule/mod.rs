//! The one rule model every format is read into. Knows ATT&CK ids, not formats' syntax.

mod arriving;
mod evidence;
mod intake;
mod level;
mod log_source;
mod platforms;
mod tags;

pub use arriving::Arriving;
pub use evidence::{Administered, Measured, Share, Sighting, Test};
pub(crate) use intake::IdKey;
pub use intake::{Intake, RuleIndex};
pub use level::{Level, Status, Written};
pub use log_source::LogSource;
pub use platforms::{platforms, platforms_of_names};
#[cfg(feature = "import")]
pub(crate) use tags::sight;
pub use tags::{Claim, Tag, mentions, parse_tag};

use crate::attack::TechniqueId;
use crate::date::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The rule formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Sigma, <https://github.com/SigmaHQ/sigma-specification> 2.1
    Sigma,
    /// Elastic: detection-rules TOML, hunts, endpoint behaviour rules, Kibana exports, Fleet packages.
    Elastic,
    /// Splunk: security_content YAML and `savedsearches.conf`.
    Splunk,
    /// Microsoft Sentinel: YAML, ARM templates, Defender custom detections.
    Sentinel,
    /// Panther YAML.
    Panther,
    /// Google SecOps YARA-L.
    YaraL,
    /// Falco YAML.
    Falco,
    /// Wazuh and OSSEC XML.
    Wazuh,
    /// Suricata and Snort.
    Suricata,
    /// Sublime MQL; its own taxonomy, no ATT&CK ids.
    Sublime,
    /// MITRE CAR analytics.
    Car,
    /// A table with a column of ATT&CK ids.
    Csv,
}

impl Format {
    /// All, in the order they are listed in.
    pub const ALL: [Self; 12] = [
        Self::Sigma,
        Self::Elastic,
        Self::Splunk,
        Self::Sentinel,
        Self::Panther,
        Self::YaraL,
        Self::Falco,
        Self::Wazuh,
        Self::Suricata,
        Self::Sublime,
        Self::Car,
        Self::Csv,
    ];

    /// As in an address and in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sigma => "sigma",
            Self::Elastic => "elastic",
            Self::Splunk => "splunk",
            Self::Sentinel => "sentinel",
            Self::Panther => "panther",
            Self::YaraL => "yara_l",
            Self::Falco => "falco",
            Self::Wazuh => "wazuh",
            Self::Suricata => "suricata",
            Self::Sublime => "sublime",
            Self::Car => "car",
            Self::Csv => "csv",
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sigma => "Sigma",
            Self::Elastic => "Elastic",
            Self::Splunk => "Splunk",
            Self::Sentinel => "Microsoft Sentinel",
            Self::Panther => "Panther",
            Self::YaraL => "YARA-L",
            Self::Falco => "Falco",
            Self::Wazuh => "Wazuh",
            Self::Suricata => "Suricata / Snort",
            Self::Sublime => "Sublime",
            Self::Car => "MITRE CAR",
            Self::Csv => "CSV",
        }
    }

    /// Whether rules of this format can name ATT&CK techniques at all. Where they cannot, "no
    /// technique" says nothing about the rule.
    pub fn names_techniques(self) -> bool {
        self != Self::Sublime
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
    /// Is run by people, not by a schedule.
    Hunt,
}

/// Where an id stands that no tag names. Some tools count such ids, and not all places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionedIn {
    /// In the description.
    Description,
    /// In an address of MITRE's site among the references.
    Address,
    /// In other prose.
    Elsewhere,
}

/// One detection rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What it was read as.
    pub format: Format,
    /// Detection, correlation or hunt.
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
    /// False only where the rule itself says that it is switched off.
    pub enabled: bool,
    /// Where its events come from.
    pub log_source: LogSource,
    /// Platforms it says it is for, by ATT&CK's names; sorted. Empty where it says nothing.
    pub platforms: Vec<String>,
    /// When it was written.
    pub date: Option<Date>,
    /// When it was last changed.
    pub modified: Option<Date>,
    /// Its version, where the format counts them; else 0. Of copies without dates the highest
    /// counts.
    pub version: u32,
    /// All tags as written, with what they mean.
    pub tags: Vec<Tag>,
    /// Technique ids that stand only in prose or in a reference: never counted, offered as
    /// suggestions.
    pub mentions: Vec<Tag>,
    /// Where each of [`Self::mentions`] stands, as far as it was looked for; else empty.
    pub mentioned_in: Vec<MentionedIn>,
    /// Its text is broken below its tags; they count all the same.
    pub is_damaged: bool,
    /// A hash of what it detects, to tell copies under another name; 0 if that was not read.
    pub body: u64,
    /// The file it stands in.
    pub path: String,
    /// 1-based line of its document's first key.
    pub line: u32,
    /// 0-based place of its document (or of the rule) in the file.
    pub document: u32,
}

impl Rule {
    /// An enabled detection without anything known about it yet; its title is the file's name.
    pub fn new(format: Format, path: &str) -> Self {
        Self {
            format,
            kind: RuleKind::Detection,
            id: None,
            id_is_shared: false,
            title: path.rsplit('/').next().unwrap_or(path).to_owned(),
            level: Written::default(),
            status: Written::default(),
            enabled: true,
            log_source: LogSource::default(),
            platforms: Vec::new(),
            date: None,
            modified: None,
            version: 0,
            tags: Vec::new(),
            mentions: Vec::new(),
            mentioned_in: Vec::new(),
            is_damaged: false,
            body: 0,
            path: path.to_owned(),
            line: 1,
            document: 0,
        }
    }

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
        // A hostile rule has half a million.
        let mut known = BTreeSet::new();
        for tag in &self.tags {
            for claim in &tag.claims {
                if let Claim::Technique(id) = claim
                    && known.insert(*id)
                {
                    ids.push(*id);
                }
            }
        }
        ids
    }
}
