//! The matrix as a table: every technique and sub-technique in scope, with its numbers.

use super::numbers::{count, counted, percent};
use super::rows::{Chunk, Listing, MoreRows, STEP, chip, sort_head};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::coverage::detections::{Blank, CellAlerts};
use crate::coverage::{
    Coverage, CoverageState, Order, Summary, TechniqueColumn, TechniqueCoverage, TechniqueFilter,
    TechniqueState, list_techniques,
};
use crate::web::address::{Address, View};
use crate::web::detections::{Detecting, Seen};
use crate::web::state::AppState;
use leptos::prelude::*;
use std::sync::Arc;

/// How the list is searched and sorted; lasts while other views are open.
#[derive(Clone, Copy, Default)]
pub struct TechniqueList {
    /// What is typed into its field.
    pub text: RwSignal<String>,
    /// What it is sorted by.
    pub order: RwSignal<Order<TechniqueColumn>>,
}

#[derive(Clone)]
struct Source {
    catalogue: Arc<Catalogue>,
    coverage: Arc<Coverage>,
    /// What alerts say of the same, where there are any.
    seen: Option<Arc<Seen>>,
}

const OF_TECHNIQUES: [TechniqueFilter; 4] = [
    TechniqueFilter::Covered,
    TechniqueFilter::ViaSubtechnique,
    TechniqueFilter::Uncovered,
    TechniqueFilter::Production,
];
const OF_SUB_TECHNIQUES: [TechniqueFilter; 2] =
    [TechniqueFilter::CoveredSub, TechniqueFilter::UncoveredSub];
const OF_BOTH: [TechniqueFilter; 7] = [
    TechniqueFilter::State(CoverageState::Partial),
    TechniqueFilter::State(CoverageState::SingleRule),
    TechniqueFilter::State(CoverageState::SingleLogSource),
    TechniqueFilter::State(CoverageState::ExperimentalOnly),
    TechniqueFilter::State(CoverageState::Stale),
    TechniqueFilter::State(CoverageState::DisabledOnly),
    TechniqueFilter::State(CoverageState::NotObservable),
];

type Rows = Listing<Option<Source>, TechniqueIndex>;

/// The list of techniques.
#[component]
pub fn TableView() -> impl IntoView {
    let state = AppState::get();
    let list = expect_context::<TechniqueList>();
    let filter =
        Memo::new(move |_| state.address.with(|place| TechniqueFilter::parse(&place.show)));
    let shown = RwSignal::new(STEP);
    let detecting = Detecting::get();
    let alerts = move || if detecting.has_alerts.get() { detecting.seen.get() } else { None };
    let alerts = Signal::derive(alerts);
    Effect::watch(move || filter.get(), move |_, _, _| shown.set(STEP), false);
    let rows = Memo::new(move |previous: Option<&Rows>| {
        let (Some(catalogue), Some(coverage)) = (state.catalogue.get(), state.coverage.get())
        else {
            return Rows::after(previous, None, Vec::new());
        };
        let rows = list.text.with(|text| {
            list_techniques(&catalogue, &coverage, filter.get(), text, list.order.get())
        });
        let seen = alerts.get().filter(|seen| Arc::ptr_eq(&seen.asked.coverage, &coverage));
        Rows::after(previous, Some(Source { catalogue, coverage, seen }), rows)
    });
    let has_alerts = Memo::new(move |_| {
        rows.with(|rows| rows.source().as_ref().is_some_and(|source| source.seen.is_some()))
    });
    let total = Signal::derive(move || rows.with(Rows::len));
    let head = move |column, label, class| sort_head(list.order, shown, column, label, class);
    let caption = move || {
        rows.with(|rows| rows.source().as_ref().map(|source| in_words(&source.coverage.summary)))
    };
    view! {
        <section class="list" aria-label="Techniques">
            <Filters state filter list shown />
            <table class="table techniques-table">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        {head(TechniqueColumn::Id, "Id", "")}
                        {head(TechniqueColumn::Name, "Technique", "wide")}
                        {head(TechniqueColumn::Tactics, "Tactics", "")}
                        {head(TechniqueColumn::State, "Coverage", "")}
                        {head(TechniqueColumn::Score, "Score", "number")}
                        {head(TechniqueColumn::Rules, "Rules", "number")}
                        {head(TechniqueColumn::RollUp, "With sub-techniques", "number")}
                        {head(TechniqueColumn::LogSources, "Log sources", "number")}
                        {head(TechniqueColumn::SubTechniques, "Sub-techniques", "number")}
                        {move || has_alerts.get().then(|| view! { <th scope="col">"Alerts"</th> })}
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || rows.with(|rows| rows.chunks(shown.get()))
                        key=Chunk::key
                        children=technique_rows
                    />
                </tbody>
            </table>
            {move || rows.with(Rows::is_empty).then(|| view! {
                <p class="list-none muted">"No technique of this list holds these words."</p>
            })}
            <MoreRows total shown />
        </section>
    }
}

