//! The layers that are open, a tab each, and the one that is shown.

use crate::attack::{Catalogue, Domain};
use crate::layer::stored::LayerFile;
use crate::layer::{Item, Layer, LayerCell, LayerMatrix, LayerRow, TechniqueEntry};
use crate::web::board::Place;
use crate::web::changes::Kept;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A layer in a tab. Where it stands among the tabs decides its letter.
#[derive(Clone, Debug)]
pub struct OpenLayer {
    /// Tells it from all others of this visit; a copy has its own.
    pub key: u32,
    /// The layer.
    pub layer: Arc<Layer>,
    /// The file it came from; empty for one that was made here.
    pub path: String,
}

impl PartialEq for OpenLayer {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && Arc::ptr_eq(&self.layer, &other.layer) && self.path == other.path
    }
}

/// All tabs. The rules have one of their own, which is always there and stands first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tabs {
    /// In their order.
    pub open: Vec<OpenLayer>,
    /// The key of the one that is shown; the rules where there is none of that key.
    pub active: Option<u32>,
    /// Snapshots of what rules covered, to be compared with; without a tab.
    pub kept: Vec<Kept>,
    /// The key of the next one.
    next: u32,
}

impl Tabs {
    /// Tabs and snapshots that were kept, with their keys.
    pub fn of(open: Vec<OpenLayer>, active: Option<u32>, kept: Vec<Kept>) -> Self {
        let keys = open.iter().map(|open| open.key).chain(kept.iter().map(|kept| kept.key));
        let next = keys.max().map_or(0, |last| last.saturating_add(1));
        Self { open, active, kept, next }
    }

    /// The layer that is shown.
    pub fn active(&self) -> Option<&OpenLayer> {
        let key = self.active?;
        self.open.iter().find(|open| open.key == key)
    }

    /// Where a tab stands.
    pub fn place(&self, key: u32) -> Option<usize> {
        self.open.iter().position(|open| open.key == key)
    }

    /// Adds a tab at a place and shows it.
    pub fn insert(&mut self, at: usize, layer: Arc<Layer>, path: String) -> u32 {
        let key = self.next;
        self.next += 1;
        self.open.insert(at.min(self.open.len()), OpenLayer { key, layer, path });
        self.active = Some(key);
        key
    }

    /// Adds a tab at the end and shows it.
    pub fn push(&mut self, layer: Arc<Layer>, path: String) -> u32 {
        self.insert(self.open.len(), layer, path)
    }

    /// Opens the layers of files. Those of a file that is open already take their places there;
    /// the first one that came is shown.
    pub fn take(&mut self, files: Vec<LayerFile>) {
        let mut first = None;
        for LayerFile { path, layers } in files {
            let olds: Vec<usize> =
                (0..self.open.len()).filter(|at| self.open[*at].path == path).collect();
            let mut olds = olds.into_iter();
            for layer in layers {
                let layer = Arc::new(layer);
                let key = match olds.next() {
                    Some(at) => {
                        self.open[at].layer = layer;
                        self.open[at].key
                    }
                    None => self.push(layer, path.clone()),
                };
                first.get_or_insert(key);
            }
        }
        self.active = first.or(self.active);
    }

    /// Puts another layer into a tab.
    pub fn replace(&mut self, key: u32, layer: Arc<Layer>) {
        if let Some(at) = self.place(key) {
            self.open[at].layer = layer;
        }
    }

    /// A copy right of a tab, shown.
    pub fn duplicate(&mut self, key: u32) {
        let Some(at) = self.place(key) else { return };
        let mut layer = (*self.open[at].layer).clone();
        layer.name = format!("{} (copy)", layer.name);
        self.insert(at + 1, Arc::new(layer), String::new());
    }

    /// Takes a tab away; what stood right of it is shown then, or left, or the rules.
    pub fn close(&mut self, key: u32) {
        let Some(at) = self.place(key) else { return };
        self.open.remove(at);
        if self.active == Some(key) {
            let next = self.open.get(at).or_else(|| self.open.get(at.checked_sub(1)?));
            self.active = next.map(|open| open.key);
        }
    }

