//! Techniques that are out of scope on purpose, with why and until when.

use super::Form;
use super::pieces::{field, fixed, press};
use crate::attack::{Catalogue, Resolution, TechniqueId, TechniqueIndex};
use crate::date::Date;
use crate::gaps::Accepted;
use crate::web::today::today;
use crate::web::view::tactics::cells::{about, cell, foreign, live, row, sentence, table};
use crate::web::view::tactics::listed::{link, name};
use crate::web::view::tactics::part;
use leptos::prelude::*;

const COLUMNS: [(&str, &str); 4] = [("Technique", ""), ("Why", ""), ("Until", ""), ("", "")];

/// What is typed for the next one.
#[derive(Clone, Copy)]
struct Next {
    technique: RwSignal<String>,
    reason: RwSignal<String>,
    until: RwSignal<String>,
    /// What is wrong with it.
    wrong: RwSignal<Option<&'static str>>,
}

pub(super) fn section(form: Form) -> AnyView {
    let accepted = Memo::new(move |_| form.read(|profile| profile.accepted.clone()));
    let rows = move || {
        let release = form.release.get()?;
        Some(accepted.with(|all| all.iter().map(|one| line(form, &release, one)).collect()))
    };
    let is_there = Memo::new(move |_| accepted.with(|all| !all.is_empty()));
    let list =
        move || is_there.get().then(|| table("table stat-table form-accepted", &COLUMNS, rows));
    let none = move || {
        (!is_there.get()).then(|| "None yet. An accepted technique, with its sub-techniques, is no gap until the day you name.".to_owned())
    };
    let body = vec![sentence(none), live(list), adding(form)];
    part(
        "profile-accepted",
        "Accepted as out of scope",
        "Techniques you leave uncovered on purpose. They stay in the list of gaps as left out, with the reason.",
        body.into_any(),
    )
}

/// What the typed text means: an id, followed if it was revoked, or the technique that fits best.
fn meant(release: &Catalogue, text: &str) -> Option<TechniqueIndex> {
    match text.trim().parse::<TechniqueId>() {
        Ok(id) => live_index(release, id),
        Err(_) => release.search(text, 1).first().copied(),
    }
}

fn live_index(release: &Catalogue, id: TechniqueId) -> Option<TechniqueIndex> {
    match release.resolve(id) {
        Resolution::Live(index) | Resolution::Revoked(index) => Some(index),
        Resolution::Deprecated | Resolution::Unknown => None,
    }
}

fn adding(form: Form) -> AnyView {
    let text = || RwSignal::new(String::new());
    let next =
        Next { technique: text(), reason: text(), until: text(), wrong: RwSignal::new(None) };
    let add = move || next.wrong.set(accept(form, next).err());
    let means = move || {
        let release = form.release.get()?;
        let index = next.technique.with(|typed| meant(&release, typed))?;
        Some(view! { {link(&release, index)}" "{name(&release, index)} }.into_any())
    };
    let wrong = move || {
        let why = next.wrong.get()?;
        Some(
            view! { <p class="stat-sentence is-error" role="alert" data-refused>{why}</p> }
                .into_any(),
        )
    };
    view! {
        <div class="form-line form-fields" data-list="accept">
            {field("text", "accept-technique", "Technique, id or name", next.technique, Box::new(add))}
            {field("text", "accept-reason", "Why", next.reason, Box::new(add))}
            {field("date", "accept-until", "Until (for good if empty)", next.until, Box::new(add))}
            {press("button", "accept", false.into(), fixed("Accept"), Box::new(add))}
            <span class="form-means" role="status">{live(means)}</span>
        </div>
        {live(wrong)}
    }
    .into_any()
}

/// Takes what is typed; what is wrong with it, if something is.
fn accept(form: Form, next: Next) -> Result<(), &'static str> {
    let release = form.release.get_untracked().ok_or("ATT&CK is still being read.")?;
    let typed = next.technique.get_untracked();
    let index = meant(&release, &typed)
        .ok_or("This release of ATT&CK has no such technique; write an id such as T1091.")?;
    let reason = next.reason.get_untracked().trim().to_owned();
    if reason.is_empty() {
        return Err("Say why: whoever reads the list next will ask.");
    }
    let until = match next.until.get_untracked().trim() {
        "" => None,
        day => Some(Date::parse(day).ok_or("Write the day as 2026-12-31, or leave it empty.")?),
    };
    let technique = release.technique(index).id;
    form.change(|profile| profile.accept(Accepted { technique, reason, until }));
    for field in [next.technique, next.reason, next.until] {
        field.set(String::new());
    }
    Ok(())
}

fn line(form: Form, release: &Catalogue, one: &Accepted) -> AnyView {
    let id = one.technique;
    let of = match live_index(release, id) {
        Some(index) => view! { {link(release, index)}" "{name(release, index)} }.into_any(),
        None => {
            view! { {id.to_string()}" "<span class="muted">"not in this release"</span> }.into_any()
        }
    };
    let until = match one.until {
        None => "for good".to_owned(),
        Some(day) if one.is_expired(today()) => format!("{day}, over: it counts again"),
        Some(day) => day.to_string(),
    };
    let remove = move || {
        form.take_away(format!("{id} counts again"), |profile| {
            profile.accepted.retain(|other| other.technique != id);
        });
    };
    let gone = press(
        "link",
        "remove-accepted",
        false.into(),
        Signal::stored(format!("Remove {id}")),
        Box::new(remove),
    );
    let cells = vec![
        about(of),
        cell("", "Why", foreign(one.reason.clone())),
        cell("nowrap", "Until", until.into_any()),
        cell("", "", gone),
    ];
    row(id.to_string(), one.reason.clone(), cells)
}
