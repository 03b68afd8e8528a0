//! What is missing, what matters first, and what to do about it; against those who attack, and
//! beside those who defend as well.

pub mod actors;
pub mod advice;
mod both;
mod next;
mod order;
pub mod peers;
mod profile;
mod spread;

pub use both::{Both, both};

use crate::web::address::{Address, View};
use crate::web::gaps::Gaps;
use crate::web::state::AppState;
use leptos::prelude::*;

/// The parts of the view: as in the address, and as their links say.
const PARTS: [(&str, &str); 6] = [
    ("", "In order"),
    ("profile", "Profile"),
    ("spread", "By tactic, platform, log source"),
    ("next", "Next rules"),
    ("actors", "Actors"),
    ("peers", "Peers"),
];

/// The view.
#[component]
pub fn GapsView() -> impl IntoView {
    let state = AppState::get();
    let part = Memo::new(move |_| {
        state.address.with(|address| {
            let asked = PARTS.iter().find(|(name, _)| *name == address.show);
            asked.map_or(PARTS[0].0, |(name, _)| *name)
        })
    });
    let link = move |(name, label): (&'static str, &'static str)| {
        view! {
            <a
                class="chip"
                href=Address::showing(View::Gaps, name).to_string()
                data-part=name
                aria-current=move || (part.get() == name).then_some("page")
            >
                {label}
            </a>
        }
        .into_any()
    };
    let body = move || match part.get() {
        "profile" => profile::profile(),
        "spread" => spread::spread(),
        "next" => next::next(),
        "actors" => actors_part(),
        "peers" => peers_part(),
        _ => order::order(),
    };
    view! {
        <section class="stats gaps" aria-label="Gaps">
            <nav class="stat-line gaps-parts" aria-label="Parts of the gaps">{Vec::from(PARTS.map(link))}</nav>
            {body}
        </section>
    }
}

fn actors_part() -> AnyView {
    let state = AppState::get();
    let chosen = Memo::new(move |_| state.settings().with(|settings| settings.profile.actors()));
    let turn = Callback::new(move |(id, is_in): (String, bool)| {
        state.choose(|settings| settings.profile.turn_actor(&id, is_in));
    });
    view! { <actors::Actors of=both() chosen=chosen.into() turn /> }.into_any()
}

fn peers_part() -> AnyView {
    let gaps = Gaps::get();
    let turn = Callback::new(move |peers| gaps.peers.set(peers));
    view! { <peers::Peers of=both() peers=gaps.peers.into() turn /> }.into_any()
}
