//! One's coverage beside that of peers, as JSON, CSV and Markdown. Peers are numbered by what they
//! cover; nothing else of them is there to be told.

use super::actors::{covered_word, push_row, push_table};
use super::report_numbers::rounded;
use crate::attack::Catalogue;
use crate::coverage::Coverage;
use crate::gaps::peers::{
    PEERS_CONVENTION, Peer, PeerTechnique, PeerView, Rank, Threshold, peer_view,
};
use serde::Serialize;

/// What [`peers_report`] gives; its keys are stable.
///
/// ```json
/// { "convention": "…", "threshold": 75, "notes": ["…"],
///   "peers": [ { "number": 1, "attack": "19" or null, "basis": "scores|colours|listed|report",
///                "techniques_covered": 120, "percent": 54.05 } ],
///   "overall": { "covered": 171, "total": 222, "percent": 77.03, "median_covered": 120,
///                "peers_fewer": 2, "peers_equal": 1, "peers_more": 1, "percentile": 62.5 or null },
///   "tactics": [ { "shortname": "execution", "name": "Execution", … as overall … } ],
///   "techniques": [ { "id": "T1059.001", "name": "PowerShell", "peers": 3, "of": 4, "share": 75,
///       "median_score": 60 or null, "coverage": "direct|via_subtechnique|none",
///       "score": 80 or null, "lead": "ahead|even|behind", "by": "coverage|score" or null } ],
///   "missing": [ { "id": "T1047", "name": "…", "peers": 3, "of": 4, "share": 75,
///                  "median_score": 60 or null } ] }
/// ```
#[derive(Debug, Serialize)]
pub struct PeersReport<'a> {
    convention: &'static str,
    threshold: u8,
    notes: Vec<String>,
    peers: Vec<PeerReport>,
    overall: RankReport,
    tactics: Vec<TacticReport<'a>>,
    techniques: Vec<TechniqueReport<'a>>,
    missing: Vec<MissingReport<'a>>,
}

#[derive(Debug, Serialize)]
struct PeerReport {
    number: usize,
    attack: Option<String>,
    basis: &'static str,
    techniques_covered: usize,
    percent: f64,
}

#[derive(Debug, Serialize)]
struct RankReport {
    covered: usize,
    total: usize,
    percent: f64,
    median_covered: Option<f64>,
    peers_fewer: usize,
    peers_equal: usize,
    peers_more: usize,
    percentile: Option<f64>,
}

#[derive(Debug, Serialize)]
struct TacticReport<'a> {
    shortname: &'a str,
    name: &'a str,
    #[serde(flatten)]
    rank: RankReport,
}

#[derive(Debug, Serialize)]
struct MissingReport<'a> {
    id: String,
    name: &'a str,
    peers: usize,
    of: usize,
    share: f64,
    median_score: Option<f64>,
}

#[derive(Debug, Serialize)]
struct TechniqueReport<'a> {
    #[serde(flatten)]
    beside: MissingReport<'a>,
    coverage: &'static str,
    score: Option<f64>,
    lead: &'static str,
    by: Option<&'static str>,
}

impl From<&Rank> for RankReport {
    fn from(rank: &Rank) -> Self {
        Self {
            covered: rank.own.covered,
            total: rank.own.total,
            percent: rounded(rank.own.percent()),
            median_covered: rank.median,
            peers_fewer: rank.fewer,
            peers_equal: rank.equal,
            peers_more: rank.more,
            percentile: rank.percentile().map(rounded),
        }
    }
}

/// One's coverage beside that of `peers`.
pub fn peers_report<'a>(
    catalogue: &'a Catalogue,
    coverage: &Coverage,
    peers: &[Peer],
    threshold: Threshold,
) -> PeersReport<'a> {
    let view = peer_view(catalogue, coverage, peers, threshold);
    let beside = |row: &PeerTechnique| MissingReport {
        id: catalogue.technique(row.technique).id.to_string(),
        name: &catalogue.technique(row.technique).name,
        peers: row.covering,
        of: view.peers.len(),
        share: rounded(share(row, &view)),
        median_score: row.median.map(rounded),
    };
    let technique = |row: &PeerTechnique| TechniqueReport {
        beside: beside(row),
        coverage: row.state.as_str(),
        score: row.score,
        lead: row.lead.as_str(),
        by: row.lead.by().map(|by| by.as_str()),
    };
    let tactics = catalogue.tactics.iter().zip(&view.tactics);
    PeersReport {
        convention: PEERS_CONVENTION,
        threshold: threshold.percent(),
        notes: view.notes.iter().map(ToString::to_string).collect(),
        peers: (1..)
            .zip(&view.peers)
            .map(|(number, peer)| PeerReport {
                number,
                attack: peer.attack.map(|release| release.to_string()),
                basis: peer.basis.as_str(),
                techniques_covered: peer.techniques.covered,
                percent: rounded(peer.techniques.percent()),
            })
            .collect(),
        overall: RankReport::from(&view.overall),
        tactics: tactics
            .map(|(tactic, rank)| TacticReport {
                shortname: &tactic.shortname,
                name: &tactic.name,
                rank: RankReport::from(rank),
            })
            .collect(),
        techniques: view.techniques.iter().map(technique).collect(),
        missing: missing(&view).map(beside).collect(),
    }
}

