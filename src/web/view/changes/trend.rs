//! Coverage over time: a picture, and the same numbers as tables.

use super::{Shown, share};
use crate::heatmap::{TrendOptions, TrendSize, trend as picture};
use crate::history::{QuarterChange, Snapshot, Trend};
use crate::layer::Covered;
use crate::web::changes::{Course, course, series_frames};
use crate::web::state::AppState;
use crate::web::today::today;
use crate::web::view::numbers::{count, percent};
use crate::web::{canvas, fonts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The course as far as it is known.
#[derive(Clone)]
enum Known {
    Coming,
    Nothing,
    Here(Arc<Course>),
}

pub(super) fn trend(compared: Shown) -> AnyView {
    let known = RwSignal::new(Known::Coming);
    keep_course(compared, known);
    let canvas = NodeRef::<leptos::html::Canvas>::new();
    let said = RwSignal::new(String::new());
    keep_picture(known.read_only(), canvas, said);
    let is_here = Memo::new(move |_| {
        known.with(|known| matches!(known, Known::Here(all) if !all.trend.snapshots.is_empty()))
    });
    let told = move || match known.get() {
        Known::Coming => view! {
            <p class="changes-notice" role="status">"Counting the rules of every quarter…"</p>
        }
        .into_any(),
        Known::Nothing => no_time().into_any(),
        Known::Here(course) => {
            let empty = course.trend.snapshots.is_empty().then(no_time);
            view! { {empty} {tables(&course)} }.into_any()
        }
    };
    view! {
        <div class="trend">
            // Too wide for a narrow window, it scrolls; the tables do not.
            <div class="trend-picture" hidden=move || !is_here.get() tabindex="0" role="region" aria-label="Picture of coverage over time">
                <canvas node_ref=canvas role="img" aria-label=move || said.get()></canvas>
            </div>
            <p class="trend-actions" hidden=move || !is_here.get()>
                {share::gif_button("export-series-gif", "Save as GIF", move |state| {
                    let Known::Here(course) = known.get_untracked() else { return None };
                    let (palette, theme) = share::look(state);
                    Some((series_frames(&course, palette, theme), format!("coverage_{}.gif", today())))
                })}
                <span class="muted">"A picture for each moment"</span>
            </p>
            {told}
        </div>
    }
    .into_any()
}

fn no_time() -> impl IntoView {
    view! {
        <p class="changes-notice" role="status">
            "Nothing here has a place in time. Drop layers with a date in their metadata or name (2026-03-31, q1_2026, sprint_12_2026), or rules with dates."
        </p>
    }
}

/// Computes the course anew whenever what it is made of changes.
fn keep_course(compared: Shown, known: RwSignal<Known>) {
    let state = AppState::get();
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let domain = compared.with(|all| all.as_ref().map(|all| all.catalogue.domain));
        state.tabs().track();
        state.coverage.track();
        state.catalogues.track();
        asked.update_value(|number| *number = number.wrapping_add(1));
        let mine = asked.get_value();
        let is_wanted = move || asked.try_get_value() == Some(mine);
        spawn_local(async move {
            let found = course(state, domain, is_wanted).await;
            if is_wanted() {
                known.set(found.map_or(Known::Nothing, |course| Known::Here(Arc::new(course))));
            }
        });
    });
}

fn keep_picture(
    known: ReadSignal<Known>,
    canvas: NodeRef<leptos::html::Canvas>,
    said: RwSignal<String>,
) {
    let state = AppState::get();
    let fonts_there = RwSignal::new(false);
    Effect::new(move |_| {
        let (Known::Here(course), Some(canvas)) = (known.get(), canvas.get()) else { return };
        if !fonts_there.get() {
            // Drawn at once with what there is, and again with the right font.
            spawn_local(async move {
                if fonts::load().await {
                    fonts_there.try_set(true);
                }
            });
        }
        let options = TrendOptions {
            theme: state.theme.get(),
            size: TrendSize::Wide1280,
            title: "Coverage over time".to_owned(),
        };
        let scene = picture(&course.catalogue, &course.trend, &course.scope, &options);
        let pixels = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let text = match canvas::draw(&canvas, &scene, pixels.clamp(1.5, 2.0)) {
            Ok(()) => {
                format!("{}. {} The tables below say the same.", scene.title, scene.description)
            }
            Err(error) => error.to_string(),
        };
        said.set(text);
    });
}

