//! A layer as the Navigator shows it: its order, what is hidden and what is open, its colours.
//! Sub-techniques always stand below their technique.

use super::PictureOptions;
use super::of_state::scale;
use super::subject::{Column, Face, Head, Row, Sample, Subject, one_line};
use crate::attack::Catalogue;
use crate::heatmap::colour::Rgb;
use crate::heatmap::layer_paint::{GradientShades, LayerPainter, layer_legend};
use crate::heatmap::paint::CellPaint;
use crate::heatmap::sheet::MITRE_NOTICE;
use crate::heatmap::wording::{self, grouped, plain, plain_up_to};
use crate::layer::{Layer, LayerCell, LayerMatrix};

/// Longest description read: four lines of fine print hold no more.
const LONGEST_DESCRIPTION: usize = 1600;

pub(super) fn subject(catalogue: &Catalogue, layer: &Layer, options: &PictureOptions) -> Subject {
    let matrix = LayerMatrix::of(layer, catalogue);
    let painter = LayerPainter::new(&layer.gradient, options.theme)
        .with_patterns(options.palette.is_patterned());
    let tokens = options.theme.tokens();
    let entry = |cell: &LayerCell| cell.entry.and_then(|at| layer.techniques.entries.get(at));
    let is_mini = layer.layout.layout == "mini";
    let row = |cell: &LayerCell| {
        let technique = catalogue.technique(cell.technique);
        let id = layer.layout.show_id.then(|| technique.id.to_string());
        let name = layer.layout.show_name.then(|| plain(&technique.name));
        let words: Vec<_> = id.into_iter().chain(name).filter(|_| !is_mini).collect();
        let score = cell.shown_score().filter(|_| cell.enabled && options.show_scores && !is_mini);
        Row {
            technique: technique.id,
            is_sub: technique.parent.is_some(),
            name: words.join(" "),
            face: Face {
                paint: painter.cell(cell, entry(cell)),
                corner: score.map(wording::score),
            },
        }
    };
    let mut shown: Vec<&LayerCell> = Vec::new();
    let head_fill = layer.tactic_row_background.get(..7).and_then(|hex| hex.parse::<Rgb>().ok());
    let head_fill = head_fill.filter(|_| layer.show_tactic_row_background);
    let mut columns = Vec::new();
    for (tactic, rows) in matrix.columns.iter().enumerate() {
        let first = shown.len();
        for found in rows.iter().filter(|row| row.cell.visible) {
            shown.push(&found.cell);
            shown.extend(found.subs.iter().filter(|sub| sub.visible && found.is_open));
        }
        let Some(named) = catalogue.tactics.get(tactic).filter(|_| shown.len() > first) else {
            continue;
        };
        let count = matrix.visible_in(tactic);
        let text = format!("{} technique{}", grouped(count), if count == 1 { "" } else { "s" });
        let rows = shown.iter().skip(first).map(|cell| row(cell)).collect();
        let head = Head { text, share: None, fill: head_fill };
        columns.push(Column { tactic, name: plain(&named.name), head, rows });
    }

    let own: Vec<(String, Rgb)> = layer
        .legend_items
        .iter()
        .filter_map(|item| {
            Some((plain_up_to(&item.label, LONGEST_LABEL), item.color.get(..7)?.parse().ok()?))
        })
        .collect();
    let (named, counts) = layer_legend(&own, shown.iter().map(|cell| (*cell, entry(cell))));
    let plain_cell = CellPaint::plain(&tokens);
    let cell = |paint| Sample::Cell(Face::bare(paint));
    let mut legend: Vec<(Sample, String)> = Vec::new();
    if counts.scored > 0 {
        legend.push(scale(&layer.gradient, &GradientShades::new(&layer.gradient), counts.scored));
        legend.extend(painter.steps().into_iter().map(|(paint, means)| (cell(paint), means)));
    }
    // A hostile layer colours every cell in its own way.
    legend.extend(named.iter().take(MOST_NAMED).map(|named| {
        let paint = named.fill.map_or(plain_cell, |fill| plain_cell.filled(fill, &tokens));
        (cell(paint), format!("{} · {}", named.label, grouped(named.count)))
    }));
    if let more @ 1.. = named.len().saturating_sub(MOST_NAMED) {
        legend.push((cell(plain_cell), format!("and {} other colours", grouped(more))));
    }
    for (count, what) in [(counts.plain, "no colour"), (counts.disabled, "disabled")] {
        if count > 0 {
            legend.push((cell(plain_cell), format!("{what} · {}", grouped(count))));
        }
    }

    let title = if options.title.is_empty() { &layer.name } else { &options.title };
    let mut figures = vec![
        (counts.scored, "cells coloured by score"),
        (counts.by_hand, "cells coloured by hand"),
        (counts.disabled, "cells disabled"),
    ];
    let is_bare = counts.scored + counts.by_hand + counts.disabled == 0;
    figures.retain(|(count, what)| *count > 0 || is_bare && what.ends_with("score"));
    let mut sentences = vec![plain_up_to(&layer.description, LONGEST_DESCRIPTION)];
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.push(MITRE_NOTICE.to_owned());
    Subject {
        title: one_line(title),
        subtitle: one_line(&subtitle(catalogue, layer)),
        figures: figures
            .into_iter()
            .map(|(count, what)| (grouped(count), what.to_owned()))
            .collect(),
        columns,
        legend,
        sentences,
    }
}

/// Colours chosen by hand in a legend, and letters of what one means: more would leave the matrix
/// no room.
const MOST_NAMED: usize = 16;
const LONGEST_LABEL: usize = 40;

/// `Enterprise ATT&CK 19.2, made for 14 · layer format 4.5 · Windows, Linux`
fn subtitle(catalogue: &Catalogue, layer: &Layer) -> String {
    let made_for = match layer.versions.attack.as_str() {
        "" => String::new(),
        version => format!(", made for {version}"),
    };
    let platforms = match &layer.filters {
        Some(filters) if !filters.platforms.is_empty() => filters.platforms.join(", "),
        _ => "all platforms".to_owned(),
    };
    format!(
        "{} ATT&CK {}{made_for} · layer format {} · {platforms}",
        catalogue.domain.name(),
        catalogue.version,
        layer.versions.layer
    )
}
