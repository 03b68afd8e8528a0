//! Numbers of alerts for the drawer, the list and its table: laws on random rows of the toy matrix,
//! against the plainest count there is; the same in pieces.

mod toy;

use coverlay::alerts::{
    Alerts, Faults, LatencyTable, Mapping, Moment, NewAlert, Reading, Selection, TableFormat,
    TestOutcome, TestResult, Verdict, Volume, Window, histogram, histogram_paced,
};
use coverlay::attack::{Catalogue, TechniqueIndex};
use coverlay::coverage::Coverage;
use coverlay::coverage::detections::{
    AlertFilter, AlertList, Detections, HealthWeights, Listed, NameFilter, TechniqueAlerts,
};
use coverlay::date::Date;
use coverlay::export::alerts_csv;
use coverlay::export::alerts_layer::AlertsOf;
use coverlay::pace::Pace;
use coverlay::rule::Intake;
use proptest::prelude::*;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

const RULES: [&str; 5] = ["", "b wmi", "c task", "e shell", "somebody's"];
const TECHNIQUES: [&str; 6] = ["", "T1059", "T1059.001", "T1059.003", "T1110", "T9999"];
const HOSTS: [&str; 4] = ["", "srv1", "SRV10", "pc"];

/// File, day, rule, technique, host, seconds to detection (below −1: none), verdict.
type Row = (usize, u8, usize, usize, usize, i64, usize);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(
        (0_usize..2, 1_u8..13, 0_usize..5, 0_usize..6, 0_usize..4, -3_i64..9, 0_usize..4),
        0..60,
    )
}

fn day(day: u8) -> Moment {
    Moment::start_of(Date::new(2026, 11, day).expect("a day"))
}

fn alerts(rows: &[Row]) -> Alerts {
    let mut all = Alerts::default();
    for file in 0..2 {
        let mut alerts = Alerts::default();
        for (number, row) in (1..).zip(rows.iter().filter(|row| row.0 == file)) {
            let (_, at, rule, technique, host, seconds, verdict) = *row;
            let techniques: Vec<_> = TECHNIQUES[technique].parse().ok().into_iter().collect();
            let time = day(at);
            alerts.push(&NewAlert {
                time,
                event: (seconds > -2).then(|| Moment(time.0 - 1000 * seconds)),
                rule_name: RULES[rule],
                techniques: techniques.into(),
                host: HOSTS[host],
                user: if host == 3 { "=cmd|calc" } else { "" },
                verdict: Verdict::ALL[verdict],
                row: number,
                ..NewAlert::default()
            });
        }
        alerts.readings.push(Arc::new(Reading {
            path: format!("{file}.csv"),
            format: TableFormat::Csv,
            product: None,
            mapping: Mapping::default(),
            columns: Vec::new(),
            rows: 0,
            read: 0,
            faults: Faults::default(),
            unclosed: None,
        }));
        all.add(&alerts);
    }
    all.settle()
}

struct World {
    catalogue: Catalogue,
    intake: Intake,
    coverage: Coverage,
    alerts: Alerts,
    detections: Detections,
}

impl World {
    fn new(alerts: Alerts, window: Option<(u8, u8)>) -> Self {
        let (catalogue, intake) = (toy::three_tactics(), toy::rules());
        let coverage = toy::covered(&catalogue, &intake);
        let window = window.map(|(since, until)| Window { since: day(since), until: day(until) });
        let selection = Selection { window, ..Selection::default() };
        let detections = Detections::of(&catalogue, &intake, &coverage.claims, &alerts, &selection);
        Self { catalogue, intake, coverage, alerts, detections }
    }

    /// Whether a row counts for a technique, the plain way.
    fn is_on(&self, row: usize, index: TechniqueIndex, with_subs: bool) -> bool {
        let Detections { selection, joined, .. } = &self.detections;
        let alert = self.alerts.get(row).expect("a row");
        selection.has(&alert)
            && joined.placement.techniques(&self.alerts, row).iter().any(|own| {
                *own == index || with_subs && self.catalogue.technique(*own).parent == Some(index)
            })
    }

    fn technique(&self, index: TechniqueIndex, with_subs: bool, names: usize) -> TechniqueAlerts {
        let listed = Listed { names, rows: 3 };
        let Self { coverage, alerts, detections, .. } = self;
        TechniqueAlerts::of(coverage, alerts, detections, (index, with_subs), listed)
    }

    fn list(&self, filter: &AlertFilter) -> Vec<u32> {
        AlertList::of(&self.alerts, &self.detections, filter).rows
    }

    fn csv(&self, rows: &[u32]) -> String {
        let of = AlertsOf {
            catalogue: &self.catalogue,
            coverage: &self.coverage,
            intake: &self.intake,
            alerts: &self.alerts,
            detections: &self.detections,
        };
        alerts_csv::write(&of, rows)
    }
}

/// Pauses for real, once each time.
#[derive(Default)]
struct Slow {
    pauses: Cell<usize>,
}

