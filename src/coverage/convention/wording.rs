//! Everything that is said about conventions, in one place.

use super::{Convention, Ledger, Tally, Universe};
use crate::rule::Intake;
use crate::sorted;

/// Why a tool's number differs from ours at an id. In order: of several the first is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The technique is out of the scope asked for; no tool knows that scope.
    OutOfScope,
    /// The id is on no list of the tool's own.
    OtherDenominator,
    /// The tool does not read the rule's format.
    FormatNotRead,
    /// The tool does not read files with this ending.
    FileExtension,
    /// The file is broken.
    MalformedFile,
    /// The file has several YAML documents, which the tool cannot read.
    MultiDocument,
    /// The rule is switched off.
    Disabled,
    /// Coverlay counts a correlation without tags on those of its rules.
    LentTags,
    /// The tool does not follow revoked ids.
    RevokedNotFollowed,
    /// The id is deprecated.
    DeprecatedTechnique,
    /// No release has the id.
    Unknown,
    /// The rule names the technique and not the tactic of the cell.
    TacticMissing,
    /// The tool cannot read the tag as it is written.
    TagNotRead,
    /// The tool reads another id from the tag than Coverlay does.
    TagReadOtherwise,
    /// Several rules have one id or title and count once.
    SameIdentity,
    /// The rule is a copy of another.
    Duplicate,
    /// The rule's status is one that Coverlay leaves out.
    DeprecatedRule,
    /// The rule says itself that it is switched off.
    DisabledRule,
    /// The rule is off in a what-if.
    SwitchedOff,
    /// The rule was not among those picked.
    NotPicked,
    /// The rule counts several times on one id.
    MultiCounted,
    /// The id stands in prose or an address only.
    MentionOnly,
    /// A technique takes over the rules of its sub-techniques.
    ParentInherited,
    /// A sub-technique is counted as the technique above it.
    SubtechniqueFolded,
    /// A rule for the technique counts in part on its sub-techniques.
    ParentToSub,
    /// A rule for a sub-technique counts in part on the technique above it.
    SubToParent,
    /// Someone states it in an administration file; no rule is behind it.
    Statement,
}

impl Reason {
    /// All, in order.
    pub const ALL: [Self; 27] = [
        Self::OutOfScope,
        Self::OtherDenominator,
        Self::FormatNotRead,
        Self::FileExtension,
        Self::MalformedFile,
        Self::MultiDocument,
        Self::Disabled,
        Self::LentTags,
        Self::RevokedNotFollowed,
        Self::DeprecatedTechnique,
        Self::Unknown,
        Self::TacticMissing,
        Self::TagNotRead,
        Self::TagReadOtherwise,
        Self::SameIdentity,
        Self::Duplicate,
        Self::DeprecatedRule,
        Self::DisabledRule,
        Self::SwitchedOff,
        Self::NotPicked,
        Self::MultiCounted,
        Self::MentionOnly,
        Self::ParentInherited,
        Self::SubtechniqueFolded,
        Self::ParentToSub,
        Self::SubToParent,
        Self::Statement,
    ];

