//! What the coverage hangs on: few techniques that most rules name, few log sources that hold up
//! much.

use super::cells::{about, bar_cell, button, cell, foreign, live, number, row, sentence, table};
use super::listed::{self, Lists, link, name};
use super::{PanelMemo, Source, Sourced, later, part};
use crate::attack::TechniqueIndex;
use crate::coverage::{Concentration, Dependency, weakest};
use crate::web::view::numbers::{count, percent};
use leptos::prelude::*;

/// Log sources at first.
const FIRST: usize = 10;

const TOP: [(&str, &str); 5] = [
    ("Id", ""),
    ("Technique", ""),
    ("Rules", "number"),
    ("Share of mappings", "number"),
    ("Bar", "bar-column"),
];

const LOST: [(&str, &str); 5] = [
    ("Log source", ""),
    ("Rules", "number"),
    ("Techniques lost", "number"),
    ("Sub-techniques lost", "number"),
    ("Points lost", "number"),
];

pub(super) fn concentration(panel: PanelMemo) -> AnyView {
    let words = move || {
        panel.with(|found| {
            let all = &found.as_ref()?.value.concentration;
            Some(format!(
                "The {} that most rules name hold {} of {} mappings ({}); {} techniques and sub-techniques are named in all.",
                all.top.len(),
                count(all.held()),
                count(all.mappings),
                percent(all.held(), all.mappings),
                count(all.ids),
            ))
        })
    };
    let rows = move || {
        let found = panel.get()?;
        let all = &found.value.concentration;
        let catalogue = &found.source.catalogue;
        let line = |(index, rules): &(TechniqueIndex, usize)| {
            let cells = vec![
                cell("id", "Id", link(catalogue, *index)),
                about(name(catalogue, *index)),
                number("Rules", count(*rules)),
                number("Share", percent(*rules, all.mappings)),
                bar_cell(share(*rules, all)),
            ];
            row(catalogue.technique(*index).id.to_string(), rules.to_string(), cells)
        };
        Some(all.top.iter().map(line).collect())
    };
    let value = Signal::derive(move || {
        panel.with(|found| {
            let all = &found.as_ref()?.value.concentration;
            Some(format!("{} {}", all.held(), all.mappings))
        })
    });
    let body = view! {
        <div data-figure="concentration" data-value=value>{sentence(words)}</div>
        {table("table stat-table stat-narrow", &TOP, rows)}
    };
    part(
        "concentration",
        "Concentration",
        "How much of the work is on the ten most-mapped techniques. A mapping is a rule and a technique that it names.",
        body.into_any(),
    )
}

/// Of the one with most rules.
fn share(rules: usize, all: &Concentration) -> f64 {
    let most = all.top.first().map_or(1, |(_, most)| (*most).max(1));
    rules as f64 * 100.0 / most as f64
}

pub(super) fn section(source: Sourced, lists: Lists) -> AnyView {
    let found =
        later(source, |of: &Source| weakest(&of.catalogue, &of.intake, &of.coverage, &of.policy));
    let all = RwSignal::new(false);
    let number =
        Memo::new(move |_| found.with(|found| found.as_ref().map(|found| found.value.len())));
    let rows = move || {
        let found = found.get()?;
        let shown = if all.get() { usize::MAX } else { FIRST };
        Some(found.value.iter().take(shown).map(|one| line(one, lists)).collect())
    };
    let (techniques, subtechniques) = (lists.of_kind("lost"), lists.of_kind("lost-sub"));
    let open = move || {
        let found = found.get()?;
        let find = |name: &str| found.value.iter().find(|one| one.log_source.to_string() == name);
        let (dependency, what, ids) = match (techniques.get(), subtechniques.get()) {
            (Some(name), _) => {
                find(&name).map(|one| (one, "Techniques", one.techniques.clone()))?
            }
            (_, Some(name)) => {
                find(&name).map(|one| (one, "Sub-techniques", one.subtechniques.clone()))?
            }
            _ => return None,
        };
        let heading = format!("{what} lost with {}", dependency.log_source);
        Some(listed::list(&found.source, heading, ids))
    };
    let no_more =
        Signal::derive(move || all.get() || number.get().is_none_or(|number| number <= FIRST));
    let none = move || {
        (number.get() == Some(0)).then(|| "No rule that counts states a log source.".to_owned())
    };
    let more =
        Signal::derive(move || format!("Show all {}", count(number.get().unwrap_or_default())));
    let body = view! {
        {table("table stat-table stat-narrow", &LOST, rows)}
        {sentence(none)}
        {button("all-sources", no_more, more, move || all.set(true))}
        {live(open)}
    };
    part(
        "weakest",
        "Weakest dependencies",
        "What would be covered no more if a log source were lost, and by how much all scores together would fall. The costliest first.",
        body.into_any(),
    )
}

fn line(one: &Dependency, lists: Lists) -> AnyView {
    let name = one.log_source.to_string();
    let opener = |kind: &str, number, what: &str| {
        lists.opener(format!("{kind}.{name}"), number, "", format!("{what} lost with {name}, list"))
    };
    let lost = one.points.unsigned_abs();
    let points = usize::try_from(lost).unwrap_or(usize::MAX);
    let sign = if one.points < 0 { "+" } else { "" };
    let cells = vec![
        about(foreign(name.clone())),
        number("Rules", count(one.rules)),
        cell("number", "Techniques lost", opener("lost", one.techniques.len(), "techniques")),
        cell(
            "number",
            "Sub-techniques lost",
            opener("lost-sub", one.subtechniques.len(), "sub-techniques"),
        ),
        number("Points lost", format!("{sign}{}", count(points))),
    ];
    row(name, one.points.to_string(), cells)
}
