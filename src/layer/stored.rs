//! Layers as bytes inside one program: from the worker, which reads them, to the page. Everything
//! a layer holds comes through, also what nobody understands.

use super::model::{
    Entries, Extra, FORMAT, Filters, Gradient, Item, Layer, Layout, LegendItem, Link, Metadata,
    NAVIGATOR, TechniqueEntry, Versions,
};
use crate::attack::TechniqueId;
use crate::pace::{Pace, Unpaced, at_once};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// The layers of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerFile {
    /// As dropped.
    pub path: String,
    /// At least one.
    pub layers: Vec<Layer>,
}

/// Encodes files.
pub fn write(files: &[LayerFile]) -> Vec<u8> {
    let wire: Vec<(&str, Vec<Wire>)> = files
        .iter()
        .map(|file| (file.path.as_str(), file.layers.iter().map(Wire::of).collect()))
        .collect();
    // Plain lists, texts and numbers into a growing vector: nothing in it can fail.
    postcard::to_stdvec(&wire).unwrap_or_default()
}

/// Decodes what [`write`] wrote; nothing if it is something else.
pub fn read(bytes: &[u8]) -> Vec<LayerFile> {
    at_once(read_paced(bytes, &Unpaced))
}

/// [`read`] in pieces, a layer each.
pub async fn read_paced(bytes: &[u8], pace: &impl Pace) -> Vec<LayerFile> {
    files(bytes, pace).await.unwrap_or_default()
}

/// A list is its length and then what it holds (<https://postcard.jamesmunns.com/wire-format>), so
/// that it can be taken one by one.
async fn files(mut rest: &[u8], pace: &impl Pace) -> postcard::Result<Vec<LayerFile>> {
    let mut files = Vec::new();
    for _ in 0..take::<u32>(&mut rest)? {
        let (path, count): (String, u32) = take(&mut rest)?;
        let mut layers = Vec::new();
        for _ in 0..count {
            layers.push(take::<Wire>(&mut rest)?.layer());
            pace.pause().await;
        }
        files.push(LayerFile { path, layers });
    }
    Ok(files)
}

fn take<'b, T: Deserialize<'b>>(rest: &mut &'b [u8]) -> postcard::Result<T> {
    let (value, after) = postcard::take_from_bytes(rest)?;
    *rest = after;
    Ok(value)
}

/// A layer without borrowed names and free-form values, which postcard does not take.
#[derive(Serialize, Deserialize)]
struct Wire {
    texts: [String; 5],
    /// Objects of what is not understood, as JSON: of the layer, its versions, its layout, its
    /// gradient, its filters.
    extra: [String; 5],
    platforms: Option<Vec<String>>,
    sorting: u8,
    layout: [u8; 3],
    flags: [bool; 9],
    entries: Vec<WireEntry>,
    unplaced: Vec<String>,
    colors: Vec<String>,
    bounds: [WireNumber; 2],
    legend: Vec<(String, String)>,
    metadata: Vec<WireItem>,
    links: Vec<WireItem>,
}

#[derive(Serialize, Deserialize)]
struct WireEntry {
    id: TechniqueId,
    tactic: Option<String>,
    score: Option<WireNumber>,
    color: Option<String>,
    comment: String,
    flags: [bool; 2],
    metadata: Vec<WireItem>,
    links: Vec<WireItem>,
    extra: String,
}

/// Two texts, or a divider.
#[derive(Serialize, Deserialize)]
enum WireItem {
    Of(String, String),
    Divider(bool),
}

#[derive(Serialize, Deserialize)]
enum WireNumber {
    Whole(i64),
    Fraction(f64),
    /// Beyond both.
    Other(String),
}

/// The names a layout may have, each by its place.
const LAYOUTS: [[&str; 4]; 3] = [
    ["side", "flat", "mini", "side"],
    ["average", "min", "max", "sum"],
    ["none", "annotated", "all", "none"],
];

fn number(number: &Number) -> WireNumber {
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => WireNumber::Whole(whole),
        (None, Some(fraction)) if number.is_f64() => WireNumber::Fraction(fraction),
        _ => WireNumber::Other(number.to_string()),
    }
}

impl WireNumber {
    fn number(self) -> Number {
        match self {
            Self::Whole(whole) => whole.into(),
            Self::Fraction(fraction) => Number::from_f64(fraction).unwrap_or_else(|| 0.into()),
            Self::Other(text) => serde_json::from_str(&text).unwrap_or_else(|_| 0.into()),
        }
    }
}

fn object(extra: &Extra) -> String {
    if extra.is_empty() { String::new() } else { serde_json::to_string(extra).unwrap_or_default() }
}

fn extra(text: &str) -> Extra {
    serde_json::from_str(text).unwrap_or_default()
}

fn items<T>(items: &[Item<T>], of: impl Fn(&T) -> (String, String)) -> Vec<WireItem> {
    let item = |item: &Item<T>| match item {
        Item::Of(value) => {
            let (first, second) = of(value);
            WireItem::Of(first, second)
        }
        Item::Divider { divider } => WireItem::Divider(*divider),
    };
    items.iter().map(item).collect()
}

fn back<T>(items: Vec<WireItem>, of: impl Fn(String, String) -> T) -> Vec<Item<T>> {
    let item = |item| match item {
        WireItem::Of(first, second) => Item::Of(of(first, second)),
        WireItem::Divider(divider) => Item::Divider { divider },
    };
    items.into_iter().map(item).collect()
}

