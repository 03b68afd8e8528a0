//! Which cells are selected, as in the Navigator: by clicks, by what they say, and by what uses
//! or detects their techniques.

use super::model::Layer;
use super::place::{Cell, Placement};
use super::show::is_annotated;
use crate::attack::{Catalogue, TechniqueIndex};
use crate::sorted;
use std::collections::BTreeSet;

/// The cells selected.
pub type Selection = BTreeSet<Cell>;

/// How far a click goes; the defaults are the Navigator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// To the technique's cells in all tactics.
    pub across_tactics: bool,
    /// To the whole family: a technique with its sub-techniques, whichever of them was clicked.
    pub with_sub_techniques: bool,
    /// To visible cells only.
    pub only_visible: bool,
}

impl Reach {
    /// As a layer has it.
    pub fn of(layer: &Layer) -> Self {
        Self {
            across_tactics: layer.select_techniques_across_tactics,
            with_sub_techniques: layer.select_subtechniques_with_parent,
            only_visible: layer.select_visible_techniques,
        }
    }
}

/// Changes selections in one layer's matrix.
pub struct Selector<'a> {
    catalogue: &'a Catalogue,
    reach: Reach,
    is_visible: &'a dyn Fn(Cell) -> bool,
}

impl<'a> Selector<'a> {
    /// `is_visible` is asked only where the reach is to visible cells, and never for what is taken
    /// out of a selection.
    pub fn new(
        catalogue: &'a Catalogue,
        reach: Reach,
        is_visible: &'a dyn Fn(Cell) -> bool,
    ) -> Self {
        Self { catalogue, reach, is_visible }
    }

    /// The cells that a click on one goes to, visible or not; none if there is no such cell.
    pub fn around(&self, cell: Cell) -> Selection {
        let (technique, tactic) = cell;
        let here = (!self.reach.across_tactics).then_some(tactic);
        let found = self.catalogue.techniques.get(usize::from(technique.0));
        if !found.is_some_and(|found| found.tactics.contains(&tactic)) {
            return Selection::new();
        }
        let mut cells = Selection::new();
        self.collect(technique, here, &mut cells);
        cells
    }

    /// The cells of a technique and, where the reach is so, of its family; in one tactic or all.
    fn collect(&self, technique: TechniqueIndex, here: Option<u8>, cells: &mut Selection) {
        let mut own = |technique: TechniqueIndex| {
            let tactics = &self.catalogue.technique(technique).tactics;
            let wanted = tactics.iter().filter(|tactic| here.is_none_or(|here| here == **tactic));
            cells.extend(wanted.map(|tactic| (technique, *tactic)));
        };
        if self.reach.with_sub_techniques {
            let head = self.catalogue.technique(technique).parent.unwrap_or(technique);
            own(head);
            self.catalogue.sub_techniques(head).for_each(own);
        } else {
            own(technique);
        }
    }

    fn visible(&self, cells: impl IntoIterator<Item = Cell>) -> Selection {
        let cells = cells.into_iter();
        cells.filter(|cell| !self.reach.only_visible || (self.is_visible)(*cell)).collect()
    }

    /// Selects a cell, with what belongs to it, and nothing else.
    pub fn only(&self, cell: Cell) -> Selection {
        self.visible(self.around(cell))
    }

    /// Adds a cell, with what belongs to it.
    pub fn add(&self, selection: &mut Selection, cell: Cell) {
        selection.extend(self.only(cell));
    }

    /// Takes a cell out, with what belongs to it.
    pub fn remove(&self, selection: &mut Selection, cell: Cell) {
        let out = self.around(cell);
        selection.retain(|cell| !out.contains(cell));
    }

    /// Takes a selected cell out, adds one that is not.
    pub fn toggle(&self, selection: &mut Selection, cell: Cell) {
        if selection.contains(&cell) {
            self.remove(selection, cell);
        } else {
            self.add(selection, cell);
        }
    }

