//! How the cells of a comparison look: orange where something was lost, blue where something was
//! gained, and always a sign with the number, so that nobody needs the colours.

use super::colour::{Rgb, Theme, Tokens, text_on};
use super::paint::{CellPaint, LowerEdge};
use super::wording;
use crate::attack::{Catalogue, TechniqueId, TechniqueIndex};
use crate::layer::Comparison;
use std::collections::BTreeMap;

/// From lost to gained (design notes, "Change"); on dark ground the ends are the light ones, so
/// that what changed most is what one sees first.
pub(super) const LIGHT: [u32; 7] =
    [0x7f3b08, 0xc8721c, 0xf2b872, 0xf4f4f4, 0x9cc3e6, 0x2f6fb0, 0x0b3c6f];
/// The same hues the other way round.
pub(super) const DARK: [u32; 7] =
    [0xf2b872, 0xc8721c, 0x7f3b08, 0x2a2f38, 0x0b3c6f, 0x2f6fb0, 0x9cc3e6];

/// A change of a score by this share of the highest one is a large one.
const LARGE: f64 = 0.25;

/// What became of a technique.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellChange {
    /// Covered neither before nor now.
    Uncovered,
    /// Covered before and now, with the same score or with one that nobody knows.
    Kept,
    /// Covered now, with this score if it has one.
    Gained(Option<f64>),
    /// Covered before, with this score if it had one.
    Lost(Option<f64>),
    /// Its score rose by so much.
    Raised(f64),
    /// Its score fell by so much, a number above 0.
    Lowered(f64),
}

impl CellChange {
    /// `+80`, `−80`, `▲30`, `▼20`; nothing where nothing changed.
    pub fn label(self) -> String {
        let number = |score: Option<f64>| score.map(wording::score).unwrap_or_default();
        match self {
            Self::Uncovered | Self::Kept => String::new(),
            Self::Gained(score) => format!("+{}", number(score)),
            Self::Lost(score) => format!("−{}", number(score)),
            Self::Raised(by) => format!("▲{}", number(Some(by))),
            Self::Lowered(by) => format!("▼{}", number(Some(by))),
        }
    }
}

/// What became of the sub-techniques of a technique.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubChanges {
    /// Gained.
    pub gained: u32,
    /// Lost.
    pub lost: u32,
    /// With a higher score.
    pub raised: u32,
    /// With a lower one.
    pub lowered: u32,
    /// All in scope.
    pub total: u32,
}

impl SubChanges {
    /// How many changed.
    pub fn changed(self) -> u32 {
        self.gained + self.lost + self.raised + self.lowered
    }

    /// `+2 −1`, or `▲1 ▼2` where none was gained or lost; nothing where nothing changed.
    pub fn label(self) -> String {
        let signs = if self.gained + self.lost > 0 {
            [('+', self.gained), ('−', self.lost)]
        } else {
            [('▲', self.raised), ('▼', self.lowered)]
        };
        let told = signs.iter().filter(|(_, count)| *count > 0);
        told.map(|(sign, count)| format!("{sign}{count}")).collect::<Vec<_>>().join(" ")
    }
}

/// A look and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeLegendEntry {
    /// In words.
    pub label: String,
    /// Distinct techniques shown that look so.
    pub count: usize,
    /// A cell that looks so.
    pub sample: CellPaint,
    /// The sign in it.
    pub sign: &'static str,
}

/// The looks, from lost to gained, then those without a colour of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Lost,
    LoweredMuch,
    Lowered,
    Kept,
    Raised,
    RaisedMuch,
    Gained,
    Uncovered,
    Folded,
}

/// Paints the cells of one comparison in one theme.
#[derive(Clone, Debug)]
pub struct ChangePainter {
    scale: [Rgb; 7],
    tokens: Tokens,
    changes: BTreeMap<TechniqueId, CellChange>,
    /// From here on a change of a score is a large one.
    large: f64,
}

