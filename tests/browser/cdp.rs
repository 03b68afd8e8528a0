//! A Chromium driven over its DevTools protocol: one process, one socket, a session per page.
//!
//! Written for tests: whatever the browser refuses is a panic with its words, at the test's line.
//! Protocol: <https://chromedevtools.github.io/devtools-protocol/>
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Message, WebSocket};

/// How long any one answer of the browser may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What `design/toolchain.md` found to work headless, as root, without any chatter of its own.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    // No name but the loopback address resolves: a page that calls home fails its test.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
];

/// A running Chromium; killed, with its profile folder, when the last handle goes.
#[derive(Clone)]
pub(crate) struct Browser(Rc<RefCell<Connection>>);

/// What one page, its frames and its workers have done so far.
#[derive(Default)]
pub(crate) struct Log {
    /// Addresses asked for over the network, `blob:` and `data:` left out, in order.
    pub(crate) requests: Vec<String>,
    /// Uncaught exceptions, `console.error`, refused loads and policy violations.
    pub(crate) errors: Vec<String>,
    /// Everything else that was written to the console.
    pub(crate) console: Vec<String>,
}

/// A finished download.
pub(crate) struct Download {
    /// The file name the page suggested.
    pub(crate) name: String,
    /// The content.
    pub(crate) bytes: Vec<u8>,
}

struct Connection {
    socket: WebSocket<TcpStream>,
    process: Child,
    folder: PathBuf,
    last_id: u64,
    logs: BTreeMap<String, Log>,
    /// Session of a worker → session of its page.
    parents: HashMap<String, String>,
    /// Events of a kind that somebody waits for, newest last.
    loads: HashMap<String, usize>,
    downloads: Vec<(String, String, bool)>,
}

