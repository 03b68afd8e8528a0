//! How much is covered, of five things side by side; and how much reaches a score.

use super::cells::{bar, live};
use super::listed::{self, Lists};
use super::{PanelMemo, part, profile};
use crate::coverage::{Denominator, DenominatorKind};
use crate::web::state::AppState;
use crate::web::view::numbers::{count, percent, plain_percent};
use leptos::prelude::*;

/// Scores are whole numbers; none of a policy of ours is above 100, counts of rules are.
const HIGHEST: u32 = 100_000;

pub(super) fn section(panel: PanelMemo, lists: Lists) -> AnyView {
    let of_kind = lists.of_kind("of");
    let uncovered = lists.of_kind("not");
    let above = lists.of_kind("score");
    let open = move || {
        let found = panel.get()?;
        let (source, panel) = (&found.source, &found.value);
        let asked = |of: &Option<String>| {
            let of = of.as_deref()?;
            panel.denominators.iter().find(|denominator| denominator.kind.as_str() == of)
        };
        if let Some(denominator) = asked(&of_kind.get()) {
            let heading = format!("{}: covered", denominator.kind.label());
            return Some(listed::list(source, heading, denominator.covered.clone()));
        }
        if let Some(denominator) = asked(&uncovered.get()) {
            let heading = format!("{}: not covered", denominator.kind.label());
            return Some(listed::list(source, heading, denominator.uncovered.clone()));
        }
        let at_least = above.get().map(|_| &panel.at_least)?;
        let heading = format!("Score {} and above", at_least.threshold);
        Some(listed::list(source, heading, at_least.techniques.clone()))
    };
    let kinds = DenominatorKind::ALL.map(|kind| {
        let number = move || {
            let found = panel.get()?;
            let share = found.value.denominators.iter().find(|each| each.kind == kind)?;
            Some(shown(share, lists))
        };
        let is_there = Memo::new(move |_| {
            panel.with(|found| {
                found
                    .as_ref()
                    .is_some_and(|all| all.value.denominators.iter().any(|each| each.kind == kind))
            })
        });
        let missing = move || if is_there.get() { None } else { missing(kind) };
        let editor = (kind == DenominatorKind::Profile).then(profile::editor);
        view! {
            <li data-denominator=kind.as_str()>
                <h3>{kind.label()}</h3>
                {live(number)}
                {live(missing)}
                {editor}
            </li>
        }
        .into_any()
    });
    let body = view! {
        <ul class="denominators">{kinds.into_iter().collect::<Vec<_>>()}</ul>
        {at_least(panel, lists)}
        {live(open)}
    };
    part(
        "coverage",
        "Coverage",
        "The same rules held against five totals. Each number opens its list.",
        body.into_any(),
    )
}

fn shown(share: &Denominator, lists: Lists) -> AnyView {
    let (covered, total) = (share.covered.len(), share.total());
    let (name, label) = (share.kind.as_str(), share.kind.label());
    let opener = |kind: &str, number, words, says: &str| {
        lists.opener(format!("{kind}.{name}"), number, words, format!("{says}, {label}"))
    };
    view! {
        <p class="denominator-number">
            <b data-figure=format!("of-{name}") data-value=format!("{covered} {total}")>
                {count(covered)}" of "{count(total)}
            </b>
            " "
            <em data-figure=format!("of-{name}-percent") data-value=plain_percent(share.percent())>
                {percent(covered, total)}
            </em>
        </p>
        {bar(share.percent())}
        <p class="denominator-lists">
            {opener("of", covered, " covered", "list")}
            {opener("not", share.uncovered.len(), " not covered", "list")}
        </p>
        <p class="muted">{share.sentence.clone()}</p>
    }
    .into_any()
}

fn missing(kind: DenominatorKind) -> Option<AnyView> {
    let says = match kind {
        DenominatorKind::Platforms => {
            "No platform is chosen. Choose some above, under Platforms, or one below."
        }
        DenominatorKind::Profile => {
            "Choose groups, campaigns or software: the total is then what these use."
        }
        _ => return None,
    };
    Some(
        view! { <p class="denominator-number muted">"–"</p><p class="muted">{says}</p> }.into_any(),
    )
}

fn at_least(panel: PanelMemo, lists: Lists) -> AnyView {
    let number = move || {
        let found = panel.get()?;
        let at_least = &found.value.at_least;
        let (reached, total) = (at_least.techniques.len(), at_least.total);
        Some(view! {
            {lists.opener("score.all".to_owned(), reached, "", "techniques reach this score, list".to_owned())}
            <span>"of "{count(total)}" techniques in scope,"</span>
            <b data-figure="threshold-percent" data-value=plain_percent(at_least.percent())>{percent(reached, total)}</b>
        }.into_any())
    };
    view! {
        <div class="stat-line">
            {score_field("Score of at least ")}
            {live(number)}
        </div>
    }
    .into_any()
}

/// The score that techniques are asked to reach, to be changed.
pub(in crate::web::view) fn score_field(label: &'static str) -> AnyView {
    let state = AppState::get();
    let threshold = Memo::new(move |_| state.settings().with(|settings| settings.score_threshold));
    view! {
            <label>
                {label}
                <input
                    class="field"
                    type="number"
                    min="1"
                    max=HIGHEST.to_string()
                    step="1"
                    data-action="score-threshold"
                    prop:value=move || threshold.get().to_string()
                    on:change=move |event| {
                        let asked = event_target_value(&event).trim().parse::<u32>().ok();
                        match asked.filter(|asked| (1..=HIGHEST).contains(asked)) {
                            Some(asked) if asked == threshold.get_untracked() => {}
                            Some(asked) => state.choose(|settings| settings.score_threshold = asked),
                            None => {
                                let field = event_target::<web_sys::HtmlInputElement>(&event);
                                field.set_value(&threshold.get_untracked().to_string());
                            }
                        }
                    }
                />
            </label>
    }
    .into_any()
}
