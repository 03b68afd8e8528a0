//! The few fields of a STIX object the catalogue needs. Texts are borrowed from the bytes of the
//! file wherever they hold no escapes; everything else (95 % of a bundle is prose) is skipped
//! without being kept.

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

/// A text, borrowed where possible; `null` and absence are the empty text.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Text<'a>(Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Text::default())
            }
        }
        deserializer.deserialize_any(TextVisitor)
    }
}

/// `external_references[]`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference<'a> {
    #[serde(borrow)]
    pub(super) source_name: Text<'a>,
    #[serde(borrow)]
    pub(super) external_id: Text<'a>,
}

/// `kill_chain_phases[]`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Phase<'a> {
    #[serde(borrow)]
    pub(super) kill_chain_name: Text<'a>,
    #[serde(borrow)]
    pub(super) phase_name: Text<'a>,
}

/// `x_mitre_log_source_references[]`; its `channel` is left out (2,354 free texts in 18.1).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct LogSourceReference<'a> {
    #[serde(borrow, rename = "x_mitre_data_component_ref")]
    pub(super) component: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
}

/// A STIX object of any type. Lists may be absent or `null`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Object<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) modified: Text<'a>,
    pub(super) revoked: Option<bool>,
    #[serde(rename = "x_mitre_deprecated")]
    pub(super) deprecated: Option<bool>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow, rename = "x_mitre_version")]
    pub(super) version: Text<'a>,
    #[serde(borrow, rename = "x_mitre_shortname")]
    pub(super) shortname: Text<'a>,
    #[serde(borrow)]
    pub(super) relationship_type: Text<'a>,
    #[serde(borrow)]
    pub(super) source_ref: Text<'a>,
    #[serde(borrow)]
    pub(super) target_ref: Text<'a>,
    #[serde(borrow)]
    pub(super) external_references: Option<Vec<Reference<'a>>>,
    #[serde(borrow)]
    pub(super) kill_chain_phases: Option<Vec<Phase<'a>>>,
    #[serde(borrow)]
    pub(super) aliases: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    pub(super) tactic_refs: Option<Vec<Text<'a>>>,
    #[serde(borrow, rename = "x_mitre_platforms")]
    pub(super) platforms: Option<Vec<Text<'a>>>,
    #[serde(borrow, rename = "x_mitre_domains")]
    pub(super) domains: Option<Vec<Text<'a>>>,
    #[serde(borrow, rename = "x_mitre_analytic_refs")]
    pub(super) analytic_refs: Option<Vec<Text<'a>>>,
    #[serde(borrow, rename = "x_mitre_log_source_references")]
    pub(super) log_sources: Option<Vec<LogSourceReference<'a>>>,
}

impl Object<'_> {
    /// Neither revoked nor deprecated; a missing mark means no.
    pub(super) fn is_live(&self) -> bool {
        self.revoked != Some(true) && self.deprecated != Some(true)
    }

    /// The id in ATT&CK (`T1059`, `G0016`, `enterprise-attack` of a matrix …). It need not be the
    /// first reference: old objects carry CAPEC's and others' before it.
    pub(super) fn attack_id(&self) -> Option<&str> {
        let sources = ["mitre-attack", "mitre-mobile-attack", "mitre-ics-attack"];
        self.external_references
            .iter()
            .flatten()
            .find(|reference| {
                sources.contains(&&*reference.source_name) && !reference.external_id.is_empty()
            })
            .map(|reference| &*reference.external_id)
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
    pub(super) objects: BTreeMap<Text<'a>, Object<'a>>,
    pub(super) relations: Vec<Relation<'a>>,
    /// The latest `modified` of any object, empty if none has one.
    pub(super) last_modified: Text<'a>,
}

impl<'a> Collected<'a> {
    fn take(&mut self, object: Object<'a>) {
        if object.modified > self.last_modified {
            self.last_modified = object.modified.clone();
        }
        match &*object.kind {
            "relationship" if object.is_live() => {
                let kind = match &*object.relationship_type {
                    "uses" => RelationKind::Uses,
                    "mitigates" => RelationKind::Mitigates,
                    "detects" => RelationKind::Detects,
                    "attributed-to" => RelationKind::AttributedTo,
                    "revoked-by" => RelationKind::RevokedBy,
                    _ => return,
                };
                let (source, target) = (object.source_ref, object.target_ref);
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
            | "x-mitre-analytic" => {
                let older = |kept: &Object<'_>| kept.modified > object.modified;
                if !self.objects.get(&object.id).is_some_and(older) {
                    self.objects.insert(object.id.clone(), object);
                }
            }
            _ => {}
        }
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
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut collected = Collected::default();
                while let Some(object) = list.next_element::<Object<'de>>()? {
                    collected.take(object);
                }
                Ok(collected)
            }
        }
        deserializer.deserialize_seq(Objects)
    }
}

/// The file as a whole.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Bundle<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow)]
    pub(super) objects: Option<Collected<'a>>,
}
