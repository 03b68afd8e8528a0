//! What a selection could be narrowed to, and which alerts stand in no cell.

use super::{Alert, Alerts, Placement, Selection, Severity, Verdict};
use crate::pace::Pace;

/// Counts of alerts that [`super::Volume`] does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Alerts of each severity, whichever severities are chosen, in the order of
    /// [`Self::SEVERITIES`].
    pub severities: [u32; 6],
    /// Alerts of each verdict, whichever verdicts are chosen, in the order of [`Verdict::ALL`].
    pub verdicts: [u32; 4],
    /// For each tactic of the catalogue: alerts of the selection that name it and stand on no
    /// technique.
    pub tactic_only: Vec<u32>,
    /// Alerts of the selection with a tactic and no technique.
    pub without_technique: u32,
    /// Alerts of the selection with neither.
    pub nowhere: u32,
}

impl Facets {
    /// The most severe first; `None` are alerts without a severity.
    pub const SEVERITIES: [Option<Severity>; 6] = [
        Some(Severity::Critical),
        Some(Severity::High),
        Some(Severity::Medium),
        Some(Severity::Low),
        Some(Severity::Informational),
        None,
    ];

    /// Counts in one walk, in pieces; `tactics` is how many the catalogue has.
    pub async fn of(
        alerts: &Alerts,
        placement: &Placement,
        selection: &Selection,
        tactics: usize,
        pace: &impl Pace,
    ) -> Self {
        let mut facets = Self { tactic_only: vec![0; tactics], ..Self::default() };
        let any_severity = Selection { severities: Vec::new(), ..selection.clone() };
        let any_verdict = Selection { verdicts: Vec::new(), ..selection.clone() };
        let see = |alert: Alert<'_>| {
            if any_severity.has(&alert)
                && let Some(at) = Self::SEVERITIES.iter().position(|each| *each == alert.severity)
            {
                facets.severities[at] += 1;
            }
            if any_verdict.has(&alert)
                && let Some(at) = Verdict::ALL.iter().position(|each| *each == alert.verdict)
            {
                facets.verdicts[at] += 1;
            }
            if !selection.has(&alert) || !placement.techniques(alerts, alert.at).is_empty() {
                return;
            }
            let mut is_nowhere = true;
            for tactic in placement.tactics(alerts, alert.at) {
                if let Some(count) = facets.tactic_only.get_mut(usize::from(tactic)) {
                    *count += 1;
                    is_nowhere = false;
                }
            }
            facets.nowhere += u32::from(is_nowhere);
            facets.without_technique += u32::from(!is_nowhere);
        };
        alerts.walk(pace, see).await;
        facets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::{Moment, NewAlert, Window};
    use crate::attack::{Domain, bundled};
    use crate::pace::{Unpaced, at_once};
    use std::borrow::Cow;

    #[test]
    fn each_is_counted_as_if_nothing_of_its_kind_were_chosen() {
        let catalogue = bundled::find(Domain::Enterprise, None).expect("it reads").expect("it is");
        let technique = ["T1003".parse().expect("an id")];
        let mut alerts = Alerts::default();
        let mut add = |time, severity, verdict, techniques: &[_], tactic| {
            alerts.push(&NewAlert {
                time: Moment(time),
                severity,
                verdict,
                techniques: Cow::Borrowed(techniques),
                tactic,
                ..NewAlert::default()
            });
        };
        let high = Some(Severity::High);
        add(1, high, Verdict::None, &technique, "");
        add(2, high, Verdict::Benign, &[], "execution");
        add(3, None, Verdict::Benign, &[], "impact, execution");
        add(4, Some(Severity::Low), Verdict::FalsePositive, &[], "no such thing");
        add(9, high, Verdict::Benign, &technique, "");
        let window = Some(Window { since: Moment(1), until: Moment(5) });
        let of = |selection: &Selection| {
            let placement = Placement::of(catalogue, &alerts, |_| Vec::new());
            let tactics = catalogue.tactics.len();
            at_once(Facets::of(&alerts, &placement, selection, tactics, &Unpaced))
        };
        let all = of(&Selection { window, ..Selection::default() });
        assert_eq!(all.severities, [0, 2, 0, 1, 0, 1]);
        assert_eq!(all.verdicts, [1, 0, 2, 1]);
        assert_eq!((all.without_technique, all.nowhere), (2, 1));
        let tactic = |name: &str| usize::from(catalogue.tactic_named(name).expect("it is one"));
        assert_eq!(all.tactic_only[tactic("execution")], 2);
        assert_eq!(all.tactic_only.iter().sum::<u32>(), 3);
        // A severity narrows verdicts, and not severities.
        let high = of(&Selection { window, severities: vec![high], verdicts: Vec::new() });
        assert_eq!(high.severities, all.severities);
        assert_eq!(high.verdicts, [1, 0, 1, 0]);
        assert_eq!((high.without_technique, high.nowhere), (1, 0));
    }
}
