//! What would be with the chosen rules, as a layer: a tab beside the rules, so that nothing one
//! has is touched. The techniques that change stand out.

use super::found::Found;
use crate::coverage::{Claims, Coverage, difference};
use crate::export::layer_json::{self, LayerOptions};
use crate::gaps::{preview_paced, preview_scope};
use crate::heatmap::Theme;
use crate::web::address::{self, Address, View};
use crate::web::next_task::{FramePace, next_task};
use crate::web::state::{AppState, Only};
use crate::web::today::today;
use crate::web::view::edit::start;
use crate::web::view::numbers::counted;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

pub(super) fn show(state: AppState, found: Arc<Found>) {
    spawn_local(async move {
        let (of, pace) = (&found.ground.of, FramePace::new());
        let (catalogue, chosen) = (&of.catalogue, found.next.chosen());
        let intake = preview_paced(&of.intake, &of.rules, &chosen, &pace).await;
        let scope = preview_scope(&of.scope, &of.rules, &chosen);
        let claims = Arc::new(Claims::of(catalogue, &intake, &pace).await);
        let day = of.coverage.today;
        let then =
            Coverage::compute_paced(catalogue, &intake, claims, &of.policy, &scope, day, &pace)
                .await;
        let changes = difference(&of.coverage, &then).changes;
        let rules = counted(chosen.len(), "next rule", "next rules");
        let mut said = vec![format!("What would be covered with {rules}."), of.policy.sentence()];
        said.extend(scope.remarks().into_iter().map(|(_, remark)| remark));
        let options = LayerOptions {
            name: format!("With {rules}"),
            description: said.join(" "),
            palette: state.settings().with_untracked(|all| all.palette_in(Theme::Light)),
            date: today(),
        };
        let layer = layer_json::layer(catalogue, &then, &intake, &of.policy, &scope, &options);
        // To show it is as much work again.
        next_task().await;
        let only = Only {
            heading: format!("changed by {rules}"),
            catalogue: catalogue.clone(),
            techniques: changes.iter().map(|change| change.technique).collect(),
        };
        start::open(state, layer, "A preview, as a layer; the rules are as they were");
        state.search.set(String::new());
        state.only.set(Some(Arc::new(only)));
        address::go(&Address::view(View::Matrix));
    });
}
