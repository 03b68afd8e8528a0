//! A cell's element. Cells are made once a catalogue; what changes afterwards is written
//! straight to their elements, and only where it differs, because nine hundred cells with a
//! signal each would miss the frame.

use super::face::{Face, Facts};
use crate::attack::{Catalogue, TechniqueId};
use crate::heatmap::{CellPaint, LowerEdge, Rgb};
use crate::web::board::{Board, BoardColumn, Place};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

/// The elements of a cell and what they show now.
pub(super) struct CellNode {
    pub(super) place: Place,
    pub(super) element: HtmlElement,
    score: Element,
    /// The group of its sub-techniques and the triangle that folds it.
    fold: Option<(Element, Element)>,
    face: Option<Face>,
    attributes: [Option<String>; 7],
    shown: Option<bool>,
    folding: Option<Folding>,
    dimmed: bool,
    selection: (Option<bool>, bool),
}

/// Whether the sub-techniques below a technique are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folding {
    /// None of them is in scope.
    Empty,
    /// They are hidden.
    Closed,
    /// They are shown.
    Open,
}

#[wasm_bindgen(module = "/src/web/view/matrix/cells.js")]
extern "C" {
    fn make_cells(host: &Element, tactic: &str, ids: &str, names: &str, below: &[u32]) -> Array;
}

/// Takes the cells of another catalogue away: elements of columns are used again, and nobody else
/// knows of their cells.
pub(super) fn clear(grid: &Element) {
    let Ok(hosts) = grid.query_selector_all(".column-cells") else { return };
    for at in 0..hosts.length() {
        if let Some(host) = hosts.get(at) {
            host.set_text_content(None);
        }
    }
}

/// Makes the cells of a column in its element; in the order of the board.
pub(super) fn make(
    element: &Element,
    catalogue: &Catalogue,
    board: &Board,
    column: usize,
) -> Vec<CellNode> {
    let Ok(Some(host)) = element.query_selector(".column-cells") else { return Vec::new() };
    let BoardColumn { tactic, cells } = &board.columns[column];
    let (mut ids, mut names, mut below) = (String::new(), String::new(), Vec::new());
    for cell in cells {
        let technique = catalogue.technique(cell.technique);
        if !below.is_empty() {
            ids.push('\n');
            names.push('\n');
        }
        ids.push_str(&technique.id.to_string());
        push_breakable(&mut names, &technique.name);
        below.push(u32::try_from(cell.subs.len()).unwrap_or(0));
    }
    let made = make_cells(&host, &catalogue.tactics[*tactic].shortname, &ids, &names, &below);
    let part = |at: usize| made.get(u32::try_from(at).unwrap_or(u32::MAX));
    (0..cells.len())
        .filter_map(|cell| {
            let fold: Option<Element> = part(4 * cell + 2).dyn_into().ok();
            let group: Option<Element> = part(4 * cell + 3).dyn_into().ok();
            Some(CellNode {
                place: Place { column, cell },
                element: part(4 * cell).dyn_into().ok()?,
                score: part(4 * cell + 1).dyn_into().ok()?,
                fold: group.zip(fold),
                face: None,
                attributes: Default::default(),
                shown: None,
                folding: None,
                dimmed: false,
                selection: (None, false),
            })
        })
        .collect()
}

/// The name with a place to break behind each slash ("Deobfuscate/Decode" is wider than a cell),
/// in one line.
fn push_breakable(names: &mut String, name: &str) {
    for c in name.chars() {
        names.push(if c == '\n' { ' ' } else { c });
        if c == '/' {
            names.push('\u{200b}');
        }
    }
}

impl CellNode {
    /// Shows a face.
    pub(super) fn paint(&mut self, face: Face, catalogue: &Catalogue, board: &Board) {
        if self.face == Some(face) {
            return;
        }
        if self.face.map(|old| old.facts) != Some(face.facts) {
            self.write_facts(&face.facts, catalogue, board);
        }
        if self.face.map(|old| old.paint) != Some(face.paint) {
            self.write_paint(&face.paint, self.face.map(|old| old.paint));
        }
        self.face = Some(face);
    }

    fn write_facts(&mut self, facts: &Facts, catalogue: &Catalogue, board: &Board) {
        let Some(cell) = board.cell(self.place) else { return };
        let technique = catalogue.technique(cell.technique);
        let tactic = &catalogue.tactics[board.columns[self.place.column].tactic];
        // Writing an attribute fails only for a name that is none.
        let set = |name: &str, value: &str| {
            let _ = self.element.set_attribute(name, value);
        };
        set("aria-label", &facts.label(technique, &tactic.name));
        for ((name, value), before) in facts.attributes().into_iter().zip(&mut self.attributes) {
            if *before == value {
                continue;
            }
            match &value {
                Some(value) => set(name, value),
                None => {
                    let _ = self.element.remove_attribute(name);
                }
            }
            *before = value;
        }
        let corner = facts.corner();
        if let Some((_, triangle)) = &self.fold {
            let (some, total) = facts.below();
            let _ = triangle.set_attribute("data-below", &format!("{some}/{total}"));
        }
        // Printed by the style: as text it would have to stand before the name in the label. Two
        // digits have their room always; what needs more says so.
        let length = corner.as_deref().map_or(0, |corner| corner.chars().count());
        let wide = match length {
            0..=2 => None,
            3 => Some(""),
            _ => Some("more"),
        };
        for (name, value) in [("data-text", corner.as_deref()), ("data-wide", wide)] {
            let _ = match value {
                Some(value) => self.score.set_attribute(name, value),
                None => self.score.remove_attribute(name),
            };
        }
    }

