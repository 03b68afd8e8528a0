//! The gaps of the page: what they are asked of, and what is found. Nothing is computed while
//! nobody looks at them.

use super::address::View;
use super::investigating;
use super::next_task::next_task;
use super::state::AppState;
use crate::attack::Catalogue;
use crate::coverage::{Coverage, Policy, Scope};
use crate::export::gaps_json::GapsOf;
use crate::gaps::{Enrichment, Gap, GapList, GapsAsked, PriorityPolicy, Profile, Unlock};
use crate::rule::Intake;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What a list of gaps is made from: one moment of the page.
#[derive(Clone)]
pub struct Asked {
    /// The release.
    pub catalogue: Arc<Catalogue>,
    /// The rules.
    pub intake: Arc<Intake>,
    /// What they cover.
    pub coverage: Arc<Coverage>,
    /// How they are scored.
    pub scoring: Policy,
    /// What counts.
    pub scope: Scope,
    /// Who one is.
    pub profile: Profile,
    /// What others measured, if it is at hand.
    pub enrichment: Option<Arc<Enrichment>>,
    /// What comes first.
    pub priority: PriorityPolicy,
    /// The score below which a technique is weak, in per cent.
    pub threshold: u8,
}

/// Big values are compared by identity.
impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        let same_enrichment = match (&self.enrichment, &other.enrichment) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        same_enrichment
            && Arc::ptr_eq(&self.catalogue, &other.catalogue)
            && Arc::ptr_eq(&self.intake, &other.intake)
            && Arc::ptr_eq(&self.coverage, &other.coverage)
            && self.profile == other.profile
            && self.priority == other.priority
            && self.threshold == other.threshold
    }
}

/// The gaps, and what they were made from.
pub struct Found {
    /// What was asked.
    pub asked: Asked,
    /// The answer.
    pub list: GapList,
}

impl Found {
    /// Techniques and sub-techniques that matter, and all there are.
    pub fn relevant(&self) -> (usize, usize) {
        let all = &self.list.assessments;
        (all.iter().filter(|one| one.relevance.is_in()).count(), all.len())
    }
}

/// The gaps of the page.
#[derive(Clone, Copy)]
pub struct Gaps {
    /// What others measured, from a file; for this visit.
    pub enrichment: RwSignal<Option<Arc<Enrichment>>>,
    /// Files that were chosen as peers and are none, in words; gone with the next.
    pub refused_peers: RwSignal<Vec<String>>,
    /// Files of peers are being read.
    pub reading_peers: RwSignal<bool>,
    /// The newest list; what was there before stays until then. `None` until there is one.
    pub found: ReadSignal<Option<Arc<Found>>>,
    /// The same, if it is of what is on the screen now.
    pub current: Memo<Option<Arc<Found>>>,
}

impl Gaps {
    /// Follows the page's state.
    pub fn new(state: AppState) -> Self {
        let enrichment = state.enrichment;
        let found = RwSignal::new(None::<Arc<Found>>);
        let chosen = Memo::new(move |_| {
            state.settings().with(|settings| {
                let threshold = u8::try_from(settings.score_threshold.min(100)).unwrap_or(100);
                (settings.profile.clone(), settings.priority, threshold)
            })
        });
        let is_wanted = Memo::new(move |_| {
            state.address.with(|now| match now.view {
                // The report has them, too.
                View::Gaps | View::Report => true,
                // It says what is missing of what may come next.
                View::Alerts => now.show == investigating::PART,
                _ => false,
            })
        });
        let now = Memo::new(move |_| {
            let (catalogue, coverage) = (state.catalogue.get()?, state.coverage.get()?);
            // Right after a change of release, the two may be of different ones.
            if coverage.techniques.len() != catalogue.techniques.len() {
                return None;
            }
            let (profile, priority, threshold) = chosen.get();
            Some(Asked {
                catalogue,
                intake: state.intake.get(),
                coverage,
                scoring: state.policy.get(),
                // Changes with the coverage only.
                scope: state.settings().with_untracked(|settings| settings.scope.clone()),
                profile,
                enrichment: enrichment.get(),
                priority,
                threshold,
            })
        });
        let asked = Memo::new(move |_| if is_wanted.get() { now.get() } else { None });
        let current = Memo::new_with_compare(
            move |_| {
                let found = found.get()?;
                now.with(|now| now.as_ref() == Some(&found.asked)).then_some(found)
            },
            |_, _| true,
        );
        Effect::new(move |_| {
            let Some(of) = asked.get() else { return };
            spawn_local(async move {
                next_task().await;
                // Followed by another, or nobody looks any more.
                if asked.try_get_untracked().flatten().as_ref() != Some(&of) {
                    return;
                }
                let list = GapList::of(&of.list());
                found.try_set(Some(Arc::new(Found { asked: of, list })));
            });
        });
        let found = found.read_only();
        Self {
            enrichment,
            refused_peers: RwSignal::new(Vec::new()),
            reading_peers: RwSignal::new(false),
            found,
            current,
        }
    }

    /// Those of the page, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }
}

impl Found {
    /// As exports are asked: these of its gaps, and what to collect next.
    pub fn of<'r>(&'r self, gaps: &'r [Gap], unlock: &'r [Unlock]) -> GapsOf<'r> {
        let Asked { catalogue, coverage, scoring, profile, enrichment, .. } = &self.asked;
        GapsOf {
            catalogue,
            coverage,
            scoring,
            profile,
            enrichment: enrichment.as_deref(),
            list: &self.list,
            gaps,
            unlock,
            advice: None,
        }
    }
}

impl Asked {
    /// As the library is asked.
    pub fn list(&self) -> GapsAsked<'_> {
        GapsAsked {
            catalogue: &self.catalogue,
            intake: &self.intake,
            coverage: &self.coverage,
            profile: &self.profile,
            enrichment: self.enrichment.as_deref(),
            policy: self.priority,
            threshold: self.threshold,
        }
    }
}
