//! The rules of a technique: its own, those of its sub-techniques, and those that do not count.

use super::{Subject, technique_href};
use crate::coverage::{Coverage, TechniqueState};
use crate::rule::{Intake, Rule, RuleIndex};
use crate::web::address::RulePlace;
use crate::web::clipboard;
use crate::web::state::{AppState, Toast};
use crate::web::view::numbers::count;
use crate::web::view::rows::place;
use leptos::prelude::*;
use std::cmp::Reverse;
use std::sync::Arc;

/// Longer lists show this many rules at first.
const FIRST: usize = 100;
/// And only from this length on.
const LONG: usize = 200;

pub(super) fn rules(subject: Subject) -> AnyView {
    let state = AppState::get();
    let own_all = RwSignal::new(false);
    let below_all = RwSignal::new(false);
    // Scores change with every move of a slider; who is listed does not, and long lists take long.
    let listed = {
        let subject = subject.clone();
        Memo::new_with_compare(
            move |_| {
                let coverage = subject.coverage(&state)?;
                let intake = state.intake.get();
                let lists = Lists::new(&subject, &coverage, &intake);
                Some(Listed { lists, coverage, intake })
            },
            |before: Option<&Option<Listed>>, now: Option<&Option<Listed>>| match (
                before.and_then(Option::as_ref),
                now.and_then(Option::as_ref),
            ) {
                (Some(before), Some(now)) => !before.is_same(now),
                _ => true,
            },
        )
    };
    let content = move || {
        let Listed { lists, coverage, intake } = listed.get()?;
        let shown = Shown { subject: &subject, coverage: &coverage, intake: &intake };
        let own = if lists.own.is_empty() {
            empty(&subject, &coverage)
        } else {
            shown.list(&lists.own, own_all)
        };
        Some(view! {
            <section class="drawer-part">
                <h3>"Rules"<span class="count">{levels(&lists.own, &intake)}</span></h3>
                {own}
            </section>
            {(!lists.below.is_empty()).then(|| view! {
                <section class="drawer-part">
                    <h3>"Via sub-techniques"<span class="count">{levels(&lists.below, &intake)}</span></h3>
                    {shown.list(&lists.below, below_all)}
                </section>
            })}
            {(!lists.excluded.is_empty()).then(|| view! {
                <section class="drawer-part">
                    <h3>"Not counted"<span class="count">{count(lists.excluded.len())}</span></h3>
                    <p class="muted">"Left out for their status, which the toolbar's “Statuses” counts, or because they are disabled."</p>
                    {shown.list(&lists.excluded, RwSignal::new(true))}
                </section>
            })}
        })
    };
    view! { {content} }.into_any()
}

/// What is listed, and where it is from.
#[derive(Clone)]
struct Listed {
    lists: Lists,
    coverage: Arc<Coverage>,
    intake: Arc<Intake>,
}

impl Listed {
    /// Whether the view of both is the same.
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.intake, &other.intake)
            && Arc::ptr_eq(&self.coverage.claims, &other.coverage.claims)
            && self.lists == other.lists
    }
}

/// The rules of a technique by why they are listed, the most severe first.
#[derive(Clone, PartialEq)]
struct Lists {
    own: Vec<RuleIndex>,
    below: Vec<RuleIndex>,
    excluded: Vec<RuleIndex>,
}

impl Lists {
    fn new(subject: &Subject, coverage: &Coverage, intake: &Intake) -> Self {
        let technique = coverage.technique(subject.index);
        let sorted = |mut rules: Vec<RuleIndex>| {
            let key = |rule: &RuleIndex| {
                let rule = &intake.rules[*rule as usize];
                (Reverse(rule.level.value), &rule.title, &rule.path, rule.document)
            };
            crate::sorted::sort_by(&mut rules, |a, b| key(a).cmp(&key(b)));
            rules
        };
        let is_own = |rule: &RuleIndex| technique.rules.binary_search(rule).is_ok();
        let claims_it = |rule: &RuleIndex| {
            coverage.claims.techniques[*rule as usize].binary_search(&subject.index).is_ok()
        };
        Self {
            own: sorted(technique.rules.clone()),
            below: sorted(
                technique.rules_rollup.iter().copied().filter(|rule| !is_own(rule)).collect(),
            ),
            excluded: sorted(
                coverage
                    .excluded
                    .iter()
                    .chain(&coverage.disabled)
                    .copied()
                    .filter(claims_it)
                    .collect(),
            ),
        }
    }
}

/// `424 · 12 critical, 200 high, …`
fn levels(rules: &[RuleIndex], intake: &Intake) -> String {
    let mut parts = Vec::new();
    let levels = crate::rule::Level::ALL.into_iter().rev().map(Some).chain([None]);
    for level in levels {
        let of_level = |rule: &&RuleIndex| intake.rules[**rule as usize].level.value == level;
        match rules.iter().filter(of_level).count() {
            0 => {}
            rules => {
                let name = level.map_or("without level", |level| level.as_str());
                parts.push(format!("{} {name}", count(rules)));
            }
        }
    }
    match parts.is_empty() {
        true => "none".to_owned(),
        false => format!("{}: {}", count(rules.len()), parts.join(", ")),
    }
}

