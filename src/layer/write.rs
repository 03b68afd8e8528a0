//! A layer in format 4.5 such that the ATT&CK Navigator 5 and MITRE's `mitreattack-python` 5 open
//! it (reference 2.9); every change is told. tests/layer_python.rs asks the library itself.

use super::model::{Filters, Item, Layer, Link, Metadata};
use super::numbers;
use super::read::is_safe;
use crate::attack::Catalogue;
use std::fmt;

/// What was changed in a layer for those who open it, or stops one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Scores and bounds are multiplied, so that they are whole.
    Scaled {
        /// By so much.
        by: u32,
        /// Scores that had more digits than that keeps.
        cut: usize,
    },
    /// Scores with a fraction are rounded.
    Rounded {
        /// How many.
        scores: usize,
    },
    /// Scores are larger than any score is, and cut.
    Beyond {
        /// How many.
        scores: usize,
    },
    /// The gradient's bounds are not what they were.
    Bounds {
        /// The lower one.
        min: i64,
        /// The upper one.
        max: i64,
    },
    /// The gradient's upper bound moved: the Navigator fails on scores just below it.
    Zone {
        /// The bound before.
        from: i64,
        /// And now.
        to: i64,
    },
    /// Scores just below the upper bound became it; there was no bound to move to.
    Raised {
        /// How many.
        scores: usize,
        /// The bound.
        to: i64,
    },
    /// Aggregate scores may come to lie just below the upper bound.
    Aggregates,
    /// The gradient spans so much that the Python library takes long.
    Wide {
        /// From bound to bound.
        span: i64,
    },
    /// The gradient has another number of colours.
    Colours {
        /// How many it had.
        from: usize,
        /// And has.
        to: usize,
    },
    /// Colours of the gradient were not opaque.
    GradientAlpha,
    /// Colours set by hand are not opaque; they stay so.
    Transparent {
        /// How many.
        colours: usize,
    },
    /// Tactics are written by their short names.
    Tactics {
        /// In how many entries.
        entries: usize,
    },
    /// Links that may not be clicked are left out, and dividers that are not drawn.
    Links {
        /// How many.
        links: usize,
    },
    /// Metadata without a name or a value is left out.
    Metadata {
        /// How many items.
        items: usize,
    },
    /// A platform filter without a platform is left out.
    NoPlatforms,
    /// Fields that the format does not know.
    Unknown {
        /// How many.
        fields: usize,
        /// Whether they are written.
        kept: bool,
    },
    /// Entries of the list of techniques that are none.
    Unplaced {
        /// How many.
        entries: usize,
        /// Whether they are written.
        kept: bool,
    },
    /// The layer is of a domain of someone's own.
    OwnDomain,
    /// Several layers in one file.
    List,
}

