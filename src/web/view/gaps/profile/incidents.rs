//! One's own incidents, and whose use of a technique is its frequency.

use super::Form;
use super::files::{Give, file_line, source_or};
use super::pieces::folded;
use super::threat::technique_line;
use crate::gaps::{FrequencyFrom, PartKind};
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{live, sentence};
use crate::web::view::tactics::part;
use leptos::prelude::*;

/// Techniques listed.
const MOST: usize = 200;

/// Whose use counts: for scripts, in words.
const CHOICES: [(&str, Option<FrequencyFrom>, &str); 3] = [
    (
        "fits",
        None,
        "Whatever there is: those chosen, else incidents, else all groups and campaigns",
    ),
    ("actors", Some(FrequencyFrom::Actors), "Groups, campaigns, software and the threat layer"),
    ("incidents", Some(FrequencyFrom::Incidents), "Your own incidents"),
];

pub(super) fn section(form: Form) -> AnyView {
    let incidents = Memo::new(move |_| form.read(|profile| profile.incidents.clone()));
    let says = move || {
        if incidents.with(|all| all.is_empty()) {
            return Some("A CSV with the head technique,count: in how many of your incidents each technique was seen.".to_owned());
        }
        let name = source_or(form, PartKind::Incidents, "Your incidents");
        Some(incidents.with(|all| {
            let sum = all.values().fold(0_u64, |sum, one| sum.saturating_add(*one));
            let sum = usize::try_from(sum).unwrap_or(usize::MAX);
            let over = counted(all.len(), "technique", "techniques");
            format!("{name}: counts of {over}, {} together.", count(sum))
        }))
    };
    let list = move || {
        let release = form.release.get()?;
        let number = incidents.with(|all| all.len());
        let line = |(id, seen): (&crate::attack::TechniqueId, &u64)| {
            technique_line(&release, *id, Some(format!("{seen} ×")))
        };
        let lines = incidents.with(|all| all.iter().take(MOST).map(line).collect());
        folded("incidents", counted(number, "technique", "techniques"), lines)
    };
    let give = Give {
        kind: PartKind::Incidents,
        accept: ".csv,.tsv,.txt",
        choose: "Choose incidents…",
        has: Signal::derive(move || incidents.with(|all| !all.is_empty())),
    };
    let radios: Vec<AnyView> = CHOICES.map(|of| radio(form, of)).into_iter().collect();
    let basis = move || form.of_found(|found| found.list.threat.sentence());
    let body = view! {
        {sentence(says)}
        {file_line(form, give, ().into_any())}
        {live(list)}
        <h3 class="stat-sentence" id="frequency-from">"Whose use of a technique is its frequency"</h3>
        <ul class="form-ticks form-ticks-long" role="radiogroup" aria-labelledby="frequency-from">{radios}</ul>
        {sentence(basis)}
    };
    part(
        "profile-incidents",
        "Your own incidents",
        "What was used against you already. The share of incidents in which a technique was seen can be its adversary frequency.",
        body.into_any(),
    )
}

fn radio(
    form: Form,
    (name, choice, text): (&'static str, Option<FrequencyFrom>, &'static str),
) -> AnyView {
    let is_on = move || form.read(|profile| profile.frequency_from == choice);
    view! {
        <li role="presentation">
            <label class="check">
                <input
                    type="radio"
                    name="frequency-from"
                    data-tick=format!("frequency-{name}")
                    prop:checked=is_on
                    on:change=move |_| form.change(|profile| profile.frequency_from = choice)
                />
                <span>{text}</span>
            </label>
        </li>
    }
    .into_any()
}
