//! One's coverage beside that of peers. Of their files only ids and scores are kept.

mod bar;
mod missing;
mod place;
mod techniques;

use super::Both;
use crate::gaps::peers::{PEERS_CONVENTION, Peer, PeerTechnique, PeerView, Threshold, peer_view};
use crate::web::view::numbers::{count, counted, percent};
use crate::web::view::tactics::cells::live;
use crate::web::view::tactics::part;
use leptos::prelude::*;
use std::sync::Arc;

/// What the numbers are of.
struct Found {
    both: Both,
    view: PeerView,
}

impl Found {
    /// Peers that cover a technique, and their share.
    fn share(&self, row: &PeerTechnique) -> String {
        let peers = self.view.peers.len();
        format!("{} of {}, {}", count(row.covering), count(peers), percent(row.covering, peers))
    }
}

/// `None` while there is no peer.
type Beside = Memo<Option<Arc<Found>>>;

/// Peers: what to drop, one's place among them, what most of them cover and one does not, and all
/// techniques.
#[component]
pub fn Peers(
    /// What is on the screen, see [`super::both()`].
    of: Memo<Option<Both>>,
    /// The peers.
    peers: Signal<Arc<Vec<Peer>>>,
) -> impl IntoView {
    let threshold = RwSignal::new(Threshold::default());
    let found: Beside = Memo::new_with_compare(
        move |_| {
            let (both, peers) = (of.get()?, peers.get());
            let view = peer_view(&both.catalogue, &both.coverage, &peers, threshold.get());
            (!peers.is_empty()).then(|| Arc::new(Found { both, view }))
        },
        |_, _| true,
    );
    // Not their number: what was typed below stays while more come.
    let has_some =
        Memo::new(move |_| found.with(|found| Some(!found.as_ref()?.view.peers.is_empty())));
    let result = move || match has_some.get() {
        None => Some(teach()),
        // Of another domain, all of them.
        Some(false) => Some(notes(found)),
        Some(true) => Some(
            vec![
                notes(found),
                place::place(found),
                missing::missing(found, threshold),
                techniques::table(found),
            ]
            .into_any(),
        ),
    };
    let body = vec![bar::bar(of), live(result)];
    part(
        "peers",
        "Peers",
        "Your coverage beside that of other organisations. Of what they give, only ids, scores and the ATT&CK release are kept, in this tab, and nothing that names anyone.",
        body.into_any(),
    )
}

/// What to drop, and what comes of it.
fn teach() -> AnyView {
    view! {
        <div class="stats-notice">
            <p>
                "Ask others for their coverage and add it here: layers of the ATT&CK Navigator of any version, "
                <code>"coverlay report --format json"</code>", "<code>"coverlay layer --share"</code>
                ", or what “Export mine for sharing” gives, each alone or many in a zip."
            </p>
            <p>
                "Then you see for each technique how many of them cover it and how well, where you are ahead or behind, and what most of them cover and you do not. With fewer than three peers a single one could be recognised."
            </p>
        </div>
    }
    .into_any()
}

/// What is to be known of the peers, and how is counted.
fn notes(found: Beside) -> AnyView {
    let list = move || {
        let found = found.get()?;
        let line = |text: String| view! { <li>{text}</li> }.into_any();
        let lines: Vec<AnyView> =
            found.view.notes.iter().map(|note| line(note.to_string())).collect();
        let number = found.view.peers.len();
        let list = view! {
            <div role="status" data-peers=number><ul class="stat-notes">{lines}</ul></div>
        };
        Some(list.into_any())
    };
    let number = move || {
        let peers = found.with(|found| Some(found.as_ref()?.view.peers.len()))?;
        Some(view! { <h3 class="stat-sentence">{counted(peers, "peer", "peers")}</h3> }.into_any())
    };
    vec![
        live(number),
        live(list),
        view! { <p class="stat-sentence muted">{PEERS_CONVENTION}</p> }.into_any(),
    ]
    .into_any()
}

/// At most two decimals; a dash for none.
fn score(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), crate::web::view::numbers::plain_percent)
}