impl fmt::Display for Note {
    /// Numbers stand at the end, so that one is not "1 scores".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scaled { by, cut } => {
                write!(f, "scores and bounds are multiplied by {by}, as both must be whole")?;
                if *cut > 0 { write!(f, "; scores with more digits: {cut}") } else { Ok(()) }
            }
            Self::Rounded { scores } => write!(f, "scores rounded to whole numbers: {scores}"),
            Self::Beyond { scores } => {
                write!(f, "scores beyond a thousand billion, cut there: {scores}")
            }
            Self::Bounds { min, max } => write!(f, "the gradient goes from {min} to {max} now"),
            Self::Zone { from, to } => write!(
                f,
                "the gradient ends at {to} instead of {from}: the Navigator fails on scores in \
                 the half percent below its end"
            ),
            Self::Raised { scores, to } => write!(
                f,
                "scores just below {to}, raised to it, as the Navigator fails on those in the \
                 half percent below the gradient's end: {scores}"
            ),
            Self::Aggregates => f.write_str(
                "aggregate scores may come to lie in the half percent below the gradient's end, \
                 on which the Navigator fails",
            ),
            Self::Wide { span } => {
                write!(f, "MITRE's Python library takes long over a gradient that spans {span}")
            }
            Self::Colours { from, to } => {
                write!(f, "the gradient has {to} colours instead of {from}")
            }
            Self::GradientAlpha => {
                f.write_str("the gradient's colours are opaque now; scores never had another")
            }
            Self::Transparent { colours } => write!(
                f,
                "colours that are not opaque, which a spreadsheet of MITRE's Python library shows \
                 wrongly: {colours}"
            ),
            Self::Tactics { entries } => {
                write!(f, "entries whose tactic is written by its short name now: {entries}")
            }
            Self::Links { links } => write!(
                f,
                "links left out, as they are not http, https or mailto, or lines that are not \
                 drawn: {links}"
            ),
            Self::Metadata { items } => {
                write!(f, "metadata without a name or a value, left out: {items}")
            }
            Self::NoPlatforms => f.write_str("a platform filter without a platform is left out"),
            Self::Unknown { fields, kept: true } => write!(
                f,
                "fields that the format does not know, kept, for which MITRE's Python library may \
                 refuse the layer: {fields}"
            ),
            Self::Unknown { fields, kept: false } => {
                write!(f, "fields that the format does not know, left out: {fields}")
            }
            Self::Unplaced { entries, kept: true } => write!(
                f,
                "entries without a technique id, kept, for which MITRE's Python library refuses \
                 the layer: {entries}"
            ),
            Self::Unplaced { entries, kept: false } => {
                write!(f, "entries without a technique id, left out: {entries}")
            }
            Self::OwnDomain => {
                f.write_str("MITRE's Python library refuses layers of a domain of one's own")
            }
            Self::List => f.write_str(
                "several layers in one file: the Navigator opens it, MITRE's Python library does \
                 not",
            ),
        }
    }
}

impl Layer {
    /// The layer as others open it, and what had to change. With a catalogue, tactics that are
    /// written by id or name get their short name, the only one the Navigator knows. Unknown
    /// fields and entries without a technique id stay if `keep_extra` is set.
    pub fn for_navigator(
        mut self,
        catalogue: Option<&Catalogue>,
        keep_extra: bool,
    ) -> (Self, Vec<Note>) {
        let mut notes = Vec::new();
        extras(&mut self, keep_extra, &mut notes);
        if self.attack_domain().is_none() {
            notes.push(Note::OwnDomain);
        }
        if self.filters.as_ref().is_some_and(|filters| filters.platforms.is_empty()) {
            self.filters = None;
            notes.push(Note::NoPlatforms);
        }
        numbers::make_whole(&mut self, &mut notes);
        let (mut links, mut items) = (0, 0);
        clean(&mut self.links, &mut links, is_link, false);
        clean(&mut self.metadata, &mut items, is_pair, true);
        let (mut colours, mut entries) = (0, 0);
        for entry in &mut self.techniques.entries {
            clean(&mut entry.links, &mut links, is_link, false);
            clean(&mut entry.metadata, &mut items, is_pair, true);
            // An empty tactic would hide the entry; none stands for all.
            entry.tactic = entry.tactic.take().filter(|tactic| filled(tactic));
            if let (Some(written), Some(catalogue)) = (&mut entry.tactic, catalogue)
                && let Some(tactic) = catalogue.tactic_named(written)
                && let Some(tactic) = catalogue.tactics.get(usize::from(tactic))
                && tactic.shortname != *written
            {
                written.clone_from(&tactic.shortname);
                entries += 1;
            }
            colours += usize::from(entry.color.as_ref().is_some_and(|colour| colour.len() > 7));
        }
        let counted = [
            (links, Note::Links { links }),
            (items, Note::Metadata { items }),
            (entries, Note::Tactics { entries }),
            (colours, Note::Transparent { colours }),
        ];
        notes.extend(counted.into_iter().filter(|(count, _)| *count > 0).map(|(_, note)| note));
        (self, notes)
    }
}

