//! Coverage as a layer that the ATT&CK Navigator and MITRE's Python library open.

use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::{Coverage, Policy, Scope, Summary, TechniqueState};
use crate::date::Date;
use crate::heatmap::wording::{plain, plain_up_to};
use crate::heatmap::{LegendKind, Palette, Theme, legend};
use crate::layer::{Extra, Filters, Item, Layer, LegendItem, Metadata, TechniqueEntry};
pub use crate::layer::{all_to_json, to_json};
use crate::rule::{Intake, RuleIndex};

/// Titles a comment names; the rest is a number. The Navigator shows comments in a tooltip, in
/// which forty titles already fill a screen.
const MOST_TITLES: usize = 40;
/// Longest title in a comment, in characters; longer ones end in "…".
const LONGEST_TITLE: usize = 200;
/// Longest name, description and metadata value of a layer, in characters.
const LONGEST_TEXT: usize = 2000;

/// What a layer is called and how it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerOptions {
    /// The tab's name; if empty, domain, release and date.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// The gradient. The Navigator starts light: take the light variant of blue.
    pub palette: Palette,
    /// Of the rules, usually today.
    pub date: Date,
}

/// The name of the file, for example `coverage_Q4_2026.json`.
pub fn file_name(date: Date) -> String {
    format!("{}.json", super::file_stem(date))
}

/// The coverage as a layer: an entry for every technique in scope that a counted rule names,
/// with its score and the rules' titles. What is covered only through sub-techniques has no
/// entry, as it has no colour; its sub-techniques have theirs, and are open.
pub fn layer(
    catalogue: &Catalogue,
    coverage: &Coverage,
    intake: &Intake,
    policy: &Policy,
    scope: &Scope,
    options: &LayerOptions,
) -> Layer {
    let named: Vec<TechniqueIndex> = catalogue
        .indices()
        .filter(|index| {
            let technique = coverage.technique(*index);
            technique.in_scope && technique.state == TechniqueState::Direct
        })
        .collect();
    let entries = named
        .iter()
        .map(|index| {
            let technique = coverage.technique(*index);
            TechniqueEntry {
                score: technique.score.map(|score| score.get().into()),
                comment: comment(intake, &technique.rules),
                show_subtechniques: technique.subtechniques_covered > 0,
                ..TechniqueEntry::new(catalogue.technique(*index).id)
            }
        })
        .collect();
    let legend_items = legend(catalogue, coverage, &options.palette, Theme::Light, named)
        .into_iter()
        .filter(|entry| matches!(entry.kind, LegendKind::Score(..)))
        .filter_map(|entry| {
            entry.sample.fill.map(|color| LegendItem {
                label: format!("{} ({})", entry.label, entry.count),
                color: color.to_string(),
            })
        })
        .collect();
    let default_name = format!(
        "Coverage {} ATT&CK {} {}",
        catalogue.domain.name(),
        catalogue.version,
        options.date
    );
    let name = plain_up_to(&options.name, LONGEST_TEXT);
    let platforms: Vec<_> = scope
        .platforms
        .iter()
        .map(|platform| plain(platform))
        .filter(|platform| !platform.is_empty())
        .collect();

    let name = if name.is_empty() { plain(&default_name) } else { name };
    let mut layer = Layer::new(&name, catalogue.domain.as_str());
    layer.versions.attack = major(&catalogue.version);
    layer.description = plain_up_to(&options.description, LONGEST_TEXT);
    layer.filters = (!platforms.is_empty()).then_some(Filters { platforms, extra: Extra::new() });
    layer.layout.expanded_subtechniques = "annotated";
    layer.techniques.entries = entries;
    layer.gradient.colors = options.palette.stops().iter().map(ToString::to_string).collect();
    layer.gradient.max_value = coverage.scale.top.max(1).into();
    layer.legend_items = legend_items;
    layer.metadata = metadata(catalogue, &coverage.summary, policy, scope, options.date);
    layer
}

/// The titles in one line: the Navigator's tooltip folds line breaks.
fn comment(intake: &Intake, rules: &[RuleIndex]) -> String {
    titles(intake, rules).join("; ")
}

/// The titles of rules, sorted, each once; beyond some of them the last says how many more.
pub(super) fn titles(intake: &Intake, rules: &[RuleIndex]) -> Vec<String> {
    let titles = crate::sorted::set(
        rules
            .iter()
            .filter_map(|rule| intake.rules.get(*rule as usize))
            .map(|rule| plain_up_to(&rule.title, LONGEST_TITLE))
            .filter(|title| !title.is_empty()),
    );
    let more = titles.len().saturating_sub(MOST_TITLES);
    let mut named: Vec<_> = titles.into_iter().take(MOST_TITLES).collect();
    if more > 0 {
        named.push(format!("… and {more} more"));
    }
    named
}

/// The first number in a version; the Navigator reads no more.
pub(super) fn major(version: &str) -> String {
    let digits = |c: &char| c.is_ascii_digit();
    version.chars().skip_while(|c| !digits(c)).take_while(digits).collect()
}

fn metadata(
    catalogue: &Catalogue,
    summary: &Summary,
    policy: &Policy,
    scope: &Scope,
    date: Date,
) -> Vec<Item<Metadata>> {
    let share = |part: usize, whole: usize| {
        if whole == 0 {
            "0 of 0".to_owned()
        } else {
            format!("{part} of {whole} ({:.1} %)", part as f64 * 100.0 / whole as f64)
        }
    };
    [
        ("made with", format!("Coverlay {}", env!("CARGO_PKG_VERSION"))),
        ("date", date.to_string()),
        ("ATT&CK", format!("{} {}", catalogue.domain.name(), plain(&catalogue.version))),
        ("techniques covered", share(summary.techniques_covered, summary.techniques_total)),
        (
            "sub-techniques covered",
            share(summary.subtechniques_covered, summary.subtechniques_total),
        ),
        (
            "techniques with score 80 or more",
            share(summary.techniques_at_least_80, summary.techniques_total),
        ),
        ("rules read", summary.rules_read.to_string()),
        ("rules mapped", summary.rules_mapped.to_string()),
        ("rules unmapped", summary.rules_unmapped.to_string()),
        ("rules not counted for their status", summary.rules_excluded.to_string()),
        ("rules not counted as disabled", summary.rules_disabled.to_string()),
        ("copies of rules", summary.duplicates.to_string()),
        ("counting", Summary::CONVENTION.to_owned()),
        ("scoring", policy.sentence()),
    ]
    .into_iter()
    .chain(weights(policy).map(|values| ("weights", values)))
    .chain(scope.remarks().into_iter().map(|(name, said)| (name, plain_up_to(&said, LONGEST_TEXT))))
    .map(|(name, value)| Item::Of(Metadata { name: name.to_owned(), value }))
    .collect()
}

/// All weights of a policy in one line; `None` for one without.
pub(super) fn weights(policy: &Policy) -> Option<String> {
    let values: Vec<String> = policy
        .weights()
        .into_iter()
        .map(|(weight, value)| format!("{} {value}", weight.key))
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_major_release_is_named() {
        assert_eq!(major("19.2"), "19");
        assert_eq!((major("9"), major("v18.1")), ("9".to_owned(), "18".to_owned()));
    }

    #[test]
    fn names_of_files() {
        let date = Date::new(2026, 11, 22).expect("a day");
        assert_eq!(file_name(date), "coverage_Q4_2026.json");
    }
}
