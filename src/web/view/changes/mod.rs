//! What changed between two states: numbers, lists, a matrix, both side by side, the course of
//! time.

mod bar;
mod legend;
mod lists;
mod mini;
pub(super) mod share;
mod sides;
mod tactics;
mod trend;

use super::matrix::change_matrix;
use super::numbers::{count, percent};
use crate::attack::TechniqueIndex;
use crate::heatmap::wording::of;
use crate::web::changes::{Changes, Compared, Outcome};
use crate::web::state::AppState;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The comparison, for those parts that need one.
type Shown = Memo<Option<Arc<Compared>>>;

/// The parts: what the address shows, and what the link to it reads.
const PARTS: [(&str, &str); 5] = [
    ("", "Lists"),
    ("matrix", "Matrix"),
    ("side", "Side by side"),
    ("slider", "Slider"),
    ("trend", "Over time"),
];

/// The view.
#[component]
pub fn ChangesView() -> impl IntoView {
    let state = AppState::get();
    let changes = expect_context::<Changes>();
    let compared: Shown = Memo::new_with_compare(
        move |_| changes.outcome.with(Outcome::compared),
        |before, now| match (before, now) {
            (Some(Some(before)), Some(Some(now))) => !Arc::ptr_eq(before, now),
            (Some(None), Some(None)) => false,
            _ => true,
        },
    );
    Effect::new(move |_| {
        let catalogue = compared.with(|all| all.as_ref().map(|all| all.catalogue.clone()));
        state.compared_on.set(catalogue);
    });
    on_cleanup(move || state.compared_on.set(None));
    let part = Memo::new(move |_| {
        let show = state.address.with(|address| address.show.clone());
        PARTS.iter().map(|(part, _)| *part).find(|part| *part == show).unwrap_or_default()
    });
    let is_there = Memo::new(move |_| compared.with(Option::is_some));
    let has_matrix =
        Memo::new(move |_| is_there.get() && matches!(part.get(), "matrix" | "side" | "slider"));
    let tab = move |(show, label): (&'static str, &'static str)| {
        view! {
            <a
                class="chip"
                data-part=if show.is_empty() { "lists" } else { show }
                href=move || changes.href(show)
                aria-current=move || (part.get() == show).then_some("true")
            >
                {label}
            </a>
        }
    };
    let body = move || match (part.get(), is_there.get()) {
        // Time needs no two states.
        ("trend", _) => trend::trend(compared),
        (_, false) => ().into_any(),
        ("matrix", _) => matrix(compared),
        ("side", _) => sides::side_by_side(compared),
        ("slider", _) => sides::slider(compared),
        _ => view! { {lists::lists(compared)} {tactics::tactics(compared)} }.into_any(),
    };
    view! {
        <section class="changes" aria-label="Changes" data-part=move || part.get()>
            {bar::bar(compared)}
            {move || changes.outcome.with(notice)}
            {move || compared.get().map(|compared| totals(&compared))}
            <div class="changes-parts">
                <nav class="chips" aria-label="Ways to look">{PARTS.map(tab)}</nav>
                {move || has_matrix.get().then(bar::folding)}
            </div>
            {body}
        </section>
    }
}

/// Why there is nothing to see.
fn notice(outcome: &Outcome) -> Option<AnyView> {
    let view = match outcome {
        Outcome::Of(_) => return None,
        Outcome::Waiting => view! { "Reading ATT&CK…" }.into_any(),
        Outcome::TooFew => view! {
            "Two states make a comparison. Drop layers or rules; keep a snapshot of the rules before others come, to compare with it later."
        }
        .into_any(),
        Outcome::Strange(name, domain) => view! {
            "“"<bdi>{name.clone()}</bdi>"” is of the domain “"<bdi>{domain.clone()}</bdi>
            "”, which is none of those at hand. Choose another state."
        }
        .into_any(),
        Outcome::Apart([(old, old_domain), (new, new_domain)]) => view! {
            "“"<bdi>{old.clone()}</bdi>"” is of "{old_domain.name()}", “"<bdi>{new.clone()}</bdi>"” of "
            {new_domain.name()}". Techniques of two domains have nothing in common; choose two states of one domain."
        }
        .into_any(),
    };
    Some(view! { <p class="changes-notice" role="status">{view}</p> }.into_any())
}

/// The totals, and how the sides are seen.
fn totals(compared: &Compared) -> AnyView {
    let comparison = &compared.comparison;
    let counts = comparison.techniques;
    let covered = format!("{} → {}", of(counts.from, counts.total), of(counts.to, counts.total));
    let shares =
        format!("{} → {}", percent(counts.from, counts.total), percent(counts.to, counts.total));
    let release = format!(
        "techniques covered, seen on {} ATT&CK {}.",
        compared.catalogue.domain.name(),
        compared.catalogue.version
    );
    let remarks = compared.remarks.iter().map(|remark| view! { " "<bdi>{remark.clone()}</bdi> });
    let figure = |name: &'static str, label: &'static str, number: usize| {
        view! {
            <span class="changes-figure">
                <b data-figure=name data-value=number.to_string()>{count(number)}</b>
                " "{label}
            </span>
        }
    };
    view! {
        <div class="changes-totals">
            <p class="changes-total">
                <b data-figure="changes-techniques" data-value=format!("{} {} {}", counts.from, counts.to, counts.total)>{covered}</b>
                " ("{shares}")"
            </p>
            <p class="changes-figures">
                {figure("changes-gained", "gained", comparison.gained.len())}
                {figure("changes-lost", "lost", comparison.lost.len())}
                {figure("changes-raised", "raised", comparison.raised.len())}
                {figure("changes-lowered", "lowered", comparison.lowered.len())}
            </p>
            <p class="muted changes-remarks">{release}{remarks.collect_view()}</p>
        </div>
    }
    .into_any()
}

/// The matrix of what changed, with its legend.
fn matrix(compared: Shown) -> AnyView {
    let shown = RwSignal::new(Arc::new(BTreeSet::<TechniqueIndex>::new()));
    view! {
        <div class="matrix-view changes-matrix">
            {change_matrix(compared, shown)}
            {legend::legend(compared, shown.read_only())}
        </div>
    }
    .into_any()
}
