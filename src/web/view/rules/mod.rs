//! All rules that were read, and what became of each in the count.

mod doctor;
mod filters;
mod picks;
mod row;

pub use picks::picked_bar;
pub(in crate::web::view) use row::open_by_click;

use super::numbers::{count, counted};
use super::rows::sort_head;
use super::window::RowWindow;
use crate::attack::Catalogue;
use crate::coverage::{
    Choices, Coverage, Facet, Order, RuleColumn, RuleFilter, RuleList, RuleQuery, RuleSource,
};
use crate::rule::{Intake, RuleIndex};
use crate::web::address::{self, Address, View};
use crate::web::app::scroll_to_top;
use crate::web::doctor::Doctor;
use crate::web::next_task::{FramePace, while_wanted};
use crate::web::state::AppState;
use filters::filters;
use leptos::prelude::*;
use leptos::task::spawn_local;
use picks::actions;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How the list is searched and sorted, and which rows are picked; lasts while other views are
/// open.
#[derive(Clone, Copy)]
pub struct RuleTable {
    /// What is typed into its field.
    pub text: RwSignal<String>,
    /// What it is sorted by.
    pub order: RwSignal<Order<RuleColumn>>,
    /// The rows picked, as long as the rules stay as they are.
    pub picks: RwSignal<BTreeSet<RuleIndex>>,
}

impl RuleTable {
    /// An unsorted table without words. Picks are places in what was read; when that changes,
    /// whatever view is open, they would mean other rules, and are forgotten.
    pub fn new(state: AppState) -> Self {
        let picks = RwSignal::new(BTreeSet::new());
        let forget = move |_: &_, _: Option<&_>, _| picks.update(BTreeSet::clear);
        Effect::watch(move || state.intake.get(), forget, false);
        Self { text: RwSignal::default(), order: RwSignal::default(), picks }
    }
}

/// What the rows of one listing point into.
#[derive(Clone)]
struct Source {
    catalogue: Arc<Catalogue>,
    intake: Arc<Intake>,
    coverage: Arc<Coverage>,
}

impl Source {
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.catalogue, &other.catalogue)
            && Arc::ptr_eq(&self.intake, &other.intake)
            && Arc::ptr_eq(&self.coverage, &other.coverage)
    }
}

/// Rows of one state of everything, and what else could be asked.
#[derive(Clone, Default)]
struct Listed {
    /// Tells rows apart: those of a new listing are all new.
    generation: u32,
    /// `None` before anything was listed.
    source: Option<Source>,
    rows: Arc<[RuleIndex]>,
    choices: Arc<[Choices]>,
}

/// What the address asks.
#[derive(Clone, PartialEq)]
struct Pairs {
    show: String,
    pairs: Vec<(String, String)>,
}

/// Goes to the same list with another question.
fn ask(show: String, filters: Vec<(String, String)>) {
    address::go(&Address { show, filters, ..Address::view(View::Rules) });
}

/// The list of rules.
#[component]
pub fn RulesView() -> impl IntoView {
    let state = AppState::get();
    let table = expect_context::<RuleTable>();
    let doctor = expect_context::<Doctor>();
    doctor.ask();
    let asked = Memo::new(move |_| {
        state.address.with(|place| Pairs { show: place.show.clone(), pairs: place.filters.clone() })
    });
    let query =
        Memo::new(move |_| asked.with(|Pairs { show, pairs }| RuleQuery::read(show, pairs)));
    let window = RowWindow::follow();
    let listed = list(state, doctor, query, table, window);
    let total = Memo::new(move |_| listed.with(|listed| listed.rows.len()));
    let is_listed = Memo::new(move |_| listed.with(|listed| listed.source.is_some()));
    // After the rows of a new listing are there.
    Effect::new(move |_| {
        listed.track();
        request_animation_frame(move || window.look());
    });
    Effect::watch(move || table.text.get(), |_, _, _| scroll_to_top(), false);
    let shown = RwSignal::new(0);
    let head = move |column, label, class| sort_head(table.order, shown, column, label, class);
    let rows = move || {
        let listed = listed.get();
        let range = window.of(listed.rows.len());
        let generation = listed.generation;
        range.map(|at| (generation, at)).collect::<Vec<_>>()
    };
    let row = move |(_, at): (u32, usize)| {
        let (source, index) =
            listed.with_untracked(|listed| (listed.source.clone(), listed.rows.get(at).copied()));
        source.zip(index).and_then(|(source, index)| row::rule_row(&source, index, at, table.picks))
    };
    let one_format = move || {
        let is_one = |of: &Choices| of.facet == Facet::Format && of.choices.len() < 2;
        listed.with(|listed| listed.choices.iter().any(is_one))
    };
    let above = move || window.blank(window.of(total.get()).start);
    let below = move || window.blank(total.get() - window.of(total.get()).end);
    view! {
        <section class="list" aria-label="Rules">
            <div class="list-bars">
                {filters(state, asked, query, listed, table)}
                {actions(state, query, listed, table)}
            </div>
            {doctor::findings(state, doctor, query)}
            <table
                class="table rules-table"
                class:one-format=one_format
                aria-rowcount=move || (total.get() + 1).to_string()
                on:click=row::open_by_click
            >
                <caption class="visually-hidden">
                    {move || format!("{}: {}", query.with(|query| query.show.label()), counted(total.get(), "rule", "rules"))}
                </caption>
                <thead>
                    <tr>
                        <th scope="col" class="pick">{picks::all(listed, table.picks)}</th>
                        {head(RuleColumn::Title, "Rule", "wide")}
                        {head(RuleColumn::Format, "Format", "")}
                        {head(RuleColumn::Level, "Level", "")}
                        {head(RuleColumn::Status, "Status", "")}
                        {head(RuleColumn::LogSource, "Log source", "")}
                        {head(RuleColumn::Techniques, "Techniques", "")}
                        {head(RuleColumn::Changed, "Changed", "")}
                        {head(RuleColumn::Path, "File", "wide")}
                    </tr>
                </thead>
                <tbody node_ref=window.body>
                    <tr class="blank" aria-hidden="true" style:height=above></tr>
                    <For each=rows key=|row| *row children=row />
                    <tr class="blank" aria-hidden="true" style:height=below></tr>
                </tbody>
            </table>
            {move || (total.get() == 0 && (state.is_empty() || is_listed.get())).then(|| view! {
                <p class="list-none muted">{move || query.with(|query| nothing(state, doctor, table, query))}</p>
            })}
        </section>
    }
}

