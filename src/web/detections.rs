//! Alerts and results of tests on the page: which of them are looked at, and what they say.

use super::answer::AllDetections;
use super::next_task::{FramePace, next_task, while_wanted};
use super::state::{AppState, Read};
use crate::alerts::{Day, Selection, ShadingScale, Window, histogram_paced};
use crate::attack::Catalogue;
use crate::coverage::Coverage;
use crate::coverage::detections::{Detections, HealthWeights};
use crate::heatmap::{AlertLook, AlertPainter, filters_in_words, scale_in_words, window_in_words};
use crate::investigate::{InvestigationPolicy, Pick};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the cells of the matrix of rules show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CellsShow {
    /// The score of the rules.
    #[default]
    Rules,
    /// How many alerts there were.
    Alerts,
    /// Both, in two parts.
    Both,
}

impl CellsShow {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Rules, Self::Alerts, Self::Both];

    /// As in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Alerts => "alerts",
            Self::Both => "both",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Rules => "Scores of the rules",
            Self::Alerts => "Alerts",
            Self::Both => "Both, in two parts",
        }
    }
}

/// What was chosen of alerts; a part of the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DetectionChoices {
    /// What cells show, where there are alerts.
    pub cells: CellsShow,
    /// How counts become shades.
    pub scale: ShadingScale,
    /// Whether the window before is compared.
    pub compare: bool,
    /// Which alerts count. Its window is not kept beyond the visit.
    pub selection: Selection,
    /// What makes a rule noisy.
    pub health: HealthWeights,
    /// How an investigation counts and weighs.
    pub investigation: InvestigationPolicy,
    /// What is investigated. It names hosts and people, and is not kept beyond the visit.
    #[serde(skip)]
    pub pick: Arc<Pick>,
}

impl DetectionChoices {
    /// As the painter takes it, for what cells show.
    pub fn look(&self, cells: CellsShow) -> AlertLook {
        let with_rules = cells == CellsShow::Both;
        AlertLook { scale: self.scale, with_rules, compare: self.compare }
    }

    /// What is kept for the next visit.
    #[must_use]
    pub fn kept(&self) -> Self {
        Self { selection: Selection { window: None, ..self.selection.clone() }, ..self.clone() }
    }
}

/// What is asked of alerts: one moment of the page.
#[derive(Clone)]
pub struct Asked {
    /// The release.
    pub catalogue: Arc<Catalogue>,
    /// What the rules cover.
    pub coverage: Arc<Coverage>,
    /// Rules, alerts, results of tests.
    pub read: Read,
    /// Of all alerts.
    pub all: Arc<AllDetections>,
    /// Which alerts count.
    pub selection: Selection,
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.all, &other.all)
            && Arc::ptr_eq(&self.catalogue, &other.catalogue)
            && Arc::ptr_eq(&self.coverage, &other.coverage)
            && self.selection == other.selection
    }
}

/// What alerts say, and what it was made from.
pub struct Seen {
    /// What was asked.
    pub asked: Asked,
    /// Of the alerts that count.
    pub detections: Arc<Detections>,
    /// All days, whatever the window: of the severities and verdicts that count.
    pub days: Vec<Day>,
}

/// What paints cells, and what it is of.
pub struct Painted {
    /// The alerts.
    pub seen: Arc<Seen>,
    /// The colours.
    pub painter: AlertPainter,
}

/// The alerts of the page.
#[derive(Clone, Copy)]
pub struct Detecting {
    /// Whether there are alerts or results of tests.
    pub has_any: Memo<bool>,
    /// Whether there are alerts.
    pub has_alerts: Memo<bool>,
    /// What cells show: what was chosen, while there are alerts; alerts where there are no rules.
    pub cells: Memo<CellsShow>,
    /// Whether there are rules, too: else there is nothing to choose.
    pub has_rules: Memo<bool>,
    /// What paints the cells, if they show alerts.
    pub painted: Memo<Option<Arc<Painted>>>,
    /// The newest answer; what was there before stays until then. `None` without alerts and tests.
    pub seen: ReadSignal<Option<Arc<Seen>>>,
    /// The same, if it is of what is on the screen now.
    pub current: Memo<Option<Arc<Seen>>>,
}

