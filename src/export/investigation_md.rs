//! An investigation as Markdown: scope, time line, progression, likely next techniques with their
//! numbers, matching groups, related activity, and how all of it is counted.

use super::diff::escaped;
use super::gaps_md::{cell, first, table};
use crate::alerts::Moment;
use crate::attack::{Actor, Catalogue, TechniqueIndex};
use crate::coverage::Policy;
use crate::date::Date;
use crate::heatmap::MITRE_NOTICE;
use crate::heatmap::wording::plain_up_to;
use crate::investigate::{
    Asked, Investigation, MATCHES_CONVENTION, NEXT_CONVENTION, NextStep, Outlook,
    PROGRESSION_CONVENTION, Roll, Seen,
};

/// Likely next techniques that are shown unless someone wants more.
pub const MOST_NEXT: usize = 20;
/// Hosts, users, rules, matches and related rows in a table; the rest of them is counted.
const MOST_ROWS: usize = 20;
/// Longest paragraph, in characters; our own sentences are shorter.
const LONGEST: usize = 2000;
/// Heights of a bar in a line of text, from none.
const BARS: [char; 9] = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// From a number to a name.
type Naming<'a> = &'a dyn Fn(u32) -> String;

/// An investigation with what it was asked of.
#[derive(Clone, Copy, Debug)]
pub struct InvestigationOf<'a> {
    /// What it was asked of.
    pub asked: Asked<'a>,
    /// The answer to it.
    pub found: &'a Investigation,
    /// The coverage's policy.
    pub scoring: &'a Policy,
    /// Today.
    pub date: Date,
    /// How many likely next techniques are shown, usually [`MOST_NEXT`].
    pub most: usize,
}

/// As GitHub and GitLab have it.
pub fn write(of: &InvestigationOf<'_>) -> String {
    let (catalogue, found) = (of.asked.catalogue, of.found);
    let title =
        format!("Investigation in ATT&CK {} {}", catalogue.domain.name(), catalogue.version);
    let mut out = format!("# {}\n", cell(&title));
    let mut said = vec![of.asked.pick.sentence(), of.counts(), format!("Made on {}.", of.date)];
    for missing in &found.missing {
        said.push(format!("No alert has the {} {}.", missing.kind, missing.name));
    }
    for id in &found.extent.unknown {
        said.push(format!("This release of ATT&CK does not have {id}."));
    }
    paragraphs(&mut out, &said);
    of.scope(&mut out);
    of.time_line(&mut out);
    of.progression(&mut out);
    of.next_techniques(&mut out);
    of.matches(&mut out);
    of.related(&mut out);
    out.push_str("\n## How it is counted\n");
    let said = [
        of.asked.policy.sentence(),
        PROGRESSION_CONVENTION.to_owned(),
        MATCHES_CONVENTION.to_owned(),
        of.scoring.sentence(),
        of.asked.gaps.policy.sentence(),
    ];
    paragraphs(&mut out, &said);
    out.push_str(&format!("\n{}\n", cell(MITRE_NOTICE)));
    out
}

fn paragraphs(out: &mut String, said: &[String]) {
    for line in said {
        out.push_str(&format!("\n{}\n", escaped(&plain_up_to(line, LONGEST))));
    }
}

fn rest(out: &mut String, shown: usize, all: usize, what: &str) {
    if all > shown {
        out.push_str(&format!("\nThe first {shown} of {all} {what} are shown.\n"));
    }
}

/// First and last, to be put into a row.
fn times(seen: Option<Seen>) -> [String; 2] {
    let told = |time: Option<Moment>| time.map(|time| time.to_string()).unwrap_or_default();
    [told(seen.map(|seen| seen.first)), told(seen.map(|seen| seen.last))]
}

fn count(seen: Option<Seen>) -> String {
    seen.map_or(0, |seen| seen.alerts).to_string()
}

/// `G0016 APT29, C0024 SolarWinds Compromise`; beyond some of them how many more.
pub(super) fn names(catalogue: &Catalogue, actors: &[Actor]) -> String {
    let name = |actor: &Actor| {
        let called = catalogue.actor_name(*actor);
        format!("{} {}", called.id, called.name)
    };
    first(&actors.iter().map(name).collect::<Vec<_>>())
}

