//! The days, and the window that counts: dragged, by keys, by dates, or one of a few.

use super::super::linked::Dragged;
use super::Shows;
use super::days::Days;
use crate::alerts::{Selection, Window};
use crate::date::Date;
use crate::web::settings::Settings;
use crate::web::state::AppState;
use crate::web::view::numbers::{count, counted};
use crate::web::view::tactics::cells::{about, live, number, row, table};
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{HtmlInputElement, KeyboardEvent, PointerEvent};

/// Lengths that are offered, in days, up to the last day with an alert.
const LENGTHS: [i32; 3] = [7, 30, 90];

/// What is dragged.
#[derive(Clone, Copy)]
enum Drag {
    /// One end, from where the other stays.
    End(i32),
    /// All of the window: where it was taken, and where it was.
    Window(i32, (i32, i32)),
}

#[derive(Clone, Copy)]
struct Brush {
    days: Memo<Days>,
    /// First and last place.
    range: Memo<(i32, i32)>,
    /// What is chosen now.
    window: Memo<Option<Window>>,
    set: SetWindow,
    dragged: RwSignal<bool>,
    drag: StoredValue<Option<(Drag, bool)>>,
}

/// Chooses a window in the settings; `None` is all.
pub(in crate::web::view::alerts) type SetWindow = fn(&mut Settings, Option<Window>);

impl Brush {
    /// Chooses a window; all of a drag is one step to undo.
    fn choose(self, range: (i32, i32), is_more_of_it: bool) {
        let state = AppState::get();
        let window = self.days.with_untracked(|days| days.window(range));
        if window == self.window.get_untracked() {
            return;
        }
        let set = |settings: &mut Settings| (self.set)(settings, window);
        if is_more_of_it { state.adjust(set) } else { state.choose(set) }
    }

    /// The day below the pointer.
    fn day(self, plot: &web_sys::Element, event: &PointerEvent) -> i32 {
        let place = plot.get_bounding_client_rect();
        self.days.with_untracked(|days| {
            let share = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
            ((share * f64::from(days.number)).floor() as i32).clamp(0, days.last())
        })
    }

    fn drag_to(self, day: i32) {
        let Some((drag, has_moved)) = self.drag.get_value() else { return };
        let last = self.days.with_untracked(Days::last);
        let range = match drag {
            Drag::End(other) => (other.min(day), other.max(day)),
            Drag::Window(taken, (from, to)) => {
                let by = (day - taken).clamp(-from, last - to);
                (from + by, to + by)
            }
        };
        if range != self.range.get_untracked() {
            self.choose(range, has_moved);
            self.drag.set_value(Some((drag, true)));
        }
    }

    fn on_key(self, is_first: bool, event: &KeyboardEvent) {
        let (from, to) = self.range.get_untracked();
        let last = self.days.with_untracked(Days::last);
        let now = if is_first { from } else { to };
        let next = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now - 1,
            "ArrowRight" | "ArrowUp" => now + 1,
            "PageDown" => now - 7,
            "PageUp" => now + 7,
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let range = match is_first {
            true => (next.clamp(0, to), to),
            false => (from, next.clamp(from, last)),
        };
        self.choose(range, event.repeat());
    }
}

pub(super) fn brush(shown: Shows, selection: Memo<Selection>) -> AnyView {
    let days = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().map(|all| Days::of(&all.seen.days)).unwrap_or_default())
    });
    let window = Memo::new(move |_| selection.with(|selection| selection.window));
    brush_of(days, window, |settings, window| settings.detections.selection.window = window)
}

/// The same for any window over any days.
pub(in crate::web::view::alerts) fn brush_of(
    days: Memo<Days>,
    window: Memo<Option<Window>>,
    set: SetWindow,
) -> AnyView {
    let range = Memo::new(move |_| days.with(|days| days.range(window.get())));
    let dragged = expect_context::<Dragged>().0;
    let brush = Brush { days, range, window, set, dragged, drag: StoredValue::new(None) };
    view! {
        <div class="days" role="group" aria-label="Window">
            {plot(brush)}
            <div class="stat-line days-line">
                {chosen(brush)}
                {dates(brush)}
                {lengths(brush)}
                {as_table(days)}
            </div>
        </div>
    }
    .into_any()
}

