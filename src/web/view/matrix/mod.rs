//! The matrix: a column a tactic, a cell a technique.

mod ahead;
mod alerts;
mod change;
mod column;
mod face;
mod grid;
mod head;
mod node;
mod pick;
mod picture;
mod tip;
mod writes;

pub(crate) use node::{hatch_name, lower_edge, mark_name, step_name};

use super::layer::legend::LayerLegend;
use super::legend::Legend;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::heatmap::{LayerPainter, Painter, text_on};
use crate::rule::Intake;
use crate::web::board::{Board, Place};
use crate::web::changes::Compared;
use crate::web::detections::Detecting;
use crate::web::intake::now_ms;
use crate::web::next_task::{next_frame, next_task};
use crate::web::state::AppState;
use face::Faces;
use grid::Grid;
use leptos::prelude::*;
use leptos::task::spawn_local;
use picture::Picture;
use std::collections::BTreeSet;
use std::sync::Arc;
use web_sys::HtmlDivElement;

/// The release and the order that the cells stand in; for another one all are made anew.
#[derive(Clone)]
struct Ground {
    catalogue: Arc<Catalogue>,
    board: Arc<Board>,
}

impl PartialEq for Ground {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.catalogue, &other.catalogue) && self.board == other.board
    }
}

/// The heatmap with its legend.
#[component]
pub fn MatrixView() -> impl IntoView {
    let state = AppState::get();
    let shown = RwSignal::new(Arc::new(BTreeSet::<TechniqueIndex>::new()));
    let ground = Memo::new(move |_| {
        if let Some(layer) = state.shown_layer.get() {
            let board = Arc::new(Board::of_layer(&layer.matrix));
            return Some(Ground { catalogue: layer.catalogue.clone(), board });
        }
        if state.tabs().with(|tabs| tabs.active().is_some()) {
            return None;
        }
        let catalogue = state.catalogue.get()?;
        Some(Ground { board: Arc::new(Board::new(&catalogue)), catalogue })
    });
    let is_layer = Memo::new(move |_| state.shown_layer.with(Option::is_some));
    view! {
        <div class="matrix-view">
            {move || match ground.get() {
                Some(ground) => matrix(ground, shown, None),
                None => nothing_to_show(state),
            }}
            {move || match is_layer.get() {
                true => view! { <LayerLegend /> }.into_any(),
                false => view! { <Legend shown=shown.read_only() /> }.into_any(),
            }}
        </div>
    }
}

/// The matrix of what changed.
pub(super) fn change_matrix(
    compared: Memo<Option<Arc<Compared>>>,
    shown: RwSignal<Arc<BTreeSet<TechniqueIndex>>>,
) -> AnyView {
    let ground = Memo::new(move |_| {
        let catalogue = compared.with(|compared| Some(compared.as_ref()?.catalogue.clone()))?;
        Some(Ground { board: Arc::new(Board::new(&catalogue)), catalogue })
    });
    view! { {move || ground.get().map(|ground| matrix(ground, shown, Some(compared)))} }.into_any()
}

/// Why there is no matrix.
fn nothing_to_show(state: AppState) -> AnyView {
    let domain = state.tabs().with(|tabs| tabs.active().map(|open| open.layer.domain.clone()));
    match domain {
        None => view! { <p class="matrix-wait muted">"Reading ATT&CK…"</p> }.into_any(),
        Some(domain) => view! {
            <p class="matrix-wait">
                "This layer is of the domain “"<bdi>{domain}</bdi>"”, which is none of those at hand. "
                "Drop the STIX bundle of its matrix to see it; it can be saved, copied and closed as it is."
            </p>
        }
        .into_any(),
    }
}

/// Draws until the newest picture is complete.
async fn draw_in_pieces(grid: Grid, element: HtmlDivElement) {
    /// Style and layout of a piece take several times as long.
    const PIECE_MS: f64 = 2.5;
    // The first frame is that of headline, heads and legend.
    while !grid.is_complete() {
        next_frame().await;
        let begun = now_ms();
        while now_ms() - begun < PIECE_MS && grid.step(&element) {}
    }
    grid.end();
    grid.state.drawing.set(false);
    ahead::lay_out(grid).await;
}

