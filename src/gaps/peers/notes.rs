//! What is to be said of peers before anyone believes the numbers.

use super::view::Placed;
use super::{Basis, Peer};
use crate::attack::Catalogue;
use std::collections::BTreeMap;
use std::fmt;

/// With fewer peers, numbers say much of each single one.
pub const FEW: usize = 3;

/// What is to be known before the numbers are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerNote {
    /// Fewer than [`FEW`] peers.
    Few,
    /// Peers of another domain; left out.
    OtherDomain(usize),
    /// Peers of another release of ATT&CK; `None` if they do not say.
    OtherRelease(Option<u16>, usize),
    /// Ids that count on their successor.
    Moved(usize),
    /// Ids that this release does not have (any more).
    NotHere(usize),
    /// Peers that cover exactly what another does, with the same scores.
    Alike(usize),
    /// Peers that cover nothing in scope.
    Nothing(usize),
    /// Peers read in one way.
    ReadBy(Basis, usize),
}

impl fmt::Display for PeerNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peers = |number: usize| if number == 1 { "peer" } else { "peers" };
        let ids = |number: usize| if number == 1 { "id" } else { "ids" };
        match *self {
            Self::Few => write!(
                f,
                "Fewer than {FEW} peers: each number says much of a single organisation, which could \
                 be recognised, and shares, medians and percentiles mean little."
            ),
            Self::OtherDomain(n) => {
                write!(f, "{n} {} of another domain, left out.", peers(n))
            }
            Self::OtherRelease(Some(release), n) => write!(
                f,
                "{n} {} of ATT&CK {release}: what is newer than that cannot be covered there.",
                peers(n)
            ),
            Self::OtherRelease(None, n) => {
                write!(f, "{n} {} not saying of which release of ATT&CK.", peers(n))
            }
            Self::Moved(n) => write!(f, "{n} revoked {}, counted on the successor.", ids(n)),
            Self::NotHere(n) => {
                write!(f, "{n} {} that this release does not have, not counted.", ids(n))
            }
            Self::Alike(n) => write!(
                f,
                "{n} {} saying exactly what another says: if a file was given twice, leave one out.",
                peers(n)
            ),
            Self::Nothing(n) => write!(f, "{n} {} covering nothing in scope.", peers(n)),
            Self::ReadBy(basis, n) => {
                write!(f, "{n} {}: covered is {}.", peers(n), basis.sentence())
            }
        }
    }
}

/// The notes on peers, sorted, on a release; `other_domain` were left out.
pub(super) fn notes(
    catalogue: &Catalogue,
    peers: &[&Peer],
    other_domain: usize,
    placed: &Placed,
) -> Vec<PeerNote> {
    let mut notes = Vec::new();
    if (1..FEW).contains(&peers.len()) {
        notes.push(PeerNote::Few);
    }
    let ours = super::major(&catalogue.version);
    let mut releases: BTreeMap<Option<u16>, usize> = BTreeMap::new();
    for peer in peers.iter().filter(|peer| peer.attack().is_none() || peer.attack() != ours) {
        *releases.entry(peer.attack()).or_default() += 1;
    }
    let alike = peers.windows(2).filter(|pair| pair[0].covered() == pair[1].covered()).count();
    let nothing = placed.totals.iter().filter(|covered| **covered == 0).count();
    let mut add = |number: usize, note: PeerNote| {
        if number > 0 {
            notes.push(note);
        }
    };
    add(other_domain, PeerNote::OtherDomain(other_domain));
    add(alike, PeerNote::Alike(alike));
    add(nothing, PeerNote::Nothing(nothing));
    for (release, number) in releases {
        add(number, PeerNote::OtherRelease(release, number));
    }
    add(placed.moved.len(), PeerNote::Moved(placed.moved.len()));
    add(placed.not_here.len(), PeerNote::NotHere(placed.not_here.len()));
    for basis in Basis::ALL {
        let number = peers.iter().filter(|peer| peer.basis() == basis).count();
        add(number, PeerNote::ReadBy(basis, number));
    }
    notes
}
