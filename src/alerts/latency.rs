//! How long detections took: the time of detection less the event time.

use super::nth::nth;
use super::{Alert, Alerts, Placement, Selection};
use crate::pace::{PAUSE_EVERY, Pace, Unpaced, at_once};

/// What is said of the latencies of some alerts, in seconds.
///
/// Median and 90th percentile are the values at the middle and at nine tenths of the way from the
/// lowest to the highest; between two values, in proportion (what NumPy and spreadsheets do, type
/// 7 of Hyndman and Fan). Exact, to the tenth of a millisecond.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Latency {
    /// `None` without a valid one.
    pub median: Option<f64>,
    /// The 90th percentile.
    pub p90: Option<f64>,
    /// Alerts with a valid latency, 0 included.
    pub n: u32,
    /// Alerts that were detected before they happened, by their times.
    pub negative: u32,
    /// Alerts without an event time.
    pub missing: u32,
}

impl Latency {
    /// Alerts that say nothing: negative or missing.
    pub fn invalid(&self) -> u32 {
        self.negative + self.missing
    }
}

/// Latencies that are gathered, in milliseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gathered {
    valid: Vec<i64>,
    negative: u32,
    missing: u32,
}

impl Gathered {
    pub(crate) fn add(&mut self, latency: Option<i64>) {
        match latency {
            None => self.missing += 1,
            Some(latency) if latency < 0 => self.negative += 1,
            Some(latency) => self.valid.push(latency),
        }
    }

    pub(crate) async fn done(self, pace: &impl Pace) -> Latency {
        Latency {
            median: percentile(&self.valid, 5, pace).await,
            p90: percentile(&self.valid, 9, pace).await,
            n: u32::try_from(self.valid.len()).unwrap_or(u32::MAX),
            negative: self.negative,
            missing: self.missing,
        }
    }
}

/// So many tenths of the way from the lowest to the highest, in seconds.
async fn percentile(milliseconds: &[i64], tenths: usize, pace: &impl Pace) -> Option<f64> {
    let way = milliseconds.len().checked_sub(1)? * tenths;
    let (at, rest) = (way / 10, way % 10);
    let low = nth(milliseconds, at, pace).await?;
    let high = if rest == 0 { low } else { nth(milliseconds, at + 1, pace).await.unwrap_or(low) };
    // In tenths of a millisecond; only the last step leaves whole numbers.
    let exact = i128::from(low) * 10 + (i128::from(high) - i128::from(low)) * rest as i128;
    Some(exact as f64 / 10_000.0)
}

/// Latencies of all alerts of a selection, of each tactic and of each rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LatencyTable {
    /// Of all.
    pub all: Latency,
    /// At the place of each tactic of the catalogue; an alert counts in each of its tactics.
    pub tactics: Vec<Latency>,
    /// At the number of each rule of the table; the first is that of alerts without a rule.
    pub rules: Vec<Latency>,
}

impl LatencyTable {
    /// Gathers them in one walk; `tactics` is how many the catalogue has.
    pub fn of(
        alerts: &Alerts,
        placement: &Placement,
        selection: &Selection,
        tactics: usize,
    ) -> Self {
        at_once(Self::of_paced(alerts, placement, selection, tactics, &Unpaced))
    }

    /// [`Self::of`] in pieces.
    pub async fn of_paced(
        alerts: &Alerts,
        placement: &Placement,
        selection: &Selection,
        tactics: usize,
        pace: &impl Pace,
    ) -> Self {
        let mut gathered = GatheredTable::new(alerts, tactics);
        let see = |alert: Alert<'_>| {
            if selection.has(&alert) {
                gathered.add(alerts, placement, &alert);
            }
        };
        alerts.walk(pace, see).await;
        gathered.done(pace).await
    }
}

/// A [`LatencyTable`] that is being gathered.
pub(crate) struct GatheredTable {
    all: Gathered,
    tactics: Vec<Gathered>,
    rules: Vec<Gathered>,
}

