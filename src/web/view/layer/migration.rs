//! What the migration of a layer had to change, above its matrix until it is closed.

use crate::layer::Migration;
use crate::web::clipboard;
use crate::web::state::{AppState, Toast};
use crate::web::view::drawer::technique_href;
use crate::web::view::numbers::count;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Lines of one kind that are shown; the report that can be copied has all.
const MOST: usize = 200;

/// The report of the shown tab, if it was migrated.
pub fn migration_bar() -> AnyView {
    let state = AppState::get();
    let report = Memo::new_with_compare(
        move |_| {
            let key = state.shown_layer.with(|shown| Some(shown.as_ref()?.open.key))?;
            state.migrations.with(|all| {
                all.iter().find(|(of, _)| *of == key).map(|(of, report)| (*of, report.clone()))
            })
        },
        |_, _| true,
    );
    view! { {move || report.get().map(|(key, report)| bar(state, key, &report))} }.into_any()
}

fn bar(state: AppState, key: u32, report: &Arc<Migration>) -> AnyView {
    let copied = report.clone();
    let copy = move |_| {
        // Texts and lists of them: nothing in it can fail.
        let json = serde_json::to_string_pretty(&*copied).unwrap_or_default();
        spawn_local(async move {
            let text = match clipboard::copy(&json).await {
                true => "Report copied as JSON",
                false => "The browser does not let this page copy",
            };
            state.toast.set(Some(Toast { text: text.to_owned(), undo: false }));
        });
    };
    let moved = report
        .moved
        .iter()
        .map(|moved| (Some(moved.to), format!("{} → {}: {}", moved.from, moved.to, moved.reason)));
    let tactics = report.tactics.iter().map(|told| {
        (Some(told.id), format!("{}: {} → {}", told.id, told.from, told.to.join(", ")))
    });
    let dropped = report
        .dropped
        .iter()
        .map(|dropped| (None, format!("{}: {}", dropped.entry.technique_id, dropped.reason)));
    let renamed = report.renamed.iter().map(|renamed| {
        (Some(renamed.id), format!("{}: {} → {}", renamed.id, renamed.from, renamed.to))
    });
    let new = report.new.iter().map(|new| (Some(new.id), format!("{} {}", new.id, new.name)));
    let parts = [
        ("moved to a successor", moved.collect::<Vec<_>>()),
        ("in other tactics", tactics.collect()),
        ("dropped: no place any more", dropped.collect()),
        ("renamed", renamed.collect()),
        ("new in the release, to look at", new.collect()),
    ];
    let summary = parts
        .iter()
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(what, lines)| format!("{} {what}", count(lines.len())))
        .collect::<Vec<_>>();
    let summary = match summary.as_slice() {
        [] => "nothing had to change".to_owned(),
        parts => parts.join(" · "),
    };
    let unknown = (!report.compared).then_some(
        " The release it was made for is not at hand, so new and renamed techniques are not known.",
    );
    view! {
        <section class="migration" data-panel="migration" aria-label="Migration report">
            <details>
                <summary><b>"Migrated: "</b>{summary}{unknown}</summary>
                <div class="migration-parts">
                    {parts.into_iter().filter(|(_, lines)| !lines.is_empty()).map(part).collect_view()}
                </div>
            </details>
            <button type="button" class="button button-quiet" on:click=copy>"Copy report"</button>
            <button
                type="button"
                class="button button-quiet"
                on:click=move |_| state.migrations.update(|all| all.retain(|(of, _)| *of != key))
            >
                "Close"
            </button>
        </section>
    }
    .into_any()
}

fn part(
    (what, lines): (&'static str, Vec<(Option<crate::attack::TechniqueId>, String)>),
) -> impl IntoView {
    let rest = lines.len().saturating_sub(MOST);
    let line = |(id, text): (Option<crate::attack::TechniqueId>, String)| match id {
        Some(id) => view! { <li><a href=technique_href(id)><bdi>{text}</bdi></a></li> }.into_any(),
        None => view! { <li><bdi>{text}</bdi></li> }.into_any(),
    };
    view! {
        <div>
            <h3>{what}</h3>
            <ul class="plain-list">
                {lines.into_iter().take(MOST).map(line).collect_view()}
                {(rest > 0).then(|| view! { <li>{format!("and {} more", count(rest))}</li> })}
            </ul>
        </div>
    }
}
