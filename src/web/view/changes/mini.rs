//! One state as a small matrix that only shows: a square a technique, in the state's own colours.

use super::Shown;
use crate::attack::TechniqueIndex;
use crate::coverage::{Scale, Score};
use crate::heatmap::{
    CellChange, CellPaint, ChangePainter, LayerPainter, Palette, Rgb, Theme, Tokens, text_on,
    wording,
};
use crate::layer::LayerMatrix;
use crate::web::board::{Board, BoardColumn};
use crate::web::changes::{Compared, Side};
use crate::web::settings::Expansion;
use crate::web::state::AppState;
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen(module = "/src/web/view/changes/mini.js")]
extern "C" {
    #[allow(clippy::too_many_arguments, reason = "one call draws all")]
    fn draw_mini(
        host: &Element,
        heads: &str,
        lengths: &[u32],
        kinds: &str,
        fills: &str,
        inks: &str,
        signs: &str,
        titles: &str,
    );
}

/// The old state (0) or the new one (1).
pub(super) fn mini(compared: Shown, side: usize) -> AnyView {
    let state = AppState::get();
    let host = NodeRef::<leptos::html::Div>::new();
    let look = Memo::new(move |_| {
        let theme = state.theme.get();
        state.settings().with(|all| (theme, all.palette_in(theme), all.expansion.clone()))
    });
    Effect::new(move |_| {
        let (Some(host), Some(compared)) = (host.get(), compared.get()) else { return };
        look.with(|(theme, palette, expansion)| {
            draw(&host, &compared, side, *theme, palette, expansion);
        });
    });
    let label = move || compared.with(|compared| Some(in_words(compared.as_ref()?, side)));
    view! { <div class="mini" role="img" aria-label=label node_ref=host></div> }.into_any()
}

/// `Old: 62 of 222 techniques covered`
fn in_words(compared: &Compared, side: usize) -> String {
    let counts = compared.comparison.techniques;
    let covered = if side == 0 { counts.from } else { counts.to };
    let what = if side == 0 { "Before" } else { "Now" };
    let name = &compared.sides[side].name;
    format!("{what}, {name}: {} techniques covered", wording::of(covered, counts.total))
}

/// Where the colours of a state come from.
enum Own<'a> {
    /// Scores of rules.
    Palette(&'a Palette, Scale),
    /// A layer's cells, by technique and tactic.
    Layer(BTreeMap<(TechniqueIndex, usize), CellPaint>),
}

impl<'a> Own<'a> {
    fn of(compared: &Compared, side: &Side, theme: Theme, palette: &'a Palette) -> Self {
        let Compared { catalogue, scale, .. } = compared;
        let Some(layer) = &side.layer else { return Self::Palette(palette, *scale) };
        let painter = LayerPainter::new(&layer.gradient, theme);
        let matrix = LayerMatrix::of(layer, catalogue);
        let cells = matrix.cells().map(|cell| {
            let entry = cell.entry.and_then(|at| layer.techniques.entries.get(at));
            ((cell.technique, usize::from(cell.tactic)), painter.cell(cell, entry))
        });
        let mut by_place = BTreeMap::new();
        by_place.extend(cells);
        Self::Layer(by_place)
    }

    fn fill(
        &self,
        side: &Side,
        technique: TechniqueIndex,
        tactic: usize,
        tokens: &Tokens,
    ) -> Option<Rgb> {
        match self {
            Self::Layer(cells) => cells.get(&(technique, tactic))?.fill,
            Self::Palette(palette, scale) => {
                let score = side.standing.score(technique)?;
                let colour = |score: f64| palette.colour(Score::new(score.round() as u32), *scale);
                Some(score.map_or(tokens.strong_line, colour))
            }
        }
    }
}

/// Lines for [`draw_mini`], the first without a break before it.
#[derive(Default)]
struct Lines(Option<String>);

impl Lines {
    fn push(&mut self, line: &str) {
        match &mut self.0 {
            None => self.0 = Some(line.to_owned()),
            Some(text) => {
                text.push('\n');
                text.push_str(line);
            }
        }
    }

    fn text(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

fn draw(
    host: &Element,
    compared: &Compared,
    at: usize,
    theme: Theme,
    palette: &Palette,
    expansion: &Expansion,
) {
    let Compared { catalogue, scope, sides, comparison, .. } = compared;
    let side = &sides[at];
    let own = Own::of(compared, side, theme, palette);
    let changes = ChangePainter::new(comparison, theme);
    let tokens = theme.tokens();
    let in_scope = |index: TechniqueIndex| scope.includes(catalogue, catalogue.technique(index));
    let (mut heads, mut lengths, mut kinds) = (Lines::default(), Vec::new(), String::new());
    let (mut fills, mut inks, mut signs, mut titles) =
        (Lines::default(), Lines::default(), Lines::default(), Lines::default());
    for BoardColumn { tactic, cells } in &Board::new(catalogue).columns {
        let mut length = 0;
        for cell in cells {
            let index = cell.technique;
            let technique = catalogue.technique(index);
            let is_shown = match technique.parent {
                None => true,
                Some(parent) => {
                    let changed = changes.subs(catalogue, parent, &in_scope).changed() > 0;
                    expansion.is_open(catalogue.technique(parent).id, changed)
                }
            };
            if !is_shown || !in_scope(index) {
                continue;
            }
            length += 1;
            kinds.push(if technique.parent.is_some() { 's' } else { 't' });
            let fill = own.fill(side, index, *tactic, &tokens);
            let change = changes.change(technique.id);
            // Only the new state is marked: it is where one looks for what has changed.
            let sign = if at == 1 { sign(change) } else { "" };
            fills.push(&fill.map(|fill| fill.to_string()).unwrap_or_default());
            inks.push(&text_on(fill.unwrap_or(tokens.ground)).to_string());
            signs.push(sign);
            let standing = match side.standing.score(index) {
                None => "not covered".to_owned(),
                Some(None) => "covered, no score".to_owned(),
                Some(Some(score)) => format!("score {}", wording::score(score)),
            };
            let name = wording::plain(&technique.name);
            titles.push(&format!("{} {name}: {standing}", technique.id));
        }
        if length > 0 {
            heads.push(&wording::plain(&catalogue.tactics[*tactic].name));
            lengths.push(length);
        }
    }
    draw_mini(
        host,
        heads.text(),
        &lengths,
        &kinds,
        fills.text(),
        inks.text(),
        signs.text(),
        titles.text(),
    );
}

fn sign(change: CellChange) -> &'static str {
    match change {
        CellChange::Uncovered | CellChange::Kept => "",
        CellChange::Gained(_) => "+",
        CellChange::Lost(_) => "−",
        CellChange::Raised(_) => "▲",
        CellChange::Lowered(_) => "▼",
    }
}
