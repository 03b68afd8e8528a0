//! What slides are made of: one moment of the page, with what takes time computed in pieces.

use crate::coverage::{Grouping, PlatformView, platform_views};
use crate::heatmap::Scene;
use crate::heatmap::slide::{
    Changed, Counted, Course as CourseShown, Deck, NoSlide, SlideKind, SlideOptions,
    since_last_quarter,
};
use crate::layer::Comparison;
use crate::web::changes::{Changes, Compared, Course, Outcome, course};
use crate::web::gaps::{Asked, Found, Gaps};
use crate::web::next_task::next_task;
use crate::web::state::AppState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// All that slides are made of.
pub(super) struct Known {
    found: Arc<Found>,
    platforms: Vec<PlatformView>,
    /// What the view Changes compares.
    compared: Option<Arc<Compared>>,
    /// Where that is nothing, by the course.
    since: Option<Comparison>,
    course: Option<Course>,
}

impl Known {
    /// One of them.
    pub(super) fn slide(&self, kind: SlideKind, options: &SlideOptions) -> Result<Scene, NoSlide> {
        let Self { found, platforms, compared, since, course } = self;
        let Asked { catalogue, coverage, scoring, scope, .. } = &found.asked;
        let by_course = || {
            let (comparison, course) = (since.as_ref()?, course.as_ref()?);
            let Course { catalogue, scope, trend, .. } = course;
            let remarks = trend.remarks.get(..1).unwrap_or_default();
            Some(Changed { catalogue, scope, comparison, remarks })
        };
        let chosen = compared.as_deref().map(|compared| {
            let Compared { catalogue, scope, comparison, remarks, .. } = compared;
            Changed { catalogue, scope, comparison, remarks }
        });
        let deck = Deck {
            counted: Counted { catalogue, coverage, policy: scoring, scope },
            platforms,
            gaps: &found.list,
            changed: chosen.or_else(by_course),
            course: course.as_ref().map(|course| {
                let Course { catalogue, scope, trend, .. } = course;
                CourseShown { catalogue, scope, trend }
            }),
        };
        deck.slide(kind, options)
    }

    /// Whether the slide of changes compares with the last quarter, for want of a second state.
    pub(super) fn is_by_course(&self) -> bool {
        self.compared.is_none() && self.since.is_some()
    }
}

/// Follows the page; what was there before stays until something new is there.
pub(super) fn follow(state: AppState) -> ReadSignal<Option<Arc<Known>>> {
    let known = RwSignal::new(None::<Arc<Known>>);
    let (gaps, changes) = (Gaps::get(), expect_context::<Changes>());
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let compared = changes.outcome.with(Outcome::compared);
        state.tabs().track();
        state.catalogues.track();
        asked.update_value(|number| *number = number.wrapping_add(1));
        let mine = asked.get_value();
        let is_wanted = move || asked.try_get_value() == Some(mine);
        let Some(found) = gaps.current.get() else { return };
        spawn_local(async move {
            next_task().await;
            if !is_wanted() {
                return;
            }
            let Asked { catalogue, intake, coverage, .. } = &found.asked;
            let platforms = platform_views(catalogue, intake, coverage, Grouping::Families);
            next_task().await;
            let course = course(state, None, is_wanted).await;
            if !is_wanted() {
                return;
            }
            let since = match (&compared, &course) {
                (None, Some(Course { catalogue, scope, trend, .. })) => {
                    since_last_quarter(trend, catalogue, scope)
                }
                _ => None,
            };
            known.try_set(Some(Arc::new(Known { found, platforms, compared, since, course })));
        });
    });
    known.read_only()
}
