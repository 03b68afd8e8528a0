//! The grid as a whole: draws what changed, and answers mouse and keys with one listener each.

use super::face::Facts;
use super::node::{self, CellNode, ColumnNodes, Folding};
use super::picture::Picture;
use super::tip::Tip;
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::web::address::Address;
use crate::web::board::{Board, Place, Shown};
use crate::web::keys::{GridKey, grid_key};
use crate::web::selecting::Selecting;
use crate::web::state::AppState;
use crate::web::view::edit;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, KeyboardEvent, MouseEvent, PointerEvent, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};

/// Below this width columns are stacked and fold (the same number is in `style/matrix.css`).
const STACKED: &str = "(max-width: 720px)";

/// What the grid knows of itself, shared by its listeners.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    pub(super) state: AppState,
    pub(super) selecting: Selecting,
    /// Whether it shows what changed; cells then fold as those of rules do.
    pub(super) of_changes: bool,
    inner: StoredValue<Inner, LocalStorage>,
    /// The tip shown.
    pub(super) tip: RwSignal<Option<Tip>>,
}

pub(super) struct Inner {
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) board: Arc<Board>,
    /// The columns that are made so far.
    pub(super) nodes: Vec<ColumnNodes>,
    /// What is to be seen; in how many columns what is shown, and what is folded away, is up to date.
    pub(super) picture: Picture,
    drawn: usize,
    rest_drawn: usize,
    /// So many rows of a column are in sight; what is unfolded below them comes with the rest.
    sight: Option<usize>,
    /// Columns of which what is folded away is laid out.
    pub(super) laid_out: usize,
    pub(super) shown: Shown,
    in_scope: Shown,
    /// The tab stop.
    active: Option<Place>,
    /// Whose drawer is open.
    selected: Option<TechniqueId>,
    /// The cell of a layer that was picked last.
    pub(super) picked: Option<Place>,
    /// Where the last step with Shift led.
    pub(super) extended_to: Option<Place>,
}

impl Grid {
    pub(super) fn new(catalogue: Arc<Catalogue>, board: Arc<Board>, of_changes: bool) -> Self {
        let inner = Inner {
            catalogue,
            board,
            nodes: Vec::new(),
            picture: Picture::default(),
            drawn: 0,
            rest_drawn: 0,
            sight: None,
            laid_out: 0,
            shown: Shown::default(),
            in_scope: Shown::default(),
            active: None,
            selected: None,
            picked: None,
            extended_to: None,
        };
        Self {
            state: AppState::get(),
            selecting: Selecting::get(),
            of_changes,
            inner: StoredValue::new_local(inner),
            tip: RwSignal::new(None),
        }
    }

    /// What a part of the grid says; nothing once the grid is gone.
    pub(super) fn read<T: Default>(&self, read: impl FnOnce(&Inner) -> T) -> T {
        self.inner.try_with_value(read).unwrap_or_default()
    }

    pub(super) fn write(&self, write: impl FnOnce(&mut Inner)) {
        self.inner.try_update_value(write);
    }

    /// Begins to show a picture; returns the techniques on it. [`Self::step`] draws.
    pub(super) fn begin(&self, picture: Picture, element: &Element) -> BTreeSet<TechniqueIndex> {
        /// From so many on, what one unfolds is not what one looks at.
        const MANY: usize = 12;
        let mut visible = BTreeSet::new();
        self.inner.update_value(|inner| {
            let is_made = inner.nodes.len() == inner.board.columns.len();
            let unfolds_many = picture.open.len() > inner.picture.open.len() + MANY;
            inner.sight = (is_made && unfolds_many).then(|| node::rows_in_sight(element)).flatten();
            inner.shown = picture.shown(&inner.board);
            inner.in_scope = picture.in_scope(&inner.board);
            for place in inner.board.places().filter(|place| inner.shown.contains(*place)) {
                visible.extend(inner.board.cell(place).map(|cell| cell.technique));
            }
            inner.picture = picture;
            inner.drawn = 0;
            inner.rest_drawn = 0;
            inner.laid_out = 0;
        });
        visible
    }

    /// Brings the shown cells of the next column up to date, and makes them if need be; false if
    /// all are, or the grid is gone.
    pub(super) fn step_shown(&self, element: &Element) -> bool {
        self.inner.try_update_value(|inner| inner.step(element)).unwrap_or(false)
    }