    fn everything(&self) -> impl Iterator<Item = Cell> + '_ {
        self.catalogue.indices().flat_map(|index| {
            self.catalogue.technique(index).tactics.iter().map(move |tactic| (index, *tactic))
        })
    }

    /// All cells.
    pub fn all(&self) -> Selection {
        self.visible(self.everything())
    }

    /// What is not selected.
    pub fn inverted(&self, selection: &Selection) -> Selection {
        self.visible(self.everything().filter(|cell| !selection.contains(cell)))
    }

    /// Of what is selected (of everything, if nothing is) the cells of which the layer says
    /// something.
    pub fn annotated(&self, selection: &Selection, layer: &Layer) -> Selection {
        self.narrowed(selection, layer, true)
    }

    /// The same for those of which it says nothing.
    pub fn unannotated(&self, selection: &Selection, layer: &Layer) -> Selection {
        self.narrowed(selection, layer, false)
    }

    fn narrowed(&self, selection: &Selection, layer: &Layer, wanted: bool) -> Selection {
        let placed = Placement::of(layer, self.catalogue).cells;
        let entry = |cell: &Cell| layer.techniques.entries.get(*placed.get(cell)?);
        let fits = |cell: &Cell| entry(cell).is_some_and(is_annotated) == wanted;
        if selection.is_empty() {
            return self.visible(self.everything().filter(fits));
        }
        selection.iter().copied().filter(fits).collect()
    }

    /// A click on every technique of a column, as one on its head.
    pub fn in_tactic(&self, tactic: u8) -> Selection {
        let mut cells = Selection::new();
        let here = (!self.reach.across_tactics).then_some(tactic);
        for technique in self.catalogue.column(usize::from(tactic)) {
            self.collect(technique, here, &mut cells);
        }
        self.visible(cells)
    }

    /// The cells of the techniques that belong to something, in all their tactics.
    pub fn of(&self, subject: Subject) -> Selection {
        self.visible(self.belonging(subject))
    }

    fn belonging(&self, subject: Subject) -> Selection {
        let mut cells = Selection::new();
        for technique in techniques_of(self.catalogue, subject) {
            self.collect(technique, None, &mut cells);
        }
        cells
    }

    /// Adds the techniques that belong to something.
    pub fn add_of(&self, selection: &mut Selection, subject: Subject) {
        selection.extend(self.of(subject));
    }

    /// Takes them out.
    pub fn remove_of(&self, selection: &mut Selection, subject: Subject) {
        let out = self.belonging(subject);
        selection.retain(|cell| !out.contains(cell));
    }
}

/// What techniques can belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectKind {
    /// Groups that use them, also in a campaign that is theirs.
    Group,
    /// Software that implements them.
    Software,
    /// Campaigns in which they were used.
    Campaign,
    /// Mitigations against them.
    Mitigation,
    /// Data components that an analytic of a detection strategy for them looks at (ATT&CK 18 and
    /// later).
    DataComponent,
}

impl SubjectKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Group, Self::Software, Self::Campaign, Self::Mitigation, Self::DataComponent];

    /// The name for people, of many.
    pub fn name(self) -> &'static str {
        match self {
            Self::Group => "Groups",
            Self::Software => "Software",
            Self::Campaign => "Campaigns",
            Self::Mitigation => "Mitigations",
            Self::DataComponent => "Data components",
        }
    }
}

/// One of them: its kind and its place in the catalogue's list of that kind.
pub type Subject = (SubjectKind, u16);

/// The subjects of one kind that each technique has.
struct Links<'c> {
    catalogue: &'c Catalogue,
    kind: SubjectKind,
    /// Of each strategy, the data components of its analytics.
    of_strategy: Vec<BTreeSet<u16>>,
}

impl<'c> Links<'c> {
    fn new(catalogue: &'c Catalogue, kind: SubjectKind) -> Self {
        let components = |strategy: &crate::attack::Strategy| {
            let analytics = strategy.analytics.iter();
            let analytics = analytics.filter_map(|at| catalogue.analytics.get(usize::from(*at)));
            sorted::set(analytics.flat_map(|one| one.log_sources.iter().map(|(of, _)| *of)))
        };
        let of_strategy = match kind {
            SubjectKind::DataComponent => catalogue.strategies.iter().map(components).collect(),
            _ => Vec::new(),
        };
        Self { catalogue, kind, of_strategy }
    }

