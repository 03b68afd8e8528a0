//! The settings that a link carries and that a host may preset: a list of its own, so that a new
//! setting stays where it is until somebody puts it here.
//!
//! Never among them: anything of rules, alerts or layers (picked rules, what-ifs, columns, what is
//! looked at of alerts), the profile, and what was typed (names, titles, descriptions).

use super::{ExpansionMode, Settings};
use crate::attack::Domain;
use crate::coverage::{Policy, Scope, StatusSet};
use crate::gaps::PriorityPolicy;
use crate::heatmap::Palette;
use crate::heatmap::wording::plain_up_to;
use crate::limits::MAX_SHARED_PLATFORMS;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Of a name in a link.
const LONGEST_NAME: usize = 60;

/// Of `mine`, what is as `base` becomes as `theirs`; what somebody changed since stays.
fn settled<T: PartialEq + Clone>(base: &T, mine: &T, theirs: &T) -> T {
    if mine == base { theirs.clone() } else { mine.clone() }
}

/// `"key":value`, if that is not the default. Through text, as the settings are kept: what turns
/// them into text and back is there already.
fn write<T: PartialEq + Serialize>(pairs: &mut Vec<String>, key: &str, value: &T, plain: &T) {
    if value != plain
        && let Ok(text) = serde_json::to_string(value)
    {
        pairs.push(format!("\"{key}\":{text}"));
    }
}

fn read<T: DeserializeOwned>(value: &Value, into: &mut T) -> bool {
    let found = serde_json::from_str(&value.to_string());
    found.map(|found| *into = found).is_ok()
}

