//! What the user chose: one serialisable value, kept in the browser's local storage (settings
//! only, never anything of the rules).

mod limits;
mod shared;

pub use limits::ChosenLimits;
pub use shared::Shared;

use super::detections::DetectionChoices;
use crate::alerts::KnownMapping;
use crate::attack::{Domain, TechniqueId};
use crate::coverage::detections::HealthWeights;
use crate::coverage::{DEFAULT_THRESHOLD, DepthWeights, Policy, Scope};
use crate::gaps::{PriorityPolicy, Profile};
use crate::heatmap::slide::SlideSize;
use crate::heatmap::{Palette, PaletteName, Size, Theme};
use leptos::ev;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;

/// Which sub-techniques the matrix shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expansion {
    /// The rule for all parents.
    pub mode: ExpansionMode,
    /// Parents whose state is the opposite of what the mode says.
    pub toggled: Vec<TechniqueId>,
}

/// The rule for all parents, as in the Navigator's `expandedSubtechniques`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExpansionMode {
    /// All folded.
    #[default]
    None,
    /// Unfolded where a sub-technique has a rule.
    Annotated,
    /// All unfolded.
    All,
}

impl Expansion {
    /// Whether a parent is unfolded; `annotated` says whether a sub-technique of it has a rule.
    pub fn is_open(&self, parent: TechniqueId, annotated: bool) -> bool {
        let open = match self.mode {
            ExpansionMode::None => false,
            ExpansionMode::Annotated => annotated,
            ExpansionMode::All => true,
        };
        open != self.toggled.contains(&parent)
    }

    /// Folds or unfolds one parent.
    pub fn toggle(&mut self, parent: TechniqueId) {
        match self.toggled.iter().position(|id| *id == parent) {
            Some(at) => {
                self.toggled.remove(at);
            }
            None => self.toggled.push(parent),
        }
    }
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeChoice {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What the page's host preset when it was asked last: what is still so, nobody has chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hosting {
    /// [`Shared::to_json`]; empty as long as no host said anything.
    pub settings: String,
    /// A profile.
    pub profile: Option<Profile>,
}

impl Hosting {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The settings.
    pub fn shared(&self) -> Shared {
        let object = serde_json::from_str(&self.settings).unwrap_or_default();
        Shared::from_json(&object).0
    }
}

/// Settings of a link, in use for this visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    /// Those of the link.
    pub link: Shared,
    /// One's own.
    pub own: Shared,
    /// What the link had that this version cannot read, by its names there.
    pub lost: Vec<String>,
}

impl Linked {
    /// What is one's own of the settings that are in use: all that was changed since, and what was
    /// there before of the rest.
    pub fn own_of(&self, now: &Settings) -> Shared {
        Shared::settled(&self.link, &Shared::of(now), &self.own)
    }
}

