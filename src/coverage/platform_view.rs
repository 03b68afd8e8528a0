//! Coverage by platform, as the rules can see it: a rule covers a technique on a platform only
//! if its log source is of that platform.

use super::Coverage;
use super::summary::percent;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::pace::{Pace, Unpaced, at_once};
use crate::rule::Intake;
use std::collections::BTreeMap;

/// How far a technique is seen on a platform, the best of its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// No rule covers it.
    None,
    /// Only rules that look at other platforms cover it.
    Elsewhere,
    /// Only rules that say nothing of platforms, and some that look elsewhere: a proxy's or a
    /// web server's log may stand on this platform or on any other. Nobody knows, so it is kept
    /// apart.
    Unstated,
    /// A rule whose log source is of this platform covers it.
    Visible,
}

/// Which platforms stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Each by itself, as the catalogue names them.
    Each,
    /// The clouds as one, and each under the name of the newest release.
    Families,
}

/// One platform, or several that stand together: its techniques and sub-techniques.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlatformView {
    /// For people.
    pub name: String,
    /// As the catalogue names them, to be put into a scope.
    pub platforms: Vec<String>,
    /// Techniques and sub-techniques, by id, whatever the scope's platforms.
    pub techniques: Vec<(TechniqueIndex, Sight)>,
}

/// A platform in one tactic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GridCell {
    /// Techniques and sub-techniques that any rule covers.
    pub covered: usize,
    /// Of these, those that a rule of this platform covers.
    pub visible: usize,
    /// Of these, those that only rules without a platform may cover.
    pub unstated: usize,
    /// Techniques and sub-techniques.
    pub total: usize,
}

impl GridCell {
    fn add(&mut self, sight: Sight) {
        self.total += 1;
        self.covered += usize::from(sight > Sight::None);
        self.visible += usize::from(sight == Sight::Visible);
        self.unstated += usize::from(sight == Sight::Unstated);
    }

    /// What any rule covers, of all, in percent: the naive count.
    pub fn percent(&self) -> f64 {
        percent(self.covered, self.total)
    }

    /// What a rule of the platform covers, of all, in percent.
    pub fn percent_visible(&self) -> f64 {
        percent(self.visible, self.total)
    }
}

impl PlatformView {
    /// All tactics together.
    pub fn all(&self) -> GridCell {
        let mut cell = GridCell::default();
        for (_, sight) in &self.techniques {
            cell.add(*sight);
        }
        cell
    }

    /// One cell a tactic, in matrix order. A technique of two tactics stands in both.
    pub fn by_tactic(&self, catalogue: &Catalogue) -> Vec<GridCell> {
        let mut cells = vec![GridCell::default(); catalogue.tactics.len()];
        for (index, sight) in &self.techniques {
            for tactic in &catalogue.technique(*index).tactics {
                if let Some(cell) = cells.get_mut(usize::from(*tactic)) {
                    cell.add(*sight);
                }
            }
        }
        cells
    }

    /// What no rule covers or, if not `naive`, what no rule of this platform covers; by id.
    pub fn blind_spots(&self, naive: bool) -> Vec<TechniqueIndex> {
        let least = if naive { Sight::Elsewhere } else { Sight::Visible };
        let blind = self.techniques.iter().filter(|(_, sight)| *sight < least);
        blind.map(|(index, _)| *index).collect()
    }
}

/// Names of older releases, and what release 19 calls the same
/// (<https://attack.mitre.org/resources/updates/>; release 15 still has Azure AD, Google
/// Workspace, Network and Office 365).
const LEGACY: [(&str, &str); 7] = [
    ("AWS", "IaaS"),
    ("Azure", "IaaS"),
    ("GCP", "IaaS"),
    ("Azure AD", "Identity Provider"),
    ("Office 365", "Office Suite"),
    ("Google Workspace", "Office Suite"),
    ("Network", "Network Devices"),
];

/// What stands together, in the order it is shown in; other platforms follow by name.
const FAMILIES: [(&str, &[&str]); 8] = [
    ("Windows", &["Windows"]),
    ("Linux", &["Linux"]),
    ("macOS", &["macOS"]),
    ("Cloud", &["IaaS", "SaaS", "Office Suite", "Identity Provider"]),
    ("Network", &["Network Devices"]),
    ("Containers", &["Containers"]),
    ("ESXi", &["ESXi"]),
    ("PRE", &["PRE"]),
];

fn of_today(name: &str) -> &str {
    LEGACY.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| new)
}

/// Each group: its name, and the places of its platforms in the catalogue.
fn groups(catalogue: &Catalogue, grouping: Grouping) -> Vec<(String, Vec<usize>)> {
    let names = || catalogue.platforms.iter().enumerate();
    if grouping == Grouping::Each {
        return names().map(|(at, name)| (name.clone(), vec![at])).collect();
    }
    let mut left: Vec<(usize, &String)> = names().collect();
    let mut groups = Vec::new();
    for (name, members) in FAMILIES {
        let (here, rest) =
            left.into_iter().partition(|(_, platform)| members.contains(&of_today(platform)));
        left = rest;
        let here: Vec<(usize, &String)> = here;
        if !here.is_empty() {
            groups.push((name.to_owned(), here.into_iter().map(|(at, _)| at).collect()));
        }
    }
    groups.extend(left.into_iter().map(|(at, name)| (name.clone(), vec![at])));
    groups
}

