//! The profile as a whole: as a file, what it comes to, and what is to be said of it.

use super::Form;
use super::files::{Give, file_line};
use super::pieces::{fixed, press};
use crate::gaps::{PartKind, Profile, Remark};
use crate::web::address::{Address, View};
use crate::web::download;
use crate::web::state::Toast;
use crate::web::view::numbers::count;
use crate::web::view::tactics::cells::live;
use crate::web::view::tactics::part;
use leptos::prelude::*;

/// What the saved file is called.
const FILE: &str = "coverlay_profile.json";

pub(super) fn section(form: Form) -> AnyView {
    let is_empty = Memo::new(move |_| form.read(|profile| *profile == Profile::default()));
    let save = move || {
        let json = form.state.settings().with_untracked(|settings| settings.profile.to_json());
        download::save(FILE, "application/json", json.as_bytes());
        let text = format!("{FILE} saved");
        form.state.toast.set(Some(Toast { text, undo: false }));
    };
    let clear = move || {
        form.take_away("Profile cleared".to_owned(), |profile| *profile = Profile::default());
    };
    let give = Give {
        kind: PartKind::Whole,
        accept: ".json,.yml,.yaml",
        choose: "Load a profile…",
        has: Signal::stored(false),
    };
    let more = vec![
        press("button", "save-profile", is_empty.into(), fixed("Save the profile"), Box::new(save)),
        press(
            "button",
            "clear-profile",
            is_empty.into(),
            fixed("Clear the profile"),
            Box::new(clear),
        ),
    ];
    let body = vec![
        file_line(form, give, more.into_any()),
        view! {
            <p class="stat-sentence muted">
                "The profile is kept in this browser’s own storage, with your other settings; nothing of your rules is in it. The command reads the saved file: "
                <code>"coverlay gaps --profile "{FILE}</code>"."
            </p>
        }
        .into_any(),
        live(move || form.of_found(|found| comes_to(found.relevant(), found.list.gaps.len()))),
        live(move || form.of_found(|found| remarks(&found.list.remarks))?),
    ];
    part(
        "profile",
        "Profile",
        "Who you are decides which techniques matter here and which come first. All of it is optional: what you do not say leaves nothing out.",
        body.into_any(),
    )
}

/// How many matter, and how many of them are gaps.
fn comes_to((relevant, all): (usize, usize), gaps: usize) -> AnyView {
    view! {
        <p class="stat-sentence" role="status" data-figure="relevant" data-value=format!("{relevant} {all} {gaps}")>
            {format!("{} of {} techniques and sub-techniques matter here; ", count(relevant), count(all))}
            <a href=Address::view(View::Gaps).to_string()>{format!("{} of them are gaps", count(gaps))}</a>
            "."
        </p>
    }
    .into_any()
}

fn remarks(all: &[Remark]) -> Option<AnyView> {
    let line = |remark: &Remark| view! { <li><bdi>{remark.sentence()}</bdi></li> }.into_any();
    let lines: Vec<AnyView> = all.iter().map(line).collect();
    let list = view! { <ul class="stat-notes" data-list="remarks">{lines}</ul> };
    (!all.is_empty()).then(|| list.into_any())
}
