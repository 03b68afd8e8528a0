//! What others measured of threats: where it is from, or what would fill it.

use super::Form;
use super::files::{Give, file_line};
use super::pieces::{folded, plain};
use crate::gaps::{Enrichment, PartKind, Provenance};
use crate::web::view::numbers::counted;
use crate::web::view::tactics::cells::{about, cell, foreign, live, row, table};
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;

const COLUMNS: [(&str, &str); 5] =
    [("What", ""), ("Source", ""), ("Version", ""), ("Date", ""), ("Licence", "")];

pub(super) fn section(form: Form) -> AnyView {
    let enrichment = form.state.enrichment;
    let give = Give {
        kind: PartKind::Enrichment,
        accept: ".json",
        choose: "Choose an enrichment…",
        has: Signal::derive(move || enrichment.with(Option::is_some)),
    };
    let shown = move || Some(enrichment.get().map_or_else(teach, shown));
    let body = vec![file_line(form, give, ().into_any()), live(shown)];
    part(
        "profile-enrichment",
        "Enrichment",
        "What others measured of threats. None of it is built in; you bring the file, and it stays in this tab until you leave.",
        body.into_any(),
    )
}

fn teach() -> AnyView {
    view! {
        <div class="stats-notice">
            <p>"One JSON file, each part of it optional:"</p>
            <ul class="form-shape">
                <li><code>"group_sectors"</code>" – which groups target which industry and country; MISP galaxy’s cluster tidal-groups has them. It fills the choices above."</li>
                <li><code>"top_attack_techniques"</code>" – the choke point of each technique, 0 to 1; from CTID’s Top ATT&CK Techniques. It feeds the priority “ours”."</li>
                <li><code>"kev"</code>" – in how many known exploited vulnerabilities a technique plays a part; from CTID’s Mappings Explorer (CISA KEV). It feeds the priority “ours”, too."</li>
            </ul>
            <p>
                "A file of your own works as well: "
                <code>"{\"group_sectors\": {\"source\": \"…\", \"licence\": \"…\", \"groups\": {\"G0016\": {\"sectors\": [\"Energy\"], \"countries\": [\"NO\"]}}}}"</code>
            </p>
        </div>
    }
    .into_any()
}

fn shown(of: Arc<Enrichment>) -> AnyView {
    let unreadable: Vec<AnyView> = of.unreadable.iter().cloned().map(plain).collect();
    let summary = counted(unreadable.len(), "key is no technique id", "keys are no technique ids");
    let unreadable = folded("unreadable", summary, unreadable);
    let rows = move || {
        let parts = [
            (of.targets.len(), "group’s targets", "groups’ targets", &of.targets_from),
            (
                of.scores.len(),
                "technique’s choke point",
                "techniques’ choke points",
                &of.scores_from,
            ),
            (
                of.exploited.len(),
                "technique of known exploited vulnerabilities",
                "techniques of known exploited vulnerabilities",
                &of.exploited_from,
            ),
        ];
        let there = parts.into_iter().filter(|(number, ..)| *number > 0);
        Some(
            there.map(|(number, one, many, from)| line(counted(number, one, many), from)).collect(),
        )
    };
    vec![Some(table("table stat-table form-enrichment", &COLUMNS, rows)), unreadable].into_any()
}

fn line(what: String, from: &Provenance) -> AnyView {
    let text = |text: &str| match text.is_empty() {
        true => view! { <span class="muted">"not stated"</span> }.into_any(),
        false => foreign(text.to_owned()),
    };
    let cells = vec![
        about(what.clone().into_any()),
        cell("", "Source", text(&from.source)),
        cell("", "Version", text(&from.version)),
        cell("", "Date", text(&from.date)),
        cell("", "Licence", text(&from.licence)),
    ];
    row(what, from.sentence(), cells)
}
