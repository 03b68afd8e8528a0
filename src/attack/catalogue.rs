//! One release of one ATT&CK domain as facts: ids, names and the links between them. Immutable
//! once built; techniques are dense indices inside and [`TechniqueId`]s outside.

use super::id::{
    AnalyticId, CampaignId, DataComponentId, GroupId, MitigationId, SoftwareId, StrategyId,
    TacticId, TechniqueId,
};
use crate::date::Date;
use crate::sorted;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The three ATT&CK domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Domain {
    /// `enterprise-attack`
    #[serde(rename = "enterprise-attack")]
    Enterprise,
    /// `mobile-attack`
    #[serde(rename = "mobile-attack")]
    Mobile,
    /// `ics-attack`
    #[serde(rename = "ics-attack")]
    Ics,
}

impl Domain {
    /// All of them, in MITRE's order.
    pub const ALL: [Self; 3] = [Self::Enterprise, Self::Mobile, Self::Ics];

    /// The name on the wire: `enterprise-attack` …
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise-attack",
            Self::Mobile => "mobile-attack",
            Self::Ics => "ics-attack",
        }
    }

    /// The name for people: `Enterprise` …
    pub fn name(self) -> &'static str {
        match self {
            Self::Enterprise => "Enterprise",
            Self::Mobile => "Mobile",
            Self::Ics => "ICS",
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Domain {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|domain| domain.as_str() == text).ok_or_else(|| {
            format!("'{text}' is not one of enterprise-attack, mobile-attack, ics-attack")
        })
    }
}

/// The place of a technique in [`Catalogue::techniques`]; only valid with that catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TechniqueIndex(pub u16);

/// A column of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tactic {
    /// `TA0002`
    pub id: TacticId,
    /// `execution`, as `kill_chain_phases` and layers write it.
    pub shortname: String,
    /// `Execution`
    pub name: String,
}

/// A technique or sub-technique. The numbers in its lists are indices into the catalogue's
/// lists of the same name, sorted, without repeats, live objects only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Technique {
    /// `T1059` or `T1059.001`
    pub id: TechniqueId,
    /// `PowerShell`
    pub name: String,
    /// The technique above a sub-technique.
    pub parent: Option<TechniqueIndex>,
    /// Indices into [`Catalogue::tactics`], in matrix order; never empty.
    pub tactics: Vec<u8>,
    /// Indices into [`Catalogue::platforms`].
    pub platforms: Vec<u8>,
    /// Groups that use it, directly or through a campaign attributed to them.
    pub groups: Vec<u16>,
    /// Campaigns in which it was used.
    pub campaigns: Vec<u16>,
    /// Software that implements it.
    pub software: Vec<u16>,
    /// Mitigations against it.
    pub mitigations: Vec<u16>,
    /// Detection strategies for it (ATT&CK 18 and later; empty before).
    pub strategies: Vec<u16>,
}

/// A group, campaign, software or mitigation: an id and a name, for groups the aliases too, for
/// campaigns when they were seen last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity<Id> {
    /// For example `G0016`.
    pub id: Id,
    /// For example `APT29`.
    pub name: String,
    /// Other names, without `name` itself.
    pub aliases: Vec<String>,
    /// Of a campaign: the day it was last seen, as far as that is known (mostly the month; its
    /// day is then the first).
    pub last_seen: Option<Date>,
}

/// A detection strategy (ATT&CK 18 and later).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strategy {
    /// `DET0053`
    pub id: StrategyId,
    /// Its name.
    pub name: String,
    /// Indices into [`Catalogue::analytics`].
    pub analytics: Vec<u16>,
}

/// An analytic: what a detection strategy looks for on given platforms and log sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analytic {
    /// `AN0010`
    pub id: AnalyticId,
    /// Indices into [`Catalogue::platforms`].
    pub platforms: Vec<u8>,
    /// Pairs (index into [`Catalogue::data_components`], index into [`Catalogue::log_sources`]).
    pub log_sources: Vec<(u16, u16)>,
}

/// A data component: a kind of observable record, for example "Process Creation".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataComponent {
    /// `DC0032`
    pub id: DataComponentId,
    /// Its name; empty where the source has none.
    pub name: String,
}

/// The name of a log source as ATT&CK writes it, for example `WinEventLog:Sysmon`.
pub type LogSourceName = String;

/// Why an id is no longer live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// Replaced; the successor is the end of the chain and live.
    RevokedBy(TechniqueId),
    /// Retired without a live successor.
    Deprecated,
}

/// An id that once was live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// The old id.
    pub id: TechniqueId,
    /// What became of it.
    pub fate: Fate,
}

