//! The import report: where every file ended, and everything that was noticed, by cause.

use super::limits::LimitsPart;
use super::numbers::{count, counted};
use super::rows::{STEP, chip, place};
use crate::web::address::{Address, View};
use crate::web::columns::ColumnChoice;
use crate::web::download;
use crate::web::findings::{Finding, Group, Part, Weight, groups, json, tab_separated};
use crate::web::intake;
use crate::web::state::{AppState, Toast};
use leptos::prelude::*;
use std::sync::Arc;

/// Groups of up to this size are open from the start.
const SMALL: usize = 12;

/// The report.
#[component]
pub fn ImportView() -> impl IntoView {
    let state = AppState::get();
    let part = Memo::new(move |_| state.address.with(|place| Part::parse(&place.show)));
    let shown = Memo::new(move |_| {
        let intake = state.intake.get();
        let all = state
            .diagnostics
            .with(|all| groups(&intake.report, all, &intake.sightings, part.get()));
        all.into_iter().map(Arc::new).collect::<Vec<_>>()
    });
    let all_shown = move || {
        shown.with_untracked(|groups| groups.iter().map(|g| (**g).clone()).collect::<Vec<_>>())
    };
    let copy = move |_| {
        let groups = all_shown();
        download::copy(&tab_separated(&groups));
        let lines = groups.iter().map(|group| group.findings.len()).sum();
        let text = format!("{} copied", counted(lines, "line", "lines"));
        state.toast.set(Some(Toast { text, undo: false }));
    };
    let save = move |_| {
        download::save("coverlay-import-report.json", "application/json", &json(&all_shown()));
    };
    view! {
        <section class="list report" aria-label="Import report">
            <div class="list-bar">
                <Parts part />
                <span class="list-actions">
                    <button class="button" type="button" on:click=copy>"Copy"</button>
                    <button class="button" type="button" on:click=save>"Download JSON"</button>
                </span>
            </div>
            <p class="report-scan">
                <label class="check">
                    <input
                        type="checkbox"
                        data-action="scan-texts"
                        prop:checked=move || state.settings().with(|settings| settings.scan_texts)
                        on:change=move |event| {
                            let on = event_target_checked(&event);
                            state.adjust(|settings| settings.scan_texts = on);
                        }
                    />
                    "Look for ATT&CK ids in texts that are no rules, such as Markdown and KQL"
                </label>
                <span class="muted">"From the next drop on. They are listed here and never counted."</span>
            </p>
            <LimitsPart />
            <For
                each=move || shown.get()
                key=|group| Arc::as_ptr(group) as usize
                children=|group| view! { <GroupView group /> }
            />
            {move || shown.with(Vec::is_empty).then(|| view! {
                <p class="list-none muted">{move || nothing(state, part.get())}</p>
            })}
        </section>
    }
}

fn nothing(state: AppState, part: Part) -> &'static str {
    match part {
        _ if state.is_empty() => "Nothing was dropped yet.",
        Part::All | Part::Notes => {
            "Nothing to note: every file was read and every tag names a live technique."
        }
        Part::Read => "No file was read.",
        Part::Skipped => "No file was skipped.",
        Part::Failed => "No file failed.",
    }
}

/// "4 259 files: 4 044 read, 215 skipped, 0 failed" as filters.
#[component]
fn Parts(part: Memo<Part>) -> impl IntoView {
    let state = AppState::get();
    let counts = Memo::new(move |_| state.intake.with(|intake| intake.report.counts()));
    let notes = Memo::new(move |_| state.diagnostics.with(|all| all.len()));
    let of_part = move |of: Part, label: &'static str, number: Signal<Option<usize>>| {
        let is_current = Signal::derive(move || part.get() == of);
        chip(Address::showing(View::Import, of.as_str()).to_string(), label, is_current, number)
    };
    let files = move || {
        let files = counts.get().files;
        format!("{}:", counted(files, "file", "files"))
    };
    view! {
        <nav class="chips" aria-label="Which part of the report">
            {of_part(Part::All, "By cause", Signal::stored(None))}
            <span class="chips-label">{files}</span>
            {of_part(Part::Read, "read", Signal::derive(move || Some(counts.get().read)))}
            {of_part(Part::Skipped, "skipped", Signal::derive(move || Some(counts.get().skipped)))}
            {of_part(Part::Failed, "failed", Signal::derive(move || Some(counts.get().failed)))}
            <span class="chips-label" aria-hidden="true">"·"</span>
            {of_part(Part::Notes, "notes", Signal::derive(move || Some(notes.get())))}
        </nav>
    }
}

/// One cause: a heading that opens the lines.
#[component]
pub fn GroupView(
    /// The lines, and what they have in common.
    group: Arc<Group>,
) -> impl IntoView {
    let open = RwSignal::new(group.findings.len() <= SMALL || group.weight == Weight::Read);
    let lines = group.findings.len();
    let head = group.clone();
    view! {
        <section class="cause" data-weight=head.weight.as_str()>
            <h2>
                <button
                    class="cause-head"
                    type="button"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    <span class="caret" aria-hidden="true"></span>
                    <span class="badge" data-weight=head.weight.as_str()>{head.weight.as_str()}</span>
                    <span class="cause-name">{head.heading.clone()}</span>
                    <span class="cause-code code muted">{head.code.clone()}</span>
                    <span class="cause-count">{count(lines)}</span>
                </button>
            </h2>
            {move || open.get().then(|| view! { <Lines group=group.clone() /> })}
        </section>
    }
}

#[component]
fn Lines(group: Arc<Group>) -> impl IntoView {
    let shown = RwSignal::new(STEP);
    let total = group.findings.len();
    let weight = group.weight;
    let row = move |finding: &Finding| {
        view! {
            <tr>
                <td class="path">{place(&finding.place())}</td>
                <td data-label="What"><bdi>{finding.message.clone()}</bdi></td>
                <td data-label="What to do"><bdi>{finding.remedy.clone()}</bdi>{as_alerts(weight, &finding.path)}</td>
            </tr>
        }
    };
    view! {
        <table class="table report-table">
            <caption class="visually-hidden">{group.heading.clone()}</caption>
            <thead>
                <tr>
                    <th scope="col">"File"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"What to do"</th>
                </tr>
            </thead>
            <tbody>
                {move || group.findings.iter().take(shown.get()).map(row).collect_view()}
            </tbody>
        </table>
        <p class="more-rows" hidden=move || shown.get() >= total>
            <button class="button" type="button" on:click=move |_| shown.update(|shown| *shown += STEP)>
                {move || format!("Show {} more of {}", count(total.saturating_sub(shown.get()).min(STEP)), count(total))}
            </button>
        </p>
    }
}

/// A table that was not read may be one of alerts whose columns nobody knows.
fn as_alerts(weight: Weight, path: &str) -> Option<AnyView> {
    let end = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_table = ["csv", "tsv", "txt", "log", "json", "jsonl", "ndjson"].contains(&end.as_str());
    let is_left = matches!(weight, Weight::Failed | Weight::Skipped);
    let is_offered = is_table && is_left && intake::can_be_read_again(path);
    is_offered.then(|| {
        let (state, choice, path) = (AppState::get(), ColumnChoice::get(), path.to_owned());
        view! {
            <button
                type="button"
                class="link as-alerts"
                data-action="read-as-alerts"
                on:click=move |_| choice.open(state, path.clone())
            >
                "Read as alerts…"
            </button>
        }
        .into_any()
    })
}
