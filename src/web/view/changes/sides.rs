//! Both states at once: beside each other, or one over the other with a slider between them.

use super::Shown;
use super::mini::mini;
use leptos::prelude::*;

/// What a state is called.
fn name(compared: Shown, side: usize) -> impl Fn() -> Option<String> + Copy + Send + Sync {
    move || compared.with(|compared| Some(compared.as_ref()?.sides[side].name.clone()))
}

/// What the signs mean.
fn key() -> impl IntoView {
    view! {
        <p class="muted mini-key">
            "Each state in its own colours. Signs in the new one: + gained, − lost, ▲ raised, ▼ lowered."
        </p>
    }
}

pub(super) fn side_by_side(compared: Shown) -> AnyView {
    let side = move |at: usize, what: &'static str| {
        view! {
            <section class="mini-side">
                <h2><span class="muted">{what}" "</span><bdi>{name(compared, at)}</bdi></h2>
                {mini(compared, at)}
            </section>
        }
    };
    view! {
        {key()}
        <div class="mini-sides">{side(0, "Before:")} {side(1, "Now:")}</div>
    }
    .into_any()
}

pub(super) fn slider(compared: Shown) -> AnyView {
    let share = RwSignal::new(50_u8);
    let told = move || format!("{} % of the new state is shown, from the left", share.get());
    view! {
        {key()}
        <div class="slider" style:--share=move || format!("{}%", share.get())>
            <p class="slider-names">
                <span><span class="muted">"Left, now: "</span><bdi>{name(compared, 1)}</bdi></span>
                <span><span class="muted">"Right, before: "</span><bdi>{name(compared, 0)}</bdi></span>
            </p>
            <input
                id="changes-slider"
                type="range"
                min="0"
                max="100"
                step="1"
                aria-label="How much of the new state is shown"
                aria-valuetext=told
                prop:value=move || share.get().to_string()
                on:input=move |event| {
                    if let Ok(number) = event_target_value(&event).parse::<u8>() {
                        share.set(number.min(100));
                    }
                }
            />
            <div class="slider-stack">
                <div class="slider-old">{mini(compared, 0)}</div>
                <div class="slider-new">{mini(compared, 1)}</div>
                <span class="slider-line" aria-hidden="true"></span>
            </div>
        </div>
    }
    .into_any()
}
