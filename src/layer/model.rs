//! The parts of a layer file, in the order in which the Navigator writes them
//! (<https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md>).
//! We invent no key beyond the specification's: MITRE's Python library refuses a layer with any
//! other. What a layer that was read has beyond them is kept in [`Extra`] and in
//! [`Entries::unplaced`], and written again unless [`Layer::without_extra`] was asked for.

use crate::attack::{Domain, TechniqueId};
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

/// The version of the format, which no newer Navigator has changed since 2023.
pub const FORMAT: &str = "4.5";
/// The Navigator that layers are written for (in use since spring 2026).
pub const NAVIGATOR: &str = "5.3.2";

/// How a matrix can be laid out.
pub const LAYOUTS: [&str; 3] = ["side", "flat", "mini"];
/// How aggregates can be made.
pub const AGGREGATES: [&str; 4] = ["average", "min", "max", "sum"];
/// Which sub-techniques can be open.
pub const EXPANSIONS: [&str; 3] = ["none", "annotated", "all"];

/// Keys that the format does not know, as they came; nothing here reads them.
pub type Extra = Map<String, Value>;

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Layer {
    /// The tab's name.
    pub name: String,
    /// Of ATT&CK, the Navigator and the format.
    pub versions: Versions,
    /// Whose techniques: `enterprise-attack` … or the name of a domain of someone's own.
    pub domain: String,
    /// Plain text.
    pub description: String,
    /// Absent means all platforms. (An empty list would stop MITRE's Python library.)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filters: Option<Filters>,
    /// 0: by name, ascending.
    pub sorting: u8,
    /// How the matrix is shown.
    pub layout: Layout,
    /// Whether entries with `enabled: false` are left out.
    pub hide_disabled: bool,
    /// The annotated techniques.
    pub techniques: Entries,
    /// From score to colour.
    pub gradient: Gradient,
    /// The legend's lines.
    pub legend_items: Vec<LegendItem>,
    /// Names and values about the layer.
    pub metadata: Vec<Item<Metadata>>,
    /// Links in the layer's menu; none of ours.
    pub links: Vec<Item<Link>>,
    /// Whether the tactics' row has a colour.
    pub show_tactic_row_background: bool,
    /// Which, as `#rrggbb`.
    pub tactic_row_background: String,
    /// How the mouse selects; nothing of what is shown depends on it.
    pub select_techniques_across_tactics: bool,
    /// The same.
    pub select_subtechniques_with_parent: bool,
    /// The same.
    pub select_visible_techniques: bool,
    /// What else the layer has; `customDataURL` is among it and is never fetched.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Layer {
    /// A layer without a technique, as the Navigator makes a new one (reference 2.1).
    pub fn new(name: &str, domain: &str) -> Self {
        Self {
            name: name.to_owned(),
            versions: Versions {
                attack: String::new(),
                navigator: NAVIGATOR.to_owned(),
                layer: FORMAT.to_owned(),
                extra: Extra::new(),
            },
            domain: domain.to_owned(),
            description: String::new(),
            filters: None,
            sorting: 0,
            layout: Layout::default(),
            hide_disabled: false,
            techniques: Entries::default(),
            gradient: Gradient::default(),
            legend_items: Vec::new(),
            metadata: Vec::new(),
            links: Vec::new(),
            show_tactic_row_background: false,
            tactic_row_background: "#dddddd".to_owned(),
            select_techniques_across_tactics: true,
            select_subtechniques_with_parent: false,
            select_visible_techniques: false,
            extra: Extra::new(),
        }
    }

    /// The domain, if it is one of ATT&CK's.
    pub fn attack_domain(&self) -> Option<Domain> {
        self.domain.parse().ok()
    }

    /// Leaves out everything that the format does not know.
    #[must_use]
    pub fn without_extra(mut self) -> Self {
        self.strip_extra();
        self
    }

    /// The same in place.
    pub(super) fn strip_extra(&mut self) {
        self.extra.clear();
        self.versions.extra.clear();
        self.layout.extra.clear();
        self.gradient.extra.clear();
        if let Some(filters) = &mut self.filters {
            filters.extra.clear();
        }
        self.filters = self.filters.take().filter(|filters| !filters.platforms.is_empty());
        self.techniques.unplaced.clear();
        for entry in &mut self.techniques.entries {
            entry.extra.clear();
        }
    }
}

