//! Edits of a layer beside its cells: what it is called and how it looks.

use super::edit::{EditError, checked_colour, checked_links, checked_metadata};
use super::fields::whole;
use super::model::{
    AGGREGATES, EXPANSIONS, Extra, Filters, Gradient, Item, LAYOUTS, Layer, LegendItem, Link,
    Metadata,
};
use super::numbers::rounded;
use serde_json::Number;

/// The table of a gradient's colours has so many places (reference 2.5).
const MOST_COLOURS: usize = 100;

/// What is done to a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayerEdit {
    /// The tab's name.
    Name(String),
    /// The description.
    Description(String),
    /// The gradient, its colours in any form of CSS, two to a hundred of them.
    Gradient {
        /// From low to high.
        colours: Vec<String>,
        /// The score of the first.
        min: Number,
        /// The score of the last, above that of the first.
        max: Number,
    },
    /// Puts a line to the end of the legend.
    AddLine(LegendItem),
    /// Replaces the line at this place.
    ChangeLine(usize, LegendItem),
    /// Removes the line at this place.
    RemoveLine(usize),
    /// Moves the line at the first place to the second.
    MoveLine(usize, usize),
    /// A line for each colour of the gradient, with the score that has it.
    LegendFromGradient,
    /// `side`, `flat` or `mini`. Mini cells have no text, others always have one at first.
    Layout(String),
    /// Ids in cells; mini cells become those of the side layout for it.
    ShowIds(bool),
    /// Names in cells; the same.
    ShowNames(bool),
    /// Whether parents show aggregates.
    ShowAggregates(bool),
    /// `average`, `min`, `max` or `sum`.
    Aggregate(String),
    /// Whether unscored sub-techniques count as 0; only averages ask.
    CountUnscored(bool),
    /// Which sub-techniques are open: `none`, `annotated` or `all`.
    Expanded(String),
    /// 0 to 3: by name up, by name down, by score up, by score down.
    Sorting(u8),
    /// Whether entries that take no part are left out.
    HideDisabled(bool),
    /// Whether the tactics' row has a colour, and which.
    TacticRow(bool, String),
    /// Which platforms are shown; none means all.
    Platforms(Vec<String>),
    /// How a click selects.
    Selecting {
        /// In all tactics of the technique.
        across_tactics: bool,
        /// Together with the whole family.
        with_sub_techniques: bool,
        /// Only what is visible.
        only_visible: bool,
    },
    /// Names and values about the layer.
    Metadata(Vec<Item<Metadata>>),
    /// Links in its menu.
    Links(Vec<Item<Link>>),
}

