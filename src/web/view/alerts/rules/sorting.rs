//! Which rules are listed, and in which order.

use super::super::proved::Proved;
use super::filters::Kind;
use crate::coverage::Order;
use crate::coverage::detections::RuleHealth;
use crate::lowercase::lowercase;
use crate::sorted;
use std::cmp::Ordering;

/// What rows are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Column {
    /// Silent ones first, then the loudest.
    #[default]
    AsFound,
    Title,
    Alerts,
    Right,
    Benign,
    Wrong,
    WrongShare,
    Median,
    P90,
    Last,
    Step,
    Alone,
}

/// Numbers are best read from the highest; what there is none of stands last.
pub(super) fn sorted(
    proved: &Proved,
    kind: Option<Kind>,
    words: &str,
    order: Order<Column>,
) -> Vec<RuleHealth> {
    let rules = &proved.seen.asked.read.intake.rules;
    let words = lowercase(words.trim());
    let title = |health: &RuleHealth| {
        rules.get(health.rule as usize).map(|rule| lowercase(&rule.title)).unwrap_or_default()
    };
    let passes = |health: &&RuleHealth| {
        kind.is_none_or(|kind| kind.has(health))
            && (words.is_empty() || title(health).contains(&words))
    };
    let mut rows: Vec<RuleHealth> = proved.health.iter().filter(passes).cloned().collect();
    if order.column == Column::AsFound {
        return rows;
    }
    if order.column == Column::Title {
        sorted::sort_by(&mut rows, |a, b| order.direct(title(a).cmp(&title(b))));
        return rows;
    }
    let key = |health: &RuleHealth| -> Option<f64> {
        let at = health.rule as usize;
        let own = proved.evidence.rules.get(at)?;
        let latency = proved.latencies.get(at)?;
        match order.column {
            Column::AsFound | Column::Title => None,
            Column::Alerts => Some(f64::from(own.alerts)),
            Column::Right => Some(f64::from(own.true_positives)),
            Column::Benign => Some(f64::from(own.benign)),
            Column::Wrong => Some(f64::from(own.false_positives)),
            Column::WrongShare => health.false_share,
            Column::Median => latency.median,
            Column::P90 => latency.p90,
            Column::Last => own.last.map(|last| last.0 as f64),
            Column::Step => Some(f64::from(own.step as u8)),
            Column::Alone => Some(health.covers_alone.len() as f64),
        }
    };
    sorted::sort_by(&mut rows, |a, b| match (key(a), key(b)) {
        (Some(a), Some(b)) => order.direct(b.total_cmp(&a)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    rows
}