impl Pace for Slow {
    async fn pause(&self) {
        self.pauses.set(self.pauses.get() + 1);
        let mut was_here = false;
        poll_fn(|_| match std::mem::replace(&mut was_here, true) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = work.as_mut().poll(&mut context) {
            return value;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_said_of_a_technique_adds_up(rows in rows(), window in prop::option::of((1_u8..12, 1_u8..13))) {
        let world = World::new(alerts(&rows), window);
        let count = world.alerts.len();
        for index in world.catalogue.indices() {
            for with_subs in [false, true] {
                let found = world.technique(index, with_subs, 2);
                let rows: Vec<usize> = (0..count).filter(|row| world.is_on(*row, index, with_subs)).collect();
                let volume = &world.detections.volume;
                let counted =
                    if with_subs { volume.with_sub_techniques(index) } else { volume.on(index) };
                prop_assert_eq!((found.alerts as usize, found.alerts), (rows.len(), counted));
                prop_assert_eq!(found.hosts.alerts(), counted);
                prop_assert_eq!(found.alert_rules.alerts(), counted);
                prop_assert_eq!(found.days.iter().map(|day| day.alerts).sum::<u32>(), counted);
                let all_days = histogram(&world.alerts, &world.detections.selection, |_| true);
                prop_assert_eq!(found.days.len(), all_days.len());
                let latency = found.latency;
                prop_assert_eq!(latency.n + latency.negative + latency.missing, counted);
                let mut newest = rows.clone();
                newest.sort_by_key(|row| std::cmp::Reverse(world.alerts.get(*row).expect("a row").time));
                newest.truncate(3);
                prop_assert_eq!(found.latest.iter().map(|row| *row as usize).collect::<Vec<_>>(), newest);
                let technique = world.coverage.technique(index);
                let rules = if with_subs { &technique.rules_rollup } else { &technique.rules };
                prop_assert_eq!(found.rules.len(), rules.len());
                prop_assert_eq!(found.fired().count() + found.never_fired().count(), rules.len());
                prop_assert!(found.rules.iter().all(|rule| rule.here <= rule.anywhere));
            }
        }
        // Of each technique its own alerts, none lost and none more.
        let placed: u32 = (0..count)
            .filter_map(|row| {
                let selection = &world.detections.selection;
                let alert = world.alerts.get(row).filter(|alert| selection.has(alert))?;
                let placement = &world.detections.joined.placement;
                u32::try_from(placement.techniques(&world.alerts, alert.at).len()).ok()
            })
            .sum();
        prop_assert_eq!(world.detections.volume.techniques.iter().sum::<u32>(), placed);
        prop_assert_eq!(world.detections.volume.rules.iter().sum::<u32>(), world.detections.volume.alerts);
    }

    #[test]
    fn the_list_has_what_passes_newest_first(rows in rows(), technique in prop::option::of(0_u16..12), with_subs: bool, tactic in prop::option::of(0_u8..3)) {
        let world = World::new(alerts(&rows), Some((2, 12)));
        let filter = AlertFilter {
            technique: technique.map(|at| (TechniqueIndex(at), with_subs)),
            tactic,
            host: NameFilter::Has("rv1".to_owned()),
            rule: NameFilter::Has("SHELL".to_owned()),
            ..AlertFilter::default()
        };
        let placement = &world.detections.joined.placement;
        let mut expected: Vec<u32> = (0..world.alerts.len())
            .filter(|row| {
                let alert = world.alerts.get(*row).expect("a row");
                world.detections.selection.has(&alert)
                    && matches!(world.alerts.hosts().get(alert.host), "srv1" | "SRV10")
                    && world.alerts.rule(alert.rule).name == "e shell"
                    && technique.is_none_or(|at| world.is_on(*row, TechniqueIndex(at), with_subs))
                    && tactic.is_none_or(|at| placement.tactics(&world.alerts, *row).any(|t| t == at))
            })
            .map(|row| row as u32)
            .collect();
        expected.sort_by_key(|row| std::cmp::Reverse(world.alerts.get(*row as usize).expect("a row").time));
        prop_assert_eq!(world.list(&filter), expected);
        let all = world.list(&AlertFilter::default());
        prop_assert_eq!(all.len() as u32, world.detections.volume.alerts);
        prop_assert_eq!(world.csv(&all).lines().count(), all.len() + 1);
    }

    /// Whatever happens in between: the same.
    #[test]
    fn in_pieces_it_is_the_same(rows in rows(), window in prop::option::of((1_u8..12, 1_u8..13))) {
        let world = World::new(alerts(&rows), window);
        let World { catalogue, intake, coverage, alerts, detections } = &world;
        let (claims, selection, slow) = (&coverage.claims, &detections.selection, Slow::default());
        let same = run(Detections::of_paced(catalogue, intake, claims, alerts, selection, &slow));
        let other = Selection { verdicts: vec![Verdict::None, Verdict::Benign], ..selection.clone() };
        for (found, again) in [
            (&same, detections),
            (
                &run(same.reselected(catalogue, alerts, &other, &slow)),
                &Detections::of(catalogue, intake, claims, alerts, &other),
            ),
        ] {
            prop_assert_eq!(&found.selection, &again.selection);
            prop_assert_eq!(&found.joined, &again.joined);
            prop_assert_eq!(&found.volume, &again.volume);
            prop_assert_eq!(&found.before, &again.before);
            prop_assert_eq!(&found.latency, &again.latency);
            // Counted together as alone.
            let placement = &again.joined.placement;
            let volume = |selection: &Selection| Volume::of(catalogue, alerts, placement, selection);
            prop_assert_eq!(&found.volume, &volume(&found.selection));
            let earlier = found.selection.window.map(|window| found.selection.within(window.before()));
            prop_assert_eq!(&found.before, &earlier.map(|earlier| volume(&earlier)));
            let latency = LatencyTable::of(alerts, placement, &found.selection, catalogue.tactics.len());
            prop_assert_eq!(&found.latency, &latency);
        }
        let tests = [TestResult {
            path: String::new(),
            line: 1,
            rule: Some("c task".to_owned()),
            technique: None,
            name: String::new(),
            outcome: TestOutcome::Failed,
            at: Some(day(3)),
            host: None,
        }];
        let weights = HealthWeights::default();
        let plain = detections.evidence(catalogue, intake, claims, alerts, &tests, &weights);
        let paced = detections.evidence_paced(catalogue, intake, claims, (alerts, &tests), &weights, &slow);
        prop_assert_eq!(run(paced), plain);
        let days = run(histogram_paced(alerts, selection, |_| true, &slow));
        prop_assert_eq!(days, histogram(alerts, selection, |_| true));
        let filter = AlertFilter { host: NameFilter::Is("srv1".to_owned()), ..AlertFilter::default() };
        let paced = run(AlertList::of_paced(alerts, detections, &filter, &slow));
        prop_assert_eq!(paced.rows, world.list(&filter));
        let settled = run(alerts.clone().settle_paced(&slow));
        prop_assert_eq!(&settled, alerts);
        prop_assert!(slow.pauses.get() > 0);
    }
}

#[test]
fn rows_as_a_table_that_is_read_again() {
    let rows = [(0, 2, 1, 2, 3, 5, 1), (1, 3, 4, 0, 1, -1, 0), (1, 3, 0, 4, 0, -3, 3)];
    let world = World::new(alerts(&rows), None);
    let list = world.list(&AlertFilter::default());
    assert_eq!(list, [1, 2, 0]);
    let csv = world.csv(&list);
    let expected = "\
time,event_time,detection_time,rule_id,rule,technique,tactic,severity,verdict,host,user,incident,latency_seconds,file,row
2026-11-03T00:00:00Z,2026-11-03T00:00:01Z,,,somebody's,,,,,srv1,,,-1,1.csv,1
2026-11-03T00:00:00Z,,,,,T1110,credential-access,,false_positive,,,,,1.csv,2
2026-11-02T00:00:00Z,2026-11-01T23:59:55Z,,,b wmi,T1059.001,execution,,true_positive,pc,'=cmd|calc,,5,0.csv,1
";
    assert_eq!(csv, expected);
}

#[test]
fn names_pass_in_part_or_exactly() {
    let rows: Vec<Row> = (0..4).map(|host| (0, 2, 1, 2, host, 0, 0)).collect();
    let world = World::new(alerts(&rows), None);
    let hosts = |host: NameFilter| world.list(&AlertFilter { host, ..AlertFilter::default() });
    assert_eq!(hosts(NameFilter::Has("Srv1".to_owned())), [1, 2]);
    assert_eq!(hosts(NameFilter::Is("srv1".to_owned())), [1]);
    assert_eq!(hosts(NameFilter::Is(String::new())), [0], "those without a host");
    assert_eq!(hosts(NameFilter::Has(String::new())), [0, 1, 2, 3]);
    assert_eq!(hosts(NameFilter::Has("x".to_owned())), [0; 0]);
}

/// By hand: rules that fired here, elsewhere and never.
#[test]
fn rules_of_a_technique_by_what_they_raised() {
    // "e shell" names T1059 and T1059.001, "f shell elsewhere" T1059; "e shell" on T1059.001 alone.
    let rows: Vec<Row> = vec![(0, 2, 3, 2, 1, 0, 0), (0, 3, 3, 2, 2, 0, 0), (0, 3, 1, 0, 1, 0, 0)];
    let world = World::new(alerts(&rows), None);
    let index = toy::index(&world.catalogue, "T1059");
    let of = |with_subs| {
        let found = world.technique(index, with_subs, 5);
        let rules = found.rules.iter();
        let title = |rule: u32| world.intake.rules[rule as usize].title.clone();
        let rules: Vec<_> = rules.map(|r| (title(r.rule), r.here, r.anywhere)).collect();
        (found.alerts, rules)
    };
    let [e, f] = ["e shell".to_owned(), "f shell elsewhere".to_owned()];
    assert_eq!(of(false), (0, vec![(e.clone(), 0, 2), (f.clone(), 0, 0)]));
    assert_eq!(of(true), (2, vec![(e, 2, 2), (f, 0, 0)]));
}