    /// The same, then that of the cells folded away.
    pub(super) fn step(&self, element: &Element) -> bool {
        let step = |inner: &mut Inner| inner.step(element) || inner.step_rest();
        self.inner.try_update_value(step).unwrap_or(false)
    }

    /// Whether something out of sight still waits to be unfolded.
    pub(super) fn unfolds_more(&self) -> bool {
        let more = |inner: &Inner| inner.sight.is_some() && inner.rest_drawn < inner.nodes.len();
        self.inner.try_with_value(more).unwrap_or(false)
    }

    /// Whether the newest picture is drawn, or nobody is there to see it.
    pub(super) fn is_complete(&self) -> bool {
        let complete = |inner: &Inner| inner.rest_drawn == inner.board.columns.len();
        self.inner.try_with_value(complete).unwrap_or(true)
    }

    /// Whether all cells are made.
    pub(super) fn is_made(&self) -> bool {
        self.inner.with_value(|inner| inner.nodes.len() == inner.board.columns.len())
    }

    /// What follows from a complete picture.
    pub(super) fn end(&self) {
        self.inner.try_update_value(|inner| {
            inner.keep_tab_stop();
            let selected = inner.picture.selected;
            if inner.selected != selected {
                inner.selected = selected;
                inner.reveal_selected();
            }
        });
        let grid = *self;
        // Where it stands is known once the frame's changes are made.
        request_animation_frame(move || grid.renew_tip());
    }

    /// A tip that is open says what its cell says now.
    fn renew_tip(&self) {
        let Some(place) = self.tip.try_with_untracked(|tip| tip.as_ref().map(Tip::place)).flatten()
        else {
            return;
        };
        if self.inner.with_value(|inner| inner.shown.contains(place)) {
            self.show_tip(place);
        } else {
            self.tip.set(None);
        }
    }

    fn place_of(&self, event: &Event) -> Option<Place> {
        let target: Element = event.target()?.dyn_into().ok()?;
        let cell = target.closest("[role=gridcell]").ok()??;
        let id: TechniqueId = cell.get_attribute("data-technique")?.parse().ok()?;
        let tactic = cell.get_attribute("data-tactic")?;
        self.inner.with_value(|inner| {
            let tactic = inner.catalogue.tactics.iter().position(|t| t.shortname == tactic)?;
            inner.board.find(tactic, inner.catalogue.find(id)?)
        })
    }

