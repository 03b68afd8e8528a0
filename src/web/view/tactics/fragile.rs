//! What the coverage hangs on: few techniques that most rules name, few log sources that hold up
//! much.

use super::listed::{self, Lists};
use super::{PanelMemo, Source, Sourced, bar, later, part};
use crate::coverage::{Concentration, Dependency, weakest};
use crate::web::view::drawer::technique_href;
use crate::web::view::numbers::{count, percent};
use leptos::prelude::*;

/// Log sources at first.
const FIRST: usize = 10;

pub(super) fn concentration(panel: PanelMemo) -> AnyView {
    let sentence = move || {
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
        let row = |(index, rules): &(_, usize)| {
            let technique = found.source.catalogue.technique(*index);
            let parent = technique.parent.map(|parent| {
                let name = found.source.catalogue.technique(parent).name.clone();
                view! { <span class="muted">{name}": "</span> }
            });
            view! {
                <tr>
                    <td class="id"><a class="opener" href=technique_href(technique.id)>{technique.id.to_string()}</a></td>
                    <th scope="row">{parent}<bdi>{technique.name.clone()}</bdi></th>
                    <td class="number" data-label="Rules">{count(*rules)}</td>
                    <td class="number" data-label="Share">{percent(*rules, all.mappings)}</td>
                    <td class="bar-column">{bar(share(*rules, all))}</td>
                </tr>
            }
        };
        Some(all.top.iter().map(row).collect_view())
    };
    let body = view! {
        <p class="stat-sentence" data-figure="concentration" data-value=move || {
            panel.with(|found| found.as_ref().map(|all| {
                format!("{} {}", all.value.concentration.held(), all.value.concentration.mappings)
            }))
        }>{sentence}</p>
        <table class="table stat-table stat-narrow">
            <thead>
                <tr>
                    <th scope="col">"Id"</th>
                    <th scope="col">"Technique"</th>
                    <th scope="col" class="number">"Rules"</th>
                    <th scope="col" class="number">"Share of mappings"</th>
                    <th scope="col" class="bar-column"><span class="visually-hidden">"Bar"</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
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
        Some(found.value.iter().take(shown).map(|one| row(one, lists)).collect_view())
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
    let rest = move || number.get().is_some_and(|number| number > FIRST) && !all.get();
    let body = view! {
        <table class="table stat-table stat-narrow">
            <thead>
                <tr>
                    <th scope="col">"Log source"</th>
                    <th scope="col" class="number">"Rules"</th>
                    <th scope="col" class="number">"Techniques lost"</th>
                    <th scope="col" class="number">"Sub-techniques lost"</th>
                    <th scope="col" class="number">"Points lost"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {move || (number.get() == Some(0)).then(|| view! {
            <p class="stat-sentence muted">"No rule that counts states a log source."</p>
        })}
        <p class="stat-sentence" hidden=move || !rest()>
            <button type="button" class="button" on:click=move |_| all.set(true)>
                {move || format!("Show all {}", count(number.get().unwrap_or_default()))}
            </button>
        </p>
        {open}
    };
    part(
        "weakest",
        "Weakest dependencies",
        "What would be covered no more if a log source were lost, and by how much all scores together would fall. The costliest first.",
        body.into_any(),
    )
}

fn row(one: &Dependency, lists: Lists) -> AnyView {
    let name = one.log_source.to_string();
    let opener = |kind: &str, number, what: &str| {
        lists.opener(format!("{kind}.{name}"), number, "", format!("{what} lost with {name}, list"))
    };
    let lost = one.points.unsigned_abs();
    let points = usize::try_from(lost).unwrap_or(usize::MAX);
    let sign = if one.points < 0 { "+" } else { "" };
    view! {
        <tr data-source=name.clone()>
            <th scope="row"><bdi>{name.clone()}</bdi></th>
            <td class="number" data-label="Rules">{count(one.rules)}</td>
            <td class="number" data-label="Techniques lost">{opener("lost", one.techniques.len(), "techniques")}</td>
            <td class="number" data-label="Sub-techniques lost">{opener("lost-sub", one.subtechniques.len(), "sub-techniques")}</td>
            <td class="number" data-label="Points lost">{sign}{count(points)}</td>
        </tr>
    }
    .into_any()
}
