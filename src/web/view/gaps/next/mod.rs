//! A library of rules, and which of them to deploy next.

mod curve;
mod found;
mod options;
mod preview;
mod rows;
mod save;
mod shelf;

pub(super) use rows::title;
pub(super) use save::copy;
pub(super) use shelf::known;

use crate::gaps::{Availability, Library, NextRules};
use crate::web::library::PageLibrary;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{live, sentence};
use crate::web::view::tactics::part;
use leptos::prelude::*;

/// The part.
pub(super) fn next() -> AnyView {
    let library = PageLibrary::get();
    library.look();
    let found = found::follow(library);
    let has_one = shelf::has_one();
    let rules = move || has_one.get().then(|| rules(library, found));
    vec![shelf::section(library), live(rules)].into_any()
}

fn rules(library: PageLibrary, found: found::Later) -> AnyView {
    let told = move || found.with(|found| Some(bought(&found.as_ref()?.next)));
    let left_out = move || found.with(|found| Some(usable(&found.as_ref()?.ground.library)));
    let curve = move || {
        let found = found.get()?;
        (found.next.rules.len() > 1).then(|| curve::curve(&found.next))
    };
    let body = vec![
        options::options(library),
        live(move || found.with(Option::is_none).then(waiting)),
        sentence(told),
        live(curve),
        save::actions(found),
        rows::table(found),
        sentence(left_out),
    ];
    part(
        "next",
        "Next rules",
        "The rules of the library that buy most priority, each chosen in the light of those before it.",
        body.into_any(),
    )
}

/// What the chosen rules buy, and how that is counted.
fn bought(next: &NextRules) -> String {
    let open = next.open.max(next.bought());
    // Tenths of a per cent.
    let share = |part: f64| (part * 1000.0 / open).round() as usize;
    let percent = if open > 0.0 { share(next.bought()) } else { 0 };
    format!(
        "{} of {} that can be chosen buy {} of {} priority that is open, {}.{}\u{202f}%. {GAIN}",
        count(next.rules.len()),
        counted(next.offered, "rule", "rules"),
        amount(next.bought()),
        amount(open),
        percent / 10,
        percent % 10,
    )
}

const GAIN: &str = "A gain is the sum of stake × rise of the score ÷ 100 over the techniques a rule names that matter; a stake is what such a technique weighs with a score of 0; open is the sum of stake × (100 − score) ÷ 100.";

/// What of the library can be chosen, and why the rest cannot.
fn usable(library: &Library) -> String {
    let (usable, left_out) = (library.usable.len(), library.left_out_in_all());
    let of = counted(usable + left_out, "rule", "rules");
    let mut text = format!("{} of {of} of the library can be recommended", count(usable));
    for (at, (reason, number)) in library.left_out.iter().enumerate() {
        text.push_str(if at == 0 { "; left out: " } else { ", " });
        text.push_str(&format!("{} {}", count(*number), reason.label()));
    }
    text.push('.');
    text
}

fn waiting() -> AnyView {
    view! { <p class="stat-sentence muted" role="status">"Weighing the rules of the library…"</p> }
        .into_any()
}

/// Whether the events of a log source are there, in words, with a sign for who looks for it.
pub(in crate::web::view) fn availability(availability: Availability) -> AnyView {
    let (name, words) = match availability {
        Availability::Available => ("available", "there"),
        Availability::Unknown => ("unknown", "not known"),
        Availability::Unavailable => ("unavailable", "not there"),
    };
    view! { <span class="there" data-available=name>{words}</span> }.into_any()
}

/// Priority, at most two decimals; what is not nothing does not read as 0.
fn amount(priority: f64) -> String {
    let hundredths = (priority * 100.0).round();
    if hundredths == 0.0 && priority > 0.0 {
        return "< 0.01".to_owned();
    }
    let whole = (hundredths / 100.0).trunc();
    let rest = hundredths - whole * 100.0;
    format!("{}.{rest:02}", count(whole as usize))
}