    /// A click opens the drawer, on the triangle it folds. Of a layer it selects, too, and on the
    /// head of a column selects the tactic.
    pub(super) fn on_click(&self, event: &MouseEvent) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(place) = self.place_of(event) else {
            if let Some(column) = target.as_ref().and_then(|target| self.column_of_head(target)) {
                self.select_column(event, column);
            }
            return;
        };
        let on_fold = target.is_some_and(|t| matches!(t.closest(".cell-fold"), Ok(Some(_))));
        self.focus(place);
        if on_fold {
            self.fold(place);
        } else if !self.pick(event, place) {
            self.open(place);
        }
    }

    /// The keys of [`grid_key`].
    pub(super) fn on_key(&self, event: &KeyboardEvent) {
        if event.alt_key() || event.default_prevented() {
            return;
        }
        let control = event.ctrl_key() || event.meta_key();
        let (Some(key), Some(place)) = (grid_key(&event.key(), control), self.place_of(event))
        else {
            return;
        };
        match key {
            GridKey::Step(step) => {
                event.prevent_default();
                let to = self.inner.with_value(|inner| inner.reachable().step(place, step));
                if let Some(to) = to {
                    if event.shift_key() && self.is_of_layer() {
                        self.extend(place, to);
                    }
                    self.focus(to);
                }
            }
            GridKey::Open => {
                event.prevent_default();
                self.open(place);
            }
            GridKey::Fold => {
                event.prevent_default();
                self.fold(place);
            }
            GridKey::Select | GridKey::SelectAll | GridKey::Edit if !self.is_of_layer() => {}
            GridKey::Select => {
                event.prevent_default();
                self.toggle(place);
            }
            GridKey::SelectAll => {
                event.prevent_default();
                self.select_shown();
            }
            GridKey::Edit => {
                event.prevent_default();
                edit::focus();
            }
            GridKey::Close if self.selecting.clear() => event.prevent_default(),
            GridKey::Close => {
                if self.state.address.with_untracked(Address::is_open) {
                    event.prevent_default();
                    self.state.close();
                }
                self.tip.set(None);
            }
        }
    }

    /// The focused cell is the tab stop and shows its tip, if the keyboard brought it there.
    pub(super) fn on_focus(&self, event: &Event) {
        let Some(place) = self.place_of(event) else { return };
        self.inner.update_value(|inner| inner.set_active(place));
        let by_keyboard = self.inner.with_value(|inner| {
            inner.node(place).is_some_and(|n| n.element.matches(":focus-visible").unwrap_or(false))
        });
        if by_keyboard {
            self.show_tip(place);
        }
    }

    /// The cell under the pointer shows its tip.
    pub(super) fn on_pointer(&self, event: &PointerEvent) {
        // A finger that touches a cell wants it open, not explained.
        if event.pointer_type() == "touch" {
            return;
        }
        match self.place_of(event) {
            Some(place) => self.show_tip(place),
            None => self.tip.set(None),
        }
    }

    fn show_tip(&self, place: Place) {
        let tip = self.inner.with_value(|inner| {
            let technique = inner.board.cell(place)?.technique;
            let facts = inner.picture.faces.at(place, technique)?.facts;
            let notes = match facts {
                Facts::Rules(_) | Facts::Alerts(_) | Facts::Change(_) => Vec::new(),
                Facts::Layer(_) => self.state.notes_at(place),
            };
            let cell = &inner.node(place)?.element;
            Some(Tip::new(place, inner.catalogue.technique(technique), facts, notes, cell))
        });
        if self.tip.with_untracked(|before| *before != tip) {
            self.tip.set(tip);
        }
    }

    fn focus(&self, place: Place) {
        let element =
            self.inner.with_value(|inner| inner.node(place).map(|node| node.element.clone()));
        if let Some(element) = element {
            // Fails only for elements that cannot take it.
            let _ = element.focus();
        }
    }

    fn id(&self, place: Place) -> Option<TechniqueId> {
        self.inner.with_value(|inner| {
            let cell = inner.board.cell(place)?;
            Some(inner.catalogue.technique(cell.technique).id)
        })
    }

    fn open(&self, place: Place) {
        self.tip.set(None);
        if let Some(id) = self.id(place) {
            self.state.open(id);
        }
    }

    /// On a sub-technique it folds the parent, which takes the focus.
    fn fold(&self, place: Place) {
        let parent = self.inner.with_value(|inner| {
            let cell = inner.board.cell(place)?;
            let parent = Place { cell: cell.parent.unwrap_or(place.cell), ..place };
            inner.node(parent)?.is_foldable().then_some(parent)
        });
        let Some(parent) = parent else { return };
        if parent != place {
            self.focus(parent);
        }
        let tactic = self
            .inner
            .with_value(|inner| u8::try_from(inner.board.columns.get(parent.column)?.tactic).ok());
        match (self.id(parent), tactic) {
            (Some(id), _) if self.of_changes => {
                self.state.adjust(|settings| settings.expansion.toggle(id));
            }
            (Some(id), Some(tactic)) => self.state.fold(id, tactic),
            _ => {}
        }
    }
}

