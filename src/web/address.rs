//! The address: view, technique and filter in the `#hash`, so that every place can be linked.

use crate::attack::TechniqueId;
use crate::gaps::Shelf;
use crate::link;
use leptos::prelude::*;
use std::fmt;
use wasm_bindgen::JsValue;

/// The views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The heatmap.
    #[default]
    Matrix,
    /// The heatmap's twin as a table.
    Table,
    /// The rules in numbers: by tactic, by platform, and more.
    Tactics,
    /// What is missing, what matters first, and what to do about it.
    Gaps,
    /// What changed between two states.
    Changes,
    /// All rules.
    Rules,
    /// What rules did where they run.
    Alerts,
    /// Everything on one page, to be printed or carried away.
    Report,
    /// The import report.
    Import,
}

impl View {
    /// All, in the order of the tabs.
    pub const ALL: [Self; 9] = [
        Self::Matrix,
        Self::Table,
        Self::Tactics,
        Self::Gaps,
        Self::Changes,
        Self::Rules,
        Self::Alerts,
        Self::Report,
        Self::Import,
    ];

    /// As in the hash and in `data-view`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::Table => "table",
            Self::Tactics => "tactics",
            Self::Gaps => "gaps",
            Self::Changes => "changes",
            Self::Rules => "rules",
            Self::Alerts => "alerts",
            Self::Report => "report",
            Self::Import => "import",
        }
    }

    /// As on the tab.
    pub fn label(self) -> &'static str {
        match self {
            Self::Matrix => "Matrix",
            Self::Table => "Table",
            Self::Tactics => "Tactics",
            Self::Gaps => "Gaps",
            Self::Changes => "Changes",
            Self::Rules => "Rules",
            Self::Alerts => "Alerts",
            Self::Report => "Report",
            Self::Import => "Import report",
        }
    }
}

/// Before the place of a rule of the library.
const LIBRARY: &str = "library/";

/// A rule by where it stands; holds as long as its file is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePlace {
    /// Whose it is; files of both may have the same path.
    pub shelf: Shelf,
    /// [`crate::rule::Rule::path`]
    pub path: String,
    /// [`crate::rule::Rule::document`]
    pub document: u32,
}

impl RulePlace {
    /// Where a rule of one's own stands.
    pub fn of(rule: &crate::rule::Rule) -> Self {
        Self::on(Shelf::Own, rule)
    }

    /// Where a rule stands.
    pub fn on(shelf: Shelf, rule: &crate::rule::Rule) -> Self {
        Self { shelf, path: rule.path.clone(), document: rule.document }
    }

    /// The address that opens its text, over whatever view is open.
    pub fn href(self) -> String {
        Address { rule: Some(self), ..Address::default() }.to_string()
    }
}

/// A place in the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Which view.
    pub view: View,
    /// Which technique's drawer is open.
    pub technique: Option<TechniqueId>,
    /// What stands where a technique's id should, as the hash has it, if it is none.
    pub no_technique: Option<String>,
    /// Which rule's text is open.
    pub rule: Option<RulePlace>,
    /// Which rows a table shows, for example `unmapped`; empty for all.
    pub show: String,
    /// What else narrows them, as keys and values.
    pub filters: Vec<(String, String)>,
}

