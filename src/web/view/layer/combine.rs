//! One layer made of several: an expression over their scores, with a picture of what it gives.

use crate::attack::Catalogue;
use crate::export::layer_json::{self, LayerOptions};
use crate::heatmap::{Expansion, PictureOptions, Size, Theme, layer_picture};
use crate::layer::{Combined, Expression, Layer, combine, layer_letter};
use crate::web::canvas;
use crate::web::catalogues::version_order;
use crate::web::next_task::next_frame;
use crate::web::state::{AppState, Toast};
use crate::web::today::today;
use crate::web::view::numbers::counted;
use crate::web::view::popover::Popover;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Width of the preview in pixels.
const PREVIEW_WIDTH: f64 = 464.0;

/// What can be combined: layers by their letters, then the rules if there are any.
#[derive(Clone)]
struct Sources {
    catalogue: Arc<Catalogue>,
    layers: Arc<Vec<Layer>>,
    /// The place of the rules among them.
    rules: Option<usize>,
    /// The place of the shown layer.
    shown: Option<usize>,
}

impl Sources {
    fn now(state: &AppState) -> Option<Self> {
        let tabs = state.tabs().get();
        let shown = tabs.active.and_then(|key| tabs.place(key));
        let domain = tabs.active().or_else(|| tabs.open.first())?.layer.attack_domain()?;
        let catalogue = match state.shown_layer.get() {
            Some(shown) => shown.catalogue.clone(),
            None => state.catalogues.with(|all| {
                let of_domain = all.iter().filter(|catalogue| catalogue.domain == domain);
                of_domain.max_by_key(|catalogue| version_order(&catalogue.version)).cloned()
            })?,
        };
        let mut layers: Vec<Layer> = tabs.open.iter().map(|open| (*open.layer).clone()).collect();
        let rules = rules_as_layer(state).filter(|layer| layer.attack_domain() == Some(domain));
        let at = layers.len();
        let has_rules = rules.is_some();
        layers.extend(rules);
        Some(Self { catalogue, layers: Arc::new(layers), rules: has_rules.then_some(at), shown })
    }

    /// Those of the release's domain, but the rules.
    fn usable(&self) -> Vec<usize> {
        let is_usable = |at: &usize| {
            self.layers.get(*at).is_some_and(|l| l.attack_domain() == Some(self.catalogue.domain))
        };
        (0..self.layers.len()).filter(is_usable).filter(|at| Some(*at) != self.rules).collect()
    }

    /// The cases one click away: what they are called, and their expression.
    fn cases(&self) -> Vec<(&'static str, String)> {
        let letters: Vec<String> = self.usable().into_iter().map(layer_letter).collect();
        let each = |between: &str, test: &str| {
            letters.iter().map(|l| format!("{l}{test}")).collect::<Vec<_>>().join(between)
        };
        let mut cases = Vec::new();
        if letters.len() > 1 {
            let first = &letters[0];
            let others = each(" or ", " > 0");
            let others = others.split_once(" or ").map_or("", |(_, others)| others);
            cases.push(("Union", each(" or ", " > 0")));
            cases.push(("Intersection", each(" and ", " > 0")));
            cases.push(("Difference", format!("{first} > 0 and not ({others})")));
            cases.push(("Maximum", format!("max({})", each(", ", ""))));
            cases.push(("Mean", format!("avg({})", each(", ", ""))));
        }
        if let (Some(rules), Some(threat)) = (self.rules, self.shown.or(Some(0))) {
            let text = format!("{} - {}", layer_letter(rules), layer_letter(threat));
            cases.push(("Rules minus threat", text));
        }
        cases
    }

    fn combined(&self, text: &str, name: &str) -> Result<Combined, String> {
        let expression =
            Expression::parse(text, self.layers.len()).map_err(|error| error.to_string())?;
        let foreign = expression.used().iter().find_map(|at| {
            let layer = self.layers.get(*at)?;
            (layer.attack_domain() != Some(self.catalogue.domain)).then_some((at, layer))
        });
        match foreign {
            Some((at, layer)) => Err(format!(
                "{} is of {}, not of {}; layers of one domain can be combined",
                layer_letter(*at),
                layer.domain,
                self.catalogue.domain
            )),
            None => Ok(combine(&expression, text, &self.layers, name, &self.catalogue)),
        }
    }
}

