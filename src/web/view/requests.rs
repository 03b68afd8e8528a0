//! What was asked of the host, counted at the foot of the page, with what it means; and the line that says
//! that a newer version is ready.

use super::later::Later;
use super::numbers::{count, counted};
use super::popover::Popover;
use crate::web::offline::{Kept, Offline};
use crate::web::requests::{Later as Asked, Phase, Requests};
use crate::worker::files;
use leptos::prelude::*;

/// The line of a newer version.
pub fn newer_strip() -> AnyView {
    let offline = Offline::get();
    view! {
        <div class="strip-place" role="status">
            {move || offline.has_newer().then(|| view! {
                <div class="strip" data-strip="newer">
                    <p>"A new version is ready."</p>
                    <span class="strip-actions">
                        <button
                            class="button button-quiet"
                            type="button"
                            data-action="open-newer"
                            on:click=move |_| offline.reload()
                        >
                            "Reload"
                        </button>
                    </span>
                </div>
            })}
        </div>
    }
    .into_any()
}

/// The counter; what it means is said on request.
pub fn counter() -> AnyView {
    view! {
        <Popover id="requests" title="Requests of this page" class="requests-button" button=number()>
            {explanation(Requests::get())}
        </Popover>
    }
    .into_any()
}

/// The same until the explanation is there.
fn waiting_counter() -> AnyView {
    view! {
        <span class="button button-quiet requests-button">
            {number()}
            <span class="caret" aria-hidden="true"></span>
        </span>
    }
    .into_any()
}

/// The counter's place.
pub fn counter_place() -> AnyView {
    let requests = Requests::get();
    view! {
        <span class="visually-hidden" role="status">
            {move || {
                let count = requests.count.get();
                (count > 0).then(|| format!("{} since loading", counted(count, "request", "requests")))
            }}
        </span>
        {Later::get().show_or(|parts| parts.counter, waiting_counter)}
    }
    .into_any()
}

fn number() -> AnyView {
    let requests = Requests::get();
    let state = move || match (requests.count.get(), requests.phase.get()) {
        (1.., _) => "some",
        (0, Phase::Complete { .. }) => "none",
        (0, Phase::Loading) => "loading",
        (0, Phase::Incomplete { .. }) => "incomplete",
    };
    view! {
        <span class="requests" data-requests=move || requests.count.get() data-state=state>
            {move || words(requests.count.get(), &requests.phase.get())}
        </span>
    }
    .into_any()
}

fn words(since: usize, phase: &Phase) -> String {
    match (since, phase) {
        (0, Phase::Loading) => "Loading".to_owned(),
        (0, Phase::Incomplete { .. }) => "Not everything is loaded".to_owned(),
        (0, Phase::Complete { .. }) => "0 requests since loading".to_owned(),
        (since, _) => format!("! {} since loading", counted(since, "request", "requests")),
    }
}

fn explanation(requests: Requests) -> AnyView {
    let offline = Offline::get();
    let loading = move || match files::is_one_file() {
        true => "One file: nothing was fetched.".to_owned(),
        false => {
            let (files, bytes) = requests.loading.get();
            let kilobytes = count((bytes / 1000.0).ceil() as usize);
            let files = counted(files, "file", "files");
            format!("While loading: {files}, {kilobytes} kB as sent, from this page’s host.")
        }
    };
    let since = move || match (requests.count.get(), requests.phase.get()) {
        (0, Phase::Complete { since }) => format!("Since {since}: nothing."),
        (number, Phase::Complete { since }) => {
            format!("Since {since}: {}.", counted(number, "request", "requests"))
        }
        (_, Phase::Loading) => "Loading goes on.".to_owned(),
        (_, Phase::Incomplete { reason }) => format!(
            "Not everything could be fetched ({reason}); it is asked for again when it is needed. Reload to try again."
        ),
    };
    let kept = move || match offline.kept.get() {
        Kept::Unknown => String::new(),
        Kept::Whole => {
            "This browser keeps the program’s files: it opens without the network.".to_owned()
        }
        Kept::Not { reason } => format!("It does not open without the network: {reason}."),
        Kept::OneFile => "It needs no network.".to_owned(),
    };
    let line = |Asked { address, is_refused }: Asked| {
        let what = if is_refused { " (refused by the page’s policy)" } else { "" };
        view! { <li><code><bdi>{address}</bdi></code>{what}</li> }
    };
    view! {
        <p data-said="loading">{loading}</p>
        <p data-said="since"><b>{since}</b></p>
        <ul class="stat-notes">
            {move || requests.listed.get().into_iter().map(line).collect::<Vec<_>>()}
        </ul>
        <p data-said="kept">{kept}</p>
        <p class="muted">
            "Counted by the browser’s own timeline. When all is loaded, the page adds a policy that forbids every further request and cannot be taken back; what tries is refused, and counted here."
        </p>
        <p class="muted">
            "To check it: open the developer tools, look at the network tab and drop your rules. Or go offline first: it works the same. The browser itself may look for a newer version when it opens the page."
        </p>
    }
    .into_any()
}