impl ChangePainter {
    /// Of a comparison.
    pub fn new(comparison: &Comparison, theme: Theme) -> Self {
        let numbers = |id: &TechniqueId| {
            let scores = comparison.scores.get(id);
            let number = |score: Option<&serde_json::Number>| score.and_then(|s| s.as_f64());
            let from = number(scores.and_then(|scores| scores.from.as_ref()));
            (from, number(scores.and_then(|scores| scores.to.as_ref())))
        };
        let mut changes = BTreeMap::new();
        changes.extend(comparison.kept.iter().map(|id| {
            let change = match numbers(id) {
                (Some(from), Some(to)) if to > from => CellChange::Raised(to - from),
                (Some(from), Some(to)) if to < from => CellChange::Lowered(from - to),
                _ => CellChange::Kept,
            };
            (*id, change)
        }));
        let gained = comparison.gained.iter();
        changes.extend(gained.map(|id| (*id, CellChange::Gained(numbers(id).1))));
        let lost = comparison.lost.iter();
        changes.extend(lost.map(|id| (*id, CellChange::Lost(numbers(id).0))));
        let scores = comparison.scores.keys().map(numbers);
        let highest = scores
            .flat_map(|(from, to)| [from, to])
            .flatten()
            .fold(0.0, |highest: f64, score| highest.max(score.abs()));
        let scale = if theme == Theme::Dark { DARK } else { LIGHT };
        let scale = scale.map(Rgb::hex);
        Self { scale, tokens: theme.tokens(), changes, large: highest * LARGE }
    }

    /// What became of a technique itself.
    pub fn change(&self, technique: TechniqueId) -> CellChange {
        self.changes.get(&technique).copied().unwrap_or(CellChange::Uncovered)
    }

    /// What became of its sub-techniques in scope.
    pub fn subs(
        &self,
        catalogue: &Catalogue,
        parent: TechniqueIndex,
        in_scope: &dyn Fn(TechniqueIndex) -> bool,
    ) -> SubChanges {
        let mut subs = SubChanges::default();
        for sub in catalogue.sub_techniques(parent).filter(|sub| in_scope(*sub)) {
            subs.total += 1;
            match self.change(catalogue.technique(sub).id) {
                CellChange::Gained(_) => subs.gained += 1,
                CellChange::Lost(_) => subs.lost += 1,
                CellChange::Raised(_) => subs.raised += 1,
                CellChange::Lowered(_) => subs.lowered += 1,
                CellChange::Kept | CellChange::Uncovered => {}
            }
        }
        subs
    }

    /// How a cell looks; `folded` is what became of the sub-techniques that do not show, to be
    /// seen at the lower edge.
    pub fn cell(&self, change: CellChange, folded: Option<SubChanges>) -> CellPaint {
        let paint = self.look(self.kind(change));
        match folded.filter(|subs| subs.changed() > 0) {
            Some(subs) => CellPaint { lower_edge: Some(self.edge(paint, subs)), ..paint },
            None => paint,
        }
    }

    /// What a cell's corner says: its own change or, if it has none, that of what is folded.
    pub fn label(&self, change: CellChange, folded: Option<SubChanges>) -> String {
        let own = change.label();
        if own.is_empty() { folded.map(SubChanges::label).unwrap_or_default() } else { own }
    }