/// What the rules cover now, as a layer; `None` while there are none.
pub(crate) fn rules_as_layer(state: &AppState) -> Option<Layer> {
    let (catalogue, coverage) = (state.catalogue.get()?, state.coverage.get()?);
    let intake = state.intake.get();
    if intake.rules.is_empty() {
        return None;
    }
    let settings = state.settings().get();
    let mut said = vec![settings.policy.sentence()];
    said.extend(settings.scope.remarks().into_iter().map(|(_, remark)| remark));
    let is_real = settings.scope.what_if.is_real();
    let options = LayerOptions {
        name: if is_real { "Rules" } else { "Rules, what if" }.to_owned(),
        description: said.join(" "),
        palette: settings.palette_in(Theme::Light),
        date: today(),
    };
    let (policy, scope) = (&settings.policy, &settings.scope);
    Some(layer_json::layer(&catalogue, &coverage, &intake, policy, scope, &options))
}

/// The button and its panel.
pub fn combine_menu() -> AnyView {
    let state = AppState::get();
    let open = RwSignal::new(false);
    let text = RwSignal::new(String::new());
    let name = RwSignal::new(String::new());
    let preview = NodeRef::<leptos::html::Canvas>::new();
    let sources = Memo::new_with_compare(
        move |_| if open.get() { Sources::now(&state) } else { None },
        |_, _| true,
    );
    // Where nothing is written yet, the first case is.
    Effect::new(move |_| {
        let first = sources.with(|sources| Some(sources.as_ref()?.cases().first()?.1.clone()));
        if let Some(first) = first.filter(|_| text.with_untracked(String::is_empty)) {
            text.set(first);
        }
    });
    let result = Memo::new_with_compare(
        move |_| {
            let text = text.get();
            sources.with(|sources| {
                let sources = sources.as_ref()?;
                let name = name.with(|name| name.trim().to_owned());
                let name = if name.is_empty() { text.clone() } else { name };
                (!text.trim().is_empty()).then(|| sources.combined(&text, &name).map(Arc::new))
            })
        },
        |_, _| true,
    );
    // The numbers first: the picture takes several times as long as they do.
    Effect::new(move |_| {
        let (Some(canvas), Some(Ok(combined))) = (preview.get(), result.get()) else { return };
        let Some(catalogue) = sources.with(|s| Some(s.as_ref()?.catalogue.clone())) else { return };
        let theme = state.theme.get();
        let options = PictureOptions {
            theme,
            palette: state.settings().with_untracked(|settings| settings.palette_in(theme)),
            size: Size::Wide1920,
            sub_techniques: Expansion::None,
            title: String::new(),
            date: today(),
            show_scores: true,
            show_ids: false,
        };
        spawn_local(async move {
            // The first may be the one that the numbers are painted in.
            next_frame().await;
            next_frame().await;
            let newest = |result: &Option<Result<Arc<Combined>, String>>| match result {
                Some(Ok(newest)) => Arc::ptr_eq(newest, &combined),
                _ => false,
            };
            if result.try_with_untracked(newest) != Some(true) {
                return;
            }
            let scene = layer_picture(&catalogue, &combined.layer, &options);
            // Without the preview there still are its numbers.
            let _ = canvas::draw(&canvas, &scene, PREVIEW_WIDTH / scene.width);
        });
    });
    let said = move || match result.get() {
        None => String::new(),
        Some(Err(error)) => error,
        Some(Ok(combined)) => told(&combined),
    };
    let is_bad = move || matches!(result.get(), Some(Err(_)));
    let make = move |_| {
        let Some(Ok(combined)) = result.get_untracked() else { return };
        let layer = combined.layer.clone();
        let text = format!("{} made", layer.name);
        state.edit_tabs(|tabs| {
            tabs.push(Arc::new(layer), String::new());
        });
        super::tabs::show(state, state.tabs().with_untracked(|tabs| tabs.active));
        state.toast.set(Some(Toast { text, undo: true }));
        if let Some(panel) = crate::web::app::by_id::<web_sys::HtmlElement>("combine") {
            let _ = panel.hide_popover();
        }
    };
    view! {
        <Popover
            id="combine"
            title="Combine layers"
            button="Combine".into_any()
            class="layer-combine"
            on_toggle=Callback::new(move |is_open| open.set(is_open))
        >
            <div class="export combine">
                {move || sources.with(|s| s.as_ref().map(legend_of))}
                <div class="export-actions" role="group" aria-label="Common cases">
                    {move || sources.with(|s| s.as_ref().map(Sources::cases)).unwrap_or_default().into_iter().map(|(label, case)| view! {
                        <button type="button" class="button" title=case.clone() on:click=move |_| text.set(case.clone())>{label}</button>
                    }).collect_view()}
                </div>
                <label class="export-field">
                    <span>"Expression"</span>
                    <input
                        id="combine-expression"
                        class="field"
                        type="text"
                        maxlength="4000"
                        spellcheck="false"
                        aria-describedby="combine-said"
                        aria-invalid=move || is_bad().to_string()
                        prop:value=move || text.get()
                        on:input=move |event| text.set(event_target_value(&event))
                    />
                </label>
                <p class="muted">"+ − * / % ^, comparisons, and or xor not, x ? y : z, min max avg abs round floor ceil. A layer without a score in a cell counts as 0 there."</p>
                <p id="combine-said" role="status" class:is-error=is_bad>{said}</p>
                <div class="export-preview" hidden=is_bad>
                    <canvas node_ref=preview width="464" height="261" role="img" aria-label="Preview of the combined layer"></canvas>
                </div>
                <label class="export-field">
                    <span>"Name"</span>
                    <input
                        class="field"
                        type="text"
                        maxlength="300"
                        placeholder=move || text.get()
                        prop:value=move || name.get()
                        on:change=move |event| name.set(event_target_value(&event))
                    />
                </label>
                <div class="export-actions">
                    <button
                        type="button"
                        class="button button-primary"
                        data-action="combine-layers"
                        disabled=move || !matches!(result.get(), Some(Ok(_)))
                        on:click=make
                    >
                        "Make the layer"
                    </button>
                </div>
            </div>
        </Popover>
    }
    .into_any()
}