fn filled(text: &str) -> bool {
    !text.trim().is_empty()
}

fn is_link(link: &Link) -> bool {
    filled(&link.label) && is_safe(&link.url)
}

fn is_pair(pair: &Metadata) -> bool {
    filled(&pair.name) && filled(&pair.value)
}

/// Leaves out what is not good and counts it. Lines that are not drawn are no good among links:
/// the Python library refuses the layer for them.
fn clean<T>(
    items: &mut Vec<Item<T>>,
    left_out: &mut usize,
    is_good: fn(&T) -> bool,
    any_divider: bool,
) {
    let before = items.len();
    items.retain(|item| match item {
        Item::Of(item) => is_good(item),
        Item::Divider { divider } => any_divider || *divider,
    });
    *left_out += before - items.len();
}

/// Unknown fields and entries that are none: kept or not, they are counted. What is no object
/// says nothing and stops the Navigator; it is never kept.
fn extras(layer: &mut Layer, keep: bool, notes: &mut Vec<Note>) {
    let filters = layer.filters.as_ref();
    let fields = [&layer.extra, &layer.versions.extra, &layer.layout.extra, &layer.gradient.extra]
        .into_iter()
        .chain(filters.map(|Filters { extra, .. }| extra))
        .chain(layer.techniques.entries.iter().map(|entry| &entry.extra))
        .map(serde_json::Map::len)
        .sum();
    let all = layer.techniques.unplaced.len();
    if !keep {
        layer.techniques.unplaced.clear();
    }
    layer.techniques.unplaced.retain(serde_json::Value::is_object);
    let kept = layer.techniques.unplaced.len();
    if fields > 0 {
        notes.push(Note::Unknown { fields, kept: keep });
    }
    if kept > 0 {
        notes.push(Note::Unplaced { entries: kept, kept: true });
    }
    if all > kept {
        notes.push(Note::Unplaced { entries: all - kept, kept: false });
    }
    if !keep {
        layer.strip_extra();
    }
}

/// Layers as others open them: one alone, or several as a list. The notes come with the place of
/// their layer.
pub fn written(
    layers: Vec<Layer>,
    catalogue: Option<&Catalogue>,
    keep_extra: bool,
) -> (String, Vec<(usize, Note)>) {
    let mut notes = Vec::new();
    let mut ready = Vec::new();
    for (at, layer) in layers.into_iter().enumerate() {
        let (layer, told) = layer.for_navigator(catalogue, keep_extra);
        notes.extend(told.into_iter().map(|note| (at, note)));
        ready.push(layer);
    }
    let json = match ready.as_slice() {
        [layer] => to_json(layer),
        layers => {
            notes.push((0, Note::List));
            all_to_json(layers)
        }
    };
    (json, notes)
}

/// A layer as it is, as text, with tabs as the Navigator writes a single one, and a line end.
pub fn to_json(layer: &Layer) -> String {
    write(layer)
}

/// Several layers as one text, a list (format 4.5).
pub fn all_to_json(layers: &[Layer]) -> String {
    write(&layers)
}

fn write(layers: &impl serde::Serialize) -> String {
    let mut json = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut serializer = serde_json::Serializer::with_formatter(&mut json, formatter);
    // Strings, numbers and lists of them, written to memory: nothing in it can fail.
    let written = layers.serialize(&mut serializer);
    debug_assert!(written.is_ok());
    json.push(b'\n');
    in_ascii(String::from_utf8(json).unwrap_or_default())
}

/// The same JSON in ASCII: the Python library opens a file in the encoding of its system, on
/// Windows not in UTF-8. What is not ASCII stands in strings only.
fn in_ascii(json: String) -> String {
    if json.is_ascii() {
        return json;
    }
    let mut ascii = String::with_capacity(json.len() + json.len() / 8);
    for c in json.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                ascii.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    ascii
}
