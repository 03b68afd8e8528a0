//! What a step noticed about its input: a severity, a stable code, a place, a message, a hint.

use serde::{Deserialize, Serialize};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Note,
    /// Read, but not as the author meant.
    Warning,
    /// Something was not read.
    Error,
}

/// The stable name of a kind of diagnostic: `area/what`. Scripts match on these; never rename one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Code {
    /// A file is larger than its cap in [`crate::limits`].
    #[serde(rename = "source/too-large")]
    TooLarge,
    /// A file has no bytes.
    #[serde(rename = "source/empty")]
    Empty,
    /// A file holds NUL bytes or is otherwise not text.
    #[serde(rename = "source/not-text")]
    NotText,
    /// A file is neither valid UTF-8 nor UTF-16 with a BOM.
    #[serde(rename = "source/encoding")]
    Encoding,
    /// More files than the cap.
    #[serde(rename = "source/too-many")]
    TooMany,
    /// A folder such as `.git` is not walked.
    #[serde(rename = "source/ignored-folder")]
    IgnoredFolder,
    /// A symbolic link is not followed.
    #[serde(rename = "source/symbolic-link")]
    SymbolicLink,
    /// The browser or the file system could not read the file.
    #[serde(rename = "source/unreadable")]
    Unreadable,
    /// The archive's structure is broken.
    #[serde(rename = "zip/damaged")]
    ZipDamaged,
    /// The entry is encrypted.
    #[serde(rename = "zip/encrypted")]
    ZipEncrypted,
    /// The entry's name is absolute or leaves its folder with `..`.
    #[serde(rename = "zip/unsafe-name")]
    ZipUnsafeName,
    /// The entry unpacks to more than its limits allow.
    #[serde(rename = "zip/bomb")]
    ZipBomb,
    /// The entry uses a compression method other than stored or deflate, or is itself an archive.
    #[serde(rename = "zip/unsupported")]
    ZipUnsupported,
    /// The text is not valid YAML.
    #[serde(rename = "yaml/syntax")]
    YamlSyntax,
    /// The document is nested deeper, or has more nodes, than the cap.
    #[serde(rename = "yaml/limit")]
    YamlLimit,
    /// A key stands twice in one mapping; the last one is used.
    #[serde(rename = "yaml/duplicate-key")]
    YamlDuplicateKey,
    /// The text is not valid in the format it is recognised as (TOML, JSON, XML, CSV, …).
    #[serde(rename = "import/syntax")]
    Syntax,
    /// No rule format recognises the content.
    #[serde(rename = "import/not-a-rule")]
    NotARule,
    /// A reader stopped unexpectedly while reading this file.
    #[serde(rename = "import/crashed")]
    Crashed,
    /// A rule of another format than Sigma lacks a field it needs, or the field has the wrong
    /// shape.
    #[serde(rename = "rule/field")]
    RuleField,
    /// A Sigma rule lacks a field its format requires, or the field has the wrong shape.
    #[serde(rename = "sigma/field")]
    SigmaField,
    /// A Sigma filter: changes other rules, detects nothing by itself.
    #[serde(rename = "sigma/filter")]
    SigmaFilter,
    /// The same rule id stands in more than one place; it counts once.
    #[serde(rename = "rule/duplicate-id")]
    DuplicateId,
    /// The id is revoked; the rule counts on its successor.
    #[serde(rename = "tag/revoked")]
    TagRevoked,
    /// The technique is deprecated and has no successor.
    #[serde(rename = "tag/deprecated")]
    TagDeprecated,
    /// No ATT&CK version at hand knows this id.
    #[serde(rename = "tag/unknown")]
    TagUnknown,
    /// The id belongs to another domain than the one shown.
    #[serde(rename = "tag/other-domain")]
    TagOtherDomain,
    /// An `attack.` tag that names nothing readable.
    #[serde(rename = "tag/malformed")]
    TagMalformed,
    /// A tag that is understood and not spelt as its format's specification has it.
    #[serde(rename = "tag/spelling")]
    TagSpelling,
    /// A tactic that ATT&CK had once under this name, and has no more.
    #[serde(rename = "tag/tactic-retired")]
    TacticRetired,
    /// A tactic that this release does not have: misspelt, most of the time.
    #[serde(rename = "tag/tactic-unknown")]
    TacticUnknown,
    /// A tactic that none of the rule's techniques has.
    #[serde(rename = "tag/tactic-mismatch")]
    TacticMismatch,
    /// A technique none of whose tactics is tagged, in a format whose rules tag both.
    #[serde(rename = "tag/tactic-missing")]
    TacticMissing,
    /// A technique is tagged beside one of its own sub-techniques.
    #[serde(rename = "tag/parent-beside-sub")]
    ParentBesideSub,
    /// The only ATT&CK tags are groups or software.
    #[serde(rename = "tag/group-only")]
    GroupOnly,
    /// The only ATT&CK tags are tactics.
    #[serde(rename = "tag/tactic-only")]
    TacticOnly,
    /// No ATT&CK tag at all, in a format that could have one.
    #[serde(rename = "tag/none")]
    TagNone,
    /// More techniques than almost any other rule names.
    #[serde(rename = "tag/too-many")]
    TagTooMany,
    /// A technique id stands in prose or in an address, and not in the tags.
    #[serde(rename = "tag/mention")]
    TagMention,
    /// Two rules of different ids detect exactly the same.
    #[serde(rename = "rule/duplicate-body")]
    DuplicateBody,
    /// The rule states no level.
    #[serde(rename = "rule/no-level")]
    NoLevel,
    /// The rule states no status.
    #[serde(rename = "rule/no-status")]
    NoStatus,
    /// The rule has no date that can be read.
    #[serde(rename = "rule/no-date")]
    NoDate,
    /// The rule has not been changed for years.
    #[serde(rename = "rule/stale")]
    Stale,
    /// The rule's text is broken in a part beside its tags.
    #[serde(rename = "rule/damaged")]
    Damaged,
    /// The file is not a STIX bundle the importer can use.
    #[serde(rename = "stix/bundle")]
    StixBundle,
    /// A layer or a part of it is not as its format has it; read as far as it goes.
    #[serde(rename = "layer/field")]
    LayerField,
    /// An entry of a layer that has no cell in the matrix; it is kept and shown nowhere.
    #[serde(rename = "layer/no-cell")]
    LayerNoCell,
    /// A row of alerts or of test results that cannot be used.
    #[serde(rename = "alert/row")]
    AlertRow,
    /// A row of alerts of which a part cannot be used.
    #[serde(rename = "alert/part")]
    AlertPart,
    /// A workspace that cannot be opened.
    #[serde(rename = "workspace/damaged")]
    Workspace,
    /// A file that a workspace names without its content.
    #[serde(rename = "workspace/reference")]
    WorkspaceReference,
    /// A file in a workspace that is not as its format has it.
    #[serde(rename = "workspace/file")]
    WorkspaceFile,
    /// A part of a workspace that is not used, or not known.
    #[serde(rename = "workspace/part")]
    WorkspacePart,
}

