//! The logs one has, by ATT&CK's data components: guessed, and corrected by ticking.

use super::Form;
use super::pieces::{fixed, folded, plain, press, tick, unknown};
use crate::attack::Catalogue;
use crate::gaps::{ComponentStanding, Subject};
use crate::lowercase::lowercase;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{live, sentence};
use crate::web::view::tactics::part;
use leptos::prelude::*;

/// Log sources named behind a component; the others are told on hover and counted.
const NAMED: usize = 3;
/// Log sources listed that have no place.
const MOST_UNPLACED: usize = 200;

pub(super) fn section(form: Form) -> AnyView {
    let words = RwSignal::new(String::new());
    let corrected = Memo::new(move |_| form.read(|profile| profile.log_sources.len()));
    let says = move || {
        form.of_found(|found| {
            let all = &found.list.logs.components;
            let at_hand = all.iter().filter(|one| one.is_available()).count();
            let by_hand = all.iter().filter(|one| one.correction.is_some()).count();
            format!(
                "{} of {} data components are at hand; {} corrected by hand, the others guessed from the log sources of your rules and from services.",
                count(at_hand),
                count(all.len()),
                count(by_hand)
            )
        })
    };
    let groups = move || {
        let release = form.release.get()?;
        let groups =
            Subject::ALL.into_iter().filter_map(|subject| group(form, &release, subject, words));
        Some(groups.collect::<Vec<_>>().into_any())
    };
    let unplaced = move || {
        form.of_found(|found| {
            let all = &found.list.logs.unrecognised;
            let line = |(source, rules): &(crate::rule::LogSource, usize)| {
                plain(format!("{source} – {}", counted(*rules, "rule", "rules")))
            };
            let rules = all.iter().map(|(_, rules)| rules).sum();
            let summary = format!(
                "{} of {} could not be placed",
                counted(all.len(), "log source", "log sources"),
                counted(rules, "rule", "rules")
            );
            folded("unplaced", summary, all.iter().take(MOST_UNPLACED).map(line).collect())
        })?
    };
    let strangers = Memo::new(move |_| {
        form.of_found(|found| found.list.logs.unknown.clone()).unwrap_or_default()
    });
    let remove = move |name: String| {
        form.change(|profile| {
            profile.log_sources.remove(&name);
        });
    };
    let reset = move || {
        form.take_away("Log sources are as guessed".to_owned(), |p| p.log_sources.clear());
    };
    let none = Signal::derive(move || corrected.get() == 0);
    let body = view! {
        {sentence(says)}
        <div class="stat-line">
            <input
                class="field list-text"
                type="search"
                data-action="filter-components"
                placeholder="Filter by words"
                aria-label="Show only data components whose name, id or log sources hold these words"
                autocomplete="off"
                spellcheck="false"
                prop:value=words
                on:input=move |event| words.set(event_target_value(&event))
            />
            {press("button", "all-as-guessed", none, fixed("All as guessed"), Box::new(reset))}
        </div>
        {live(groups)}
        {live(unplaced)}
        {live(move || unknown(strangers.get(), "the log sources", remove))}
    };
    part(
        "profile-logs",
        "Log sources you have",
        "By ATT&CK’s data components. A tick is a guess until you correct it; a guess follows the rules, a correction stays.",
        body.into_any(),
    )
}

/// The components of one subject; nothing where the release has none.
fn group(
    form: Form,
    release: &Catalogue,
    subject: Subject,
    words: RwSignal<String>,
) -> Option<AnyView> {
    let all = (0_u16..).zip(&release.data_components);
    let places: Vec<u16> =
        all.filter(|(_, one)| Subject::of(&one.name) == subject).map(|(at, _)| at).collect();
    if places.is_empty() {
        return None;
    }
    let rows: Vec<(AnyView, Memo<bool>)> =
        places.iter().map(|at| row(form, release, *at, words)).collect();
    let (rows, shown): (Vec<AnyView>, Vec<Memo<bool>>) = rows.into_iter().unzip();
    let none = move || !shown.iter().any(|is_shown| is_shown.get());
    let total = places.len();
    let at_hand = move || {
        form.of_found(|found| {
            let logs = &found.list.logs;
            let is_there =
                |at: &&u16| logs.component(**at).is_some_and(ComponentStanding::is_available);
            format!("{} of {} at hand", places.iter().filter(is_there).count(), total)
        })
    };
    let group = view! {
        <details
            class="form-group"
            data-subject=subject.label()
            prop:open=move || words.with(|words| !words.trim().is_empty())
            hidden=none
        >
            <summary>{subject.label()}" "<span class="count">{at_hand}</span></summary>
            <ul class="form-components">{rows}</ul>
        </details>
    };
    Some(group.into_any())
}

