//! The cells' elements. They are made once a catalogue; what changes afterwards is written straight
//! to them, a column at a time and only where it differs, because nine hundred cells with a signal
//! each would miss the frame.

use super::face::{Face, Facts};
use super::writes::{Part, TEXT, Writes};
use crate::attack::{Catalogue, TechniqueId};
use crate::heatmap::{CellPaint, HatchPattern, LowerEdge, Rgb, Step};
use crate::web::board::{Board, BoardColumn, Place};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

/// The cells of a column.
pub(super) struct ColumnNodes {
    /// [`Part::COUNT`] elements a cell.
    elements: Array,
    pub(super) cells: Vec<CellNode>,
}

/// The element of a cell and what it shows now.
pub(super) struct CellNode {
    pub(super) place: Place,
    pub(super) element: HtmlElement,
    /// Whether it has elements that fold its sub-techniques.
    has_fold: bool,
    face: Option<Face>,
    attributes: [Option<String>; 8],
    corner: Option<String>,
    /// What its label says.
    labelled: Option<Facts>,
    shown: Option<bool>,
    folding: Option<Folding>,
    /// Its group is to be unfolded, but lies below what is in sight.
    waits: bool,
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
    fn lay_out(elements: &Array);
    #[wasm_bindgen(js_name = rows_in_sight)]
    fn rows_above_the_edge(grid: &Element) -> i32;
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

/// How many rows of a column can be seen, or may be if one scrolls no further down; `None` where
/// nothing can be said, and all count as seen.
pub(super) fn rows_in_sight(grid: &Element) -> Option<usize> {
    usize::try_from(rows_above_the_edge(grid)).ok()
}

/// Makes the cells of a column in its element; in the order of the board.
pub(super) fn make(
    element: &Element,
    catalogue: &Catalogue,
    board: &Board,
    column: usize,
) -> ColumnNodes {
    let Ok(Some(host)) = element.query_selector(".column-cells") else {
        return ColumnNodes { elements: Array::new(), cells: Vec::new() };
    };
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
    let elements = make_cells(&host, &catalogue.tactics[*tactic].shortname, &ids, &names, &below);
    let node = |cell: usize| {
        let at = u32::try_from(cell).ok()?.checked_mul(Part::COUNT)?;
        Some(CellNode {
            place: Place { column, cell },
            element: elements.get(at).dyn_into().ok()?,
            has_fold: below[cell] > 0,
            face: None,
            attributes: Default::default(),
            corner: None,
            labelled: None,
            shown: None,
            folding: None,
            waits: false,
            dimmed: false,
            selection: (None, false),
        })
    };
    let cells = (0..cells.len()).filter_map(node).collect();
    ColumnNodes { elements, cells }
}

impl ColumnNodes {
    /// Has what is folded away laid out.
    pub(super) fn lay_out(&self) {
        lay_out(&self.elements);
    }

    /// Changes cells, and writes what differs then.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut [CellNode], &mut Writes)) {
        let mut writes = Writes::default();
        change(&mut self.cells, &mut writes);
        writes.write(&self.elements);
    }
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
    /// Shows a face; its label follows by [`Self::label`].
    pub(super) fn paint(&mut self, face: Face, to: &mut Writes) {
        if self.face == Some(face) {
            return;
        }
        if self.face.map(|old| old.facts) != Some(face.facts) {
            self.write_facts(&face.facts, to);
        }
        if self.face.map(|old| old.paint) != Some(face.paint) {
            self.write_paint(&face.paint, self.face.map(|old| old.paint), to);
        }
        self.face = Some(face);
    }

