//! What the page shows, as one value: the catalogue, the rules, and what follows from both. It is
//! computed in pieces and changes as a whole, so that no view ever sees rules of one state and
//! numbers of another.

use super::next_task::{FramePace, while_wanted};
use crate::attack::Catalogue;
use crate::coverage::{self, Claims, Coverage, Policy, Scope};
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::rule::Intake;
use std::sync::Arc;

/// Everything an answer depends on. Comparing is cheap: big values by identity.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// The release shown.
    pub(super) catalogue: Arc<Catalogue>,
    /// Those of other domains, to tell a foreign id from an unknown one.
    pub(super) others: Vec<Arc<Catalogue>>,
    /// Settled.
    pub(super) intake: Arc<Intake>,
    pub(super) policy: Policy,
    pub(super) scope: Scope,
    /// The day: some rules may be stale by it.
    pub(super) today: Date,
}

impl Question {
    fn same_claims(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.catalogue, &other.catalogue) && Arc::ptr_eq(&self.intake, &other.intake)
    }

    /// Whether at most the policy differs, as far as coverage goes.
    fn same_rules(&self, other: &Self) -> bool {
        self.same_claims(other) && self.scope == other.scope && self.today == other.today
    }

    /// Whether the two differ in what-ifs at most.
    fn is_really(&self, other: &Self) -> bool {
        self.same_claims(other)
            && self.policy == other.policy
            && self.today == other.today
            && self.scope.really() == other.scope.really()
    }

    fn same_diagnostics(&self, other: &Self) -> bool {
        self.same_claims(other)
            && self.others.len() == other.others.len()
            && self.others.iter().zip(&other.others).all(|(a, b)| Arc::ptr_eq(a, b))
    }
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        self.same_diagnostics(other)
            && self.policy == other.policy
            && self.scope == other.scope
            && self.today == other.today
    }
}

/// A question and what follows from it.
pub(super) struct Answer {
    pub(super) question: Question,
    pub(super) coverage: Arc<Coverage>,
    /// The same without what-ifs; that very one while there are none.
    pub(super) real: Arc<Coverage>,
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
        let (coverage, real, diagnostics) = found;
        Some(Answer { question: self, coverage, real, diagnostics })
    }

    async fn compute(
        &self,
        before: Option<&Answer>,
    ) -> (Arc<Coverage>, Arc<Coverage>, Arc<Vec<Diagnostic>>) {
        let pace = FramePace::new();
        let Self { catalogue, others, intake, policy, scope, today } = self;
        let claims = match before {
            Some(before) if before.question.same_claims(self) => before.coverage.claims.clone(),
            _ => Arc::new(Claims::of(catalogue, intake, &pace).await),
        };
        // Where the rules count as before, only scores are to be computed.
        let before_scores = before.filter(|before| before.question.same_rules(self));
        let counted = async |before: Option<&Arc<Coverage>>, claims, scope: &Scope| {
            Arc::new(match before {
                Some(before) => before.rescored(catalogue, intake, policy, &pace).await,
                None => {
                    Coverage::compute_paced(catalogue, intake, claims, policy, scope, *today, &pace)
                        .await
                }
            })
        };
        let known = before_scores.map(|before| &before.coverage);
        let coverage = counted(known, claims.clone(), scope).await;
        let real = match before.filter(|before| before.question.is_really(self)) {
            _ if scope.what_if.is_real() => coverage.clone(),
            Some(before) => before.real.clone(),
            None => {
                let known = before_scores.map(|before| &before.real);
                counted(known, claims, &scope.really()).await
            }
        };
        let diagnostics = match before {
            Some(before) if before.question.same_diagnostics(self) => before.diagnostics.clone(),
            _ => {
                let others: Vec<&Catalogue> = others.iter().map(Arc::as_ref).collect();
                Arc::new(coverage::diagnostics_paced(catalogue, &others, intake, &pace).await)
            }
        };
        (coverage, real, diagnostics)
    }
}
