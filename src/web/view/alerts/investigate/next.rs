//! Likely next techniques: each with its numbers, who stands behind them, and whether one would see
//! it. Never a forecast.

use super::found::{Finds, Found};
use super::pieces::{self, Most, Open, below, convention, unfolds};
use crate::export::investigation_md::MOST_NEXT;
use crate::investigate::{NEXT_CONVENTION, NextStep, Standing};
use crate::web::address::RulePlace;
use crate::web::view::numbers::{count, counted, percent};
use crate::web::view::tactics::cells::{about, cell, live, number, row, sentence, table};
use crate::web::view::tactics::listed::links;
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;

const COLUMNS: [(&str, &str); 7] = [
    ("Technique", ""),
    ("Because of", ""),
    ("Confidence", "number"),
    ("Lift", "number"),
    ("Support", "number"),
    ("Its tactics are", ""),
    ("Would one see it?", ""),
];

pub(super) fn section(finds: Finds) -> AnyView {
    let most = Most::new(MOST_NEXT);
    let open: Open = RwSignal::new(Vec::new());
    let rows = move || {
        let found = finds.get()?;
        let steps = found.found.next.steps.iter().zip(1..).take(most.get());
        Some(steps.map(|(step, rank)| line(&found, step, rank, open)).collect())
    };
    let number =
        move || finds.with(|found| found.as_ref().map_or(0, |all| all.found.next.steps.len()));
    let none = move || {
        (number() == 0).then(|| {
            view! {
                <p class="stat-sentence">
                    "No technique is used often enough together with what is picked. What was left out, and why, stands below; the weights say from where on something counts."
                </p>
            }
            .into_any()
        })
    };
    let says = move || finds.with(|found| Some(in_words(found.as_ref()?)));
    let left_out = move || finds.with(|found| Some(left_out(found.as_ref()?)));
    let is_none = move || number() == 0;
    let body = view! {
        {sentence(says)}
        {live(none)}
        <div hidden=is_none>{table("table stat-table likely-table", &COLUMNS, rows)}</div>
        {most.more("next", number)}
        <div data-figure="left-out">{sentence(left_out)}</div>
        {convention(NEXT_CONVENTION)}
    };
    part(
        "next-techniques",
        "Likely next techniques",
        "What groups and campaigns that use some of the picked techniques were reported to use as well: statistics of reports, no forecast. Confidence: those who use it, of those who use all that explains it. Lift: how many times as frequent that is as among all. A row unfolds into who they are.",
        body.into_any(),
    )
}

fn in_words(found: &Found) -> String {
    let next = &found.found.next;
    let unseen = next.steps.iter().filter(|step| step.outlook.is_uncovered()).count();
    format!(
        "{}, {} of them not covered; found from {} and {}, and {} of {} picked techniques, at most {} of them together ({} tried).",
        counted(next.steps.len(), "technique", "techniques"),
        count(unseen),
        counted(next.groups, "group", "groups"),
        counted(next.campaigns, "campaign", "campaigns"),
        count(next.explaining),
        count(found.found.picked.len()),
        next.largest,
        counted(next.sets, "set", "sets"),
    )
}

fn left_out(found: &Found) -> String {
    let left = found.found.next.left_out;
    format!(
        "Left out: {} for little support, {} for little confidence, {} as hardly more frequent than anywhere, {} above a picked sub-technique.",
        count(left.little_support),
        count(left.little_confidence),
        count(left.little_lift),
        count(left.above_picked),
    )
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Ahead => "at or after the furthest reached",
        Standing::Between => "between those seen",
        Standing::Behind => "before those seen",
    }
}

fn line(found: &Arc<Found>, step: &NextStep, rank: usize, open: Open) -> AnyView {
    let catalogue = found.catalogue();
    let because = &step.because;
    let id = found.id(step.technique);
    let label = view! { <span class="count">{rank}</span> }.into_any();
    let named = view! {
        {unfolds(id.clone(), label, format!(": who uses {id} as well"), open)}
        {pieces::technique(found, step.technique)}
    };
    let (support, with) = (because.support(), because.with);
    let lift = format!("{:.1}", because.lift());
    let confidence = format!("{} of {} = {}", count(support), count(with), percent(support, with));
    let told = view! { <span title=step.standing.label()>{standing(step.standing)}</span> };
    let cells = vec![
        about(named.into_any()),
        cell("technique-links", "Because of", links(catalogue, &because.antecedent)),
        number("Confidence", confidence),
        number("Lift", lift),
        number("Support", count(support)),
        cell("", "Its tactics are", told.into_any()),
        cell("", "Would one see it?", pieces::outlook(found, step.technique, &step.outlook)),
    ];
    let value = format!("{support} {with} {:.4} {:.4}", because.lift(), step.rank);
    let (of, unfolded) = (found.clone(), step.clone());
    let more = below(&id, COLUMNS.len(), open, move || opened(&of, &unfolded));
    vec![row(id.clone(), value, cells), more].into_any()
}

/// Who stands behind the numbers, which tactics it is of, and the rules that may see it.
fn opened(found: &Found, step: &NextStep) -> AnyView {
    let catalogue = found.catalogue();
    let who = |each| view! { <li>{pieces::actor(found, each)}</li> }.into_any();
    let who: Vec<AnyView> = step.because.supporters.iter().copied().map(who).collect();
    let tactics = &catalogue.technique(step.technique).tactics;
    let tactics: Vec<String> = tactics.iter().map(|tactic| found.tactic(*tactic)).collect();
    let intake = &found.of.gaps.asked.intake;
    let rule = |at: &u32| {
        let rule = intake.rules.get(*at as usize)?;
        let href = RulePlace::of(rule).href();
        Some(view! { <li><a href=href><bdi>{rule.title.clone()}</bdi></a></li> }.into_any())
    };
    let rules: Vec<AnyView> = step.outlook.rules.iter().take(MOST_NEXT).filter_map(rule).collect();
    let rest = step.outlook.rules.len().saturating_sub(MOST_NEXT);
    let rules = (!rules.is_empty()).then(|| {
        view! {
            <h3>"Rules that name it"</h3>
            <ul>{rules}</ul>
            {(rest > 0).then(|| view! { <p class="muted">{format!("and {} more", count(rest))}</p> })}
        }
    });
    let rank = format!(
        "Ranked by {:.3}: the lower bound of the confidence, times the factor of its tactics ({}).",
        step.rank,
        step.standing.label()
    );
    view! {
        <p>{step.because.sentence(catalogue)}</p>
        <p class="muted">{rank}</p>
        <div class="gap-parts">
            <section>
                <h3>"Who uses it as well"</h3>
                <ul class="supporters">{who}</ul>
            </section>
            <section>
                <h3>"Its tactics"</h3>
                <p><bdi>{tactics.join(", ")}</bdi></p>
                {rules}
            </section>
        </div>
    }
    .into_any()
}