/// `gap: uncovered, priority 4.26`
pub(super) fn gap(outlook: &Outlook) -> String {
    match outlook.gap {
        None => "no gap".to_owned(),
        Some(state) if outlook.is_relevant => {
            format!("gap: {}, priority {:.2}", state.as_str(), outlook.priority)
        }
        Some(state) => format!("{}, but not relevant by the profile", state.as_str()),
    }
}

impl InvestigationOf<'_> {
    /// The likely next techniques that are shown.
    pub(super) fn next(&self) -> &[NextStep] {
        let steps = &self.found.next.steps;
        &steps[..self.most.min(steps.len())]
    }

    fn id(&self, index: TechniqueIndex) -> String {
        self.asked.catalogue.technique(index).id.to_string()
    }

    fn technique(&self, index: TechniqueIndex) -> String {
        let technique = self.asked.catalogue.technique(index);
        format!("{} {}", technique.id, technique.name)
    }

    fn tactic(&self, tactic: u8) -> String {
        let tactic = self.asked.catalogue.tactics.get(usize::from(tactic));
        tactic.map(|tactic| tactic.name.clone()).unwrap_or_default()
    }

    fn host(&self, number: u32) -> String {
        named(self.asked.alerts.hosts().get(number))
    }

    fn rule(&self, number: u32) -> String {
        named(self.asked.alerts.rule(number).label())
    }

    fn counts(&self) -> String {
        let extent = &self.found.extent;
        let span = match extent.seen {
            None => String::new(),
            Some(seen) => format!(" from {} to {}", seen.first, seen.last),
        };
        format!(
            "{}{span} on {}, of {} and {}; {} in {}.",
            number(self.found.rows.len(), "alert"),
            number(extent.hosts.named.len(), "host"),
            number(extent.users.named.len(), "user"),
            number(extent.rules.named.len(), "rule"),
            number(extent.techniques.len(), "technique"),
            number(self.found.progression.tactics.len(), "tactic"),
        )
    }

    fn scope(&self, out: &mut String) {
        let extent = &self.found.extent;
        let alerts = self.asked.alerts;
        let user = |number| named(alerts.users().get(number));
        let incident = |number| named(alerts.incidents().get(number));
        let rolls: [(&str, &Roll, Naming<'_>); 4] = [
            ("Host", &extent.hosts, &|number| self.host(number)),
            ("User", &extent.users, &user),
            ("Rule", &extent.rules, &|number| self.rule(number)),
            ("Incident", &extent.incidents, &incident),
        ];
        let mut rows = Vec::new();
        for (kind, roll, name) in &rolls {
            for each in roll.named.iter().take(MOST_ROWS) {
                let [from, to] = times(Some(each.seen));
                let count = each.seen.alerts.to_string();
                rows.push(vec![(*kind).to_owned(), name(each.number), count, from, to]);
            }
            if roll.unnamed > 0 && !roll.named.is_empty() {
                let none = [(*kind).to_owned(), "(none)".to_owned(), roll.unnamed.to_string()];
                rows.push([&none[..], &[String::new(), String::new()]].concat());
            }
        }
        table(out, "Scope", &["", "Name", "Alerts", "First", "Last"], rows.into_iter());
        for (kind, roll, _) in &rolls {
            let what = format!("{}s", kind.to_lowercase());
            rest(out, MOST_ROWS, roll.named.len(), &what);
        }
        let techniques = extent.techniques.iter().map(|each| {
            let outlook = self.asked.coverage.technique(each.technique);
            let [from, to] = times(each.seen);
            vec![
                self.technique(each.technique),
                count(each.seen),
                from,
                to,
                if each.is_typed { "yes" } else { "" }.to_owned(),
                outlook.covering().len().to_string(),
            ]
        });
        let head = ["Technique", "Alerts", "First", "Last", "Typed", "Rules that cover it"];
        table(out, "Techniques", &head, techniques);
        if extent.unplaced > 0 {
            let alerts = number(extent.unplaced as usize, "alert");
            out.push_str(&format!("\nWithout a technique of this release: {alerts}.\n"));
        }
    }

    fn time_line(&self, out: &mut String) {
        let progression = &self.found.progression;
        let rows = progression.tactics.iter().map(|time| {
            let [from, to] = times(time.seen);
            let count = count(time.seen);
            vec![
                self.tactic(time.tactic),
                count,
                time.techniques.to_string(),
                from,
                to,
                bars(&time.bins),
            ]
        });
        let head = ["Tactic", "Alerts", "Techniques", "First", "Last", "When"];
        table(out, "Time line", &head, rows);
        if let Some(line) = progression.line {
            let said = format!(
                "Each of the {} marks is {} from {} on.",
                line.bins,
                duration(line.width),
                line.since
            );
            paragraphs(out, &[said]);
        }
    }

    fn progression(&self, out: &mut String) {
        let progression = &self.found.progression;
        out.push_str("\n## Progression\n\n");
        for (step, number) in progression.steps.iter().zip(1..) {
            let back = if step.is_backward { ", back from a later tactic" } else { "" };
            let said = format!("{} ({}{back})", self.tactic(step.tactic), step.first);
            out.push_str(&format!("{number}. {}\n", cell(&said)));
        }
        let said = match (progression.furthest, progression.surely) {
            (Some(furthest), Some(surely)) => format!(
                "Furthest tactic of the matrix: {}; surely reached: {}.",
                self.tactic(furthest),
                self.tactic(surely)
            ),
            (Some(furthest), None) => {
                format!("Furthest tactic of the matrix: {}.", self.tactic(furthest))
            }
            (None, _) => "No tactic was seen.".to_owned(),
        };
        paragraphs(out, &[said]);
    }

    fn next_techniques(&self, out: &mut String) {
        let (catalogue, next) = (self.asked.catalogue, &self.found.next);
        let rows = self.next().iter().zip(1_usize..).map(|(step, rank)| {
            let because = &step.because;
            let ids: Vec<String> = because.antecedent.iter().map(|index| self.id(*index)).collect();
            let tactics = &catalogue.technique(step.technique).tactics;
            let tactics: Vec<String> = tactics.iter().map(|tactic| self.tactic(*tactic)).collect();
            vec![
                rank.to_string(),
                self.technique(step.technique),
                ids.join(" and "),
                format!("{} of {}", because.support(), because.with),
                format!("{:.0} %", because.confidence() * 100.0),
                format!("{} of {}", because.users, because.entities),
                format!("{:.1}", because.lift()),
                format!("{} ({})", tactics.join(", "), step.standing.label()),
                step.outlook.answer().to_owned(),
                gap(&step.outlook),
                names(catalogue, &because.supporters),
            ]
        });
        let head = [
            "Rank",
            "Technique",
            "Because of",
            "Use both",
            "Confidence",
            "Of all",
            "Lift",
            "Tactics",
            "Would one see it?",
            "Gap",
            "Who",
        ];
        table(out, "Likely next techniques", &head, rows);
        rest(out, self.next().len(), next.steps.len(), "techniques");
        let left = next.left_out;
        let said = [
            NEXT_CONVENTION.to_owned(),
            format!(
                "From {} groups and {} campaigns and {} of {} picked techniques, at most {} of them together: {} sets. Left out: {} for little support, {} for little confidence, {} as hardly more frequent than anywhere, {} above a picked sub-technique.",
                next.groups,
                next.campaigns,
                next.explaining,
                self.found.picked.len(),
                next.largest,
                next.sets,
                left.little_support,
                left.little_confidence,
                left.little_lift,
                left.above_picked,
            ),
        ];
        paragraphs(out, &said);
    }

    fn matches(&self, out: &mut String) {
        let catalogue = self.asked.catalogue;
        let rows = self.found.matches.iter().take(MOST_ROWS).map(|each| {
            let ids: Vec<String> = each.shared.iter().map(|index| self.id(*index)).collect();
            let uncovered: Vec<String> =
                each.uncovered.iter().map(|(index, _)| self.id(*index)).collect();
            vec![
                names(catalogue, &[each.actor]),
                format!("{} of {}", each.shared.len(), each.picked),
                format!("{:.0} %", each.containment() * 100.0),
                format!("{:.3}", each.jaccard()),
                each.used.to_string(),
                first(&ids),
                first(&uncovered),
            ]
        });
        let head = [
            "Group or campaign",
            "Picked techniques",
            "Containment",
            "Jaccard",
            "Uses in all",
            "Which",
            "Also used and not covered",
        ];
        table(out, "Matching groups and campaigns", &head, rows);
        rest(out, MOST_ROWS, self.found.matches.len(), "groups and campaigns");
        let also = &self.found.also_used;
        let rows = also.iter().take(MOST_ROWS).map(|each| {
            vec![
                self.technique(each.technique),
                each.actors.len().to_string(),
                names(catalogue, &each.actors),
                each.outlook.answer().to_owned(),
                gap(&each.outlook),
            ]
        });
        let head = ["Technique", "Used by", "Who", "Would one see it?", "Gap"];
        table(out, "What the best matches also use", &head, rows);
        rest(out, MOST_ROWS, also.len(), "techniques");
    }

    fn related(&self, out: &mut String) {
        let related = &self.found.related;
        let rows = related.alerts.iter().take(MOST_ROWS).map(|each| {
            let [from, to] = times(Some(each.seen));
            vec![
                self.host(each.host),
                if each.on_picked_host { "yes" } else { "" }.to_owned(),
                each.of_picked_users.to_string(),
                self.rule(each.rule),
                each.seen.alerts.to_string(),
                from,
                to,
            ]
        });
        let head = ["Host", "Picked host", "Of picked users", "Rule", "Alerts", "First", "Last"];
        table(out, "Related activity", &head, rows);
        rest(out, MOST_ROWS, related.alerts.len(), "pairs of host and rule");
        if let Some(window) = related.window {
            let tactics: Vec<String> = related
                .tactics
                .iter()
                .map(|(tactic, alerts)| format!("{} {alerts}", self.tactic(*tactic)))
                .collect();
            let tactics = if tactics.is_empty() { "none".to_owned() } else { tactics.join(", ") };
            let said = format!(
                "In the same tactics from {} to before {}: {} more; {tactics}.",
                window.since,
                window.until,
                number(related.seen.map_or(0, |seen| seen.alerts as usize), "alert"),
            );
            paragraphs(out, &[said]);
        }
    }
}