    /// Writes what differs from what is there.
    fn write_paint(&self, paint: &CellPaint, before: Option<CellPaint>) {
        let style = self.element.style();
        let differs =
            |part: fn(&CellPaint) -> Option<Rgb>| before.as_ref().map(part) != Some(part(paint));
        let set = |property: &str, value: Option<String>| {
            // Neither fails for a property that exists.
            let _ = match value {
                Some(value) => style.set_property(property, &value),
                None => style.remove_property(property).map(drop),
            };
        };
        if differs(|paint| paint.fill) {
            set("background-color", paint.fill.map(|fill| fill.to_string()));
        }
        if differs(|paint| paint.edge) {
            set("outline-color", paint.edge.map(|edge| edge.to_string()));
        }
        if differs(|paint| Some(paint.text)) {
            set("color", Some(paint.text.to_string()));
        }
        if before.map(|before| before.lower_edge) != Some(paint.lower_edge) {
            let (image, size) = paint.lower_edge.map(lower_edge).unzip();
            set("background-image", image);
            set("background-size", size);
        }
        if before.map(|before| before.dashed) != Some(paint.dashed) {
            let _ = self.element.toggle_attribute_with_force("data-dashed", paint.dashed);
        }
        let mark = mark_name(paint);
        if before.map(|before| mark_name(&before)) != Some(mark) {
            let _ = match mark {
                None => self.element.remove_attribute("data-mark"),
                Some(mark) => self.element.set_attribute("data-mark", mark),
            };
        }
    }

    /// Shows or hides the cell itself; its id leaves with it, so that what is out of scope is no
    /// cell for scripts either.
    pub(super) fn show(&mut self, in_scope: bool, id: TechniqueId) {
        if self.shown == Some(in_scope) {
            return;
        }
        self.shown = Some(in_scope);
        self.element.set_hidden(!in_scope);
        let _ = if in_scope {
            self.element.set_attribute("data-technique", &id.to_string())
        } else {
            self.element.remove_attribute("data-technique")
        };
    }

    /// Folds or unfolds its sub-techniques.
    pub(super) fn fold(&mut self, folding: Folding) {
        let Some((group, triangle)) = &self.fold else { return };
        if self.folding == Some(folding) {
            return;
        }
        self.folding = Some(folding);
        let open = folding == Folding::Open;
        let _ = group.toggle_attribute_with_force("hidden", !open);
        let _ = triangle.toggle_attribute_with_force("hidden", folding == Folding::Empty);
        let _ = match folding {
            Folding::Empty => self.element.remove_attribute("aria-expanded"),
            Folding::Open => self.element.set_attribute("aria-expanded", "true"),
            Folding::Closed => self.element.set_attribute("aria-expanded", "false"),
        };
    }

    /// Whether it has sub-techniques to fold.
    pub(super) fn is_foldable(&self) -> bool {
        matches!(self.folding, Some(Folding::Open | Folding::Closed))
    }

    /// Lets it step back while others are searched for.
    pub(super) fn dim(&mut self, dimmed: bool) {
        if self.dimmed != dimmed {
            self.dimmed = dimmed;
            let _ = self.element.class_list().toggle_with_force("is-dim", dimmed);
        }
    }

    /// Marks it as selected, and as the one whose drawer is open. Where cells cannot be selected
    /// (`None`), that one is.
    pub(super) fn select(&mut self, selected: Option<bool>, is_open: bool) {
        if self.selection == (selected, is_open) {
            return;
        }
        self.selection = (selected, is_open);
        let set = |name: &str, value: Option<&str>| {
            let _ = match value {
                Some(value) => self.element.set_attribute(name, value),
                None => self.element.remove_attribute(name),
            };
        };
        let is_selected = selected.or(is_open.then_some(true));
        set("aria-selected", is_selected.map(|on| if on { "true" } else { "false" }));
        set("aria-current", (selected.is_some() && is_open).then_some("true"));
    }

    /// Makes it the grid's tab stop, or not.
    pub(super) fn set_tab_stop(&self, on: bool) {
        self.element.set_tab_index(if on { 0 } else { -1 });
    }
}

/// Image and size of the background that draws a lower edge.
pub(crate) fn lower_edge(edge: LowerEdge) -> (String, String) {
    let colour = edge.colour;
    let image = format!("linear-gradient({colour}, {colour})");
    (image, format!("{:.1}% var(--edge-height)", edge.share() * 100.0))
}

/// The name of a cell's mark in `data-mark`, if it has one.
pub(crate) fn mark_name(paint: &CellPaint) -> Option<&'static str> {
    match (paint.via_subtechnique, paint.single_rule, paint.single_log_source) {
        (true, _, _) => Some("via"),
        (_, true, _) => Some("rule"),
        (_, _, true) => Some("source"),
        _ => None,
    }
}
