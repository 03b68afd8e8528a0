//! The limits that an honest user can run into, with their values of the day: the constants, or
//! what was chosen instead, up to a bound that holds in any case.

use super::{
    MAX_ALERT_ROWS, MAX_ARCHIVE_BYTES, MAX_ARCHIVE_RATIO, MAX_ARCHIVE_UNPACKED_BYTES,
    MAX_FILE_RULES, MAX_FILES, MAX_JSON_NODES, MAX_LAYER_BYTES, MAX_LAYER_VALUES,
    MAX_PROFILE_BYTES, MAX_RULE_FILE_BYTES, MAX_RULE_LIST_BYTES, MAX_STIX_BYTES,
    MAX_WORKSPACE_BYTES, MAX_YAML_ALIAS_NODES, MAX_YAML_DEPTH, MAX_YAML_NODES,
};
use serde::{Deserialize, Serialize};

/// A limit that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// [`MAX_RULE_FILE_BYTES`]
    RuleFileBytes,
    /// [`MAX_RULE_LIST_BYTES`]
    RuleListBytes,
    /// [`MAX_STIX_BYTES`]
    StixBytes,
    /// [`MAX_ARCHIVE_BYTES`]
    ArchiveBytes,
    /// [`MAX_ARCHIVE_UNPACKED_BYTES`]
    ArchiveUnpackedBytes,
    /// [`MAX_ARCHIVE_RATIO`]
    ArchiveRatio,
    /// [`MAX_FILES`]
    Files,
    /// [`MAX_FILE_RULES`]
    FileRules,
    /// [`MAX_YAML_DEPTH`]
    YamlDepth,
    /// [`MAX_YAML_NODES`]
    YamlNodes,
    /// [`MAX_YAML_ALIAS_NODES`]
    YamlAliasNodes,
    /// [`MAX_JSON_NODES`]
    JsonNodes,
    /// [`MAX_LAYER_BYTES`]
    LayerBytes,
    /// [`MAX_LAYER_VALUES`]
    LayerValues,
    /// [`MAX_PROFILE_BYTES`]
    ProfileBytes,
    /// [`MAX_WORKSPACE_BYTES`]
    WorkspaceBytes,
    /// [`MAX_ALERT_ROWS`]
    AlertRows,
}

/// How many there are.
const COUNT: usize = 17;

/// Name, the constant, and the most that may be chosen: what a tab of a browser (4 GiB) or a stack
/// of 1 MiB still bears.
const TABLE: [(&str, u64, u64); COUNT] = [
    ("rule-file-bytes", MAX_RULE_FILE_BYTES, 64 << 20),
    ("rule-list-bytes", MAX_RULE_LIST_BYTES, 512 << 20),
    ("stix-bytes", MAX_STIX_BYTES, 512 << 20),
    ("archive-bytes", MAX_ARCHIVE_BYTES, 1 << 30),
    ("archive-unpacked-bytes", MAX_ARCHIVE_UNPACKED_BYTES, 16 << 30),
    ("archive-ratio", MAX_ARCHIVE_RATIO, 1032),
    ("files", MAX_FILES as u64, 2_000_000),
    ("file-rules", MAX_FILE_RULES as u64, 2_000_000),
    ("yaml-depth", MAX_YAML_DEPTH as u64, 256),
    ("yaml-nodes", MAX_YAML_NODES as u64, 10_000_000),
    ("yaml-alias-nodes", MAX_YAML_ALIAS_NODES as u64, 1_000_000),
    ("json-nodes", MAX_JSON_NODES as u64, 10_000_000),
    ("layer-bytes", MAX_LAYER_BYTES as u64, 512 << 20),
    ("layer-values", MAX_LAYER_VALUES as u64, 40_000_000),
    ("profile-bytes", MAX_PROFILE_BYTES as u64, 64 << 20),
    ("workspace-bytes", MAX_WORKSPACE_BYTES, 1 << 30),
    ("alert-rows", MAX_ALERT_ROWS as u64, 20_000_000),
];