/// Brings cells that nobody sees up to date, once what is seen is on the screen.
async fn draw_rest(grid: Grid, element: HtmlDivElement) {
    /// What is unfolded out of sight costs its frame some milliseconds a column, and each frame some
    /// for itself.
    const COLUMNS_A_FRAME: usize = 4;
    next_frame().await;
    next_task().await;
    let mut columns = 0;
    while grid.step(&element) {
        columns += 1;
        match grid.unfolds_more() {
            true if columns % COLUMNS_A_FRAME == 0 => next_frame().await,
            true => {}
            false => next_task().await,
        }
    }
    ahead::lay_out(grid).await;
}

/// The cells show what changed if that is given, else the shown layer or the rules.
fn matrix(
    ground: Ground,
    shown: RwSignal<Arc<BTreeSet<TechniqueIndex>>>,
    changes: Option<Memo<Option<Arc<Compared>>>>,
) -> AnyView {
    let state = AppState::get();
    let detecting = Detecting::get();
    let Ground { catalogue, board } = ground;
    let grid = Grid::new(catalogue.clone(), board.clone(), changes.is_some());
    let element = NodeRef::<leptos::html::Div>::new();

    // Most settings change neither colours nor folding.
    let palette = Memo::new(move |_| {
        let theme = state.theme.get();
        (state.settings().with(|settings| settings.palette_in(theme)), theme)
    });
    let expansion = Memo::new(move |_| state.settings().with(|s| s.expansion.clone()));
    let faces = {
        let catalogue = catalogue.clone();
        let compute = move || {
            let (palette, theme) = palette.get();
            if let Some(compared) = changes {
                let compared = compared.get()?;
                return Arc::ptr_eq(&compared.catalogue, &catalogue)
                    .then(|| expansion.with(|e| Faces::of_changes(&compared, theme, e)));
            }
            if let Some(shown) = state.shown_layer.get() {
                let layer = &shown.open.layer;
                let painter =
                    LayerPainter::new(&layer.gradient, theme).with_patterns(palette.is_patterned());
                return Arc::ptr_eq(&shown.catalogue, &catalogue)
                    .then(|| Faces::of_layer(layer, &shown.matrix, &painter));
            }
            let coverage = state.coverage.get()?;
            if let Some(painted) = detecting.painted.get() {
                let of = &painted.seen.asked;
                return Arc::ptr_eq(&of.catalogue, &catalogue)
                    .then(|| Faces::of_alerts(&catalogue, &of.coverage, &painted.painter));
            }
            // The catalogue of a coverage that is about to be replaced may be another one.
            (coverage.techniques.len() == catalogue.techniques.len())
                .then(|| Faces::of_coverage(&catalogue, &coverage, &Painter::new(&palette, theme)))
        };
        // Drawing compares cell by cell; to compare all of them before would be the same again.
        Memo::new_with_compare(move |_| compute(), |_, _| true)
    };
    let found = {
        let catalogue = catalogue.clone();
        Memo::new(move |_| {
            let text = state.search.with(|search| search.trim().to_owned());
            let indices = match text.is_empty() {
                false => catalogue.search(&text, usize::MAX),
                true => {
                    let only = state.only.get()?;
                    if !Arc::ptr_eq(&only.catalogue, &catalogue) {
                        return None;
                    }
                    only.techniques.clone()
                }
            };
            let mut found = vec![false; catalogue.techniques.len()];
            for index in indices {
                found[usize::from(index.0)] = true;
            }
            Some(Arc::new(found))
        })
    };
    let open = {
        let (catalogue, board) = (catalogue.clone(), board.clone());
        Memo::new(move |_| {
            let faces = faces.get();
            let found = found.get();
            let expansion = expansion.get();
            let unfolded = changes.is_none().then(|| state.unfolded_in_layer()).flatten();
            let is_open = |(place, index): (Place, TechniqueIndex)| {
                let has_found = found.as_ref().is_some_and(|found| {
                    catalogue.sub_techniques(index).any(|sub| found[usize::from(sub.0)])
                });
                let is_unfolded = || match &unfolded {
                    Some(unfolded) => unfolded.contains(&place),
                    None => {
                        let face = faces.as_ref().and_then(|faces| faces.at(place, index));
                        let annotated = face.is_some_and(|face| face.facts.below().0 > 0);
                        expansion.is_open(catalogue.technique(index).id, annotated)
                    }
                };
                has_found || is_unfolded()
            };
            let parents = board.parents().filter(|parent| is_open(*parent));
            Arc::new(crate::sorted::set(parents.map(|(place, _)| place)))
        })
    };
    let is_layer = Memo::new(move |_| state.shown_layer.with(Option::is_some));
    let selected = grid.selecting.cells;
    let selection = Memo::new(move |_| is_layer.get().then(|| selected.get()));
    let look = head::look(changes.is_some());
    // A change of a control is drawn in one frame; the first picture and what an import brings, in
    // which most cells change, in several, so that none of them takes long.
    Effect::new(move |last: Option<Option<Arc<Intake>>>| {
        let intake = state.intake.get_untracked();
        let (Some(element), Some(faces)) = (element.get(), faces.get()) else { return None };
        let picture = Picture {
            faces,
            open: open.get(),
            found: found.get(),
            selected: state.address.with(|address| address.technique),
            selection: selection.get(),
            is_beside: look.with(|look| look.layout == "side"),
            since_ms: now_ms(),
        };
        let visible = grid.begin(picture, &element);
        if shown.with_untracked(|before| **before != visible) {
            shown.set(Arc::new(visible));
        }
        let is_known = last.flatten().is_some_and(|last| Arc::ptr_eq(&last, &intake));
        if is_known && grid.is_made() {
            while grid.step_shown(&element) {}
            grid.end();
            if !state.drawing.get_untracked() {
                spawn_local(draw_rest(grid, element));
            }
        } else if !state.drawing.get_untracked() {
            state.drawing.set(true);
            spawn_local(draw_in_pieces(grid, element));
        }
        Some(intake)
    });
    on_cleanup(move || state.drawing.set(false));

    let heads = head::heads(catalogue.clone(), changes);
    let numbered = board.columns.iter().enumerate();
    let columns = numbered.map(|c| column::column(&catalogue, c, heads)).collect::<Vec<_>>();
    let longest = board.columns.iter().map(|column| column.cells.len()).max().unwrap_or_default();
    let label =
        format!("ATT&CK {} {}, a row for each tactic", catalogue.domain.name(), catalogue.version);
    let settings = state.settings();
    let matches = move || {
        let found = found.get()?;
        let count = found.iter().filter(|found| **found).count();
        let text = state.search.with(|search| search.trim().to_owned());
        Some(match text.is_empty() {
            false => {
                let match_it =
                    super::numbers::counted(count, "technique matches", "techniques match");
                format!("{match_it} “{text}”")
            }
            true => {
                let heading = state.only.with(|only| only.as_ref().map(|o| o.heading.clone()))?;
                format!("{}: {heading}", super::numbers::counted(count, "technique", "techniques"))
            }
        })
    };
    let is_only =
        move || found.with(Option::is_some) && state.search.with(|search| search.trim().is_empty());
    let empty = move || {
        let none = heads.with(|heads| !heads.is_empty() && heads.iter().all(|head| head.is_empty));
        none.then(|| view! {
            <p class="matrix-wait">"No technique of this release has one of the chosen platforms."</p>
        })
    };
    view! {
        <div class="matrix-found" hidden=move || found.with(Option::is_none)>
            <p role="status"><bdi>{matches}</bdi></p>
            <button
                type="button"
                class="button"
                data-action="show-all-techniques"
                hidden=move || !is_only()
                on:click=move |_| state.only.set(None)
            >
                "Show all"
            </button>
        </div>
        {empty}
        <div class="matrix" on:scroll=move |_| grid.tip.set(None)>
            <div
                class="grid"
                // Of a change the sign must be seen: colour alone says nothing to some.
                class:hide-scores=move || changes.is_none() && settings.with(|settings| !settings.show_scores)
                class:show-ids=move || look.with(|look| look.show_ids)
                class:hide-names=move || look.with(|look| !look.show_names)
                data-layout=move || look.with(|look| look.layout)
                data-tactic-row=move || look.with(|look| look.tactic_row.map(|_| ""))
                style:--tactic-row=move || look.with(|look| look.tactic_row.map(|c| c.to_string()))
                style:--tactic-text=move || look.with(|look| {
                    look.tactic_row.map(|colour| text_on(colour).to_string())
                })
                role="grid"
                aria-multiselectable=move || is_layer.get().then_some("true")
                aria-rowcount=board.columns.len()
                aria-colcount=longest + 1
                aria-label=label
                node_ref=element
                on:click=move |event| grid.on_click(&event)
                on:keydown=move |event| grid.on_key(&event)
                on:focusin=move |event| grid.on_focus(&event)
                on:focusout=move |_| grid.tip.set(None)
                on:pointerover=move |event| grid.on_pointer(&event)
                on:pointerleave=move |_| grid.tip.set(None)
            >
                {columns}
            </div>
        </div>
        {tip::tip(grid.tip.read_only())}
    }
    .into_any()
}
