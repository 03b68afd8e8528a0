//! Tables made of the same few pieces: each kind of view costs the page some kilobytes, so that
//! there is one of each.

use leptos::prelude::*;

/// What follows the state.
type Live<T> = Box<dyn Fn() -> T + Send + Sync>;

/// A part that follows the state.
pub(in crate::web::view) fn live(
    part: impl Fn() -> Option<AnyView> + Send + Sync + 'static,
) -> AnyView {
    fn boxed(part: Live<Option<AnyView>>) -> AnyView {
        (move || part()).into_any()
    }
    boxed(Box::new(part))
}

/// A table whose rows follow the state. `columns` are labels and classes.
pub(in crate::web::view) fn table(
    class: &'static str,
    columns: &[(&'static str, &'static str)],
    rows: impl Fn() -> Option<Vec<AnyView>> + Send + Sync + 'static,
) -> AnyView {
    fn boxed(
        class: &'static str,
        columns: &[(&'static str, &'static str)],
        rows: Live<Option<Vec<AnyView>>>,
    ) -> AnyView {
        let head = |(label, class): &(&'static str, &'static str)| {
            view! { <th scope="col" class=*class><span>{*label}</span></th> }.into_any()
        };
        let heads: Vec<AnyView> = columns.iter().map(head).collect();
        view! {
            <table class=class>
                <thead><tr>{heads}</tr></thead>
                <tbody>{move || rows()}</tbody>
            </table>
        }
        .into_any()
    }
    boxed(class, columns, Box::new(rows))
}

/// A row; `name` and `value` are for scripts.
pub(in crate::web::view) fn row(name: String, value: String, cells: Vec<AnyView>) -> AnyView {
    view! { <tr data-row=name data-value=value>{cells}</tr> }.into_any()
}

/// What the row is about.
pub(in crate::web::view) fn about(content: AnyView) -> AnyView {
    view! { <th scope="row">{content}</th> }.into_any()
}

/// Somebody's text.
pub(in crate::web::view) fn foreign(text: String) -> AnyView {
    view! { <bdi>{text}</bdi> }.into_any()
}

/// Any cell.
pub(in crate::web::view) fn cell(
    class: &'static str,
    label: &'static str,
    content: AnyView,
) -> AnyView {
    view! { <td class=class data-label=label>{content}</td> }.into_any()
}

/// A cell with a number.
pub(in crate::web::view) fn number(label: &'static str, text: String) -> AnyView {
    cell("number", label, text.into_any())
}

/// A cell with a bar; its number stands in another.
pub(in crate::web::view) fn bar_cell(percent: f64) -> AnyView {
    view! { <td class="bar-column">{bar(percent)}</td> }.into_any()
}

/// A share as a bar.
pub(in crate::web::view) fn bar(percent: f64) -> AnyView {
    view! {
        <span class="stat-bar" aria-hidden="true"><i style:width=format!("{percent}%")></i></span>
    }
    .into_any()
}

/// A sentence that follows the state.
pub(in crate::web::view) fn sentence(
    text: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> AnyView {
    let text = Signal::derive(text);
    view! { <p class="stat-sentence" hidden=move || text.with(Option::is_none)>{text}</p> }
        .into_any()
}

/// A button in a line of its own.
pub(in crate::web::view) fn button(
    action: &'static str,
    is_hidden: Signal<bool>,
    text: Signal<String>,
    press: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let press: Box<dyn Fn() + Send + Sync> = Box::new(press);
    boxed_button(action, is_hidden, text, press)
}

fn boxed_button(
    action: &'static str,
    is_hidden: Signal<bool>,
    text: Signal<String>,
    press: Box<dyn Fn() + Send + Sync>,
) -> AnyView {
    view! {
        <p class="stat-sentence" hidden=is_hidden>
            {self::press(action, false.into(), text, press)}
        </p>
    }
    .into_any()
}

/// A button in a line with others.
pub(in crate::web::view) fn press(
    action: &'static str,
    is_hidden: Signal<bool>,
    text: Signal<String>,
    press: Box<dyn Fn()>,
) -> AnyView {
    view! {
        <button type="button" class="button" data-action=action hidden=is_hidden on:click=move |_| press()>
            {text}
        </button>
    }
    .into_any()
}
