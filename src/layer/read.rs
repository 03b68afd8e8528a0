//! Layers from JSON: every version of the format, one layer or a list of them.
//!
//! Nothing is refused for its version, and nothing is lost in silence: what has no meaning in
//! the format is kept as it came or named in a diagnostic. (The Navigator refuses whole layers
//! for a `null` and drops entries without a word; reference 2.1 and 2.3.)

use super::fields::{Fields, Place, Remarks, quoted, shortened};
use super::model::{
    AGGREGATES, EXPANSIONS, Entries, FORMAT, Filters, Gradient, Item, LAYOUTS, Layer, Layout,
    LegendItem, Link, Metadata, NAVIGATOR, TechniqueEntry, Versions,
};
use super::tree::{self, TreeError};
use super::upgrade;
use crate::diagnostic::{Code, Severity, Warned};
use crate::limits::Limits;
use serde_json::{Map, Value};

/// Why a text holds no layer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayerError {
    /// It is no JSON, or too much of it.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// It is JSON of another kind.
    #[error("JSON, but no layer: a layer has a name, a domain and techniques")]
    NotALayer,
}

/// Whether a text may be a layer, by its first character and the keys in it; cheap.
pub fn may_be_layer(text: &str) -> bool {
    let starts = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    starts.starts_with(['{', '['])
        && (text.contains("\"techniqueID\"")
            || text.contains("\"techniques\"")
                && ["\"domain\"", "\"versions\"", "\"gradient\""]
                    .iter()
                    .any(|key| text.contains(key)))
}

/// The layers of a text, all in the terms of format 4.5, and what was noticed.
///
/// # Errors
/// If there is no layer in it.
pub fn read(path: &str, text: &str) -> Result<Warned<Vec<Layer>>, LayerError> {
    read_within(path, text, &Limits::default())
}

/// [`read`] under other limits.
///
/// # Errors
/// As there.
pub fn read_within(
    path: &str,
    text: &str,
    limits: &Limits,
) -> Result<Warned<Vec<Layer>>, LayerError> {
    let (value, doubled) = tree::read(text.strip_prefix('\u{FEFF}').unwrap_or(text), limits)?;
    let mut remarks = Remarks::new(path);
    for key in doubled {
        let message = || format!("the key '{}' stands twice in one object", shortened(&key));
        let hint = "the last one is used; remove or rename one of them";
        remarks.add(Severity::Warning, Code::LayerField, message, hint);
    }
    let (items, is_list) = match value {
        Value::Array(items) => (items, true),
        other => (vec![other], false),
    };
    let mut layers = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        let place = Place { at: is_list.then_some(at), ..Place::TOP };
        match item {
            Value::Object(map) if is_layer(&map) => layers.push(layer(map, &place, &mut remarks)),
            other => {
                let message = || format!("[{at}]: {} is no layer; left out", quoted(&other));
                remarks.add(Severity::Error, Code::LayerField, message, "");
            }
        }
    }
    if layers.is_empty() {
        return Err(LayerError::NotALayer);
    }
    Ok(Warned { value: layers, diagnostics: remarks.into_diagnostics() })
}

/// Techniques with ids, or two other keys that a layer has.
fn is_layer(map: &Map<String, Value>) -> bool {
    let keys = ["domain", "techniques", "gradient", "legendItems", "versions"];
    let is_entry = |entry: &Value| entry.get("techniqueID").is_some();
    map.get("techniques").and_then(Value::as_array).is_some_and(|list| list.iter().any(is_entry))
        || map.contains_key("name") && keys.iter().filter(|key| map.contains_key(**key)).count() > 1
}

fn layer(mut map: Map<String, Value>, place: &Place<'_>, remarks: &mut Remarks) -> Layer {
    let version = upgrade::upgrade(&mut map);
    if !upgrade::is_known(&version) {
        let message = || {
            format!(
                "{}: format '{}' is not known here",
                place.key("versions.layer"),
                shortened(&version)
            )
        };
        let hint = format!("it is read as {FORMAT}, the newest known");
        remarks.add(Severity::Warning, Code::LayerField, message, &hint);
    }
    let mut fields = Fields::new(map, place, remarks);
    let name = fields.text("name").unwrap_or_default();
    let domain = fields.filled("domain").unwrap_or_else(|| {
        fields.remark("domain", || "missing; taken as enterprise-attack".to_owned());
        "enterprise-attack".to_owned()
    });
    let description = fields.text("description").unwrap_or_default();
    let hide_disabled = fields.flag("hideDisabled").unwrap_or(false);
    let sorting = sorting(&mut fields);
    let show_tactic_row_background = fields.flag("showTacticRowBackground").unwrap_or(false);
    let tactic_row_background =
        fields.colour("tacticRowBackground").unwrap_or_else(|| "#dddddd".to_owned());
    let select_techniques_across_tactics =
        fields.flag("selectTechniquesAcrossTactics").unwrap_or(true);
    // What the Navigator does, not what its specification says (reference 2.1).
    let select_subtechniques_with_parent =
        fields.flag("selectSubtechniquesWithParent").unwrap_or(false);
    let select_visible_techniques = fields.flag("selectVisibleTechniques").unwrap_or(false);
    let objects = ["versions", "filters", "layout", "gradient"].map(|key| fields.object(key));
    let lists = ["techniques", "legendItems", "metadata", "links"].map(|key| fields.list(key));
    let extra = fields.rest();

    let [versions, filters, layout, gradient] = objects;
    let [techniques, legend_items, metadata, links] = lists;
    Layer {
        name,
        versions: self::versions(versions, place, remarks),
        domain,
        description,
        filters: self::filters(filters, place, remarks),
        sorting,
        layout: self::layout(layout, place, remarks),
        hide_disabled,
        techniques: entries(techniques, place, remarks),
        gradient: self::gradient(gradient, place, remarks),
        legend_items: legend(legend_items, place, remarks),
        metadata: items(metadata, &place.key("metadata"), remarks, pair),
        links: items(links, &place.key("links"), remarks, link),
        show_tactic_row_background,
        tactic_row_background,
        select_techniques_across_tactics,
        select_subtechniques_with_parent,
        select_visible_techniques,
        extra,
    }
}

