//! What the state does once all of the page's code is there.

use super::{AppState, Toast};
use crate::heatmap::wording::plain_up_to;
use crate::web::layers::ShownLayer;
use crate::web::settings::{self, Settings};
use leptos::prelude::*;
use leptos::task::spawn_local;

impl AppState {
    /// Takes all settings, those of a link too, and from now on answers what is asked.
    pub fn begin(self) {
        self.show_layer.set(Some(ShownLayer::new));
        self.take_stored_settings();
        self.follow_links(self.link);
        // What is asked changes with a choice; most choices (palette, folding) change nothing.
        let settings = self.settings;
        let asked = Memo::new(move |_| settings.with(Settings::counting));
        Effect::new(move |_| {
            // A memo that is only tracked never runs.
            asked.with(|_| ());
            self.catalogues.track();
            self.read.track();
            // Not what was read: an import may be about to show more than that, and would be
            // given up for a release that has just arrived.
            spawn_local(async move {
                // Only now: between the effect and this task, more may have been asked for.
                let wanted = self.wanted.get_value();
                self.show(wanted).await;
            });
        });
    }

    fn take_stored_settings(self) {
        let Self { settings, linked, toast, .. } = self;
        // All that can have been chosen before.
        let theme = settings.with_untracked(|settings| settings.theme);
        let is_chosen = theme != Settings::first().theme;
        let (stored, unread) = Settings::load();
        if !unread.is_empty() {
            let text = format!(
                "Another version of Coverlay has stored settings that this one cannot read ({}). They stay as they are, and the defaults are used.",
                plain_up_to(&unread.join(", "), 80)
            );
            toast.set(Some(Toast { text, undo: false }));
        }
        settings.set(stored);
        settings::keep(settings.read_only(), linked.read_only(), move || {
            let text = "This browser stores nothing more for this page: settings last until it is closed. Save the workspace as a file to keep them.";
            toast.set(Some(Toast { text: text.to_owned(), undo: false }));
        });
        if is_chosen {
            // In a task of its own, as a change of what was stored.
            spawn_local(async move { self.adjust(|settings| settings.theme = theme) });
        }
    }
}
