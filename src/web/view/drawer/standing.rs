//! Where a technique stands: state, score, and why.

use super::Subject;
use super::why::{Unfolded, why_view};
use crate::coverage::{
    Coverage, DepthWeights, Policy, STALE_AFTER_YEARS, TechniqueCoverage, TechniqueState, Upkeep,
    depth_of, why,
};
use crate::rule::Intake;
use crate::web::state::AppState;
use crate::web::today::today;
use crate::web::view::numbers::counted;
use leptos::prelude::*;

pub(super) fn standing(subject: Subject) -> AnyView {
    let state = AppState::get();
    let unfolded = Unfolded::new();
    let weights = Memo::new(move |_| state.settings().with(|settings| settings.depth()));
    let content = move || {
        let coverage = subject.coverage(&state)?;
        let intake = state.intake.get();
        let policy = state.policy.get();
        let beside = match policy {
            Policy::Depth { .. } => None,
            _ => Some(beside(&subject, &coverage, &intake, &weights.get())),
        };
        let why = why(&intake, &coverage, &policy, today(), subject.index);
        let why = why_view(why, &intake, &policy, unfolded);
        Some(section(&subject, &coverage, &intake, beside, why))
    };
    view! { {content} }.into_any()
}

/// What depth gives it, while colours follow another policy.
fn beside(
    subject: &Subject,
    coverage: &Coverage,
    intake: &Intake,
    weights: &DepthWeights,
) -> AnyView {
    let state = AppState::get();
    let depth = depth_of(intake, coverage, weights, today(), subject.index);
    let depth = depth.map(|score| score.to_string());
    let number = depth.clone().unwrap_or_else(|| "–".to_owned());
    view! {
        <span class="standing-beside" data-depth=depth>
            "Depth " <b>{number}</b>
        </span>
        <button
            type="button"
            class="link"
            data-action="colour-by-depth"
            on:click=move |_| state.choose(|settings| settings.colour_by("depth"))
        >
            "Colour by depth"
        </button>
    }
    .into_any()
}

fn section(
    subject: &Subject,
    coverage: &Coverage,
    intake: &Intake,
    beside: Option<AnyView>,
    why: AnyView,
) -> AnyView {
    let technique = coverage.technique(subject.index);
    let score = technique.score.map_or_else(|| "–".to_owned(), |score| score.to_string());
    let sentence = state_sentence(subject, coverage, technique);
    view! {
        <section class="standing" data-state=technique.state.as_str()>
            <p class="standing-score">
                <span class="standing-number">{score}</span>
                <span class="standing-label">{state_label(technique.state)}</span>
                {beside}
            </p>
            <p>{sentence}</p>
            {(!technique.in_scope).then(|| view! {
                <p class="note">"It is outside the chosen platforms and stands in no total."</p>
            })}
            {evidence(subject, intake).map(|text| view! { <p class="note">{text}</p> })}
            {upkeep(technique.upkeep).map(|text| view! { <p class="note">{text}</p> })}
            {why}
        </section>
    }
    .into_any()
}

/// What was dropped beside rules and is about this technique. It covers nothing.
fn evidence(subject: &Subject, intake: &Intake) -> Option<String> {
    let id = subject.technique().id;
    let tests = intake.tests.iter().filter(|test| test.technique == id).count();
    let tests =
        (tests > 0).then(|| format!("{} of Atomic Red Team.", counted(tests, "test", "tests")));
    let about = intake.administered.iter().find(|statement| statement.technique == id);
    let about = about.map(|statement| {
        let score = |score: Option<i8>| score.map_or("not stated".to_owned(), |s| s.to_string());
        format!(
            "DeTT&CT: detection {}, visibility {}.",
            score(statement.detection),
            score(statement.visibility)
        )
    });
    let said: Vec<String> = [tests, about].into_iter().flatten().collect();
    (!said.is_empty()).then(|| format!("{} Not counted as coverage.", said.join(" ")))
}

/// The state in two or three words, as on every cell.
pub(crate) fn state_label(state: TechniqueState) -> &'static str {
    match state {
        TechniqueState::None => "not covered",
        TechniqueState::ViaSubtechnique => "covered via sub-techniques",
        TechniqueState::Direct => "covered directly",
    }
}

fn state_sentence(subject: &Subject, coverage: &Coverage, technique: &TechniqueCoverage) -> String {
    let id = subject.technique().id;
    let sources = technique.log_sources as usize;
    let subs = match technique.subtechniques_total {
        0 => String::new(),
        total => format!(
            " {} of {} have a rule of their own.",
            technique.subtechniques_covered,
            counted(total as usize, "sub-technique", "sub-techniques"),
        ),
    };
    match technique.state {
        TechniqueState::Direct if technique.rules.len() == 1 => {
            format!("A single rule names exactly {id}.{subs}")
        }
        TechniqueState::Direct => format!(
            "{} over {} name exactly {id}.{subs}",
            counted(technique.rules.len(), "rule", "rules"),
            counted(sources, "log source", "log sources"),
        ),
        TechniqueState::ViaSubtechnique => format!(
            "No rule names {id} itself, so it has no score. {} {} covered, by {}.",
            match technique.subtechniques_total {
                1 => "Its one sub-technique".to_owned(),
                total =>
                    format!("{} of its {total} sub-techniques", technique.subtechniques_covered),
            },
            if technique.subtechniques_covered == 1 { "is" } else { "are" },
            counted(technique.rules_rollup.len(), "rule", "rules"),
        ),
        TechniqueState::None => {
            let counted_rules = coverage.summary.rules;
            let below = match technique.subtechniques_total {
                0 => "",
                _ => " or one of its sub-techniques",
            };
            format!(
                "None of {} that count names {id}{below}.",
                counted(counted_rules, "rule", "rules"),
            )
        }
    }
}

/// What the dashed edge of the cell means here.
fn upkeep(upkeep: Upkeep) -> Option<String> {
    let stale = upkeep.last_changed.filter(|_| upkeep.stale).map(|day| {
        format!("Stale: no rule has changed since {day}, more than {STALE_AFTER_YEARS} years ago.")
    });
    let trial = upkeep.experimental_only.then(|| "All its rules are experimental.".to_owned());
    match (stale, trial) {
        (Some(stale), Some(trial)) => Some(format!("{stale} {trial}")),
        (one, other) => one.or(other),
    }
}
