//! The parts of a layer file, in the order in which the Navigator writes them
//! (<https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md>).
//! No key beyond the specification's: MITRE's Python library refuses a layer with any other.

use crate::attack::{Domain, TechniqueId};
use serde::Serialize;
use serde_json::Number;

/// The version of the format, which no newer Navigator has changed since 2023.
pub const FORMAT: &str = "4.5";
/// The Navigator that layers are written for (in use since spring 2026).
pub const NAVIGATOR: &str = "5.3.2";

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Layer {
    /// The tab's name.
    pub name: String,
    /// Of ATT&CK, the Navigator and the format.
    pub versions: Versions,
    /// Whose techniques.
    pub domain: Domain,
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
    pub techniques: Vec<TechniqueEntry>,
    /// From score to colour.
    pub gradient: Gradient,
    /// The legend's lines.
    pub legend_items: Vec<LegendItem>,
    /// Names and values about the layer.
    pub metadata: Vec<Metadata>,
    /// Links in the layer's menu; none of ours.
    pub links: Vec<Link>,
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
}

/// What the layer was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Versions {
    /// The major release of ATT&CK, for example `19`.
    pub attack: String,
    /// [`NAVIGATOR`]
    pub navigator: String,
    /// [`FORMAT`]
    pub layer: String,
}

/// Which techniques are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Filters {
    /// As ATT&CK names them, at least one.
    pub platforms: Vec<String>,
}

/// How the matrix is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Layout {
    /// `side`, `flat` or `mini`.
    pub layout: &'static str,
    /// How a parent's score would be made of those of its sub-techniques.
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
    /// Which sub-techniques are open: `none`, `annotated` or `all`.
    pub expanded_subtechniques: &'static str,
}

/// One technique in all its tactics: without `tactic` an entry survives the split of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TechniqueEntry {
    /// A live technique or sub-technique.
    #[serde(rename = "techniqueID")]
    pub technique_id: TechniqueId,
    /// Whole in what we write: the Python library cuts fractions, and the Navigator fails on
    /// scores just below the gradient's upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Number>,
    /// Plain text.
    pub comment: String,
    /// Whether it takes part.
    pub enabled: bool,
    /// Whether its sub-techniques are open.
    pub show_subtechniques: bool,
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
}

/// One line of the legend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegendItem {
    /// What the colour means.
    pub label: String,
    /// The colour, as `#rrggbb`.
    pub color: String,
}

/// A name and its value; neither is ever empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// What.
    pub name: String,
    /// How much.
    pub value: String,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Shown.
    pub label: String,
    /// http or https.
    pub url: String,
}
