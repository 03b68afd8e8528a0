//! Hosted defaults in the page: `coverlay.json` is fetched while the page loads, and what it names.
//! All of it comes from the page's own origin, and nothing waits for it.

use super::marks::mark;
use super::settings::{Settings, Shared};
use super::state::AppState;
use super::view::numbers::counted;
use super::{catalogues, intake};
use crate::gaps::peers::PeersRead;
use crate::gaps::{PartKind, Profile, Shelf};
use crate::hosted::{FILE, Hosted, HostedProfile, Place, Problem};
use crate::limits::{Limit, Limits, MAX_HOSTED_BYTES};
use crate::source::{Bucket, FileOutcome};
use crate::worker::files;
use js_sys::{Promise, Uint8Array};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// What comes sooner needs no word of progress.
const SOON: Duration = Duration::from_millis(200);

#[wasm_bindgen(module = "/src/web/hosted/fetch.js")]
extern "C" {
    fn fetch_own(address: &str, most: f64, came: &Closure<dyn Fn(f64)>) -> Promise;
}

/// What is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fetching {
    /// Files that are there.
    pub done: usize,
    /// All.
    pub all: usize,
    /// So far.
    pub bytes: u64,
}

/// What the page's host says; copyable into every closure.
#[derive(Clone, Copy)]
pub struct Hosting {
    state: AppState,
    /// What it says; `None` until that was asked.
    pub said: RwSignal<Option<Arc<Hosted>>>,
    /// What is wrong with it.
    pub problems: RwSignal<Vec<Problem>>,
    /// What is being fetched; `None` if nothing is, or not for long.
    pub fetching: RwSignal<Option<Fetching>>,
    /// Files that were left where they are, as this browser keeps one's own work.
    pub left: RwSignal<usize>,
    /// Put away for this visit.
    pub is_closed: RwSignal<bool>,
    /// Sets of catalogues that have been loaded, or could not be.
    sets: RwSignal<usize>,
}

/// What a file is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Own,
    Library,
    Peer,
    Profile,
}

/// A file that is named.
struct Named<'h> {
    key: String,
    what: What,
    place: &'h Place,
    most: u64,
}

impl Hosting {
    /// Before anything was asked.
    pub fn new(state: AppState, sets: RwSignal<usize>) -> Self {
        let hosting = Self {
            state,
            said: RwSignal::new(None),
            problems: RwSignal::default(),
            fetching: RwSignal::new(None),
            left: RwSignal::new(0),
            is_closed: RwSignal::new(false),
            sets,
        };
        // What the host says of releases can be looked at when all are there.
        Effect::new(move |was_done: Option<bool>| {
            let is_done = was_done.unwrap_or(false);
            let are_there = hosting.sets.get() == catalogues::SETS;
            let Some(said) = hosting.said.get().filter(|_| are_there && !is_done) else {
                return is_done;
            };
            let found = state.catalogues.with_untracked(|all| said.check(all));
            hosting.tell(found);
            true
        });
        hosting
    }

    /// That of the page, from anywhere below the app.
    ///
    /// # Panics
    /// Outside the app.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// The title the host gives the page, if it does.
    pub fn title(self) -> Option<String> {
        self.said.with(|said| said.as_ref()?.title.clone())
    }

    fn tell(self, more: Vec<Problem>) {
        if !more.is_empty() {
            self.problems.update(|problems| problems.extend(more));
        }
    }

    /// Asks the host, and takes what it gives.
    pub async fn load(self) {
        self.take().await;
        self.fetching.set(None);
        mark("coverlay:hosted");
    }

