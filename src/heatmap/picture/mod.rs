//! The picture of a coverage: the matrix with all that is needed to read it alone — title,
//! date, ATT&CK version, scope, totals, legend and conventions.
//!
//! In the 16 : 9 sizes everything always fits: cells and their text shrink with the tallest
//! column. Names at 1920 × 1080 (twice that at 3840 × 2160): 8.1 px on two lines with the 34
//! techniques of Discovery in Enterprise 19.2, up to 11.5 px where columns are shorter; with all
//! sub-techniques of that release 4.2 px on one line, so choose 3840 × 2160 or the whole size
//! then. Below [`SMALLEST_TEXT`] cells carry no text. All text around the cells is 11 px or more.

mod cell;
mod for_slide;
mod frame;
mod matrix;
mod of_alerts;
mod of_change;
mod of_coverage;
mod of_layer;
mod of_state;
mod subject;

pub(super) use for_slide::SlideMatrix;
pub(crate) use of_coverage::shown_techniques;

use super::colour::Theme;
use super::palette::Palette;
use super::scene::Scene;
use super::sheet::{MARGIN, Sheet};
use crate::attack::{Catalogue, TechniqueId};
use crate::coverage::{Coverage, Policy, Scope};
use crate::date::Date;
use crate::layer::{Comparison, Layer};
pub use of_alerts::AlertsShown;
pub use of_state::State;
use serde::{Deserialize, Serialize};
use subject::Subject;

/// The smallest text in cells, in pixels at scale 1. On a 3840 × 2160 picture it is 6 px.
const SMALLEST_TEXT: f64 = 3.0;

/// How large a picture is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// 1280 × 720, for moving pictures.
    Wide1280,
    /// 1920 × 1080, a slide.
    #[default]
    Wide1920,
    /// 3840 × 2160: the same picture at scale 2.
    Wide3840,
    /// As large as the matrix with cells of 34 px.
    Whole,
}

/// Which sub-techniques are shown, below their technique.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expansion {
    /// None.
    #[default]
    None,
    /// All of each technique of which at least one has a rule, as the Navigator's "annotated".
    Annotated,
    /// All.
    All,
    /// All of these techniques.
    Some(Vec<TechniqueId>),
}

/// What a picture shows and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureOptions {
    /// Light or dark.
    pub theme: Theme,
    /// Colours of scores; for blue the variant of the theme ([`Palette::new`]).
    pub palette: Palette,
    /// How large.
    pub size: Size,
    /// Which sub-techniques.
    pub sub_techniques: Expansion,
    /// At the top; any text.
    pub title: String,
    /// Of the rules, usually today.
    pub date: Date,
    /// Whether cells print their score.
    pub show_scores: bool,
    /// Whether cells print their id before their name.
    pub show_ids: bool,
}

/// Lays a picture out. `coverage` must come from `catalogue`, `policy` and `scope`.
pub fn picture(
    catalogue: &Catalogue,
    coverage: &Coverage,
    policy: &Policy,
    scope: &Scope,
    options: &PictureOptions,
) -> Scene {
    lay_out(&of_coverage::subject(catalogue, coverage, policy, scope, options), options)
}

/// Alerts, alone or beside their rules. `coverage` must come from `catalogue`, `policy` and `scope`,
/// and what is shown from the same rules; of the options the palette is that of the rules, and
/// `show_scores` says whether cells print their alerts.
pub fn alert_picture(
    catalogue: &Catalogue,
    coverage: &Coverage,
    policy: &Policy,
    scope: &Scope,
    shown: AlertsShown<'_>,
    options: &PictureOptions,
) -> Scene {
    lay_out(&of_alerts::subject(catalogue, coverage, (policy, scope), shown, options), options)
}

/// A layer as the Navigator shows it, on a release. Of the options counts only what the layer
/// does not say itself: theme, size, whether scores are printed, and a title if it is not empty.
pub fn layer_picture(catalogue: &Catalogue, layer: &Layer, options: &PictureOptions) -> Scene {
    lay_out(&of_layer::subject(catalogue, layer, options), options)
}

/// What changed. `comparison` must come from `catalogue` and `scope`; of the options the palette
/// does not count, and an empty title becomes `old → new`. [`Expansion::Annotated`] unfolds where
/// a sub-technique changed.
pub fn change_picture(
    catalogue: &Catalogue,
    comparison: &Comparison,
    scope: &Scope,
    options: &PictureOptions,
) -> Scene {
    lay_out(&of_change::subject(catalogue, comparison, scope, options), options)
}

/// What was covered at a moment; of the options palette and date do not count.
pub fn state_picture(
    catalogue: &Catalogue,
    state: &State<'_>,
    scope: &Scope,
    options: &PictureOptions,
) -> Scene {
    lay_out(&of_state::subject(catalogue, state, scope, options), options)
}