    /// Says what its face shows. Nobody sees it: it need not be there in the same frame.
    pub(super) fn label(&mut self, catalogue: &Catalogue, board: &Board, to: &mut Writes) {
        let Some(facts) = self.face.map(|face| face.facts) else { return };
        if self.labelled == Some(facts) {
            return;
        }
        self.labelled = Some(facts);
        let Some(cell) = board.cell(self.place) else { return };
        let technique = catalogue.technique(cell.technique);
        let tactic = &catalogue.tactics[board.columns[self.place.column].tactic];
        let label = facts.label(technique, &tactic.name);
        to.set(self.place.cell, Part::Cell, "aria-label", Some(&label));
    }

    fn write_facts(&mut self, facts: &Facts, to: &mut Writes) {
        let cell = self.place.cell;
        for ((name, value), before) in facts.attributes().into_iter().zip(&mut self.attributes) {
            if *before != value {
                to.set(cell, Part::Cell, name, value.as_deref());
                *before = value;
            }
        }
        if self.has_fold {
            let (some, total) = facts.below();
            let below = format!("{some}/{total}");
            to.set(cell, Part::Fold, "data-below", Some(&below));
        }
        let corner = facts.corner();
        if self.corner != corner {
            // Two digits have their room always; what needs more says so.
            let wide = |corner: &Option<String>| match corner
                .as_deref()
                .map_or(0, |corner| corner.chars().count())
            {
                0..=2 => None,
                3 => Some("some"),
                _ => Some("more"),
            };
            if wide(&self.corner) != wide(&corner) {
                to.set(cell, Part::Cell, "data-wide", wide(&corner));
            }
            to.set(cell, Part::Score, TEXT, corner.as_deref());
            self.corner = corner;
        }
    }

