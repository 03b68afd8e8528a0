//! What the page shows, as one value: the catalogue, the rules, and what follows from both. It is
//! computed in pieces and changes as a whole, so that no view ever sees rules of one state and
//! numbers of another.

use super::next_task::{FramePace, while_wanted};
use super::state::Read;
use crate::alerts::Selection;
use crate::attack::Catalogue;
use crate::coverage::detections::{Detections, HealthWeights};
use crate::coverage::{self, Claims, Coverage, Policy, Scope};
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use std::sync::Arc;

/// Everything an answer depends on. Comparing is cheap: big values by identity.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// The release shown.
    pub(super) catalogue: Arc<Catalogue>,
    /// Those of other domains, to tell a foreign id from an unknown one.
    pub(super) others: Vec<Arc<Catalogue>>,
    /// Rules, alerts, results of tests.
    pub(super) read: Read,
    pub(super) policy: Policy,
    pub(super) scope: Scope,
    /// What makes a rule noisy: a part of what alerts prove.
    pub(super) health: HealthWeights,
    /// The day: some rules may be stale by it.
    pub(super) today: Date,
}

impl Question {
    fn same_intake(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.catalogue, &other.catalogue)
            && Arc::ptr_eq(&self.read.intake, &other.read.intake)
    }

    fn same_claims(&self, other: &Self) -> bool {
        self.same_detections(other) && (self.health == other.health || !self.read.has_detections())
    }

    fn same_detections(&self, other: &Self) -> bool {
        self.same_intake(other) && self.read.same_detections(&other.read)
    }

    /// Whether the two differ in what-ifs at most.
    fn is_really(&self, other: &Self) -> bool {
        self.same_claims(other)
            && self.policy == other.policy
            && self.today == other.today
            && self.scope.really() == other.scope.really()
    }

    /// Whether at most the policy differs, as far as coverage goes.
    fn same_rules(&self, other: &Self) -> bool {
        self.same_claims(other) && self.scope == other.scope && self.today == other.today
    }

    fn same_diagnostics(&self, other: &Self) -> bool {
        self.same_intake(other)
            && self.others.len() == other.others.len()
            && self.others.iter().zip(&other.others).all(|(a, b)| Arc::ptr_eq(a, b))
    }
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        self.same_diagnostics(other)
            && self.same_claims(other)
            && self.policy == other.policy
            && self.scope == other.scope
            && self.today == other.today
    }
}

/// Alerts and results of tests beside the rules and the release of an answer.
pub struct AllDetections {
    /// What they are of.
    pub read: Read,
    /// Of all alerts.
    pub all: Arc<Detections>,
}

/// A question and what follows from it.
pub(super) struct Answer {
    pub(super) question: Question,
    pub(super) coverage: Arc<Coverage>,
    /// The same without what-ifs; that very one while there are none.
    pub(super) real: Arc<Coverage>,
    /// What alerts and tests say, if there are any: all of them, whatever is filtered.
    pub(super) detections: Option<Arc<AllDetections>>,
    /// [`coverage::diagnostics`].
    pub(super) diagnostics: Arc<Vec<Diagnostic>>,
}

impl Question {
    /// Computes the answer, letting the browser draw in between; `None` as soon as it is no
    /// longer wanted. Takes over what has not changed since `before`.
    pub(super) async fn answer(
        self,
        before: Option<&Answer>,
        is_wanted: impl Fn() -> bool,
    ) -> Option<Answer> {
        let found = while_wanted(self.compute(before), is_wanted).await?;
        let (coverage, real, detections, diagnostics) = found;
        Some(Answer { question: self, coverage, real, detections, diagnostics })
    }

    /// Joins alerts and tests with the rules, and gives the claims what they prove.
    async fn detections(
        &self,
        claims: &mut Claims,
        pace: &FramePace,
    ) -> Option<Arc<AllDetections>> {
        let Self { catalogue, read, .. } = self;
        if !read.has_detections() {
            return None;
        }
        let (intake, alerts) = (&read.intake, &read.alerts);
        let selection = Selection::default();
        let all = Detections::of_paced(catalogue, intake, claims, alerts, &selection, pace).await;
        let found = (&**alerts, read.tests.as_slice());
        let evidence =
            all.evidence_paced(catalogue, intake, claims, found, &self.health, pace).await;
        claims.evidence = Some(evidence);
        Some(Arc::new(AllDetections { read: read.clone(), all: Arc::new(all) }))
    }

    async fn compute(
        &self,
        before: Option<&Answer>,
    ) -> (Arc<Coverage>, Arc<Coverage>, Option<Arc<AllDetections>>, Arc<Vec<Diagnostic>>) {
        let pace = FramePace::new();
        let Self { catalogue, others, read, policy, scope, today, health } = self;
        let intake = &read.intake;
        let (claims, detections) = match before {
            Some(before) if before.question.same_claims(self) => {
                (before.coverage.claims.clone(), before.detections.clone())
            }
            // Only what is noisy.
            Some(before) if before.question.same_detections(self) => {
                let mut claims = Claims::clone(&before.coverage.claims);
                claims.evidence = claims.evidence.map(|evidence| evidence.by(health));
                (Arc::new(claims), before.detections.clone())
            }
            _ => {
                let mut claims = Claims::of(catalogue, intake, &pace).await;
                let detections = self.detections(&mut claims, &pace).await;
                (Arc::new(claims), detections)
            }
        };
        let counted = async |scope: &Scope| {
            let claims = claims.clone();
            let found =
                Coverage::compute_paced(catalogue, intake, claims, policy, scope, *today, &pace);
            Arc::new(found.await)
        };
        let rescored = async |coverage: &Coverage| {
            Arc::new(coverage.rescored(catalogue, intake, policy, &pace).await)
        };
        let same_rules = before.filter(|before| before.question.same_rules(self));
        let coverage = match same_rules {
            Some(before) => rescored(&before.coverage).await,
            None => counted(scope).await,
        };
        let real = match before.filter(|before| before.question.is_really(self)) {
            _ if scope.what_if.is_real() => coverage.clone(),
            Some(before) => before.real.clone(),
            None => match same_rules {
                Some(before) => rescored(&before.real).await,
                None => counted(&scope.really()).await,
            },
        };
        let diagnostics = match before {
            Some(before) if before.question.same_diagnostics(self) => before.diagnostics.clone(),
            _ => {
                let others: Vec<&Catalogue> = others.iter().map(Arc::as_ref).collect();
                Arc::new(coverage::diagnostics_paced(catalogue, &others, intake, &pace).await)
            }
        };
        (coverage, real, detections, diagnostics)
    }
}
