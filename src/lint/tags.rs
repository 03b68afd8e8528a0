//! What is wrong with the tags of one rule.

use super::fixes::Rewriter;
use super::tactics::{Meant, Standing, TacticIndex, Tactics};
use super::{Change, Finding, Fix, Subject};
use crate::attack::{Catalogue, Resolution, TechniqueIndex};
use crate::coverage;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::MAX_RULE_FINDINGS;
use crate::rule::{Claim, Format, Rule, RuleIndex, Tag};

/// Looks at the tags of a rule.
pub(super) fn examine(
    subject: &Subject<'_>,
    tactics: &Tactics<'_>,
    at: RuleIndex,
    findings: &mut Vec<Finding>,
) {
    let Some(rule) = subject.intake.rules.get(at as usize) else { return };
    let techniques = subject.techniques(at);
    let of_techniques = tactics_of(subject.catalogue, techniques);
    let rewriter = Rewriter {
        catalogue: subject.catalogue,
        tactics,
        of_techniques: (!techniques.is_empty()).then_some(&of_techniques),
    };
    let doctor = Doctor {
        subject,
        tactics,
        rule,
        techniques,
        of_techniques: &of_techniques,
        rewriter: &rewriter,
    };
    let plan = rewriter.plan(rule);
    let known = findings.len();
    for (tag, texts) in rule.tags.iter().zip(&plan) {
        if findings.len() - known >= MAX_RULE_FINDINGS {
            let message = "there is more to say about the tags of this rule than is listed";
            let code = findings.last().map_or(Code::TagUnknown, |last| last.diagnostic.code);
            let more = doctor.at(tag, Severity::Note, code, message.to_owned());
            findings.push(Finding::new(at, more.hint("correct what is listed first")));
            return;
        }
        let mut found = Vec::new();
        for claim in &tag.claims {
            found.extend(doctor.claim(tag, claim, texts.is_some()));
        }
        if let Some(texts) = texts {
            if found.is_empty() {
                found.push(doctor.spelling(tag, texts));
            }
            // One fix a tag, at the first thing found: it puts right all of them.
            let mut found = found.into_iter().map(|diagnostic| Finding::new(at, diagnostic));
            findings.extend(found.next().map(|finding| Finding {
                fix: Some(fix(tag, Change::Replace(texts.clone()))),
                ..finding
            }));
            findings.extend(found);
        } else {
            findings.extend(found.into_iter().map(|diagnostic| Finding::new(at, diagnostic)));
        }
        for claim in &tag.claims {
            let more = doctor.mismatch(tag, claim).into_iter().chain(doctor.parent(tag, claim));
            findings.extend(more.map(|diagnostic| Finding::new(at, diagnostic)));
        }
    }
    if rule.format == Format::Sigma {
        doctor.missing_tactics(at, &plan, findings);
    }
}

fn fix(tag: &Tag, change: Change) -> Fix {
    Fix { line: tag.line, column: tag.column, written: tag.written.clone(), change }
}

/// The tactics of techniques, in matrix order.
fn tactics_of(catalogue: &Catalogue, techniques: &[TechniqueIndex]) -> Vec<TacticIndex> {
    let mut tactics: Vec<TacticIndex> = Vec::new();
    for index in techniques {
        for tactic in &catalogue.technique(*index).tactics {
            if !tactics.contains(tactic) {
                tactics.push(*tactic);
            }
        }
    }
    crate::sorted::sort(&mut tactics);
    tactics
}

/// One rule under examination.
struct Doctor<'a> {
    subject: &'a Subject<'a>,
    tactics: &'a Tactics<'a>,
    rule: &'a Rule,
    techniques: &'a [TechniqueIndex],
    of_techniques: &'a [TacticIndex],
    rewriter: &'a Rewriter<'a>,
}

