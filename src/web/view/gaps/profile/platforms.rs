//! The platforms one has: ticked, or following from services and the inventory.

use super::Form;
use super::pieces::{tick, unknown};
use crate::gaps::{OwnPlatforms, PlatformStanding};
use crate::web::view::numbers::count;
use crate::web::view::tactics::cells::{live, sentence};
use crate::web::view::tactics::part;
use leptos::prelude::*;

type Own = Memo<Option<OwnPlatforms>>;

pub(super) fn section(form: Form) -> AnyView {
    // At once: ticks must not wait for the gaps.
    let own: Own = Memo::new(move |_| {
        let release = form.release.get()?;
        Some(form.read(|profile| OwnPlatforms::of(&release, profile)))
    });
    let says = move || {
        let number = own.with(|own| own.as_ref().map(number))?;
        Some(match number {
            (0, all) => format!("None is ticked: all {} platforms count.", count(all)),
            (some, all) => format!("{} of {} platforms count.", count(some), count(all)),
        })
    };
    let rows = move || {
        let release = form.release.get()?;
        let names = (0_u8..).zip(release.platforms.iter().cloned());
        let rows: Vec<AnyView> = names.map(|(at, name)| row(form, own, at, name)).collect();
        Some(view! { <ul class="form-ticks" data-list="platforms">{rows}</ul> }.into_any())
    };
    let strangers = Memo::new(move |_| {
        // What the inventory writes is not the form's to remove.
        let all = own.with(|own| own.as_ref().map(|own| own.unknown.clone())).unwrap_or_default();
        let is_named = |name: &String| form.read(|profile| profile.platforms.contains(name));
        all.into_iter().filter(is_named).collect::<Vec<String>>()
    });
    let remove =
        move |name: String| form.change(|profile| profile.platforms.retain(|p| *p != name));
    let body = vec![
        sentence(says),
        live(rows),
        live(move || unknown(strangers.get(), "the platforms", remove)),
    ];
    part(
        "profile-platforms",
        "Platforms",
        "A technique on none of them is left out.",
        body.into_any(),
    )
}

/// How many count, of all.
fn number(own: &OwnPlatforms) -> (usize, usize) {
    let counting = own.platforms.iter().filter(|standing| standing.counts());
    (counting.count(), own.platforms.len())
}

fn row(form: Form, own: Own, at: u8, name: String) -> AnyView {
    let of = move |read: fn(&PlatformStanding) -> bool| {
        own.with(|own| {
            own.as_ref().and_then(|own| own.platforms.get(usize::from(at))).is_some_and(read)
        })
    };
    let is_on = Signal::derive(move || of(PlatformStanding::counts));
    // It is a service's, or the inventory's, to take it out.
    let is_fixed =
        Signal::derive(move || of(|standing| standing.follows() && standing.named.is_empty()));
    let from = move || {
        own.with(|own| own.as_ref()?.platforms.get(usize::from(at)).map(from)).unwrap_or_default()
    };
    let turn = move |is_in| {
        if let Some(release) = form.release.get_untracked() {
            form.change(|profile| profile.turn_platform(&release, at, is_in));
        }
    };
    let label = view! {
        <bdi>{name.clone()}</bdi>
        <span class="remark"><bdi>{from}</bdi></span>
    };
    let ticked = tick(name, label.into_any(), is_on, is_fixed, Box::new(turn));
    view! { <li>{ticked}</li> }.into_any()
}

/// Where it is from, if not from a tick alone.
fn from(standing: &PlatformStanding) -> String {
    let mut said = Vec::new();
    if !standing.services.is_empty() {
        said.push(format!("by service: {}", standing.services.join(", ")));
    }
    if !standing.assets.is_empty() {
        said.push(format!("by inventory: {}", standing.assets.join(", ")));
    }
    said.join("; ")
}