fn tables(course: &Course) -> AnyView {
    let Course { trend, catalogue, .. } = course;
    let Trend { snapshots, undated, .. } = trend;
    let quarters = trend.quarters();
    let tactics: Vec<String> = catalogue.tactics.iter().map(|tactic| tactic.name.clone()).collect();
    let undated = (!undated.is_empty()).then(|| {
        let row = |undated: &crate::history::Undated| {
            view! { <li><bdi>{undated.name.clone()}</bdi>": "{undated.reason.to_string()}</li> }
        };
        view! {
            <section class="trend-part" data-list="undated">
                <h2>"Without a date "<span class="count">{count(undated.len())}</span></h2>
                <ul class="trend-undated">{undated.iter().map(row).collect_view()}</ul>
            </section>
        }
    });
    let remarks = trend.remarks.iter().map(|remark| view! { <bdi>{remark.clone()}</bdi>" " });
    view! {
        <p class="muted trend-remarks">{remarks.collect_view()}</p>
        <div class="trend-tables">
            {(!quarters.is_empty()).then(|| by_quarter(&quarters))}
            {(!quarters.is_empty()).then(|| by_tactic(&quarters, tactics))}
            {(snapshots.iter().any(|snapshot| snapshot.at.date().is_none())).then(|| by_moment(snapshots))}
        </div>
        {undated}
    }
    .into_any()
}

/// `Q3 2026`
fn quarter_name(quarter: &QuarterChange) -> String {
    format!("Q{} {}", quarter.quarter, quarter.year)
}

/// Percentage points: `+1.3`, `−0.5`, `0`.
fn points(difference: f64) -> String {
    let tenths = (difference * 10.0).round();
    let sign = match tenths {
        more if more > 0.0 => "+",
        less if less < 0.0 => "−",
        _ => return "0".to_owned(),
    };
    format!("{sign}{}", tenths.abs() / 10.0)
}

fn cells(covered: Covered, change: Option<String>) -> AnyView {
    let Covered { covered, total } = covered;
    view! {
        <td class="number" data-label="Techniques">{format!("{} of {}", count(covered), count(total))}</td>
        <td class="number" data-label="Share">{percent(covered, total)}</td>
        <td class="number" data-label="Points">{change.unwrap_or_else(|| "–".to_owned())}</td>
    }
    .into_any()
}

fn heads(first: &'static str) -> AnyView {
    view! {
        <thead>
            <tr>
                <th scope="col">{first}</th>
                <th scope="col" class="number">"Techniques"</th>
                <th scope="col" class="number">"Share"</th>
                <th scope="col" class="number">"Points"</th>
            </tr>
        </thead>
    }
    .into_any()
}

/// The newest first: that is what is asked for.
fn by_quarter(quarters: &[QuarterChange]) -> AnyView {
    let row = |quarter: &QuarterChange| {
        let change = quarter.change.as_ref().map(|change| points(change.overall));
        view! {
            <tr>
                <th scope="row">{quarter_name(quarter)}</th>
                {cells(quarter.overall, change)}
            </tr>
        }
    };
    view! {
        <table class="table" data-list="quarters">
            <caption>"By quarter, each with its last state; points are per cent now minus per cent before."</caption>
            {heads("Quarter")}
            <tbody>{quarters.iter().rev().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// The last quarter of each tactic against the one before it.
fn by_tactic(quarters: &[QuarterChange], tactics: Vec<String>) -> Option<AnyView> {
    let last = quarters.last()?;
    let since = last.change.as_ref().map(|change| change.since);
    let caption = match since {
        Some((year, quarter)) => {
            format!(
                "By tactic in {}, with the difference to Q{quarter} {year}.",
                quarter_name(last)
            )
        }
        None => format!("By tactic in {}.", quarter_name(last)),
    };
    let row = |(at, (name, covered)): (usize, (String, &Covered))| {
        let change = last.change.as_ref().and_then(|change| change.tactics.get(at).copied());
        view! {
            <tr>
                <th scope="row"><bdi>{name}</bdi></th>
                {cells(*covered, change.map(points))}
            </tr>
        }
    };
    let rows = tactics.into_iter().zip(&last.tactics).enumerate().map(row).collect_view();
    let table = view! {
        <table class="table" data-list="trend-tactics">
            <caption>{caption}</caption>
            {heads("Tactic")}
            <tbody>{rows}</tbody>
        </table>
    };
    Some(table.into_any())
}

/// Sprints are in no quarter.
fn by_moment(snapshots: &[Snapshot]) -> AnyView {
    let row = |(at, snapshot): (usize, &Snapshot)| {
        let before = at.checked_sub(1).and_then(|at| snapshots.get(at));
        let now = snapshot.totals.overall;
        let change = before.map(|before| points(now.percent() - before.totals.overall.percent()));
        view! {
            <tr>
                <th scope="row">{snapshot.at.to_string()}" · "<bdi>{snapshot.name.clone()}</bdi></th>
                {cells(now, change)}
            </tr>
        }
    };
    view! {
        <table class="table" data-list="moments">
            <caption>"By moment, the newest first."</caption>
            {heads("When")}
            <tbody>{snapshots.iter().enumerate().rev().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