/// One view a group. A sub-technique lends only to a parent in the same group.
///
/// What a rule can see are its [`crate::rule::Rule::platforms`]: those it states, or those that
/// its log source implies.
pub fn platform_views(
    catalogue: &Catalogue,
    intake: &Intake,
    coverage: &Coverage,
    grouping: Grouping,
) -> Vec<PlatformView> {
    at_once(platform_views_paced(catalogue, intake, coverage, grouping, &Unpaced))
}

/// [`platform_views`] in pieces.
pub async fn platform_views_paced(
    catalogue: &Catalogue,
    intake: &Intake,
    coverage: &Coverage,
    grouping: Grouping,
    pace: &impl Pace,
) -> Vec<PlatformView> {
    let groups = groups(catalogue, grouping);
    let seen = seen_on(catalogue, intake, coverage, &groups, pace).await;
    let mut views = Vec::with_capacity(groups.len());
    for (at, (name, members)) in groups.into_iter().enumerate() {
        let mut sights: Vec<Option<Sight>> = Vec::with_capacity(catalogue.techniques.len());
        for technique in &catalogue.techniques {
            let is_here = technique.platforms.iter().any(|p| members.contains(&usize::from(*p)));
            let sight = seen.get(sights.len()).map_or(Sight::None, |seen| seen.on(at));
            sights.push(is_here.then_some(sight));
        }
        for (index, technique) in catalogue.techniques.iter().enumerate() {
            let sight = sights.get(index).copied().flatten();
            if let (Some(parent), Some(sight)) = (technique.parent, sight)
                && let Some(Some(of_parent)) = sights.get_mut(usize::from(parent.0))
            {
                *of_parent = sight.max(*of_parent);
            }
        }
        let here = catalogue.indices().zip(sights);
        let platforms =
            members.iter().filter_map(|member| catalogue.platforms.get(*member).cloned());
        views.push(PlatformView {
            name,
            platforms: platforms.collect(),
            techniques: here.filter_map(|(index, sight)| Some((index, sight?))).collect(),
        });
    }
    views
}

/// Rules between two questions whether to pause: each is only looked up.
const RULES: usize = 1024;

/// What the rules that name a technique can see.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// A bit a group.
    groups: u64,
    is_covered: bool,
    is_unstated: bool,
}

impl Seen {
    fn on(self, group: usize) -> Sight {
        let bit = u32::try_from(group).ok().and_then(|group| 1_u64.checked_shl(group)).unwrap_or(0);
        match self {
            Self { groups, .. } if groups & bit != 0 => Sight::Visible,
            Self { is_unstated: true, .. } => Sight::Unstated,
            Self { is_covered: true, .. } => Sight::Elsewhere,
            Self { .. } => Sight::None,
        }
    }
}

async fn seen_on(
    catalogue: &Catalogue,
    intake: &Intake,
    coverage: &Coverage,
    groups: &[(String, Vec<usize>)],
    pace: &impl Pace,
) -> Vec<Seen> {
    let members = |at: usize| groups.get(at).map(|(_, members)| members.as_slice());
    let names = |at: usize| {
        let places = members(at).unwrap_or_default().iter();
        places.filter_map(|place| catalogue.platforms.get(*place)).map(|name| of_today(name))
    };
    // A bit a group; no catalogue has more than 64 platforms unless made by hand, and then the
    // rest of them are seen by nobody.
    let mask = |platforms: &[String]| {
        let sees = |name: &str| platforms.iter().any(|known| of_today(known) == name);
        (0..groups.len().min(64))
            .filter(|at| names(*at).any(sees))
            .fold(0, |mask, at| mask | 1 << at)
    };
    // Thousands of rules are for the same few platforms.
    let mut known: BTreeMap<&[String], u64> = BTreeMap::new();
    let mut masks: Vec<u64> = Vec::with_capacity(intake.rules.len());
    for rule in &intake.rules {
        if masks.len() % RULES == RULES - 1 {
            pace.pause().await;
        }
        let platforms = rule.platforms.as_slice();
        masks.push(*known.entry(platforms).or_insert_with(|| mask(platforms)));
    }
    let of_technique = |cover: &super::TechniqueCoverage| {
        let mut seen = Seen { is_covered: !cover.rules.is_empty(), ..Seen::default() };
        for at in cover.rules.iter().map(|rule| *rule as usize) {
            seen.groups |= masks.get(at).copied().unwrap_or(0);
            seen.is_unstated |= intake.rules.get(at).is_some_and(|rule| rule.platforms.is_empty());
        }
        seen
    };
    let mut all = Vec::with_capacity(coverage.techniques.len());
    let mut work = 0;
    for cover in &coverage.techniques {
        work += 1 + cover.rules.len();
        if work >= RULES {
            work = 0;
            pace.pause().await;
        }
        all.push(of_technique(cover));
    }
    all
}
