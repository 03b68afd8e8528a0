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

use super::parts::{part_of, parts};
use crate::web::address::View;
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
    let part = part_of(&PARTS);
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
            {parts(View::Gaps, &PARTS, part, "Parts of the gaps")}
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
    view! { <peers::Peers of=both() peers=AppState::get().peers.into() /> }.into_any()
}
