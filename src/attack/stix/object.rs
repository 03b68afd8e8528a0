//! The few fields of a STIX object the catalogue needs. Texts are borrowed from the bytes of the
//! file wherever they hold no escapes; everything else (95 % of a bundle is prose) is skipped
//! without being kept.
//!
//! Which fields those are stands in tables that one visitor follows. Derived types would be as
//! short here, but each costs the worker 2 to 18 kB of wasm.

use crate::sorted;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// A field that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Aliases,
    AnalyticRefs,
    Component,
    Deprecated,
    Domains,
    ExternalId,
    ExternalReferences,
    Id,
    KillChainName,
    KillChainPhases,
    Kind,
    LastSeen,
    LogSources,
    Modified,
    Name,
    PhaseName,
    Platforms,
    RelationshipType,
    Revoked,
    Shortname,
    SourceName,
    SourceRef,
    TacticRefs,
    TargetRef,
    Version,
}

/// What a value must be. `null` is taken for an absent one, but for records.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    Flag,
    List(&'static Shape),
    Record(&'static [(&'static str, Field, Shape)]),
}

const TEXTS: Shape = Shape::List(&Shape::Text);

/// A STIX object of any type.
const OBJECT: Shape = Shape::Record(&[
    ("type", Field::Kind, Shape::Text),
    ("id", Field::Id, Shape::Text),
    ("modified", Field::Modified, Shape::Text),
    ("revoked", Field::Revoked, Shape::Flag),
    ("x_mitre_deprecated", Field::Deprecated, Shape::Flag),
    ("name", Field::Name, Shape::Text),
    ("x_mitre_version", Field::Version, Shape::Text),
    ("x_mitre_shortname", Field::Shortname, Shape::Text),
    ("relationship_type", Field::RelationshipType, Shape::Text),
    ("source_ref", Field::SourceRef, Shape::Text),
    ("target_ref", Field::TargetRef, Shape::Text),
    ("external_references", Field::ExternalReferences, Shape::List(&REFERENCE)),
    ("kill_chain_phases", Field::KillChainPhases, Shape::List(&PHASE)),
    ("last_seen", Field::LastSeen, Shape::Text),
    ("aliases", Field::Aliases, TEXTS),
    ("tactic_refs", Field::TacticRefs, TEXTS),
    ("x_mitre_platforms", Field::Platforms, TEXTS),
    ("x_mitre_domains", Field::Domains, TEXTS),
    ("x_mitre_analytic_refs", Field::AnalyticRefs, TEXTS),
    ("x_mitre_log_source_references", Field::LogSources, Shape::List(&LOG_SOURCE)),
]);

const REFERENCE: Shape = Shape::Record(&[
    ("source_name", Field::SourceName, Shape::Text),
    ("external_id", Field::ExternalId, Shape::Text),
]);

const PHASE: Shape = Shape::Record(&[
    ("kill_chain_name", Field::KillChainName, Shape::Text),
    ("phase_name", Field::PhaseName, Shape::Text),
]);

/// Its `channel` is left out (2,354 free texts in 18.1).
const LOG_SOURCE: Shape = Shape::Record(&[
    ("x_mitre_data_component_ref", Field::Component, Shape::Text),
    ("name", Field::Name, Shape::Text),
]);

/// A text, borrowed where possible.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text<'a>(Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// A value of some [`Shape`].
enum Value<'a> {
    Absent,
    Flag(bool),
    Text(Text<'a>),
    List(Vec<Value<'a>>),
    Record(Record<'a>),
}

/// The fields that were there.
#[derive(Default)]
pub(super) struct Record<'a>(Vec<(Field, Value<'a>)>);