impl GatheredTable {
    pub(crate) fn new(alerts: &Alerts, tactics: usize) -> Self {
        Self {
            all: Gathered::default(),
            tactics: vec![Gathered::default(); tactics],
            rules: vec![Gathered::default(); alerts.rules() + 1],
        }
    }

    pub(crate) fn add(&mut self, alerts: &Alerts, placement: &Placement, alert: &Alert<'_>) {
        let latency = alert.latency();
        self.all.add(latency);
        if let Some(rule) = self.rules.get_mut(alert.rule as usize) {
            rule.add(latency);
        }
        for tactic in placement.tactics(alerts, alert.at) {
            if let Some(tactic) = self.tactics.get_mut(usize::from(tactic)) {
                tactic.add(latency);
            }
        }
    }

    pub(crate) async fn done(self, pace: &impl Pace) -> LatencyTable {
        let mut table = LatencyTable { all: self.all.done(pace).await, ..LatencyTable::default() };
        for (gathered, done) in [(self.tactics, &mut table.tactics), (self.rules, &mut table.rules)]
        {
            let mut work = 0;
            for one in gathered {
                work += one.valid.len() + 1;
                if work >= PAUSE_EVERY {
                    work = 0;
                    pace.pause().await;
                }
                done.push(one.done(pace).await);
            }
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(latencies: &[Option<i64>]) -> Latency {
        let mut gathered = Gathered::default();
        latencies.iter().for_each(|latency| gathered.add(*latency));
        at_once(gathered.done(&Unpaced))
    }

    fn valid(milliseconds: &[i64]) -> (Option<f64>, Option<f64>) {
        let found = of(&milliseconds.iter().copied().map(Some).collect::<Vec<_>>());
        (found.median, found.p90)
    }

    /// Checked against `numpy.percentile`.
    #[test]
    fn awkward_data_by_hand() {
        assert_eq!(valid(&[]), (None, None));
        assert_eq!(valid(&[0]), (Some(0.0), Some(0.0)));
        assert_eq!(valid(&[1]), (Some(0.001), Some(0.001)));
        assert_eq!(valid(&[1, 2]), (Some(0.0015), Some(0.0019)));
        assert_eq!(valid(&[7000; 5]), (Some(7.0), Some(7.0)));
        // Neither order nor an outlier matters to the median.
        assert_eq!(valid(&[9_000, 1_000, 5_000]), (Some(5.0), Some(8.2)));
        assert_eq!(valid(&[1_000, 5_000, 86_400_000_000]).0, Some(5.0));
        let ten: Vec<i64> = (1..=10).map(|n| n * 1000).collect();
        assert_eq!(valid(&ten), (Some(5.5), Some(9.1)));
        let eleven: Vec<i64> = (1..=11).map(|n| n * 1000).collect();
        assert_eq!(valid(&eleven), (Some(6.0), Some(10.0)));
        assert_eq!(valid(&[i64::MAX, i64::MAX]).0, Some(i64::MAX as f64 / 1000.0));
    }

    #[test]
    fn negative_and_missing_ones_are_counted_apart() {
        let found = of(&[Some(-1), None, Some(0), Some(2_000), None]);
        assert_eq!((found.median, found.n), (Some(1.0), 2));
        assert_eq!((found.negative, found.missing, found.invalid()), (1, 2, 3));
    }

    proptest! {
        #[test]
        fn half_are_not_above_and_half_not_below(values in prop::collection::vec(0_i64..10_000, 1..60)) {
            let (median, p90) = valid(&values);
            let (median, p90) = (median.expect("some") * 1000.0, p90.expect("some") * 1000.0);
            let not_above = values.iter().filter(|v| **v as f64 <= median + 1e-6).count();
            let not_below = values.iter().filter(|v| **v as f64 >= median - 1e-6).count();
            prop_assert!(2 * not_above >= values.len() && 2 * not_below >= values.len());
            prop_assert!(p90 + 1e-6 >= median);
        }
    }
}