impl Limit {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; COUNT] = [
        Self::RuleFileBytes,
        Self::RuleListBytes,
        Self::StixBytes,
        Self::ArchiveBytes,
        Self::ArchiveUnpackedBytes,
        Self::ArchiveRatio,
        Self::Files,
        Self::FileRules,
        Self::YamlDepth,
        Self::YamlNodes,
        Self::YamlAliasNodes,
        Self::JsonNodes,
        Self::LayerBytes,
        Self::LayerValues,
        Self::ProfileBytes,
        Self::WorkspaceBytes,
        Self::AlertRows,
    ];

    /// For the command, its file of options, and messages: `yaml-depth`.
    pub fn name(self) -> &'static str {
        TABLE[self as usize].0
    }

    /// As long as nothing else is chosen.
    pub fn default_value(self) -> u64 {
        TABLE[self as usize].1
    }

    /// The most that may be chosen; the least is 1.
    pub fn most(self) -> u64 {
        TABLE[self as usize].2
    }

    /// Whether it counts bytes, which are written in MiB and GiB.
    pub fn is_bytes(self) -> bool {
        self.name().ends_with("-bytes")
    }

    /// The one that lets the largest files through, whatever is in them.
    pub fn largest_file(limits: &Limits) -> Self {
        let of_files = [
            Self::RuleFileBytes,
            Self::RuleListBytes,
            Self::LayerBytes,
            Self::ProfileBytes,
            Self::StixBytes,
        ];
        of_files.into_iter().max_by_key(|limit| limits.of(*limit)).unwrap_or(Self::StixBytes)
    }

    /// The limit of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limit| limit.name() == name)
    }

    /// What to do where it was hit; the end of a remedy.
    pub fn remedy(self) -> String {
        format!(
            "or raise the limit '{0}' (in the page: import report, Limits; for the command: --limit {0}=…)",
            self.name()
        )
    }

    /// A value as it is read again: `8 MiB`, `500000`.
    pub fn written(self, value: u64) -> String {
        let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
        let unit = units.iter().find(|(shift, _)| value > 0 && value.trailing_zeros() >= *shift);
        match unit.filter(|_| self.is_bytes()) {
            Some((shift, unit)) => format!("{} {unit}", value >> shift),
            None => value.to_string(),
        }
    }

    /// A value as somebody writes it: a whole number, of bytes also with a unit (`16 MiB`, `16M`,
    /// `1g`; all are powers of 1024). `None` if it is none, or not from 1 to [`Self::most`].
    pub fn read(self, text: &str) -> Option<u64> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let shift = match unit.trim().to_ascii_lowercase().as_str() {
            "" => 0,
            unit if !self.is_bytes() || unit.len() > 3 => return None,
            "k" | "kb" | "kib" => 10,
            "m" | "mb" | "mib" => 20,
            "g" | "gb" | "gib" => 30,
            _ => return None,
        };
        let value = number.parse::<u64>().ok()?.checked_mul(1 << shift)?;
        (1..=self.most()).contains(&value).then_some(value)
    }
}

/// The values that hold for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits([u64; COUNT]);

impl Default for Limits {
    fn default() -> Self {
        Self(TABLE.map(|(_, value, _)| value))
    }
}

impl Limits {
    /// The value of one.
    pub fn of(&self, limit: Limit) -> u64 {
        self.0[limit as usize].min(limit.most())
    }

    /// The same as a number of things in memory.
    pub fn count(&self, limit: Limit) -> usize {
        usize::try_from(self.of(limit)).unwrap_or(usize::MAX)
    }

    /// Chooses one; beyond its bounds the nearest.
    pub fn set(&mut self, limit: Limit, value: u64) {
        self.0[limit as usize] = value.clamp(1, limit.most());
    }

    /// Those that differ from the constants, by name.
    pub fn chosen(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let all = Limit::ALL.into_iter().map(|limit| (limit, self.of(limit)));
        all.filter(|(limit, value)| *value != limit.default_value())
            .map(|(limit, value)| (limit.name(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_names() {
        for (at, limit) in Limit::ALL.into_iter().enumerate() {
            assert_eq!(limit as usize, at);
            assert_eq!(Limit::named(limit.name()), Some(limit));
            assert!(limit.default_value() <= limit.most(), "{limit:?}");
            let value = limit.default_value();
            assert_eq!(limit.read(&limit.written(value)), Some(value), "{limit:?}");
            assert_eq!(limit.read(&limit.written(limit.most())), Some(limit.most()), "{limit:?}");
        }
        assert_eq!(Limits::default().chosen().count(), 0);
    }

    #[test]
    fn values_are_read_within_bounds() {
        let bytes = Limit::RuleFileBytes;
        let read = |text| bytes.read(text);
        assert_eq!([read("16M"), read(" 16 MiB"), read("16mb")], [Some(16 << 20); 3]);
        assert_eq!((read("1000"), read("1 GiB"), read("0")), (Some(1000), None, None));
        for text in
            ["", "M", "-1", "1.5M", "1 TiB", "99999999999999999999", "18446744073709551615k"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!((Limit::YamlDepth.read("256"), Limit::YamlDepth.read("257")), (Some(256), None));
        assert_eq!(
            (Limit::YamlDepth.read("1k"), Limit::Files.written(1024)),
            (None, "1024".into())
        );

        let mut limits = Limits::default();
        limits.set(Limit::YamlDepth, u64::MAX);
        limits.set(Limit::Files, 0);
        assert_eq!(limits.chosen().collect::<Vec<_>>(), [("files", 1), ("yaml-depth", 256)]);
        // Out of a message or a store, too.
        assert_eq!(Limits([u64::MAX; COUNT]).of(Limit::YamlDepth), 256);
    }
}
