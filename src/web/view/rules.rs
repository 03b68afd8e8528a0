//! All rules that were read, and what became of each in the count.

use super::numbers::{count, counted};
use super::rows::{Chunk, Listing, MoreRows, STEP, short_place, sort_head};
use crate::attack::{Catalogue, Resolution, TechniqueId};
use crate::coverage::{Order, RuleColumn, RuleFilter, changed, list_rules};
use crate::rule::{Intake, Rule, RuleIndex};
use crate::web::address::{Address, View};
use crate::web::state::AppState;
use leptos::prelude::*;
use std::sync::Arc;

/// How the list is searched and sorted; lasts while other views are open.
#[derive(Clone, Copy, Default)]
pub struct RuleList {
    /// What is typed into its field.
    pub text: RwSignal<String>,
    /// What it is sorted by.
    pub order: RwSignal<Order<RuleColumn>>,
}

#[derive(Clone)]
struct Source {
    catalogue: Arc<Catalogue>,
    intake: Arc<Intake>,
}

type Rows = Listing<Option<Source>, RuleIndex>;

/// The list of rules.
#[component]
pub fn RulesView() -> impl IntoView {
    let state = AppState::get();
    let list = expect_context::<RuleList>();
    let filter = Memo::new(move |_| state.address.with(|place| RuleFilter::parse(&place.show)));
    let shown = RwSignal::new(STEP);
    Effect::watch(move || filter.get(), move |_, _, _| shown.set(STEP), false);
    let rows = Memo::new(move |previous: Option<&Rows>| {
        let (Some(catalogue), Some(coverage)) = (state.catalogue.get(), state.coverage.get())
        else {
            return Rows::after(previous, None, Vec::new());
        };
        let intake = state.intake.get();
        let rows = list
            .text
            .with(|text| list_rules(&intake, &coverage, filter.get(), text, list.order.get()));
        Rows::after(previous, Some(Source { catalogue, intake }), rows)
    });
    let total = Signal::derive(move || rows.with(Rows::len));
    let head = move |column, label, class| sort_head(list.order, shown, column, label, class);
    view! {
        <section class="list" aria-label="Rules">
            <Filters state filter list shown />
            <table class="table rules-table">
                <caption class="visually-hidden">
                    {move || format!("{}: {}", filter.get().label(), counted(total.get(), "rule", "rules"))}
                </caption>
                <thead>
                    <tr>
                        {head(RuleColumn::Title, "Rule", "wide")}
                        {head(RuleColumn::Level, "Level", "")}
                        {head(RuleColumn::Status, "Status", "")}
                        {head(RuleColumn::LogSource, "Log source", "")}
                        {head(RuleColumn::Techniques, "Techniques", "")}
                        {head(RuleColumn::Changed, "Changed", "")}
                        {head(RuleColumn::Path, "File", "wide")}
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || rows.with(|rows| rows.chunks(shown.get()))
                        key=Chunk::key
                        children=rule_rows
                    />
                </tbody>
            </table>
            {move || rows.with(Rows::is_empty).then(|| view! {
                <p class="list-none muted">{move || nothing(state, list, filter.get())}</p>
            })}
            <MoreRows total shown />
        </section>
    }
}

fn nothing(state: AppState, list: RuleList, filter: RuleFilter) -> &'static str {
    match filter {
        _ if state.is_empty() => "No rules yet. Drop some anywhere on this page.",
        _ if list.text.with(|text| !text.trim().is_empty()) => {
            "No rule of this list holds these words."
        }
        RuleFilter::Unmapped => "Every counted rule names a technique of this release.",
        RuleFilter::Excluded => "No rule is left out for its status.",
        RuleFilter::Duplicates => "No rule id stands twice.",
        _ => "No rules here.",
    }
}

#[component]
fn Filters(
    state: AppState,
    filter: Memo<RuleFilter>,
    list: RuleList,
    shown: RwSignal<usize>,
) -> impl IntoView {
    let summary = Memo::new(move |_| {
        state.coverage.with(|coverage| coverage.as_ref().map(|c| c.summary)).unwrap_or_default()
    });
    let chip = move |of: RuleFilter| {
        view! {
            <a
                class="chip"
                href=Address::showing(View::Rules, of.as_str()).to_string()
                aria-current=move || (filter.get() == of).then_some("true")
            >
                {of.label()}
                <span class="count">{move || count(of.count(&summary.get()))}</span>
            </a>
        }
    };
    view! {
        <div class="list-bar">
            <nav class="chips" aria-label="Which rules">{RuleFilter::ALL.map(chip)}</nav>
            <input
                class="field list-text"
                type="search"
                placeholder="Filter by words"
                aria-label="Show only rules that hold these words in title, id, file, log source or tags"
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

fn rule_rows(chunk: Chunk<Option<Source>, RuleIndex>) -> AnyView {
    let Some(source) = chunk.source else { return ().into_any() };
    let row =
        |index: RuleIndex| rule_row(&source.catalogue, source.intake.rules.get(index as usize)?);
    chunk.rows.into_iter().filter_map(row).collect_view().into_any()
}

fn rule_row(catalogue: &Catalogue, rule: &Rule) -> Option<AnyView> {
    let level = rule.level.value.map(|level| level.as_str());
    let level_text = if rule.level.text.is_empty() { "not stated" } else { &rule.level.text };
    let status = rule.status.known().as_str();
    let status_text = if rule.status.text.is_empty() { "not stated" } else { &rule.status.text };
    let techniques = rule.technique_ids().into_iter().map(|id| technique_link(catalogue, id));
    let row = view! {
        <tr data-rule=rule.id.clone().unwrap_or_else(|| rule.path.clone())>
            <th scope="row" class="wide"><bdi>{rule.title.clone()}</bdi></th>
            <td data-label="Level"><bdi class="badge" data-level=level>{level_text.to_owned()}</bdi></td>
            <td data-label="Status"><bdi class="badge" data-status=status>{status_text.to_owned()}</bdi></td>
            <td data-label="Log source"><bdi>{rule.log_source.to_string()}</bdi></td>
            <td data-label="Techniques" class="technique-links">{techniques.collect_view()}</td>
            <td data-label="Changed" class="nowrap">{changed(rule).map(|date| date.to_string())}</td>
            <td data-label="File" class="path muted">{short_place(format!("{}:{}", rule.path, rule.line))}</td>
        </tr>
    };
    Some(row.into_any())
}

/// An id as a rule names it: a link to the technique it counts on, or why it counts on none.
fn technique_link(catalogue: &Catalogue, id: TechniqueId) -> AnyView {
    let link = |to: TechniqueId, title: String| {
        let href = Address { technique: Some(to), ..Address::default() }.to_string();
        view! { <a class="id" href=href title=title>{to.to_string()}</a> }.into_any()
    };
    let dead = |why: &'static str| {
        view! { <span class="id muted" title=why><s>{id.to_string()}</s></span> }.into_any()
    };
    match catalogue.resolve(id) {
        Resolution::Live(index) => link(id, catalogue.technique(index).name.clone()),
        Resolution::Revoked(index) => {
            let successor = catalogue.technique(index);
            link(successor.id, format!("{} (the rule says {id}, which is revoked)", successor.name))
        }
        Resolution::Deprecated => dead("deprecated, without a successor; not counted"),
        Resolution::Unknown => dead("not in this release; not counted"),
    }
}