    /// As in machine output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OutOfScope => "out_of_scope",
            Self::OtherDenominator => "other_denominator",
            Self::FormatNotRead => "format_not_read",
            Self::FileExtension => "file_extension",
            Self::MalformedFile => "malformed_file",
            Self::MultiDocument => "multi_document",
            Self::Disabled => "disabled",
            Self::LentTags => "lent_tags",
            Self::RevokedNotFollowed => "revoked_not_followed",
            Self::DeprecatedTechnique => "deprecated_technique",
            Self::Unknown => "unknown",
            Self::TacticMissing => "tactic_missing",
            Self::TagNotRead => "tag_not_read",
            Self::TagReadOtherwise => "tag_read_otherwise",
            Self::SameIdentity => "same_identity",
            Self::Duplicate => "duplicate",
            Self::DeprecatedRule => "deprecated_rule",
            Self::DisabledRule => "disabled_rule",
            Self::SwitchedOff => "switched_off",
            Self::NotPicked => "not_picked",
            Self::MultiCounted => "multi_counted",
            Self::MentionOnly => "mention_only",
            Self::ParentInherited => "parent_inherited",
            Self::SubtechniqueFolded => "subtechnique_folded",
            Self::ParentToSub => "parent_to_sub",
            Self::SubToParent => "sub_to_parent",
            Self::Statement => "statement",
        }
    }

    /// In one sentence, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OutOfScope => {
                "The technique is not on the platforms asked for; the tool knows no such scope."
            }
            Self::OtherDenominator => "The tool's own list of techniques does not have this id.",
            Self::FormatNotRead => "The tool does not read rules of this format.",
            Self::FileExtension => "The tool does not read files with this ending.",
            Self::MalformedFile => "The file is broken; Coverlay reads what is whole in it.",
            Self::MultiDocument => {
                "The file holds several YAML documents; the tool loses all of it."
            }
            Self::Disabled => "The rule is switched off; the tool shows enabled ones only.",
            Self::LentTags => {
                "A correlation without tags counts here on the tags of the rules it names."
            }
            Self::RevokedNotFollowed => {
                "The id is revoked; Coverlay counts on its successor, the tool does not."
            }
            Self::DeprecatedTechnique => {
                "The id is deprecated and has no successor; Coverlay does not count it."
            }
            Self::Unknown => {
                "This ATT&CK release does not have the id; Coverlay does not count it."
            }
            Self::TacticMissing => {
                "The rule names the technique but not its tactic; the tool has no cell for it."
            }
            Self::TagNotRead => "The tool cannot read the tag as it is written.",
            Self::TagReadOtherwise => "The tool reads another id from the tag than it means.",
            Self::SameIdentity => {
                "Several rules share an id or a title; the tool counts them once."
            }
            Self::Duplicate => "The rule is a copy of another; Coverlay counts it once.",
            Self::DeprecatedRule => {
                "The rule is deprecated or unsupported; Coverlay leaves it out unless asked."
            }
            Self::DisabledRule => {
                "Rules that are switched off do not count here unless asked for; the tool counts them."
            }
            Self::SwitchedOff => "Off in the what-if that is shown; the tool counts all.",
            Self::NotPicked => "Only picked rules count here; the tool counts all.",
            Self::MultiCounted => "The tool counts the same rule more than once on this id.",
            Self::MentionOnly => {
                "The id stands only in the description or an address, and no tag names it."
            }
            Self::ParentInherited => {
                "Only sub-techniques have rules; the tool counts the technique above them like any other."
            }
            Self::SubtechniqueFolded => {
                "Only sub-techniques have rules; the tool counts them as the technique above."
            }
            Self::ParentToSub => {
                "Only the technique above has a rule; the tool gives its sub-techniques half of it."
            }
            Self::SubToParent => {
                "Only a sub-technique has a rule; the tool gives the technique above half of it."
            }
            Self::Statement => "An administration file states it; no rule is behind it.",
        }
    }
}

