//! A failed test makes a gap of what would be none, and says so; by hand on the toy matrix.

use crate::toy::{at, catalogue, cover, intake, rule, rules, today};
use coverlay::date::Date;
use coverlay::gaps::{GapList, GapState, GapsAsked, PriorityPolicy, Profile};

/// State and shortfall of a technique whose last test failed on a day, if any is told.
fn failed(id: &str, on: Option<Date>, more: &[(&str, &str)]) -> (Option<GapState>, String, bool) {
    let catalogue = catalogue();
    let mut rules = rules();
    rules.extend(more.iter().map(|(name, id)| rule(name, "high", "process_creation", id)));
    let intake = intake(rules);
    let mut coverage = cover(&catalogue, &intake);
    let upkeep = &mut coverage.techniques[usize::from(at(id).0)].upkeep;
    upkeep.test_failed = true;
    upkeep.test_failed_on = on;
    let list = GapList::of(&GapsAsked {
        catalogue: &catalogue,
        intake: &intake,
        coverage: &coverage,
        profile: &Profile::default(),
        enrichment: None,
        policy: PriorityPolicy::default(),
        threshold: 80,
    });
    let one = list.assessment(at(id));
    assert_eq!((one.test_failed, one.test_failed_on), (true, on));
    let is_listed = list.gaps.iter().any(|gap| gap.technique == at(id));
    (one.state, list.shortfall(&coverage, at(id)).unwrap_or_default(), is_listed)
}

#[test]
fn a_failed_test_makes_a_gap_and_says_so() {
    let day = Date::new(2026, 11, 3);
    let said = |id, on, more: &[_]| {
        let (state, said, is_listed) = failed(id, on, more);
        assert!(is_listed, "{id}");
        (state.map(GapState::as_str), said)
    };
    let is = |state, text: &str| (Some(state), text.to_owned());
    // Two good rules on two log sources: without the test it is no gap at all.
    assert_eq!(
        said("T1003", day, &[]),
        is("weak", "Its last test failed, on 2026-11-03; its score is 80 of 100.")
    );
    assert_eq!(
        said("T1003", None, &[]),
        is("weak", "Its last test failed; its score is 80 of 100.")
    );
    // One good rule: fragile without it.
    assert_eq!(said("T1001.001", day, &[]).0, Some("weak"));
    assert_eq!(
        said("T1006", day, &[]),
        is("weak", "Its last test failed, on 2026-11-03; its score is 50 of 100, below 80.")
    );
    // What is worse stays so.
    assert_eq!(
        said("T1004", day, &[]),
        is("uncovered", "Its last test failed, on 2026-11-03; no rule covers it.")
    );
    assert_eq!(
        said("T1001", day, &[]),
        is(
            "partial",
            "Its last test failed, on 2026-11-03; no rule names it, 1 of its 2 sub-techniques have one."
        )
    );
    // All its sub-techniques have a rule: each speaks for itself, but the test was of it.
    assert_eq!(said("T1001", day, &[("g", "T1001.002")]).0, Some("weak"));
    assert!(day < Some(today()), "the day lies behind");
}