/// `1 host`, `2 hosts`
pub(super) fn number(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    }
}

fn named(name: &str) -> String {
    if name.is_empty() { "(none)".to_owned() } else { name.to_owned() }
}

/// Counts as bars; the highest is the highest of these counts.
fn bars(counts: &[u32]) -> String {
    let highest = counts.iter().copied().max().unwrap_or_default().max(1);
    let height = |count: u32| (u64::from(count) * 8).div_ceil(u64::from(highest));
    let bar = |count: &u32| usize::try_from(height(*count)).ok().and_then(|at| BARS.get(at));
    counts.iter().filter_map(bar).collect()
}

/// Milliseconds as people read them.
fn duration(milliseconds: i64) -> String {
    let seconds = milliseconds as f64 / 1000.0;
    match seconds {
        s if s < 120.0 => format!("{s} s"),
        s if s < 7200.0 => format!("{:.1} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} days", s / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_whole_and_nothing_but_zero_is_none() {
        assert_eq!(bars(&[0, 1, 50, 100]), "·▁▄█");
        assert_eq!(bars(&[0, 0]), "··");
        assert_eq!(bars(&[u32::MAX]), "█");
    }

    #[test]
    fn durations() {
        assert_eq!(
            [500, 90_000, 600_000, 10_800_000, 259_200_000].map(duration),
            ["0.5 s", "90 s", "10.0 min", "3.0 h", "3.0 days"]
        );
    }
}
