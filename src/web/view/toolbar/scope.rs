//! What counts: platforms and statuses.

use crate::rule::Status;
use crate::web::settings::Settings;
use crate::web::state::AppState;
use crate::web::view::numbers::count;
use crate::web::view::popover::Popover;
use leptos::prelude::*;

/// More chosen platforms than this are told as a number.
const NAMED: usize = 2;

/// The platforms whose techniques are shown.
pub(super) fn platform_menu() -> AnyView {
    let state = AppState::get();
    let settings = state.settings();
    let chosen = Memo::new(move |_| settings.with(|settings| settings.scope.platforms.clone()));
    let button = view! {
        <span class="toolbar-label">"Platforms"</span>
        {move || chosen.with(|chosen| match chosen.len() {
            0 => "all".to_owned(),
            1..=NAMED => chosen.join(", "),
            more => more.to_string(),
        })}
    };
    // The rows change with the catalogue only; what they say follows the coverage.
    let names = Memo::new(move |_| {
        state.catalogue.with(|catalogue| catalogue.as_ref().map(|c| c.platforms.clone()))
    });
    let rows = move || {
        let names = names.get().unwrap_or_default();
        (0..).zip(names).map(|(at, name)| platform(at, name, chosen)).collect_view()
    };
    view! {
        <Popover id="platforms" title="Platforms" button=button.into_any()>
            <h3>"Platforms"</h3>
            <p class="muted">"Only techniques of the ticked platforms are shown and counted; none ticked means all."</p>
            <ul class="choices choices-two">{rows}</ul>
            {check(
                "Leave out what cannot be observed: techniques whose only platform is PRE",
                "observable-only",
                |settings| settings.scope.observable_only,
                |settings, on| settings.scope.observable_only = on,
            )}
            <button
                type="button"
                class="button"
                disabled=move || chosen.with(Vec::is_empty)
                on:click=move |_| state.choose(|settings| settings.scope.platforms.clear())
            >
                "All platforms"
            </button>
        </Popover>
    }
    .into_any()
}

fn platform(at: usize, name: String, chosen: Memo<Vec<String>>) -> impl IntoView {
    let state = AppState::get();
    let covered = move || {
        state.coverage.with(|coverage| {
            let platform = coverage.as_ref()?.platforms.get(at)?;
            Some(format!("{} of {}", count(platform.covered), count(platform.total)))
        })
    };
    let (read, written) = (name.clone(), name.clone());
    view! {
        <li>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&read))
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        state.choose(|settings| {
                            let platforms = &mut settings.scope.platforms;
                            platforms.retain(|platform| *platform != written);
                            if on {
                                platforms.push(written.clone());
                                crate::sorted::sort(platforms);
                            }
                        });
                    }
                />
                <span>{name}</span>
                <span class="count">{covered}</span>
            </label>
        </li>
    }
}

/// A choice of what counts that is on or off.
fn check(
    text: &'static str,
    name: &'static str,
    read: fn(&Settings) -> bool,
    write: fn(&mut Settings, bool),
) -> AnyView {
    let state = AppState::get();
    let settings = state.settings();
    view! {
        <label class="check" data-check=name>
            <input
                type="checkbox"
                prop:checked=move || settings.with(read)
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    state.choose(|settings| write(settings, on));
                }
            />
            <span>{text}</span>
        </label>
    }
    .into_any()
}

/// The statuses of rules that count.
pub(super) fn status_menu() -> AnyView {
    let state = AppState::get();
    let settings = state.settings();
    let usual = Memo::new(move |_| {
        settings.with(|settings| settings.scope.statuses == crate::coverage::StatusSet::default())
    });
    let counts = Memo::new(move |_| {
        let mut counts = [0; Status::ALL.len()];
        state.intake.with(|intake| {
            for rule in &intake.rules {
                let status = rule.status.known();
                if let Some(at) = Status::ALL.iter().position(|each| *each == status) {
                    counts[at] += 1;
                }
            }
        });
        counts
    });
    let button = view! {
        <span class="toolbar-label">"Statuses"</span>
        {move || if usual.get() { "usual".to_owned() } else {
            settings.with(|settings| format!("{} of {}", settings.scope.statuses.iter().count(), Status::ALL.len()))
        }}
    };
    view! {
        <Popover id="statuses" title="Statuses" button=button.into_any()>
            <h3>"Statuses that count"</h3>
            <p class="muted">"Rules of other statuses are listed, but cover nothing."</p>
            <ul class="choices">{(0..).zip(Status::ALL).map(|(at, each)| status(each, at, counts)).collect_view()}</ul>
            {check(
                "Count rules that say themselves that they are switched off",
                "count-disabled",
                |settings| settings.scope.count_disabled,
                |settings, on| settings.scope.count_disabled = on,
            )}
            <button
                type="button"
                class="button"
                disabled=move || usual.get()
                on:click=move |_| {
                    state.choose(|settings| {
                        settings.scope.statuses = crate::coverage::StatusSet::default();
                    });
                }
            >
                "Reset"
            </button>
        </Popover>
    }
    .into_any()
}

fn status(status: Status, at: usize, counts: Memo<[usize; Status::ALL.len()]>) -> impl IntoView {
    let state = AppState::get();
    let settings = state.settings();
    let rules = move || counts.with(|counts| count(counts[at]));
    view! {
        <li>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || settings.with(|settings| settings.scope.statuses.contains(status))
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        state.choose(|settings| settings.scope.statuses.set(status, on));
                    }
                />
                <span>{status.as_str()}</span>
                <span class="count">{rules}</span>
            </label>
        </li>
    }
}
