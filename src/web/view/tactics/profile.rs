//! The threat profile: groups, campaigns and software, chosen by name.

use crate::attack::{ActorKind, Catalogue, TechniqueIndex};
use crate::coverage::used_by;
use crate::web::state::{AppState, Toast};
use crate::web::view::actor_picker::{ActorPicker, actor_picker};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// What those of these ids use that the release has.
pub(in crate::web::view) fn used(
    catalogue: &Catalogue,
    ids: &[String],
) -> BTreeSet<TechniqueIndex> {
    let used = |id: &String| used_by(catalogue, std::slice::from_ref(id)).unwrap_or_default();
    crate::sorted::set(ids.iter().flat_map(used))
}

/// Chooses one of the profile by id, or takes it out; both can be undone.
fn turn(state: AppState, id: String, is_in: bool) {
    if is_in {
        return state.choose(|settings| settings.profile.turn_actor(&id, true));
    }
    state.choose(|settings| settings.profile.turn_actor(&id, false));
    let name = state.catalogue.with_untracked(|catalogue| {
        let catalogue = catalogue.as_ref()?;
        let actor = *catalogue.actors_named(&id).first()?;
        Some(catalogue.actor_name(actor).name.to_owned())
    });
    let text = format!("{} removed from the profile", name.unwrap_or(id));
    state.toast.set(Some(Toast { text, undo: true }));
}

/// The field that searches, what it finds, and what is chosen.
pub(super) fn editor() -> AnyView {
    let state = AppState::get();
    let chosen = Memo::new(move |_| state.settings().with(|settings| settings.profile.actors()));
    actor_picker(ActorPicker {
        catalogue: state.catalogue.into(),
        chosen: chosen.into(),
        turn: Callback::new(move |(id, is_in)| turn(state, id, is_in)),
        kinds: &ActorKind::ALL,
        place: "the profile",
        label: "Group, campaign or software to add to the threat profile",
        placeholder: "Group, campaign, software",
    })
}
