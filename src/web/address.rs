//! The address: view, technique and filter in the `#hash`, so that every place can be linked.

use crate::attack::TechniqueId;
use leptos::prelude::*;
use std::fmt;

/// The views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The heatmap.
    #[default]
    Matrix,
    /// The heatmap's twin as a table.
    Table,
    /// All rules.
    Rules,
    /// The import report.
    Import,
}

impl View {
    /// All, in the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Matrix, Self::Table, Self::Rules, Self::Import];

    /// As in the hash and in `data-view`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::Table => "table",
            Self::Rules => "rules",
            Self::Import => "import",
        }
    }

    /// As on the tab.
    pub fn label(self) -> &'static str {
        match self {
            Self::Matrix => "Matrix",
            Self::Table => "Table",
            Self::Rules => "Rules",
            Self::Import => "Import report",
        }
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
    /// Which rows a table shows, for example `unmapped`; empty for all.
    pub show: String,
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
            return Self { view, technique, no_technique, show: String::new() };
        }
        let view = View::ALL.into_iter().find(|view| view.as_str() == first).unwrap_or_default();
        let show = query.strip_prefix("show=").unwrap_or_default();
        let plain = show.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if plain { Self::showing(view, show) } else { Self::view(view) }
    }

    /// A view without a filter.
    pub fn view(view: View) -> Self {
        Self { view, ..Self::default() }
    }

    /// A view that shows some rows only.
    pub fn showing(view: View, show: &str) -> Self {
        Self { view, show: show.to_owned(), ..Self::default() }
    }

    /// Whether something stands in the drawer's place.
    pub fn is_open(&self) -> bool {
        self.technique.is_some() || self.no_technique.is_some()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.technique, &self.no_technique) {
            (Some(id), _) => write!(f, "#/technique/{id}"),
            (None, Some(text)) => write!(f, "#/technique/{text}"),
            (None, None) if self.show.is_empty() => write!(f, "#/{}", self.view.as_str()),
            (None, None) => write!(f, "#/{}?show={}", self.view.as_str(), self.show),
        }
    }
}

fn current_hash() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// The address as a signal that follows the hash. Set it with [`go`].
pub fn follow() -> ReadSignal<Address> {
    let (address, set_address) = signal(Address::parse(&current_hash(), View::Matrix));
    window_event_listener(leptos::ev::hashchange, move |_| {
        let last = address.get_untracked();
        let mut next = Address::parse(&current_hash(), last.view);
        // Opening a technique leaves the list behind it as it is.
        if next.is_open() {
            next.show = last.show;
        }
        set_address.set(next);
    });
    address
}

/// Goes to a place; the browser's back button returns.
pub fn go(address: &Address) {
    if let Some(window) = web_sys::window() {
        // The only failure is an unparsable hash, which `Display` cannot make.
        let _ = window.location().set_hash(&address.to_string());
    }
}