impl Layer {
    /// The layer with an edit; this one stays as it is.
    ///
    /// # Errors
    /// If the edit's value is none, see [`EditError`].
    pub fn with(&self, edit: &LayerEdit) -> Result<Self, EditError> {
        let mut layer = self.clone();
        match edit.clone() {
            LayerEdit::Name(name) => layer.name = name,
            LayerEdit::Description(text) => layer.description = text,
            LayerEdit::Gradient { colours, min, max } => {
                layer.gradient = gradient(&colours, min, max, layer.gradient.extra)?;
            }
            LayerEdit::AddLine(item) => layer.legend_items.push(line(item)?),
            LayerEdit::ChangeLine(at, item) => {
                let place = layer.legend_items.get_mut(at).ok_or(EditError::NoLine(at))?;
                *place = line(item)?;
            }
            LayerEdit::RemoveLine(at) => {
                in_legend(&layer, at)?;
                layer.legend_items.remove(at);
            }
            LayerEdit::MoveLine(from, to) => {
                in_legend(&layer, from)?;
                in_legend(&layer, to)?;
                let item = layer.legend_items.remove(from);
                layer.legend_items.insert(to, item);
            }
            LayerEdit::LegendFromGradient => layer.legend_items = legend(&layer.gradient),
            LayerEdit::Layout(name) => {
                let name = choice(&name, &LAYOUTS)?;
                let layout = &mut layer.layout;
                if name == "mini" {
                    (layout.show_id, layout.show_name) = (false, false);
                } else if layout.layout == "mini" {
                    layout.show_name = true;
                }
                layout.layout = name;
            }
            LayerEdit::ShowIds(shown) => {
                layer.layout.show_id = shown;
                with_text(&mut layer, shown);
            }
            LayerEdit::ShowNames(shown) => {
                layer.layout.show_name = shown;
                with_text(&mut layer, shown);
            }
            LayerEdit::ShowAggregates(shown) => layer.layout.show_aggregate_scores = shown,
            LayerEdit::Aggregate(name) => {
                layer.layout.aggregate_function = choice(&name, &AGGREGATES)?;
                layer.layout.count_unscored &= layer.layout.aggregate_function == "average";
            }
            LayerEdit::CountUnscored(count) => {
                layer.layout.count_unscored = count && layer.layout.aggregate_function == "average";
            }
            LayerEdit::Expanded(name) => {
                layer.layout.expanded_subtechniques = choice(&name, &EXPANSIONS)?;
            }
            LayerEdit::Sorting(order) if order <= 3 => layer.sorting = order,
            LayerEdit::Sorting(order) => {
                return Err(EditError::Choice(order.to_string(), "0, 1, 2, 3".to_owned()));
            }
            LayerEdit::HideDisabled(hide) => layer.hide_disabled = hide,
            LayerEdit::TacticRow(shown, colour) => {
                layer.tactic_row_background = checked_colour(&colour)?;
                layer.show_tactic_row_background = shown;
            }
            LayerEdit::Platforms(mut platforms) => {
                platforms.retain(|name| !name.trim().is_empty());
                let extra = layer.filters.take().map(|filters| filters.extra).unwrap_or_default();
                layer.filters = (!platforms.is_empty() || !extra.is_empty())
                    .then_some(Filters { platforms, extra });
            }
            LayerEdit::Selecting { across_tactics, with_sub_techniques, only_visible } => {
                layer.select_techniques_across_tactics = across_tactics;
                layer.select_subtechniques_with_parent = with_sub_techniques;
                layer.select_visible_techniques = only_visible;
            }
            LayerEdit::Metadata(metadata) => layer.metadata = checked_metadata(metadata)?,
            LayerEdit::Links(links) => layer.links = checked_links(links)?,
        }
        Ok(layer)
    }
}

fn gradient(
    colours: &[String],
    min: Number,
    max: Number,
    extra: Extra,
) -> Result<Gradient, EditError> {
    if !(2..=MOST_COLOURS).contains(&colours.len()) {
        return Err(EditError::Colours(colours.len()));
    }
    let mut colors = Vec::new();
    for colour in colours {
        colors.push(checked_colour(colour)?);
    }
    let (min_value, max_value) = (whole(min), whole(max));
    match (min_value.as_f64(), max_value.as_f64()) {
        (Some(min), Some(max)) if min < max => Ok(Gradient { colors, min_value, max_value, extra }),
        _ => Err(EditError::Bounds(min_value, max_value)),
    }
}

fn line(item: LegendItem) -> Result<LegendItem, EditError> {
    Ok(LegendItem { color: checked_colour(&item.color)?, ..item })
}

fn in_legend(layer: &Layer, at: usize) -> Result<(), EditError> {
    if at < layer.legend_items.len() { Ok(()) } else { Err(EditError::NoLine(at)) }
}

