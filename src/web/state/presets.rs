//! Settings that somebody else has chosen: those of a link, and those that the page's host presets.
//!
//! Whose settings count, from first to last: what one changes oneself; a link's, for this visit;
//! one's own from earlier visits; the host's; the built-in defaults. The host's take the place of what
//! is still as the host (or, at first, the built-in defaults) had it, setting by setting.

use super::{AppState, Toast};
use crate::gaps::Profile;
use crate::link;
use crate::web::settings::{Linked, Settings, Shared};
use crate::web::view::numbers::counted;
use leptos::prelude::*;

impl AppState {
    /// Settings of a link that are in use, to read.
    pub fn linked(&self) -> ReadSignal<Option<Linked>> {
        self.linked.read_only()
    }

    /// Uses the settings of links as they come: with the page, and into a page that is open.
    pub(super) fn follow_links(self, came: RwSignal<Option<String>>) {
        let take = move || {
            if let Some(text) = came.try_update_untracked(Option::take).flatten() {
                self.follow_link(&text);
            }
        };
        take();
        Effect::watch(move || came.track(), move |(), _, _| take(), false);
    }

    /// Uses the settings of a link from now on; can be undone.
    fn follow_link(&self, text: &str) {
        let object = match link::read(text) {
            Ok(object) => object,
            Err(error) => {
                let text = format!("The settings of this link are not used: {error}");
                self.toast.set(Some(Toast { text, undo: false }));
                return;
            }
        };
        let (link, lost) = Shared::from_json(&object);
        let now = self.settings.get_untracked();
        if link == Shared::of(&now) {
            // Nothing changes, and there is nothing to take back.
            if !lost.is_empty() {
                let settings = counted(lost.len(), "setting", "settings");
                let text =
                    format!("{settings} of this link cannot be read by this version of Coverlay");
                self.toast.set(Some(Toast { text, undo: false }));
            }
            return;
        }
        let own = self.linked.with_untracked(|linked| match linked {
            Some(linked) => linked.own_of(&now),
            None => Shared::of(&now),
        });
        self.linked.set(Some(Linked { link: link.clone(), own, lost }));
        self.choose(|settings| link.give(settings));
    }

    /// Returns to one's own settings, but for what was changed since; can be undone.
    pub fn leave_link(&self) {
        let Some(linked) = self.linked.get_untracked() else { return };
        let own = linked.own_of(&self.settings.get_untracked());
        self.choose(|settings| own.give(settings));
    }

    /// Makes the settings of a link one's own.
    pub fn keep_link(&self) {
        self.linked.set(None);
        // Kept when they change.
        self.adjust(|_| {});
    }

    /// Whether a setting of a link is in use that is not one's own.
    pub fn uses_link(&self) -> bool {
        self.linked.with(|linked| {
            linked.as_ref().is_some_and(|linked| {
                self.settings.with(|now| linked.own_of(now) != Shared::of(now))
            })
        })
    }

    /// Takes what the host presets.
    pub fn preset(&self, theirs: &Shared) {
        let json = theirs.to_json();
        let before = self.settings.with_untracked(|settings| settings.hosted.settings.clone());
        let is_nothing = before.is_empty() && *theirs == Shared::default();
        if is_nothing || before == json {
            return;
        }
        let settle = |settings: &mut Settings| {
            let base = settings.hosted.shared();
            Shared::settled(&base, &Shared::of(settings), theirs).give(settings);
            settings.hosted.settings.clone_from(&json);
        };
        let base = self.settings.with_untracked(|settings| settings.hosted.shared());
        let is_linked = self.linked.with_untracked(Option::is_some);
        self.linked.update(|linked| {
            if let Some(linked) = linked {
                linked.own = Shared::settled(&base, &linked.own, theirs);
            }
        });
        self.preset_in_history(settle);
        match is_linked {
            true => self.adjust(|settings| settings.hosted.settings.clone_from(&json)),
            false => self.adjust(settle),
        }
    }

    /// Takes the host's profile, or that it gives none (any more).
    pub fn preset_profile(&self, theirs: Option<Profile>) {
        let settle = |settings: &mut Settings| {
            let base = settings.hosted.profile.take().unwrap_or_default();
            if settings.profile == base {
                settings.profile = theirs.clone().unwrap_or_default();
            }
            settings.hosted.profile.clone_from(&theirs);
        };
        let is_same = self.settings.with_untracked(|settings| settings.hosted.profile == theirs);
        if !is_same {
            self.preset_in_history(settle);
            self.adjust(settle);
        }
    }
}
