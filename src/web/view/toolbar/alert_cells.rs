//! Whether cells show the score of the rules, alerts, or both; and how alerts become shades.

use crate::alerts::ShadingScale;
use crate::web::address::{Address, View};
use crate::web::detections::{CellsShow, Detecting};
use crate::web::state::AppState;
use leptos::prelude::*;

/// The choices; nothing while there are no alerts.
pub(super) fn alert_cells() -> AnyView {
    let detecting = Detecting::get();
    let state = AppState::get();
    let settings = state.settings();
    let cells = detecting.cells;
    let has_window =
        Memo::new(move |_| settings.with(|all| all.detections.selection.window.is_some()));
    let inside = move || {
        let show = CellsShow::ALL.map(|each| {
            option(
                ("cells-show", each.as_str(), each.label()),
                Signal::derive(move || cells.get() == each),
                Callback::new(move |()| state.choose(|all| all.detections.cells = each)),
            )
        });
        let scales = ShadingScale::ALL.map(|each| {
            option(
                ("alert-scale", each.as_str(), scale_label(each)),
                Signal::derive(move || settings.with(|all| all.detections.scale == each)),
                Callback::new(move |()| state.choose(|all| all.detections.scale = each)),
            )
        });
        view! {
            <div hidden=move || !detecting.has_rules.get()>
                <h3 id="cells-show-title">"Cells show"</h3>
                <div class="policies" role="radiogroup" aria-labelledby="cells-show-title">{Vec::from(show)}</div>
            </div>
            <div hidden=move || cells.get() == CellsShow::Rules>
                <h3 id="alert-scale-title">"Alerts, few to many"</h3>
                <div class="policies" role="radiogroup" aria-labelledby="alert-scale-title">{Vec::from(scales)}</div>
                <label class="check">
                    <input
                        type="checkbox"
                        data-action="compare-alerts"
                        prop:checked=move || settings.with(|all| all.detections.compare)
                        on:change=move |event| {
                            let on = event_target_checked(&event);
                            state.choose(|all| all.detections.compare = on);
                        }
                    />
                    "Say the difference to the window before"
                </label>
                <p class="muted" hidden=move || has_window.get()>
                    "All alerts are shown; there is nothing before. "
                </p>
                <p>
                    <a href=Address::view(View::Alerts).to_string()>"Choose window, severity and verdict"</a>
                </p>
            </div>
        }
    };
    view! { {move || detecting.has_alerts.get().then(inside)} }.into_any()
}

fn scale_label(scale: ShadingScale) -> &'static str {
    match scale {
        ShadingScale::Linear => "Linear: in proportion to the count",
        ShadingScale::Log => "Logarithmic: ten times as many is one step further",
        ShadingScale::Quantile => "By rank: each shade has as many techniques",
    }
}

fn option(
    (name, value, label): (&'static str, &'static str, &'static str),
    is_on: Signal<bool>,
    choose: Callback<()>,
) -> AnyView {
    view! {
        <label class="policy">
            <input
                type="radio"
                name=name
                value=value
                prop:checked=move || is_on.get()
                on:change=move |_| choose.run(())
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}