/// What the layer was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// The major release of ATT&CK, for example `19`; empty if a layer does not say.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub attack: String,
    /// [`NAVIGATOR`]
    pub navigator: String,
    /// [`FORMAT`]
    pub layer: String,
    /// What else it has.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Which techniques are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Filters {
    /// As ATT&CK names them; never written empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// What else it has.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How the matrix is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Layout {
    /// One of [`LAYOUTS`].
    pub layout: &'static str,
    /// How a parent's score would be made of those of its sub-techniques, one of [`AGGREGATES`].
    pub aggregate_function: &'static str,
    /// Ids in cells.
    #[serde(rename = "showID")]
    pub show_id: bool,
    /// Names in cells.
    pub show_name: bool,
    /// Whether parents show aggregates.
    pub show_aggregate_scores: bool,
    /// Whether unscored sub-techniques count as 0 in them.
    pub count_unscored: bool,
    /// Which sub-techniques are open, one of [`EXPANSIONS`].
    pub expanded_subtechniques: &'static str,
    /// What else it has.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for Layout {
    /// What the Navigator does where a layer says nothing (reference 2.1).
    fn default() -> Self {
        Self {
            layout: "side",
            aggregate_function: "average",
            show_id: false,
            show_name: true,
            show_aggregate_scores: false,
            count_unscored: false,
            expanded_subtechniques: "none",
            extra: Extra::new(),
        }
    }
}

/// The annotated techniques, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// Those with an id that can be one.
    pub entries: Vec<TechniqueEntry>,
    /// What else stood in the list, as it came.
    pub unplaced: Vec<Value>,
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = self.entries.len() + self.unplaced.len();
        let mut list = serializer.serialize_seq(Some(length))?;
        for entry in &self.entries {
            list.serialize_element(entry)?;
        }
        for value in &self.unplaced {
            list.serialize_element(value)?;
        }
        list.end()
    }
}

/// One technique, in one tactic or in all it has. Ours have no `tactic`: without it an entry
/// survives the split of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TechniqueEntry {
    /// A live technique or sub-technique.
    #[serde(rename = "techniqueID")]
    pub technique_id: TechniqueId,
    /// A tactic as written, usually by its short name; never empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tactic: Option<String>,
    /// Whole in what we write: the Python library cuts fractions, and the Navigator fails on
    /// scores just below the gradient's upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Number>,
    /// Chosen by hand, stronger than the score's; `#rrggbb`, or `#rrggbbaa` if not opaque.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// Plain text.
    pub comment: String,
    /// Whether it takes part.
    pub enabled: bool,
    /// Names and values about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<Item<Metadata>>,
    /// Links in its menu.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Item<Link>>,
    /// Whether its sub-techniques are open.
    pub show_subtechniques: bool,
    /// What else it has.
    #[serde(flatten)]
    pub extra: Extra,
}

impl TechniqueEntry {
    /// An entry that says nothing yet.
    pub fn new(technique_id: TechniqueId) -> Self {
        Self {
            technique_id,
            tactic: None,
            score: None,
            color: None,
            comment: String::new(),
            enabled: true,
            metadata: Vec::new(),
            links: Vec::new(),
            show_subtechniques: false,
            extra: Extra::new(),
        }
    }
}

/// From score to colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gradient {
    /// At least two, evenly spaced, as `#rrggbb`.
    pub colors: Vec<String>,
    /// The score of the first colour; whole in what we write.
    pub min_value: Number,
    /// The score of the last, above that of the first.
    pub max_value: Number,
    /// What else it has.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for Gradient {
    /// The Navigator's (reference 2.1).
    fn default() -> Self {
        Self {
            colors: ["#ff6666", "#ffe766", "#8ec843"].map(str::to_owned).to_vec(),
            min_value: 0.into(),
            max_value: 100.into(),
            extra: Extra::new(),
        }
    }
}

/// One line of the legend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegendItem {
    /// What the colour means.
    pub label: String,
    /// The colour, as `#rrggbb`.
    pub color: String,
}

/// One item of a list that may have lines between its items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Item<T> {
    /// An item.
    Of(T),
    /// A line between items (format 4.1 and later).
    Divider {
        /// Whether it is drawn.
        divider: bool,
    },
}

/// A name and its value; neither is ever empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Metadata {
    /// What.
    pub name: String,
    /// How much.
    pub value: String,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Link {
    /// Shown.
    pub label: String,
    /// http, https or mailto.
    pub url: String,
}