impl Doctor<'_> {
    fn at(&self, tag: &Tag, severity: Severity, code: Code, message: String) -> Diagnostic {
        Diagnostic::new(severity, code, &self.rule.path, message).at(tag.line, Some(tag.column))
    }

    fn release(&self) -> String {
        let catalogue = self.subject.catalogue;
        format!("{} {}", catalogue.domain.name(), catalogue.version)
    }

    /// `attack.stealth, attack.execution`, or the bare names in other formats.
    fn names(&self, tactics: &[TacticIndex]) -> String {
        let before = if self.rule.format == Format::Sigma { "attack." } else { "" };
        let mut names = String::new();
        for tactic in tactics {
            if !names.is_empty() {
                names.push_str(", ");
            }
            names.push_str(before);
            names.push_str(self.tactics.shortname(*tactic));
        }
        names
    }

    /// A claim that names nothing, or nothing any more.
    fn claim(&self, tag: &Tag, claim: &Claim, has_fix: bool) -> Option<Diagnostic> {
        let subject = self.subject;
        let told = coverage::diagnose(subject.catalogue, subject.others, self.rule, tag, claim);
        let standing = self.tactics.of(claim);
        if let (Some(told), Some(Standing::Misspelt(meant)), true) = (&told, standing, has_fix) {
            return Some(told.clone().hint(self.instead(meant)));
        }
        if told.is_some() {
            return told;
        }
        let standing = standing.filter(|found| !matches!(found, Standing::Known(_)))?;
        let (written, release) = (&tag.written, self.release());
        Some(match standing {
            Standing::Known(_) => return None,
            Standing::Retired => {
                let message = format!("'{written}': {release} has this tactic no more");
                self.at(tag, Severity::Note, Code::TacticRetired, message)
                    .hint(self.instead(Meant::Retired))
            }
            Standing::Newer => {
                let message = format!("'{written}': {release} does not have this tactic yet");
                self.at(tag, Severity::Note, Code::TacticUnknown, message)
                    .hint("load ATT&CK 19 or later")
            }
            Standing::Foreign(home) => {
                let message =
                    format!("'{written}' is a tactic of {}, not of {release}", home.name());
                self.at(tag, Severity::Note, Code::TagOtherDomain, message)
                    .hint("switch the domain to see it")
            }
            Standing::Misspelt(meant) => {
                let message = format!("'{written}': {release} has no such tactic");
                self.at(tag, Severity::Warning, Code::TacticUnknown, message)
                    .hint(self.instead(meant))
            }
            Standing::Unknown => {
                let message = format!("'{written}': {release} has no such tactic");
                self.at(tag, Severity::Warning, Code::TacticUnknown, message)
                    .hint("correct or remove it")
            }
        })
    }

    /// What to write for a tactic that is gone or misspelt.
    fn instead(&self, meant: Meant) -> String {
        let standing = match meant {
            Meant::Known(tactic) => Standing::Known(tactic),
            Meant::Retired => Standing::Retired,
        };
        match self.rewriter.meant(standing).as_deref() {
            None => format!(
                "write {}, whichever fits; the rule names no technique that decides it",
                self.names(&self.tactics.successors).replace(", ", " or ")
            ),
            Some([]) => {
                "remove it; none of the rule's techniques is in what took its place".to_owned()
            }
            Some(tactics) => format!("write {}", self.names(tactics)),
        }
    }

    /// A tag that is understood, and spelt otherwise in the specification.
    fn spelling(&self, tag: &Tag, texts: &[String]) -> Diagnostic {
        let written = &tag.written;
        let message = match texts {
            _ if tag.claims.len() > 1 => format!("'{written}' holds several tags in one"),
            _ => format!("'{written}' is read, but is not how such a tag is spelt"),
        };
        let hint = match texts {
            [] => "remove it; the same tag is there already".to_owned(),
            texts => format!("write {}", texts.join(", ")),
        };
        self.at(tag, Severity::Note, Code::TagSpelling, message).hint(hint)
    }

    /// A tactic that no technique of the rule has; where a tag pairs both, that of the pair.
    fn mismatch(&self, tag: &Tag, claim: &Claim) -> Option<Diagnostic> {
        let Some(Standing::Known(tactic)) = self.tactics.of(claim) else { return None };
        if !matches!(claim, Claim::Tactic(_) | Claim::TacticId(_)) {
            return None;
        }
        let paired: Vec<TechniqueIndex> =
            tag.claims.iter().filter_map(|claim| self.live(claim)).collect();
        let name = &self.subject.catalogue.tactics.get(usize::from(tactic))?.name;
        let (has, whose) = match paired[..] {
            [] if self.techniques.is_empty() => return None,
            [] => (self.of_techniques.to_vec(), "none of the rule's techniques"),
            _ => (tactics_of(self.subject.catalogue, &paired), "not the technique it stands with"),
        };
        if has.contains(&tactic) {
            return None;
        }
        let message = format!("'{}': {whose} is in {name} in {}", tag.written, self.release());
        let hint = format!(
            "the techniques are in {}; remove the tactic, or add the technique that is meant",
            self.names(&has)
        );
        Some(self.at(tag, Severity::Warning, Code::TacticMismatch, message).hint(hint))
    }

    /// The live technique a claim leads to.
    fn live(&self, claim: &Claim) -> Option<TechniqueIndex> {
        let Claim::Technique(id) = claim else { return None };
        match self.subject.catalogue.resolve(*id) {
            Resolution::Live(index) | Resolution::Revoked(index) => Some(index),
            Resolution::Deprecated | Resolution::Unknown => None,
        }
    }

    /// A technique beside one of its own sub-techniques.
    fn parent(&self, tag: &Tag, claim: &Claim) -> Option<Diagnostic> {
        if lists_parents(self.rule.format) {
            return None;
        }
        let parent = self.live(claim)?;
        let catalogue = self.subject.catalogue;
        // Both are sorted: sub-techniques follow their technique.
        let at = self.techniques.binary_search(&parent).ok()?;
        let sub = self.techniques.get(at + 1)?;
        if catalogue.technique(*sub).parent != Some(parent) {
            return None;
        }
        let message = format!(
            "'{}' stands beside {}, a sub-technique of it",
            tag.written,
            catalogue.technique(*sub).id
        );
        Some(
            self.at(tag, Severity::Note, Code::ParentBesideSub, message)
                .hint("keep it only if the rule detects more of the technique than that"),
        )
    }

    /// Techniques none of whose tactics is tagged. The fix adds all tactics of the technique, as
    /// SigmaHQ does (August 2026: for 870 of 870 tags of techniques with more than one tactic).
    fn missing_tactics(
        &self,
        at: RuleIndex,
        plan: &[Option<Vec<String>>],
        findings: &mut Vec<Finding>,
    ) {
        let tags = &self.rule.tags;
        let mut tagged: Vec<TacticIndex> = Vec::new();
        let mut last = None;
        for tag in tags {
            let known = tagged.len();
            for claim in &tag.claims {
                let meant = self.tactics.of(claim).and_then(|found| self.rewriter.meant(found));
                tagged.extend(meant.unwrap_or_default());
            }
            if tagged.len() > known {
                last = Some(tag);
            }
        }
        for (tag, texts) in tags.iter().zip(plan) {
            // It goes because another tag says the same.
            if texts.as_ref().is_some_and(Vec::is_empty) {
                continue;
            }
            for technique in tag.claims.iter().filter_map(|claim| self.live(claim)) {
                let technique = self.subject.catalogue.technique(technique);
                if technique.tactics.iter().any(|tactic| tagged.contains(tactic)) {
                    continue;
                }
                let names = self.names(&technique.tactics);
                let message = format!("'{}': no tactic of {} is tagged", tag.written, technique.id);
                let found = self
                    .at(tag, Severity::Note, Code::TacticMissing, message)
                    .hint(format!("add {names}"));
                tagged.extend(&technique.tactics);
                let added = names.split(", ").map(str::to_owned).collect();
                let place = match last {
                    Some(last) => fix(last, Change::After(added)),
                    None => fix(tag, Change::Before(added)),
                };
                findings.push(Finding { fix: Some(place), ..Finding::new(at, found) });
            }
        }
    }
}

/// Whether a format asks for the technique beside each sub-technique: nested in Elastic's
/// `threat`, in two lists in Sentinel's exports, by custom in Splunk's content; CAR nests too.
fn lists_parents(format: Format) -> bool {
    matches!(format, Format::Elastic | Format::Splunk | Format::Sentinel | Format::Car)
}