fn plot(brush: Brush) -> AnyView {
    let Brush { days, range, dragged, drag, .. } = brush;
    let node = NodeRef::<Div>::new();
    let begin = move |what: Option<Drag>, event: &PointerEvent| {
        let Some(plot) = node.get_untracked() else { return };
        if event.button() != 0 {
            return;
        }
        let day = brush.day(&plot, event);
        let (from, to) = range.get_untracked();
        let is_all = days.with_untracked(|days| days.window((from, to)).is_none());
        let what = what.unwrap_or(match is_all || !(from..=to).contains(&day) {
            true => Drag::End(day),
            false => Drag::Window(day, (from, to)),
        });
        // Refused for a pointer that is gone already.
        let _ = plot.set_pointer_capture(event.pointer_id());
        drag.set_value(Some((what, false)));
        dragged.set(true);
    };
    let on_move = move |event: PointerEvent| {
        if let (true, Some(plot)) = (drag.with_value(Option::is_some), node.get_untracked()) {
            brush.drag_to(brush.day(&plot, &event));
        }
    };
    let end = move |event: PointerEvent| {
        let Some((what, has_moved)) = drag.get_value() else { return };
        drag.set_value(None);
        if let (false, Some(plot), "pointerup") = (has_moved, node.get_untracked(), &*event.type_())
        {
            // A click is a day; on an end it is nothing.
            let day = brush.day(&plot, &event);
            let is_end = matches!(what, Drag::End(other) if other != day);
            if !is_end {
                brush.choose((day, day), false);
            }
        }
        dragged.set(false);
    };
    let handle = move |is_first: bool| {
        let at = move || if is_first { range.get().0 } else { range.get().1 };
        let left = Signal::derive(move || {
            let at = at() + i32::from(!is_first);
            days.with(|days| format!("{}%", days.percent(at)))
        });
        let (name, label) = if is_first { ("first", "First day") } else { ("last", "Last day") };
        view! {
            <div
                class="days-handle"
                role="slider"
                tabindex="0"
                data-handle=name
                aria-label=label
                aria-valuemin="0"
                aria-valuemax=move || days.with(Days::last)
                aria-valuenow=at
                aria-valuetext=move || days.with(|days| days.date(at()).to_string())
                style:left=left
                on:keydown=move |event| brush.on_key(is_first, &event)
                on:pointerdown=move |event| {
                    event.stop_propagation();
                    let (from, to) = range.get_untracked();
                    begin(Some(Drag::End(if is_first { to } else { from })), &event);
                }
            ></div>
        }
        .into_any()
    };
    let inset = Signal::derive(move || {
        let (from, to) = range.get();
        days.with(|days| {
            format!("inset(0 {}% 0 {}%)", 100.0 - days.percent(to + 1), days.percent(from))
        })
    });
    let left =
        Signal::derive(move || format!("{}%", days.with(|days| days.percent(range.get().0))));
    let width = Signal::derive(move || {
        let (from, to) = range.get();
        format!("{}%", days.with(|days| days.percent(to + 1 - from)))
    });
    let bars = move |class: &'static str, clip: Option<Signal<String>>| {
        let view_box = Signal::derive(move || {
            days.with(|days| format!("0 0 {} 1000", days.bars.len().max(1)))
        });
        let path = Signal::derive(move || days.with(Days::path));
        let clip = move || clip.map(|clip| clip.get()).unwrap_or_default();
        view! {
            <svg class=class viewBox=view_box preserveAspectRatio="none" aria-hidden="true" style:clip-path=clip>
                <path d=path />
            </svg>
        }
        .into_any()
    };
    let said = move || days.with(in_words);
    let top = move || days.with(|days| format!("{}{}", count(days.highest() as usize), unit(days)));
    let labels = move || {
        let label = |(left, text): (f64, String)| {
            view! { <span style:left=format!("{left}%")>{text}</span> }.into_any()
        };
        days.with(Days::labels).into_iter().map(label).collect::<Vec<_>>()
    };
    view! {
        <div class="days-box">
            <p class="days-top muted" aria-hidden="true">{top}</p>
            <div
                class="days-plot"
                data-brush="days"
                node_ref=node
                on:pointerdown=move |event| begin(None, &event)
                on:pointermove=on_move
                on:pointerup=end
                on:pointercancel=end
            >
                <span class="visually-hidden">{said}</span>
                {bars("days-all", None)}
                <div class="days-window" style:left=left style:width=width></div>
                {bars("days-in", Some(inset))}
                {handle(true)}
                {handle(false)}
            </div>
            <div class="days-labels muted" aria-hidden="true">{labels}</div>
        </div>
    }
    .into_any()
}

fn unit(days: &Days) -> String {
    if days.per == 1 { " a day".to_owned() } else { format!(" in {} days", days.per) }
}

fn in_words(days: &Days) -> String {
    format!(
        "Alerts from {} to {}, day by day: {}{} at most. The days stand as a table below.",
        days.date(0),
        days.date(days.last()),
        count(days.highest() as usize),
        unit(days),
    )
}

