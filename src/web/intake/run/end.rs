//! How an import ends: what has arrived is put in order, counted and shown.

use super::super::beside::{open_layers, take_parts};
use super::super::workspace;
use super::{RUN, Run, RunId, again, take_waiting, wait, with_run, with_serial};
use crate::gaps::Shelf;
use crate::rule::Intake;
use crate::web::marks::mark;
use crate::web::next_task::{FramePace, next_frame};
use crate::web::state::Read;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use std::time::Duration;

/// Puts what has arrived in order, in pieces; what arrives meanwhile is behind it.
pub(super) async fn in_order(serial: RunId, pace: &FramePace) {
    if let Some(arrived) = with_serial(serial, |run| std::mem::take(&mut run.arrived)) {
        let mut arrived = arrived.in_order(pace).await;
        with_serial(serial, |run| {
            arrived.append(std::mem::take(&mut run.arrived));
            run.arrived = arrived;
        });
    }
}

pub(in crate::web::intake) async fn settled(mut all: Intake, pace: &FramePace) -> Arc<Intake> {
    all.settle_paced(pace).await;
    Arc::new(all)
}

pub(in crate::web::intake) fn finish_if_done() {
    let due = with_run(|run| {
        let due = run.is_quiet() && !std::mem::replace(&mut run.publishing, true);
        due.then_some(run.serial)
    });
    if let Some(Some(serial)) = due {
        spawn_local(finish(serial));
    }
}

/// Publishes the result and marks the first frame that shows it. What comes meanwhile belongs to
/// the same import, which then ends later. One that is cancelled meanwhile ends as it would have: all of
/// it has arrived.
async fn finish(serial: RunId) {
    let pace = FramePace::new();
    let id = loop {
        in_order(serial, &pace).await;
        // While that paused more may have come, or be on its way: half of a table or of a drop does not count.
        let seen = |run: &mut Run| (run.is_quiet(), run.arrived.is_in_order(), run.id);
        match with_serial(serial, seen) {
            Some((true, true, id)) => break id,
            Some((true, false, _)) => {}
            Some((false, ..)) => {
                with_serial(serial, |run| run.publishing = false);
                finish_if_done();
                return;
            }
            None => return,
        }
    };
    if workspace::reopen_if_any(id).await {
        // Its files come now.
        with_serial(serial, |run| run.publishing = false);
        finish_if_done();
        return;
    }
    let begun = with_serial(serial, |run| {
        let all = run.merged();
        let beside = (std::mem::take(&mut run.catalogues), run.unopened(), run.quiet.clone());
        (run.state, run.shelf, run.arrivals, run.progress.rules, beside, all, run.detections())
    });
    let Some((state, shelf, arrivals, rules, beside, all, detections)) = begun else { return };
    let (catalogues, (layers, parts), quiet) = beside;
    mark("coverlay:parsed");
    let all = settled(all, &pace);
    match shelf {
        Shelf::Own => {
            crate::web::catalogues::add(state, catalogues, quiet.is_empty());
            let (alerts, tests) = detections.settled().await;
            let all = Read { intake: all.await, alerts, tests };
            with_serial(serial, |run| {
                run.base.alerts = all.alerts.clone();
                run.base.tests = all.tests.clone();
            });
            // A choice made, or a release that comes, meanwhile asks anew.
            while !state.show(all.clone()).await && state.wants(&all) {}
            open_layers(state, layers, rules > 0, &quiet).await;
            take_parts(state, parts, &quiet);
        }
        // Its layers, releases, alerts and profiles would change what one looks at.
        Shelf::Library => state.shelve(all.await),
    }
    let ended = with_serial(serial, |run| {
        run.publishing = false;
        run.is_quiet() && run.arrivals == arrivals && run.workspaces.is_empty()
    });
    if ended != Some(true) {
        finish_if_done();
        return;
    }
    let Some(run) = RUN.take() else { return };
    state.progress.set(None);
    run.reopened.into_iter().for_each(|reopened| reopened(true));
    workspace::end_restoring();
    again::take(state, shelf, run.later);
    loop {
        next_frame().await;
        if !state.drawing.get_untracked() {
            break;
        }
    }
    // The frame is drawn after this; a task behind it finds it on the screen.
    set_timeout(|| mark("coverlay:painted"), Duration::ZERO);
    run.library.into_iter().for_each(wait);
    take_waiting();
}