/// One thing noticed, with its place. Message: lower case, no full stop, quotes the offending
/// text. Hint: what to do about it; may be empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Path as dropped or given; inside a zip `archive.zip/inner/path`.
    pub path: String,
    /// 1-based line, where known.
    pub line: Option<u32>,
    /// 1-based column in characters, where known.
    pub column: Option<u32>,
    /// How much it matters.
    pub severity: Severity,
    /// Which kind it is.
    pub code: Code,
    /// What is the matter.
    pub message: String,
    /// What to do.
    #[serde(default)]
    pub hint: String,
}

impl Code {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 54] = [
        Self::TooLarge,
        Self::Empty,
        Self::NotText,
        Self::Encoding,
        Self::TooMany,
        Self::IgnoredFolder,
        Self::SymbolicLink,
        Self::Unreadable,
        Self::ZipDamaged,
        Self::ZipEncrypted,
        Self::ZipUnsafeName,
        Self::ZipBomb,
        Self::ZipUnsupported,
        Self::YamlSyntax,
        Self::YamlLimit,
        Self::YamlDuplicateKey,
        Self::Syntax,
        Self::NotARule,
        Self::Crashed,
        Self::RuleField,
        Self::SigmaField,
        Self::SigmaFilter,
        Self::DuplicateId,
        Self::TagRevoked,
        Self::TagDeprecated,
        Self::TagUnknown,
        Self::TagOtherDomain,
        Self::TagMalformed,
        Self::TagSpelling,
        Self::TacticRetired,
        Self::TacticUnknown,
        Self::TacticMismatch,
        Self::TacticMissing,
        Self::ParentBesideSub,
        Self::GroupOnly,
        Self::TacticOnly,
        Self::TagNone,
        Self::TagTooMany,
        Self::TagMention,
        Self::DuplicateBody,
        Self::NoLevel,
        Self::NoStatus,
        Self::NoDate,
        Self::Stale,
        Self::Damaged,
        Self::StixBundle,
        Self::LayerField,
        Self::LayerNoCell,
        Self::AlertRow,
        Self::AlertPart,
        Self::Workspace,
        Self::WorkspaceReference,
        Self::WorkspaceFile,
        Self::WorkspacePart,
    ];

    /// The code as printed, for example `tag/revoked`.
    pub fn as_str(self) -> String {
        // serde owns the names, so that JSON and text cannot disagree.
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

impl std::str::FromStr for Code {
    type Err = ();

    /// Reads [`Self::as_str`].
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|code| code.as_str() == text).ok_or(())
    }
}

