//! What a cell says when pointed at.

use super::face::{Facts, LayerFacts, RuleFacts, UNOBSERVABLE};
use crate::attack::Technique;
use crate::web::board::Place;
use crate::web::view::drawer::state_label;
use crate::web::view::numbers::counted;
use crate::web::view::popover::window_size;
use leptos::prelude::*;
use web_sys::HtmlElement;

/// The tip of a cell.
#[derive(Clone, PartialEq)]
pub(super) struct Tip {
    place: Place,
    id: String,
    name: String,
    facts: Facts,
    /// What a layer's entry says in words: its comment, then its metadata.
    notes: Vec<String>,
    /// Of the cell, in the window.
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Tip {
    pub(super) fn new(
        place: Place,
        technique: &Technique,
        facts: Facts,
        notes: Vec<String>,
        cell: &HtmlElement,
    ) -> Self {
        let rect = cell.get_bounding_client_rect();
        Self {
            place,
            id: technique.id.to_string(),
            name: technique.name.clone(),
            facts,
            notes,
            left: rect.left(),
            top: rect.top(),
            right: rect.right(),
            bottom: rect.bottom(),
        }
    }

    /// Whose tip it is.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// `score 80 · 424 rules over 37 log sources`
    fn numbers(&self) -> String {
        match &self.facts {
            Facts::Rules(facts) => self.of_rules(facts),
            Facts::Alerts(facts) => {
                format!("{} · {}", facts.in_words(), self.of_rules(&facts.rules))
            }
            Facts::Layer(facts) => self.of_layer(facts),
            Facts::Change(facts) => facts.in_words(),
        }
    }

    fn score(&self) -> String {
        self.facts.score().map_or_else(|| "no score".to_owned(), |score| format!("score {score}"))
    }

    fn of_layer(&self, facts: &LayerFacts) -> String {
        let mut text = self.score();
        if facts.is_aggregate {
            text.push_str(", made of its sub-techniques'");
        }
        if !facts.enabled {
            text.push_str(" · disabled");
        }
        text
    }

    fn of_rules(&self, facts: &RuleFacts) -> String {
        let score = self.score();
        match facts.rules {
            0 if facts.rules_rollup > 0 => {
                format!(
                    "{score} · {} via sub-techniques",
                    counted(facts.rules_rollup, "rule", "rules")
                )
            }
            0 => "no rule".to_owned(),
            rules => format!(
                "{score} · {} over {}",
                counted(rules, "rule", "rules"),
                counted(facts.log_sources as usize, "log source", "log sources"),
            ),
        }
    }
}

/// Between a cell and its tip, in pixels.
const GAP: f64 = 6.0;

/// The one tip of the matrix. Cells carry the same in their `aria-label`.
pub(super) fn tip(tip: ReadSignal<Option<Tip>>) -> AnyView {
    let of = move |part: fn(&Tip) -> String| move || tip.with(|tip| tip.as_ref().map(part));
    // On the side of the cell where there is more room; no measuring, so no extra layout.
    let side = move |part: fn(&Tip, f64, f64) -> Option<f64>| {
        move || {
            let size = window_size();
            tip.with(|tip| {
                let (width, height) = size?;
                let at = part(tip.as_ref()?, width, height)?;
                Some(format!("{}px", at.round()))
            })
            .unwrap_or_else(|| "auto".to_owned())
        }
    };
    view! {
        <div
            class="tip"
            aria-hidden="true"
            hidden=move || tip.with(Option::is_none)
            style:left=side(|tip, width, _| (tip.left + tip.right <= width).then_some(tip.left))
            style:right=side(|tip, width, _| (tip.left + tip.right > width).then_some(width - tip.right))
            style:top=side(|tip, _, height| (tip.top + tip.bottom <= height * 1.2).then_some(tip.bottom + GAP))
            style:bottom=side(|tip, _, height| (tip.top + tip.bottom > height * 1.2).then_some(height - tip.top + GAP))
        >
            <p class="tip-name"><span class="tip-id">{of(|tip| tip.id.clone())}</span> " " <bdi>{of(|tip| tip.name.clone())}</bdi></p>
            <p>{of(Tip::numbers)}</p>
            <p class="muted">{of(|tip| {
                let state = tip.facts.rules().map(|facts| state_label(facts.state).to_owned());
                let below = (tip.facts.below().1 > 0).then(|| tip.facts.below_in_words());
                state.into_iter().chain(below).collect::<Vec<_>>().join(" · ")
            })}</p>
            <p class="tip-upkeep">{of(|tip| tip.facts.rules().map_or_else(String::new, |facts| {
                let unseen = (!facts.observable).then(|| UNOBSERVABLE.to_owned());
                facts.upkeep.remarks().chain(unseen).collect::<Vec<_>>().join(" · ")
            }))}</p>
            {move || tip.with(|tip| {
                let notes = tip.as_ref().map(|tip| tip.notes.clone()).unwrap_or_default();
                notes.into_iter().map(|note| view! { <p class="tip-note">{note}</p> }).collect_view()
            })}
        </div>
    }
    .into_any()
}
