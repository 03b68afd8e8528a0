//! Which column of a file is what.

use super::{DayOrder, Zone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a column of alerts can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// When the alert was raised.
    Time,
    /// The rule's id.
    RuleId,
    /// The rule's name.
    RuleName,
    /// Techniques, one or more in a cell.
    Technique,
    /// Tactics, one or more in a cell.
    Tactic,
    /// How severe.
    Severity,
    /// Where.
    Host,
    /// Who.
    User,
    /// When what it is about happened.
    EventTime,
    /// When it was detected, if that is not the time of the alert.
    DetectionTime,
    /// Verdict, or a status that holds one.
    Verdict,
    /// Incident or case.
    Incident,
}

impl Field {
    /// All, in the order they are offered.
    pub const ALL: [Self; 12] = [
        Self::Time,
        Self::RuleId,
        Self::RuleName,
        Self::Technique,
        Self::Tactic,
        Self::Severity,
        Self::Host,
        Self::User,
        Self::EventTime,
        Self::DetectionTime,
        Self::Verdict,
        Self::Incident,
    ];

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::RuleId => "rule id",
            Self::RuleName => "rule name",
            Self::Technique => "technique",
            Self::Tactic => "tactic",
            Self::Severity => "severity",
            Self::Host => "host",
            Self::User => "user",
            Self::EventTime => "event time",
            Self::DetectionTime => "detection time",
            Self::Verdict => "verdict or status",
            Self::Incident => "incident",
        }
    }

    /// Whether it is a time.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Time | Self::EventTime | Self::DetectionTime)
    }

    /// Whether all its columns count; of the others the first that is not empty does.
    pub fn takes_all(self) -> bool {
        matches!(self, Self::Technique | Self::Tactic)
    }
}

/// Why a mapping is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// No time.
    #[error("no column is the time of the alert")]
    NoTime,
    /// Nothing that says what was seen.
    #[error("no column names a rule, a technique or a tactic")]
    NoSubject,
}

/// Which columns of a file hold what, and how its times are meant. In JSON a column is the path of
/// a value, with dots between (`rule.mitre.id`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// For each field its columns by name; of several the first that is not empty counts (of
    /// techniques and tactics all).
    pub columns: BTreeMap<Field, Vec<String>>,
    /// The zone of times that state none.
    pub zone: Zone,
    /// What `03/04/2024` is.
    pub day_order: DayOrder,
}

impl Mapping {
    /// The columns of a field.
    pub fn of(&self, field: Field) -> &[String] {
        self.columns.get(&field).map(Vec::as_slice).unwrap_or_default()
    }

    /// Gives a field this column alone, and takes the column from all others; an empty name takes
    /// the field away.
    pub fn set(&mut self, field: Field, column: &str) {
        for columns in self.columns.values_mut() {
            columns.retain(|own| own != column);
        }
        self.columns.insert(field, vec![column.to_owned()]);
        self.columns.retain(|_, columns| columns.iter().any(|column| !column.is_empty()));
    }

    /// Whether alerts can be read by it: there is a time, and a rule, technique or tactic.
    ///
    /// # Errors
    /// With what is missing.
    pub fn check(&self) -> Result<(), MappingError> {
        let has = |field: Field| !self.of(field).is_empty();
        let has_time = has(Field::Time) || has(Field::DetectionTime) || has(Field::EventTime);
        let subject = [Field::RuleId, Field::RuleName, Field::Technique, Field::Tactic];
        match (has_time, subject.into_iter().any(has)) {
            (false, _) => Err(MappingError::NoTime),
            (true, false) => Err(MappingError::NoSubject),
            (true, true) => Ok(()),
        }
    }
}

/// A mapping that was chosen by hand, and the columns of the table it was chosen for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownMapping {
    /// Names of all columns, in their order.
    pub columns: Vec<String>,
    /// Which is what.
    pub mapping: Mapping,
}

