//! Peers from text: Navigator layers of any version, or Coverlay's own report.

use super::{Basis, Peer, PeerScore, major};
use crate::attack::{Domain, TechniqueId};
use crate::layer::{self, LayerError};
use crate::limits::{Limit, Limits};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Why a text holds no peer. What it says may quote the text: it is for whoever gave it, at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeerError {
    /// Neither a layer nor a report.
    #[error(
        "no coverage in it: layers of the ATT&CK Navigator and `coverlay report --format json` can be read"
    )]
    Neither,
    /// A layer that cannot be read.
    #[error(transparent)]
    Layer(LayerError),
    /// A report that cannot be read.
    #[error("a report of Coverlay's that cannot be read: {0}")]
    Report(String),
    /// Larger than [`Limit::LayerBytes`].
    #[error("larger than {0}; {rise}", rise = Limit::LayerBytes.remedy())]
    TooLarge(String),
}

/// The part of `report --format json` that is read; the rest is passed over unread.
#[derive(Deserialize)]
struct Report {
    attack: Attack,
    policy: Option<Policy>,
    techniques: Vec<Technique>,
}

#[derive(Deserialize)]
struct Attack {
    domain: String,
    version: String,
}

#[derive(Deserialize)]
struct Policy {
    top: Option<f64>,
}

#[derive(Deserialize)]
struct Technique {
    id: String,
    score: Option<f64>,
    coverage: String,
}

/// The peers of a text: one for each of its layers, or one of a report.
///
/// # Errors
/// If it holds neither.
pub fn read(text: &str) -> Result<Vec<Peer>, PeerError> {
    read_within(text, &Limits::default())
}

/// [`read`] under other limits.
///
/// # Errors
/// As there.
pub fn read_within(text: &str, limits: &Limits) -> Result<Vec<Peer>, PeerError> {
    let most = limits.of(Limit::LayerBytes);
    if text.len() as u64 > most {
        return Err(PeerError::TooLarge(Limit::LayerBytes.written(most)));
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if is_report(text) {
        let report: Result<Report, _> = serde_json::from_str(text);
        return report
            .map(|report| vec![of_report(&report)])
            .map_err(|error| PeerError::Report(error.to_string()));
    }
    if !layer::may_be_layer(text) {
        return Err(PeerError::Neither);
    }
    match layer::read_within("", text, limits) {
        Ok(read) => Ok(read.value.iter().map(Peer::of_layer).collect()),
        Err(LayerError::NotALayer) => Err(PeerError::Neither),
        Err(error) => Err(PeerError::Layer(error)),
    }
}

/// By its keys, in whatever order they were written again.
fn is_report(text: &str) -> bool {
    text.trim_start().starts_with('{')
        && ["\"coverlay\"", "\"coverage\""].iter().all(|key| text.contains(key))
        && !text.contains("\"techniqueID\"")
}

/// What a rule names is covered, whatever its score; what is covered only via a sub-technique
/// follows from the sub-technique.
fn of_report(report: &Report) -> Peer {
    let top = report.policy.as_ref().and_then(|policy| policy.top).unwrap_or(100.0);
    let mut covered: BTreeMap<TechniqueId, Option<PeerScore>> = BTreeMap::new();
    for technique in report.techniques.iter().filter(|technique| technique.coverage == "direct") {
        let Ok(id) = technique.id.trim().parse() else { continue };
        let score = technique.score.map(|score| PeerScore::new(score, top));
        let known = covered.entry(id).or_insert(score);
        *known = score.max(*known);
    }
    Peer {
        covered: covered.into_iter().collect(),
        attack: major(&report.attack.version),
        domain: report.attack.domain.parse::<Domain>().ok(),
        basis: Basis::Report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_and_nothing_beside_it() {
        let text = r#" {"coverlay": "0.1.0",
            "attack": {"domain": "enterprise-attack", "version": "19.2"},
            "policy": {"name": "count", "top": 20, "sentence": "SECRET"},
            "scope": {"what_if": {"log_sources": ["SECRET"]}},
            "techniques": [
                {"id": "T1059", "name": "x", "score": null, "coverage": "via_subtechnique"},
                {"id": "T1059.001", "score": 5, "coverage": "direct", "rule_ids": ["SECRET"]},
                {"id": "T1047", "score": null, "coverage": "direct"},
                {"id": "T1001", "score": 12, "coverage": "none"},
                {"id": "SECRET", "score": 12, "coverage": "direct"}
            ],
            "import": {"diagnostics": [{"path": "SECRET"}]}}"#;
        let peers = read(text).expect("a report");
        let [peer] = peers.as_slice() else { panic!("{peers:?}") };
        let covered: Vec<_> = peer.covered().iter().map(|(id, s)| (id.to_string(), *s)).collect();
        let quarter = Some(PeerScore::new(25.0, 100.0));
        assert_eq!(covered, [("T1047".to_owned(), None), ("T1059.001".to_owned(), quarter)]);
        assert_eq!((peer.attack(), peer.domain()), (Some(19), Some(Domain::Enterprise)));
        assert_eq!(peer.basis(), Basis::Report);
        assert!(!format!("{peer:?}").contains("SECRET"));
    }

    #[test]
    fn a_list_of_layers_is_a_peer_each() {
        let one = r#"{"name": "n", "domain": "enterprise-attack", "techniques": [{"techniqueID": "T1001", "score": 1}]}"#;
        let peers = read(&format!("\u{FEFF}[{one}, {one}]")).expect("layers");
        assert_eq!(peers.len(), 2);
        assert_eq!(peers[0], peers[1]);
    }

    #[test]
    fn other_texts_are_told_apart() {
        for text in ["", "title: a rule", "{\"a\": 1}", "[]", "{\"techniques\": []}"] {
            assert_eq!(read(text), Err(PeerError::Neither), "{text}");
        }
        let cut = "{\"coverlay\": 1, \"techniques\": [{\"coverage\": ";
        assert!(matches!(read(cut), Err(PeerError::Report(_))));
        assert!(matches!(read("{\"techniqueID\": "), Err(PeerError::Layer(_))));
        let deep = format!("{{\"coverage\": 0, \"coverlay\": {}", "[".repeat(100_000));
        assert!(matches!(read(&deep), Err(PeerError::Report(_))), "refused, not overflowed");
    }
}
