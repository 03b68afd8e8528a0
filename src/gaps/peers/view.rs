//! One's coverage beside that of peers, on one release of ATT&CK. See [`PEERS_CONVENTION`].

use super::notes::{PeerNote, notes};
use super::stand::Lead;
use super::{Basis, Peer, PeerScore};
use crate::attack::{Catalogue, Resolution, TechniqueId, TechniqueIndex};
use crate::coverage::{Coverage, Score, TechniqueState};
use crate::layer::Covered;
use crate::sorted;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How these numbers are counted.
pub const PEERS_CONVENTION: &str = "A peer covers a technique if it covers it itself or one of its sub-techniques in scope, a sub-technique only if it covers exactly that; revoked ids count on their successor. The percentile is the share of peers that cover fewer techniques (not sub-techniques), and half of those that cover as many. Scores are per cent of each one's own scale; a median is over the peers that give a score. Ahead: you cover it and fewer than half of the peers do, or at least half do, too, and your score is above their median. Behind: more than half of the peers cover it and you do not, or you and at least half do and your score is below their median.";

/// The share of peers from which on what they cover and you do not is missing, in whole per cent.
/// 75 unless another is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Threshold(u8);

impl Threshold {
    /// 1 to 100.
    pub fn new(percent: u8) -> Option<Self> {
        (1..=100).contains(&percent).then_some(Self(percent))
    }

    /// 1 to 100.
    pub fn percent(self) -> u8 {
        self.0
    }

    fn is_met(self, part: usize, whole: usize) -> bool {
        part > 0 && part * 100 >= whole * usize::from(self.0)
    }
}

impl Default for Threshold {
    fn default() -> Self {
        Self(75)
    }
}

impl TryFrom<u8> for Threshold {
    type Error = String;
    fn try_from(percent: u8) -> Result<Self, String> {
        Self::new(percent).ok_or_else(|| format!("{percent} is not from 1 to 100"))
    }
}

impl From<Threshold> for u8 {
    fn from(threshold: Threshold) -> Self {
        threshold.0
    }
}

/// One peer in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerTotals {
    /// The major release of ATT&CK it is of, if it says.
    pub attack: Option<u16>,
    /// How it was decided what it covers.
    pub basis: Basis,
    /// Techniques (not sub-techniques) covered, of those in scope.
    pub techniques: Covered,
}

/// One technique or sub-technique in scope.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerTechnique {
    /// Which.
    pub technique: TechniqueIndex,
    /// Peers that cover it.
    pub covering: usize,
    /// Of the scores that peers give it, 0 to 100 on their scales; `None` if none does.
    pub median: Option<f64>,
    /// Whether you cover it.
    pub state: TechniqueState,
    /// Your score, 0 to 100 on your scale.
    pub score: Option<f64>,
    /// Whether you are ahead.
    pub lead: Lead,
}

/// One's place among peers by the number of techniques (not sub-techniques) covered.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rank {
    /// You.
    pub own: Covered,
    /// Peers that cover fewer.
    pub fewer: usize,
    /// Peers that cover as many.
    pub equal: usize,
    /// Peers that cover more.
    pub more: usize,
    /// The median of what peers cover; `None` without peers.
    pub median: Option<f64>,
}

impl Rank {
    /// 0 to 100: the share of peers that cover fewer, and half of those that cover as many; `None`
    /// without peers.
    pub fn percentile(&self) -> Option<f64> {
        let peers = self.fewer + self.equal + self.more;
        (peers > 0).then(|| (self.fewer as f64 + self.equal as f64 / 2.0) * 100.0 / peers as f64)
    }
}

/// One's coverage beside that of peers.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerView {
    /// By what they cover; their number is their place here, from 1.
    pub peers: Vec<PeerTotals>,
    /// All techniques and sub-techniques in scope, by id.
    pub techniques: Vec<PeerTechnique>,
    /// Over the whole matrix.
    pub overall: Rank,
    /// In each tactic, in the order of the matrix.
    pub tactics: Vec<Rank>,
    /// What so many peers cover and you do not.
    pub threshold: Threshold,
    /// The places in [`Self::techniques`] of that, what most peers cover first, then by id.
    pub missing: Vec<usize>,
    /// What is to be known of all this.
    pub notes: Vec<PeerNote>,
}

/// Holds coverage against peers. Nothing depends on the order in which they are given.
pub fn peer_view(
    catalogue: &Catalogue,
    coverage: &Coverage,
    peers: &[Peer],
    threshold: Threshold,
) -> PeerView {
    let mut here: Vec<&Peer> =
        peers.iter().filter(|peer| peer.domain() == Some(catalogue.domain)).collect();
    sorted::sort(&mut here);
    let placed = Placed::of(catalogue, coverage, &here);
    let in_scope = |index: &TechniqueIndex| coverage.technique(*index).in_scope;
    let techniques: Vec<PeerTechnique> = catalogue
        .indices()
        .filter(in_scope)
        .map(|index| technique(coverage, index, &placed, here.len()))
        .collect();
    let is_missing = |at: &usize| {
        let row = &techniques[*at];
        row.state == TechniqueState::None && threshold.is_met(row.covering, here.len())
    };
    let mut missing: Vec<usize> = (0..techniques.len()).filter(is_missing).collect();
    sorted::sort_by(&mut missing, |a, b| techniques[*b].covering.cmp(&techniques[*a].covering));

    let summary = &coverage.summary;
    let own = |covered, total| Covered { covered, total };
    let overall = rank(own(summary.techniques_covered, summary.techniques_total), &placed.totals);
    let tactics = coverage.tactics.iter().zip(&placed.tactics);
    let tactics = tactics
        .map(|(mine, theirs)| rank(own(mine.techniques_covered, mine.techniques_total), theirs))
        .collect();
    let totals = here.iter().zip(&placed.totals).map(|(peer, covered)| PeerTotals {
        attack: peer.attack(),
        basis: peer.basis(),
        techniques: own(*covered, summary.techniques_total),
    });
    PeerView {
        peers: totals.collect(),
        notes: notes(catalogue, &here, peers.len() - here.len(), &placed),
        techniques,
        overall,
        tactics,
        threshold,
        missing,
    }
}