fn sorting(fields: &mut Fields<'_>) -> u8 {
    let Some(number) = fields.number("sorting") else { return 0 };
    let order = number.as_u64().and_then(|order| u8::try_from(order).ok());
    order.filter(|order| *order <= 3).unwrap_or_else(|| {
        fields.remark("sorting", || format!("{number} is not one of 0, 1, 2, 3; ignored"));
        0
    })
}

fn versions(map: Option<Map<String, Value>>, place: &Place<'_>, remarks: &mut Remarks) -> Versions {
    let place = place.key("versions");
    let mut fields = Fields::new(map.unwrap_or_default(), &place, remarks);
    let attack = fields.text("attack").unwrap_or_default().trim().to_owned();
    let _ = (fields.take("navigator"), fields.take("layer"));
    Versions {
        attack,
        navigator: NAVIGATOR.to_owned(),
        layer: FORMAT.to_owned(),
        extra: fields.rest(),
    }
}

/// An empty list means all platforms, as no list does.
fn filters(
    map: Option<Map<String, Value>>,
    place: &Place<'_>,
    remarks: &mut Remarks,
) -> Option<Filters> {
    let place = place.key("filters");
    let mut fields = Fields::new(map?, &place, remarks);
    let mut platforms = Vec::new();
    for platform in fields.list("platforms") {
        match platform {
            Value::String(name) if !name.trim().is_empty() => platforms.push(name),
            other => {
                fields.remark("platforms", || format!("{} is no platform", quoted(&other)));
            }
        }
    }
    let extra = fields.rest();
    (!platforms.is_empty() || !extra.is_empty()).then_some(Filters { platforms, extra })
}

fn layout(map: Option<Map<String, Value>>, place: &Place<'_>, remarks: &mut Remarks) -> Layout {
    let place = place.key("layout");
    let mut fields = Fields::new(map.unwrap_or_default(), &place, remarks);
    let default = Layout::default();
    let mut layout = Layout {
        layout: fields.choice("layout", &LAYOUTS).unwrap_or(default.layout),
        aggregate_function: fields
            .choice("aggregateFunction", &AGGREGATES)
            .unwrap_or(default.aggregate_function),
        show_id: fields.flag("showID").unwrap_or(default.show_id),
        show_name: fields.flag("showName").unwrap_or(default.show_name),
        show_aggregate_scores: fields.flag("showAggregateScores").unwrap_or(false),
        count_unscored: fields.flag("countUnscored").unwrap_or(false),
        expanded_subtechniques: fields
            .choice("expandedSubtechniques", &EXPANSIONS)
            .unwrap_or(default.expanded_subtechniques),
        extra: fields.rest(),
    };
    if layout.layout == "mini" {
        (layout.show_id, layout.show_name) = (false, false);
    }
    layout.count_unscored &= layout.aggregate_function == "average";
    layout
}

fn gradient(map: Option<Map<String, Value>>, place: &Place<'_>, remarks: &mut Remarks) -> Gradient {
    let default = Gradient::default();
    let Some(map) = map else { return default };
    let place = place.key("gradient");
    let mut fields = Fields::new(map, &place, remarks);
    let mut colors = Vec::new();
    for written in fields.list("colors") {
        match written.as_str().and_then(super::colour::normal) {
            Some(colour) => colors.push(colour),
            None => fields.remark("colors", || format!("{} is no colour", quoted(&written))),
        }
    }
    if colors.len() < 2 {
        fields.remark("colors", || "fewer than two colours; the usual ones are used".to_owned());
        colors = default.colors;
    }
    let bounds = (fields.number("minValue"), fields.number("maxValue"));
    let (min_value, max_value) = match bounds {
        (Some(min), Some(max)) if min.as_f64() < max.as_f64() => (min, max),
        _ => {
            fields.remark("minValue", || "no lower and upper bound; 0 to 100 is used".to_owned());
            (default.min_value, default.max_value)
        }
    };
    Gradient { colors, min_value, max_value, extra: fields.rest() }
}