/// What the letters stand for.
fn legend_of(sources: &Sources) -> impl IntoView + use<> {
    let row = |(at, layer): (usize, &Layer)| {
        let name = match sources.rules == Some(at) {
            true => "the rules, as they are scored now".to_owned(),
            false => layer.name.clone(),
        };
        view! { <li><code>{layer_letter(at)}</code>" "<bdi>{name}</bdi></li> }
    };
    let rows = sources.layers.iter().enumerate().map(row).collect_view();
    view! { <ul class="plain-list combine-letters">{rows}</ul> }
}

fn told(combined: &Combined) -> String {
    let layer = &combined.layer;
    let scores = layer.techniques.entries.iter().filter_map(|e| e.score.as_ref()?.as_f64());
    let bounds = scores.fold(None, |bounds: Option<(f64, f64)>, score| {
        let (min, max) = bounds.unwrap_or((score, score));
        Some((min.min(score), max.max(score)))
    });
    let entries = counted(layer.techniques.entries.len(), "entry", "entries");
    let mut text = match bounds {
        None => "No cell has a result".to_owned(),
        Some((min, max)) if min == max => format!("{entries}, all {min}"),
        Some((min, max)) => format!("{entries}, from {min} to {max}"),
    };
    if combined.no_result > 0 {
        let cells = counted(combined.no_result, "cell has", "cells have");
        text.push_str(&format!("; {cells} no result: divided by 0, or beyond a billion"));
    }
    text
}