impl Inner {
    fn step(&mut self, element: &Element) -> bool {
        let Self { catalogue, board, nodes, picture, drawn, sight, shown, in_scope, .. } = self;
        let Some(column) = board.columns.get(*drawn) else { return false };
        if nodes.is_empty() {
            node::clear(element);
        }
        if nodes.len() == *drawn {
            let Some(element) = element.children().item(*drawn as u32) else { return false };
            nodes.push(node::make(&element, catalogue, board, *drawn));
        }
        let tactic = u8::try_from(column.tactic).unwrap_or(u8::MAX);
        let (mut is_open, mut rows) = (false, 0);
        nodes[*drawn].change(|nodes, to| {
            for node in nodes {
                let Some(cell) = board.cell(node.place) else { continue };
                let at = usize::from(cell.technique.0);
                let Some(face) = picture.faces.at(node.place, cell.technique) else { continue };
                let id = catalogue.technique(cell.technique).id;
                if shown.contains(node.place) {
                    node.paint(*face, to);
                    rows += 1;
                }
                node.show(in_scope.contains(node.place), id, to);
                let any = cell.subs.clone().any(|sub| {
                    let place = Place { cell: sub, ..node.place };
                    let face = picture.faces.at(place, column.cells[sub].technique);
                    face.is_some_and(|face| face.facts.in_scope())
                });
                let folding = match any {
                    false => Folding::Empty,
                    true if picture.open.contains(&node.place) => Folding::Open,
                    true => Folding::Closed,
                };
                is_open |= folding == Folding::Open;
                node.fold(folding, sight.is_none_or(|sight| rows <= sight), to);
                node.dim(picture.found.as_ref().is_some_and(|found| !found[at]), to);
                let cell = (cell.technique, tactic);
                let is_selected = picture.selection.as_ref().map(|cells| cells.contains(&cell));
                node.select(is_selected, picture.selected == Some(id), to);
            }
        });
        // For that layout alone, as it costs all cells' style; `:has` would cost every change of a cell.
        is_open &= picture.is_beside;
        if let Some(column) = element.children().item(*drawn as u32) {
            let _ = column.toggle_attribute_with_force("data-open", is_open);
        }
        *drawn += 1;
        true
    }

    /// The cells of the next column that are folded away, what is unfolded out of sight, and the
    /// labels of all. Those out of scope are no cells for anyone until they are in scope again, with mostly
    /// the same face.
    fn step_rest(&mut self) -> bool {
        let Self { catalogue, board, nodes, picture, rest_drawn, shown, in_scope, .. } = self;
        let Some(nodes) = nodes.get_mut(*rest_drawn) else { return false };
        nodes.change(|nodes, to| {
            for node in nodes {
                let Some(cell) = board.cell(node.place) else { continue };
                node.unfold_rest(to);
                if !in_scope.contains(node.place) {
                    continue;
                }
                if !shown.contains(node.place)
                    && let Some(face) = picture.faces.at(node.place, cell.technique)
                {
                    node.paint(*face, to);
                }
                node.label(catalogue, board, to);
            }
        });
        *rest_drawn += 1;
        true
    }

    fn node(&self, place: Place) -> Option<&CellNode> {
        self.nodes.get(place.column)?.cells.get(place.cell)
    }

    /// What the keys can reach: what is shown, without the closed columns of a narrow screen.
    fn reachable(&self) -> Shown {
        let mut shown = self.shown.clone();
        let stacked =
            window().match_media(STACKED).ok().flatten().is_some_and(|query| query.matches());
        if stacked {
            for (column, nodes) in self.nodes.iter().enumerate() {
                let is_open = nodes.cells.first().is_some_and(|node| {
                    matches!(node.element.closest(".column.is-open"), Ok(Some(_)))
                });
                if !is_open {
                    shown.hide_column(column);
                }
            }
        }
        shown
    }

    fn set_active(&mut self, place: Place) {
        if self.active == Some(place) {
            return;
        }
        // Its column may still be waiting for its cells.
        let Some(node) = self.node(place) else { return };
        node.set_tab_stop(true);
        if let Some(before) = self.active.and_then(|before| self.node(before)) {
            before.set_tab_stop(false);
        }
        self.active = Some(place);
    }

    /// Scrolls the chosen cell to where it is seen, once the drawer has taken its room.
    fn reveal_selected(&self) {
        let Some(selected) = self.selected else { return };
        let is_chosen = |place: &Place| {
            self.board
                .cell(*place)
                .is_some_and(|cell| self.catalogue.technique(cell.technique).id == selected)
        };
        let place = self.active.filter(is_chosen).or_else(|| self.board.places().find(is_chosen));
        let Some(element) = place.and_then(|place| Some(self.node(place)?.element.clone())) else {
            return;
        };
        request_animation_frame(move || {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            options.set_inline(ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        });
    }

    /// The tab stop must be a cell that is shown: where it was, its parent, or the first.
    fn keep_tab_stop(&mut self) {
        let parent = |place: Place| {
            let parent = self.board.cell(place)?.parent?;
            Some(Place { cell: parent, ..place })
        };
        let candidates = [self.active, self.active.and_then(parent), self.shown.first()];
        let stop = candidates.into_iter().flatten().find(|place| self.shown.contains(*place));
        if let Some(stop) = stop {
            self.set_active(stop);
        }
    }
}
