//! All of the page's state at once: as a workspace, from one, and without anything.

use super::{AppState, Toast};
use crate::coverage::Picked;
use crate::investigate::Pick;
use crate::layer::Layer;
use crate::rule::RuleIndex;
use crate::web::address::{self, Address, View};
use crate::web::changes::Kept;
use crate::web::layers::{OpenLayer, Tabs};
use crate::web::settings::Settings;
use crate::web::workspace::{keep_unknown, unknown};
use crate::workspace::{Place, Snapshot, Tab, Workspace};
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// An address is followed after this; what is open over a view comes behind it.
const FOLLOWED: Duration = Duration::from_millis(50);

impl AppState {
    /// Follows everything that a workspace holds.
    pub fn follow_all(&self) {
        self.settings.track();
        self.read.track();
        self.library.track();
        self.tabs.track();
        self.folds.track();
        self.enrichment.track();
        self.peers.track();
        self.address.track();
    }

    /// Whether nothing is open: no file, layer, snapshot, peer or enrichment.
    pub fn has_nothing(&self) -> bool {
        let is_read = |read: &super::Read| !read.intake.report.outcomes.is_empty();
        !self.read.with_untracked(is_read)
            && self.tabs.with_untracked(|tabs| tabs.open.is_empty() && tabs.kept.is_empty())
            && self.library.with_untracked(|library| library.report.outcomes.is_empty())
            && self.peers.with_untracked(|peers| peers.is_empty())
            && self.enrichment.with_untracked(Option::is_none)
    }

    /// Everything but the files, as it is now.
    pub fn as_workspace(&self, saved: String) -> Workspace {
        let at = self.address.get_untracked();
        let over = if at.is_open() { at.to_string() } else { String::new() };
        let below = Address { technique: None, no_technique: None, rule: None, ..at }.to_string();
        let settings = self.settings.get_untracked();
        let folds = self.folds.get_untracked();
        let tabs = self.tabs.get_untracked();
        let tab = |open: &OpenLayer| {
            let own = folds.iter().filter(|(key, ..)| *key == open.key);
            Tab {
                key: open.key,
                path: open.path.clone(),
                folds: own.map(|(_, technique, tactic)| (*technique, *tactic)).collect(),
                layer: open.layer.clone(),
            }
        };
        let snapshot = |kept: &Kept| Snapshot {
            key: kept.key,
            name: kept.name.clone(),
            date: kept.date,
            domain: kept.domain,
            version: kept.version.clone(),
            rules: u32::try_from(kept.rules).unwrap_or(u32::MAX),
            covered: kept.covered.to_vec(),
        };
        let picked = settings.scope.picked.iter().flat_map(Picked::rules);
        Workspace {
            by: concat!("Coverlay ", env!("CARGO_PKG_VERSION")).to_owned(),
            saved,
            address: below,
            over,
            settings: settings.whole(),
            picked: picked
                .map(|rule| Place { path: rule.path.clone(), document: rule.document })
                .collect(),
            investigation: (*settings.detections.pick).clone(),
            tabs: tabs.open.iter().map(tab).collect(),
            active: tabs.active,
            snapshots: tabs.kept.iter().map(snapshot).collect(),
            peers: self.peers.get_untracked().to_vec(),
            enrichment: self.enrichment.with_untracked(|all| all.as_deref().cloned()),
            unknown: unknown(),
        }
    }

    /// Takes a workspace in the place of all there is but the library; its files come after. A
    /// part of whatever change is under way. What of the settings could not be read is named.
    pub fn take_workspace(
        &self,
        workspace: Workspace,
        layers: Vec<Arc<Layer>>,
        is_to_go: bool,
    ) -> Vec<String> {
        let (mut settings, refused) = match workspace.settings.as_str() {
            "" => (self.settings.get_untracked(), Vec::new()),
            text => Settings::of_whole(text),
        };
        settings.detections.pick = Arc::new(workspace.investigation);
        settings.scope.picked = None;
        let mut folds = BTreeSet::new();
        let mut open = Vec::new();
        for (tab, layer) in workspace.tabs.into_iter().zip(layers) {
            folds.extend(tab.folds.into_iter().map(|(id, tactic)| (tab.key, id, tactic)));
            open.push(OpenLayer { key: tab.key, layer, path: tab.path });
        }
        let kept = workspace.snapshots.into_iter().map(|snapshot| Kept {
            key: snapshot.key,
            name: snapshot.name,
            date: snapshot.date,
            domain: snapshot.domain,
            version: snapshot.version,
            rules: snapshot.rules as usize,
            covered: Arc::new(snapshot.covered),
        });
        let tabs = Tabs::of(open, workspace.active, kept.collect());
        self.settings.set(settings);
        self.folds.set(folds);
        self.migrations.set(Vec::new());
        self.only.set(None);
        self.enrichment.set(workspace.enrichment.map(Arc::new));
        self.peers.set(Arc::new(workspace.peers));
        self.publish(super::Read::default());
        keep_unknown(workspace.unknown);
        let (address, over) = (workspace.address, workspace.over);
        if is_to_go {
            // Read and written again: only what is an address of ours.
            address::replace(&Address::parse(&address, View::Matrix));
            let over = Address::parse(&over, View::Matrix);
            if over.is_open() {
                set_timeout(move || address::go(&over), FOLLOWED);
            }
        }
        // Last: a view of the rules leaves the layer that is shown.
        self.tabs.set(Arc::new(tabs));
        refused
    }

    /// Has these rules count alone again, now that they were read.
    pub fn pick_again(&self, picked: &[Place]) {
        if picked.is_empty() {
            return;
        }
        let wanted: BTreeSet<(&str, u32)> =
            picked.iter().map(|place| (place.path.as_str(), place.document)).collect();
        let intake = self.everything_read().intake;
        let rows: Vec<RuleIndex> = (0..)
            .zip(&intake.rules)
            .filter(|(_, rule)| wanted.contains(&(rule.path.as_str(), rule.document)))
            .map(|(row, _)| row)
            .collect();
        self.adjust(|settings| settings.scope.picked = Some(Picked::new(&intake, &rows)));
    }

    /// Closes everything but the library, and keeps the settings; can be undone.
    pub fn start_empty(&self) {
        self.remember();
        self.empty();
        let text = "Everything closed; settings and library stay".to_owned();
        self.toast.set(Some(Toast { text, undo: true }));
    }

    /// Closes everything, the library too, with settings as at first; can be undone as long as
    /// the page is open.
    pub fn forget_all(&self) {
        self.remember();
        self.empty();
        self.shelve(Arc::default());
        self.settings.set(Settings::default());
        address::replace(&Address::view(View::Matrix));
    }

    fn empty(&self) {
        self.publish(super::Read::default());
        self.tabs.set(Arc::default());
        self.folds.set(BTreeSet::new());
        self.enrichment.set(None);
        self.peers.set(Arc::default());
        self.adjust(|settings| {
            settings.scope.picked = None;
            settings.detections.pick = Arc::new(Pick::default());
        });
        keep_unknown(Vec::new());
    }
}
