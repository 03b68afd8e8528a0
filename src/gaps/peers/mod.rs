//! Other organisations' coverage beside one's own. Of what they gave only ids, scores and what is
//! needed to read them are kept: no names of files, layers or rules, no descriptions, comments,
//! titles, links, dates or metadata. See [`Peer`].

mod list;
mod notes;
mod read;
mod stand;
mod view;

pub use list::{PeerColumn, PeerFilter, list_peer_techniques};
pub use notes::{FEW, PeerNote};
pub use read::{PeerError, read, read_within};
pub use stand::{By, Lead};
pub use view::{PEERS_CONVENTION, PeerTechnique, PeerTotals, PeerView, Rank, Threshold, peer_view};

use crate::attack::{Domain, TechniqueId};
use crate::layer::{Layer, TechniqueEntry};
use crate::sorted;
use crate::source::FileOutcome;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use std::collections::BTreeMap;

/// A peer's score in per cent of the peer's own scale, 0 to 100 in hundredths. The scale of a
/// layer ends where its gradient does, that of a report where its policy's colours do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PeerScore(u16);

impl PeerScore {
    /// The end of a scale.
    pub const TOP: Self = Self(10_000);

    /// `score` on a scale from 0 to `top`; beyond its ends it is at them. A scale that does not
    /// end above 0 is taken as one to 100.
    pub fn new(score: f64, top: f64) -> Self {
        let top = if top > 0.0 { top } else { 100.0 };
        // In 0 to 10,000, and 0 for what is no number.
        Self((score / top * 10_000.0).round().clamp(0.0, 10_000.0) as u16)
    }

    /// 0 to 100.
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    fn hundredths(self) -> u16 {
        self.0
    }
}

/// How it was decided what a peer covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Basis {
    /// A layer with scores: what has a score above 0 and is enabled. Colours set by hand say
    /// nothing then.
    Scores,
    /// A layer without any score: what is coloured by hand and enabled.
    Colours,
    /// A layer with neither: what is listed and enabled.
    Listed,
    /// A report of Coverlay's: what a rule names.
    Report,
}

impl Basis {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Scores, Self::Colours, Self::Listed, Self::Report];

    /// As in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scores => "scores",
            Self::Colours => "colours",
            Self::Listed => "listed",
            Self::Report => "report",
        }
    }

    /// As people read it, behind "covered is".
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Scores => "what has a score above 0 and is enabled",
            Self::Colours => "what is coloured and enabled, as there are no scores",
            Self::Listed => "what is listed and enabled, as there are neither scores nor colours",
            Self::Report => "what a rule names, as the report says",
        }
    }
}

/// What one organisation covers, and nothing else of it. Ordered by this content, so that the
/// order in which peers were given, or the names of their files, cannot show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Peer {
    /// By id as written there, each once.
    covered: Vec<(TechniqueId, Option<PeerScore>)>,
    /// The major release of ATT&CK, if it says.
    attack: Option<u16>,
    /// `None` is somebody's own matrix.
    domain: Option<Domain>,
    basis: Basis,
}

impl Peer {
    /// Of a layer, in any tactic that an entry is for: of several scores the highest counts. The
    /// later of two entries for the same tactic counts, as in the Navigator.
    pub fn of_layer(layer: &Layer) -> Self {
        let mut cells: BTreeMap<TechniqueId, BTreeMap<Option<String>, &TechniqueEntry>> =
            BTreeMap::new();
        for entry in &layer.techniques.entries {
            let cells = cells.entry(entry.technique_id).or_default();
            // One for all tactics takes the place of those before it.
            if entry.tactic.is_none() {
                cells.clear();
            }
            cells.insert(entry.tactic.as_ref().map(|tactic| tactic.to_ascii_lowercase()), entry);
        }
        let entries = || cells.values().flat_map(BTreeMap::values);
        let basis = if entries().any(|entry| entry.score.is_some()) {
            Basis::Scores
        } else if entries().any(|entry| entry.color.is_some()) {
            Basis::Colours
        } else {
            Basis::Listed
        };
        let top = layer.gradient.max_value.as_f64().unwrap_or(100.0);
        let covers = |entry: &&&TechniqueEntry| {
            let score = entry.score.as_ref().and_then(Number::as_f64);
            entry.enabled
                && match basis {
                    Basis::Scores => score.is_some_and(|score| score > 0.0),
                    Basis::Colours => entry.color.is_some(),
                    Basis::Listed | Basis::Report => true,
                }
        };
        let mut covered = Vec::new();
        for (id, cells) in &cells {
            let score = |entry: &&TechniqueEntry| {
                let score = entry.score.as_ref().and_then(Number::as_f64)?;
                Some(PeerScore::new(score, top))
            };
            if let Some(score) = cells.values().filter(covers).map(score).max() {
                covered.push((*id, score));
            }
        }
        Self {
            covered,
            attack: major(&layer.versions.attack),
            domain: layer.attack_domain(),
            basis,
        }
    }

    /// The same of a peer that was kept elsewhere, and may have been changed there: each technique
    /// once and in order, of several scores the highest, scores on their scale.
    #[must_use]
    pub fn settled(mut self) -> Self {
        for (_, score) in &mut self.covered {
            *score = score.map(|score| score.min(PeerScore::TOP));
        }
        // Of equal ids the higher score is the last.
        sorted::sort(&mut self.covered);
        self.covered.reverse();
        self.covered.dedup_by_key(|(id, _)| *id);
        self.covered.reverse();
        self
    }