fn choice(name: &str, known: &[&'static str]) -> Result<&'static str, EditError> {
    let found = known.iter().find(|one| **one == name).copied();
    found.ok_or_else(|| EditError::Choice(name.to_owned(), known.join(", ")))
}

/// Mini cells have no room for a text.
fn with_text(layer: &mut Layer, shown: bool) {
    if shown && layer.layout.layout == "mini" {
        layer.layout.layout = "side";
    }
}

/// The scores at which a gradient has its colours, to two digits.
fn legend(gradient: &Gradient) -> Vec<LegendItem> {
    let value = |number: &Number| number.as_f64().unwrap_or(0.0);
    let (min, max) = (value(&gradient.min_value), value(&gradient.max_value));
    let steps = gradient.colors.len().saturating_sub(1).max(1) as f64;
    let item = |(at, colour): (usize, &String)| {
        let score = min + (max - min) * at as f64 / steps;
        // Scores have no alpha.
        let color = colour.get(..7).unwrap_or(colour).to_owned();
        LegendItem { label: (rounded(score * 100.0) / 100.0).to_string(), color }
    };
    gradient.colors.iter().enumerate().map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer() -> Layer {
        Layer::new("x", "enterprise-attack")
    }

    fn with(layer: &Layer, edit: LayerEdit) -> Layer {
        layer.with(&edit).expect("an edit")
    }

    fn item(label: &str, color: &str) -> LegendItem {
        LegendItem { label: label.to_owned(), color: color.to_owned() }
    }

    #[test]
    fn gradients() {
        let edit = |colours: &[&str], min: i64, max: i64| LayerEdit::Gradient {
            colours: colours.iter().map(|colour| (*colour).to_owned()).collect(),
            min: min.into(),
            max: max.into(),
        };
        let edited = with(&layer(), edit(&["white", "#00f"], -5, 5));
        assert_eq!(edited.gradient.colors, ["#ffffff", "#0000ff"]);
        let error = |edit: LayerEdit| layer().with(&edit).expect_err("refused").to_string();
        assert_eq!(error(edit(&["red"], 0, 1)), "a gradient has 2 to 100 colours, not 1");
        assert_eq!(error(edit(&["red"; 101], 0, 1)), "a gradient has 2 to 100 colours, not 101");
        assert_eq!(error(edit(&["red", "blue"], 1, 1)), "1 is not below 1");
        assert_eq!(error(edit(&["red", "javascript:x"], 0, 1)), "'javascript:x' is no colour");
    }

    #[test]
    fn legends() {
        let mut edited = layer();
        for label in ["a", "b", "c"] {
            edited = with(&edited, LayerEdit::AddLine(item(label, "red")));
        }
        edited = with(&edited, LayerEdit::MoveLine(0, 2));
        edited = with(&edited, LayerEdit::ChangeLine(0, item("B", "blue")));
        edited = with(&edited, LayerEdit::RemoveLine(1));
        assert_eq!(edited.legend_items, [item("B", "#0000ff"), item("a", "#ff0000")]);
        assert_eq!(edited.with(&LayerEdit::RemoveLine(2)), Err(EditError::NoLine(2)));
        assert_eq!(edited.with(&LayerEdit::MoveLine(0, 2)), Err(EditError::NoLine(2)));
        let of_gradient = with(&edited, LayerEdit::LegendFromGradient);
        let lines = [("0", "#ff6666"), ("50", "#ffe766"), ("100", "#8ec843")];
        assert_eq!(of_gradient.legend_items, lines.map(|(label, colour)| item(label, colour)));
    }

    /// The rules of the Navigator (reference 2.1).
    #[test]
    fn mini_cells_have_no_text() {
        let mini = with(&layer(), LayerEdit::Layout("mini".to_owned()));
        assert!(!mini.layout.show_name && !mini.layout.show_id);
        assert!(with(&mini, LayerEdit::Layout("flat".to_owned())).layout.show_name);
        let with_ids = with(&mini, LayerEdit::ShowIds(true));
        assert_eq!((with_ids.layout.layout, with_ids.layout.show_name), ("side", false));
        assert_eq!(with(&mini, LayerEdit::ShowIds(false)).layout.layout, "mini");
        assert!(layer().with(&LayerEdit::Layout("round".to_owned())).is_err());
    }

    #[test]
    fn only_averages_count_what_has_no_score() {
        let counting = with(&layer(), LayerEdit::CountUnscored(true));
        assert!(counting.layout.count_unscored);
        let sum = with(&counting, LayerEdit::Aggregate("sum".to_owned()));
        assert!(!sum.layout.count_unscored);
        assert!(!with(&sum, LayerEdit::CountUnscored(true)).layout.count_unscored);
    }

    #[test]
    fn no_platform_means_all() {
        let one = with(&layer(), LayerEdit::Platforms(vec!["Linux".to_owned(), " ".to_owned()]));
        assert_eq!(one.filters.as_ref().map(|filters| filters.platforms.len()), Some(1));
        assert_eq!(with(&one, LayerEdit::Platforms(Vec::new())), layer());
        assert!(layer().with(&LayerEdit::Sorting(4)).is_err());
    }
}
