//! Who one is: what a technique has to be to matter here. One serialisable value, kept in the
//! page's workspace; the command reads the same as a file.

mod part;
mod read;
mod threat_layer;
mod turn;

pub use part::{Part, PartKind, PartRead};
pub use read::ProfileError;
pub use threat_layer::threat_of;

use super::Assets;
use super::threat::live;
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::date::Date;
use crate::limits::{Limit, Limits};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A profile. All of it is optional: what is not said restricts nothing.
///
/// Names stay as they were written, so that a profile outlives a release of ATT&CK; what a
/// catalogue makes of them is said by [`super::Threat`], [`super::OwnLogs`] and the remarks of a
/// [`super::GapList`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub struct Profile {
    /// By ATT&CK's names, also those of earlier releases (`Azure AD`) and the group `Cloud`.
    /// Empty together with [`Self::services`] and [`Self::assets`]: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// Corrections of what the rules let one guess: data components by id or name, and whether
    /// one has their logs. What is not here stays a guess.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub log_sources: BTreeMap<String, bool>,
    /// Services and technologies in one's own words: `aws`, `Okta`; see [`super::services`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// By the names of the enrichment; chooses the groups that target it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// Two letters (ISO 3166); narrows [`Self::industry`], or chooses by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// By id, name or alias.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// By id or name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub campaigns: Vec<String>,
    /// Software that is used against one, by id, name or alias; each counts as one more of those
    /// who were chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub software: Vec<String>,
    /// Techniques of a threat layer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub threat: Vec<ThreatTechnique>,
    /// Techniques that are out of scope on purpose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Accepted>,
    /// In how many of one's own incidents a technique was seen.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub incidents: BTreeMap<TechniqueId, u64>,
    /// What an inventory counted; hosts are not kept.
    #[serde(skip_serializing_if = "Assets::is_empty")]
    pub assets: Assets,
    /// Whose use of a technique is its frequency; if absent, see [`super::Basis`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_from: Option<FrequencyFrom>,
    /// What leaves a technique out.
    #[serde(rename = "only", skip_serializing_if = "Demands::is_default")]
    pub demands: Demands,
    /// The names of the files it was made from, by what they gave (`threat`, `incidents` …).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, String>,
}

/// A technique of a threat layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ThreatTechnique {
    /// As the layer has it.
    pub technique: TechniqueId,
    /// The layer's score, if it has one; finite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

/// A technique that is accepted as uncovered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// Which; a technique stands for its sub-techniques too.
    pub technique: TechniqueId,
    /// Why.
    pub reason: String,
    /// The last day on which this holds; for good if absent.
    #[serde(skip_serializing_if = "Option::is_none", with = "read::day")]
    pub until: Option<Date>,
}

impl Accepted {
    /// Whether it holds no more.
    pub fn is_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }
}

/// Whose use of a technique makes its adversary frequency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FrequencyFrom {
    /// Groups, campaigns and software.
    Actors,
    /// One's own incidents.
    Incidents,
}

/// What leaves a technique out beside its platforms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Demands {
    /// That nobody who was chosen uses it. Of effect only where somebody was chosen.
    pub threat: bool,
    /// That no log source at hand shows it. Off by default: a gap is no smaller for that, and
    /// what would open it is the question of [`super::unlock`].
    pub available_log_sources: bool,
}

impl Default for Demands {
    fn default() -> Self {
        Self { threat: true, available_log_sources: false }
    }
}

impl Demands {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Profile {
    /// Reads JSON.
    ///
    /// # Errors
    /// If it is no JSON, has a key that no profile has, or a value of the wrong type; the error
    /// names the key.
    pub fn from_json(text: &str) -> Result<Self, ProfileError> {
        Self::from_json_within(text, &Limits::default())
    }

    /// [`Self::from_json`] under other limits.
    ///
    /// # Errors
    /// As there.
    pub fn from_json_within(text: &str, limits: &Limits) -> Result<Self, ProfileError> {
        read::from_json(text, limits.of(Limit::ProfileBytes))
    }

    /// The keys a profile may have.
    pub fn keys() -> &'static [&'static str] {
        &read::KEYS
    }

    /// As indented JSON with a final newline, which is YAML as well.
    pub fn to_json(&self) -> String {
        // Texts, numbers and lists under texts have no way to fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The ids or names of all groups, campaigns and software that were chosen.
    pub fn actors(&self) -> Vec<String> {
        [&self.groups, &self.campaigns, &self.software].into_iter().flatten().cloned().collect()
    }

    /// Chooses an actor by its id (`G0016`, `C0024`, `S0154`), or takes it out, by whatever it is
    /// there.
    pub fn turn_actor(&mut self, id: &str, is_in: bool) {
        let lists = [&mut self.groups, &mut self.campaigns, &mut self.software];
        for (list, initial) in lists.into_iter().zip(["G", "C", "S"]) {
            let has = list.iter().any(|other| other == id);
            match is_in {
                true if !has && id.starts_with(initial) => list.push(id.to_owned()),
                true => {}
                false => list.retain(|other| other != id),
            }
        }
    }

    /// Takes back every acceptance that leaves a technique out: its own, under whatever id it had,
    /// and that of the technique above it.
    pub fn count_again(&mut self, catalogue: &Catalogue, index: TechniqueIndex) {
        let parent = catalogue.technique(index).parent;
        self.accepted.retain(|accepted| {
            let of = live(catalogue, accepted.technique);
            of.is_none() || (of != Some(index) && of != parent)
        });
    }

    /// Whether anybody was chosen whose use of a technique makes it relevant.
    pub fn names_a_threat(&self) -> bool {
        !(self.groups.is_empty()
            && self.campaigns.is_empty()
            && self.software.is_empty()
            && self.threat.is_empty()
            && self.industry.is_none()
            && self.country.is_none())
    }
}
