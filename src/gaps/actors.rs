//! Groups, campaigns and software held against coverage: how much of what an actor uses is
//! covered, how early, and how far it gets unseen. See [`ACTORS_CONVENTION`].

use crate::attack::{Actor, ActorKind, Catalogue, TechniqueIndex};
use crate::coverage::{Coverage, TechniqueState};
use crate::sorted;

/// How these numbers are counted, in four sentences.
pub const ACTORS_CONVENTION: &str = "Counted are the techniques and sub-techniques in scope that ATT&CK says an actor uses, each id for itself; a group's include those of campaigns attributed to it. A technique counts as covered if a rule names it or one of its sub-techniques, a sub-technique only if a rule names exactly it. One that stands in several tactics counts in each of them. A run of tactics goes on over tactics in which the actor uses nothing; these are not part of it.";

/// How much of what one actor uses is covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorCoverage {
    /// Who.
    pub actor: Actor,
    /// What it uses and a rule names, by id.
    pub direct: Vec<TechniqueIndex>,
    /// What it uses and is covered only via a sub-technique, which need not be one that the actor
    /// uses; by id.
    pub via_subtechnique: Vec<TechniqueIndex>,
    /// What it uses and nothing covers, by id.
    pub uncovered: Vec<TechniqueIndex>,
    /// What it uses and the scope leaves out; in none of the lists.
    pub out_of_scope: usize,
    /// The first tactic of the matrix in which something it uses is covered.
    pub earliest: Option<u8>,
    /// The longest run of tactics, in the order of the matrix, in which it uses something and
    /// nothing of that is covered; the first of several. Tactics in which it uses nothing neither
    /// end a run nor are in it.
    pub longest_run: Vec<u8>,
}

/// What an actor uses in one tactic, each list by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TacticUse {
    /// Index into [`Catalogue::tactics`].
    pub tactic: u8,
    /// A rule names it.
    pub direct: Vec<TechniqueIndex>,
    /// Covered only via a sub-technique.
    pub via_subtechnique: Vec<TechniqueIndex>,
    /// Not covered.
    pub uncovered: Vec<TechniqueIndex>,
}

impl TacticUse {
    /// Covered in whatever way.
    pub fn covered(&self) -> usize {
        self.direct.len() + self.via_subtechnique.len()
    }

    /// All that it uses there.
    pub fn total(&self) -> usize {
        self.covered() + self.uncovered.len()
    }
}

impl ActorCoverage {
    fn new(actor: Actor) -> Self {
        Self {
            actor,
            direct: Vec::new(),
            via_subtechnique: Vec::new(),
            uncovered: Vec::new(),
            out_of_scope: 0,
            earliest: None,
            longest_run: Vec::new(),
        }
    }

    /// Covered in whatever way.
    pub fn covered(&self) -> usize {
        self.direct.len() + self.via_subtechnique.len()
    }

    /// All that it uses in scope.
    pub fn total(&self) -> usize {
        self.covered() + self.uncovered.len()
    }

    /// Covered of all, 0 to 100; 0 of 0 is 0.
    pub fn percent(&self) -> f64 {
        crate::layer::Covered { covered: self.covered(), total: self.total() }.percent()
    }

    /// The tactics in which it uses something, in the order of the matrix.
    pub fn by_tactic(&self, catalogue: &Catalogue) -> Vec<TacticUse> {
        let tactics = 0..u8::try_from(catalogue.tactics.len()).unwrap_or(u8::MAX);
        let uses = tactics.map(|tactic| {
            let of = |list: &[TechniqueIndex]| {
                let stands = |index: &&TechniqueIndex| {
                    catalogue.technique(**index).tactics.contains(&tactic)
                };
                list.iter().filter(stands).copied().collect()
            };
            TacticUse {
                tactic,
                direct: of(&self.direct),
                via_subtechnique: of(&self.via_subtechnique),
                uncovered: of(&self.uncovered),
            }
        });
        uses.filter(|each| each.total() > 0).collect()
    }

    fn follow(&mut self, catalogue: &Catalogue) {
        let mut run = Vec::new();
        for each in self.by_tactic(catalogue) {
            if each.covered() > 0 {
                self.earliest = self.earliest.or(Some(each.tactic));
                run.clear();
                continue;
            }
            run.push(each.tactic);
            if run.len() > self.longest_run.len() {
                self.longest_run.clone_from(&run);
            }
        }
    }
}

/// How the chosen actors stand, by kind and id, each once; all of a kind are
/// [`Catalogue::actors`]. One that uses nothing in scope is in the list with empty hands.
pub fn actor_coverages(
    catalogue: &Catalogue,
    coverage: &Coverage,
    chosen: &[Actor],
) -> Vec<ActorCoverage> {
    let chosen = once_each(chosen);
    let mut found: Vec<ActorCoverage> = chosen.iter().copied().map(ActorCoverage::new).collect();
    for (index, cover) in catalogue.indices().zip(&coverage.techniques) {
        for at in users(catalogue, index, &chosen) {
            let Some(actor) = found.get_mut(at) else { continue };
            if !cover.in_scope {
                actor.out_of_scope += 1;
                continue;
            }
            match cover.state {
                TechniqueState::Direct => actor.direct.push(index),
                TechniqueState::ViaSubtechnique => actor.via_subtechnique.push(index),
                TechniqueState::None => actor.uncovered.push(index),
            }
        }
    }
    for actor in &mut found {
        actor.follow(catalogue);
    }
    found
}

/// A technique that chosen actors use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Which, exactly: a technique and its sub-techniques are told apart.
    pub technique: TechniqueIndex,
    /// Who of the chosen uses it, by kind and id; at least one.
    pub users: Vec<Actor>,
    /// Whether it is covered.
    pub state: TechniqueState,
}

/// What the chosen actors use of what is in scope, most shared first, then by id. Whoever was
/// chosen twice counts once; a campaign counts beside the group it is attributed to.
pub fn overlap(catalogue: &Catalogue, coverage: &Coverage, chosen: &[Actor]) -> Vec<Shared> {
    let chosen = once_each(chosen);
    let mut found = Vec::new();
    for (technique, cover) in catalogue.indices().zip(&coverage.techniques) {
        let users: Vec<Actor> = users(catalogue, technique, &chosen)
            .into_iter()
            .filter_map(|at| chosen.get(at).copied())
            .collect();
        if cover.in_scope && !users.is_empty() {
            found.push(Shared { technique, users, state: cover.state });
        }
    }
    sorted::sort_by(&mut found, |a, b| b.users.len().cmp(&a.users.len()));
    found
}

fn once_each(chosen: &[Actor]) -> Vec<Actor> {
    sorted::set(chosen.iter().copied()).into_iter().collect()
}

/// Which of the chosen, who are sorted, use a technique: their places.
fn users(catalogue: &Catalogue, index: TechniqueIndex, chosen: &[Actor]) -> Vec<usize> {
    let technique = catalogue.technique(index);
    let mut places = Vec::new();
    for kind in ActorKind::ALL {
        for at in technique.users(kind) {
            if let Ok(place) = chosen.binary_search(&Actor { kind, at: *at }) {
                places.push(place);
            }
        }
    }
    places
}