impl Code {
    /// The kind in a few words, as a heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::TooLarge => "File too large",
            Self::Empty => "Empty file",
            Self::NotText => "Not a text file",
            Self::Encoding => "Unknown text encoding",
            Self::TooMany => "Too many files",
            Self::IgnoredFolder => "Folder of tools, not opened",
            Self::SymbolicLink => "Symbolic link, not followed",
            Self::Unreadable => "Could not be read",
            Self::ZipDamaged => "Damaged archive",
            Self::ZipEncrypted => "Encrypted archive entry",
            Self::ZipUnsafeName => "Unsafe name in an archive",
            Self::ZipBomb => "Archive unpacks to too much",
            Self::ZipUnsupported => "Unsupported archive entry",
            Self::YamlSyntax => "Not valid YAML",
            Self::YamlLimit => "YAML too deep or too large",
            Self::YamlDuplicateKey => "Key given twice",
            Self::Syntax => "Not valid in its format",
            Self::NotARule => "Not a rule",
            Self::Crashed => "The reader stopped unexpectedly",
            Self::RuleField | Self::SigmaField => "Field missing or of the wrong shape",
            Self::SigmaFilter => "Sigma filter, detects nothing by itself",
            Self::DuplicateId => "Rule id used twice",
            Self::TagRevoked => "Revoked technique, counted on its successor",
            Self::TagDeprecated => "Deprecated technique, not counted",
            Self::TagUnknown => "Unknown technique, not counted",
            Self::TagOtherDomain => "Technique of another domain, not counted here",
            Self::TagMalformed => "Unreadable ATT&CK tag",
            Self::TagSpelling => "Tag spelt in its own way",
            Self::TacticRetired => "Retired tactic",
            Self::TacticUnknown => "Unknown or misspelt tactic",
            Self::TacticMismatch => "Tactic that none of the rule's techniques has",
            Self::TacticMissing => "Technique without its tactic",
            Self::ParentBesideSub => "Technique beside its own sub-technique",
            Self::GroupOnly => "Groups or software only, no technique",
            Self::TacticOnly => "Tactics only, no technique",
            Self::TagNone => "No ATT&CK tag",
            Self::TagTooMany => "Unusually many techniques",
            Self::TagMention => "Technique named in the text, not in the tags",
            Self::DuplicateBody => "Detects the same as another rule",
            Self::NoLevel => "No level",
            Self::NoStatus => "No status",
            Self::NoDate => "No readable date",
            Self::Stale => "Not changed for two years",
            Self::Damaged => "Broken beside its tags",
            Self::StixBundle => "Unusable STIX bundle",
            Self::LayerField => "Part of a layer that is not as its format has it",
            Self::LayerNoCell => "Entry of a layer without a cell",
            Self::AlertRow => "Row of alerts that was left out",
            Self::AlertPart => "Row of alerts that was read in part",
            Self::Workspace => "Unusable workspace",
            Self::WorkspaceReference => "Named in a workspace, not in it",
            Self::WorkspaceFile => "Damaged file in a workspace",
            Self::WorkspacePart => "Part of a workspace that is not used",
        }
    }
}

impl Diagnostic {
    /// A diagnostic without a position.
    pub fn new(
        severity: Severity,
        code: Code,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            line: None,
            column: None,
            severity,
            code,
            message: message.into(),
            hint: String::new(),
        }
    }

    /// The same with a 1-based line and, if known, column.
    #[must_use]
    pub fn at(mut self, line: u32, column: Option<u32>) -> Self {
        self.line = Some(line);
        self.column = column;
        self
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// A success with what was noticed on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warned<T> {
    /// The result.
    pub value: T,
    /// What was noticed, in input order.
    pub diagnostics: Vec<Diagnostic>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// serde lists all names when it is given a wrong one.
    #[test]
    fn the_list_of_codes_is_whole() {
        let error = serde_json::from_str::<Code>("\"x\"").expect_err("no code").to_string();
        let all = error.split('`').skip(3).step_by(2).map(str::to_owned);
        assert_eq!(Code::ALL.map(Code::as_str).to_vec(), all.collect::<Vec<_>>());
    }
}