impl<'a> Record<'a> {
    fn get(&self, field: Field) -> Option<&Value<'a>> {
        self.0.iter().find(|(of, _)| *of == field).map(|(_, value)| value)
    }

    fn take(&mut self, field: Field) -> Text<'a> {
        match self.0.iter_mut().find(|(of, _)| *of == field) {
            Some((_, Value::Text(text))) => std::mem::take(text),
            _ => Text::default(),
        }
    }

    /// A text; empty if it is absent.
    pub(super) fn text(&self, field: Field) -> &str {
        match self.get(field) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    fn flag(&self, field: Field) -> bool {
        matches!(self.get(field), Some(Value::Flag(true)))
    }

    fn list(&self, field: Field) -> Option<&[Value<'a>]> {
        match self.get(field) {
            Some(Value::List(list)) => Some(list),
            _ => None,
        }
    }

    /// Whether there is a list, be it empty.
    pub(super) fn has_list(&self, field: Field) -> bool {
        self.list(field).is_some()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, field: Field) -> impl Iterator<Item = &str> {
        self.list(field).unwrap_or_default().iter().map(|value| match value {
            Value::Text(text) => &**text,
            _ => "",
        })
    }

    /// The records of a list.
    pub(super) fn records(&self, field: Field) -> impl Iterator<Item = &Record<'a>> {
        self.list(field).unwrap_or_default().iter().filter_map(|value| match value {
            Value::Record(record) => Some(record),
            _ => None,
        })
    }

    /// What kind of STIX object this is.
    pub(super) fn kind(&self) -> &str {
        self.text(Field::Kind)
    }

    /// Its name, without spaces around it.
    pub(super) fn name(&self) -> &str {
        self.text(Field::Name).trim()
    }

    /// Neither revoked nor deprecated; a missing mark means no.
    pub(super) fn is_live(&self) -> bool {
        !self.flag(Field::Revoked) && !self.flag(Field::Deprecated)
    }

    /// The id in ATT&CK (`T1059`, `G0016`, `enterprise-attack` of a matrix …). It need not be the
    /// first reference: old objects carry CAPEC's and others' before it.
    pub(super) fn attack_id(&self) -> Option<&str> {
        let sources = ["mitre-attack", "mitre-mobile-attack", "mitre-ics-attack"];
        self.records(Field::ExternalReferences)
            .filter(|reference| sources.contains(&reference.text(Field::SourceName)))
            .map(|reference| reference.text(Field::ExternalId))
            .find(|id| !id.is_empty())
    }
}

impl<'de> DeserializeSeed<'de> for Shape {
    type Value = Value<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Shape {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text",
            Self::Flag => "true or false",
            Self::List(_) => "a list",
            Self::Record(_) => "a group of fields",
        })
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        match self {
            Self::Text => Ok(Value::Text(Text(Cow::Borrowed(text)))),
            _ => Err(E::invalid_type(serde::de::Unexpected::Str(text), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        match self {
            Self::Text => Ok(Value::Text(Text(Cow::Owned(text.to_owned())))),
            _ => Err(E::invalid_type(serde::de::Unexpected::Str(text), &self)),
        }
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        match self {
            Self::Flag => Ok(Value::Flag(flag)),
            _ => Err(E::invalid_type(serde::de::Unexpected::Bool(flag), &self)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        match self {
            Self::Record(_) => Err(E::invalid_type(serde::de::Unexpected::Unit, &self)),
            _ => Ok(Value::Absent),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let Self::List(of) = self else {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &self));
        };
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(*of)? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Self::Record(fields) = self else {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self));
        };
        let mut record = Record::default();
        while let Some(key) = map.next_key_seed(Self::Text)? {
            let name = match &key {
                Value::Text(text) => &**text,
                _ => "",
            };
            let Some((name, field, shape)) = fields.iter().find(|(of, ..)| *of == name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if record.get(*field).is_some() {
                return Err(A::Error::duplicate_field(name));
            }
            let value = map.next_value_seed(*shape)?;
            record.0.push((*field, value));
        }
        Ok(Value::Record(record))
    }
}

/// The relations the catalogue is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RelationKind {
    Uses,
    Mitigates,
    Detects,
    AttributedTo,
    RevokedBy,
}

