//! The choice of an ATT&CK release, in the header.

use crate::attack::{Catalogue, Domain};
use crate::web::catalogues;
use crate::web::catalogues::version_order;
use crate::web::state::AppState;
use leptos::prelude::*;
use std::cmp::Reverse;

fn release_key(domain: Domain, version: &str) -> String {
    format!("{domain} {version}")
}

/// Which ATT&CK release is shown, of those at hand.
#[component]
pub fn ReleaseChoice() -> impl IntoView {
    let state = AppState::get();
    let releases = Memo::new(move |_| {
        let mut releases: Vec<(Domain, String)> = state
            .catalogues
            .with(|all| all.iter().map(|c| (c.domain, c.version.clone())).collect());
        let key = |release: &(Domain, String)| (release.0, Reverse(version_order(&release.1)));
        crate::sorted::sort_by(&mut releases, |a, b| key(a).cmp(&key(b)));
        releases
    });
    let shown = Memo::new(move |_| {
        let key = |catalogue: &Catalogue| release_key(catalogue.domain, &catalogue.version);
        state.shown_catalogue().as_deref().map(key).unwrap_or_default()
    });
    // A layer is of one release; to bring it to another it is migrated.
    let is_layer = move || state.shown_layer.with(Option::is_some);
    let choose = move |event: leptos::ev::Event| {
        let wanted = event_target_value(&event);
        let releases = releases.get_untracked();
        let found =
            releases.iter().find(|(domain, version)| release_key(*domain, version) == wanted);
        if let Some((domain, version)) = found {
            catalogues::show(state, *domain, version);
        }
    };
    view! {
        <label class="release">
            <span class="visually-hidden">"ATT&CK domain and release"</span>
            <select
                class="field"
                on:change=choose
                disabled=move || releases.with(Vec::is_empty) || is_layer()
                title=move || is_layer().then_some("The release of this layer; to change it, migrate the layer")
            >
                {move || releases.with(Vec::is_empty).then(|| view! { <option>"Loading ATT&CK…"</option> })}
                <For each=move || releases.get() key=Clone::clone let((domain, version))>
                    <option
                        value=release_key(domain, &version)
                        prop:selected={
                            let key = release_key(domain, &version);
                            move || shown.get() == key
                        }
                    >
                        {format!("{} {version}", domain.name())}
                    </option>
                </For>
            </select>
        </label>
    }
}
