//! What the "Changes" view compares: which two states, and what follows from them.

mod choices;
mod frames;
mod kept;
mod trends;

pub use choices::{Choice, Key};
pub use frames::{frames, series_frames};
pub use kept::{Kept, keep, rename};
pub use trends::{Course, course};

use super::address::{self, Address, View};
use super::catalogues::version_order;
use super::state::AppState;
use crate::attack::{Catalogue, Domain};
use crate::coverage::{Scale, Scope};
use crate::history;
use crate::layer::{Comparison, Layer, Standing, compare};
use leptos::prelude::*;
use std::sync::Arc;

/// A score below this has dropped, unless something else is asked for.
pub const THRESHOLD: f64 = 50.0;

/// What the address says of a comparison; absent where it says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
struct Asked {
    old: Option<String>,
    new: Option<String>,
    threshold: Option<f64>,
}

impl Asked {
    fn of(address: &Address) -> Self {
        let value = |name: &str| {
            let found = address.filters.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone())
        };
        let threshold = value("threshold").and_then(|text| crate::float::float(text.trim()));
        Self {
            old: value("old"),
            new: value("new"),
            threshold: threshold.filter(|number| number.is_finite()),
        }
    }
}

/// Two states and what changed between them.
pub struct Compared {
    /// The release both are seen on: the newest of their domain.
    pub catalogue: Arc<Catalogue>,
    /// Which techniques count.
    pub scope: Scope,
    /// What scores of rules are read on.
    pub scale: Scale,
    /// Old and new.
    pub sides: [Side; 2],
    /// What changed.
    pub comparison: Comparison,
    /// What one should know of how the sides are seen, in sentences.
    pub remarks: Vec<String>,
}

/// One of the two states.
pub struct Side {
    /// Which.
    pub key: Key,
    /// What it is called.
    pub name: String,
    /// Which techniques it covers.
    pub standing: Standing,
    /// Its layer, if it is one.
    pub layer: Option<Arc<Layer>>,
}

/// A comparison, or why there is none.
#[derive(Clone)]
pub enum Outcome {
    /// The catalogues are not there yet.
    Waiting,
    /// There are fewer than two states.
    TooFew,
    /// One of them is of a domain that is not at hand: its name, and the domain.
    Strange(String, String),
    /// They are of two domains: name and domain of each.
    Apart([(String, Domain); 2]),
    /// What changed.
    Of(Arc<Compared>),
}

impl Outcome {
    /// The comparison, if there is one.
    pub fn compared(&self) -> Option<Arc<Compared>> {
        match self {
            Self::Of(compared) => Some(compared.clone()),
            _ => None,
        }
    }
}

/// The comparison of the page. Nothing is computed while nobody looks at it.
#[derive(Clone, Copy)]
pub struct Changes {
    /// Everything that can be compared, the rules first.
    pub choices: Memo<Vec<Choice>>,
    /// The two that are.
    pub chosen: Memo<Option<[Key; 2]>>,
    /// See [`Comparison::below_threshold`].
    pub threshold: Memo<f64>,
    /// What follows.
    pub outcome: Memo<Outcome>,
    /// What was chosen last: the tab of the view leads to an address without a choice.
    last: RwSignal<(Option<[Key; 2]>, Option<f64>)>,
}

impl Changes {
    /// Follows the page's state.
    pub fn new(state: AppState) -> Self {
        let last = RwSignal::new((None, None));
        let choices = Memo::new(move |_| choices::all(&state));
        let asked = Memo::new(move |before: Option<&Asked>| {
            state.address.with(|address| match address.view {
                View::Changes => Asked::of(address),
                // What is under a drawer stays; what another view filters is not ours.
                _ => before.cloned().unwrap_or_default(),
            })
        });
        let chosen = Memo::new(move |_| {
            let asked = asked.get();
            let (last, _) = last.get();
            choices.with(|all| choices::pick(all, asked.old.as_deref(), asked.new.as_deref(), last))
        });
        let threshold = Memo::new(move |_| {
            asked.with(|asked| asked.threshold).or(last.get().1).unwrap_or(THRESHOLD)
        });
        let outcome = Memo::new_with_compare(
            move |_| {
                let (Some(keys), threshold) = (chosen.get(), threshold.get()) else {
                    return Outcome::TooFew;
                };
                choices.with(|all| outcome(&state, all, keys, threshold))
            },
            |_, _| true,
        );
        Self { choices, chosen, threshold, outcome, last }
    }

    /// Compares these two.
    pub fn choose(&self, state: &AppState, keys: [Key; 2]) {
        let threshold = self.threshold.get_untracked();
        self.go(state, keys, threshold);
    }

    /// Counts what dropped below this score.
    pub fn set_threshold(&self, state: &AppState, threshold: f64) {
        if let Some(keys) = self.chosen.get_untracked() {
            self.go(state, keys, threshold);
        }
    }

    fn go(&self, state: &AppState, keys: [Key; 2], threshold: f64) {
        self.last.set((Some(keys), Some(threshold)));
        let show = state.address.with_untracked(|address| address.show.clone());
        address::go(&Address { filters: self.filters(keys, threshold), ..at(&show) });
    }

