//! The platforms one by one, as the rules can see them.

use super::grid;
use super::listed::{self, Lists};
use super::{Later, Sourced, bar, choose, chosen, later, part};
use crate::coverage::{GridCell, Grouping, PlatformView, platform_views};
use crate::web::address::{self, Address, View};
use crate::web::state::AppState;
use crate::web::view::numbers::{count, percent};
use leptos::prelude::*;

/// A platform or several, and the same in each tactic.
pub(super) struct Row {
    pub(super) view: PlatformView,
    pub(super) tactics: Vec<GridCell>,
    /// One of the row above.
    pub(super) is_member: bool,
}

pub(super) type Rows = Later<Vec<Row>>;

pub(super) fn section(source: Sourced, lists: Lists) -> AnyView {
    let rows: Rows = later(source, |of| {
        let views = |grouping| platform_views(&of.catalogue, &of.intake, &of.coverage, grouping);
        let mut each = views(Grouping::Each);
        let mut rows = Vec::new();
        for family in views(Grouping::Families) {
            let (members, others) = match family.platforms.len() {
                0 | 1 => (Vec::new(), each),
                _ => each.into_iter().partition(|one| {
                    one.platforms.iter().all(|name| family.platforms.contains(name))
                }),
            };
            each = others;
            let mut add = |view: PlatformView, is_member| {
                rows.push(Row { tactics: view.by_tactic(&of.catalogue), view, is_member });
            };
            add(family, false);
            members.into_iter().for_each(|one| add(one, true));
        }
        rows
    });
    let counting = chosen("count");
    let naive = Memo::new(move |_| counting.with(|counting| counting == "naive"));
    let table = move || {
        let naive = naive.get();
        let found = rows.get()?;
        Some(found.value.iter().map(|each| row(each, naive, lists)).collect_view())
    };
    let blind = lists.of_kind("blind");
    let open = move || {
        let name = blind.get()?;
        let found = rows.get()?;
        let row = found.value.iter().find(|row| row.view.name == name)?;
        let says = if naive.get() { "no rule covers" } else { "no rule of it covers" };
        let heading = format!("{name}: {says}");
        Some(listed::list(&found.source, heading, row.view.blind_spots(naive.get())))
    };
    let body = view! {
        <div class="stat-line">
            <label class="check">
                <input
                    type="checkbox"
                    data-action="naive"
                    prop:checked=move || naive.get()
                    on:change=move |event| {
                        choose("count", if event_target_checked(&event) { "naive" } else { "" });
                    }
                />
                "Count rules of other platforms too (the naive count)"
            </label>
        </div>
        <table class="table stat-table">
            <thead>
                <tr>
                    <th scope="col">"Platform"</th>
                    <th scope="col" class="number">"Covered"</th>
                    <th scope="col" class="number">"Share"</th>
                    <th scope="col" class="bar-column"><span class="visually-hidden">"Bar"</span></th>
                    <th scope="col" class="number">"Naive count"</th>
                    <th scope="col" class="number">"Perhaps: platform not stated"</th>
                    <th scope="col" class="number">"Blind spots"</th>
                </tr>
            </thead>
            <tbody>{table}</tbody>
        </table>
        {open}
        {grid::grid(rows, naive)}
    };
    part(
        "by-platform",
        "By platform",
        "Techniques and sub-techniques. A rule counts on a platform only if its log source is of that platform. A platform’s name opens the matrix with its techniques alone.",
        body.into_any(),
    )
}

fn row(row: &Row, naive: bool, lists: Lists) -> AnyView {
    let state = AppState::get();
    let view = &row.view;
    let all = view.all();
    let name = view.name.clone();
    let counted = if naive { all.covered } else { all.visible };
    let share = if naive { all.percent() } else { all.percent_visible() };
    let mut platforms = view.platforms.clone();
    crate::sorted::sort(&mut platforms);
    let members = (platforms.len() > 1).then(|| platforms.join(", "));
    let only = move |_| {
        if state.settings().with_untracked(|settings| settings.scope.platforms != platforms) {
            state.choose(|settings| settings.scope.platforms.clone_from(&platforms));
        }
        address::go(&Address::view(View::Matrix));
    };
    let unstated = match naive {
        true => "–".to_owned(),
        false => count(all.unstated),
    };
    view! {
        <tr class:member=row.is_member data-platform=name.clone() data-value=format!("{counted} {}", all.total)>
            <th scope="row">
                <button type="button" class="link" title="Show its techniques alone in the matrix" on:click=only>
                    <bdi>{name.clone()}</bdi>
                </button>
                {members.map(|members| view! { <span class="remark">{members}</span> })}
            </th>
            <td class="number" data-label="Covered">{count(counted)}" of "{count(all.total)}</td>
            <td class="number" data-label="Share">{percent(counted, all.total)}</td>
            <td class="bar-column">{bar(share)}</td>
            <td class="number" data-label="Naive count">{count(all.covered)}</td>
            <td class="number" data-label="Perhaps">{unstated}</td>
            <td class="number" data-label="Blind spots">
                {lists.opener(
                    format!("blind.{name}"),
                    all.total - counted,
                    "",
                    format!("blind spots of {name}, list"),
                )}
            </td>
        </tr>
    }
    .into_any()
}
