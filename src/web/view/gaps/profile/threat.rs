//! Who attacks: by industry and country, by name, by a threat layer.

use super::Form;
use super::files::{Give, file_line, source_or};
use super::pieces::{folded, press, tick};
use super::target::target;
use crate::attack::{ActorKind, Catalogue, Resolution};
use crate::gaps::{Demands, PartKind, ThreatTechnique, threat_of};
use crate::web::layers::OpenLayer;
use crate::web::state::Toast;
use crate::web::view::actor_picker::{ActorPicker, actor_picker};
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{live, sentence};
use crate::web::view::tactics::listed::{link, name};
use crate::web::view::tactics::part;
use leptos::prelude::*;

pub(super) fn section(form: Form) -> AnyView {
    let chosen = Memo::new(move |_| form.read(crate::gaps::Profile::actors));
    let picker = actor_picker(ActorPicker {
        catalogue: form.state.catalogue.into(),
        chosen: chosen.into(),
        turn: Callback::new(move |(id, is_in): (String, bool)| {
            form.change(|profile| profile.turn_actor(&id, is_in));
        }),
        kinds: &ActorKind::ALL,
        place: "the profile",
        label: "Group, campaign or software to add to the profile",
        placeholder: "Group, campaign, software",
    });
    let body = view! {
        <h3 class="stat-sentence">"Industry and country"</h3>
        {target(form)}
        <h3 class="stat-sentence">"Groups, campaigns, software"</h3>
        <div class="form-line form-narrow">{picker}</div>
        <h3 class="stat-sentence">"Threat layer"</h3>
        {layer(form)}
        <h3 class="stat-sentence">"What leaves a technique out"</h3>
        {demands(form)}
    };
    part(
        "profile-threat",
        "Threat",
        "Who may attack you. Where somebody is chosen, a technique that none of them uses is left out.",
        body.into_any(),
    )
}

fn layer(form: Form) -> AnyView {
    let threat = Memo::new(move |_| form.read(|profile| profile.threat.clone()));
    let says = move || {
        if threat.with(Vec::is_empty) {
            return Some("A layer of the ATT&CK Navigator whose scored, coloured or commented techniques are the threat; it counts as one more of those who attack.".to_owned());
        }
        let release = form.release.get()?;
        let source = source_or(form, PartKind::Threat, "The threat layer");
        Some(threat.with(|all| in_words(&source, &release, all)))
    };
    let list = move || {
        let release = form.release.get()?;
        let lines: Vec<AnyView> =
            threat.with(|all| all.iter().map(|entry| line(&release, *entry)).collect());
        folded("threat", counted(lines.len(), "technique", "techniques"), lines)
    };
    let open = Memo::new(move |_| form.state.tabs().with(|tabs| tabs.open.clone()));
    let buttons = move || {
        let all = open.get().into_iter().map(|open| use_open(form, open));
        Some(all.collect::<Vec<_>>().into_any())
    };
    let give = Give {
        kind: PartKind::Threat,
        accept: ".json",
        choose: "Choose a layer…",
        has: Signal::derive(move || !threat.with(Vec::is_empty)),
    };
    vec![sentence(says), file_line(form, give, live(buttons)), live(list)].into_any()
}

/// A layer that is open in a tab.
fn use_open(form: Form, open: OpenLayer) -> AnyView {
    let text = Signal::stored(format!("Use the open layer {}", open.layer.name));
    let take = move || {
        let (threat, name) = (threat_of(&open.layer), open.layer.name.clone());
        if threat.is_empty() {
            let text = format!("{name} scores, colours and comments nothing");
            return form.state.toast.set(Some(Toast { text, undo: false }));
        }
        form.change(|profile| {
            profile.threat = threat;
            profile.sources.insert("threat".to_owned(), name);
        });
    };
    press("button form-long", "use-open-layer", false.into(), text, Box::new(take))
}

fn in_words(source: &str, release: &Catalogue, all: &[ThreatTechnique]) -> String {
    let is_lost = |entry: &&ThreatTechnique| {
        !matches!(release.resolve(entry.technique), Resolution::Live(_) | Resolution::Revoked(_))
    };
    let scores = all.iter().filter_map(|entry| entry.score);
    let highest = scores.reduce(f64::max);
    let highest = highest.map(|score| format!(", the highest score {score}")).unwrap_or_default();
    let lost = match all.iter().filter(is_lost).count() {
        0 => String::new(),
        lost => format!("; {} of them not in this release", count(lost)),
    };
    format!("{source}: {}{highest}{lost}.", counted(all.len(), "technique", "techniques"))
}

fn line(release: &Catalogue, entry: ThreatTechnique) -> AnyView {
    technique_line(release, entry.technique, entry.score.map(|score| format!("score {score}")))
}

/// A technique with what is said of it.
pub(super) fn technique_line(
    release: &Catalogue,
    id: crate::attack::TechniqueId,
    said: Option<String>,
) -> AnyView {
    let of = match release.resolve(id) {
        Resolution::Live(index) | Resolution::Revoked(index) => {
            view! { {link(release, index)}" "{name(release, index)} }.into_any()
        }
        Resolution::Deprecated | Resolution::Unknown => {
            view! { {id.to_string()}" "<span class="muted">"not in this release"</span> }.into_any()
        }
    };
    view! { <li>{of}" "<span class="count">{said}</span></li> }.into_any()
}

fn demands(form: Form) -> AnyView {
    type Turn = fn(&mut Demands, bool);
    let one = |name: &'static str, text: &'static str, read: fn(&Demands) -> bool, turn: Turn| {
        let is_on = Signal::derive(move || form.read(|profile| read(&profile.demands)));
        let turn = move |on| form.change(|profile| turn(&mut profile.demands, on));
        let ticked = tick(name.to_owned(), text.into_any(), is_on, false.into(), Box::new(turn));
        view! { <li>{ticked}</li> }.into_any()
    };
    let ticks = vec![
        one(
            "only-threat",
            "That nobody who was chosen uses it",
            |demands| demands.threat,
            |demands, on| demands.threat = on,
        ),
        one(
            "only-available",
            "That none of your log sources could show it",
            |demands| demands.available_log_sources,
            |demands, on| demands.available_log_sources = on,
        ),
    ];
    view! { <ul class="form-ticks form-ticks-long">{ticks}</ul> }.into_any()
}
