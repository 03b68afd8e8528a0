//! The report for people: the same tables as Markdown and as a page of HTML that needs nothing
//! else. What stands in them comes from strangers (a log source, the names of somebody's own
//! matrix, a path): no markup of theirs gets through.

use super::report_detections_text;
use super::report_json::ReportOf;
use crate::attack::TechniqueIndex;
use crate::coverage::{
    CoverageState, Grouping, Panel, Policy, Summary, platform_views, states, tactic_views, weakest,
};
use crate::heatmap::MITRE_NOTICE;
use crate::heatmap::wording::{percent, plain_up_to};
use crate::source::Bucket;

/// Longest text of a cell, in characters; our own sentences are shorter.
const LONGEST_TEXT: usize = 600;
/// Ids named in one cell; the rest of them is counted.
const MOST_IDS: usize = 10;
/// Log sources named as the weakest.
const WEAKEST: usize = 10;
/// Techniques named as a tactic's best, and as its worst.
const BEST: usize = 3;

/// A table with a heading, and what is to be said about it.
struct Section {
    heading: &'static str,
    note: String,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// As Markdown, as GitHub and GitLab have it.
pub fn markdown(of: &ReportOf<'_>) -> String {
    let mut out = format!("# {}\n", markdown_escaped(&of.title()));
    for line in of.said() {
        out.push_str(&format!("\n{}\n", markdown_escaped(&line)));
    }
    for section in of.sections() {
        out.push_str(&format!("\n## {}\n", section.heading));
        if !section.note.is_empty() {
            out.push_str(&format!("\n{}\n", markdown_escaped(&section.note)));
        }
        if section.rows.is_empty() {
            continue;
        }
        out.push_str(&format!("\n| {} |\n", section.head.join(" | ")));
        out.push_str(&format!("|{}\n", "---|".repeat(section.head.len())));
        for row in &section.rows {
            let cells: Vec<String> = row.iter().map(|cell| markdown_escaped(cell)).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    out.push_str(&format!("\n{}\n", markdown_escaped(MITRE_NOTICE)));
    out
}

/// As one page of HTML without scripts, pictures or addresses.
pub fn html(of: &ReportOf<'_>) -> String {
    let title = html_escaped(&of.title());
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    for line in of.said() {
        out.push_str(&format!("<p>{}</p>\n", html_escaped(&line)));
    }
    for section in of.sections() {
        out.push_str(&format!("<section>\n<h2>{}</h2>\n", section.heading));
        if !section.note.is_empty() {
            out.push_str(&format!("<p>{}</p>\n", html_escaped(&section.note)));
        }
        if !section.rows.is_empty() {
            out.push_str("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
            out.push_str(section.heading);
            out.push_str("\"><table>\n<thead><tr>");
            for head in &section.head {
                out.push_str(&format!("<th scope=\"col\">{head}</th>"));
            }
            out.push_str("</tr></thead>\n<tbody>\n");
            for row in &section.rows {
                out.push_str("<tr>");
                for (at, cell) in row.iter().enumerate() {
                    let cell = html_escaped(cell);
                    out.push_str(&match at {
                        0 => format!("<th scope=\"row\">{cell}</th>"),
                        _ => format!("<td>{cell}</td>"),
                    });
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</tbody>\n</table></div>\n");
        }
        out.push_str("</section>\n");
    }
    out.push_str(&format!("<footer><p>{}</p></footer>\n", html_escaped(MITRE_NOTICE)));
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:72rem;margin:0 auto;padding:1.5rem}.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #8886}tbody th{font-weight:400}";

impl ReportOf<'_> {
    fn title(&self) -> String {
        let release = plain_up_to(&self.catalogue.version, LONGEST_TEXT);
        format!("Coverage of ATT&CK {} {release}", self.catalogue.domain.name())
    }

    /// What was counted, and how.
    fn said(&self) -> Vec<String> {
        let s = &self.coverage.summary;
        let mut said = vec![format!(
            "{} rules read: {} mapped, {} unmapped, {} left out for their status, {} disabled, {} copies.",
            s.rules_read,
            s.rules_mapped,
            s.rules_unmapped,
            s.rules_excluded,
            s.rules_disabled,
            s.duplicates
        )];
        if s.says_nothing() {
            said.push("No ATT&CK mapping in this format.".to_owned());
        }
        said.push(Summary::CONVENTION.to_owned());
        said.push(self.policy.sentence());
        if !self.scope.platforms.is_empty() {
            let platforms = self.scope.platforms.join(", ");
            said.push(format!("Only techniques on {platforms} are counted."));
        }
        said.extend(self.scope.remarks().into_iter().map(|(_, said)| said));
        said
    }

    fn sections(&self) -> Vec<Section> {
        let panel = Panel::of(self.catalogue, self.coverage, &self.asked);
        let mut sections = vec![denominators(&panel), self.states(), self.depth(&panel)];
        sections.extend([self.concentration(&panel), self.weakest(), self.tactics()]);
        sections.extend([self.platforms(), self.techniques()]);
        sections.extend(report_detections_text::sections(self).into_iter().map(|found| Section {
            heading: found.heading,
            note: found.note,
            head: found.head,
            rows: found.rows,
        }));
        sections.push(self.import());
        sections
    }

    fn id(&self, index: TechniqueIndex) -> String {
        self.catalogue.technique(index).id.to_string()
    }

    /// The first ids, and how many there are beside them.
    fn ids(&self, techniques: impl IntoIterator<Item = TechniqueIndex>) -> String {
        let ids: Vec<String> = techniques.into_iter().map(|index| self.id(index)).collect();
        let shown = ids.iter().take(MOST_IDS).cloned().collect::<Vec<_>>().join(", ");
        match ids.len().saturating_sub(MOST_IDS) {
            0 => shown,
            more => format!("{shown} and {more} more"),
        }
    }

    fn states(&self) -> Section {
        let row = |state: CoverageState| {
            let list = state.list(self.catalogue, self.coverage);
            let is_sub =
                |index: &&TechniqueIndex| self.catalogue.technique(**index).parent.is_some();
            let subs = list.iter().filter(is_sub).count();
            vec![state.label().to_owned(), (list.len() - subs).to_string(), subs.to_string()]
        };
        Section {
            heading: "States",
            note: "The first four exclude one another; the others go with them.".to_owned(),
            head: vec!["State", "Techniques", "Sub-techniques"],
            rows: CoverageState::ALL.map(row).into(),
        }
    }

    fn depth(&self, panel: &Panel) -> Section {
        let at_least = &panel.at_least;
        let row = |bar: &crate::coverage::Bar| {
            let ids = self.ids(bar.techniques.iter().copied());
            vec![bar.label(), bar.techniques.len().to_string(), bar.exact.len().to_string(), ids]
        };
        Section {
            heading: "Rules per technique",
            note: format!(
                "{} have a score of {} or more.",
                share(at_least.techniques.len(), at_least.total, "techniques"),
                at_least.threshold
            ),
            head: vec!["Rules", "Techniques", "Exact ids", "Which techniques"],
            rows: panel.bars.iter().map(row).collect(),
        }
    }

    fn concentration(&self, panel: &Panel) -> Section {
        let found = &panel.concentration;
        let row = |(index, rules): &(TechniqueIndex, usize)| {
            let name = &self.catalogue.technique(*index).name;
            vec![self.id(*index), name.clone(), rules.to_string()]
        };
        Section {
            heading: "Concentration",
            note: format!(
                "The {} most-mapped ids of {} hold {}.",
                found.top.len(),
                found.ids,
                share(found.held(), found.mappings, "pairs of a rule and an id")
            ),
            head: vec!["Id", "Name", "Rules"],
            rows: found.top.iter().map(row).collect(),
        }
    }

    fn weakest(&self) -> Section {
        let found = weakest(self.catalogue, self.intake, self.coverage, self.policy);
        let row = |one: &crate::coverage::Dependency| {
            vec![
                one.log_source.to_string(),
                one.rules.to_string(),
                self.ids(one.techniques.iter().copied()),
                self.ids(one.subtechniques.iter().copied()),
                one.points.to_string(),
            ]
        };
        Section {
            heading: "Weakest dependencies",
            note: match self.policy {
                Policy::Peer { .. } => "What would be lost with a log source. Score points are 0: what another tool would give fewer rules is not asked.",
                _ => "What would be lost with a log source.",
            }
            .to_owned(),
            head: vec!["Log source", "Rules", "Techniques", "Sub-techniques", "Score points"],
            rows: found.iter().take(WEAKEST).map(row).collect(),
        }
    }

    fn tactics(&self) -> Section {
        let views = tactic_views(self.catalogue, self.coverage);
        let row = |(tactic, view): (&crate::attack::Tactic, &crate::coverage::TacticView)| {
            vec![
                tactic.name.clone(),
                of(view.covered.len(), view.total()),
                percent(view.covered.len(), view.total()),
                view.rules.to_string(),
                view.median_log_sources.map_or_else(String::new, |median| median.to_string()),
                self.ids(view.best(BEST)),
                self.ids(view.worst(BEST)),
            ]
        };
        Section {
            heading: "Tactics",
            note: "Depth is the median number of log sources behind a covered technique."
                .to_owned(),
            head: vec!["Tactic", "Techniques", "Percent", "Rules", "Depth", "Best", "Worst"],
            rows: self.catalogue.tactics.iter().zip(&views).map(row).collect(),
        }
    }

    fn platforms(&self) -> Section {
        let families = Grouping::Families;
        let views = platform_views(self.catalogue, self.intake, self.coverage, families);
        let row = |view: &crate::coverage::PlatformView| {
            let all = view.all();
            vec![
                view.name.clone(),
                of(all.visible, all.total),
                percent(all.visible, all.total),
                all.unstated.to_string(),
                of(all.covered, all.total),
                percent(all.covered, all.total),
            ]
        };
        Section {
            heading: "Platforms",
            note: "Techniques and sub-techniques of each platform: seen by a rule whose log source is of it; perhaps seen, by rules that say nothing of platforms; covered by any rule."
                .to_owned(),
            head: vec!["Platform", "Seen", "Percent", "Perhaps", "By any rule", "Percent"],
            rows: views.iter().map(row).collect(),
        }
    }

    fn techniques(&self) -> Section {
        let rows = self.catalogue.indices().zip(&self.coverage.techniques);
        let row = |(index, cover): (TechniqueIndex, &crate::coverage::TechniqueCoverage)| {
            let said = states(self.catalogue, self.coverage, index).map(CoverageState::label);
            vec![
                self.id(index),
                self.catalogue.technique(index).name.clone(),
                said.collect::<Vec<_>>().join(", "),
                cover.score.map_or_else(String::new, |score| score.to_string()),
                cover.rules.len().to_string(),
                cover.rules_rollup.len().to_string(),
                cover.log_sources.to_string(),
            ]
        };
        Section {
            heading: "Techniques",
            note: String::new(),
            head: vec![
                "Id",
                "Name",
                "States",
                "Score",
                "Rules",
                "With sub-techniques",
                "Log sources",
            ],
            rows: rows.filter(|(_, cover)| cover.in_scope).map(row).collect(),
        }
    }

    fn import(&self) -> Section {
        let counts = self.intake.report.counts();
        let failed = self.intake.report.outcomes.iter().filter_map(|outcome| {
            let Bucket::Failed { reason, remedy, .. } = &outcome.bucket else { return None };
            Some(vec![outcome.path.clone(), reason.clone(), remedy.clone()])
        });
        Section {
            heading: "Import",
            note: format!(
                "{} files: {} read, {} skipped, {} failed.",
                counts.files, counts.read, counts.skipped, counts.failed
            ),
            head: vec!["Failed file", "Why", "What to do"],
            rows: failed.collect(),
        }
    }
}

fn denominators(panel: &Panel) -> Section {
    let row = |one: &crate::coverage::Denominator| {
        vec![
            one.kind.label().to_owned(),
            of(one.covered.len(), one.total()),
            percent(one.covered.len(), one.total()),
            one.sentence.clone(),
        ]
    };
    Section {
        heading: "Covered, of what",
        note: String::new(),
        head: vec!["Of", "Covered", "Percent", "What is counted"],
        rows: panel.denominators.iter().map(row).collect(),
    }
}

/// `171 of 222`
fn of(part: usize, whole: usize) -> String {
    format!("{part} of {whole}")
}

/// `124 of 222 techniques (55.9 %)`
fn share(part: usize, whole: usize, what: &str) -> String {
    format!("{} {what} ({})", of(part, whole), percent(part, whole))
}

fn markdown_escaped(text: &str) -> String {
    super::diff::escaped(&plain_up_to(text, LONGEST_TEXT))
}

fn html_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in plain_up_to(text, LONGEST_TEXT).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}
