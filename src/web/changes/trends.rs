//! Coverage over time: from layers and snapshots with dates, else from the dates of the rules.

use super::super::layers::Tabs;
use super::super::next_task::{FramePace, while_wanted};
use super::super::state::AppState;
use super::super::today::today;
use super::newest;
use crate::attack::{Catalogue, Domain};
use crate::coverage::{Scale, Scope, Summary};
use crate::history::{LAYER_CONVENTION, Snapshot, Step, Trend, When, of_rules_paced};
use crate::layer::{Layer, Standing};
use leptos::prelude::*;
use std::sync::Arc;

/// A trend and what it is seen on.
pub struct Course {
    /// The release.
    pub catalogue: Arc<Catalogue>,
    /// Which techniques count.
    pub scope: Scope,
    /// The trend.
    pub trend: Trend,
    /// The layers it is made of.
    pub layers: Vec<Arc<Layer>>,
    /// What scores of rules are read on, if some of it is known from rules.
    pub of_rules: Option<Scale>,
}

/// The course of what is open now. Layers and snapshots of the domain that have at least two
/// moments go before the rules' own dates, which take some time to count. `None` as soon as it is
/// no longer wanted, and where there is nothing to tell.
pub async fn course(
    state: AppState,
    domain: Option<Domain>,
    is_wanted: impl Fn() -> bool,
) -> Option<Course> {
    let own = state.catalogue.get_untracked();
    let domain = domain.or(own.as_ref().map(|own| own.domain))?;
    let catalogue = state.catalogues.with_untracked(|all| newest(all, domain))?;
    let settings = state.settings().get_untracked();
    let scope = Scope { platforms: settings.scope.platforms.clone(), ..Scope::default() };
    let tabs = state.tabs().get_untracked();
    let of_tabs = of_tabs(&tabs, &catalogue, scope, settings.policy.scale());
    let (Some(own), Some(coverage)) = (own, state.coverage.get_untracked()) else {
        return Some(of_tabs);
    };
    let intake = state.intake.get_untracked();
    if of_tabs.trend.snapshots.len() > 1 || own.domain != domain || intake.rules.is_empty() {
        return Some(of_tabs);
    }
    if coverage.techniques.len() != own.techniques.len() {
        // The rules of another release are about to come.
        return None;
    }
    let counted = (&settings.policy, &settings.scope);
    let pace = FramePace::new();
    let history = of_rules_paced(&own, &intake, &coverage, counted, today(), Step::Quarter, &pace);
    let history = while_wanted(history, is_wanted).await?;
    let mut trend = Trend::of_rules(history);
    trend.undated = of_tabs.trend.undated;
    Some(Course {
        catalogue: own,
        scope: settings.scope.clone(),
        trend,
        layers: Vec::new(),
        of_rules: Some(settings.policy.scale()),
    })
}

fn of_tabs(tabs: &Tabs, catalogue: &Arc<Catalogue>, scope: Scope, scale: Scale) -> Course {
    let in_scope = |index| scope.includes(catalogue, catalogue.technique(index));
    let (ours, others): (Vec<_>, Vec<_>) =
        tabs.open.iter().partition(|open| open.layer.attack_domain() == Some(catalogue.domain));
    let layers = ours.iter().map(|open| (&*open.layer, open.path.as_str()));
    let of_layers = Trend::of_layers(layers, catalogue, &in_scope);
    let kept: Vec<_> = tabs.kept.iter().filter(|kept| kept.domain == catalogue.domain).collect();
    let mut snapshots = of_layers.snapshots;
    for kept in &kept {
        let standing = Standing::new(kept.covered.iter().copied(), catalogue);
        let totals = standing.totals(catalogue, &in_scope);
        let at = When::of_name(&kept.name).unwrap_or(When::Day(kept.date));
        snapshots.push(Snapshot { at, name: kept.name.clone(), standing, totals });
    }
    let mut remarks = Vec::new();
    if !ours.is_empty() {
        remarks.push(LAYER_CONVENTION.to_owned());
    }
    if !kept.is_empty() {
        remarks.push(Summary::CONVENTION.to_owned());
    }
    if !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|open| open.layer.name.as_str()).collect();
        remarks.push(format!("Of another domain and left out: {}.", names.join(", ")));
    }
    let trend = Trend { undated: of_layers.undated, ..Trend::of_snapshots(snapshots, remarks) };
    let layers = ours.iter().map(|open| open.layer.clone()).collect();
    Course {
        catalogue: catalogue.clone(),
        scope,
        trend,
        layers,
        of_rules: (!kept.is_empty()).then_some(scale),
    }
}
