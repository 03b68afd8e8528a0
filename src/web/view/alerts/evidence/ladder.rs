//! The ladder of evidence, and how old the last evidence is; each number opens its list.

use super::super::proved::{Proved, Proves};
use super::rules::rule_list;
use crate::attack::TechniqueIndex;
use crate::coverage::detections::EvidenceStep;
use crate::rule::RuleIndex;
use crate::web::today::today;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{about, bar_cell, cell, live, number, row, sentence, table};
use crate::web::view::tactics::listed::{Lists, list_of};
use crate::web::view::tactics::part;
use leptos::prelude::*;

const STEPS: [(&str, &str); 6] = [
    ("Step", ""),
    ("What it means", ""),
    ("Rules", "number"),
    ("Share of rules", "bar-column"),
    ("Techniques", "number"),
    ("Share of techniques", "bar-column"),
];

const AGES: [(&str, &str); 3] =
    [("Last evidence", ""), ("Techniques", "number"), ("Bar", "bar-column")];

/// The most days of each age, and what it is called.
const DAYS: [(u32, &str); 5] = [
    (7, "up to 7 days ago"),
    (30, "8 to 30 days"),
    (90, "31 to 90 days"),
    (365, "91 to 365 days"),
    (u32::MAX, "more than a year"),
];

/// Techniques without any evidence, as a name in the address.
const NOTHING: &str = "nothing";

fn means(step: EvidenceStep) -> &'static str {
    match step {
        EvidenceStep::Declared => "A rule is there, switched off or retired.",
        EvidenceStep::Enabled => "It is switched on, as far as it says itself.",
        EvidenceStep::Tested => "Its last test was passed.",
        EvidenceStep::Fired => "It raised an alert.",
        EvidenceStep::Validated => {
            "An analyst found one of its alerts to be right, or it fired and its last test was passed."
        }
    }
}

/// Rules at exactly this step; copies of a rule are no rules of their own.
fn rules_at(proved: &Proved, step: EvidenceStep) -> Vec<RuleIndex> {
    let intake = &proved.seen.asked.read.intake;
    let rules = (0..).zip(&proved.evidence.rules);
    let here = rules.filter(|(rule, own)| own.step == step && !intake.is_duplicate(*rule));
    here.map(|(rule, _)| rule).collect()
}