/// Peers on a release.
pub(super) struct Placed {
    /// Per technique: how many cover it, and the scores they give it.
    techniques: Vec<(usize, Vec<PeerScore>)>,
    /// Techniques covered by each.
    pub(super) totals: Vec<usize>,
    /// The same in each tactic.
    tactics: Vec<Vec<usize>>,
    pub(super) moved: BTreeSet<TechniqueId>,
    pub(super) not_here: BTreeSet<TechniqueId>,
}

impl Placed {
    fn of(catalogue: &Catalogue, coverage: &Coverage, peers: &[&Peer]) -> Self {
        let count = catalogue.techniques.len();
        let mut placed = Self {
            techniques: vec![(0, Vec::new()); count],
            totals: Vec::new(),
            tactics: vec![Vec::new(); catalogue.tactics.len()],
            moved: BTreeSet::new(),
            not_here: BTreeSet::new(),
        };
        for peer in peers {
            placed.add(catalogue, coverage, peer);
        }
        for (_, scores) in &mut placed.techniques {
            sorted::sort(scores);
        }
        placed
    }

    fn add(&mut self, catalogue: &Catalogue, coverage: &Coverage, peer: &Peer) {
        // Several ids of a peer may have become one.
        let mut exact: BTreeMap<TechniqueIndex, Option<PeerScore>> = BTreeMap::new();
        for (id, score) in peer.covered() {
            let index = match catalogue.resolve(*id) {
                Resolution::Live(index) => index,
                Resolution::Revoked(index) => {
                    self.moved.insert(*id);
                    index
                }
                Resolution::Deprecated | Resolution::Unknown => {
                    self.not_here.insert(*id);
                    continue;
                }
            };
            let known = exact.entry(index).or_insert(*score);
            *known = (*score).max(*known);
        }
        let mut covered = BTreeSet::new();
        for (index, score) in exact {
            if !coverage.technique(index).in_scope {
                continue;
            }
            self.techniques[usize::from(index.0)].1.extend(score);
            covered.insert(index);
            covered.extend(catalogue.technique(index).parent);
        }
        let (mut total, mut tactics) = (0, vec![0; self.tactics.len()]);
        for index in covered.into_iter().filter(|index| coverage.technique(*index).in_scope) {
            self.techniques[usize::from(index.0)].0 += 1;
            let technique = catalogue.technique(index);
            if technique.parent.is_some() {
                continue;
            }
            total += 1;
            for tactic in &technique.tactics {
                if let Some(number) = tactics.get_mut(usize::from(*tactic)) {
                    *number += 1;
                }
            }
        }
        self.totals.push(total);
        for (all, number) in self.tactics.iter_mut().zip(tactics) {
            all.push(number);
        }
    }
}

fn technique(
    coverage: &Coverage,
    index: TechniqueIndex,
    placed: &Placed,
    peers: usize,
) -> PeerTechnique {
    let own = coverage.technique(index);
    let (covering, scores) = &placed.techniques[usize::from(index.0)];
    let hundredths: Vec<usize> = scores.iter().map(|s| usize::from(s.hundredths())).collect();
    let median = median(&hundredths).map(|median| median / 100.0);
    let score = |score: Score| {
        PeerScore::new(f64::from(score.get()), f64::from(coverage.scale.top)).percent()
    };
    let score = own.score.filter(|_| own.state == TechniqueState::Direct).map(score);
    let covered = own.state != TechniqueState::None;
    PeerTechnique {
        technique: index,
        covering: *covering,
        median,
        state: own.state,
        score,
        lead: Lead::of(covered, score, *covering, peers, median),
    }
}

/// Of sorted numbers.
fn median(sorted: &[usize]) -> Option<f64> {
    let high = *sorted.get(sorted.len() / 2)?;
    let low = *sorted.get(sorted.len().saturating_sub(1) / 2)?;
    Some((low as f64 + high as f64) / 2.0)
}

fn rank(own: Covered, peers: &[usize]) -> Rank {
    let mut numbers = peers.to_vec();
    sorted::sort(&mut numbers);
    let count = |is: fn(&usize, &usize) -> bool| {
        numbers.iter().filter(|number| is(number, &own.covered)).count()
    };
    Rank {
        own,
        fewer: count(|theirs, mine| theirs < mine),
        equal: count(|theirs, mine| theirs == mine),
        more: count(|theirs, mine| theirs > mine),
        median: median(&numbers),
    }
}
