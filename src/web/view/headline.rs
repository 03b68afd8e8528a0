//! The strip of headline numbers. Each is a link to exactly the rows it counts, and says on
//! request how it was counted.

use super::numbers::{count, counted, duration, percent, plain_percent};
use super::tactics::cells::live;
use crate::coverage::{Policy, Scope, Summary};
use crate::rule::Status;
use crate::web::detections::Detecting;
use crate::web::state::AppState;
use leptos::prelude::*;

/// A number that scripts can read: `data-figure` names it, `data-value` holds it in full.
#[component]
fn Figure(
    name: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] text: Signal<String>,
) -> impl IntoView {
    view! { <span data-figure=name data-value=move || value.get()>{move || text.get()}</span> }
}

/// A count as a figure: the same number for people and scripts.
fn figure(
    name: &'static str,
    number: impl Fn() -> usize + Copy + Send + Sync + 'static,
) -> AnyView {
    let value = Signal::derive(move || number().to_string());
    let text = Signal::derive(move || count(number()));
    view! { <Figure name value text /> }.into_any()
}

/// The strip.
#[component]
pub fn Headline() -> impl IntoView {
    let state = AppState::get();
    let summary = Memo::new(move |_| {
        state.coverage.with(|coverage| coverage.as_ref().map(|c| c.summary)).unwrap_or_default()
    });
    let notes = Memo::new(move |_| state.diagnostics.with(|all| all.len()));
    let with = move |number: fn(&Summary) -> usize| move || summary.with(number);
    let percent_value = Signal::derive(move || plain_percent(summary.get().percent_techniques()));
    let percent_text = Signal::derive(move || {
        summary.with(|s| match s.says_nothing() {
            true => "–".to_owned(),
            false => percent(s.techniques_covered, s.techniques_total),
        })
    });
    view! {
        <section class="headline" aria-label="Coverage in numbers">
            <a class="headline-item" href="#/rules?show=counted">
                <b>{figure("rules", with(|s| s.rules))}</b>
                <span>{move || if summary.get().rules == 1 { "rule" } else { "rules" }}</span>
            </a>
            <a class="headline-item" href="#/table?show=covered">
                <b>
                    {figure("techniques-covered", with(|s| s.techniques_covered))}
                    <small>" of "{figure("techniques-total", with(|s| s.techniques_total))}</small>
                    <em><Figure name="percent" value=percent_value text=percent_text /></em>
                </b>
                <span>{move || match summary.with(Summary::says_nothing) {
                    true => "no ATT&CK mapping in this format",
                    false => "techniques covered",
                }}</span>
            </a>
            <a class="headline-item" href="#/table?show=covered-sub">
                <b>
                    {figure("subtechniques-covered", with(|s| s.subtechniques_covered))}
                    <small>" of "{figure("subtechniques-total", with(|s| s.subtechniques_total))}</small>
                </b>
                <span>"sub-techniques"</span>
            </a>
            <Production summary />
            <a class="headline-item" href="#/rules?show=mapped">
                <b>{figure("mapped", with(|s| s.rules_mapped))}</b>
                <span>"mapped"</span>
            </a>
            <a class="headline-item" href="#/rules?show=unmapped">
                <b>{figure("unmapped", with(|s| s.rules_unmapped))}</b>
                <span>"unmapped"</span>
            </a>
            {move || (summary.get().rules_excluded > 0).then(|| view! {
                <a
                    class="headline-item"
                    href="#/rules?show=excluded"
                    title="Rules left out for their status, for example deprecated or unsupported"
                >
                    <b>{figure("excluded", with(|s| s.rules_excluded))}</b>
                    <span>"excluded"</span>
                </a>
            })}
            {move || (summary.get().duplicates > 0).then(|| view! {
                <a
                    class="headline-item"
                    href="#/rules?show=duplicates"
                    title="Copies of a rule id that is counted once"
                >
                    <b>{figure("duplicates", with(|s| s.duplicates))}</b>
                    <span>{move || if summary.get().duplicates == 1 { "duplicate" } else { "duplicates" }}</span>
                </a>
            })}
            {latency()}
            <a class="headline-item" href="#/import?show=notes">
                <b>{figure("diagnostics", move || notes.get())}</b>
                <span>{move || if notes.get() == 1 { "note" } else { "notes" }}</span>
            </a>
            <Convention />
        </section>
    }
}

/// How long detections take, where there are alerts: of those that count.
fn latency() -> AnyView {
    let Detecting { has_alerts, seen, .. } = Detecting::get();
    let latency = Memo::new(move |_| {
        seen.with(|seen| seen.as_ref().map(|seen| seen.detections.latency.all)).unwrap_or_default()
    });
    let value = Signal::derive(move || {
        latency.get().median.map(|seconds| seconds.to_string()).unwrap_or_default()
    });
    let text = Signal::derive(move || latency.get().median.map_or("–".to_owned(), duration));
    let title = move || {
        let n = latency.get().n as usize;
        format!(
            "From the event to its detection: the median of {} that say both",
            counted(n, "alert", "alerts")
        )
    };
    let item = move || {
        has_alerts.get().then(|| {
            view! {
                <a class="headline-item" href="#/alerts" title=title>
                    <b><Figure name="median-latency" value text /></b>
                    <span>"median latency"</span>
                </a>
            }
            .into_any()
        })
    };
    live(item)
}

/// The training text's first indicator: how many techniques have a score of 80 and above.
#[component]
fn Production(summary: Memo<Summary>) -> impl IntoView {
    let value = Signal::derive(move || plain_percent(summary.get().percent_at_least_80()));
    let text = Signal::derive(move || {
        summary.with(|s| match s.says_nothing() {
            true => "–".to_owned(),
            false => percent(s.techniques_at_least_80, s.techniques_total),
        })
    });
    view! {
        <a class="headline-item" href="#/table?show=score-80">
            <b>
                {move || count(summary.get().techniques_at_least_80)}
                <small>" of "{move || count(summary.get().techniques_total)}</small>
                <em><Figure name="score-80-percent" value text /></em>
            </b>
            <span>"score 80 and above"</span>
        </a>
    }
}

/// How the numbers are counted, on request.
#[component]
fn Convention() -> impl IntoView {
    let state = AppState::get();
    let settings = state.settings();
    view! {
        <div class="headline-convention">
            <button class="link" type="button" popovertarget="convention">
                "How is this counted?"
            </button>
            <div id="convention" class="convention" popover="auto" role="region" aria-label="How the numbers are counted">
                <h2>"How the numbers are counted"</h2>
                <p>{Summary::CONVENTION}</p>
                <p>{move || settings.with(|s| Policy::sentence(&s.policy))}</p>
                {move || settings.with(|s| s.scope.remarks()).into_iter().map(|(_, said)| view! { <p>{said}</p> }).collect_view()}
                <dl>
                    <dt>"Release"</dt>
                    <dd>{move || state.catalogue.get().map(|c| format!("{} {}", c.domain.name(), c.version))}</dd>
                    <dt>"Platforms"</dt>
                    <dd>{move || settings.with(|s| platforms_in_words(&s.scope))}</dd>
                    <dt>"Statuses that count"</dt>
                    <dd>{move || settings.with(|s| statuses_in_words(&s.scope))}</dd>
                </dl>
            </div>
        </div>
    }
}

fn platforms_in_words(scope: &Scope) -> String {
    if scope.platforms.is_empty() { "all".to_owned() } else { scope.platforms.join(", ") }
}

fn statuses_in_words(scope: &Scope) -> String {
    let names: Vec<&str> = scope.statuses.iter().map(Status::as_str).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
