//! What the rules did where they run: how many alerts, when, on what; how quickly; which rules are
//! silent or noisy; what is proved; and an investigation from some of them.

mod evidence;
mod files;
mod investigate;
mod linked;
mod overview;
mod proved;
mod rows;
mod rules;

pub(in crate::web) use files::{columns_dialog, open_alerts, open_file};
pub(in crate::web) use rows::{rows_href, rule, time_in_words, whole};

use super::parts::{part_of, parts};
use crate::web::address::View;
use crate::web::detections::Detecting;
use leptos::prelude::*;

/// The parts of the view: as in the address, and as their links say.
const PARTS: [(&str, &str); 6] = [
    ("", "Overview"),
    ("rules", "Rule health"),
    ("evidence", "Evidence"),
    ("rows", "Alerts"),
    ("investigate", "Investigate"),
    ("files", "Files and columns"),
];

/// The view.
#[component]
pub fn AlertsView() -> impl IntoView {
    linked::keep();
    let detecting = Detecting::get();
    let part = part_of(&PARTS);
    let body = move || match (part.get(), detecting.has_any.get()) {
        // An attack can be looked into without alerts: techniques are typed.
        ("investigate", _) => investigate::investigate(),
        ("files", _) => files::files(),
        (_, false) => nothing_yet(),
        ("rules", true) => rules::rules(),
        ("evidence", true) => evidence::evidence(),
        ("rows", true) => rows::rows(),
        (_, true) => overview::overview(),
    };
    view! {
        <section class="stats alerts" aria-label="Alerts">
            {parts(View::Alerts, &PARTS, part, "Parts of the alerts")}
            {body}
        </section>
    }
}

/// What could be here.
fn nothing_yet() -> AnyView {
    view! {
        <div class="stats-notice" data-empty="alerts">
            <p>
                "There are no alerts yet. Drop an export of them anywhere: CSV, TSV, JSON or NDJSON with a time and "
                "a rule or technique, for example of Splunk, Elastic, Microsoft Sentinel, Google SecOps or Wazuh. "
                "Results of tests (JUnit, Atomic Red Team, VECTR, a table of rule or technique and passed or failed) "
                "are read as well. Nothing leaves this tab."
            </p>
            {open_alerts()}
        </div>
    }
    .into_any()
}
