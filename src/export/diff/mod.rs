//! A comparison as text, JSON, Markdown and a message for Slack.

mod slack;

pub use slack::slack;

use crate::attack::{Catalogue, TechniqueId};
use crate::heatmap::wording::plain_up_to;
use crate::layer::Comparison;

/// Longest name of a state or technique, in characters.
const LONGEST_NAME: usize = 120;

/// One group of techniques that changed in the same way.
struct Group {
    /// For example `5 techniques dropped below 50 since old.json`.
    heading: String,
    /// One a technique: its id, its name, and the scores if they are the point.
    lines: Vec<[String; 3]>,
}

/// `1 technique`, `2 techniques`.
fn counted(count: usize) -> String {
    format!("{count} technique{}", if count == 1 { "" } else { "s" })
}

fn title(comparison: &Comparison) -> String {
    let name = |text: &str| plain_up_to(text, LONGEST_NAME);
    format!("Coverage: {} → {}", name(&comparison.from), name(&comparison.to))
}

/// The totals in one sentence.
fn totals(comparison: &Comparison) -> String {
    let Comparison { techniques, percent, attack, .. } = comparison;
    format!(
        "{:.1} % → {:.1} % of techniques covered ({} → {} of {}, ATT&CK {} {})",
        percent.from,
        percent.to,
        techniques.from,
        techniques.to,
        techniques.total,
        attack.domain.name(),
        plain_up_to(&attack.version, LONGEST_NAME)
    )
}

/// `dropped below 50 since old.json`
fn fell(comparison: &Comparison) -> String {
    let since = plain_up_to(&comparison.from, LONGEST_NAME);
    format!("dropped below {} since {since}", comparison.below_threshold.threshold)
}

/// `5 techniques dropped below 50 since old.json`
pub fn dropped_sentence(comparison: &Comparison) -> String {
    format!("{} {}", counted(comparison.below_threshold.ids.len()), fell(comparison))
}

/// [`dropped_sentence`] and a line for each of them, as in [`text`].
pub fn dropped(comparison: &Comparison, catalogue: &Catalogue) -> String {
    // The group comes first, unless it is empty.
    let has_any = !comparison.below_threshold.ids.is_empty();
    let group = groups(comparison, catalogue).into_iter().next().filter(|_| has_any);
    let mut out = format!("{}\n", dropped_sentence(comparison));
    for line in group.iter().flat_map(|group| &group.lines) {
        push_line(&mut out, line);
    }
    out
}

fn push_line(out: &mut String, [id, name, scores]: &[String; 3]) {
    out.push_str(&format!("  {id} {name}"));
    if !scores.is_empty() {
        out.push_str(&format!(": {scores}"));
    }
    out.push('\n');
}

/// What changed, the worst first; groups without a technique are left out.
fn groups(comparison: &Comparison, catalogue: &Catalogue) -> Vec<Group> {
    let line = |id: &TechniqueId, with_scores: bool| {
        let name = catalogue.find(*id).map(|index| catalogue.technique(index).name.as_str());
        let scores = comparison.scores.get(id).filter(|_| with_scores).map(|scores| {
            let text = |score: &Option<_>| match score {
                Some(score) => format!("{score}"),
                None => "none".to_owned(),
            };
            format!("{} → {}", text(&scores.from), text(&scores.to))
        });
        let name = plain_up_to(name.unwrap_or_default(), LONGEST_NAME);
        [id.to_string(), name, scores.unwrap_or_default()]
    };
    let group = |what: &str, ids: Vec<TechniqueId>, with_scores: bool| Group {
        heading: format!("{} {what}", counted(ids.len())),
        lines: ids.iter().map(|id| line(id, with_scores)).collect(),
    };
    let fell = fell(comparison);
    let below = &comparison.below_threshold;
    let ids = |changes: &[crate::layer::Change]| changes.iter().map(|change| change.id).collect();
    let all = [
        group(&fell, below.ids.clone(), true),
        group("lost: new gaps", comparison.lost.clone(), false),
        group("with a lower score", ids(&comparison.lowered), true),
        group("gained", comparison.gained.clone(), false),
        group("with a higher score", ids(&comparison.raised), true),
    ];
    all.into_iter().filter(|group| !group.lines.is_empty()).collect()
}

/// Tactics in which the number of covered techniques changed.
fn tactics(comparison: &Comparison) -> impl Iterator<Item = [String; 3]> + '_ {
    let changed = comparison.tactics.iter().filter(|t| t.techniques.from != t.techniques.to);
    changed.map(|tactic| {
        let counts = tactic.techniques;
        let percent = counts.percent();
        [
            plain_up_to(&tactic.name, LONGEST_NAME),
            format!("{} → {} of {}", counts.from, counts.to, counts.total),
            format!("{:.1} % → {:.1} %", percent.from, percent.to),
        ]
    })
}

const NOTHING: &str = "No technique changed.";

/// With stable keys.
pub fn json(comparison: &Comparison) -> Vec<u8> {
    // Texts, numbers and lists of them, written to memory: nothing in it can fail.
    let mut json = serde_json::to_vec_pretty(comparison).unwrap_or_default();
    json.push(b'\n');
    json
}

/// For a terminal or a mail.
pub fn text(comparison: &Comparison, catalogue: &Catalogue) -> String {
    let mut out = format!("{}\n{}\n", title(comparison), totals(comparison));
    let groups = groups(comparison, catalogue);
    if groups.is_empty() {
        out.push_str(&format!("\n{NOTHING}\n"));
    }
    for group in groups {
        out.push_str(&format!("\n{}\n", group.heading));
        for line in &group.lines {
            push_line(&mut out, line);
        }
    }
    let mut tactics = tactics(comparison).peekable();
    if tactics.peek().is_some() {
        out.push_str("\nBy tactic\n");
    }
    for [name, counts, percent] in tactics {
        out.push_str(&format!("  {name}: {counts}, {percent}\n"));
    }
    out
}

/// Markdown as GitHub and GitLab have it.
pub fn markdown(comparison: &Comparison, catalogue: &Catalogue) -> String {
    let mut out =
        format!("## {}\n\n{}\n", escaped(&title(comparison)), escaped(&totals(comparison)));
    let groups = groups(comparison, catalogue);
    if groups.is_empty() {
        out.push_str(&format!("\n{NOTHING}\n"));
    }
    for group in groups {
        out.push_str(&format!("\n### {}\n\n", escaped(&group.heading)));
        for [id, name, scores] in group.lines {
            let scores = if scores.is_empty() { scores } else { format!(": {scores}") };
            let url = id.parse::<TechniqueId>().map(TechniqueId::url).unwrap_or_default();
            out.push_str(&format!("- [{id}]({url}) {}{scores}\n", escaped(&name)));
        }
    }
    let mut tactics = tactics(comparison).peekable();
    if tactics.peek().is_some() {
        out.push_str("\n### By tactic\n\n| Tactic | Techniques | Percent |\n|---|---|---|\n");
    }
    for [name, counts, percent] in tactics {
        out.push_str(&format!("| {} | {counts} | {percent} |\n", escaped(&name)));
    }
    out
}

/// Names may come from somebody's own matrix: no markup, no HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.extend(['\\', character])
            }
            other => out.push(other),
        }
    }
    out
}
