//! The pictures of a moving picture: before, what changed, now; or a series. Whoever encodes them
//! takes them from here.

use super::{Compared, Course, Side};
use crate::coverage::Summary;
use crate::heatmap::{
    Expansion, Palette, PictureOptions, Scene, Shot, Size, State, Theme, film, shared_gradient,
};
use crate::history::LAYER_CONVENTION;
use crate::layer::{Gradient, Layer};
use crate::limits::MAX_GIF_FRAMES;
use crate::web::today::today;

fn options(palette: Palette, theme: Theme) -> PictureOptions {
    PictureOptions {
        theme,
        palette,
        size: Size::Wide1280,
        sub_techniques: Expansion::None,
        title: String::new(),
        date: today(),
        show_scores: true,
        show_ids: false,
    }
}

/// Three pictures of 1280 × 720: the old state, what changed, the new state, in the same colours
/// and with the same cells at the same places.
pub fn frames(compared: &Compared, palette: Palette, theme: Theme) -> Vec<Scene> {
    let layers: Vec<&Layer> = compared.sides.iter().filter_map(|s| s.layer.as_deref()).collect();
    let has_rules = compared.sides.iter().any(|side| side.layer.is_none());
    let of_rules = has_rules.then_some(compared.scale);
    let gradient = &shared_gradient(&layers, of_rules, &palette);
    let [old, new] = &compared.sides;
    let shots = [
        moment(old, "Before", gradient),
        Shot::Change(format!("{} → {}", old.name, new.name), &compared.comparison),
        moment(new, "Now", gradient),
    ];
    film(&compared.catalogue, &shots, &compared.scope, &options(palette, theme))
}

fn moment<'a>(side: &'a Side, caption: &'a str, gradient: &'a Gradient) -> Shot<'a> {
    let convention = match side.layer {
        Some(_) => LAYER_CONVENTION,
        None => Summary::CONVENTION,
    };
    let state = State { standing: &side.standing, gradient, caption, convention };
    Shot::State(side.name.clone(), state)
}

/// A picture of 1280 × 720 for each moment of a course, the latest if they are too many.
pub fn series_frames(course: &Course, palette: Palette, theme: Theme) -> Vec<Scene> {
    let layers: Vec<&Layer> = course.layers.iter().map(|layer| &**layer).collect();
    let gradient = &shared_gradient(&layers, course.of_rules, &palette);
    let snapshots = &course.trend.snapshots;
    let count = snapshots.len();
    let first = count.saturating_sub(MAX_GIF_FRAMES);
    let convention = course.trend.remarks.join(" ");
    let told: Vec<String> = (first..count)
        .zip(&snapshots[first..])
        .map(|(at, snapshot)| format!("{} · {} of {count}", snapshot.at, at + 1))
        .collect();
    let shots: Vec<Shot<'_>> = snapshots[first..]
        .iter()
        .zip(&told)
        .map(|(snapshot, caption)| {
            let standing = &snapshot.standing;
            let state = State { standing, gradient, caption, convention: &convention };
            Shot::State(snapshot.name.clone(), state)
        })
        .collect();
    film(&course.catalogue, &shots, &course.scope, &options(palette, theme))
}