    /// What the address says of a comparison.
    fn filters(&self, keys: [Key; 2], threshold: f64) -> Vec<(String, String)> {
        let code = |key: Key| {
            self.choices.with_untracked(|all| {
                all.iter().find(|choice| choice.key == key).map(|choice| choice.code.clone())
            })
        };
        let [old, new] = keys.map(code);
        let mut filters = Vec::new();
        for (name, value) in
            [("old", old), ("new", new), ("threshold", Some(threshold.to_string()))]
        {
            filters.extend(value.map(|value| (name.to_owned(), value)));
        }
        filters
    }

    /// The address that shows another part of the same comparison.
    pub fn href(&self, show: &str) -> String {
        let filters = self.chosen.get().map(|keys| self.filters(keys, self.threshold.get()));
        Address { filters: filters.unwrap_or_default(), ..at(show) }.to_string()
    }
}

impl AppState {
    /// The release of what the drawer tells: of the comparison, else of what is shown.
    pub fn drawer_catalogue(&self) -> Option<Arc<Catalogue>> {
        self.compared_on.get().or_else(|| self.shown_catalogue())
    }
}

fn at(show: &str) -> Address {
    Address::showing(View::Changes, show)
}

/// The newest release of a domain.
pub(super) fn newest(all: &[Arc<Catalogue>], domain: Domain) -> Option<Arc<Catalogue>> {
    let of_domain = all.iter().filter(|catalogue| catalogue.domain == domain);
    of_domain.max_by_key(|catalogue| version_order(&catalogue.version)).cloned()
}

fn outcome(state: &AppState, all: &[Choice], keys: [Key; 2], threshold: f64) -> Outcome {
    let find = |key: Key| all.iter().find(|choice| choice.key == key);
    let [Some(old), Some(new)] = keys.map(find) else { return Outcome::TooFew };
    let domains = match (&old.domain, &new.domain) {
        (Ok(old), Ok(new)) => [*old, *new],
        (Err(domain), _) => return Outcome::Strange(old.name.clone(), domain.clone()),
        (_, Err(domain)) => return Outcome::Strange(new.name.clone(), domain.clone()),
    };
    if domains[0] != domains[1] {
        return Outcome::Apart([(old.name.clone(), domains[0]), (new.name.clone(), domains[1])]);
    }
    let Some(catalogue) = state.catalogues.with(|all| newest(all, domains[0])) else {
        return Outcome::Waiting;
    };
    let mut names = [old.name.clone(), new.name.clone()];
    if names[0] == names[1] && old.key != new.key {
        names = [old, new].map(|choice| format!("{} ({})", choice.name, choice.code));
    }
    let mut sides = Vec::new();
    let mut remarks = Vec::new();
    for (choice, name) in [old, new].into_iter().zip(&names) {
        let Some((standing, layer)) = standing(state, choice.key, &catalogue) else {
            return Outcome::Waiting;
        };
        let release = choice.release.as_str();
        if !release.is_empty() && release != catalogue.version {
            let own = super::layers::major(release);
            if release.contains('.') || own != super::layers::major(&catalogue.version) {
                remarks.push(format!("“{name}” is of ATT&CK {release}."));
            }
        }
        sides.push(Side { key: choice.key, name: name.clone(), standing, layer });
    }
    let Ok(sides) = <[Side; 2]>::try_from(sides) else { return Outcome::Waiting };
    let (platforms, scale) = state
        .settings()
        .with(|settings| (settings.scope.platforms.clone(), settings.policy.scale()));
    if !platforms.is_empty() {
        remarks.push(format!("Only techniques of {} count.", platforms.join(", ")));
    }
    let scope = Scope { platforms, ..Scope::default() };
    let comparison =
        compare(&sides[0].standing, &sides[1].standing, names, threshold, &catalogue, &|index| {
            scope.includes(&catalogue, catalogue.technique(index))
        });
    Outcome::Of(Arc::new(Compared { catalogue, scope, scale, sides, comparison, remarks }))
}

/// What a state covers, on a release; for a layer with it.
fn standing(
    state: &AppState,
    key: Key,
    catalogue: &Catalogue,
) -> Option<(Standing, Option<Arc<Layer>>)> {
    match key {
        Key::Rules => {
            let (from, coverage) = (state.catalogue.get()?, state.coverage.get()?);
            (coverage.techniques.len() == from.techniques.len())
                .then(|| (history::standing(&coverage, &from, catalogue), None))
        }
        Key::Layer(key) => {
            let layer = state.tabs().with(|tabs| {
                tabs.open.iter().find(|open| open.key == key).map(|open| open.layer.clone())
            })?;
            let standing = Standing::of_layers(std::slice::from_ref(&*layer), catalogue);
            Some((standing, Some(layer)))
        }
        Key::Kept(key) => state.tabs().with(|tabs| {
            let kept = tabs.kept.iter().find(|kept| kept.key == key)?;
            Some((Standing::new(kept.covered.iter().copied(), catalogue), None))
        }),
    }
}