/// A live relation between two STIX ids.
pub(super) struct Relation<'a> {
    pub(super) kind: RelationKind,
    pub(super) source: Text<'a>,
    pub(super) target: Text<'a>,
}

/// What is kept of a bundle.
#[derive(Default)]
pub(super) struct Collected<'a> {
    /// By STIX id; of several versions of one object the one modified last, and of equals the
    /// one that stands last.
    pub(super) objects: Vec<Record<'a>>,
    pub(super) relations: Vec<Relation<'a>>,
    /// The latest `modified` of any object, empty if none has one.
    pub(super) last_modified: String,
}

impl<'a> Collected<'a> {
    /// The place of an object by its STIX id.
    pub(super) fn find(&self, stix_id: &str) -> Option<usize> {
        self.objects.binary_search_by(|object| object.text(Field::Id).cmp(stix_id)).ok()
    }

    fn take(&mut self, mut object: Record<'a>) {
        let modified = object.text(Field::Modified);
        if modified > self.last_modified.as_str() {
            self.last_modified = modified.to_owned();
        }
        match object.kind() {
            "relationship" if object.is_live() => {
                let kind = match object.text(Field::RelationshipType) {
                    "uses" => RelationKind::Uses,
                    "mitigates" => RelationKind::Mitigates,
                    "detects" => RelationKind::Detects,
                    "attributed-to" => RelationKind::AttributedTo,
                    "revoked-by" => RelationKind::RevokedBy,
                    _ => return,
                };
                let (source, target) =
                    (object.take(Field::SourceRef), object.take(Field::TargetRef));
                self.relations.push(Relation { kind, source, target });
            }
            "attack-pattern"
            | "intrusion-set"
            | "campaign"
            | "malware"
            | "tool"
            | "course-of-action"
            | "x-mitre-tactic"
            | "x-mitre-matrix"
            | "x-mitre-collection"
            | "x-mitre-data-component"
            | "x-mitre-detection-strategy"
            | "x-mitre-analytic" => self.objects.push(object),
            _ => {}
        }
    }

    /// Sorts the objects and leaves one of each id.
    fn settle(&mut self) {
        fn key<'o>(object: &'o Record<'_>) -> (&'o str, &'o str) {
            (object.text(Field::Id), object.text(Field::Modified))
        }
        // Of those that are dropped the first is kept: hence backwards.
        self.objects.reverse();
        sorted::sort_by(&mut self.objects, |a, b| key(b).cmp(&key(a)));
        self.objects.dedup_by(|a, b| a.text(Field::Id) == b.text(Field::Id));
        self.objects.reverse();
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Collected<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Objects;
        impl<'de> Visitor<'de> for Objects {
            type Value = Collected<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of STIX objects")
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Collected::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut collected = Collected::default();
                while let Some(object) = list.next_element_seed(OBJECT)? {
                    if let Value::Record(object) = object {
                        collected.take(object);
                    }
                }
                collected.settle();
                Ok(collected)
            }
        }
        deserializer.deserialize_any(Objects)
    }
}

/// The file as a whole.
pub(super) struct Bundle<'a> {
    pub(super) kind: Text<'a>,
    pub(super) objects: Collected<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Bundle<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Bundle<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a STIX bundle")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut kind, mut objects) = (None, None);
                while let Some(Value::Text(key)) = map.next_key_seed(Shape::Text)? {
                    match &*key {
                        "type" if kind.is_some() => return Err(Error::duplicate_field("type")),
                        "type" => kind = Some(map.next_value_seed(Shape::Text)?),
                        "objects" if objects.is_some() => {
                            return Err(Error::duplicate_field("objects"));
                        }
                        "objects" => objects = Some(map.next_value()?),
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                let kind = match kind {
                    Some(Value::Text(kind)) => kind,
                    _ => Text::default(),
                };
                Ok(Bundle { kind, objects: objects.unwrap_or_default() })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}