/// All choices. Unknown or missing fields of an older version fall back to their defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Which ATT&CK domain.
    pub domain: Domain,
    /// Which ATT&CK release; `None` is the newest at hand.
    pub version: Option<String>,
    /// Platforms and statuses that count.
    pub scope: Scope,
    /// How rules become scores.
    pub policy: Policy,
    /// Other policies that were edited, for when they are chosen again.
    pub edited: Vec<Policy>,
    /// The score that techniques are asked to reach, in the numbers.
    pub score_threshold: u32,
    /// Who one is: platforms, log sources, threat, what is accepted.
    #[serde(rename = "own_profile", deserialize_with = "or_default")]
    pub profile: Profile,
    /// Which gaps come first.
    #[serde(deserialize_with = "or_default")]
    pub priority: PriorityPolicy,
    /// Other orders of gaps that were edited, for when they are chosen again.
    pub edited_priorities: Vec<PriorityPolicy>,
    /// What was preset by the page's host.
    #[serde(skip_serializing_if = "Hosting::is_none", deserialize_with = "or_default")]
    pub hosted: Hosting,
    /// How scores become colours.
    pub palette: Palette,
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Which sub-techniques are shown.
    pub expansion: Expansion,
    /// Whether cells print their score.
    pub show_scores: bool,
    /// Whether cells print their id.
    pub show_ids: bool,
    /// Whether single characters are commands: `/` finds, `?` helps.
    pub single_keys: bool,
    /// Whether texts that are no rules are searched for ids.
    pub scan_texts: bool,
    /// Limits other than the program's own.
    #[serde(deserialize_with = "or_default")]
    pub limits: ChosenLimits,
    /// What is looked at of alerts.
    #[serde(deserialize_with = "or_default")]
    pub detections: DetectionChoices,
    /// Columns of alerts that were chosen by hand, the newest last.
    #[serde(deserialize_with = "or_default")]
    pub alert_tables: Vec<KnownMapping>,
    /// Name of the exported layer; `None` is the default for today's quarter.
    pub layer_name: Option<String>,
    /// Description of the exported layer; `None` is the default sentence.
    pub layer_description: Option<String>,
    /// Title of exported pictures; `None` is the default.
    pub picture_title: Option<String>,
    /// Size of exported pictures.
    pub picture_size: Size,
    /// Colours of exported pictures; `None` is as the page.
    pub picture_theme: Option<Theme>,
    /// One's own title of slides; empty for none.
    pub slide_title: String,
    /// One's own line at their foot; empty for none.
    pub slide_footer: String,
    /// Their size.
    #[serde(deserialize_with = "or_default")]
    pub slide_size: SlideSize,
    /// Their colours; `None` is as the page.
    pub slide_theme: Option<Theme>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            domain: Domain::Enterprise,
            version: None,
            scope: Scope::default(),
            policy: Policy::default(),
            edited: Vec::new(),
            score_threshold: DEFAULT_THRESHOLD,
            profile: Profile::default(),
            priority: PriorityPolicy::default(),
            edited_priorities: Vec::new(),
            hosted: Hosting::default(),
            palette: Palette::default(),
            theme: ThemeChoice::default(),
            expansion: Expansion::default(),
            show_scores: true,
            show_ids: false,
            single_keys: true,
            scan_texts: false,
            limits: ChosenLimits::default(),
            detections: DetectionChoices::default(),
            alert_tables: Vec::new(),
            layer_name: None,
            layer_description: None,
            picture_title: None,
            picture_size: Size::default(),
            picture_theme: None,
            slide_title: String::new(),
            slide_footer: String::new(),
            slide_size: SlideSize::default(),
            slide_theme: None,
        }
    }
}