impl Address {
    /// Reads a hash. An unknown one is the matrix; `#/technique/T1059.001` keeps the `view`
    /// that was open.
    pub fn parse(hash: &str, view: View) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let asked = rest.trim_end_matches('/');
        if first == "technique" && !asked.is_empty() {
            // `T1059/001` is how MITRE's own addresses have it.
            let technique = asked.replacen('/', ".", 1).parse().ok();
            let no_technique = technique.is_none().then(|| asked.to_owned());
            return Self { view, technique, no_technique, ..Self::default() };
        }
        // `library` is no number, so that it can be no place of one's own.
        let (shelf, place) = match rest.strip_prefix(LIBRARY) {
            Some(place) => (Shelf::Library, place),
            None => (Shelf::Own, rest),
        };
        if first == "rule"
            && let Some((document, path)) = place.split_once('/')
        {
            let place = |document| RulePlace { shelf, path: decoded(path), document };
            let rule = document.parse().ok().map(place);
            return Self { view, rule, ..Self::default() };
        }
        let view = View::ALL.into_iter().find(|view| view.as_str() == first).unwrap_or_default();
        let mut address = Self::view(view);
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = decoded(value);
            match key {
                "show" => address.show = value,
                _ => address.filters.push((key.to_owned(), value)),
            }
        }
        address
    }

    /// A view without a filter.
    pub fn view(view: View) -> Self {
        Self { view, ..Self::default() }
    }

    /// A view that shows some rows only.
    pub fn showing(view: View, show: &str) -> Self {
        Self { view, show: show.to_owned(), ..Self::default() }
    }

    /// The same place without anything of rules, alerts, layers or what was typed: for links.
    #[must_use]
    pub fn shareable(&self) -> Self {
        /// Parts of views, tactics and platforms have short names.
        const LONGEST: usize = 60;
        let is_name = |text: &str| {
            text.len() <= LONGEST && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        };
        // In the tables of rules and alerts, and of a comparison, a filter may be a name of theirs.
        let keys: &[&str] = match self.view {
            View::Tactics => &["tool", "count"],
            View::Gaps => &["state", "tactic", "platform"],
            _ => &[],
        };
        let filters = self
            .filters
            .iter()
            .filter(|(key, value)| keys.contains(&key.as_str()) && value.len() <= LONGEST);
        Self {
            view: self.view,
            technique: self.technique,
            no_technique: None,
            rule: None,
            show: if is_name(&self.show) { self.show.clone() } else { String::new() },
            filters: filters.cloned().collect(),
        }
    }

    /// Whether something stands in the drawer's place.
    pub fn is_open(&self) -> bool {
        self.technique.is_some() || self.no_technique.is_some() || self.rule.is_some()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(RulePlace { shelf, path, document }) = &self.rule {
            let shelf = if *shelf == Shelf::Library { LIBRARY } else { "" };
            return write!(f, "#/rule/{shelf}{document}/{}", encoded(path));
        }
        match (self.technique, &self.no_technique) {
            (Some(id), _) => return write!(f, "#/technique/{id}"),
            (None, Some(text)) => return write!(f, "#/technique/{text}"),
            (None, None) => write!(f, "#/{}", self.view.as_str())?,
        }
        let show = (!self.show.is_empty()).then_some(("show", &self.show));
        let filters = self.filters.iter().map(|(key, value)| (key.as_str(), value));
        for (at, (key, value)) in show.into_iter().chain(filters).enumerate() {
            write!(f, "{}{key}={}", if at == 0 { '?' } else { '&' }, encoded(value))?;
        }
        Ok(())
    }
}

fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// A text that is not well encoded stays as it is.
fn decoded(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from)
}

fn current_hash() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// The hash without the settings of a link, which are given away once.
fn without_settings(found: WriteSignal<Option<String>>) -> String {
    let hash = current_hash();
    let (place, settings) = link::split(&hash);
    let Some(settings) = settings else { return hash };
    found.set(Some(settings.to_owned()));
    if let Some(Ok(history)) = web_sys::window().map(|window| window.history()) {
        // So that loading again, going back and copying the address are about the place alone. Only
        // an address of another origin is refused.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&place));
    }
    place
}

/// The address as a signal that follows the hash, set it with [`go`]; and the settings that the last
/// link carried.
pub fn follow() -> (ReadSignal<Address>, RwSignal<Option<String>>) {
    let settings = RwSignal::new(None);
    let place = move || without_settings(settings.write_only());
    let (address, set_address) = signal(Address::parse(&place(), View::Matrix));
    window_event_listener(leptos::ev::hashchange, move |_| {
        let last = address.get_untracked();
        let mut next = Address::parse(&place(), last.view);
        // Opening a technique leaves the list behind it as it is.
        if next.is_open() {
            next.show = last.show;
            next.filters = last.filters;
        }
        set_address.set(next);
    });
    (address, settings)
}

/// Goes to a place instead of the one that is shown; the back button does not return.
pub fn replace(address: &Address) {
    if let Some(window) = web_sys::window() {
        // As below.
        let _ = window.location().replace(&address.to_string());
    }
}

/// Goes to a place; the browser's back button returns.
pub fn go(address: &Address) {
    if let Some(window) = web_sys::window() {
        // The only failure is an unparsable hash, which `Display` cannot make.
        let _ = window.location().set_hash(&address.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_place_names_nothing_of_ones_own() {
        let pairs = |all: &[(&str, &str)]| {
            all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let rules = Address {
            filters: pairs(&[("words", "secret"), ("source", "secret")]),
            rule: Some(RulePlace { shelf: Shelf::Own, path: "secret.yml".to_owned(), document: 0 }),
            ..Address::showing(View::Rules, "unmapped")
        };
        assert_eq!(rules.shareable(), Address::showing(View::Rules, "unmapped"));
        let gaps = Address {
            filters: pairs(&[("words", "secret"), ("tactic", "impact"), ("platform", "Windows")]),
            technique: "T1059".parse().ok(),
            ..Address::view(View::Gaps)
        };
        let shared = gaps.shareable();
        assert_eq!(shared.filters, pairs(&[("tactic", "impact"), ("platform", "Windows")]));
        assert_eq!((shared.view, shared.technique), (View::Gaps, gaps.technique));
        let alerts = Address {
            filters: pairs(&[("host", "secret")]),
            no_technique: Some("secret".to_owned()),
            ..Address::showing(View::Alerts, "Secret name")
        };
        assert_eq!(alerts.shareable(), Address::view(View::Alerts));
    }
}