    /// Closes all. Snapshots stay: rules that come next can be compared with them.
    pub fn close_all(&mut self) {
        self.open.clear();
        self.active = None;
    }

    /// Adds a snapshot, whose key is chosen here.
    pub fn keep(&mut self, kept: Kept) {
        self.kept.push(Kept { key: self.next, ..kept });
        self.next += 1;
    }

    /// Moves a tab to a place among the others.
    pub fn move_to(&mut self, key: u32, to: usize) {
        let Some(at) = self.place(key) else { return };
        let tab = self.open.remove(at);
        self.open.insert(to.min(self.open.len()), tab);
    }
}

/// The shown layer and what follows from it.
#[derive(Clone, Debug)]
pub struct ShownLayer {
    /// Its tab.
    pub open: OpenLayer,
    /// The release it is shown on: its own where that is at hand, else the newest.
    pub catalogue: Arc<Catalogue>,
    /// What its cells show.
    pub matrix: Arc<LayerMatrix>,
}

impl PartialEq for ShownLayer {
    fn eq(&self, other: &Self) -> bool {
        self.open == other.open && Arc::ptr_eq(&self.catalogue, &other.catalogue)
    }
}

impl ShownLayer {
    /// Works out what a layer shows; `None` without a catalogue of its domain. What follows from
    /// the same layer on the same release is taken over from `before`.
    pub fn new(open: &OpenLayer, all: &[Arc<Catalogue>], before: Option<&Self>) -> Option<Self> {
        let catalogue = release_of(&open.layer, all)?;
        let same = before.filter(|before| {
            Arc::ptr_eq(&before.open.layer, &open.layer)
                && Arc::ptr_eq(&before.catalogue, &catalogue)
        });
        let matrix = match same {
            Some(before) => before.matrix.clone(),
            None => Arc::new(LayerMatrix::of(&open.layer, &catalogue)),
        };
        Some(Self { open: open.clone(), catalogue, matrix })
    }

    /// The techniques of all columns, each at the place its cell has on the board.
    pub fn rows(&self) -> impl Iterator<Item = (Place, &LayerRow)> {
        self.matrix.columns.iter().enumerate().flat_map(|(column, rows)| {
            let mut cell = 0;
            rows.iter().map(move |row| {
                let place = Place { column, cell };
                cell += 1 + row.subs.len();
                (place, row)
            })
        })
    }

    /// The cell at a place of the board.
    pub fn cell_at(&self, place: Place) -> Option<&LayerCell> {
        let mut at = place.cell;
        for row in self.matrix.columns.get(place.column)? {
            match at.checked_sub(1) {
                None => return Some(&row.cell),
                Some(sub) if sub < row.subs.len() => return row.subs.get(sub),
                Some(sub) => at = sub - row.subs.len(),
            }
        }
        None
    }

    /// The entry of a cell.
    pub fn entry(&self, cell: &LayerCell) -> Option<&TechniqueEntry> {
        self.open.layer.techniques.entries.get(cell.entry?)
    }

    /// What the entry at a place says in words, each part cut to what a tip can show.
    pub fn notes_at(&self, place: Place) -> Vec<String> {
        const LONGEST: usize = 300;
        const MOST: usize = 8;
        let Some(entry) = self.cell_at(place).and_then(|cell| self.entry(cell)) else {
            return Vec::new();
        };
        let comment = (!entry.comment.trim().is_empty()).then(|| entry.comment.clone());
        let pairs = entry.metadata.iter().filter_map(|item| match item {
            Item::Of(pair) => Some(format!("{}: {}", pair.name, pair.value)),
            Item::Divider { .. } => None,
        });
        let mut notes: Vec<String> = comment.into_iter().chain(pairs).collect();
        if notes.len() > MOST {
            let more = notes.len() - MOST;
            notes.truncate(MOST);
            notes.push(format!("… and {more} more"));
        }
        for note in &mut notes {
            if let Some((end, _)) = note.char_indices().nth(LONGEST) {
                note.truncate(end);
                note.push('…');
            }
        }
        notes
    }

