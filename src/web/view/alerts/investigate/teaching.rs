//! Nothing is picked: what could be, with two examples.

use super::linked::pick;
use super::suggest::Suggestion;
use crate::alerts::Alerts;
use crate::web::investigating::{Kind, ids};
use crate::web::state::AppState;
use crate::web::view::alerts::open_alerts;
use crate::web::view::tactics::cells::live;
use leptos::prelude::*;

/// The attack in the sample.
const SAMPLE: &str = "INC-0061";
/// Credentials are read, and used on a share elsewhere.
const IDS: &str = "T1003.001 T1021.002";

pub(super) fn teach() -> AnyView {
    let state = AppState::get();
    let of_alerts = move || {
        let all = state.all_detections.get()?;
        let (kind, name) = example(&all.read.alerts)?;
        let says = format!("{} {name}", kind.label());
        Some(try_it("try-name", says, Suggestion::Name(kind, name)))
    };
    let has_none = move || {
        let is_none = state
            .all_detections
            .with(|all| all.as_ref().is_none_or(|all| all.read.alerts.is_empty()));
        is_none.then(|| {
            view! {
                <p class="muted">
                    "There are no alerts yet; techniques can be typed without them. "
                    "Drop an export of alerts anywhere to pick hosts, users, incidents and rules."
                </p>
                {open_alerts()}
            }
            .into_any()
        })
    };
    let techniques = ids(IDS).filter_map(|id| id.parse().ok()).collect();
    view! {
        <div class="stats-notice" data-empty="investigation">
            <p>
                "What is picked is told as a whole: how far it reaches, which tactics it went through and when, "
                "which techniques groups and campaigns that do the same use as well and whether you would see them, "
                "who fits, and what else happened at that time. Also from the list of "
                <a href="#/alerts?show=rows">"alerts"</a>
                ", ticked or filtered, and from a technique’s drawer. For example:"
            </p>
            <p class="investigate-examples">
                {live(of_alerts)}
                {try_it("try-techniques", IDS.to_owned(), Suggestion::Techniques(techniques))}
            </p>
            {live(has_none)}
        </div>
    }
    .into_any()
}

/// An incident, else a host, else a rule of the alerts.
fn example(alerts: &Alerts) -> Option<(Kind, String)> {
    if alerts.incidents().find(SAMPLE).is_some() {
        return Some((Kind::Incident, SAMPLE.to_owned()));
    }
    let of = |kind, name: &str| (!name.is_empty()).then(|| (kind, name.to_owned()));
    of(Kind::Incident, alerts.incidents().get(1))
        .or_else(|| of(Kind::Host, alerts.hosts().get(1)))
        .or_else(|| of(Kind::Rule, alerts.rule(1).label()))
}

fn try_it(action: &'static str, says: String, suggestion: Suggestion) -> AnyView {
    view! {
        <button
            type="button"
            class="button"
            data-action=action
            on:click=move |_| {
                pick(|pick| {
                    suggestion.add(pick);
                });
            }
        >
            <bdi>{says}</bdi>
        </button>
    }
    .into_any()
}