macro_rules! shared {
    ($($(#[$meaning:meta])* $field:ident: $kind:ty,)*) => {
        /// Settings that may be shared.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Shared {
            $($(#[$meaning])* pub $field: $kind,)*
        }

        impl Shared {
            /// Of `mine`, each setting that is as in `base` becomes as in `theirs`; those that
            /// somebody changed since stay.
            #[must_use]
            pub fn settled(base: &Self, mine: &Self, theirs: &Self) -> Self {
                Self { $($field: settled(&base.$field, &mine.$field, &theirs.$field),)* }
            }

            /// Those that differ from the defaults, as a JSON object.
            pub fn to_json(&self) -> String {
                let plain = Self::default();
                let mut pairs = Vec::new();
                $(write(&mut pairs, stringify!($field), &self.$field, &plain.$field);)*
                format!("{{{}}}", pairs.join(","))
            }

            /// The defaults with what an object says, and the keys of it that say nothing here:
            /// unknown ones, and those whose value cannot be read.
            pub fn from_json(object: &Map<String, Value>) -> (Self, Vec<String>) {
                let mut shared = Self::default();
                let mut lost = Vec::new();
                for (key, value) in object {
                    let is_read = match key.as_str() {
                        $(stringify!($field) => read(value, &mut shared.$field),)*
                        _ => false,
                    };
                    if !is_read {
                        lost.push(key.clone());
                    }
                }
                (shared.tidy(), lost)
            }
        }
    };
}

shared! {
    /// [`Settings::domain`]
    domain: Domain,
    /// [`Settings::version`]
    version: Option<String>,
    /// [`Scope::platforms`]
    platforms: Vec<String>,
    /// [`Scope::observable_only`]
    observable_only: bool,
    /// [`Scope::statuses`]
    statuses: StatusSet,
    /// [`Scope::count_disabled`]
    count_disabled: bool,
    /// [`Settings::policy`]
    policy: Policy,
    /// [`Settings::score_threshold`]
    score_threshold: u32,
    /// [`Settings::priority`]
    priority: PriorityPolicy,
    /// [`Settings::palette`]
    palette: Palette,
    /// The rule of [`Settings::expansion`]; not what was folded by hand.
    expansion: ExpansionMode,
    /// [`Settings::show_scores`]
    show_scores: bool,
    /// [`Settings::show_ids`]
    show_ids: bool,
}

impl Default for Shared {
    fn default() -> Self {
        Self::of(&Settings::default())
    }
}

impl Shared {
    /// Those of some settings.
    pub fn of(settings: &Settings) -> Self {
        // Each field by its name: a new one is decided upon here.
        let Settings {
            domain,
            version,
            scope,
            policy,
            score_threshold,
            priority,
            palette,
            expansion,
            show_scores,
            show_ids,
            // One's own, in this browser.
            hosted: _,
            profile: _,
            edited: _,
            edited_priorities: _,
            theme: _,
            single_keys: _,
            scan_texts: _,
            limits: _,
            // They name rules, hosts, people or columns of one's tables.
            detections: _,
            alert_tables: _,
            // Typed, or of exports.
            layer_name: _,
            layer_description: _,
            picture_title: _,
            picture_size: _,
            picture_theme: _,
            slide_title: _,
            slide_footer: _,
            slide_size: _,
            slide_theme: _,
        } = settings;
        let Scope {
            platforms,
            observable_only,
            statuses,
            count_disabled,
            // Log sources and rules, by name.
            what_if: _,
            picked: _,
        } = scope;
        Self {
            domain: *domain,
            version: version.clone(),
            platforms: platforms.clone(),
            observable_only: *observable_only,
            statuses: statuses.clone(),
            count_disabled: *count_disabled,
            policy: *policy,
            score_threshold: *score_threshold,
            priority: *priority,
            palette: palette.clone(),
            expansion: expansion.mode,
            show_scores: *show_scores,
            show_ids: *show_ids,
        }
    }

    /// Puts them into settings.
    pub fn give(&self, settings: &mut Settings) {
        let Self {
            domain,
            version,
            platforms,
            observable_only,
            statuses,
            count_disabled,
            policy,
            score_threshold,
            priority,
            palette,
            expansion,
            show_scores,
            show_ids,
        } = self.clone();
        settings.domain = domain;
        settings.version = version;
        settings.scope.platforms = platforms;
        settings.scope.observable_only = observable_only;
        settings.scope.statuses = statuses;
        settings.scope.count_disabled = count_disabled;
        settings.policy = policy;
        settings.score_threshold = score_threshold;
        settings.priority = priority;
        settings.palette = palette;
        settings.expansion.mode = expansion;
        settings.show_scores = show_scores;
        settings.show_ids = show_ids;
    }

    /// What a stranger wrote, within bounds.
    fn tidy(mut self) -> Self {
        self.version = self.version.map(|version| plain_up_to(&version, LONGEST_NAME));
        self.platforms.truncate(MAX_SHARED_PLATFORMS);
        for name in &mut self.platforms {
            *name = plain_up_to(name, LONGEST_NAME);
        }
        let mut statuses = StatusSet::default();
        for status in crate::rule::Status::ALL {
            statuses.set(status, self.statuses.contains(status));
        }
        self.statuses = statuses;
        self.score_threshold = self.score_threshold.min(100);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::{KnownMapping, Mapping};
    use crate::coverage::WhatIf;
    use crate::gaps::Profile;
    use crate::heatmap::{Rgb, Size, Theme};
    use crate::limits::MAX_LINK_CHARS;
    use crate::link;
    use crate::rule::{LogSource, Status};
    use crate::web::detections::DetectionChoices;
    use crate::web::settings::{Expansion, Hosting, ThemeChoice};
    use proptest::prelude::*;
    use serde_json::json;

    fn object(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).expect("an object")
    }

    /// Settings with every field changed, all that must not get out with a word that would show.
    fn all_changed() -> Settings {
        let secret = || Some("secret".to_owned());
        let source = LogSource::new("secret", "", "");
        let mut policy = Policy::named("depth").expect("a policy");
        for (weight, value) in policy.weights() {
            let (least, highest) = weight.range();
            let other = if value == highest { least } else { highest };
            policy.set_weight(weight.key, other).expect("in range");
        }
        let mut statuses = StatusSet::default();
        statuses.set(Status::Deprecated, true);
        let profile = Profile { services: vec!["secret".to_owned()], ..Profile::default() };
        let table =
            KnownMapping { columns: vec!["secret".to_owned()], mapping: Mapping::default() };
        // Each field by its name, so that a new one is thought of.
        Settings {
            domain: Domain::Ics,
            version: Some("18.1".to_owned()),
            scope: Scope {
                platforms: vec!["Windows".to_owned(), "Linux".to_owned()],
                observable_only: true,
                statuses,
                count_disabled: true,
                what_if: WhatIf { log_sources: [source].into(), ..WhatIf::default() },
                picked: None,
            },
            policy,
            edited: vec![Policy::Count],
            score_threshold: 33,
            hosted: Hosting { settings: "{\"secret\":1}".to_owned(), profile: None },
            profile,
            priority: PriorityPolicy::Groups,
            edited_priorities: vec![PriorityPolicy::default()],
            palette: Palette::custom(vec![Rgb(1, 2, 3), Rgb(4, 5, 6)]).expect("two stops"),
            theme: ThemeChoice::Dark,
            expansion: Expansion {
                mode: ExpansionMode::All,
                toggled: vec!["T1059".parse().expect("an id")],
            },
            show_scores: false,
            show_ids: true,
            single_keys: false,
            scan_texts: true,
            limits: serde_json::from_str("{\"secret\":7}").expect("a choice"),
            detections: DetectionChoices { compare: true, ..DetectionChoices::default() },
            alert_tables: vec![table],
            layer_name: secret(),
            layer_description: secret(),
            picture_title: secret(),
            picture_size: Size::Wide3840,
            picture_theme: Some(Theme::Dark),
            slide_title: secret().unwrap_or_default(),
            slide_footer: secret().unwrap_or_default(),
            slide_size: crate::heatmap::slide::SlideSize::Wide3840,
            slide_theme: Some(Theme::Dark),
        }
    }

    #[test]
    fn only_the_list_gets_out_and_all_of_it() {
        let settings = all_changed();
        let json = Shared::of(&settings).to_json();
        let keys: Vec<String> = object(&json).keys().cloned().collect();
        assert_eq!(
            keys,
            [
                "count_disabled",
                "domain",
                "expansion",
                "observable_only",
                "palette",
                "platforms",
                "policy",
                "priority",
                "score_threshold",
                "show_ids",
                "show_scores",
                "statuses",
                "version",
            ]
        );
        let all = serde_json::to_string(&settings).expect("JSON");
        assert!(all.matches("secret").count() >= 5, "{all}");
        assert!(!json.contains("secret") && !json.contains("T1059"), "{json}");
        let link = link::write(&json);
        assert!(link.len() * 4 < MAX_LINK_CHARS, "{} characters", link.len());
        // And all of it comes back, over whatever was there.
        let (read, lost) = Shared::from_json(&link::read(&link).expect("ours"));
        assert_eq!((read.clone(), lost), (Shared::of(&settings), vec![]));
        let mut other = Settings::default();
        read.give(&mut other);
        assert_eq!(Shared::of(&other), read);
        assert_eq!(
            (&other.profile, &other.theme),
            (&Settings::default().profile, &Default::default())
        );
    }

    #[test]
    fn defaults_are_an_empty_object() {
        assert_eq!(Shared::default().to_json(), "{}");
        assert_eq!(Shared::from_json(&Map::new()), (Shared::default(), vec![]));
    }

    #[test]
    fn each_value_is_read_by_itself_and_within_bounds() {
        let long = "x".repeat(500);
        let many = vec!["a\u{202e}b"; 500];
        let text = json!({"platforms": many, "version": long, "score_threshold": 4_000_000,
            "domain": "mars-attack", "policy": {"policy": "level", "table": {"high": 101}},
            "statuses": ["stable", "stable"], "palette": {"name": "custom", "stops": []},
            "show_ids": true, "later": 1});
        let (shared, lost) = Shared::from_json(text.as_object().expect("an object"));
        assert_eq!(lost, ["domain", "later", "palette", "policy"]);
        assert_eq!(shared.platforms.len(), MAX_SHARED_PLATFORMS);
        assert_eq!(shared.platforms[0], "ab");
        assert!(shared.version.is_some_and(|version| version.chars().count() <= LONGEST_NAME));
        assert_eq!((shared.score_threshold, shared.show_ids), (100, true));
        assert_eq!(shared.statuses.iter().count(), 1);
    }

    #[test]
    fn what_somebody_changed_stays() {
        let host = |domain, show_ids| Shared { domain, show_ids, ..Shared::default() };
        let (base, theirs) = (host(Domain::Ics, true), host(Domain::Mobile, true));
        // Nothing was changed: the host's new word.
        assert_eq!(Shared::settled(&base, &base, &theirs), theirs);
        // Back to the built-in default is a choice as well.
        let mine = host(Domain::Enterprise, true);
        assert_eq!(Shared::settled(&base, &mine, &theirs), mine);
        // The host says nothing any more.
        let gone = Shared::default();
        assert_eq!(Shared::settled(&base, &host(Domain::Ics, false), &gone), gone);
    }

    proptest! {
        #[test]
        fn any_object_is_read(keys in proptest::collection::vec("domain|version|platforms|policy|statuses|palette|priority|expansion|x", 0..6),
                              texts in proptest::collection::vec("\\PC{0,8}", 6)) {
            let object: Map<String, Value> = keys.iter().zip(&texts)
                .map(|(key, text)| (key.clone(), serde_json::from_str(text).unwrap_or(json!(text)))).collect();
            let (shared, lost) = Shared::from_json(&object);
            prop_assert!(lost.len() <= object.len());
            // What was read is written and read again.
            let again = Shared::from_json(&serde_json::from_str(&shared.to_json()).expect("JSON"));
            prop_assert_eq!(again, (shared, vec![]));
        }
    }
}