fn pair(item: &Metadata) -> (String, String) {
    (item.name.clone(), item.value.clone())
}

fn address(link: &Link) -> (String, String) {
    (link.label.clone(), link.url.clone())
}

impl WireEntry {
    fn of(entry: &TechniqueEntry) -> Self {
        Self {
            id: entry.technique_id,
            tactic: entry.tactic.clone(),
            score: entry.score.as_ref().map(number),
            color: entry.color.clone(),
            comment: entry.comment.clone(),
            flags: [entry.enabled, entry.show_subtechniques],
            metadata: items(&entry.metadata, pair),
            links: items(&entry.links, address),
            extra: object(&entry.extra),
        }
    }

    fn entry(self) -> TechniqueEntry {
        let [enabled, show_subtechniques] = self.flags;
        TechniqueEntry {
            technique_id: self.id,
            tactic: self.tactic,
            score: self.score.map(WireNumber::number),
            color: self.color,
            comment: self.comment,
            enabled,
            metadata: back(self.metadata, |name, value| Metadata { name, value }),
            links: back(self.links, |label, url| Link { label, url }),
            show_subtechniques,
            extra: extra(&self.extra),
        }
    }
}

impl Wire {
    fn of(layer: &Layer) -> Self {
        let Layer { layout, gradient, versions, techniques, .. } = layer;
        let names = [layout.layout, layout.aggregate_function, layout.expanded_subtechniques];
        let places = std::array::from_fn(|at| {
            let place = LAYOUTS[at].iter().position(|name| *name == names[at]).unwrap_or(0);
            u8::try_from(place).unwrap_or(0)
        });
        let filters = layer.filters.as_ref();
        Self {
            texts: [
                layer.name.clone(),
                layer.domain.clone(),
                layer.description.clone(),
                layer.tactic_row_background.clone(),
                versions.attack.clone(),
            ],
            extra: [
                object(&layer.extra),
                object(&versions.extra),
                object(&layout.extra),
                object(&gradient.extra),
                filters.map(|filters| object(&filters.extra)).unwrap_or_default(),
            ],
            platforms: filters.map(|filters| filters.platforms.clone()),
            sorting: layer.sorting,
            layout: places,
            flags: [
                layer.hide_disabled,
                layer.show_tactic_row_background,
                layer.select_techniques_across_tactics,
                layer.select_subtechniques_with_parent,
                layer.select_visible_techniques,
                layout.show_id,
                layout.show_name,
                layout.show_aggregate_scores,
                layout.count_unscored,
            ],
            entries: techniques.entries.iter().map(WireEntry::of).collect(),
            unplaced: techniques.unplaced.iter().map(Value::to_string).collect(),
            colors: gradient.colors.clone(),
            bounds: [number(&gradient.min_value), number(&gradient.max_value)],
            legend: layer
                .legend_items
                .iter()
                .map(|item| (item.label.clone(), item.color.clone()))
                .collect(),
            metadata: items(&layer.metadata, pair),
            links: items(&layer.links, address),
        }
    }

    fn layer(self) -> Layer {
        let [name, domain, description, tactic_row_background, attack] = self.texts;
        let [of_layer, of_versions, of_layout, of_gradient, of_filters] =
            self.extra.map(|text| extra(&text));
        let names: [&'static str; 3] = std::array::from_fn(|at| {
            LAYOUTS[at].get(usize::from(self.layout[at])).copied().unwrap_or(LAYOUTS[at][0])
        });
        let [layout, aggregate_function, expanded_subtechniques] = names;
        let [
            hide_disabled,
            show_tactic_row_background,
            select_techniques_across_tactics,
            select_subtechniques_with_parent,
            select_visible_techniques,
            show_id,
            show_name,
            show_aggregate_scores,
            count_unscored,
        ] = self.flags;
        let [min_value, max_value] = self.bounds.map(WireNumber::number);
        let unplaced = self.unplaced.iter().filter_map(|text| serde_json::from_str(text).ok());
        Layer {
            name,
            versions: Versions {
                attack,
                navigator: NAVIGATOR.to_owned(),
                layer: FORMAT.to_owned(),
                extra: of_versions,
            },
            domain,
            description,
            filters: self.platforms.map(|platforms| Filters { platforms, extra: of_filters }),
            sorting: self.sorting,
            layout: Layout {
                layout,
                aggregate_function,
                show_id,
                show_name,
                show_aggregate_scores,
                count_unscored,
                expanded_subtechniques,
                extra: of_layout,
            },
            hide_disabled,
            techniques: Entries {
                entries: self.entries.into_iter().map(WireEntry::entry).collect(),
                unplaced: unplaced.collect(),
            },
            gradient: Gradient { colors: self.colors, min_value, max_value, extra: of_gradient },
            legend_items: self
                .legend
                .into_iter()
                .map(|(label, color)| LegendItem { label, color })
                .collect(),
            metadata: back(self.metadata, |name, value| Metadata { name, value }),
            links: back(self.links, |label, url| Link { label, url }),
            show_tactic_row_background,
            tactic_row_background,
            select_techniques_across_tactics,
            select_subtechniques_with_parent,
            select_visible_techniques,
            extra: of_layer,
        }
    }
}