impl Browser {
    /// Starts Chromium (`COVERLAY_CHROMIUM`, else `chromium` of `PATH`) with an empty profile.
    pub(crate) fn launch() -> Self {
        let program = std::env::var_os("COVERLAY_CHROMIUM").unwrap_or_else(|| "chromium".into());
        let folder = std::env::temp_dir().join(format!("coverlay-browser-{}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(folder.join("downloads")).expect("the temporary folder is writable");
        let mut process = Command::new(&program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));

        let mut said = BufReader::new(process.stderr.take().expect("piped")).lines();
        let mut heard = Vec::new();
        let address = loop {
            let Some(Ok(line)) = said.next() else {
                panic!("Chromium ended before it listened:\n{}", heard.join("\n"))
            };
            if let Some(address) = line.strip_prefix("DevTools listening on ") {
                break address.to_owned();
            }
            heard.push(line);
        };
        // Its standard error must go on being read, or Chromium blocks once the pipe is full.
        thread::spawn(move || said.for_each(drop));

        let host = address.trim_start_matches("ws://").split('/').next().expect("ws://host/…");
        let stream = TcpStream::connect(host).expect("the port it has just named");
        stream.set_read_timeout(Some(PATIENCE)).expect("a fresh socket");
        stream.set_nodelay(true).expect("a fresh socket");
        // A screenshot or a measured page may well be larger than the default frame.
        let config = WebSocketConfig::default()
            .max_frame_size(Some(1 << 30))
            .max_message_size(Some(1 << 30));
        let (socket, _) = tungstenite::client::client_with_config(address, stream, Some(config))
            .unwrap_or_else(|error| panic!("no DevTools socket: {error}"));
        // From here on a read that finds nothing returns soon, so that waiting can end.
        let soon = Some(Duration::from_millis(200));
        socket.get_ref().set_read_timeout(soon).expect("an open socket");
        Self(Rc::new(RefCell::new(Connection {
            socket,
            process,
            folder,
            last_id: 0,
            logs: BTreeMap::new(),
            parents: HashMap::new(),
            loads: HashMap::new(),
            downloads: Vec::new(),
        })))
    }

    /// Opens an empty page with storage, cache and downloads of its own; its session and context.
    #[track_caller]
    pub(crate) fn open(&self) -> (String, String) {
        let context =
            text(&self.call(None, "Target.createBrowserContext", json!({})), "browserContextId");
        let folder = self.0.borrow().folder.join("downloads");
        self.call(
            None,
            "Browser.setDownloadBehavior",
            // Named by number: Chromium would rename a second file of the same name.
            json!({"behavior": "allowAndName", "browserContextId": context,
                   "downloadPath": folder, "eventsEnabled": true}),
        );
        let session = self.open_in(&context);
        (session, context)
    }

    /// The context of an ordinary window: all others are private to the browser.
    #[track_caller]
    pub(crate) fn ordinary_context(&self) -> String {
        let contexts = self.call(None, "Target.getBrowserContexts", json!({}));
        let private: Vec<_> =
            contexts["browserContextIds"].as_array().into_iter().flatten().collect();
        let targets = self.call(None, "Target.getTargets", json!({}));
        targets["targetInfos"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|target| &target["browserContextId"])
            .find(|context| context.is_string() && !private.contains(context))
            .and_then(Value::as_str)
            .expect("the browser was started with a window")
            .to_owned()
    }

    /// Opens an empty page in a context that is there; its session.
    #[track_caller]
    pub(crate) fn open_in(&self, context: &str) -> String {
        let target = text(
            &self.call(
                None,
                "Target.createTarget",
                json!({"url": "about:blank", "browserContextId": context}),
            ),
            "targetId",
        );
        let session = text(
            &self.call(None, "Target.attachToTarget", json!({"targetId": target, "flatten": true})),
            "sessionId",
        );
        self.0.borrow_mut().logs.insert(session.clone(), Log::default());
        for domain in
            ["Page.enable", "Runtime.enable", "Network.enable", "Log.enable", "DOM.enable"]
        {
            self.call(Some(&session), domain, json!({}));
        }
        self.call(
            Some(&session),
            "Target.setAutoAttach",
            // A worker waits until its requests are logged, or its first ones would be missed.
            json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true}),
        );
        session
    }

    /// Closes every page of a context and forgets its storage.
    pub(crate) fn close(&self, context: &str) {
        drop(self.try_call(
            None,
            "Target.disposeBrowserContext",
            json!({"browserContextId": context}),
        ));
    }

    /// Calls a method of the protocol; panics with the browser's words where it refuses.
    #[track_caller]
    pub(crate) fn call(&self, session: Option<&str>, method: &str, parameters: Value) -> Value {
        self.try_call(session, method, parameters)
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Like [`Browser::call`], but a refusal is a value.
    pub(crate) fn try_call(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value, String> {
        let mut connection = self.0.borrow_mut();
        let id = connection.send(session, method, &parameters)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let Some(mut message) = connection.receive()? else {
                if Instant::now() > deadline {
                    return Err(format!("no answer in {} s", PATIENCE.as_secs()));
                }
                continue;
            };
            if message["id"] == id {
                return match message.get("error") {
                    Some(error) => Err(error.to_string()),
                    None => Ok(message["result"].take()),
                };
            }
            connection.note(&message);
        }
    }

    /// Calls a method whose answer nobody waits for.
    #[allow(dead_code, reason = "tests and benches each use a part")]
    pub(crate) fn tell(&self, session: &str, method: &str) {
        // The page may be gone before it has answered.
        drop(self.0.borrow_mut().send(Some(session), method, &json!({})));
    }

    /// Takes in what has been reported until `done` says so; `false` when time runs out first.
    pub(crate) fn listen_until(
        &self,
        limit: Duration,
        mut done: impl FnMut(&Self) -> bool,
    ) -> bool {
        let deadline = Instant::now() + limit;
        while !done(self) {
            if Instant::now() > deadline {
                return false;
            }
            let mut connection = self.0.borrow_mut();
            match connection.receive() {
                Ok(Some(message)) => connection.note(&message),
                Ok(None) => {}
                Err(error) => panic!("the browser has gone: {error}"),
            }
        }
        true
    }

    /// How often a page has fired its load event.
    pub(crate) fn loads(&self, session: &str) -> usize {
        self.0.borrow().loads.get(session).copied().unwrap_or(0)
    }

    /// Reads a page's log.
    pub(crate) fn log<R>(&self, session: &str, read: impl FnOnce(&mut Log) -> R) -> R {
        read(self.0.borrow_mut().logs.entry(session.to_owned()).or_default())
    }

    /// The oldest download that is finished and was not taken yet.
    pub(crate) fn take_download(&self) -> Option<Download> {
        let mut connection = self.0.borrow_mut();
        let position = connection.downloads.iter().position(|(_, _, finished)| *finished)?;
        let (id, name, _) = connection.downloads.remove(position);
        let path = connection.folder.join("downloads").join(id);
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        drop(fs::remove_file(path));
        Some(Download { name, bytes })
    }

    /// Memory in bytes (proportional set size) of each renderer process (Linux only; empty elsewhere).
    #[allow(dead_code, reason = "for the benches")]
    pub(crate) fn renderer_memory(&self) -> Vec<u64> {
        self.renderers("smaps_rollup", "Pss:")
    }

    /// The most memory in bytes (resident set size) that each renderer process has had so far,
    /// without the files mapped now, which are the browser's own code (Linux only; empty elsewhere).
    #[allow(dead_code, reason = "for the benches")]
    pub(crate) fn renderer_peaks(&self) -> Vec<u64> {
        let files = self.renderers("status", "RssFile:");
        let peaks = self.renderers("status", "VmHWM:");
        peaks.iter().zip(files).map(|(peak, files)| peak.saturating_sub(files)).collect()
    }

    /// One figure in kB out of a file of `/proc`, in bytes, for each renderer process.
    fn renderers(&self, file: &str, name: &str) -> Vec<u64> {
        let marker = self.0.borrow().folder.join("profile").display().to_string();
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let of_a_renderer = |folder: &Path| {
            let command = fs::read(folder.join("cmdline")).unwrap_or_default();
            let command = String::from_utf8_lossy(&command);
            (command.contains("--type=renderer") && command.contains(&marker)).then_some(())?;
            let text = fs::read_to_string(folder.join(file)).ok()?;
            let line = text.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
        };
        processes.filter_map(|process| of_a_renderer(&process.path())).collect()
    }
}