    /// Writes what differs from what is there.
    fn write_paint(&self, paint: &CellPaint, before: Option<CellPaint>, to: &mut Writes) {
        let cell = self.place.cell;
        let differs =
            |part: fn(&CellPaint) -> Option<Rgb>| before.as_ref().map(part) != Some(part(paint));
        let mut set = |name: &'static str, value: Option<String>| {
            to.set(cell, Part::Cell, name, value.as_deref());
        };
        if differs(|paint| paint.fill) {
            set(":background-color", paint.fill.map(|fill| fill.to_string()));
        }
        if differs(|paint| paint.edge) {
            set(":outline-color", paint.edge.map(|edge| edge.to_string()));
        }
        if differs(|paint| Some(paint.text)) {
            set(":color", Some(paint.text.to_string()));
        }
        if before.map(|before| before.lower_edge) != Some(paint.lower_edge) {
            let (image, size) = paint.lower_edge.map(lower_edge).unzip();
            set(":background-image", image);
            set(":background-size", size);
        }
        let mark = mark_name(paint);
        if before.map(|before| mark_name(&before)) != Some(mark) {
            set("data-mark", mark.map(str::to_owned));
        }
        if differs(|paint| paint.second) {
            set(":--second", paint.second.map(|second| second.to_string()));
        }
        if before.map(|before| before.second.is_some()) != Some(paint.second.is_some()) {
            set("data-second", paint.second.map(|_| String::new()));
        }
        let hatch = hatch_name(paint);
        if before.map(|before| hatch_name(&before)) != Some(hatch) {
            set("data-hatched", hatch.map(str::to_owned));
        }
        let step = step_name(paint);
        if before.map(|before| step_name(&before)) != Some(step) {
            set("data-step", step.map(str::to_owned));
        }
        if differs(|paint| paint.pattern.map(|pattern| pattern.colour)) {
            set(":--pattern", paint.pattern.map(|pattern| pattern.colour.to_string()));
        }
        if before.map(|before| before.dashed) != Some(paint.dashed) {
            to.flag(cell, Part::Cell, "data-dashed", paint.dashed);
        }
    }

    /// Shows or hides the cell itself: without its id it is not drawn (`style/matrix.css`), so that what
    /// is out of scope is no cell for scripts either.
    pub(super) fn show(&mut self, in_scope: bool, id: TechniqueId, to: &mut Writes) {
        if self.shown == Some(in_scope) {
            return;
        }
        self.shown = Some(in_scope);
        let id = in_scope.then(|| id.to_string());
        to.set(self.place.cell, Part::Cell, "data-technique", id.as_deref());
    }

    /// Folds or unfolds its sub-techniques; what is to be unfolded out of sight waits for
    /// [`Self::unfold_rest`].
    pub(super) fn fold(&mut self, folding: Folding, in_sight: bool, to: &mut Writes) {
        if !self.has_fold || self.folding == Some(folding) {
            return;
        }
        let had_any = self.folding.replace(folding).map(|before| before != Folding::Empty);
        let cell = self.place.cell;
        self.waits = folding == Folding::Open && !in_sight;
        if folding != Folding::Open || self.waits {
            to.flag(cell, Part::Group, "hidden", true);
        }
        let has_any = folding != Folding::Empty;
        if had_any != Some(has_any) {
            to.flag(cell, Part::Fold, "hidden", !has_any);
            // Apart from `aria-expanded`, whose changes would cost more style.
            to.flag(cell, Part::Cell, "data-fold", has_any);
        }
        match folding {
            Folding::Empty => to.set(cell, Part::Cell, "aria-expanded", None),
            Folding::Closed => to.set(cell, Part::Cell, "aria-expanded", Some("false")),
            Folding::Open if self.waits => {}
            Folding::Open => self.unfold(to),
        }
    }

    /// Unfolds what waits.
    pub(super) fn unfold_rest(&mut self, to: &mut Writes) {
        if std::mem::take(&mut self.waits) {
            self.unfold(to);
        }
    }

    fn unfold(&self, to: &mut Writes) {
        to.flag(self.place.cell, Part::Group, "hidden", false);
        to.set(self.place.cell, Part::Cell, "aria-expanded", Some("true"));
    }

    /// Whether it has sub-techniques to fold.
    pub(super) fn is_foldable(&self) -> bool {
        matches!(self.folding, Some(Folding::Open | Folding::Closed))
    }

    /// Lets it step back while others are searched for.
    pub(super) fn dim(&mut self, dimmed: bool, to: &mut Writes) {
        if self.dimmed != dimmed {
            self.dimmed = dimmed;
            let class = if dimmed { "cell is-dim" } else { "cell" };
            to.set(self.place.cell, Part::Cell, "class", Some(class));
        }
    }

    /// Marks it as selected, and as the one whose drawer is open. Where cells cannot be selected
    /// (`None`), that one is.
    pub(super) fn select(&mut self, selected: Option<bool>, is_open: bool, to: &mut Writes) {
        if self.selection == (selected, is_open) {
            return;
        }
        self.selection = (selected, is_open);
        let mut set = |name: &'static str, value: Option<&str>| {
            to.set(self.place.cell, Part::Cell, name, value);
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

/// The name of a cell's hatch in `data-hatched`, if it has one.
pub(crate) fn hatch_name(paint: &CellPaint) -> Option<&'static str> {
    paint.hatch.map(|hatch| match hatch.pattern {
        HatchPattern::Diagonal => "diagonal",
        HatchPattern::Crossed => "crossed",
    })
}

/// The step of a cell's pattern in `data-step`, if it has one.
pub(crate) fn step_name(paint: &CellPaint) -> Option<&'static str> {
    paint.pattern.map(|pattern| match pattern.step {
        Step::First => "1",
        Step::Second => "2",
        Step::Third => "3",
        Step::Fourth => "4",
        Step::Fifth => "5",
    })
}

/// The name of a cell's mark in `data-mark`, if it has one.
pub(crate) fn mark_name(paint: &CellPaint) -> Option<&'static str> {
    [
        (paint.test_failed, "failed"),
        (paint.via_subtechnique, "via"),
        (paint.disabled_only, "off"),
        (paint.single_rule, "rule"),
        (paint.single_log_source, "source"),
    ]
    .into_iter()
    .find_map(|(there, name)| there.then_some(name))
}
