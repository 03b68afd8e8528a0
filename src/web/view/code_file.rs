//! A part of the page's code that is a wasm file of its own, and what stands in its place until it is there.

use leptos::prelude::*;

/// How far the file is.
enum Stand<P: 'static> {
    Awaited,
    There(&'static P),
    Failed,
}

/// A file that gives the functions `P`, from when it is asked for.
pub struct CodeFile<P: 'static> {
    stand: RwSignal<Stand<P>, LocalStorage>,
}

// Derived ones would ask the same of `P`.
impl<P> Clone for CodeFile<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for CodeFile<P> {}

/// Not there yet.
impl<P> Default for CodeFile<P> {
    fn default() -> Self {
        Self { stand: RwSignal::new_local(Stand::Awaited) }
    }
}

impl<P> CodeFile<P> {
    /// It is asked for, again if need be.
    pub fn set_awaited(self) {
        self.stand.set(Stand::Awaited);
    }

    /// It is there.
    pub fn set_there(self, functions: &'static P) {
        self.stand.set(Stand::There(functions));
    }

    /// It could not be had.
    pub fn set_failed(self) {
        self.stand.set(Stand::Failed);
    }

    /// Whether it could not be had.
    pub fn has_failed(self) -> bool {
        self.stand.with_untracked(|stand| matches!(stand, Stand::Failed))
    }

    /// What a part shows, or nothing until it is there.
    pub fn show(self, part: fn(&'static P) -> fn() -> AnyView) -> impl Fn() -> Option<AnyView> {
        move || self.part(part).map(|view| view())
    }

    /// The same, with something in its place until then.
    pub fn show_or(
        self,
        part: fn(&'static P) -> fn() -> AnyView,
        meanwhile: fn() -> AnyView,
    ) -> impl Fn() -> AnyView {
        move || self.part(part).map_or_else(meanwhile, |view| view())
    }

    /// The same where one waits for it: says so, and what can be done if it cannot be had.
    pub fn show_view(
        self,
        part: fn(&'static P) -> fn() -> AnyView,
        ask_again: impl Fn() + Copy + Send + 'static,
    ) -> AnyView {
        let shown = move || match (
            self.part(part),
            self.stand.with(|stand| matches!(stand, Stand::Failed)),
        ) {
            (Some(view), _) => view(),
            (None, false) => view! { <p class="muted" role="status">"Loading…"</p> }.into_any(),
            (None, true) => view! {
                <p role="alert">
                    "This part of the page could not be loaded. "
                    <button type="button" class="button" on:click=move |_| ask_again()>
                        "Try again"
                    </button>
                </p>
            }
            .into_any(),
        };
        view! { {shown} }.into_any()
    }

    fn part(self, part: fn(&'static P) -> fn() -> AnyView) -> Option<fn() -> AnyView> {
        self.stand.with(|stand| match stand {
            Stand::There(functions) => Some(part(functions)),
            Stand::Awaited | Stand::Failed => None,
        })
    }
}
