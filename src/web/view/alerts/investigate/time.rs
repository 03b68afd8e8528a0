//! The time that is picked: a window over the days of the alerts.

use super::super::overview::brush::brush_of;
use super::super::overview::days::Days;
use crate::investigate::Pick;
use crate::web::detections::Detecting;
use crate::web::settings::Settings;
use crate::web::view::tactics::cells::live;
use leptos::prelude::*;
use std::sync::Arc;

pub(super) fn time(picked: Memo<Arc<Pick>>) -> AnyView {
    let detecting = Detecting::get();
    let has_alerts = detecting.has_alerts;
    let days = Memo::new(move |_| {
        detecting.seen.with(|seen| seen.as_ref().map(|all| Days::of(&all.days)).unwrap_or_default())
    });
    let window = Memo::new(move |_| picked.with(|pick| pick.window));
    let is_open = RwSignal::new(false);
    let body = move || is_open.get().then(|| brush_of(days, window, set));
    let whole = move || {
        has_alerts.get().then(|| {
            view! {
                <details
                    class="pick-time"
                    data-part="pick-time"
                    on:toggle=move |event| {
                        is_open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open());
                    }
                >
                    <summary>"Pick a time"</summary>
                    {live(body)}
                </details>
            }
            .into_any()
        })
    };
    live(whole)
}

fn set(settings: &mut Settings, window: Option<crate::alerts::Window>) {
    if settings.detections.pick.window != window {
        Arc::make_mut(&mut settings.detections.pick).window = window;
    }
}
