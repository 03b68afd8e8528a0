//! What this page has asked its host for, as the browser counts it: while it loads, and since then.
//! When everything is there, a further policy of the page forbids any request.

use super::intake::now_ms;
use crate::worker::files;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/web/requests/watch.js")]
extern "C" {
    fn watch(came: &Closure<dyn Fn(String, f64, f64, bool)>);
    #[wasm_bindgen(js_name = seal)]
    fn forbid_all();
}

/// So many requests since loading are listed; all are counted.
const MAX_LISTED: usize = 20;

/// How far loading is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not everything is there.
    Loading,
    /// Everything is there, and further requests are forbidden.
    Complete {
        /// The time of day.
        since: String,
    },
    /// Something could not be had, and is asked for again when it is needed.
    Incomplete {
        /// Why.
        reason: String,
    },
}

/// A request since loading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// Where to.
    pub address: String,
    /// Whether the page's policy stopped it.
    pub is_refused: bool,
}

/// What was asked for; copyable into every closure.
#[derive(Clone, Copy)]
pub struct Requests {
    /// How far loading is.
    pub phase: RwSignal<Phase>,
    /// While loading: files, the page itself among them, and bytes as they were sent.
    pub loading: RwSignal<(usize, f64)>,
    /// How many since then.
    pub count: RwSignal<usize>,
    /// The first of them.
    pub listed: RwSignal<Vec<Later>>,
    /// When everything was there, in milliseconds of the page's clock.
    complete_at: StoredValue<f64>,
}

impl Requests {
    /// Counts from now on, and what the browser remembers of before.
    pub fn counting() -> Self {
        let requests = Self {
            phase: RwSignal::new(Phase::Loading),
            loading: RwSignal::new((0, 0.0)),
            count: RwSignal::new(0),
            listed: RwSignal::default(),
            complete_at: StoredValue::new(f64::INFINITY),
        };
        let came = Closure::new(move |address, bytes, started, is_refused| {
            requests.take(address, bytes, started, is_refused);
        });
        watch(&came);
        // As long as the page.
        came.forget();
        requests
    }

    /// That of the page, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    fn take(self, address: String, bytes: f64, started: f64, is_refused: bool) {
        let is_later = is_refused || started > self.complete_at.get_value();
        if !is_later {
            // The document of the one-file edition is no request of the page's.
            if !files::is_one_file() {
                self.loading.update(|(files, all)| {
                    *files += 1;
                    *all += bytes;
                });
            }
            return;
        }
        self.count.update(|count| *count += 1);
        if self.listed.with_untracked(Vec::len) < MAX_LISTED {
            self.listed.update(|listed| listed.push(Later { address, is_refused }));
        }
    }

    /// Everything is there: from now on requests are forbidden and counted.
    pub fn complete(self) {
        forbid_all();
        self.complete_at.set_value(now_ms());
        let since = js_sys::Date::new_0().to_locale_time_string("en-GB").into();
        self.phase.set(Phase::Complete { since });
    }

    /// Something could not be had.
    pub fn incomplete(self, reason: String) {
        self.phase.set(Phase::Incomplete { reason });
    }
}
