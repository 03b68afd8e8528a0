//! The same by tactic, as a table.

use super::Shown;
use crate::layer::Counts;
use crate::web::view::numbers::{count, percent};
use leptos::prelude::*;
use std::cmp::Ordering;

pub(super) fn tactics(compared: Shown) -> AnyView {
    let rows = move || {
        let compared = compared.get()?;
        let comparison = &compared.comparison;
        let tactics = comparison.tactics.iter().filter(|tactic| tactic.techniques.total > 0);
        let all = row("All tactics, each technique once".to_owned(), comparison.techniques);
        let rows = tactics.map(|tactic| row(tactic.name.clone(), tactic.techniques));
        Some(view! { {rows.collect_view()} {all} })
    };
    view! {
        <table class="table changes-tactics">
            <caption>"Techniques covered, themselves or through a sub-technique, by tactic."</caption>
            <thead>
                <tr>
                    <th scope="col">"Tactic"</th>
                    <th scope="col" class="number">"From"</th>
                    <th scope="col" class="number">"To"</th>
                    <th scope="col" class="number">"Of"</th>
                    <th scope="col" class="number">"Difference"</th>
                    <th scope="col" class="number">"Share"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// `+2`, `−1`, `0`.
pub(super) fn difference(from: usize, to: usize) -> String {
    let sign = match to.cmp(&from) {
        Ordering::Less => "−",
        Ordering::Equal => "",
        Ordering::Greater => "+",
    };
    format!("{sign}{}", count(to.abs_diff(from)))
}

fn row(name: String, Counts { from, to, total }: Counts) -> AnyView {
    let share = match from == to {
        true => percent(to, total),
        false => format!("{} → {}", percent(from, total), percent(to, total)),
    };
    view! {
        <tr class:unchanged=from == to>
            <th scope="row"><bdi>{name}</bdi></th>
            <td class="number" data-label="From">{count(from)}</td>
            <td class="number" data-label="To">{count(to)}</td>
            <td class="number" data-label="Of">{count(total)}</td>
            <td class="number" data-label="Difference">{difference(from, to)}</td>
            <td class="number" data-label="Share">{share}</td>
        </tr>
    }
    .into_any()
}
