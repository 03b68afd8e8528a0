//! How many rules a technique has.

use super::listed::{self, Lists};
use super::{PanelMemo, bar, part};
use crate::coverage::{Bar, Panel};
use crate::web::view::numbers::{count, counted};
use leptos::prelude::*;

pub(super) fn section(panel: PanelMemo, lists: Lists) -> AnyView {
    let rows = move || {
        let found = panel.get()?;
        let bars = &found.value.bars;
        let most = bars.iter().map(|bar| bar.techniques.len()).max().unwrap_or_default().max(1);
        Some(bars.iter().map(|bar| row(bar, most, lists)).collect_view())
    };
    let sentence = move || panel.with(|found| found.as_ref().map(|all| in_words(&all.value)));
    let (rollup, exact) = (lists.of_kind("rules"), lists.of_kind("named"));
    let open = move || {
        let found = panel.get()?;
        let bars = &found.value.bars;
        let find = |of: &String| bars.iter().find(|bar| bar.least.to_string() == *of);
        let rules = |bar: &Bar| rules_in_words(bar);
        if let Some(bar) = rollup.get().as_ref().and_then(find) {
            let heading = format!("Techniques with {}", rules(bar));
            return Some(listed::list(&found.source, heading, bar.techniques.clone()));
        }
        let bar = exact.get().as_ref().and_then(find)?;
        let heading = format!("Techniques and sub-techniques that {} name", rules(bar));
        Some(listed::list(&found.source, heading, bar.exact.clone()))
    };
    let body = view! {
        <p class="stat-sentence">{sentence}</p>
        <table class="table stat-table stat-narrow">
            <thead>
                <tr>
                    <th scope="col">"Rules"</th>
                    <th scope="col" class="number">"Techniques"</th>
                    <th scope="col" class="bar-column"><span class="visually-hidden">"Bar"</span></th>
                    <th scope="col" class="number">"Named exactly, sub-techniques too"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {open}
    };
    part(
        "depth",
        "Rules per technique",
        "Techniques by the rules that cover them, those of their sub-techniques included. Each number opens its list.",
        body.into_any(),
    )
}

fn rules_in_words(bar: &Bar) -> String {
    match (bar.least, bar.most) {
        (0, _) => "no rule".to_owned(),
        (1, Some(1)) => "1 rule".to_owned(),
        _ => format!("{} rules", bar.label()),
    }
}

fn in_words(panel: &Panel) -> String {
    let of = |wanted: &dyn Fn(&&Bar) -> bool| -> usize {
        panel.bars.iter().filter(wanted).map(|bar| bar.techniques.len()).sum()
    };
    let single = of(&|bar| bar.least == 1);
    let layered = of(&|bar| bar.least > 1);
    let (rest, have) = match (single, layered) {
        (1, 1) => ("rests", "has"),
        (1, _) => ("rests", "have"),
        (_, 1) => ("rest", "has"),
        _ => ("rest", "have"),
    };
    format!(
        "{} {rest} on a single rule; {} {have} several.",
        counted(single, "technique", "techniques"),
        count(layered)
    )
}

fn row(of: &Bar, most: usize, lists: Lists) -> AnyView {
    let number = of.techniques.len();
    let opener = |kind: &str, number, what: &str| {
        let says = format!("{what} with {}, list", rules_in_words(of));
        lists.opener(format!("{kind}.{}", of.least), number, "", says)
    };
    view! {
        <tr data-bar=of.least.to_string() data-value=number.to_string()>
            <th scope="row">{of.label()}</th>
            <td class="number" data-label="Techniques">{opener("rules", number, "techniques")}</td>
            <td class="bar-column">{bar(number as f64 * 100.0 / most as f64)}</td>
            <td class="number" data-label="Named exactly">
                {opener("named", of.exact.len(), "techniques and sub-techniques")}
            </td>
        </tr>
    }
    .into_any()
}