fn in_words(summary: &Summary) -> String {
    if summary.says_nothing() {
        return format!(
            "{}: no ATT&CK mapping in this format.",
            counted(summary.rules, "rule", "rules")
        );
    }
    format!(
        "{} of {} techniques covered ({}), {} of them only via sub-techniques; {} of {} sub-techniques covered ({}).",
        count(summary.techniques_covered),
        count(summary.techniques_total),
        percent(summary.techniques_covered, summary.techniques_total),
        count(summary.techniques_via_subtechnique),
        count(summary.subtechniques_covered),
        count(summary.subtechniques_total),
        percent(summary.subtechniques_covered, summary.subtechniques_total),
    )
}

#[component]
fn Filters(
    state: AppState,
    filter: Memo<TechniqueFilter>,
    list: TechniqueList,
    shown: RwSignal<usize>,
) -> impl IntoView {
    let of_filter = move |of: TechniqueFilter| {
        let is_current = Signal::derive(move || filter.get() == of);
        let number = Signal::derive(move || {
            let (catalogue, coverage) = (state.catalogue.get()?, state.coverage.get()?);
            // Right after a change of release, the two may be of different ones.
            let is_same = coverage.techniques.len() == catalogue.techniques.len();
            is_same.then(|| of.count(&catalogue, &coverage))
        });
        chip(Address::showing(View::Table, of.as_str()).to_string(), of.label(), is_current, number)
    };
    view! {
        <div class="list-bar">
            <nav class="chips" aria-label="Which techniques">
                {of_filter(TechniqueFilter::All)}
                <span class="chips-label">"Techniques:"</span>
                {OF_TECHNIQUES.map(of_filter)}
                <span class="chips-label">"Sub-techniques:"</span>
                {OF_SUB_TECHNIQUES.map(of_filter)}
                <span class="chips-label">"Both:"</span>
                {OF_BOTH.map(of_filter)}
            </nav>
            <input
                class="field list-text"
                type="search"
                placeholder="Filter by words"
                aria-label="Show only techniques whose id or name holds these words"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || list.text.get()
                on:input=move |event| {
                    shown.set(STEP);
                    list.text.set(event_target_value(&event));
                }
            />
        </div>
    }
}

fn technique_rows(chunk: Chunk<Option<Source>, TechniqueIndex>) -> AnyView {
    let Some(source) = chunk.source else { return ().into_any() };
    let row = |index| technique_row(&source, index);
    chunk.rows.into_iter().map(row).collect_view().into_any()
}

/// The state in words.
pub fn state_in_words(coverage: &TechniqueCoverage) -> &'static str {
    match coverage.state {
        TechniqueState::Direct => "direct",
        TechniqueState::ViaSubtechnique => "via sub-technique",
        TechniqueState::None => "none",
    }
}

/// How many alerts, or why there is none.
fn alerts_of(source: &Source, index: TechniqueIndex) -> Option<AnyView> {
    let Seen { asked, detections, .. } = &**source.seen.as_ref()?;
    let cell = CellAlerts::of(&source.catalogue, &asked.coverage, detections, index);
    let blank = cell.blank.map(Blank::as_str);
    let text = match (cell.blank, cell.is_via_subs()) {
        (Some(blank), _) => blank.label().to_owned(),
        (None, true) => format!("{} on sub-techniques", count(cell.shown() as usize)),
        (None, false) => count(cell.shown() as usize),
    };
    Some(view! { <td data-label="Alerts" class="nowrap" data-blank=blank>{text}</td> }.into_any())
}

fn technique_row(source: &Source, index: TechniqueIndex) -> AnyView {
    let Source { catalogue, coverage, .. } = source;
    let technique = catalogue.technique(index);
    let covered = coverage.technique(index);
    let href = Address { technique: Some(technique.id), ..Address::default() }.to_string();
    let tactics: Vec<&str> = technique
        .tactics
        .iter()
        .filter_map(|tactic| catalogue.tactics.get(usize::from(*tactic)))
        .map(|tactic| tactic.name.as_str())
        .collect();
    let subs = (covered.subtechniques_total > 0)
        .then(|| format!("{} of {}", covered.subtechniques_covered, covered.subtechniques_total));
    let parent = technique.parent.map(|parent| {
        view! { <span class="muted">{catalogue.technique(parent).name.clone()}": "</span> }
    });
    view! {
        <tr class:uncovered=covered.state == TechniqueState::None>
            <td class="id" data-label="Id"><a href=href>{technique.id.to_string()}</a></td>
            <th scope="row" class="wide">{parent}{technique.name.clone()}</th>
            <td data-label="Tactics">{tactics.join(", ")}</td>
            <td data-label="Coverage" class="nowrap">
                <span class="state" data-coverage=covered.state.as_str()>{state_in_words(covered)}</span>
                {covered.upkeep.remarks().map(|remark| view! { <span class="remark">{remark}</span> }).collect_view()}
            </td>
            <td data-label="Score" class="number">{covered.score.map(|score| score.to_string())}</td>
            <td data-label="Rules" class="number">{count(covered.rules.len())}</td>
            <td data-label="With sub-techniques" class="number">{count(covered.rules_rollup.len())}</td>
            <td data-label="Log sources" class="number">{count(covered.log_sources as usize)}</td>
            <td data-label="Sub-techniques" class="number">{subs}</td>
            {alerts_of(source, index)}
        </tr>
    }
    .into_any()
}
