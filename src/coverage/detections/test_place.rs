//! What tests are of.

use super::join::Known;
use crate::alerts::TestResult;
use crate::attack::{Catalogue, Resolution, TechniqueIndex};
use crate::pace::{Unpaced, at_once};
use crate::rule::{Intake, RuleIndex};

/// What a test is of, among what was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestPlace {
    /// The rules it names; of a name that several have all.
    pub rules: Vec<RuleIndex>,
    /// The live technique it names.
    pub technique: Option<TechniqueIndex>,
}

impl TestPlace {
    /// Whether it is of nothing that is known: these are what
    /// [`super::Evidence::tests_without_place`] counts.
    pub fn is_none(&self) -> bool {
        self.rules.is_empty() && self.technique.is_none()
    }
}

/// For each test what it is of.
pub fn place_tests(catalogue: &Catalogue, intake: &Intake, tests: &[TestResult]) -> Vec<TestPlace> {
    if tests.is_empty() {
        return Vec::new();
    }
    let known = at_once(Known::of(intake, &Unpaced));
    let place = |test: &TestResult| {
        let technique = test.technique.and_then(|id| match catalogue.resolve(id) {
            Resolution::Live(index) | Resolution::Revoked(index) => Some(index),
            Resolution::Deprecated | Resolution::Unknown => None,
        });
        let rules = test.rule.as_deref().map(|name| known.find(name, name).to_vec());
        TestPlace { rules: rules.unwrap_or_default(), technique }
    };
    tests.iter().map(place).collect()
}