impl Detecting {
    /// Follows the page's state.
    pub fn new(state: AppState) -> Self {
        let seen = RwSignal::new(None::<Arc<Seen>>);
        let selection =
            Memo::new(move |_| state.settings().with(|all| all.detections.selection.clone()));
        let asked = Memo::new(move |_| {
            let all = state.all_detections.get()?;
            let (catalogue, coverage) = (state.catalogue.get()?, state.coverage.get()?);
            // Right after a change, the three may be of different states.
            let is_one = coverage.techniques.len() == catalogue.techniques.len()
                && state.intake.with(|intake| Arc::ptr_eq(intake, &all.read.intake));
            is_one.then(|| Asked {
                catalogue,
                coverage,
                read: all.read.clone(),
                selection: selection.get(),
                all,
            })
        });
        let current = Memo::new_with_compare(
            move |_| {
                let seen = seen.get()?;
                asked.with(|asked| asked.as_ref() == Some(&seen.asked)).then_some(seen)
            },
            |_, _| true,
        );
        Effect::new(move |_| {
            let Some(of) = asked.get() else {
                if state.all_detections.with(Option::is_none) {
                    seen.set(None);
                }
                return;
            };
            spawn_local(async move {
                next_task().await;
                let is_wanted = || asked.try_get_untracked().flatten().as_ref() == Some(&of);
                if let Some((detections, days)) = while_wanted(look(&of), is_wanted).await {
                    seen.try_set(Some(Arc::new(Seen { detections, days, asked: of.clone() })));
                }
            });
        });
        let has_any = Memo::new(move |_| state.all_detections.with(Option::is_some));
        let has_alerts = Memo::new(move |_| {
            let has = |all: &Arc<AllDetections>| !all.read.alerts.readings.is_empty();
            state.all_detections.with(|all| all.as_ref().is_some_and(has))
        });
        let has_rules = Memo::new(move |_| state.intake.with(|intake| !intake.rules.is_empty()));
        let cells = Memo::new(move |_| match (has_alerts.get(), has_rules.get()) {
            (true, true) => state.settings().with(|settings| settings.detections.cells),
            // Of rules there is nothing to see.
            (true, false) => CellsShow::Alerts,
            (false, _) => CellsShow::Rules,
        });
        let look = Memo::new(move |_| match cells.get() {
            CellsShow::Rules => None,
            cells => state.settings().with(|settings| Some(settings.detections.look(cells))),
        });
        let palette = Memo::new(move |_| {
            let theme = state.theme.get();
            (state.settings().with(|settings| settings.palette_in(theme)), theme)
        });
        let painted = Memo::new_with_compare(
            move |_| {
                let (look, seen) = (look.get()?, seen.get()?);
                let Asked { catalogue, coverage, .. } = &seen.asked;
                let painter = palette.with(|(palette, theme)| {
                    let found = &seen.detections;
                    AlertPainter::new(catalogue, coverage, found, look, palette, *theme)
                });
                Some(Arc::new(Painted { seen, painter }))
            },
            |_, _| true,
        );
        Self { has_any, has_alerts, cells, has_rules, painted, seen: seen.read_only(), current }
    }

    /// Those of the page, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// How the alerts in the cells are counted, in sentences.
    pub fn convention(&self) -> String {
        let Some(painted) = self.painted.get() else { return String::new() };
        let (seen, painter) = (&painted.seen, &painted.painter);
        let (selection, span) = (&seen.asked.selection, seen.asked.read.alerts.span());
        let window = match (selection.window, span) {
            (Some(window), _) => format!("Alerts {}.", window_in_words(window)),
            (None, Some((first, last))) => {
                format!("All alerts, {} to {}.", first.date(), last.date())
            }
            (None, None) => "No alert.".to_owned(),
        };
        let filters = filters_in_words(selection);
        let scale = scale_in_words(painter.look().scale, painter.shading().highest());
        [window].into_iter().chain(filters).chain([scale]).collect::<Vec<_>>().join(" ")
    }
}

impl Asked {
    /// The window that counts: the chosen one, else all there is. `None` without an alert.
    pub fn window(&self) -> Option<Window> {
        self.selection.window.or_else(|| self.read.alerts.span().map(Window::of_span))
    }
}

async fn look(asked: &Asked) -> (Arc<Detections>, Vec<Day>) {
    let pace = FramePace::new();
    let Asked { catalogue, read, all, selection, .. } = asked;
    let alerts = &read.alerts;
    let detections = match *selection == all.all.selection {
        true => all.all.clone(),
        false => Arc::new(all.all.reselected(catalogue, alerts, selection, &pace).await),
    };
    let whole = Selection { window: None, ..selection.clone() };
    (detections, histogram_paced(alerts, &whole, |_| true, &pace).await)
}
