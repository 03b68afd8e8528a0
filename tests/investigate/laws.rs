//! What holds for every pick.

use crate::toy::{Raised, World, alerts, catalogue, intake, typed};
use coverlay::attack::{Domain, bundled};
use coverlay::investigate::{Investigation, InvestigationPolicy, Pick, Roll, Usage};
use coverlay::pace::Pace;
use coverlay::rule::Intake;
use proptest::prelude::*;
use std::cell::Cell;
use std::future::Future as _;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

/// The built-in 18.1 without rules and alerts.
static BUILT_IN: LazyLock<World> = LazyLock::new(|| {
    let catalogue = bundled::find(Domain::Enterprise, Some("18.1")).expect("whole").expect("in");
    World::new(catalogue.clone(), Intake::default(), alerts(&[]))
});
static USAGE: LazyLock<Usage> = LazyLock::new(|| Usage::of(&BUILT_IN.catalogue, false));

const HOSTS: [&str; 4] = ["", "a", "b", "c"];
const RULES: [&str; 4] = ["", "mail", "dump", "unknown"];
const TECHNIQUES: [&str; 7] =
    ["", "T1001", "T1003.001", "T1006 T1004", "T9999", "in impact", "T1002"];

fn rows() -> impl Strategy<Value = Vec<Raised<'static>>> {
    let row = (0..4_usize, 0..4_usize, 0..4_usize, 0..4_usize, 0..7_usize, -3000_i64..3000);
    let named = |(host, user, incident, rule, technique, minutes)| {
        let (host, user, incident): (usize, usize, usize) = (host, user, incident);
        (HOSTS[host], HOSTS[user], HOSTS[incident], RULES[rule], TECHNIQUES[technique], minutes)
    };
    prop::collection::vec(row.prop_map(named), 0..60)
}

fn sum(roll: &Roll) -> u32 {
    roll.named.iter().map(|each| each.seen.alerts).sum::<u32>() + roll.unnamed
}

/// Counts how often it is asked.
#[derive(Default)]
struct Counting(Cell<usize>);

impl Pace for Counting {
    async fn pause(&self) {
        self.0.set(self.0.get() + 1);
    }
}

/// The page's way gives the same, and asks at least every 2,048 rows in each of its four walks.
#[test]
fn long_walks_are_paced() {
    let rows: Vec<Raised<'_>> = (0..20_000)
        .map(|n| (HOSTS[n % 4], HOSTS[n % 3], "", RULES[n % 4], TECHNIQUES[n % 7], n as i64))
        .collect();
    let world = World::new(catalogue(), intake(), alerts(&rows));
    let pick = Pick { hosts: vec!["a".to_owned(), "b".to_owned()], ..typed(&["T1001"]) };
    let policy = InvestigationPolicy::default();
    let asked = world.asked(&pick, &policy);
    let pace = Counting::default();
    let mut work = pin!(Investigation::of_paced(&asked, &pace));
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(found) = work.as_mut().poll(&mut context) else {
        panic!("nothing here waits");
    };
    assert_eq!(found, Investigation::of(&asked));
    assert!(found.rows.len() == 10_000 && !found.related.alerts.is_empty());
    let least = 2 * (20_000 / 2048) + 2 * (10_000 / 2048);
    assert!(pace.0.get() >= least, "{} of {least}", pace.0.get());
}

