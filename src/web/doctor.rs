//! What the tag doctor says of what is shown. It is asked when someone looks at the rules, not
//! before: an import has better things to do.

use super::next_task::{FramePace, while_wanted};
use super::state::AppState;
use super::today::today;
use crate::attack::Catalogue;
use crate::coverage::Claims;
use crate::diagnostic::Code;
use crate::lint::{self, Finding, Lint, Subject};
use crate::rule::{Intake, RuleIndex};
use crate::sorted;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// All findings, and the same by rule.
pub struct Examined {
    /// The rules the findings are about.
    pub intake: Arc<Intake>,
    /// What was found.
    pub lint: Lint,
    /// Per rule of the intake: the codes found about it, sorted, each once.
    pub codes: Vec<Vec<Code>>,
}

impl Examined {
    fn new(intake: Arc<Intake>, lint: Lint) -> Self {
        let mut codes: Vec<Vec<Code>> = vec![Vec::new(); intake.rules.len()];
        for finding in &lint.findings {
            if let Some(of_rule) = finding.rule.and_then(|rule| codes.get_mut(rule as usize))
                && !of_rule.contains(&finding.diagnostic.code)
            {
                of_rule.push(finding.diagnostic.code);
            }
        }
        codes.iter_mut().for_each(|of_rule| sorted::sort(of_rule));
        Self { intake, lint, codes }
    }

    /// What was found about one rule.
    pub fn of_rule(&self, rule: RuleIndex) -> impl Iterator<Item = &Finding> {
        self.lint.findings.iter().filter(move |finding| finding.rule == Some(rule))
    }
}

/// The doctor's word on what is shown; `None` until it was asked and has answered.
#[derive(Clone, Copy)]
pub struct Doctor {
    examined: RwSignal<Option<Arc<Examined>>>,
    /// Views that want to know.
    asked: RwSignal<u32>,
    /// Numbers what is examined, so that only the last is shown.
    turn: StoredValue<u32>,
    /// What is or was examined last.
    last: StoredValue<Option<Matter>>,
}

/// All that a word of the doctor depends on, except the day.
#[derive(Clone)]
struct Matter {
    catalogue: Arc<Catalogue>,
    others: Vec<Arc<Catalogue>>,
    intake: Arc<Intake>,
    claims: Arc<Claims>,
}

impl Matter {
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.catalogue, &other.catalogue)
            && Arc::ptr_eq(&self.intake, &other.intake)
            && Arc::ptr_eq(&self.claims, &other.claims)
            && self.others.len() == other.others.len()
            && self.others.iter().zip(&other.others).all(|(a, b)| Arc::ptr_eq(a, b))
    }
}

impl Doctor {
    /// Examines what is shown whenever it changes, as long as someone wants to know.
    pub fn new(state: AppState) -> Self {
        let doctor = Self {
            examined: RwSignal::new(None),
            asked: RwSignal::new(0),
            turn: StoredValue::new(0),
            last: StoredValue::new(None),
        };
        let is_asked = Memo::new(move |_| doctor.asked.get() > 0);
        Effect::new(move |_| {
            let (catalogue, coverage, intake) =
                (state.catalogue.get(), state.coverage.get(), state.intake.get());
            if !is_asked.get() {
                return;
            }
            let (Some(catalogue), Some(coverage)) = (catalogue, coverage) else { return };
            let others: Vec<Arc<Catalogue>> = state.catalogues.with_untracked(|all| {
                all.iter().filter(|other| other.domain != catalogue.domain).cloned().collect()
            });
            let claims = coverage.claims.clone();
            let matter = Matter { catalogue, others, intake: intake.clone(), claims };
            let is_old = |last: &Option<Matter>| last.as_ref().is_some_and(|l| l.is_same(&matter));
            if doctor.last.with_value(is_old) {
                return;
            }
            doctor.last.set_value(Some(matter.clone()));
            let known = doctor.examined.with_untracked(|known| {
                known.as_ref().is_some_and(|known| Arc::ptr_eq(&known.intake, &intake))
            });
            if !known {
                // What is known is of other rules.
                doctor.examined.set(None);
            }
            doctor.turn.update_value(|turn| *turn = turn.wrapping_add(1));
            let mine = doctor.turn.get_value();
            spawn_local(async move {
                let Matter { catalogue, others, intake, claims } = matter;
                let others: Vec<&Catalogue> = others.iter().map(Arc::as_ref).collect();
                let subject = Subject {
                    intake: &intake,
                    catalogue: &catalogue,
                    others: &others,
                    claims: &claims,
                    today: today(),
                };
                let pace = FramePace::new();
                let is_wanted = || doctor.turn.get_value() == mine;
                let lint = while_wanted(lint::examine_paced(&subject, &pace), is_wanted).await;
                if let Some(lint) = lint {
                    doctor.examined.set(Some(Arc::new(Examined::new(intake, lint))));
                }
            });
        });
        doctor
    }

    /// Wants to know, until the caller's view goes.
    pub fn ask(&self) {
        let asked = self.asked;
        asked.update(|asked| *asked += 1);
        on_cleanup(move || {
            // Gone with the page.
            asked.try_update(|asked| *asked -= 1);
        });
    }

    /// What it said last of the rules that are shown.
    pub fn get(&self) -> Option<Arc<Examined>> {
        self.examined.get()
    }
}
