//! Industry and country: chosen from the enrichment, or free words where there is none.

use super::Form;
use super::pieces::{field, folded, plain};
use crate::gaps::Profile;
use crate::web::view::numbers::counted;
use crate::web::view::tactics::cells::live;
use leptos::prelude::*;

/// One of the two.
#[derive(Clone, Copy)]
struct Of {
    name: &'static str,
    label: &'static str,
    place: fn(&mut Profile) -> &mut Option<String>,
    read: fn(&Profile) -> Option<String>,
}

const BOTH: [Of; 2] = [
    Of {
        name: "industry",
        label: "Industry",
        place: |profile| &mut profile.industry,
        read: |profile| profile.industry.clone(),
    },
    Of {
        name: "country",
        label: "Country, two letters",
        place: |profile| &mut profile.country,
        read: |profile| profile.country.clone(),
    },
];

pub(super) fn target(form: Form) -> AnyView {
    let choices = Memo::new(move |_| {
        form.state.enrichment.with(|enrichment| {
            let enrichment = enrichment.as_ref().filter(|one| !one.targets.is_empty())?;
            let owned =
                |all: Vec<&str>| all.into_iter().map(str::to_owned).collect::<Vec<String>>();
            Some([owned(enrichment.sectors()), owned(enrichment.countries())])
        })
    });
    let fields = move || {
        let choices = choices.get();
        let mut all = Vec::new();
        for (at, of) in BOTH.into_iter().enumerate() {
            all.push(match &choices {
                Some(choices) => choice(form, of, &choices[at]),
                None => free(form, of),
            });
        }
        Some(all.into_any())
    };
    let chosen = move || {
        let asked = form.read(|profile| profile.industry.is_some() || profile.country.is_some());
        if choices.with(Option::is_none) {
            let says = "They choose the groups that target you once an enrichment file says which do; see Enrichment below.";
            return Some(view! { <p class="stat-sentence muted">{says}</p> }.into_any());
        }
        form.of_found(|found| {
            let catalogue = &found.asked.catalogue;
            let groups = found.list.threat.by_target.iter();
            let groups = groups.filter_map(|at| catalogue.groups.get(usize::from(*at)));
            let lines: Vec<AnyView> =
                groups.map(|group| plain(format!("{} {}", group.id, group.name))).collect();
            let number = lines.len();
            let summary = format!("{} chosen by industry and country", counted(number, "group", "groups"));
            match (asked, folded("targeting", summary, lines)) {
                (true, None) => Some(view! { <p class="stat-sentence">"No group of the enrichment targets them."</p> }.into_any()),
                (_, list) => list,
            }
        })?
    };
    view! {
        <div class="form-line form-fields">{live(fields)}</div>
        {live(chosen)}
    }
    .into_any()
}

fn set(form: Form, of: Of, value: &str) {
    let value = Some(value.trim()).filter(|value| !value.is_empty()).map(str::to_owned);
    let now = form.state.settings().with_untracked(|settings| (of.read)(&settings.profile));
    if now != value {
        form.change(|profile| *(of.place)(profile) = value);
    }
}

/// From the enrichment; what was written before and is not there stays, and says so.
fn choice(form: Form, of: Of, all: &[String]) -> AnyView {
    let now = Memo::new(move |_| form.read(of.read).unwrap_or_default());
    let written = now.get_untracked();
    let mut options = vec![option(now, String::new(), "Any".to_owned())];
    let is_among = |wanted: &str| all.iter().any(|one| one.eq_ignore_ascii_case(wanted));
    if !written.is_empty() && !is_among(&written) {
        let says = format!("{written} (not in the enrichment)");
        options.push(option(now, written, says));
    }
    options.extend(all.iter().map(|one| option(now, one.clone(), one.clone())));
    view! {
        <label class="form-field">
            <span>{of.label}</span>
            <select
                class="field"
                data-action=of.name
                on:change=move |event| set(form, of, &event_target_value(&event))
            >
                {options}
            </select>
        </label>
    }
    .into_any()
}

fn option(now: Memo<String>, value: String, says: String) -> AnyView {
    let own = value.clone();
    let is_now = move || now.with(|now| now.eq_ignore_ascii_case(&own));
    view! { <option value=value prop:selected=is_now>{says}</option> }.into_any()
}

fn free(form: Form, of: Of) -> AnyView {
    let typed = RwSignal::new(String::new());
    let now = Memo::new(move |_| form.read(of.read).unwrap_or_default());
    // Also when it is undone.
    Effect::new(move |_| typed.set(now.get()));
    let enter = move || {
        // A field that goes away while it has the focus loses it, too.
        if let Some(typed) = typed.try_get_untracked() {
            set(form, of, &typed);
        }
    };
    let input = field("text", of.name, of.label, typed, Box::new(enter));
    view! { <span on:focusout=move |_| enter()>{input}</span> }.into_any()
}