proptest! {
    /// Every picked alert is in each list once, no alert is both picked and related, all times lie
    /// within the span, and every tactic's pieces are its alerts.
    #[test]
    fn counts_add_up(rows in rows(), host in 0..4_usize, other in 0..4_usize, ids in prop::sample::subsequence(vec!["T1001", "T1005", "T1003.001", "T1004"], 0..=4)) {
        let world = World::new(catalogue(), intake(), alerts(&rows));
        let hosts = vec![HOSTS[host].to_owned(), HOSTS[other].to_owned()];
        let pick = Pick { hosts, ..typed(&ids) };
        let found = world.find(&pick);
        let picked = u32::try_from(found.rows.len()).expect("few");
        let extent = &found.extent;
        prop_assert_eq!(extent.seen.map_or(0, |seen| seen.alerts), picked);
        for roll in [&extent.hosts, &extent.users, &extent.incidents, &extent.rules] {
            prop_assert_eq!(sum(roll), picked);
            for pair in roll.named.windows(2) {
                prop_assert!(pair[0].seen.alerts >= pair[1].seen.alerts);
            }
        }
        for time in &found.progression.tactics {
            let seen = time.seen.map_or(0, |seen| seen.alerts);
            prop_assert_eq!(time.bins.iter().sum::<u32>(), seen);
            prop_assert!(seen > 0 || time.techniques > 0);
        }
        for step in found.progression.steps.windows(2) {
            prop_assert!(step[0].first <= step[1].first);
        }
        let progression = &found.progression;
        prop_assert!(progression.surely <= progression.furthest);
        prop_assert!(progression.earliest <= progression.surely || progression.surely.is_none());
        let related = &found.related;
        let rows: Vec<usize> = related.alerts.iter().flat_map(|each| each.rows.clone()).collect();
        prop_assert_eq!(rows.len(), related.seen.map_or(0, |seen| seen.alerts as usize));
        prop_assert!(rows.iter().all(|row| !found.rows.contains(row)));
        prop_assert_eq!(sum(&related.hosts) as usize, rows.len());
        prop_assert_eq!(sum(&related.rules) as usize, rows.len());
        if let Some(window) = related.window {
            let time = |row: &usize| world.alerts.get(*row).expect("a row").time;
            prop_assert!(rows.iter().all(|row| window.has(time(row))));
            prop_assert!(found.rows.iter().all(|row| window.has(time(row))));
        } else {
            prop_assert!(rows.is_empty());
        }
    }

    /// Confidence and lift in the catalogue that is built in: bounds, symmetry of lift for two
    /// techniques, support that only falls as sets grow.
    #[test]
    fn confidence_and_lift(a in 0_usize..691, b in 0_usize..691, c in 0_usize..691) {
        let all: Vec<_> = BUILT_IN.catalogue.indices().collect();
        let [a, b, c] = [a, b, c].map(|at| all[at % all.len()]);
        let of = |antecedent: &[_], technique| USAGE.association(antecedent, technique);
        if let Some(one) = of(&[a], c) {
            prop_assert!((0.0..=1.0).contains(&one.confidence()));
            prop_assert!(one.support() <= one.with && one.support() <= one.users);
            // lift = P(a, c) ÷ (P(a) P(c)) is never above 1 ÷ max(P(a), P(c)).
            let most = one.entities as f64 / one.with.max(one.users).max(1) as f64;
            prop_assert!(one.lift() <= most + 1e-9);
            if let Some(other) = of(&[c], a) {
                prop_assert!((one.lift() - other.lift()).abs() < 1e-9, "lift is symmetric");
                prop_assert_eq!(one.support(), other.support());
            }
            if let Some(more) = of(&[a, b], c) {
                prop_assert!(more.support() <= one.support() && more.with <= one.with);
            }
        }
    }

    /// What is shown keeps the policy's bounds, never names what was picked, and every number can
    /// be had again from the catalogue.
    #[test]
    fn shown_steps_keep_the_bounds(ids in prop::collection::btree_set(0_usize..691, 1..7), support in 2_u8..9, lift in 1.0_f64..4.0) {
        let (world, catalogue) = (&*BUILT_IN, &BUILT_IN.catalogue);
        let all: Vec<_> = catalogue.indices().collect();
        let techniques = ids.iter().map(|at| catalogue.technique(all[at % all.len()]).id).collect();
        let pick = Pick { techniques, ..Pick::default() };
        let mut policy = InvestigationPolicy::default();
        policy.weights.set("support.least", f64::from(support)).expect("in range");
        policy.weights.set("lift.least", lift).expect("in range");
        let least = policy.weights.get("lift.least").expect("a weight");
        let found = Investigation::of(&world.asked(&pick, &policy));
        for step in &found.next.steps {
            let because = &step.because;
            prop_assert!(because.support() >= usize::from(support));
            prop_assert!(because.lift() >= least && because.confidence() >= 0.2);
            prop_assert!(!found.picked.contains(&step.technique));
            prop_assert!(because.antecedent.iter().all(|index| found.picked.contains(index)));
            let again = USAGE.association(&because.antecedent, step.technique);
            prop_assert_eq!(again.as_ref(), Some(because));
        }
        for pair in found.next.steps.windows(2) {
            prop_assert!(pair[0].rank >= pair[1].rank);
        }
        for each in &found.matches {
            prop_assert!(each.jaccard() <= each.containment() + 1e-12 && each.jaccard() > 0.0);
        }
    }
}