/// Techniques in scope of which something holds.
fn techniques(
    proved: &Proved,
    holds: impl Fn(&crate::coverage::detections::TechniqueEvidence) -> bool,
) -> Vec<TechniqueIndex> {
    let all = (0..).zip(&proved.evidence.techniques).zip(&proved.seen.asked.coverage.techniques);
    let here = all.filter(|((_, own), cover)| cover.in_scope && holds(own));
    here.map(|((at, _), _)| TechniqueIndex(at)).collect()
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

pub(super) fn section(proves: Proves, lists: Lists) -> AnyView {
    let rows = move || {
        let proved = proves.get()?;
        let rules = EvidenceStep::ALL.map(|step| rules_at(&proved, step).len());
        let techniques_at =
            EvidenceStep::ALL.map(|step| techniques(&proved, |own| own.step == Some(step)).len());
        let none = techniques(&proved, |own| own.step.is_none()).len();
        let (all, all_techniques) =
            (rules.iter().sum(), techniques_at.iter().sum::<usize>() + none);
        let opener = |kind: &str, name: &str, number: usize, what: &str| {
            lists.opener(format!("{kind}.{name}"), number, "", format!("{what} {name}, list"))
        };
        let mut lines = Vec::new();
        for (at, step) in EvidenceStep::ALL.into_iter().enumerate().rev() {
            let (name, of_rules, of_techniques) = (step.as_str(), rules[at], techniques_at[at]);
            let cells = vec![
                about(view! { <b>{name}</b> }.into_any()),
                cell("muted", "Means", means(step).into_any()),
                cell("number", "Rules", opener("rules", name, of_rules, "rules that are")),
                bar_cell(share(of_rules, all)),
                cell(
                    "number",
                    "Techniques",
                    opener("techniques", name, of_techniques, "techniques that are"),
                ),
                bar_cell(share(of_techniques, all_techniques)),
            ];
            lines.push(row(name.to_owned(), format!("{of_rules} {of_techniques}"), cells));
        }
        let cells = vec![
            about("nothing".into_any()),
            cell(
                "muted",
                "Means",
                "No rule names it, no alert and no passed test shows it.".into_any(),
            ),
            number("Rules", "–".to_owned()),
            cell("bar-column", "", ().into_any()),
            cell("number", "Techniques", opener("techniques", NOTHING, none, "techniques with")),
            bar_cell(share(none, all_techniques)),
        ];
        lines.push(row(NOTHING.to_owned(), none.to_string(), cells));
        Some(lines)
    };
    let (of_rules, of_techniques) = (lists.of_kind("rules"), lists.of_kind("techniques"));
    let open = move || {
        let proved = proves.get()?;
        let step = |name: &str| EvidenceStep::ALL.into_iter().find(|step| step.as_str() == name);
        if let Some(step) = of_rules.get().as_deref().and_then(step) {
            let heading = format!("Rules that are {}", step.as_str());
            return Some(rule_list(&proved, heading, &rules_at(&proved, step)));
        }
        let name = of_techniques.get()?;
        let (heading, ids) = match step(&name) {
            Some(step) => {
                let heading = format!("Techniques that are {}", step.as_str());
                (heading, techniques(&proved, |own| own.step == Some(step)))
            }
            None if name == NOTHING => (
                "Techniques with no evidence".to_owned(),
                techniques(&proved, |own| own.step.is_none()),
            ),
            None => return None,
        };
        Some(list_of(&proved.seen.asked.catalogue, heading, ids))
    };
    let body = view! {
        {table("table stat-table ladder", &STEPS, rows)}
        {live(open)}
    };
    part(
        "evidence",
        "Evidence, step by step",
        "Each rule and each technique in scope (sub-techniques too) stands at the highest step that is proved; a technique at that of its best rule, or higher where tests or alerts name it themselves. Each number opens its list.",
        body.into_any(),
    )
}

/// In which of [`DAYS`] an age is.
fn bucket(days: u32) -> usize {
    DAYS.iter().position(|(most, _)| days <= *most).unwrap_or(DAYS.len() - 1)
}

pub(super) fn ages(proves: Proves, lists: Lists) -> AnyView {
    let aged = move |proved: &Proved, at: usize| {
        let today = today();
        techniques(proved, |own| own.age_days(today).is_some_and(|days| bucket(days) == at))
    };
    let none = |proved: &Proved| techniques(proved, |own| own.step.is_some() && own.last.is_none());
    let rows = move || {
        let proved = proves.get()?;
        let mut lines: Vec<(&str, String, usize)> = DAYS
            .iter()
            .enumerate()
            .map(|(at, (_, label))| (*label, format!("age.{at}"), aged(&proved, at).len()))
            .collect();
        lines.push(("none: a rule alone", "age.none".to_owned(), none(&proved).len()));
        let all: usize = lines.iter().map(|(_, _, number)| number).sum();
        let line = |(label, name, number): (&str, String, usize)| {
            let opener =
                lists.opener(name.clone(), number, "", format!("techniques, {label}, list"));
            let cells = vec![
                about(label.to_owned().into_any()),
                cell("number", "Techniques", opener),
                bar_cell(share(number, all)),
            ];
            row(name, number.to_string(), cells)
        };
        Some(lines.into_iter().map(line).collect())
    };
    let words = move || {
        let proved = proves.get()?;
        let known = techniques(&proved, |own| own.last.is_some()).len();
        let all = techniques(&proved, |own| own.step.is_some()).len();
        Some(format!(
            "{} of {} with a rule, an alert or a test have evidence with a date; counted in days up to {}.",
            count(known),
            counted(all, "technique", "techniques"),
            today()
        ))
    };
    let of_age = lists.of_kind("age");
    let open = move || {
        let (proved, name) = (proves.get()?, of_age.get()?);
        let (label, ids) = match name.parse::<usize>() {
            Ok(at) => (DAYS.get(at)?.1, aged(&proved, at)),
            Err(_) if name == "none" => ("none", none(&proved)),
            Err(_) => return None,
        };
        let heading = format!("Techniques, last evidence: {label}");
        Some(list_of(&proved.seen.asked.catalogue, heading, ids))
    };
    let body = view! {
        {sentence(words)}
        {table("table stat-table stat-narrow", &AGES, rows)}
        {live(open)}
    };
    part(
        "evidence-age",
        "Age of the last evidence",
        "When an alert was last raised on a technique, or a test of it last passed.",
        body.into_any(),
    )
}
