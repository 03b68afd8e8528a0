//! What stays in the tab and how that is enforced; the notices MITRE asks for.

use super::requests::counter_place;
use leptos::prelude::*;

/// Why nothing can leave, and how to check it.
#[component]
pub fn Privacy() -> impl IntoView {
    view! {
        <ul class="prose-list">
            <li>
                "There is no server to send anything to: the page is a handful of static files, and rules are read, counted and drawn by code that runs in this tab."
            </li>
            <li>
                "The browser holds it to that. The page’s Content-Security-Policy starts from "
                <code>"default-src 'none'"</code>
                " and allows connections to the page’s own origin only; they are used while loading, for the program, the ATT&CK catalogues and what this page’s host provides with it. When all of that is there, the page forbids itself every further connection ("
                <code>"connect-src 'none'"</code>
                "), which cannot be taken back: not even its own code could send anything."
            </li>
            <li>
                "See for yourself: open the developer tools, look at the network tab and drop your rules; no request appears. Or go offline first. It works the same. The counter at the foot of the page says what was asked for while loading, and counts every request since."
            </li>
            <li>
                "Only settings such as colours and scores are remembered, in this browser. Rules are gone when the tab is closed, unless you tick “Keep this workspace in this browser” (Workspace, at the top); “Forget everything” there removes all of it. A library of other rules is remembered in this browser if you tick that, and gone when you untick it."
            </li>
        </ul>
    }
}

/// The notices at the foot of the page. (Text from MITRE's terms of use for ATT&CK.)
#[component]
pub fn Notices() -> impl IntoView {
    view! {
        <footer class="notices">
            <span>
                "© 2026 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation. ATT&CK® is a registered trademark of The MITRE Corporation."
            </span>
            <span class="notices-end">
                <span>"Coverlay " {env!("CARGO_PKG_VERSION")} ", MIT or Apache-2.0"</span>
                {counter_place()}
            </span>
        </footer>
    }
}
