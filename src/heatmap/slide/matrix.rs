//! The heatmap.

use super::frame::{Area, Frame, Words, of_what, scope_notes};
use super::{NoSlide, SMALLEST, SlideKind, SlideOptions};
use crate::attack::Catalogue;
use crate::coverage::{Coverage, Policy, Scope};
use crate::heatmap::picture::SlideMatrix;
use crate::heatmap::scene::Scene;
use crate::heatmap::wording::{of, percent};

/// What is counted: coverage that comes from the others.
#[derive(Clone, Copy)]
pub struct Counted<'a> {
    /// The release.
    pub catalogue: &'a Catalogue,
    /// What the rules cover.
    pub coverage: &'a Coverage,
    /// How they are scored.
    pub policy: &'a Policy,
    /// What counts.
    pub scope: &'a Scope,
}

impl Counted<'_> {
    pub(super) fn says_something(&self) -> Result<(), NoSlide> {
        let summary = &self.coverage.summary;
        match () {
            () if summary.says_nothing() => Err(NoSlide::SaysNothing),
            () if summary.techniques_total + summary.subtechniques_total == 0 => {
                Err(NoSlide::NothingInScope)
            }
            () => Ok(()),
        }
    }

    pub(super) fn of_what(&self, options: &SlideOptions) -> String {
        of_what(self.catalogue, &self.scope.platforms, &options.date.to_string())
    }

    pub(super) fn notes(&self) -> Vec<String> {
        scope_notes(self.scope).collect()
    }
}

pub(super) fn slide(counted: &Counted<'_>, options: &SlideOptions) -> Result<Scene, NoSlide> {
    counted.says_something()?;
    let Counted { catalogue, coverage, policy, scope } = *counted;
    let s = &coverage.summary;
    let words = Words {
        of: counted.of_what(options),
        counted: format!(
            "{} techniques covered, {}: a rule names them or one of their sub-techniques. Score: {}.",
            of(s.techniques_covered, s.techniques_total),
            percent(s.techniques_covered, s.techniques_total),
            policy.label()
        ),
        notes: counted.notes(),
        description: "One column a tactic, one cell a technique, coloured by its score".to_owned(),
    };
    let mut frame = Frame::new(SlideKind::Matrix, options, &words);
    let Area { x, y, w, h } = frame.area;
    let look = (options.theme, &options.palette, options.date);
    let matrix = SlideMatrix::new(catalogue, coverage, (policy, scope), look, SMALLEST);
    let cells = matrix.draw(&mut frame.sheet, (x, y, w, h));
    Ok(Scene { cells, ..frame.scene() })
}