fn legend(list: Vec<Value>, place: &Place<'_>, remarks: &mut Remarks) -> Vec<LegendItem> {
    let mut legend = Vec::new();
    for (at, item) in list.into_iter().enumerate() {
        let place = place.item("legendItems", at);
        let Value::Object(map) = item else {
            no_item(&place, remarks);
            continue;
        };
        let mut fields = Fields::new(map, &place, remarks);
        match (fields.text("label"), fields.colour("color")) {
            (Some(label), Some(color)) => legend.push(LegendItem { label, color }),
            _ => no_item(&place, remarks),
        }
    }
    legend
}

fn no_item(place: &Place<'_>, remarks: &mut Remarks) {
    let message = || format!("{place}: not complete; left out");
    remarks.add(Severity::Warning, Code::LayerField, message, "");
}

fn entries(list: Vec<Value>, place: &Place<'_>, remarks: &mut Remarks) -> Entries {
    let mut found = Entries::default();
    for (at, item) in list.into_iter().enumerate() {
        let place = place.item("techniques", at);
        let id = item.get("techniqueID").and_then(Value::as_str);
        let id = id.and_then(|id| id.trim().parse().ok());
        let (Some(id), true) = (id, item.is_object()) else {
            let message = || match item.get("techniqueID") {
                Some(id) => format!("{place}: {} is no technique id", quoted(id)),
                None => format!("{place}: {} without a techniqueID", quoted(&item)),
            };
            remarks.add(Severity::Warning, Code::LayerNoCell, message, "it is kept as it is");
            found.unplaced.push(item);
            continue;
        };
        if let Value::Object(map) = item {
            found.entries.push(entry(id, map, &place, remarks));
        }
    }
    found
}

fn entry(
    id: crate::attack::TechniqueId,
    map: Map<String, Value>,
    place: &Place<'_>,
    remarks: &mut Remarks,
) -> TechniqueEntry {
    let mut fields = Fields::new(map, place, remarks);
    fields.take("techniqueID");
    let mut entry = TechniqueEntry {
        // Empty: the Navigator asks for a click on every one of them and drops it; all tactics
        // are meant.
        tactic: fields.filled("tactic").map(|tactic| tactic.trim().to_owned()),
        score: fields.number("score"),
        color: fields.colour("color"),
        comment: fields.text("comment").unwrap_or_default(),
        enabled: fields.flag("enabled").unwrap_or(true),
        show_subtechniques: fields.flag("showSubtechniques").unwrap_or(false),
        ..TechniqueEntry::new(id)
    };
    let (metadata, links) = (fields.list("metadata"), fields.list("links"));
    entry.extra = fields.rest();
    entry.metadata = items(metadata, &place.key("metadata"), remarks, pair);
    entry.links = items(links, &place.key("links"), remarks, link);
    entry
}

/// The items of a list that may have dividers. An item with an empty name or value says nothing,
/// and is left out as the Navigator does.
fn items<T>(
    list: Vec<Value>,
    place: &Place<'_>,
    remarks: &mut Remarks,
    item: fn(&mut Fields<'_>) -> Option<T>,
) -> Vec<Item<T>> {
    let mut found = Vec::new();
    for (at, value) in list.into_iter().enumerate() {
        let place = Place { at: Some(at), ..*place };
        let Value::Object(map) = value else {
            no_item(&place, remarks);
            continue;
        };
        // MITRE's Python library writes dividers as metadata of this name.
        let by_name = map.get("value").filter(|_| map.get("name") == Some(&"DIVIDER".into()));
        let is_other = ["name", "url"].iter().any(|key| map.contains_key(*key));
        if let Some(Value::Bool(divider)) =
            by_name.or_else(|| map.get("divider").filter(|_| !is_other))
        {
            found.push(Item::Divider { divider: *divider });
            continue;
        }
        match item(&mut Fields::new(map, &place, remarks)) {
            Some(item) => found.push(Item::Of(item)),
            None => no_item(&place, remarks),
        }
    }
    found
}

fn pair(fields: &mut Fields<'_>) -> Option<Metadata> {
    Some(Metadata { name: fields.filled("name")?, value: fields.filled("value")? })
}

/// Only addresses that a click may open: a layer is somebody else's text.
fn link(fields: &mut Fields<'_>) -> Option<Link> {
    let (label, url) = (fields.filled("label")?, fields.filled("url")?);
    if is_safe(&url) {
        return Some(Link { label, url });
    }
    let wanted = "not an address with http, https or mailto";
    fields.remark("url", || format!("'{}' is {wanted}", shortened(&url)));
    None
}

/// Whether an address begins with http:, https: or mailto: and has no blanks in it.
pub(super) fn is_safe(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    url.contains(':')
        && ["http", "https", "mailto"].contains(&scheme.as_str())
        && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}