    async fn take(self) {
        let Some(origin) = own_origin() else { return };
        let nothing = Closure::<dyn Fn(f64)>::new(|_| {});
        let answer = JsFuture::from(fetch_own(FILE, MAX_HOSTED_BYTES as f64, &nothing)).await;
        let bytes = match answer.map(JsCast::dyn_into::<File>) {
            Ok(Ok(file)) => bytes_of(&file).await,
            Ok(Err(none)) if none.is_null() => b"{}".to_vec(),
            Ok(Err(reason)) | Err(reason) => {
                let reason = reason.as_string().unwrap_or_default();
                self.tell(vec![Problem::of_file(
                    reason,
                    "see that the host gives it, or take it away",
                )]);
                return;
            }
        };
        let (hosted, problems) = Hosted::read(&bytes, &origin);
        let hosted = Arc::new(hosted);
        self.said.set(Some(hosted.clone()));
        self.tell(problems);
        self.state.preset(&preset_by(&hosted));
        let mut profile = None;
        if let Some(HostedProfile::Inline(json)) = &hosted.profile {
            match Profile::from_json(json) {
                Ok(read) => profile = Some(read),
                Err(error) => {
                    self.tell(vec![hosted.problem("profile", error.to_string(), "mend it there")])
                }
            }
        }
        self.take_files(&hosted, profile).await;
    }

    /// Fetches what is named, all at once, and takes it as if it had been dropped.
    async fn take_files(self, hosted: &Hosted, mut profile: Option<Profile>) {
        let state = self.state;
        // A library that somebody has this browser remember would be written over.
        let has_library = super::library::is_remembered();
        let limits = state.settings().with_untracked(|settings| settings.limits.get());
        let mut named = named(hosted, has_library, &limits);
        // What is kept is opened as it was left; the host's files would come to it a second time.
        if super::workspace::is_kept_here() {
            let all = named.len();
            named.retain(|named| named.what == What::Library);
            self.left.set(all - named.len());
        }
        let own_profile = named.iter().any(|named| named.what == What::Profile);
        if !own_profile {
            state.preset_profile(profile.take());
        }
        if named.is_empty() {
            return;
        }
        let now = StoredValue::new(Fetching { all: named.len(), ..Fetching::default() });
        let is_slow = StoredValue::new(false);
        let show = move || {
            if is_slow.get_value() {
                self.fetching.set(Some(now.get_value()));
            }
        };
        let slow = set_timeout_with_handle(
            move || {
                is_slow.set_value(true);
                show();
            },
            SOON,
        );
        let came = Closure::<dyn Fn(f64)>::new(move |bytes: f64| {
            now.update_value(|now| now.bytes += bytes as u64);
            show();
        });
        let asked: Vec<Promise> =
            named.iter().map(|n| fetch_own(n.place.as_str(), n.most as f64, &came)).collect();
        let (mut own, mut library, mut peers) = (Vec::new(), Vec::new(), Vec::new());
        for (named, answer) in named.iter().zip(asked) {
            let answer = JsFuture::from(answer).await;
            now.update_value(|now| now.done += 1);
            show();
            let file = match answer.map(JsCast::dyn_into::<File>) {
                Ok(Ok(file)) => file,
                Ok(Err(reason)) | Err(reason) => {
                    let reason = reason.as_string().unwrap_or_else(|| "no such file".to_owned());
                    let reason = format!("{}: {reason}", named.place.name());
                    let remedy = format!("see that the host has it, or take it out of {FILE}");
                    self.tell(vec![hosted.problem(&named.key, reason, remedy)]);
                    continue;
                }
            };
            match named.what {
                What::Own => own.push((named.place.name().to_owned(), file)),
                What::Library => library.push((named.place.name().to_owned(), file)),
                What::Peer => peers.push((named, file)),
                What::Profile => match read_profile(state, file).await {
                    Ok(read) => state.preset_profile(Some(read)),
                    Err((reason, remedy)) => {
                        self.tell(vec![hosted.problem(&named.key, reason, remedy)]);
                    }
                },
            }
        }
        if let Ok(slow) = slow {
            slow.clear();
        }
        is_slow.set_value(false);
        self.fetching.set(None);
        intake::take_fetched(state, Shelf::Own, own);
        intake::take_fetched(state, Shelf::Library, library);
        self.take_peers(hosted, peers).await;
    }

