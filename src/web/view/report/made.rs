//! The report of what is on the screen: made while somebody looks at it, in pieces, and anew when
//! something changes.

use crate::coverage::PanelAsked;
use crate::export::report::{Report, ReportAsked, report_paced};
use crate::export::report_json::{DetectionsOf, ReportOf};
use crate::gaps::{UNLOCKS, unlock};
use crate::pace::Pace;
use crate::web::detections::{Detecting, Seen};
use crate::web::doctor::{Doctor, Examined};
use crate::web::gaps::{Found, Gaps};
use crate::web::next_task::{FramePace, next_task, while_wanted};
use crate::web::state::AppState;
use crate::web::view::tactics::profile;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What a report is made from: one moment of the page, as a whole.
#[derive(Clone)]
pub(super) struct Asked {
    /// The gaps, and the coverage they are of.
    pub(super) found: Arc<Found>,
    examined: Arc<Examined>,
    seen: Option<Arc<Seen>>,
    threshold: u32,
}

/// The same, not another that is alike.
impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        let same_alerts = match (&self.seen, &other.seen) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        same_alerts
            && Arc::ptr_eq(&self.found, &other.found)
            && Arc::ptr_eq(&self.examined, &other.examined)
            && self.threshold == other.threshold
    }
}

impl Asked {
    /// Everything, once it is known of the same rules.
    fn now(state: AppState) -> Option<Self> {
        let doctor = expect_context::<Doctor>();
        let (gaps, detecting) = (Gaps::get(), Detecting::get());
        let (found, examined) = (gaps.current.get()?, doctor.get()?);
        let seen = match detecting.has_any.get() {
            true => Some(detecting.current.get()?),
            false => None,
        };
        let threshold = state.settings().with(|settings| settings.score_threshold);
        let is_one = Arc::ptr_eq(&found.asked.intake, &examined.intake);
        is_one.then_some(Self { found, examined, seen, threshold })
    }

    /// The document, in pieces.
    pub(super) async fn report(&self, all_rows: bool, pace: &impl Pace) -> Report {
        let of = &self.found.asked;
        let names = of.profile.actors();
        let used = (!names.is_empty()).then(|| profile::used(&of.catalogue, &names));
        let unlocks = unlock(&of.catalogue, &self.found.list, UNLOCKS);
        pace.pause().await;
        let detections = self.seen.as_ref().map(|seen| DetectionsOf {
            alerts: &seen.asked.read.alerts,
            detections: &seen.detections,
            tests: &seen.asked.read.tests,
        });
        let of = ReportOf {
            catalogue: &of.catalogue,
            coverage: &of.coverage,
            intake: &of.intake,
            policy: &of.scoring,
            scope: &of.scope,
            asked: PanelAsked {
                platforms: &of.scope.platforms,
                profile: used.as_ref(),
                threshold: self.threshold,
            },
            detections,
        };
        let gaps = self.found.of(&self.found.list.gaps, &unlocks);
        let lint = Some(&self.examined.lint);
        report_paced(&ReportAsked { of, gaps: Some(gaps), lint, all_rows }, pace).await
    }
}

/// A report, and what it was made from.
pub(super) struct Made {
    pub(super) asked: Asked,
    pub(super) report: Report,
}

/// The newest report; what was there before stays until then.
pub(super) fn follow() -> ReadSignal<Option<Arc<Made>>> {
    let state = AppState::get();
    expect_context::<Doctor>().ask();
    let made = RwSignal::new(None);
    let asked = Memo::new(move |_| Asked::now(state));
    Effect::new(move |_| {
        let Some(of) = asked.get() else { return };
        spawn_local(async move {
            next_task().await;
            let is_wanted = || asked.try_get_untracked().flatten().as_ref() == Some(&of);
            let pace = FramePace::new();
            if let Some(report) = while_wanted(of.report(false, &pace), is_wanted).await {
                made.try_set(Some(Arc::new(Made { asked: of.clone(), report })));
            }
        });
    });
    made.read_only()
}
