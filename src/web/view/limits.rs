//! How much is read of what is dropped: the limits that can be chosen, each with its value.

use crate::limits::Limit;
use crate::web::state::AppState;
use leptos::prelude::*;

/// A section that is folded until somebody meets a limit.
#[component]
pub fn LimitsPart() -> impl IntoView {
    let state = AppState::get();
    let chosen = Memo::new(move |_| state.settings().with(|settings| settings.limits.clone()));
    let count = move || chosen.with(|chosen| chosen.get().chosen().count());
    view! {
        <details class="limits">
            <summary>
                "Limits"
                {move || (count() > 0).then(|| view! { <span class="muted">{format!(" · {} changed", count())}</span> })}
            </summary>
            <p class="muted">
                "What is larger is refused and told, so that a hostile file costs itself and not the page. Raise a limit if an honest file meets it; the change holds from the next drop on and is kept in this browser. Higher values take more memory and time."
            </p>
            <table class="table">
                <caption class="visually-hidden">"Limits of what is read"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Limit"</th>
                        <th scope="col">"Value"</th>
                        <th scope="col">"Default"</th>
                        <th scope="col">"At most"</th>
                    </tr>
                </thead>
                <tbody>{Limit::ALL.map(row).into_iter().collect_view()}</tbody>
            </table>
            <button
                class="button"
                type="button"
                data-action="reset-limits"
                disabled=move || count() == 0
                on:click=move |_| state.choose(|settings| settings.limits.reset())
            >
                "Reset all"
            </button>
        </details>
    }
}

fn row(limit: Limit) -> impl IntoView {
    let state = AppState::get();
    let value = Memo::new(move |_| state.settings().with(|s| s.limits.get().of(limit)));
    let wrong = RwSignal::new(false);
    let id = format!("limit-{}", limit.name());
    let note = format!("{id}-wrong");
    view! {
        <tr>
            <th scope="row">
                <label for=id.clone()>{limit.name()}</label>
                <span class="limit-of muted">{of(limit)}</span>
            </th>
            <td>
                <input
                    id=id
                    type="text"
                    size="12"
                    autocomplete="off"
                    data-limit=limit.name()
                    aria-invalid=move || wrong.get().to_string()
                    aria-describedby=note.clone()
                    prop:value=move || limit.written(value.get())
                    on:change=move |event| {
                        let text = event_target_value(&event);
                        let read = match text.trim() {
                            "" => Some(limit.default_value()),
                            text => limit.read(text),
                        };
                        wrong.set(read.is_none());
                        if let Some(to) = read {
                            state.choose(|settings| settings.limits.set(limit, to));
                        }
                    }
                />
                <span id=note class="limit-wrong" role="status">
                    {move || wrong.get().then(|| {
                        let unit = if limit.is_bytes() { ", in bytes or as 16 MiB" } else { "" };
                        format!("A whole number from 1 to {}{unit}", limit.written(limit.most()))
                    })}
                </span>
            </td>
            <td>{limit.written(limit.default_value())}</td>
            <td>{limit.written(limit.most())}</td>
        </tr>
    }
}

/// What it limits, in a few words.
fn of(limit: Limit) -> &'static str {
    match limit {
        Limit::RuleFileBytes => "a rule file",
        Limit::RuleListBytes => "a file of many rules",
        Limit::StixBytes => "a STIX bundle",
        Limit::ArchiveBytes => "a zip",
        Limit::ArchiveUnpackedBytes => "all of a zip, unpacked",
        Limit::ArchiveRatio => "unpacked to packed, of one entry",
        Limit::Files => "files of a drop, entries of a zip",
        Limit::FileRules => "rules of one file",
        Limit::YamlDepth => "levels of YAML",
        Limit::YamlNodes => "values of a YAML file",
        Limit::YamlAliasNodes => "values copied by YAML aliases",
        Limit::JsonNodes => "values of a JSON document of rules",
        Limit::LayerBytes => "a layer file",
        Limit::LayerValues => "values of a layer file",
        Limit::ProfileBytes => "a profile, inventory or enrichment",
        Limit::WorkspaceBytes => "a workspace",
        Limit::AlertRows => "rows of a file of alerts",
    }
}
