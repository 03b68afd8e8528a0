//! A technique is accepted as out of scope: with a reason, and for as long as one says.

use super::head::Of;
use crate::attack::{TechniqueId, TechniqueIndex};
use crate::date::Date;
use crate::gaps::Accepted;
use crate::web::app::by_id;
use crate::web::state::{AppState, Toast};
use crate::web::today::today;
use crate::web::view::numbers::counted;
use crate::web::view::tactics::cells::live;
use leptos::prelude::*;
use web_sys::{HtmlElement, HtmlInputElement};

type Field = NodeRef<leptos::html::Input>;

pub(super) fn accept(found: &Of, index: TechniqueIndex) -> AnyView {
    let catalogue = &found.asked.catalogue;
    let id = catalogue.technique(index).id;
    let of = |other: &TechniqueIndex| catalogue.technique(*other).parent == Some(index);
    let subs = catalogue.indices().filter(of).count();
    let is_open = RwSignal::new(false);
    let expanded = Signal::derive(move || is_open.get().to_string());
    let form = move || if is_open.get() { Some(form(id, subs, is_open)) } else { None };
    view! {
        <div class="gap-accept">
            <button
                type="button"
                class="button"
                data-action="accept"
                aria-expanded=expanded
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                "Accept as out of scope…"
            </button>
            {live(form)}
        </div>
    }
    .into_any()
}

fn form(id: TechniqueId, subs: usize, is_open: RwSignal<bool>) -> AnyView {
    let (reason, until) = (Field::new(), Field::new());
    let wrong = RwSignal::new(String::new());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match read(id, reason, until) {
            Ok(accepted) => take(accepted),
            Err(why) => wrong.set(why.to_owned()),
        }
    };
    let also = (subs > 0).then(|| {
        format!("It stands for its {}, too.", counted(subs, "sub-technique", "sub-techniques"))
    });
    view! {
        <form class="accept-form" novalidate on:submit=submit>
            <label>
                <span>"Reason"</span>
                <input
                    class="field"
                    type="text"
                    name="reason"
                    maxlength="500"
                    autocomplete="off"
                    required
                    aria-describedby=format!("accept-{id}")
                    node_ref=reason
                />
            </label>
            <label>
                <span>"Until (empty: for good)"</span>
                <input class="field" type="date" name="until" min=today().to_string() node_ref=until />
            </label>
            <button type="submit" class="button button-primary" data-action="accept-now">
                {format!("Accept {id}")}
            </button>
            <button type="button" class="button" on:click=move |_| is_open.set(false)>"Cancel"</button>
            <p class="muted">{also}" It goes to the list of what is out, with this reason, and can be undone."</p>
            <p class="is-error" role="alert" id=format!("accept-{id}")>{wrong}</p>
        </form>
    }
    .into_any()
}

fn read(id: TechniqueId, reason: Field, until: Field) -> Result<Accepted, &'static str> {
    let value = |field: Field| {
        let field: Option<HtmlInputElement> = field.get_untracked();
        field.map_or_else(String::new, |field| field.value().trim().to_owned())
    };
    let (reason, until) = (value(reason), value(until));
    if reason.is_empty() {
        return Err("Say why: whoever finds it later will ask.");
    }
    let until = match until.is_empty() {
        true => None,
        false => Some(Date::parse(&until).ok_or("That is no day.")?),
    };
    if until.is_some_and(|until| until < today()) {
        return Err("That day is over.");
    }
    Ok(Accepted { technique: id, reason, until })
}

fn take(accepted: Accepted) {
    let state = AppState::get();
    let text = format!("{} accepted as out of scope", accepted.technique);
    state.choose(|settings| settings.profile.accept(accepted));
    state.toast.set(Some(Toast { text, undo: true }));
    // The form goes, and would take the focus with it.
    if let Some(main) = by_id::<HtmlElement>("main") {
        let _ = main.focus();
    }
}
