//! How a number differs from the same in the window before: a mark, a sign and the number.

use crate::web::view::numbers::{count, duration};
use leptos::prelude::*;
use std::cmp::Ordering;

/// Of two counts.
pub(super) fn of_counts(now: usize, before: usize) -> AnyView {
    told(now.cmp(&before), count(now.abs_diff(before)), count(before))
}

/// Of two times in seconds; nothing to tell where one is missing.
pub(super) fn of_times(now: Option<f64>, before: Option<f64>) -> AnyView {
    let (Some(now), Some(before)) = (now, before) else {
        return view! { <span class="muted">"–"</span> }.into_any();
    };
    told(now.total_cmp(&before), duration((now - before).abs()), duration(before))
}

fn told(order: Ordering, by: String, before: String) -> AnyView {
    let (name, mark, sign) = match order {
        Ordering::Greater => ("more", "▲", "+"),
        Ordering::Less => ("less", "▼", "−"),
        Ordering::Equal => ("same", "", "±"),
    };
    view! {
        <span class="alert-change" data-change=name title=format!("{before} in the window before")>
            {(!mark.is_empty()).then(|| view! { <span aria-hidden="true">{mark}</span> })}
            {format!("{sign}{by}")}
        </span>
    }
    .into_any()
}
