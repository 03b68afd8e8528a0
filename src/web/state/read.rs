//! What was read: rules, and beside them what they did where they run.

use crate::alerts::{Alerts, TestResult};
use crate::coverage::Summary;
use crate::rule::Intake;
use crate::web::state::AppState;
use leptos::prelude::*;
use std::sync::Arc;

/// Everything that was read on one's own shelf. Compared by identity.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Rules and the report, settled.
    pub intake: Arc<Intake>,
    /// Alerts, settled.
    pub alerts: Arc<Alerts>,
    /// Results of tests, sorted.
    pub tests: Arc<Vec<TestResult>>,
}

impl Read {
    /// Whether there are alerts or results of tests.
    pub fn has_detections(&self) -> bool {
        !self.alerts.readings.is_empty() || !self.tests.is_empty()
    }

    /// Whether both have the same alerts and results of tests.
    pub fn same_detections(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.alerts, &other.alerts) && Arc::ptr_eq(&self.tests, &other.tests)
    }
}

impl AppState {
    /// What was read last and what it comes to; `None` until that is known, or without any.
    pub fn result(self) -> Option<(Arc<Intake>, Summary)> {
        let read = self.read.with(|read| read.intake.clone());
        self.answer.with(|answer| {
            let answer = answer.as_ref().filter(|answer| {
                !read.report.outcomes.is_empty() && Arc::ptr_eq(&answer.question.read.intake, &read)
            })?;
            Some((read.clone(), answer.coverage.summary))
        })
    }
}

impl PartialEq for Read {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.intake, &other.intake) && self.same_detections(other)
    }
}