/// One component, and whether the words that are looked for leave it in sight.
fn row(form: Form, release: &Catalogue, at: u16, words: RwSignal<String>) -> (AnyView, Memo<bool>) {
    let component = &release.data_components[usize::from(at)];
    let (id, name) = (component.id.to_string(), component.name.clone());
    let called = lowercase(&format!("{id} {name}"));
    let is_shown = Memo::new(move |_| {
        let words = words.with(|words| lowercase(words));
        let of_source = |word: &str| {
            standing(form, at, |one| {
                one.log_sources.iter().any(|source| lowercase(&source.to_string()).contains(word))
                    || one.services.iter().any(|tag| lowercase(tag).contains(word))
            })
        };
        words.split_whitespace().all(|word| called.contains(word) || of_source(word))
    });
    let is_on = Signal::derive(move || standing(form, at, ComponentStanding::is_available));
    let is_guess = Signal::derive(move || standing(form, at, |one| one.correction.is_none()));
    let turn = move |has: Option<bool>| {
        if let Some(release) = form.release.get_untracked() {
            form.change(|profile| profile.turn_component(&release, at, has));
        }
    };
    let why = move || {
        form.of_found(|found| found.list.logs.component(at).map(why)).flatten().unwrap_or_default()
    };
    let all = move || {
        form.of_found(|found| found.list.logs.component(at).and_then(all_sources)).flatten()
    };
    let said =
        move || form.of_found(|found| found.list.logs.component(at).map(in_a_word)).flatten();
    let label = view! { <bdi>{name}</bdi>" "<span class="muted">{id.clone()}</span> };
    let shown = id.clone();
    let again = format!("As guessed: {id}");
    let row = view! {
        <li data-component=shown data-standing=said hidden=move || !is_shown.get()>
            {tick(id, label.into_any(), is_on, false.into(), Box::new(move |has| turn(Some(has))))}
            <span class="remark" title=all><bdi>{why}</bdi></span>
            <button
                type="button"
                class="link"
                data-action="as-guessed"
                aria-label=again
                hidden=is_guess
                on:click=move |_| turn(None)
            >
                "As guessed"
            </button>
        </li>
    };
    (row.into_any(), is_shown)
}

fn standing(form: Form, at: u16, read: impl Fn(&ComponentStanding) -> bool) -> bool {
    form.of_found(|found| found.list.logs.component(at).is_some_and(&read)).unwrap_or_default()
}

/// For scripts.
fn in_a_word(one: &ComponentStanding) -> &'static str {
    match (one.correction, one.is_guessed()) {
        (Some(true), _) => "have",
        (Some(false), _) => "have-not",
        (None, true) => "guessed",
        (None, false) => "not-guessed",
    }
}

/// What lets one guess, and what was corrected.
fn why(one: &ComponentStanding) -> String {
    let mut from = Vec::new();
    if one.rules > 0 {
        let mut names: Vec<String> =
            one.log_sources.iter().take(NAMED).map(ToString::to_string).collect();
        let more = one.log_sources.len().saturating_sub(NAMED);
        if more > 0 {
            names.push(format!("{} more", count(more)));
        }
        from.push(format!("{} of {}", counted(one.rules, "rule", "rules"), names.join(", ")));
    }
    if !one.services.is_empty() {
        from.push(format!("service {}", one.services.join(", ")));
    }
    let guess = match from.is_empty() {
        true => "no rule and no service shows it".to_owned(),
        false => format!("guessed by {}", from.join("; ")),
    };
    match one.correction {
        Some(true) => format!("by hand: have; {guess}"),
        Some(false) => format!("by hand: have not; {guess}"),
        None => guess,
    }
}

/// All log sources, where not all are named.
fn all_sources(one: &ComponentStanding) -> Option<String> {
    (one.log_sources.len() > NAMED)
        .then(|| one.log_sources.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}
