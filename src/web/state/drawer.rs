//! What stands in the drawer's place.

use super::AppState;
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::web::address::{self, Address};
use leptos::prelude::*;
use std::sync::Arc;

impl AppState {
    /// Opens a technique's drawer.
    pub fn open(&self, technique: TechniqueId) {
        let now = self.address.get_untracked();
        address::go(&Address { technique: Some(technique), no_technique: None, rule: None, ..now });
    }

    /// Closes the drawer, whatever it shows.
    pub fn close(&self) {
        let now = self.address.get_untracked();
        address::go(&Address { technique: None, no_technique: None, rule: None, ..now });
    }

    /// The technique whose drawer is open, if the catalogue has it.
    pub fn selected(&self) -> Option<(Arc<Catalogue>, TechniqueIndex)> {
        let id = self.address.with(|address| address.technique)?;
        let catalogue = self.drawer_catalogue()?;
        let index = catalogue.find(id)?;
        Some((catalogue, index))
    }
}
