//! Tests that name nothing that is known.

use super::join::Known;
use crate::alerts::TestResult;
use crate::attack::{Catalogue, Resolution};
use crate::rule::Intake;

/// Places of the tests that name neither a rule that was read nor a live technique; what
/// [`super::Evidence::tests_without_place`] counts.
pub fn unplaced_tests(catalogue: &Catalogue, intake: &Intake, tests: &[TestResult]) -> Vec<usize> {
    if tests.is_empty() {
        return Vec::new();
    }
    let known = Known::of(intake);
    let is_placed = |test: &TestResult| {
        let is_live = test.technique.is_some_and(|id| {
            matches!(catalogue.resolve(id), Resolution::Live(_) | Resolution::Revoked(_))
        });
        is_live || test.rule.as_deref().is_some_and(|name| !known.find(name, name).is_empty())
    };
    let unplaced = tests.iter().enumerate().filter(|(_, test)| !is_placed(test));
    unplaced.map(|(at, _)| at).collect()
}
