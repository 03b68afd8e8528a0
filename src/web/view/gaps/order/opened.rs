//! A gap unfolded: its arithmetic, why it matters, who uses it, what shows it, what to do.

use super::super::advice::advice;
use super::accept::accept;
use super::head::Of;
use super::row::COLUMNS;
use crate::gaps::{ComponentStanding, Gap, Sight, Term};
use crate::web::gaps::Found;
use crate::web::view::drawer::entities;
use crate::web::view::numbers::counted;
use leptos::prelude::*;

pub(super) fn opened(found: &Of, gap: &Gap) -> AnyView {
    let id = found.asked.catalogue.technique(gap.technique).id;
    view! {
        <tr class="gap-open" id=format!("gap-{id}")>
            <td colspan=COLUMNS>
                <div class="gap-parts">
                    {arithmetic(found, gap)}
                    <div>{reasons(found, gap)}{users(found, gap)}</div>
                    {logs(found, gap)}
                </div>
                {advice(gap.technique)}
                {accept(found, gap.technique)}
            </td>
        </tr>
    }
    .into_any()
}

fn part(heading: &'static str, body: AnyView) -> AnyView {
    view! { <section><h3>{heading}</h3>{body}</section> }.into_any()
}

fn arithmetic(found: &Found, gap: &Gap) -> AnyView {
    let terms = found.list.terms(&found.asked.list(), &found.asked.scoring, gap.technique);
    let line = |term: Term| {
        view! {
            <li>
                <span>{term.label}</span>
                <b>{term.value}</b>
                <span class="muted"><bdi>{term.source}</bdi></span>
            </li>
        }
        .into_any()
    };
    let lines: Vec<AnyView> = terms.into_iter().map(line).collect();
    let sum = found.list.assessment(gap.technique).terms.arithmetic();
    let body = view! {
        <p class="muted"><code>{found.list.policy.formula()}</code></p>
        <p class="gap-sum"><code>{sum}</code></p>
        <ul class="gap-terms">{lines}</ul>
    };
    part("Priority", body.into_any())
}

fn reasons(found: &Found, gap: &Gap) -> AnyView {
    let (catalogue, list) = (&found.asked.catalogue, &found.list);
    let line = |text: String| view! { <li><bdi>{text}</bdi></li> }.into_any();
    let mut lines = Vec::new();
    lines.extend(list.shortfall(&found.asked.coverage, gap.technique).map(line));
    let why = &list.assessment(gap.technique).relevance.why;
    lines.extend(why.iter().map(|why| line(why.sentence(catalogue, &list.threat))));
    part(
        "Why it is a gap, and why it matters",
        view! { <ul class="gap-why">{lines}</ul> }.into_any(),
    )
}

fn users(found: &Found, gap: &Gap) -> AnyView {
    let (catalogue, threat) = (&found.asked.catalogue, &found.list.threat);
    let usage = &threat.usage[usize::from(gap.technique.0)];
    let software = (!threat.software.is_empty())
        .then(|| entities("Software", &usage.software, &catalogue.software));
    let incidents = (threat.incidents > 0).then(|| {
        format!("Seen in {} of {} incidents of one’s own.", usage.incidents, threat.incidents)
    });
    let layer = usage.layer.is_some().then_some("The threat layer has it.");
    let body = view! {
        {entities("Groups", &usage.groups, &catalogue.groups)}
        {entities("Campaigns", &usage.campaigns, &catalogue.campaigns)}
        {software}
        {incidents.map(|text| view! { <p>{text}</p> })}
        {layer.map(|text| view! { <p>{text}</p> })}
        <p class="muted">{threat.sentence()}</p>
    };
    part("Who uses it", body.into_any())
}

fn logs(found: &Found, gap: &Gap) -> AnyView {
    let (catalogue, list) = (&found.asked.catalogue, &found.list);
    let seen = &list.assessment(gap.technique).observability;
    let line = |at: &u16| {
        let component = catalogue.data_components.get(usize::from(*at))?;
        let is_missing = seen.missing.contains(at);
        let (mark, words) = match is_missing {
            true => ("none", "missing"),
            false => ("direct", "at hand"),
        };
        let why = list.logs.component(*at).and_then(standing);
        let why = why.map(|why| view! { <span class="muted">": "<bdi>{why}</bdi></span> });
        let line = view! {
            <li data-component=component.id.to_string() data-has=(!is_missing).to_string()>
                <span class="state" data-coverage=mark>{words}</span>
                <span>
                    <bdi>{component.name.clone()}</bdi>
                    " "<span class="muted">{component.id.to_string()}</span>
                    {why}
                </span>
            </li>
        };
        Some(line.into_any())
    };
    let lines: Vec<AnyView> = seen.needed.iter().filter_map(line).collect();
    let says = match seen.sight {
        Sight::Never => Some("Nothing of one’s own shows it."),
        Sight::Unknown => Some("This release of ATT&CK names no data component for it here."),
        _ => None,
    };
    let body = view! {
        {says.map(|says| view! { <p class="muted">{says}</p> })}
        <ul class="gap-logs">{lines}</ul>
    };
    part("Data components that show it", body.into_any())
}

/// How one knows whether a data component is there.
fn standing(one: &ComponentStanding) -> Option<String> {
    let rules = (one.rules > 0).then(|| counted(one.rules, "rule looks", "rules look"));
    match one.correction {
        Some(true) => Some("the profile says so".to_owned()),
        Some(false) => Some("the profile says it is not there".to_owned()),
        None => {
            let rules = rules.map(|rules| format!("{rules} at it"));
            let tags = (!one.services.is_empty()).then(|| one.services.join(", "));
            let said: Vec<String> = [rules, tags].into_iter().flatten().collect();
            (!said.is_empty()).then(|| said.join("; "))
        }
    }
}
