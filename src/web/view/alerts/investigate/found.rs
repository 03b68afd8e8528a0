//! What is found, and what it was found from; computed in pieces, while somebody looks.

use crate::alerts::{Alerts, Selection};
use crate::attack::{Actor, Catalogue, TechniqueIndex};
use crate::coverage::detections::Joined;
use crate::export::investigation_md::{InvestigationOf, MOST_NEXT};
use crate::investigate::{self, Investigation, InvestigationPolicy, Pick};
use crate::web::answer::AllDetections;
use crate::web::gaps::{self, Gaps};
use crate::web::next_task::{FramePace, next_task, while_wanted};
use crate::web::state::AppState;
use crate::web::today::today;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What is asked: one moment of the page.
#[derive(Clone)]
pub(super) struct Question {
    /// Release, rules, coverage, gaps.
    pub(super) gaps: Arc<gaps::Found>,
    /// Alerts and where they stand, if any were read.
    all: Option<Arc<AllDetections>>,
    /// Of the alerts those count; without its window.
    pub(super) selection: Selection,
    pub(super) pick: Arc<Pick>,
    pub(super) policy: InvestigationPolicy,
}

/// Big values by identity.
impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        let same_alerts = match (&self.all, &other.all) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        same_alerts
            && Arc::ptr_eq(&self.gaps, &other.gaps)
            && self.selection == other.selection
            && self.pick == other.pick
            && self.policy == other.policy
    }
}

/// The answer, with what it is of.
pub(super) struct Found {
    pub(super) of: Question,
    /// Where no alert stands, if none were read.
    nothing: Option<(Alerts, Joined)>,
    pub(super) found: Investigation,
}

/// The newest answer.
pub(super) type Finds = ReadSignal<Option<Arc<Found>>>;

impl Question {
    fn now(state: AppState, gaps: Gaps) -> Option<Self> {
        let (pick, policy, selection) = state.settings().with(|settings| {
            let chosen = &settings.detections;
            (chosen.pick.clone(), chosen.investigation, chosen.selection.clone())
        });
        if pick.is_empty() {
            return None;
        }
        let (gaps, all) = (gaps.current.get()?, state.all_detections.get());
        // Right after a change, the two may be of different moments.
        let is_one =
            all.as_ref().is_none_or(|all| Arc::ptr_eq(&all.read.intake, &gaps.asked.intake));
        let selection = Selection { window: None, ..selection };
        is_one.then_some(Self { gaps, all, selection, pick, policy })
    }

    fn asked<'a>(
        &'a self,
        nothing: &'a Option<(Alerts, Joined)>,
    ) -> Option<investigate::Asked<'a>> {
        let (alerts, joined) = match (&self.all, nothing) {
            (Some(all), _) => (&*all.read.alerts, &all.all.joined),
            (None, Some((alerts, joined))) => (alerts, joined),
            (None, None) => return None,
        };
        let gaps::Asked { catalogue, intake, coverage, .. } = &self.gaps.asked;
        Some(investigate::Asked {
            catalogue,
            intake,
            coverage,
            gaps: &self.gaps.list,
            alerts,
            joined,
            selection: &self.selection,
            pick: &self.pick,
            policy: &self.policy,
        })
    }

    async fn find(self) -> Option<Found> {
        let pace = FramePace::new();
        let mut nothing = None;
        if self.all.is_none() {
            let gaps::Asked { catalogue, intake, coverage, .. } = &self.gaps.asked;
            let alerts = Alerts::default();
            let claims = &coverage.claims;
            let joined = Joined::of_paced(catalogue, intake, claims, &alerts, &pace).await;
            nothing = Some((alerts, joined));
        }
        let found = Investigation::of_paced(&self.asked(&nothing)?, &pace).await;
        Some(Found { of: self, nothing, found })
    }
}

impl Found {
    pub(super) fn catalogue(&self) -> &Arc<Catalogue> {
        &self.of.gaps.asked.catalogue
    }

    pub(super) fn alerts(&self) -> Option<&Alerts> {
        self.of.all.as_ref().map(|all| &*all.read.alerts)
    }

    /// Alerts that count whatever is picked or chosen: all but copies.
    pub(super) fn all_alerts(&self) -> usize {
        self.of.all.as_ref().map_or(0, |all| all.all.volume.alerts as usize)
    }

    /// What a rule of the alerts is called.
    pub(super) fn rule(&self, number: u32) -> String {
        self.alerts().map_or_else(String::new, |alerts| alerts.rule(number).label().to_owned())
    }

    pub(super) fn host(&self, number: u32) -> String {
        self.alerts().map_or_else(String::new, |alerts| alerts.hosts().get(number).to_owned())
    }

    pub(super) fn tactic(&self, tactic: u8) -> String {
        let tactic = self.catalogue().tactics.get(usize::from(tactic));
        tactic.map(|tactic| tactic.name.clone()).unwrap_or_default()
    }

    pub(super) fn id(&self, index: TechniqueIndex) -> String {
        self.catalogue().technique(index).id.to_string()
    }

    /// Id and name.
    pub(super) fn actor(&self, actor: Actor) -> (String, String) {
        let called = self.catalogue().actor_name(actor);
        (called.id, called.name.to_owned())
    }

    /// As exports are asked.
    pub(super) fn export<T>(&self, write: impl FnOnce(&InvestigationOf<'_>) -> T) -> Option<T> {
        let asked = self.of.asked(&self.nothing)?;
        let scoring = &self.of.gaps.asked.scoring;
        let of =
            InvestigationOf { asked, found: &self.found, scoring, date: today(), most: MOST_NEXT };
        Some(write(&of))
    }
}

/// In tasks of its own; what was there before stays until then, unless nothing is picked any more.
pub(super) fn finds() -> Finds {
    let (state, gaps) = (AppState::get(), Gaps::get());
    let is_empty =
        Memo::new(move |_| state.settings().with(|settings| settings.detections.pick.is_empty()));
    let question = Memo::new(move |_| Question::now(state, gaps));
    let found = RwSignal::new(None::<Arc<Found>>);
    Effect::new(move |_| {
        if is_empty.get() {
            found.set(None);
        }
        let Some(of) = question.get() else { return };
        spawn_local(async move {
            next_task().await;
            let is_wanted = || question.try_get_untracked().flatten().as_ref() == Some(&of);
            if let Some(Some(new)) = while_wanted(of.clone().find(), is_wanted).await {
                // To show it is as much work again.
                next_task().await;
                if is_wanted() {
                    found.try_set(Some(Arc::new(new)));
                }
            }
        });
    });
    found.read_only()
}
