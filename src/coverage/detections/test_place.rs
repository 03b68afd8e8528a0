//! What tests are of.

use super::join::Known;
use crate::alerts::TestResult;
use crate::attack::{Catalogue, Resolution, TechniqueIndex};
use crate::pace::{PAUSE_EVERY, Pace};
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

/// For each test what it is of; in pieces.
pub async fn place_tests(
    catalogue: &Catalogue,
    intake: &Intake,
    tests: &[TestResult],
    pace: &impl Pace,
) -> Vec<TestPlace> {
    if tests.is_empty() {
        return Vec::new();
    }
    let known = Known::of(intake, pace).await;
    let mut places = Vec::with_capacity(tests.len());
    for (at, test) in tests.iter().enumerate() {
        if at.is_multiple_of(PAUSE_EVERY) {
            pace.pause().await;
        }
        let technique = test.technique.and_then(|id| match catalogue.resolve(id) {
            Resolution::Live(index) | Resolution::Revoked(index) => Some(index),
            Resolution::Deprecated | Resolution::Unknown => None,
        });
        let rules = test.rule.as_deref().map(|name| known.find(name, name).to_vec());
        places.push(TestPlace { rules: rules.unwrap_or_default(), technique });
    }
    places
}
