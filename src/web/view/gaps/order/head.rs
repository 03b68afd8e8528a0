//! How many gaps there are, what their order is made of, and whose numbers are in it.

use super::{Shown, chart, policy};
use crate::web::gaps::Found;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::live;
use crate::web::view::tactics::of_what::score_field;
use leptos::prelude::*;
use std::sync::Arc;

pub(super) fn head(shown: Shown) -> AnyView {
    let found = shown.found;
    let of = move |part: fn(&Found) -> AnyView| live(move || found.get().map(|found| part(&found)));
    view! {
        <div class="gaps-top">
            <div class="gaps-facts">
                {of(sentence)}
                <div class="stat-line">
                    {policy::menu()}
                    {score_field("Weak below a score of ")}
                </div>
                {of(facts)}
            </div>
            {chart::chart(shown)}
        </div>
    }
    .into_any()
}

fn sentence(found: &Found) -> AnyView {
    let list = &found.list;
    let (relevant, _) = found.relevant();
    let gaps = list.gaps.len();
    let value = format!("{gaps} {relevant}");
    let silent = silent(found);
    view! {
        <p class="stat-sentence gaps-sentence">
            <b data-figure="gaps" data-value=value>{counted(gaps, "gap", "gaps")}</b>
            " among "{count(relevant)}" techniques and sub-techniques that matter here."
        </p>
        {silent.map(|text| view! { <p class="stat-sentence">{text}</p> })}
    }
    .into_any()
}

/// Where the rules say nothing, everything is a gap.
fn silent(found: &Found) -> Option<String> {
    let asked = &found.asked;
    if asked.intake.rules.is_empty() {
        return Some(
            "There are no rules yet, so all of them are uncovered. Drop some anywhere.".to_owned(),
        );
    }
    let summary = &asked.coverage.summary;
    summary.says_nothing().then(|| {
        format!(
            "{}: no ATT&CK mapping in this format. Nothing is covered, and nothing is known to be uncovered.",
            counted(summary.rules, "rule", "rules")
        )
    })
}

/// What the order is made of, remarks, and the source of each number from outside.
fn facts(found: &Found) -> AnyView {
    let list = &found.list;
    let line = |kind: &'static str, text: String| {
        view! { <li data-fact=kind><bdi>{text}</bdi></li> }.into_any()
    };
    let mut lines =
        vec![line("priority", list.policy.sentence()), line("threat", list.threat.sentence())];
    lines.extend(list.remarks.iter().map(|remark| line("remark", remark.sentence())));
    let sources = found.of(&[], &[]).sources();
    lines.extend(sources.into_iter().map(|(what, from)| {
        let from = from.sentence();
        let from = if from.is_empty() { "a file that does not say" } else { &from };
        line("source", format!("Source of {what}: {from}."))
    }));
    view! { <ul class="stat-notes">{lines}</ul> }.into_any()
}

/// As `Arc`s of the list are handed on.
pub(super) type Of = Arc<Found>;
