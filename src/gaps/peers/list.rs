//! The list of techniques beside peers: which, in which order.

use super::stand::Lead;
use super::view::{PeerTechnique, PeerView};
use crate::attack::Catalogue;
use crate::coverage::Order;
use crate::lowercase::lowercase;
use crate::sorted;

/// Which techniques a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PeerFilter {
    /// What some peer covers, or you do.
    #[default]
    Covered,
    /// Where you are behind.
    Behind,
    /// Where you are ahead.
    Ahead,
    /// All in scope.
    All,
}

impl PeerFilter {
    /// All, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Covered, Self::Behind, Self::Ahead, Self::All];

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Covered => "Covered by anyone",
            Self::Behind => "Behind",
            Self::Ahead => "Ahead",
            Self::All => "All",
        }
    }

    fn shows(self, row: &PeerTechnique) -> bool {
        match self {
            Self::Covered => row.covering > 0 || row.state != crate::coverage::TechniqueState::None,
            Self::Behind => matches!(row.lead, Lead::Behind(_)),
            Self::Ahead => matches!(row.lead, Lead::Ahead(_)),
            Self::All => true,
        }
    }

    /// How many techniques it shows.
    pub fn count(self, view: &PeerView) -> usize {
        view.techniques.iter().filter(|row| self.shows(row)).count()
    }
}

/// What a list of techniques beside peers can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerColumn {
    /// Its id.
    Id,
    /// Peers that cover it.
    Peers,
    /// Their median score; none is less than all.
    Median,
    /// Your state, then your score.
    Yours,
    /// Behind, even, ahead.
    Lead,
}

/// The places in the view of the techniques of `filter` that hold every word of `text` in id or
/// name, in order; ties by id.
pub fn list_peer_techniques(
    catalogue: &Catalogue,
    view: &PeerView,
    filter: PeerFilter,
    text: &str,
    order: Order<PeerColumn>,
) -> Vec<usize> {
    let words: Vec<String> = text.split_whitespace().map(lowercase).collect();
    let has_words = |row: &PeerTechnique| {
        let technique = catalogue.technique(row.technique);
        let all = || lowercase(&format!("{} {}", technique.id, technique.name));
        words.is_empty() || words.iter().all(|word| all().contains(word))
    };
    let mut rows: Vec<usize> = Vec::new();
    for (at, row) in view.techniques.iter().enumerate() {
        if filter.shows(row) && has_words(row) {
            rows.push(at);
        }
    }
    let number = |value: Option<f64>| value.unwrap_or(-1.0);
    sorted::sort_by(&mut rows, |a, b| {
        let (a, b) = (&view.techniques[*a], &view.techniques[*b]);
        order.direct(match order.column {
            PeerColumn::Id => a.technique.cmp(&b.technique),
            PeerColumn::Peers => a.covering.cmp(&b.covering),
            PeerColumn::Median => number(a.median).total_cmp(&number(b.median)),
            PeerColumn::Yours => {
                a.state.cmp(&b.state).then(number(a.score).total_cmp(&number(b.score)))
            }
            PeerColumn::Lead => a.lead.cmp(&b.lead),
        })
    });
    rows
}