fn missing(view: &PeerView) -> impl Iterator<Item = &PeerTechnique> {
    view.missing.iter().filter_map(|at| view.techniques.get(*at))
}

fn share(row: &PeerTechnique, view: &PeerView) -> f64 {
    crate::layer::Covered { covered: row.covering, total: view.peers.len() }.percent()
}

/// One row a technique in scope. Columns: `id,name,peers,of,share,median_score,coverage,score,lead,
/// by,missing`.
pub fn csv(
    catalogue: &Catalogue,
    coverage: &Coverage,
    peers: &[Peer],
    threshold: Threshold,
) -> String {
    csv_of(catalogue, &peer_view(catalogue, coverage, peers, threshold))
}

/// [`csv`] of what is there already.
pub fn csv_of(catalogue: &Catalogue, view: &PeerView) -> String {
    let number = |value: Option<f64>| value.map(|v| rounded(v).to_string()).unwrap_or_default();
    let missing = crate::sorted::set(view.missing.iter().copied());
    let mut csv = "id,name,peers,of,share,median_score,coverage,score,lead,by,missing\n".to_owned();
    for (at, row) in view.techniques.iter().enumerate() {
        let technique = catalogue.technique(row.technique);
        let cells: [&str; 11] = [
            &technique.id.to_string(),
            &technique.name,
            &row.covering.to_string(),
            &view.peers.len().to_string(),
            &rounded(share(row, view)).to_string(),
            &number(row.median),
            row.state.as_str(),
            &number(row.score),
            row.lead.as_str(),
            row.lead.by().map_or("", |by| by.as_str()),
            if missing.contains(&at) { "yes" } else { "no" },
        ];
        push_row(&mut csv, &cells);
    }
    csv
}

/// A section of a report in Markdown: notes, one's place, what most peers cover and one does not,
/// and where else one is behind.
pub fn markdown(
    catalogue: &Catalogue,
    coverage: &Coverage,
    peers: &[Peer],
    threshold: Threshold,
) -> String {
    let view = peer_view(catalogue, coverage, peers, threshold);
    let mut out = format!("## Peers: {}\n\n{PEERS_CONVENTION}\n", view.peers.len());
    for note in &view.notes {
        out.push_str(&format!("\n- {note}"));
    }
    out.push('\n');
    let score = |value: Option<f64>| {
        value.map_or_else(|| "–".to_owned(), |value| rounded(value).to_string())
    };
    let line = |name: &str, rank: &Rank| {
        vec![
            name.to_owned(),
            format!("{} of {}", rank.own.covered, rank.own.total),
            score(rank.median),
            score(rank.percentile().map(f64::round)),
        ]
    };
    let mut rows = vec![line("All", &view.overall)];
    let tactics = catalogue.tactics.iter().zip(&view.tactics);
    rows.extend(tactics.map(|(tactic, rank)| line(&tactic.name, rank)));
    push_table(&mut out, &["Tactic", "You cover", "Median of peers", "Percentile"], &rows);

    let row = |row: &PeerTechnique| {
        let technique = catalogue.technique(row.technique);
        vec![
            format!("{} {}", technique.id, technique.name),
            format!("{} of {}", row.covering, view.peers.len()),
            score(row.median),
            covered_word(row.state).to_owned(),
            score(row.score),
        ]
    };
    let head = ["Technique", "Peers", "Median score", "You cover it", "Your score"];
    let rows: Vec<_> = missing(&view).map(row).collect();
    let percent = threshold.percent();
    out.push_str(&format!("\n## Covered by ≥ {percent} % of peers, not by you: {}\n", rows.len()));
    push_table(&mut out, &head, &rows);
    out
}