/// One picture of a film.
#[derive(Clone, Debug)]
pub enum Shot<'a> {
    /// A moment, with its title.
    State(String, State<'a>),
    /// What changed, with its title.
    Change(String, &'a Comparison),
}

/// Pictures to be shown one after the other: the same cells at the same places in all of them,
/// whatever the words around them. [`Expansion::Annotated`] unfolds where any of them would.
pub fn film(
    catalogue: &Catalogue,
    shots: &[Shot<'_>],
    scope: &Scope,
    options: &PictureOptions,
) -> Vec<Scene> {
    let mut options = options.clone();
    if options.sub_techniques == Expansion::Annotated {
        let parents = shots.iter().flat_map(|shot| shot.annotated(catalogue));
        options.sub_techniques = Expansion::Some(crate::sorted::set(parents).into_iter().collect());
    }
    let subjects: Vec<Subject> = shots
        .iter()
        .map(|shot| match shot {
            Shot::State(title, state) => {
                let options = PictureOptions { title: title.clone(), ..options.clone() };
                of_state::subject(catalogue, state, scope, &options)
            }
            Shot::Change(title, comparison) => {
                let options = PictureOptions { title: title.clone(), ..options.clone() };
                of_change::subject(catalogue, comparison, scope, &options)
            }
        })
        .collect();
    let room = subjects.iter().map(|subject| Room::of(subject, &options));
    let room = room.reduce(Room::or).unwrap_or_default();
    subjects.iter().map(|subject| draw(subject, &options, room)).collect()
}

impl Shot<'_> {
    /// Techniques with a sub-technique worth seeing.
    fn annotated(&self, catalogue: &Catalogue) -> Vec<TechniqueId> {
        match self {
            Self::State(_, state) => {
                let covered = catalogue.indices().filter(|i| state.standing.score(*i).is_some());
                covered.filter_map(|index| catalogue.technique(index).id.parent()).collect()
            }
            Self::Change(_, comparison) => {
                let Comparison { gained, lost, raised, lowered, .. } = comparison;
                let changed = raised.iter().chain(lowered).map(|change| change.id);
                let all = gained.iter().chain(lost).copied().chain(changed);
                all.filter_map(TechniqueId::parent).collect()
            }
        }
    }
}

/// What the words around a matrix take from it.
#[derive(Clone, Copy, Default)]
struct Room {
    width: f64,
    /// Where the matrix begins.
    top: f64,
    footer: f64,
    /// Of the matrix at natural size.
    natural: f64,
    /// Of the picture, where it does not depend on the matrix.
    fixed: Option<f64>,
}

impl Room {
    fn of(subject: &Subject, options: &PictureOptions) -> Self {
        let natural = matrix::natural_size(&subject.columns);
        let (width, fixed) = match options.size {
            Size::Wide1280 => (1280.0, Some(720.0)),
            Size::Wide1920 | Size::Wide3840 => (1920.0, Some(1080.0)),
            Size::Whole => ((natural.0 + 2.0 * MARGIN).max(frame::NARROWEST), None),
        };
        let (top, footer) = (subject.header_height(width), subject.footer_height(width));
        Self { width, top, footer, natural: natural.1, fixed }
    }

    /// Of the picture.
    fn height(&self) -> f64 {
        self.fixed.unwrap_or(self.top + self.natural + self.footer + MARGIN)
    }

    /// Room for both.
    fn or(self, other: Self) -> Self {
        Self {
            width: self.width.max(other.width),
            top: self.top.max(other.top),
            footer: self.footer.max(other.footer),
            natural: self.natural.max(other.natural),
            fixed: self.fixed,
        }
    }
}

fn lay_out(subject: &Subject, options: &PictureOptions) -> Scene {
    draw(subject, options, Room::of(subject, options))
}

/// The one place that says where everything stands.
fn draw(subject: &Subject, options: &PictureOptions, room: Room) -> Scene {
    let tokens = options.theme.tokens();
    let Room { width, top, footer, .. } = room;
    let height = room.height();
    let mut sheet = Sheet::new(tokens);
    subject.draw_header(&mut sheet, width);
    let area = matrix::Area {
        x: MARGIN,
        y: top,
        w: width - 2.0 * MARGIN,
        h: (height - top - footer - MARGIN).max(0.0),
    };
    let cells = matrix::draw(&mut sheet, &subject.columns, &area);
    subject.draw_footer(&mut sheet, width, height - footer - MARGIN);

    let scene = Scene {
        width,
        height,
        background: tokens.ground,
        title: subject.title.clone(),
        description: subject.description(),
        marks: sheet.marks,
        cells,
        scale: 1.0,
    };
    if options.size == Size::Wide3840 { scene.scaled(2.0) } else { scene }
}