/// The window in words.
fn chosen(brush: Brush) -> AnyView {
    let text = move || {
        let (from, to) = brush.range.get();
        brush.days.with(|days| {
            let length = usize::try_from(to - from + 1).unwrap_or_default();
            let what = if days.window((from, to)).is_none() { "all " } else { "" };
            format!(
                "{} to {}, {what}{}",
                days.date(from),
                days.date(to),
                counted(length, "day", "days")
            )
        })
    };
    view! { <b class="days-chosen" data-figure="window">{text}</b> }.into_any()
}

/// First and last day as fields.
fn dates(brush: Brush) -> AnyView {
    let field = move |is_first: bool| {
        let at = move || {
            let (from, to) = brush.range.get();
            brush.days.with(|days| days.date(if is_first { from } else { to }).to_string())
        };
        let at = Signal::derive(at);
        let least = move || brush.days.with(|days| days.date(0).to_string());
        let most = move || brush.days.with(|days| days.date(days.last()).to_string());
        let change = move |event: web_sys::Event| {
            let typed = Date::parse(event_target_value(&event).trim());
            let (from, to) = brush.range.get_untracked();
            let place = brush.days.with_untracked(|days| {
                let place = typed.map_or(if is_first { 0 } else { days.last() }, |typed| {
                    typed.unix_days().saturating_sub(days.first)
                });
                place.clamp(0, days.last())
            });
            let other = if is_first { to } else { from };
            brush.choose((other.min(place), other.max(place)), false);
            // What was not taken as it was typed.
            event_target::<HtmlInputElement>(&event).set_value(&at.get_untracked());
        };
        let (name, label) = if is_first { ("since", "From") } else { ("until", "to") };
        view! {
            <label>
                <span>{label}</span>
                <input
                    class="field"
                    type="date"
                    data-filter=name
                    min=least
                    max=most
                    prop:value=at
                    on:change=change
                />
            </label>
        }
        .into_any()
    };
    view! { <span class="days-dates">{field(true)}{field(false)}</span> }.into_any()
}

/// A few windows that are asked for often.
fn lengths(brush: Brush) -> AnyView {
    let button = move |length: Option<i32>| {
        let of = move |days: &Days| match length {
            None => (0, days.last()),
            Some(length) => ((days.number - length).max(0), days.last()),
        };
        let is_on = Signal::derive(move || {
            let now = brush.range.get();
            // All is all, however few days there are.
            let is_short = |days: &Days| length.is_some_and(|length| days.number <= length);
            brush.days.with(|days| of(days) == now && !is_short(days)).to_string()
        });
        let label = length.map_or("All".to_owned(), |length| format!("Last {length} days"));
        let too_long =
            move || length.is_some_and(|length| brush.days.with(|days| days.number <= length));
        view! {
            <button
                type="button"
                class="chip"
                data-window=length.map_or("all".to_owned(), |length| length.to_string())
                aria-pressed=is_on
                disabled=too_long
                title="Up to the last day with an alert"
                on:click=move |_| brush.choose(brush.days.with_untracked(of), false)
            >
                {label}
            </button>
        }
        .into_any()
    };
    let mut all = vec![button(None)];
    all.extend(LENGTHS.map(|length| button(Some(length))));
    view! { <span class="chips days-lengths" role="group" aria-label="Windows">{all}</span> }
        .into_any()
}

const COLUMNS: [(&str, &str); 2] = [("Day", ""), ("Alerts", "number")];

/// Made when it is opened.
fn as_table(days: Memo<Days>) -> AnyView {
    let is_open = RwSignal::new(false);
    let rows = move || {
        days.with(|days| {
            let line = |(at, alerts): (usize, &u32)| {
                let first = i32::try_from(at * days.per).unwrap_or_default();
                let last = (first + i32::try_from(days.per).unwrap_or(1) - 1).min(days.last());
                let name = match first == last {
                    true => days.date(first).to_string(),
                    false => format!("{} to {}", days.date(first), days.date(last)),
                };
                let cells =
                    vec![about(name.clone().into_any()), number("Alerts", count(*alerts as usize))];
                row(name, alerts.to_string(), cells)
            };
            Some(days.bars.iter().enumerate().map(line).collect())
        })
    };
    let body = move || is_open.get().then(|| table("table stat-table days-table", &COLUMNS, rows));
    view! {
        <details class="days-as-table" on:toggle=move |event| {
            is_open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open());
        }>
            <summary>"The days as a table"</summary>
            {live(body)}
        </details>
    }
    .into_any()
}
