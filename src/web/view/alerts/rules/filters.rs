//! What narrows the list of rules, and where it can be carried.

use super::super::proved::Proved;
use super::Shown;
use crate::coverage::detections::RuleHealth;
use crate::export::rule_health_csv;
use crate::web::download;
use crate::web::state::{AppState, Toast};
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::press;
use crate::web::view::tactics::choosing;
use leptos::prelude::*;

/// What is the matter with a rule, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Silent,
    Alone,
    Noisy,
    Failed,
    Fired,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Silent, Self::Alone, Self::Noisy, Self::Failed, Self::Fired];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Alone => "alone",
            Self::Noisy => "noisy",
            Self::Failed => "failed",
            Self::Fired => "fired",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Silent => "Silent",
            Self::Alone => "Silent and alone",
            Self::Noisy => "Noisy",
            Self::Failed => "Test failed",
            Self::Fired => "Fired",
        }
    }

    fn means(self) -> &'static str {
        match self {
            Self::Silent => "Counts, names a technique, and raised no alert",
            Self::Alone => "Never fired, and covers a technique that no other rule covers",
            Self::Noisy => "Fires far more often than others, or is mostly wrong",
            Self::Failed => "Its last test failed",
            Self::Fired => "Raised an alert",
        }
    }

    pub(super) fn has(self, health: &RuleHealth) -> bool {
        match self {
            Self::Silent => health.is_silent,
            Self::Alone => health.is_silent && !health.covers_alone.is_empty(),
            Self::Noisy => health.is_noisy,
            Self::Failed => health.test_failed,
            Self::Fired => health.alerts > 0,
        }
    }
}

pub(super) fn filters(shown: Shown) -> AnyView {
    let mut chips = vec![chip(shown, None)];
    chips.extend(Kind::ALL.map(|kind| chip(shown, Some(kind))));
    let text = shown.text;
    let none = Signal::derive(move || shown.rows.with(super::Rows::is_empty));
    view! {
        <div class="list-bar gaps-filters">
            <nav class="chips" aria-label="Which rules">{chips}</nav>
            <div class="gaps-selects">
                <input
                    class="field list-text"
                    type="search"
                    data-filter="words"
                    placeholder="Filter by words"
                    aria-label="Show only rules whose title holds these words"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="200"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                />
                {press("export-rule-health", none, Signal::stored("CSV".to_owned()), Box::new(move || save(shown)))}
            </div>
        </div>
    }
    .into_any()
}

fn chip(shown: Shown, of: Option<Kind>) -> AnyView {
    let state = AppState::get();
    let (key, label) = of.map_or(("", "All"), |kind| (kind.as_str(), kind.label()));
    let href =
        Signal::derive(move || state.address.with(|now| choosing(now, "state", key)).to_string());
    let number = Memo::new(move |_| {
        let has = |health: &&RuleHealth| of.is_none_or(|kind| kind.has(health));
        shown.proves.with(|proved| proved.as_ref().map(|all| all.health.iter().filter(has).count()))
    });
    let current = move || (shown.kind.get() == of).then_some("true");
    view! {
        <a
            class="chip"
            href=href
            data-state=key
            data-value=move || number.get().map(|number| number.to_string())
            title=of.map(Kind::means)
            aria-current=current
        >
            {label}<span class="count">{move || number.get().map(count)}</span>
        </a>
    }
    .into_any()
}

fn save(shown: Shown) {
    let (csv, number) = shown.rows.with_untracked(|rows| {
        let csv = rows.source().as_deref().map(|proved| {
            let Proved { seen, evidence, latencies, .. } = proved;
            let asked = &seen.asked;
            rule_health_csv::write(
                &asked.catalogue,
                &asked.read.intake,
                evidence,
                latencies,
                rows.rows(),
            )
        });
        (csv, rows.len())
    });
    let Some(csv) = csv else { return };
    download::save("rule_health.csv", "text/csv", csv.as_bytes());
    let text = format!("rule_health.csv saved: {}", counted(number, "rule", "rules"));
    AppState::get().toast.set(Some(Toast { text, undo: false }));
}
