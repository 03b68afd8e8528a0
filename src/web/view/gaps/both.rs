//! The coverage on the screen, with the release it is of.

use crate::attack::Catalogue;
use crate::coverage::Coverage;
use crate::web::state::AppState;
use leptos::prelude::*;
use std::sync::Arc;

/// Both, of one moment.
#[derive(Clone)]
pub struct Both {
    /// The release.
    pub catalogue: Arc<Catalogue>,
    /// On it.
    pub coverage: Arc<Coverage>,
}

/// The same, not another that is alike.
impl PartialEq for Both {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.catalogue, &other.catalogue)
            && Arc::ptr_eq(&self.coverage, &other.coverage)
    }
}

/// What is on the screen; `None` until there is something.
pub fn both() -> Memo<Option<Both>> {
    let state = AppState::get();
    Memo::new(move |_| {
        let (catalogue, coverage) = (state.catalogue.get()?, state.coverage.get()?);
        // Right after a change of release, the two may be of different ones.
        let is_same = coverage.techniques.len() == catalogue.techniques.len();
        is_same.then_some(Both { catalogue, coverage })
    })
}
