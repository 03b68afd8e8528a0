//! The next rules, made anew in pieces whenever what they depend on changes.

use crate::gaps::{NextAsked, NextRules, next_rules_paced};
use crate::web::gaps::{Found as GapsFound, Gaps};
use crate::web::library::{Ground, PageLibrary};
use crate::web::next_task::{FramePace, next_task, while_wanted};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The next rules, and what they rest on.
pub(super) struct Found {
    pub(super) ground: Arc<Ground>,
    pub(super) next: NextRules,
}

/// What was there before stays until the newest is made.
pub(super) type Later = ReadSignal<Option<Arc<Found>>>;

/// What they depend on; of one moment.
#[derive(Clone)]
struct Question {
    ground: Arc<Ground>,
    gaps: Arc<GapsFound>,
    asked: NextAsked,
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ground, &other.ground)
            && Arc::ptr_eq(&self.gaps, &other.gaps)
            && self.asked == other.asked
    }
}

pub(super) fn follow(library: PageLibrary) -> Later {
    let gaps = Gaps::get();
    let (found, set_found) = signal(None);
    let question = Memo::new(move |_| {
        let (ground, gaps) = (library.ground.get()?, gaps.found.get()?);
        let is_same = Arc::ptr_eq(&gaps.asked.coverage, &ground.of.coverage)
            && gaps.asked.profile == ground.of.profile;
        is_same.then(|| Question { ground, gaps, asked: library.next.get() })
    });
    Effect::new(move |_| {
        let Some(of) = question.get() else { return };
        spawn_local(async move {
            next_task().await;
            let is_wanted = || question.try_get_untracked().flatten().as_ref() == Some(&of);
            let (stakes, pace) = (of.gaps.list.stakes(), FramePace::new());
            let grounds = of.ground.grounds();
            let made = next_rules_paced(&grounds, &of.ground.library, &stakes, &of.asked, &pace);
            if let Some(next) = while_wanted(made, is_wanted).await {
                next_task().await;
                set_found.try_set(Some(Arc::new(Found { ground: of.ground.clone(), next })));
            }
        });
    });
    found
}
