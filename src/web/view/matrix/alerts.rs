//! What a cell says of alerts, alone or beside the score of its rules.

use super::face::{Face, Faces, Facts, RuleFacts};
use crate::attack::Catalogue;
use crate::coverage::Coverage;
use crate::coverage::detections::CellAlerts;
use crate::heatmap::{AlertPainter, alert_corner, alert_sentence};
use std::sync::Arc;

/// Alerts of a technique, and its rules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AlertFacts {
    pub(super) rules: RuleFacts,
    pub(super) alerts: CellAlerts,
    /// Whether the corner says the difference to the window before.
    compares: bool,
    /// Whether the score of the rules is shown as well.
    pub(super) with_rules: bool,
}

impl AlertFacts {
    /// What the corner of the cell prints.
    pub(super) fn corner(&self) -> Option<String> {
        alert_corner(&self.alerts, self.compares)
    }

    /// `12 alerts in the window, 3 more than before`; where there is none, why.
    pub(super) fn in_words(&self) -> String {
        let said = alert_sentence(&self.alerts);
        match self.alerts.blank {
            Some(blank) => format!("{said} ({})", blank.label()),
            None => said,
        }
    }

    /// Sub-techniques with an alert, of how many in scope.
    pub(super) fn below(&self) -> (u32, u32) {
        (self.alerts.subs_seen, self.alerts.subs)
    }
}

impl Faces {
    /// Those of alerts; `coverage` must be what the painter was made for.
    pub(super) fn of_alerts(
        catalogue: &Catalogue,
        coverage: &Coverage,
        painter: &AlertPainter,
    ) -> Self {
        let (compares, with_rules) = (painter.compares(), painter.look().with_rules);
        let face = |index| Face {
            paint: painter.cell(catalogue, coverage, index),
            facts: Facts::Alerts(AlertFacts {
                rules: RuleFacts::of(catalogue, coverage, index),
                alerts: painter.facts(index),
                compares,
                with_rules,
            }),
        };
        Self::Techniques(Arc::new(catalogue.indices().map(face).collect()))
    }
}
