//! The running total as a line; the table is its twin.

use super::amount;
use crate::gaps::NextRules;
use crate::web::view::numbers::counted;
use leptos::prelude::*;

/// The picture's own units; it is stretched to its place.
const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 100.0;

pub(super) fn curve(next: &NextRules) -> AnyView {
    let (steps, top) = (next.rules.len() as f64, next.bought());
    let mut line = format!("M0 {HEIGHT}");
    for (at, rule) in (1..).zip(&next.rules) {
        let x = WIDTH * f64::from(at) / steps;
        let y = HEIGHT * (1.0 - rule.total / top);
        line.push_str(&format!(" L{x:.1} {y:.1}"));
    }
    let area = format!("{line} L{WIDTH} {HEIGHT} Z");
    let first = next.rules.first().map_or(0.0, |rule| rule.total);
    let all = counted(next.rules.len(), "rule", "rules");
    let says = format!(
        "The total of the gains, from {} with the first rule to {} with {all}. The table says the same.",
        amount(first),
        amount(top)
    );
    view! {
        <div class="next-curve" role="img" aria-label=says>
            <span class="next-curve-top" aria-hidden="true">{amount(top)}</span>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                <path class="next-curve-area" d=area />
                <path class="next-curve-line" d=line />
            </svg>
            <span class="next-curve-foot" aria-hidden="true"><span>"0"</span><span>{all.clone()}</span></span>
        </div>
    }
    .into_any()
}