    fn of(&self, technique: TechniqueIndex) -> BTreeSet<u16> {
        let technique = self.catalogue.technique(technique);
        let list = match self.kind {
            SubjectKind::Group => &technique.groups,
            SubjectKind::Software => &technique.software,
            SubjectKind::Campaign => &technique.campaigns,
            SubjectKind::Mitigation => &technique.mitigations,
            SubjectKind::DataComponent => {
                let strategies = technique.strategies.iter();
                let found = strategies.filter_map(|at| self.of_strategy.get(usize::from(*at)));
                return sorted::set(found.flatten().copied());
            }
        };
        sorted::set(list.iter().copied())
    }
}

/// The techniques and sub-techniques that belong to something.
pub fn techniques_of(catalogue: &Catalogue, subject: Subject) -> Vec<TechniqueIndex> {
    let links = Links::new(catalogue, subject.0);
    catalogue.indices().filter(|index| links.of(*index).contains(&subject.1)).collect()
}

/// A line of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectRow {
    /// What it is.
    pub subject: Subject,
    /// Its id, for example `G0016`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its other names; only groups have some.
    pub aliases: Vec<String>,
    /// Techniques and sub-techniques that belong to it.
    pub techniques: usize,
}

/// The subjects of one kind whose id or one of whose names has all words of `query`, by name;
/// those first whose id, name or alias it is. An empty query finds all. Those without a technique
/// are left out.
pub fn subjects(catalogue: &Catalogue, kind: SubjectKind, query: &str) -> Vec<SubjectRow> {
    let query = crate::lowercase::lowercase(query.trim());
    let links = Links::new(catalogue, kind);
    let mut rows = named(catalogue, kind);
    for index in catalogue.indices() {
        for at in links.of(index) {
            if let Some(row) = rows.get_mut(usize::from(at)) {
                row.techniques += 1;
            }
        }
    }
    let mut found: Vec<(bool, String, SubjectRow)> = rows
        .into_iter()
        .filter(|row| row.techniques > 0)
        .filter_map(|row| {
            let names = [&row.id, &row.name].into_iter().chain(&row.aliases);
            let names: Vec<String> = names.map(|name| crate::lowercase::lowercase(name)).collect();
            let has_words =
                |name: &&String| query.split_whitespace().all(|word| name.contains(word));
            names.iter().find(has_words)?;
            let is_other = !names.contains(&query);
            let name = names.into_iter().nth(1).unwrap_or_default();
            Some((is_other, name, row))
        })
        .collect();
    sorted::sort_by(&mut found, |a, b| (a.0, &a.1, &a.2.id).cmp(&(b.0, &b.1, &b.2.id)));
    found.into_iter().map(|(_, _, row)| row).collect()
}

/// All of one kind, in the catalogue's order, without their techniques.
fn named(catalogue: &Catalogue, kind: SubjectKind) -> Vec<SubjectRow> {
    let mut rows: Vec<SubjectRow> = Vec::new();
    let mut add = |id: &dyn ToString, name: &str, aliases: &[String]| {
        let at = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        rows.push(SubjectRow {
            subject: (kind, at),
            id: id.to_string(),
            name: name.to_owned(),
            aliases: aliases.to_vec(),
            techniques: 0,
        });
    };
    match kind {
        SubjectKind::Group => {
            catalogue.groups.iter().for_each(|one| add(&one.id, &one.name, &one.aliases));
        }
        SubjectKind::Software => {
            catalogue.software.iter().for_each(|one| add(&one.id, &one.name, &one.aliases));
        }
        SubjectKind::Campaign => {
            catalogue.campaigns.iter().for_each(|one| add(&one.id, &one.name, &one.aliases));
        }
        SubjectKind::Mitigation => {
            catalogue.mitigations.iter().for_each(|one| add(&one.id, &one.name, &one.aliases));
        }
        SubjectKind::DataComponent => {
            catalogue.data_components.iter().for_each(|one| add(&one.id, &one.name, &[]));
        }
    }
    rows
}