/// What another version kept and this one cannot read costs itself, not all settings.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::de::DeserializeOwned + Default,
{
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// Where local storage keeps the settings.
const KEY: &str = "coverlay.settings.1";

impl Settings {
    /// What the numbers depend on.
    pub fn counting(&self) -> (Domain, Option<String>, Policy, Scope, HealthWeights) {
        let health = self.detections.health;
        (self.domain, self.version.clone(), self.policy, self.scope.clone(), health)
    }

    /// Chooses a policy by its name, as it was edited last.
    pub fn colour_by(&mut self, name: &str) {
        if self.policy.name() == name {
            return;
        }
        let Some(default) = Policy::named(name) else { return };
        let known = self.edited.iter().position(|policy| policy.name() == name);
        let next = known.map_or(default, |at| self.edited.remove(at));
        let before = std::mem::replace(&mut self.policy, next);
        if before.is_edited() {
            self.edited.push(before);
        }
    }

    /// Chooses an order of gaps by its name, as it was edited last.
    pub fn order_by(&mut self, name: &str) {
        if self.priority.name() == name {
            return;
        }
        let Some(default) = PriorityPolicy::named(name) else { return };
        let known = self.edited_priorities.iter().position(|policy| policy.name() == name);
        let next = known.map_or(default, |at| self.edited_priorities.remove(at));
        let before = std::mem::replace(&mut self.priority, next);
        if before.is_edited() {
            self.edited_priorities.push(before);
        }
    }

    /// The weights of depth, whether it is chosen or not.
    pub fn depth(&self) -> DepthWeights {
        let all = [&self.policy].into_iter().chain(&self.edited);
        let mut weights = all.filter_map(|policy| match policy {
            Policy::Depth { weights } => Some(*weights),
            _ => None,
        });
        weights.next().unwrap_or_default()
    }

    /// What the first picture needs of those in local storage, which is the colours; the rest is as
    /// by default. The text is searched, not read: the reader is a tenth of the page's code and comes
    /// later.
    pub fn first() -> Self {
        let stored = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
        let is = |theme: &str| {
            let stored = stored.as_deref().unwrap_or_default();
            stored.contains(&format!("\"theme\":\"{theme}\""))
        };
        let theme = match () {
            () if is("dark") => ThemeChoice::Dark,
            () if is("light") => ThemeChoice::Light,
            () => ThemeChoice::System,
        };
        Self { theme, ..Self::default() }
    }

    /// From local storage; defaults where there are none, or storage is refused. And the names of
    /// those that this version cannot read: another one wrote them, and there they stay.
    pub fn load() -> (Self, Vec<String>) {
        let stored = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
        stored.map(|text| Self::of_whole(&text)).unwrap_or_default()
    }

    /// As an object of JSON.
    fn to_map(&self) -> Map<String, Value> {
        serde_json::from_str(&self.whole()).unwrap_or_default()
    }

    /// Into local storage. Settings of a link are not, but those that were changed since. What lies
    /// there stays as far as it was not changed here since `base`, which becomes what is stored:
    /// another tab may have changed it, or another version may know what this one does not.
    ///
    /// # Errors
    /// Where storage is refused, as in some private windows, or full.
    fn save(&self, linked: Option<&Linked>, base: &mut Map<String, Value>) -> Result<(), ()> {
        // What-ifs name log sources as rules write them, and nothing of the rules is kept.
        let detections = self.detections.kept();
        let mut kept = Self { scope: self.scope.really(), detections, ..self.clone() };
        if let Some(linked) = linked {
            linked.own_of(self).give(&mut kept);
        }
        let storage = storage().ok_or(())?;
        let stored = storage.get_item(KEY).map_err(drop)?;
        let stored = stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let mine = kept.to_map();
        let all = merged(stored, base, &mine);
        *base = mine;
        if all == Self::default().to_map() {
            // Nothing was chosen: nothing of ours need lie there.
            return storage.remove_item(KEY).map_err(drop);
        }
        let text = serde_json::to_string(&all).map_err(drop)?;
        storage.set_item(KEY, &text).map_err(drop)
    }

    /// All of them, also what is not kept beyond the visit, for a workspace.
    pub fn whole(&self) -> String {
        // Plain values, texts and lists of them.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What [`Self::whole`] wrote, perhaps in another version: what cannot be read is as it was by
    /// default, and named.
    pub fn of_whole(text: &str) -> (Self, Vec<String>) {
        if let Ok(settings) = serde_json::from_str(text) {
            return (settings, Vec::new());
        }
        let mut all = Map::new();
        let mut refused = Vec::new();
        for (key, value) in serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default() {
            let one = Map::from_iter([(key.clone(), value.clone())]);
            match serde_json::from_value::<Self>(Value::Object(one)) {
                Ok(_) => {
                    all.insert(key, value);
                }
                Err(_) => refused.push(key),
            }
        }
        (serde_json::from_value(Value::Object(all)).unwrap_or_default(), refused)
    }

    /// The palette to draw with: built-in ones have a variant for each theme.
    pub fn palette_in(&self, theme: Theme) -> Palette {
        match self.palette.name() {
            PaletteName::Custom => self.palette.clone(),
            name => Palette::new(name, theme).with_patterns(self.palette.is_patterned()),
        }
    }

    /// The theme to draw with; `system_dark` is the system's wish.
    pub fn theme(&self, system_dark: bool) -> Theme {
        match self.theme {
            ThemeChoice::Light => Theme::Light,
            ThemeChoice::Dark => Theme::Dark,
            ThemeChoice::System if system_dark => Theme::Dark,
            ThemeChoice::System => Theme::Light,
        }
    }
}

/// What is stored with what was changed here: of `mine` that which is not as in `base`.
fn merged(
    mut stored: Map<String, Value>,
    base: &Map<String, Value>,
    mine: &Map<String, Value>,
) -> Map<String, Value> {
    for (key, value) in mine {
        if base.get(key) != Some(value) || !stored.contains_key(key) {
            stored.insert(key.clone(), value.clone());
        }
    }
    stored.retain(|key, _| mine.contains_key(key) || !base.contains_key(key));
    stored
}

/// Keeps them in local storage as they change: not at every step of a slider, but when it rests and
/// before the page is left or hidden. Says once where that cannot be.
pub fn keep(
    settings: ReadSignal<Settings>,
    linked: ReadSignal<Option<Linked>>,
    refused: impl Fn() + Copy + 'static,
) {
    const REST: Duration = Duration::from_millis(300);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let base = StoredValue::new(settings.with_untracked(Settings::to_map));
    let is_told = StoredValue::new(false);
    let save = move || {
        if let Some(timer) = waiting.try_update_value(Option::take).flatten() {
            timer.clear();
            let linked = linked.get_untracked();
            let saved = base.try_update_value(|base| {
                settings.with_untracked(|settings| settings.save(linked.as_ref(), base))
            });
            if saved == Some(Err(())) && !is_told.get_value() {
                is_told.set_value(true);
                refused();
            }
        }
    };
    Effect::new(move |before: Option<()>| {
        settings.track();
        // At first they are what was kept.
        if before.is_some() {
            if let Some(timer) = waiting.try_update_value(Option::take).flatten() {
                timer.clear();
            }
            waiting.set_value(set_timeout_with_handle(save, REST).ok());
        }
    });
    let leaving = window_event_listener(ev::pagehide, move |_| save());
    // A phone may end a page that is hidden without a further word.
    let hiding = window_event_listener(ev::visibilitychange, move |_| save());
    on_cleanup(move || {
        leaving.remove();
        hiding.remove();
    });
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).expect("an object")
    }

    #[test]
    fn what_was_not_changed_here_stays_as_it_is_stored() {
        // Another tab changed b, a later version knows d and writes c in its own way.
        let stored = map(r#"{"a": 1, "b": 2, "c": {"new": true}, "d": 4}"#);
        let base = map(r#"{"a": 1, "b": 1, "c": 0, "gone": 1}"#);
        let same = merged(stored.clone(), &base, &map(r#"{"a": 1, "b": 1, "c": 0}"#));
        assert_eq!(same, stored);
        let changed = merged(stored.clone(), &base, &map(r#"{"a": 9, "b": 1, "c": 5}"#));
        assert_eq!(changed, map(r#"{"a": 9, "b": 2, "c": 5, "d": 4}"#));
        // Storage was cleared meanwhile: all of it is written.
        let mine = map(r#"{"a": 1, "b": 1}"#);
        assert_eq!(merged(Map::new(), &base, &mine), mine);
        // What is not written any more goes.
        assert_eq!(
            merged(map(r#"{"a": 1, "gone": 1}"#), &base, &map(r#"{"a": 1}"#)),
            map(r#"{"a": 1}"#)
        );
    }

    #[test]
    fn what_cannot_be_read_costs_itself() {
        let settings = Settings { show_ids: true, score_threshold: 70, ..Settings::default() };
        assert_eq!(Settings::of_whole(&settings.whole()), (settings.clone(), Vec::new()));
        let spoilt = settings.whole().replace("enterprise-attack", "no-attack");
        let (read, refused) = Settings::of_whole(&spoilt);
        assert_eq!((read, refused), (settings, vec!["domain".to_owned()]));
        assert_eq!(Settings::of_whole("[").0, Settings::default());
        assert_eq!(Settings::of_whole("{\"new\": 1, \"show_ids\": 7}").1, ["show_ids"]);
    }
}