    /// Every look that occurs among these cells, which are distinct techniques.
    pub fn legend(
        &self,
        cells: impl Iterator<Item = (CellChange, Option<SubChanges>)>,
    ) -> Vec<ChangeLegendEntry> {
        let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
        for (change, folded) in cells {
            *counts.entry(self.kind(change)).or_default() += 1;
            if folded.is_some_and(|subs| subs.changed() > 0) {
                *counts.entry(Kind::Folded).or_default() += 1;
            }
        }
        let large = wording::score(self.large);
        let entry = |(kind, count)| {
            let (label, sign) = match kind {
                Kind::Lost => ("lost".to_owned(), "−"),
                Kind::LoweredMuch => (format!("score lower by {large} or more"), "▼"),
                Kind::Lowered => (format!("score lower by less than {large}"), "▼"),
                Kind::Kept => ("covered as before".to_owned(), ""),
                Kind::Raised => (format!("score higher by less than {large}"), "▲"),
                Kind::RaisedMuch => (format!("score higher by {large} or more"), "▲"),
                Kind::Gained => ("gained".to_owned(), "+"),
                Kind::Uncovered => ("not covered".to_owned(), ""),
                Kind::Folded => ("edge: folded sub-techniques that changed".to_owned(), ""),
            };
            let sample = match kind {
                Kind::Folded => {
                    let plain = CellPaint::plain(&self.tokens);
                    let colour = self.tokens.muted;
                    let edge = LowerEdge { colour, covered: 3, total: 5 };
                    CellPaint { lower_edge: Some(edge), ..plain }
                }
                kind => self.look(kind),
            };
            ChangeLegendEntry { label, count, sample, sign }
        };
        counts.into_iter().map(entry).collect()
    }

    fn kind(&self, change: CellChange) -> Kind {
        match change {
            CellChange::Uncovered => Kind::Uncovered,
            CellChange::Kept => Kind::Kept,
            CellChange::Gained(_) => Kind::Gained,
            CellChange::Lost(_) => Kind::Lost,
            CellChange::Raised(by) if by >= self.large => Kind::RaisedMuch,
            CellChange::Raised(_) => Kind::Raised,
            CellChange::Lowered(by) if by >= self.large => Kind::LoweredMuch,
            CellChange::Lowered(_) => Kind::Lowered,
        }
    }

    fn look(&self, kind: Kind) -> CellPaint {
        let plain = CellPaint::plain(&self.tokens);
        match self.scale.get(kind as usize) {
            Some(fill) => {
                let paint = plain.filled(*fill, &self.tokens);
                // A strong line around everything that stayed would be louder than the changes.
                let edge = paint.edge.map(|_| self.tokens.hairline);
                CellPaint { text: text_on(*fill), edge, ..paint }
            }
            None => plain,
        }
    }

    /// Blue if all of it is for the better, orange if for the worse, else in the text's colour.
    fn edge(&self, paint: CellPaint, subs: SubChanges) -> LowerEdge {
        let [lost, lowered, _, _, _, raised, gained] = self.scale;
        let colour = match (subs.gained + subs.raised, subs.lost + subs.lowered) {
            (_, 0) => [gained, raised],
            (0, _) => [lowered, lost],
            _ => [self.tokens.muted, paint.text],
        };
        let ground = paint.fill.unwrap_or(self.tokens.ground);
        // On a fill of its own colour it would not be seen.
        let seen = colour.into_iter().find(|colour| colour.contrast(ground) >= 1.5);
        let colour = seen.unwrap_or(paint.text);
        LowerEdge { colour, covered: subs.changed(), total: subs.total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heatmap::TEXT_CONTRAST;

    #[test]
    fn signs_and_numbers() {
        for (change, label) in [
            (CellChange::Gained(Some(80.0)), "+80"),
            (CellChange::Gained(None), "+"),
            (CellChange::Lost(Some(12.5)), "−12.5"),
            (CellChange::Raised(30.0), "▲30"),
            (CellChange::Lowered(0.25), "▼0.25"),
            (CellChange::Kept, ""),
            (CellChange::Uncovered, ""),
        ] {
            assert_eq!(change.label(), label);
        }
        let subs = SubChanges { gained: 2, lost: 1, raised: 7, lowered: 0, total: 12 };
        assert_eq!((subs.label(), subs.changed()), ("+2 −1".to_owned(), 10));
        assert_eq!(SubChanges { gained: 0, lost: 0, ..subs }.label(), "▲7");
        assert_eq!(SubChanges::default().label(), "");
    }

    /// In both themes and on every step.
    #[test]
    fn text_reads_on_every_step() {
        for scale in [LIGHT, DARK] {
            for fill in scale.map(Rgb::hex) {
                assert!(fill.contrast(text_on(fill)) >= TEXT_CONTRAST, "{fill}");
            }
        }
    }
}
