//! The legend of the matrix of what changed.

use super::Shown;
use crate::attack::TechniqueIndex;
use crate::heatmap::{CellChange, ChangeLegendEntry, ChangePainter, SubChanges, Theme};
use crate::web::changes::Compared;
use crate::web::settings::Expansion;
use crate::web::state::AppState;
use crate::web::view::legend::sample;
use crate::web::view::numbers::count;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) fn legend(compared: Shown, shown: ReadSignal<Arc<BTreeSet<TechniqueIndex>>>) -> AnyView {
    let state = AppState::get();
    let expansion = Memo::new(move |_| state.settings().with(|all| all.expansion.clone()));
    let entries = move || {
        let compared = compared.get()?;
        let theme = state.theme.get();
        let all = shown.with(|shown| expansion.with(|e| entries(&compared, theme, e, shown)));
        Some(all.into_iter().map(entry).collect_view())
    };
    view! {
        <div class="legend" role="group" aria-label="Legend">
            <ul>{entries}</ul>
        </div>
    }
    .into_any()
}

fn entries(
    compared: &Compared,
    theme: Theme,
    expansion: &Expansion,
    shown: &BTreeSet<TechniqueIndex>,
) -> Vec<ChangeLegendEntry> {
    let Compared { catalogue, scope, comparison, .. } = compared;
    let painter = ChangePainter::new(comparison, theme);
    let in_scope = |index: TechniqueIndex| scope.includes(catalogue, catalogue.technique(index));
    let known = shown.iter().copied().filter(|at| usize::from(at.0) < catalogue.techniques.len());
    let cells = known.map(|index| -> (CellChange, Option<SubChanges>) {
        let id = catalogue.technique(index).id;
        let subs = painter.subs(catalogue, index, &in_scope);
        let is_folded = !expansion.is_open(id, subs.changed() > 0);
        (painter.change(id), is_folded.then_some(subs))
    });
    painter.legend(cells)
}

fn entry(entry: ChangeLegendEntry) -> impl IntoView {
    view! {
        <li>
            {sample(&entry.sample, entry.sign)}
            <span>{entry.label}</span>
            <span class="count">{count(entry.count)}</span>
        </li>
    }
}