impl Convention {
    /// The tool, and the version that was read.
    pub fn label(self) -> &'static str {
        match self {
            Self::SigmaCliCount => "sigma-cli 3.1.0, count",
            Self::SigmaCliMax => "sigma-cli 3.1.0, max",
            Self::SigmaCliLevel => "sigma-cli 3.1.0, level",
            Self::Rsigma => "rsigma 0.23.0",
            Self::Dettect => "DeTT&CT 2.2 with Dettectinator 1.4.4",
            Self::Countermap => "countermap 0.2.2",
            Self::DetectForge => "Detect-Forge, 2026",
            Self::Kibana => "Kibana 9, MITRE ATT&CK coverage",
            Self::AttackMapper => "attack-mapper 0.4.1",
            Self::Detkit => "detkit-cli 0.1.6",
        }
    }

    /// The tool in a word or two.
    pub fn short(self) -> &'static str {
        match self {
            Self::SigmaCliCount => "sigma-cli count",
            Self::SigmaCliMax => "sigma-cli max",
            Self::SigmaCliLevel => "sigma-cli level",
            Self::Rsigma => "rsigma",
            Self::Dettect => "DeTT&CT",
            Self::Countermap => "countermap",
            Self::DetectForge => "Detect-Forge",
            Self::Kibana => "Kibana",
            Self::AttackMapper => "attack-mapper",
            Self::Detkit => "detkit",
        }
    }

    /// Where its way of counting is written down: an address, then a file of it.
    pub fn source(self) -> &'static str {
        match self {
            Self::SigmaCliCount | Self::SigmaCliMax | Self::SigmaCliLevel => {
                "https://github.com/SigmaHQ/pySigma, sigma/analyze/attack.py"
            }
            Self::Rsigma => "https://crates.io/crates/rsigma, src/commands/coverage/mod.rs",
            Self::Dettect => {
                "https://github.com/rabobank-cdc/DeTTECT, generic.py, calculate_score; https://github.com/siriussecurity/dettectinator, dettectinator.py, _add_rules"
            }
            Self::Countermap => {
                "https://pypi.org/project/countermap/, countermap/query.py, rule_coverage"
            }
            Self::DetectForge => {
                "https://github.com/Detect-Forge/detect-forge, src/detect_forge/coverage/analyzer.py"
            }
            Self::Kibana => {
                "https://github.com/elastic/kibana, coverage_overview/build_coverage_overview_dashboard_model.ts"
            }
            Self::AttackMapper => {
                "https://pypi.org/project/attack-mapper/, attack_mapper/coverage.py"
            }
            Self::Detkit => "https://pypi.org/project/detkit-cli/, detkit/docs.py",
        }
    }

    /// How it counts, in one sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::SigmaCliCount => {
                "A technique's score is how often tags name exactly its id: copies, deprecated rules and a tag that stands twice all count, revoked and unknown ids do not."
            }
            Self::SigmaCliMax => {
                "A technique's score is the highest level among rules whose tags name exactly its id: 1 informational to 5 critical, 0 if none states one."
            }
            Self::SigmaCliLevel => {
                "A technique's score is the sum of points of all tags that name exactly its id: 1 for informational or no level, 2 low, 4 medium, 8 high, 12 critical."
            }
            Self::Rsigma => {
                "A technique's score is the number of distinct rules, by id or title, that name exactly its id; any id of the shape counts, known to ATT&CK or not."
            }
            Self::Dettect => {
                "A technique's score is the rounded mean of its detections' newest scores, 0 to 5, those of -1 left out; all rules together add one detection of score 1."
            }
            Self::Countermap => {
                "A technique is covered (2) if a tag names it, partial (1) if one names the technique above it or a sub-technique of it, else uncovered (0)."
            }
            Self::DetectForge => {
                "A technique is full (100) if a tag names it, shallow (50) if one names the technique above it or a sub-technique of it, else a gap (0)."
            }
            Self::Kibana => {
                "A cell counts the enabled rules that list its technique under its tactic, in bands that begin at 1, 3, 7 and 10; here the fullest cell of a technique counts."
            }
            Self::AttackMapper => {
                "A technique is covered if a tag, the description or an address of MITRE's site names it or a sub-technique of it; covered of all techniques and sub-techniques is the percentage."
            }
            Self::Detkit => {
                "A technique scores 100 if a rule for it or a sub-technique of it has a test beside it, 50 if there is a rule; techniques of Defense Impairment alone are not on its list."
            }
        }
    }
}

impl Ledger {
    /// Both numbers in words.
    pub fn sentence(&self) -> String {
        let label = self.convention.label();
        let (ours, theirs) = (self.ours, self.theirs);
        let said = match self.printed {
            Some(ratio) => {
                format!("{} of {}, {:.1} %", ratio.covered, ratio.total, ratio.percent())
            }
            None if theirs.covered == 1 => "1 id".to_owned(),
            None => format!("{} ids", theirs.covered),
        };
        let in_part = match theirs.partly {
            0 => String::new(),
            partly => format!(", and {partly} in part"),
        };
        let kind = match self.convention.universe() {
            Universe::All => "techniques and sub-techniques",
            Universe::Techniques => "techniques",
        };
        format!(
            "{label} says {said}{in_part}. Coverlay: rules name {} of {} {kind}, {:.1} %; {} techniques more are covered through their sub-techniques.",
            ours.covered,
            ours.total,
            ours.percent(),
            ours.partly
        )
    }
}

/// "1 file", "2 files".
fn counted(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

/// Of a tool that gives up at such a file.
pub(super) fn stops(notes: &mut Vec<String>, tool: &str, files: usize) {
    if files > 0 {
        notes.push(format!(
            "{tool} stops with an error at {} of these and prints nothing; counted is the rest",
            counted(files)
        ));
    }
}

/// Of a tool that says so and goes on.
pub(super) fn skips(notes: &mut Vec<String>, tool: &str, files: usize) {
    if files > 0 {
        notes.push(format!("{tool} cannot read {} and goes on", counted(files)));
    }
}

/// Of a tool that goes on and says nothing.
pub(super) fn drops(notes: &mut Vec<String>, tool: &str, files: usize) {
    if files > 0 {
        notes.push(format!("{tool} cannot read {} and does not say so", counted(files)));
    }
}

/// How many files a tool loses because they hold several documents.
pub(super) fn files(tally: &Tally, intake: &Intake) -> usize {
    let lost = tally.left_out.get(&Reason::MultiDocument).into_iter().flatten();
    let paths = lost.filter_map(|rule| intake.rules.get(*rule as usize)).map(|rule| &rule.path);
    sorted::set(paths).len()
}