impl Connection {
    fn send(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Result<u64, String> {
        self.last_id += 1;
        let mut message = json!({"id": self.last_id, "method": method, "params": parameters});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        self.socket.send(Message::text(message.to_string())).map_err(|error| error.to_string())?;
        Ok(self.last_id)
    }

    /// The next message; `None` when none came for a while.
    fn receive(&mut self) -> Result<Option<Value>, String> {
        match self.socket.read() {
            Ok(Message::Text(text)) => {
                serde_json::from_str(&text).map(Some).map_err(|error| error.to_string())
            }
            Ok(_) => Ok(None),
            Err(tungstenite::Error::Io(error))
                if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
            {
                Ok(None)
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Files an event under its page.
    fn note(&mut self, message: &Value) {
        let session = message["sessionId"].as_str().unwrap_or("");
        let page = self.parents.get(session).map_or(session, String::as_str).to_owned();
        let event = &message["params"];
        let log = self.logs.entry(page.clone()).or_default();
        match message["method"].as_str().unwrap_or("") {
            "Page.loadEventFired" => *self.loads.entry(page).or_default() += 1,
            "Network.requestWillBeSent" => {
                let url = event["request"]["url"].as_str().unwrap_or("");
                if !url.starts_with("blob:") && !url.starts_with("data:") {
                    log.requests.push(url.to_owned());
                }
            }
            "Runtime.exceptionThrown" => log.errors.push(exception(&event["exceptionDetails"])),
            "Runtime.consoleAPICalled" => {
                let arguments = event["args"].as_array().map(Vec::as_slice).unwrap_or_default();
                let words: Vec<_> = arguments.iter().map(shown).collect();
                let line = words.join(" ");
                match event["type"].as_str() {
                    Some("error" | "assert") => log.errors.push(line),
                    _ => log.console.push(line),
                }
            }
            "Log.entryAdded" => {
                let entry = &event["entry"];
                let line = format!(
                    "{} {}",
                    entry["text"].as_str().unwrap_or(""),
                    entry["url"].as_str().unwrap_or("")
                );
                match entry["level"].as_str() {
                    Some("error") => log.errors.push(line),
                    _ => log.console.push(line),
                }
            }
            // Without a session it is the page itself, attached by `open`.
            "Target.attachedToTarget" if !session.is_empty() => {
                let Some(child) = event["sessionId"].as_str() else { return };
                // A service worker is the page's as well, but works for itself.
                let parent = match event["targetInfo"]["type"].as_str() {
                    Some("service_worker") => {
                        of_service_workers(&text(&event["targetInfo"], "browserContextId"))
                    }
                    _ => page,
                };
                self.parents.insert(child.to_owned(), parent);
                for method in [
                    "Runtime.enable",
                    "Network.enable",
                    "Log.enable",
                    "Runtime.runIfWaitingForDebugger",
                ] {
                    // A worker that has ended meanwhile has nothing to report.
                    drop(self.send(Some(child), method, &json!({})));
                }
            }
            "Browser.downloadWillBegin" => {
                self.downloads.push((text(event, "guid"), text(event, "suggestedFilename"), false))
            }
            "Browser.downloadProgress" if event["state"] == "completed" => {
                let id = text(event, "guid");
                for download in self.downloads.iter_mut().filter(|download| download.0 == id) {
                    download.2 = true;
                }
            }
            _ => {}
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        // The children of the process may hold files for a moment longer.
        for _ in 0..20 {
            if fs::remove_dir_all(&self.folder).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Where the log of a context's service workers is filed.
pub(crate) fn of_service_workers(context: &str) -> String {
    format!("service workers of {context}")
}

/// The text of a field that the protocol promises.
fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}")).to_owned()
}

/// What a remote object looks like in a log.
fn shown(object: &Value) -> String {
    match (&object["value"], object["description"].as_str()) {
        (Value::String(text), _) => text.clone(),
        (Value::Null, Some(description)) => description.to_owned(),
        (value, _) => value.to_string(),
    }
}

/// The words of a thrown exception.
pub(crate) fn exception(details: &Value) -> String {
    let thrown = shown(&details["exception"]);
    format!("{} {thrown}", details["text"].as_str().unwrap_or("")).trim().to_owned()
}