/// The list, made anew in pieces whenever what it depends on changes; until it is ready, the one
/// before stays.
fn list(
    state: AppState,
    doctor: Doctor,
    query: Memo<RuleQuery>,
    table: RuleTable,
    window: RowWindow,
) -> ReadSignal<Listed> {
    let (listed, set_listed) = signal(Listed::default());
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let (catalogue, coverage, intake) =
            (state.catalogue.get(), state.coverage.get(), state.intake.get());
        let examined = doctor.get().filter(|examined| Arc::ptr_eq(&examined.intake, &intake));
        let (query, text, order) = (query.get(), table.text.get(), table.order.get());
        let (Some(catalogue), Some(coverage)) = (catalogue, coverage) else { return };
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        spawn_local(async move {
            let codes = examined.as_ref().map_or(&[][..], |examined| examined.codes.as_slice());
            let source =
                RuleSource { catalogue: &catalogue, intake: &intake, coverage: &coverage, codes };
            let pace = FramePace::new();
            // Also unwanted: one whose view is gone.
            let is_wanted = || turn.try_get_value() == Some(mine);
            let made = source.list_paced(&query, &text, order, &pace);
            let Some(RuleList { rows, choices }) = while_wanted(made, is_wanted).await else {
                return;
            };
            let source = Source { catalogue, intake, coverage };
            let (choices, rows) = (choices.into(), Arc::<[RuleIndex]>::from(rows));
            // The doctor's word changes what can be asked, not the rows: they and the keyboard's
            // place in them stay.
            let stays = listed.with_untracked(|listed| {
                listed.rows == rows && listed.source.as_ref().is_some_and(|s| s.is_same(&source))
            });
            let generation = match stays {
                true => listed.with_untracked(|listed| listed.generation),
                false => {
                    window.begin();
                    mine
                }
            };
            set_listed.set(Listed { generation, source: Some(source), rows, choices });
        });
    });
    listed
}

fn nothing(state: AppState, doctor: Doctor, table: RuleTable, query: &RuleQuery) -> &'static str {
    match query.show {
        _ if state.is_empty() => "No rules yet. Drop some anywhere on this page.",
        _ if query.code.is_some() && doctor.get().is_none() => "The tag doctor is at work.",
        _ if table.text.with(|text| !text.trim().is_empty()) => {
            "No rule of this list holds these words."
        }
        _ if query.is_narrowed() => "No rule answers all of these filters.",
        RuleFilter::Unmapped => "Every counted rule names a technique of this release.",
        RuleFilter::Excluded => "No rule is left out for its status.",
        RuleFilter::Duplicates => "No rule id stands twice.",
        _ => "No rules here.",
    }
}

/// `34 of 3 780 rules`.
fn share(part: usize, whole: usize) -> String {
    match part == whole {
        true => counted(whole, "rule", "rules"),
        false => format!("{} of {}", count(part), counted(whole, "rule", "rules")),
    }
}
