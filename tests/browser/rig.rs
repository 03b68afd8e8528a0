//! What the tests share: one browser, the served page, folders to work in, rule sets.
use crate::cdp::Browser;
use crate::page::Page;
use crate::server::Server;
use std::cell::{Cell, RefCell};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Below this path the page is served, so that an address that assumes `/` fails.
pub(crate) const MOUNT: &str = "/some/sub-path/";

/// One browser and one server for all tests.
pub(crate) struct Rig {
    pub(crate) browser: Browser,
    pub(crate) server: Server,
    pub(crate) dist: PathBuf,
    work: PathBuf,
    folders: Cell<u32>,
    pages: RefCell<Vec<Page>>,
}

#[allow(dead_code, reason = "tests and benches each use a part")]
impl Rig {
    /// Starts the browser and serves `dist`.
    pub(crate) fn start(dist: &Path) -> Self {
        let server = Server::start(dist, MOUNT, 0)
            .unwrap_or_else(|error| panic!("{}: {error}", dist.display()));
        let work = env::temp_dir().join(format!("coverlay-work-{}", std::process::id()));
        Self {
            browser: Browser::launch(),
            server,
            dist: dist.to_owned(),
            work,
            folders: Cell::new(0),
            pages: RefCell::default(),
        }
    }

    /// An empty page; closed after the test.
    pub(crate) fn blank(&self) -> Page {
        let page = Page::open(&self.browser);
        self.pages.borrow_mut().push(page.clone());
        page
    }

    /// Coverlay in a page of its own, interactive.
    pub(crate) fn open(&self) -> Page {
        self.open_at("")
    }

    /// Coverlay at an address below its own, such as `"#/gaps"`.
    pub(crate) fn open_at(&self, rest: &str) -> Page {
        let page = self.blank();
        page.go(&format!("{}{rest}", self.server.url()));
        page.wait_for_mark("coverlay:whole");
        page
    }

    /// A fresh folder with these files (path and text), removed at the end.
    pub(crate) fn folder(&self, files: &[(&str, &str)]) -> PathBuf {
        self.folders.set(self.folders.get() + 1);
        let folder = self.work.join(self.folders.get().to_string());
        fs::create_dir_all(&folder).expect("the temporary folder is writable");
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("below the folder")).expect("writable");
            fs::write(path, text).expect("writable");
        }
        folder
    }

    /// A rule set of `COVERLAY_SHARED`; `None`, with the reason printed, where it is not there.
    pub(crate) fn corpus(&self, name: &str) -> Option<PathBuf> {
        let path = env::var_os("COVERLAY_SHARED")
            .map(|shared| Path::new(&shared).join("corpora").join(name));
        let found = path.filter(|path| path.is_file());
        if found.is_none() {
            println!("    without {name}: COVERLAY_SHARED does not lead to it");
        }
        found
    }

    /// Errors of the pages that are open and that no test has taken.
    pub(crate) fn page_errors(&self) -> Vec<String> {
        self.pages.borrow().iter().flat_map(Page::take_errors).collect()
    }

    /// Saves what the open pages show; the paths.
    pub(crate) fn save_screenshots(&self, name: &str) -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser");
        let shots = self.pages.borrow().iter().map(Page::screenshot).collect::<Vec<_>>();
        let save = |(number, shot): (usize, Vec<u8>)| {
            let words: Vec<_> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
            let path = folder.join(format!("{}-{number}.png", words.join("-")));
            (fs::create_dir_all(&folder).is_ok() && fs::write(&path, shot).is_ok()).then_some(path)
        };
        shots.into_iter().enumerate().filter_map(save).collect()
    }

    /// Closes every page that was opened.
    pub(crate) fn close_pages(&self) {
        self.pages.borrow_mut().drain(..).for_each(|page| page.close());
        // What one test left must not be taken for another's.
        while self.browser.take_download().is_some() {}
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.work));
    }
}
