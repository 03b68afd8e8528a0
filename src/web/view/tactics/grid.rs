//! Platforms by tactics, in the colours of the heatmap.

use super::by_platform::{Row, Rows};
use crate::coverage::{GridCell, Scale, Score};
use crate::heatmap::Shades;
use crate::web::state::AppState;
use crate::web::view::numbers::percent;
use leptos::prelude::*;

pub(super) fn grid(rows: Rows, naive: Memo<bool>) -> AnyView {
    let state = AppState::get();
    let shades = Memo::new(move |_| {
        let theme = state.theme.get();
        state.settings().with(|settings| settings.palette_in(theme)).shades()
    });
    let table = move || {
        let found = rows.get()?;
        let naive = naive.get();
        let heads = found.source.catalogue.tactics.iter();
        let heads =
            heads.map(|tactic| view! { <th scope="col"><bdi>{tactic.name.clone()}</bdi></th> });
        let families = found.value.iter().filter(|row| !row.is_member);
        let body =
            shades.with(|shades| families.map(|row| line(row, naive, shades)).collect_view());
        Some(view! {
            <table class="grid">
                <caption>"Share covered of each platform’s techniques and sub-techniques, tactic by tactic."</caption>
                <thead><tr><th scope="col">"Platform"</th>{heads.collect_view()}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        })
    };
    view! {
        <div class="grid-box" role="region" aria-label="Platforms by tactics" tabindex="0">{table}</div>
    }
    .into_any()
}

fn line(row: &Row, naive: bool, shades: &Shades) -> AnyView {
    let cell = |cell: &GridCell| {
        if cell.total == 0 {
            return view! { <td class="muted">"–"</td> }.into_any();
        }
        let counted = if naive { cell.covered } else { cell.visible };
        let title = format!("{counted} of {}", cell.total);
        // Whole per cent are what the palette knows; only nothing has no colour.
        let share = u32::try_from(counted * 100 / cell.total).unwrap_or_default();
        let score = Score::new(share.max(1));
        let colour = |colour: crate::heatmap::Rgb| (counted > 0).then(|| colour.to_string());
        view! {
            <td
                title=title
                style:background-color=colour(shades.fill(score, Scale::HUNDRED))
                style:color=colour(shades.text(score, Scale::HUNDRED))
            >
                {percent(counted, cell.total)}
            </td>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row"><bdi>{row.view.name.clone()}</bdi></th>
            {row.tactics.iter().map(cell).collect_view()}
        </tr>
    }
    .into_any()
}