/// What an id as written means in a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It is live.
    Live(TechniqueIndex),
    /// It was revoked; this is the live successor.
    Revoked(TechniqueIndex),
    /// It was retired without a successor.
    Deprecated,
    /// The catalogue does not know it.
    Unknown,
}

/// One release of one domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// Which domain.
    pub domain: Domain,
    /// The ATT&CK release, for example `19.2`.
    pub version: String,
    /// In matrix order.
    pub tactics: Vec<Tactic>,
    /// Sorted by id.
    pub techniques: Vec<Technique>,
    /// Sorted by id.
    pub retired: Vec<Retired>,
    /// Platform names, sorted.
    pub platforms: Vec<String>,
    /// Sorted by id.
    pub groups: Vec<Entity<GroupId>>,
    /// Sorted by id.
    pub campaigns: Vec<Entity<CampaignId>>,
    /// Sorted by id.
    pub software: Vec<Entity<SoftwareId>>,
    /// Sorted by id.
    pub mitigations: Vec<Entity<MitigationId>>,
    /// Sorted by id.
    pub strategies: Vec<Strategy>,
    /// Sorted by id.
    pub analytics: Vec<Analytic>,
    /// Sorted by id.
    pub data_components: Vec<DataComponent>,
    /// Sorted.
    pub log_sources: Vec<LogSourceName>,
}

impl Catalogue {
    /// The technique at an index of this catalogue.
    ///
    /// # Panics
    /// If the index comes from another, larger catalogue.
    pub fn technique(&self, index: TechniqueIndex) -> &Technique {
        &self.techniques[usize::from(index.0)]
    }

    /// Where a live id stands.
    pub fn find(&self, id: TechniqueId) -> Option<TechniqueIndex> {
        let at = self.techniques.binary_search_by_key(&id, |technique| technique.id).ok()?;
        u16::try_from(at).ok().map(TechniqueIndex)
    }

    /// What an id as written in a rule or layer means here; revoked ids are followed.
    pub fn resolve(&self, id: TechniqueId) -> Resolution {
        if let Some(index) = self.find(id) {
            return Resolution::Live(index);
        }
        match self.retired.binary_search_by_key(&id, |retired| retired.id) {
            Err(_) => Resolution::Unknown,
            Ok(at) => match self.retired[at].fate {
                Fate::Deprecated => Resolution::Deprecated,
                // A successor that is not live would be a fault of the importer.
                Fate::RevokedBy(id) => {
                    self.find(id).map_or(Resolution::Deprecated, Resolution::Revoked)
                }
            },
        }
    }

    /// All indices, by id.
    pub fn indices(&self) -> impl Iterator<Item = TechniqueIndex> + use<> {
        (0..u16::try_from(self.techniques.len()).unwrap_or(u16::MAX)).map(TechniqueIndex)
    }

    /// The sub-techniques of a technique, by id. (They follow it directly, ids being sorted.)
    pub fn sub_techniques(
        &self,
        parent: TechniqueIndex,
    ) -> impl Iterator<Item = TechniqueIndex> + '_ {
        ((parent.0 + 1)..u16::try_from(self.techniques.len()).unwrap_or(u16::MAX))
            .map(TechniqueIndex)
            .take_while(move |sub| self.technique(*sub).parent == Some(parent))
    }

    /// The techniques (not sub-techniques) of one column of the matrix, by name as in the
    /// Navigator's default sorting.
    pub fn column(&self, tactic: usize) -> Vec<TechniqueIndex> {
        let mut column: Vec<_> = self
            .indices()
            .filter(|index| {
                let technique = self.technique(*index);
                technique.parent.is_none()
                    && technique.tactics.iter().any(|t| usize::from(*t) == tactic)
            })
            .collect();
        sorted::sort_by(&mut column, |a, b| {
            let (a, b) = (self.technique(*a), self.technique(*b));
            (&a.name, a.id).cmp(&(&b.name, b.id))
        });
        column
    }

    /// The sub-techniques of `parent` that stand in the column of `tactic`, by name.
    pub fn sub_column(&self, parent: TechniqueIndex, tactic: usize) -> Vec<TechniqueIndex> {
        let mut column: Vec<_> = self
            .sub_techniques(parent)
            .filter(|sub| self.technique(*sub).tactics.iter().any(|t| usize::from(*t) == tactic))
            .collect();
        sorted::sort_by(&mut column, |a, b| {
            let (a, b) = (self.technique(*a), self.technique(*b));
            (&a.name, a.id).cmp(&(&b.name, b.id))
        });
        column
    }

    /// The names of a technique's platforms.
    pub fn platform_names<'a>(&'a self, technique: &'a Technique) -> impl Iterator<Item = &'a str> {
        technique
            .platforms
            .iter()
            .filter_map(|p| self.platforms.get(usize::from(*p)))
            .map(String::as_str)
    }
}