    async fn take_peers(self, hosted: &Hosted, files: Vec<(&Named<'_>, File)>) {
        if files.is_empty() {
            return;
        }
        intake::workers().await;
        let mut all = Vec::new();
        for (named, file) in files {
            let PeersRead { peers, refused } = intake::peers(self.state, vec![file]).await;
            all.extend(peers);
            self.tell(
                refused
                    .iter()
                    .map(|file| {
                        let (reason, remedy) = in_words(file);
                        hosted.problem(&named.key, reason, remedy)
                    })
                    .collect(),
            );
        }
        if !all.is_empty() {
            let said = format!("{} of this page’s host", counted(all.len(), "peer", "peers"));
            self.state.compare_with(all, said);
        }
    }
}

/// The page's origin; `None` for one that was opened from a file, which has none to ask, and where
/// everything is in one file, which asks nobody.
fn own_origin() -> Option<String> {
    let location = web_sys::window()?.location();
    let is_web = location.protocol().is_ok_and(|protocol| protocol.starts_with("http"))
        && !files::is_one_file();
    location.origin().ok().filter(|_| is_web)
}

/// The defaults with what the host presets.
fn preset_by(hosted: &Hosted) -> Shared {
    let plain = Shared::of(&Settings::default());
    Shared {
        domain: hosted.domain.unwrap_or(plain.domain),
        version: hosted.version.clone(),
        policy: hosted.policy.unwrap_or(plain.policy),
        platforms: hosted.platforms.clone(),
        ..plain
    }
}

fn named<'h>(hosted: &'h Hosted, has_library: bool, limits: &Limits) -> Vec<Named<'h>> {
    let mut all = Vec::new();
    let mut add = |name: &str, what, places: &'h [Place], limit| {
        let most = limits.of(limit);
        let of = |(at, place)| Named { key: format!("{name}.{at}"), what, place, most };
        all.extend((0..).zip(places).map(of));
    };
    add("rules", What::Own, &hosted.rules, Limit::ArchiveBytes);
    add("layers", What::Own, &hosted.layers, Limit::LayerBytes);
    if !has_library {
        add("library", What::Library, &hosted.library, Limit::ArchiveBytes);
    }
    add("peers", What::Peer, &hosted.peers, Limit::ArchiveBytes);
    if let Some(HostedProfile::File(place)) = &hosted.profile {
        let (key, what) = ("profile".to_owned(), What::Profile);
        all.push(Named { key, what, place, most: limits.of(Limit::ProfileBytes) });
    }
    all
}

async fn bytes_of(file: &File) -> Vec<u8> {
    // A file made of what is in memory.
    let bytes = JsFuture::from(file.array_buffer()).await;
    bytes.map(|bytes| Uint8Array::new(&bytes).to_vec()).unwrap_or_default()
}

async fn read_profile(state: AppState, file: File) -> Result<Profile, (String, String)> {
    intake::workers().await;
    let read = intake::profile_part(state, PartKind::Whole, file).await;
    let read = read.map_err(|outcome| in_words(&outcome))?;
    let mut profile = Profile::default();
    match read.give(&mut profile) {
        Ok(_) => Ok(profile),
        Err(error) => Err((error.to_string(), "mend it there".to_owned())),
    }
}

/// Reason and remedy.
fn in_words(outcome: &FileOutcome) -> (String, String) {
    let (reason, remedy) = match &outcome.bucket {
        Bucket::Failed { reason, remedy, line, .. } => {
            let place = line.map(|line| format!(" (line {line})")).unwrap_or_default();
            (format!("{reason}{place}"), remedy.clone())
        }
        Bucket::Skipped { reason, .. } => (reason.clone(), String::new()),
        Bucket::Read { .. } => (String::new(), String::new()),
    };
    (format!("{}: {reason}", outcome.path), remedy)
}
