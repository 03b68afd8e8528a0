//! Why a technique has its score: the rules with their factors, the product, and what would raise
//! it.

use crate::coverage::{Factor, Policy, RuleWhy, Why};
use crate::rule::Intake;
use crate::web::address::RulePlace;
use crate::web::view::numbers::{count, counted};
use leptos::prelude::*;

/// Rules shown at first; those that decide come first.
const FIRST: usize = 8;
/// Qualities that are written out; more would not be read.
const WRITTEN: usize = 6;

/// What stays as it is while scores change under the drawer.
#[derive(Clone, Copy)]
pub(super) struct Unfolded {
    why: RwSignal<bool>,
    all: RwSignal<bool>,
}

impl Unfolded {
    pub(super) fn new() -> Self {
        Self { why: RwSignal::new(true), all: RwSignal::new(false) }
    }
}

/// The whole of it.
pub(super) fn why_view(why: Why, intake: &Intake, policy: &Policy, open: Unfolded) -> AnyView {
    let formula = why.product.map(|product| formula(&why, product));
    let sentence = formula.is_none().then(|| why.sentence.clone());
    let has_factors = why.rules.iter().any(|rule| !rule.factors.is_empty());
    let table = has_factors.then(|| table(&why.rules, intake, open.all));
    // A peer's has said so already.
    let said = (!matches!(policy, Policy::Peer { .. })).then(|| policy.sentence());
    let title = if why.score.is_some() { "Why this score" } else { "Why no score" };
    let raises = why.raises.into_iter().map(|raise| view! { <li><bdi>{raise.sentence}</bdi></li> });
    let raises = raises.collect::<Vec<_>>();
    view! {
        <details
            class="why"
            prop:open=move || open.why.get()
            on:toggle=move |event| {
                let folded: web_sys::Element = event_target(&event);
                open.why.set(folded.has_attribute("open"));
            }
        >
            <summary>{title}</summary>
            {sentence.map(|sentence| view! { <p>{sentence}</p> })}
            {formula}
            {table}
            {(!raises.is_empty()).then(|| view! {
                <p>"What would raise it most:"</p>
                <ul>{raises}</ul>
            })}
            {said.map(|said| view! { <p class="muted">{said}</p> })}
        </details>
    }
    .into_any()
}

/// `1 − (1 − 0.64) × (1 − 0.50) = 0.82 → 82`
fn formula(why: &Why, product: f64) -> AnyView {
    let best: Vec<f64> =
        why.rules.iter().filter(|rule| rule.decides).filter_map(|rule| rule.quality).collect();
    let written =
        best.iter().take(WRITTEN).map(|quality| format!("(1\u{a0}−\u{a0}{})", short(*quality)));
    let mut written = written.collect::<Vec<_>>().join(" × ");
    if let Some(more @ 1..) = best.len().checked_sub(WRITTEN) {
        written.push_str(&format!(" × {more} more"));
    }
    let score = why.score.unwrap_or_default();
    let heads = match best.len() {
        1 => "The best q on its one log source:".to_owned(),
        some => format!("The best q on each of {}:", counted(some, "log source", "log sources")),
    };
    let total = short(1.0 - product);
    let text = match best[..] {
        [_] => format!("{total} → {score}"),
        _ => format!("1 − {written} = {total} → {score}"),
    };
    view! {
        <p>{heads}</p>
        <p class="why-formula" data-product=product>{text}</p>
    }
    .into_any()
}

/// Two places; a number that is not 1 does not become 1.
fn short(share: f64) -> String {
    let hundredths = (share * 100.0).round();
    match hundredths >= 100.0 && share < 1.0 {
        true => "0.99…".to_owned(),
        false => format!("{:.2}", hundredths / 100.0),
    }
}

/// Rules, those that decide first, with what was looked at as columns.
fn table(rules: &[RuleWhy], intake: &Intake, all: RwSignal<bool>) -> AnyView {
    let mut names: Vec<&'static str> = Vec::new();
    for factor in rules.iter().flat_map(|rule| &rule.factors) {
        if !names.contains(&factor.name) {
            names.push(factor.name);
        }
    }
    let has_q = rules.iter().any(|rule| rule.quality.is_some());
    let shown = if all.get() { rules.len() } else { FIRST };
    let rows = rules.iter().take(shown).filter_map(|rule| row(rule, intake, &names, has_q));
    let width = 1 + names.len() + usize::from(has_q);
    let more = (rules.len() > shown).then(|| {
        view! {
            <button type="button" class="button" on:click=move |_| all.set(true)>
                {format!("All {}", count(rules.len()))}
            </button>
        }
    });
    view! {
        <table class="why-table">
            <thead>
                <tr>
                    <th scope="col">"Log source"</th>
                    {names.iter().map(|name| view! { <th scope="col">{*name}</th> }).collect_view()}
                    {has_q.then(|| view! { <th scope="col"><abbr title="quality: the product of the factors">"q"</abbr></th> })}
                </tr>
            </thead>
            {rows.map(|(title, rest)| view! {
                <tbody data-decides=rest.1.then_some("") data-q=rest.2>
                    <tr><th scope="rowgroup" colspan=width>{title}</th></tr>
                    <tr>{rest.0}</tr>
                </tbody>
            }).collect_view()}
        </table>
        {more}
    }
    .into_any()
}

type Cells = (AnyView, bool, Option<f64>);

/// A rule's title, and its cells; nothing for a rule that is not there.
fn row(
    why: &RuleWhy,
    intake: &Intake,
    names: &[&'static str],
    has_q: bool,
) -> Option<(AnyView, Cells)> {
    let rule = intake.rules.get(why.rule as usize)?;
    let title = view! {
        <a href=RulePlace::of(rule).href() title=why.sentence.clone()><bdi>{rule.title.clone()}</bdi></a>
        {(!why.decides).then(|| view! { <span class="visually-hidden">" (does not decide)"</span> })}
    };
    let cell = |name: &&'static str| {
        let factor = why.factors.iter().find(|factor| factor.name == *name);
        view! { <td>{factor.map(factor_view)}</td> }
    };
    let cells = view! {
        <td class="why-source"><bdi>{why.log_source.clone()}</bdi></td>
        {names.iter().map(cell).collect_view()}
        {has_q.then(|| view! { <td><b>{why.quality.map(short)}</b></td> })}
    };
    Some((title.into_any(), (cells.into_any(), why.decides, why.quality)))
}

/// The value with what it was made from; of a level's score no share is meant.
fn factor_view(factor: &Factor) -> AnyView {
    let value = match factor.name {
        _ if factor.value > 1.0 => count(factor.value as usize),
        _ => short(factor.value),
    };
    view! {
        <span title=factor.because.clone()>{value}</span>
        <span class="visually-hidden">", " <bdi>{factor.because.clone()}</bdi></span>
    }
    .into_any()
}