    /// What it covers, by id as written there.
    pub fn covered(&self) -> &[(TechniqueId, Option<PeerScore>)] {
        &self.covered
    }

    /// The major release of ATT&CK it is of, if it says.
    pub fn attack(&self) -> Option<u16> {
        self.attack
    }

    /// The domain it is of; `None` is somebody's own.
    pub fn domain(&self) -> Option<Domain> {
        self.domain
    }

    /// How it was decided what it covers.
    pub fn basis(&self) -> Basis {
        self.basis
    }
}

/// Other organisations' coverage, and which files held none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeersRead {
    /// By what they cover.
    pub peers: Vec<Peer>,
    /// Files that gave no peer. To be told to whoever gave them, and then forgotten.
    pub refused: Vec<FileOutcome>,
}

/// The major release in `19`, `19.2` or `v19`; nothing in any other text, which may well be a name
/// or a date.
fn major(version: &str) -> Option<u16> {
    let version = version.trim().trim_start_matches(['v', 'V']);
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let is_number = |text: &str| {
        (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    (is_number(major) && is_number(minor)).then(|| major.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(json: &str) -> Peer {
        let text = format!(
            "{{\"name\": \"n\", \"domain\": \"enterprise-attack\", \"versions\": {{\"attack\": \
             \"19\"}}, {json}}}"
        );
        let layers = crate::layer::read("a.json", &text).expect("a layer").value;
        Peer::of_layer(&layers[0])
    }

    fn covered(peer: &Peer) -> Vec<(String, Option<f64>)> {
        let score = |score: &Option<PeerScore>| score.map(PeerScore::percent);
        peer.covered().iter().map(|(id, of)| (id.to_string(), score(of))).collect()
    }

    #[test]
    fn with_scores_only_they_count() {
        let peer = layer(
            r##""gradient": {"colors": ["#ffffff", "#000000"], "minValue": 0, "maxValue": 50},
            "techniques": [
                {"techniqueID": "T1002", "score": 25},
                {"techniqueID": "T1001", "score": 60},
                {"techniqueID": "T1003", "score": 0},
                {"techniqueID": "T1004", "score": 50, "enabled": false},
                {"techniqueID": "T1005", "color": "#ff0000"},
                {"techniqueID": "T1006", "comment": "said, not done"}
            ]"##,
        );
        assert_eq!(peer.basis(), Basis::Scores);
        let expected = [("T1001".to_owned(), Some(100.0)), ("T1002".to_owned(), Some(50.0))];
        assert_eq!(covered(&peer), expected, "on its own scale");
    }

    #[test]
    fn without_scores_colours_count_and_without_those_entries() {
        let peer = layer(
            r##""techniques": [
                {"techniqueID": "T1001", "color": "#00ff00"},
                {"techniqueID": "T1002", "color": "#00ff00", "enabled": false},
                {"techniqueID": "T1003"}
            ]"##,
        );
        assert_eq!((peer.basis(), covered(&peer)), (Basis::Colours, vec![("T1001".into(), None)]));
        let peer = layer(
            r#""techniques": [{"techniqueID": "T1001", "enabled": false}, {"techniqueID": "T1003"}]"#,
        );
        assert_eq!((peer.basis(), covered(&peer)), (Basis::Listed, vec![("T1003".into(), None)]));
    }

    #[test]
    fn entries_of_tactics_are_of_one_technique() {
        let peer = layer(
            r#""techniques": [
                {"techniqueID": "T1053", "tactic": "execution", "score": 10},
                {"techniqueID": "T1053", "tactic": "persistence", "score": 40},
                {"techniqueID": "T1053", "tactic": "Execution", "score": 30},
                {"techniqueID": "T1001", "tactic": "discovery", "score": 90},
                {"techniqueID": "T1001", "score": 0}
            ]"#,
        );
        assert_eq!(
            covered(&peer),
            [("T1053".to_owned(), Some(40.0))],
            "the last word on T1001 is 0"
        );
    }

    #[test]
    fn nothing_that_names_anyone_is_kept() {
        let peer = layer(
            r#""description": "SECRET", "metadata": [{"name": "SECRET", "value": "SECRET"}],
            "x": "SECRET", "techniques": [{"techniqueID": "T1001", "score": 1, "comment": "SECRET",
            "tactic": "SECRET", "x": "SECRET", "links": [{"label": "SECRET", "url": "https://SECRET"}],
            "metadata": [{"name": "SECRET", "value": "SECRET"}]}]"#,
        );
        let bytes = postcard::to_stdvec(&peer).expect("plain values");
        assert!(!String::from_utf8_lossy(&bytes).to_lowercase().contains("secret"));
        assert!(!format!("{peer:?}").contains("SECRET"));
        assert_eq!(peer.covered().len(), 1);
    }

    #[test]
    fn a_release_is_a_number_and_nothing_else() {
        assert_eq!((major("19"), major(" v19.2 "), major("8.0")), (Some(19), Some(19), Some(8)));
        for text in ["", "ACME 19", "as of 2026-10-01", "2026-10", "19.2-acme", "19.", "1234"] {
            assert_eq!(major(text), None, "{text}");
        }
    }

    #[test]
    fn scores_stay_on_their_scale() {
        let of = |score, top| PeerScore::new(score, top).percent();
        assert_eq!((of(1.0, 3.0), of(5.0, 3.0), of(-1.0, 3.0)), (33.33, 100.0, 0.0));
        assert_eq!((of(40.0, 0.0), of(40.0, -5.0), of(f64::NAN, 1.0)), (40.0, 40.0, 0.0));
    }
}
