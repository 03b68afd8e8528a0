//! "Colour by": the policies, each with what it does, and the weights of the chosen one.

use super::alert_cells::alert_cells;
use super::level_table::level_table;
use super::weights::weights;
use crate::coverage::Policy;
use crate::web::detections::{CellsShow, Detecting};
use crate::web::state::AppState;
use crate::web::view::numbers::counted;
use crate::web::view::popover::Popover;
use leptos::prelude::*;

/// The button and its panel. The panel's id is from when there was one policy; links and scripts
/// know it.
pub(super) fn policy_menu() -> AnyView {
    let state = AppState::get();
    let detecting = Detecting::get();
    let settings = state.settings();
    let name = Memo::new(move |_| settings.with(|settings| settings.policy.name()));
    let edited = Memo::new(move |_| settings.with(|settings| settings.policy.is_edited()));
    let is_peer = Memo::new(move |_| {
        settings.with(|settings| matches!(settings.policy, Policy::Peer { .. }))
    });
    let label = move || {
        name.track();
        let label = settings.with_untracked(|settings| settings.policy.label());
        let label = match detecting.cells.get() {
            CellsShow::Rules => label.to_owned(),
            CellsShow::Alerts => return "Alerts".to_owned(),
            CellsShow::Both => format!("{label} and alerts"),
        };
        if edited.get() { format!("{label}, edited") } else { label }
    };
    let button = view! {
        <span class="toolbar-label">"Colour by"</span>
        {label}
    };
    let turned = move || match name.get() {
        "level" => level_table(edited).into_any(),
        _ => weights(edited),
    };
    view! {
        <Popover id="level-table" title="Colour by" button=button.into_any()>
            {alert_cells()}
            <h3>{move || match detecting.has_alerts.get() {
                true => "Scores of the rules by",
                false => "Colour by",
            }}</h3>
            <div class="policies" role="radiogroup" aria-label="Colour by">
                {Policy::ours().map(|policy| option(policy, name))}
                <details prop:open=move || is_peer.get()>
                    <summary>"As another tool counts"</summary>
                    {Policy::peers().map(|policy| option(policy, name))}
                </details>
            </div>
            {turned}
        </Popover>
    }
    .into_any()
}

fn option(policy: Policy, now: Memo<&'static str>) -> impl IntoView {
    let state = AppState::get();
    let own = policy.name();
    let label = match policy {
        Policy::Peer { convention } => convention.label(),
        _ => policy.label(),
    };
    let measured = matches!(policy, Policy::Precision { .. }).then(|| {
        let records = move || state.intake.with(|intake| intake.measured.len());
        move || match records() {
            0 => " No table of precision was read: drop a CSV with rule_id, precision, fp_rate."
                .to_owned(),
            some => format!(" {} read.", counted(some, "record was", "records were")),
        }
    });
    view! {
        <label class="policy">
            <input
                type="radio"
                name="policy"
                value=own
                prop:checked=move || now.get() == own
                on:change=move |_| state.choose(|settings| settings.colour_by(own))
            />
            <span>
                <b>{label}</b>
                <span class="muted">{policy.in_short()} {measured}</span>
            </span>
        </label>
    }
}