/// No rule: what to do about it.
fn empty(subject: &Subject, coverage: &Coverage) -> AnyView {
    let id = subject.technique().id;
    let tag = format!("attack.{}", id.to_string().to_ascii_lowercase());
    let state = coverage.technique(subject.index).state;
    let advice = match state {
        TechniqueState::ViaSubtechnique => {
            "The rules of its sub-techniques are below. A rule that covers the technique as a whole should carry its own tag:"
        }
        _ if subject.technique().strategies.is_empty() => "If you have one, give it this tag:",
        _ => {
            "If you have one, give it this tag; the detection strategies below name the log sources a new one could use:"
        }
    };
    view! {
        <div class="drawer-empty">
            <p>{format!("No rule names {id}.")}</p>
            <p class="muted">{advice}</p>
            <p><code>{tag}</code></p>
        </div>
    }
    .into_any()
}

struct Shown<'a> {
    subject: &'a Subject,
    coverage: &'a Coverage,
    intake: &'a Intake,
}

impl Shown<'_> {
    /// The list, long ones cut until asked for. Reads `all`, so that asking redraws it.
    fn list(&self, rules: &[RuleIndex], all: RwSignal<bool>) -> AnyView {
        let cut = rules.len() > LONG && !all.get();
        let shown = if cut { &rules[..FIRST] } else { rules };
        let rows = shown.iter().map(|rule| self.row(*rule)).collect_view();
        let more = cut.then(|| {
            view! {
                <button type="button" class="button" on:click=move |_| all.set(true)>
                    {format!("Show all {}", count(rules.len()))}
                </button>
            }
        });
        view! {
            <ul class="rules">{rows}</ul>
            {more}
        }
        .into_any()
    }

    fn row(&self, at: RuleIndex) -> AnyView {
        let rule = &self.intake.rules[at as usize];
        let key = rule.id.clone().unwrap_or_else(|| format!("{}#{}", rule.path, rule.document));
        view! {
            <li data-rule=key>
                <p class="rule-title">
                    <a href=RulePlace::of(rule).href() title="Show the rule's text"><bdi>{rule.title.clone()}</bdi></a>
                </p>
                <p class="rule-facts">
                    {level_badge(rule)}
                    {status_badge(rule)}
                    <bdi>{rule.log_source.to_string()}</bdi>
                    {dates(rule)}
                </p>
                <p class="rule-place">{place(&format!("{}:{}", rule.path, rule.line))}</p>
                {rule.id.clone().map(identity)}
                {self.others(at)}
            </li>
        }
        .into_any()
    }

    /// The other techniques a rule counts on.
    fn others(&self, rule: RuleIndex) -> Option<AnyView> {
        let others: Vec<_> = self.coverage.claims.techniques[rule as usize]
            .iter()
            .filter(|index| **index != self.subject.index)
            .map(|index| self.subject.catalogue.technique(*index))
            .collect();
        if others.is_empty() {
            return None;
        }
        let links = others
            .into_iter()
            .map(|other| {
                view! {
                    <a href=technique_href(other.id) title=other.name.clone()>{other.id.to_string()}</a>
                    " "
                }
            })
            .collect_view();
        Some(
            view! { <p class="rule-others"><span class="muted">"also "</span>{links}</p> }
                .into_any(),
        )
    }
}

/// The level, in words; the frame's weight follows it.
pub(crate) fn level_badge(rule: &Rule) -> AnyView {
    match rule.level.value {
        Some(level) => {
            view! { <span class="badge" data-level=level.as_str()>{level.as_str()}</span> }
                .into_any()
        }
        None if rule.level.text.trim().is_empty() => {
            view! { <span class="badge">"no level"</span> }.into_any()
        }
        None => {
            view! { <span class="badge"><bdi>"level “" {rule.level.text.clone()} "”"</bdi></span> }
                .into_any()
        }
    }
}

/// The status, in words.
pub(crate) fn status_badge(rule: &Rule) -> AnyView {
    match rule.status.value {
        Some(status) => {
            view! { <span class="badge" data-status=status.as_str()>{status.as_str()}</span> }.into_any()
        }
        None if rule.status.text.trim().is_empty() => {
            view! { <span class="badge">"no status"</span> }.into_any()
        }
        None => view! { <span class="badge"><bdi>"status “" {rule.status.text.clone()} "”"</bdi></span> }
            .into_any(),
    }
}

fn dates(rule: &Rule) -> Option<String> {
    match (rule.date, rule.modified) {
        (_, Some(modified)) => Some(format!("changed {modified}")),
        (Some(date), None) => Some(format!("written {date}")),
        (None, None) => None,
    }
}

/// A rule's own id, and a button that copies it.
fn identity(id: String) -> AnyView {
    let state = AppState::get();
    let copied = id.clone();
    let copy = move |_| {
        let id = copied.clone();
        leptos::task::spawn_local(async move {
            let text = match clipboard::copy(&id).await {
                true => "Rule id copied",
                false => "The browser does not allow copying here; select the id instead",
            };
            state.toast.set(Some(Toast { text: text.to_owned(), undo: false }));
        });
    };
    view! {
        <p class="rule-id">
            <code><bdi>{id}</bdi></code>
            <button type="button" class="link" on:click=copy>"Copy"<span class="visually-hidden">" rule id"</span></button>
        </p>
    }
    .into_any()
}