impl KnownMapping {
    /// So many are remembered.
    pub const MOST: usize = 50;

    /// Adds one to those that are remembered, in the place of what was chosen for the same columns
    /// before; the oldest are forgotten.
    pub fn remember(self, known: &mut Vec<Self>) {
        known.retain(|other| !self.is_of(other));
        known.push(self);
        let over = known.len().saturating_sub(Self::MOST);
        known.drain(..over);
    }

    /// Whether both are of the same columns, in any order.
    fn is_of(&self, other: &Self) -> bool {
        self.columns.len() == other.columns.len()
            && self.columns.iter().all(|name| other.columns.contains(name))
    }

    /// Whether a table is of the same kind: the same columns, in any order; of records
    /// (`is_table` is false), which may lack values, all columns that are used.
    pub fn fits(&self, columns: &[String], is_table: bool) -> bool {
        let has = |name: &String| columns.contains(name);
        if is_table {
            self.columns.len() == columns.len() && self.columns.iter().all(has)
        } else {
            self.mapping.check().is_ok() && self.mapping.columns.values().flatten().all(has)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_serves_one_field() {
        let mut mapping = Mapping::default();
        assert_eq!(mapping.check(), Err(MappingError::NoTime));
        mapping.set(Field::Time, "a");
        assert_eq!(mapping.check(), Err(MappingError::NoSubject));
        mapping.set(Field::RuleName, "b");
        assert_eq!(mapping.check(), Ok(()));
        mapping.set(Field::Host, "b");
        assert_eq!(mapping.check(), Err(MappingError::NoSubject));
        assert_eq!(mapping.of(Field::Host), ["b"]);
        mapping.set(Field::Host, "");
        assert!(mapping.of(Field::Host).is_empty());
    }

    #[test]
    fn the_newest_choice_for_the_same_columns_is_remembered() {
        let of = |columns: &[&str], time: &str| {
            let mut mapping = Mapping::default();
            mapping.set(Field::Time, time);
            let columns = columns.iter().map(|name| (*name).to_owned()).collect();
            KnownMapping { columns, mapping }
        };
        let mut known = Vec::new();
        of(&["a", "b"], "a").remember(&mut known);
        of(&["c"], "c").remember(&mut known);
        of(&["b", "a"], "b").remember(&mut known);
        assert_eq!(known, [of(&["c"], "c"), of(&["b", "a"], "b")]);
        for number in 0..60 {
            of(&[&number.to_string()], "").remember(&mut known);
        }
        assert_eq!(known.len(), KnownMapping::MOST);
        assert_eq!(known[0].columns, ["10"], "the oldest are gone");
    }

    #[test]
    fn a_table_of_the_same_columns_is_known() {
        let names =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let mut mapping = Mapping::default();
        mapping.set(Field::Time, "when");
        mapping.set(Field::RuleName, "what");
        let known = KnownMapping { columns: names(&["when", "what", "who"]), mapping };
        assert!(known.fits(&names(&["who", "what", "when"]), true));
        assert!(!known.fits(&names(&["when", "what"]), true));
        assert!(!known.fits(&names(&["when", "what", "who", "more"]), true));
        assert!(known.fits(&names(&["what", "when", "more"]), false), "records may lack values");
        assert!(!known.fits(&names(&["what", "who"]), false));
    }

    #[test]
    fn is_kept_as_text() {
        let mut mapping = Mapping::default();
        mapping.set(Field::EventTime, "x.y");
        mapping.zone = "+02:00".parse().expect("an offset");
        let text = serde_json::to_string(&mapping).expect("JSON");
        assert_eq!(
            text,
            r#"{"columns":{"event_time":["x.y"]},"zone":"+02:00","day_order":"month_first"}"#
        );
        assert_eq!(serde_json::from_str::<Mapping>(&text).expect("it reads"), mapping);
        assert_eq!(serde_json::from_str::<Mapping>("{}").expect("it reads"), Mapping::default());
    }
}