    /// The layer with the sub-techniques unfolded as they are on screen, for pictures of it.
    pub fn as_shown(&self, unfolded: &BTreeSet<Place>) -> Layer {
        let mut layer = (*self.open.layer).clone();
        layer.layout.expanded_subtechniques = "none";
        for entry in &mut layer.techniques.entries {
            entry.show_subtechniques = false;
        }
        for (_, row) in self.rows().filter(|(place, _)| unfolded.contains(place)) {
            let technique = self.catalogue.technique(row.cell.technique);
            let tactic = self.catalogue.tactics.get(usize::from(row.cell.tactic));
            let entry = self.entry(&row.cell).cloned();
            layer.techniques.entries.push(TechniqueEntry {
                technique_id: technique.id,
                tactic: tactic.map(|tactic| tactic.shortname.clone()),
                show_subtechniques: true,
                ..entry.unwrap_or_else(|| TechniqueEntry::new(technique.id))
            });
        }
        layer
    }

    /// Whether the layer was made for another release than the one it is shown on.
    pub fn is_of_other_release(&self) -> bool {
        let made_for = &self.open.layer.versions.attack;
        !made_for.is_empty() && major(made_for) != major(&self.catalogue.version)
    }
}

/// `19` of `19.2`: layers name only that.
pub fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default().trim()
}

/// The release to show a layer on.
fn release_of(layer: &Layer, all: &[Arc<Catalogue>]) -> Option<Arc<Catalogue>> {
    let domain: Domain = layer.attack_domain()?;
    let own = major(&layer.versions.attack);
    let of_domain = || all.iter().filter(move |catalogue| catalogue.domain == domain);
    let order = |catalogue: &&Arc<Catalogue>| super::catalogues::version_order(&catalogue.version);
    of_domain()
        .filter(|catalogue| major(&catalogue.version) == own)
        .max_by_key(order)
        .or_else(|| of_domain().max_by_key(order))
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, names: &[&str]) -> LayerFile {
        let layer = |name: &&str| {
            let text = format!("{{\"name\": \"{name}\", \"domain\": \"x\", \"techniques\": []}}");
            crate::layer::read("x", &text).expect("a layer").value.remove(0)
        };
        LayerFile { path: path.to_owned(), layers: names.iter().map(layer).collect() }
    }

    fn names(tabs: &Tabs) -> Vec<&str> {
        tabs.open.iter().map(|open| open.layer.name.as_str()).collect()
    }

    fn shown(tabs: &Tabs) -> &str {
        tabs.active().map_or("", |open| open.layer.name.as_str())
    }

    #[test]
    fn a_life_of_tabs() {
        let mut tabs = Tabs::default();
        tabs.take(vec![file("1.json", &["a", "b"]), file("2.json", &["c"])]);
        assert_eq!((names(&tabs), shown(&tabs)), (vec!["a", "b", "c"], "a"));
        let [a, b, c] = [0, 1, 2].map(|at| tabs.open[at].key);
        tabs.duplicate(b);
        assert_eq!((names(&tabs), shown(&tabs)), (vec!["a", "b", "b (copy)", "c"], "b (copy)"));
        tabs.move_to(c, 0);
        assert_eq!(names(&tabs), ["c", "a", "b", "b (copy)"]);
        tabs.close(tabs.active.expect("the copy"));
        assert_eq!((names(&tabs), shown(&tabs)), (vec!["c", "a", "b"], "b"), "the last one left");
        tabs.active = Some(a);
        tabs.close(a);
        assert_eq!(shown(&tabs), "b", "what stood right of it");
        tabs.close(c);
        assert_eq!(shown(&tabs), "b", "another's end changes nothing");
        tabs.close(b);
        assert_eq!((names(&tabs), shown(&tabs)), (Vec::new(), ""));
    }

    #[test]
    fn a_file_that_comes_again_takes_its_places() {
        let mut tabs = Tabs::default();
        tabs.take(vec![file("1.json", &["a", "b"]), file("2.json", &["c"])]);
        let keys: Vec<u32> = tabs.open.iter().map(|open| open.key).collect();
        tabs.take(vec![file("1.json", &["A", "B", "D"])]);
        assert_eq!((names(&tabs), shown(&tabs)), (vec!["A", "B", "c", "D"], "A"));
        assert_eq!(tabs.open.iter().map(|open| open.key).take(3).collect::<Vec<_>>(), keys);
    }
}
