//! Services and technologies as free tags, and the inventory that names them as well.

use super::Form;
use super::files::{Give, file_line, source_or};
use super::pieces::{field, fixed, folded, plain, press, removable};
use crate::gaps::{AssetCount, PartKind, Service, services};
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{live, sentence};
use crate::web::view::tactics::part;
use leptos::prelude::*;

/// Kinds of hosts listed; an honest inventory has fewer.
const MOST_KINDS: usize = 200;

pub(super) fn section(form: Form) -> AnyView {
    let tags = Memo::new(move |_| form.read(|profile| profile.services.clone()));
    let typed = RwSignal::new(String::new());
    let add = move || {
        let tag = typed.get_untracked();
        // Asked first, so that nothing is no step to undo.
        let is_new = form
            .state
            .settings()
            .with_untracked(|settings| settings.profile.clone().add_service(&tag));
        if is_new {
            form.change(|profile| {
                profile.add_service(&tag);
            });
        }
        typed.set(String::new());
    };
    let chips = move || tags.get().into_iter().map(|tag| chip(form, tag)).collect::<Vec<_>>();
    let body = view! {
        <div class="form-line profile" data-list="services">
            <ul class="profile-chosen" aria-label="Services">{chips}</ul>
            <div class="form-fields">
                {field("text", "service", "Service or technology", typed, Box::new(add))}
                {press("button", "add-service", false.into(), fixed("Add"), Box::new(add))}
            </div>
            <p class="muted">"Suggested: "{suggestions(form, tags)}</p>
        </div>
        <h3 class="stat-sentence">"Inventory"</h3>
        {inventory(form)}
    };
    part(
        "profile-services",
        "Services and technologies",
        "In your own words. Those we know stand for platforms and for the logs they usually write; others are kept and marked.",
        body.into_any(),
    )
}

/// What can be added with one click: all we know that is not there.
fn suggestions(form: Form, tags: Memo<Vec<String>>) -> AnyView {
    let button = move |service: &'static Service| {
        let is_there = Signal::derive(move || {
            tags.with(|tags| {
                tags.iter().filter_map(|tag| Service::tagged(tag)).any(|known| known == service)
            })
        });
        let add = move || {
            form.change(|profile| {
                profile.add_service(service.name);
            });
        };
        press(
            "link form-suggestion",
            "suggested-service",
            is_there,
            fixed(service.name),
            Box::new(add),
        )
    };
    services().iter().map(button).collect::<Vec<_>>().into_any()
}

fn chip(form: Form, tag: String) -> AnyView {
    let mark = match Service::tagged(&tag) {
        None => "not known to us".to_owned(),
        Some(service) => {
            let logs = counted(service.components.len(), "log source", "log sources");
            match service.platforms.is_empty() {
                true => logs,
                false => format!("{}, {logs}", service.platforms.join(", ")),
            }
        }
    };
    let gone = tag.clone();
    let remove = move || form.change(|profile| profile.services.retain(|other| *other != gone));
    removable(tag, mark, "the services", Box::new(remove))
}

fn inventory(form: Form) -> AnyView {
    let counts = Memo::new(move |_| form.read(|profile| profile.assets.counts.clone()));
    let says = move || {
        let hosts = counts.with(|counts| counts.iter().fold(0, |sum, one| sum + one.hosts));
        if counts.with(Vec::is_empty) {
            return Some("A CSV with the head host,platform,service counts which platforms and services you run. Hosts are counted and forgotten.".to_owned());
        }
        let name = source_or(form, PartKind::Assets, "The inventory");
        let hosts = usize::try_from(hosts).unwrap_or(usize::MAX);
        Some(format!("{name}: {}.", counted(hosts, "row", "rows")))
    };
    let list = move || {
        let all = counts.get();
        let number = all.len();
        let lines = all.iter().take(MOST_KINDS).map(|one| plain(kind(one))).collect();
        folded("assets", counted(number, "kind of host", "kinds of hosts"), lines)
    };
    let give = Give {
        kind: PartKind::Assets,
        accept: ".csv,.tsv,.txt",
        choose: "Choose an inventory…",
        has: Signal::derive(move || !counts.with(Vec::is_empty)),
    };
    vec![sentence(says), file_line(form, give, ().into_any()), live(list)].into_any()
}

fn kind(one: &AssetCount) -> String {
    let AssetCount { platform, service, hosts } = one;
    let number = count(usize::try_from(*hosts).unwrap_or(usize::MAX));
    let known = match (service.is_empty(), Service::tagged(service)) {
        (false, None) => " (service not known to us)",
        _ => "",
    };
    match (platform.is_empty(), service.is_empty()) {
        (false, false) => format!("{number} × {platform} with {service}{known}"),
        (true, _) => format!("{number} × {service}{known}"),
        (false, true) => format!("{number} × {platform}"),
    }
}
