//! A Firefox driven over WebDriver BiDi: one process, one socket, one page.
//!
//! Protocol: <https://w3c.github.io/webdriver-bidi/>
use serde_json::{Value, json};
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Message, WebSocket};

/// How long any one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A profile that downloads without asking and calls nobody.
const PREFERENCES: &str = r#"user_pref("browser.download.folderList", 2);
user_pref("browser.download.useDownloadDir", true);
user_pref("browser.download.alwaysOpenPanel", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("app.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("browser.safebrowsing.downloads.enabled", false);
user_pref("remote.active-protocols", 1);
"#;

/// A running Firefox with one page; killed, with its profile, when it goes.
pub(crate) struct Firefox {
    socket: WebSocket<TcpStream>,
    process: Child,
    folder: PathBuf,
    last_id: u64,
    context: String,
    /// Errors of the console and of scripts, in order.
    pub(crate) errors: Vec<String>,
}

impl Firefox {
    /// Starts it with an empty profile in `folder`, in a window of 1280 by 800.
    pub(crate) fn launch(program: &Path, folder: &Path) -> Self {
        drop(fs::remove_dir_all(folder));
        let (profile, downloads) = (folder.join("profile"), folder.join("downloads"));
        for each in [&profile, &downloads] {
            fs::create_dir_all(each).expect("the temporary folder is writable");
        }
        let place = json!(downloads).to_string();
        let all = format!("{PREFERENCES}user_pref(\"browser.download.dir\", {place});\n");
        fs::write(profile.join("user.js"), all).expect("writable");
        let mut process = Command::new(program)
            .args(["--headless", "--no-remote", "--width", "1280", "--height", "900"])
            .args(["--remote-debugging-port", "0", "--profile"])
            .arg(&profile)
            .env("MOZ_REMOTE_ALLOW_SYSTEM_ACCESS", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let mut said = BufReader::new(process.stderr.take().expect("piped")).lines();
        let mut heard = Vec::new();
        let address = loop {
            let Some(Ok(line)) = said.next() else {
                panic!("Firefox ended before it listened:\n{}", heard.join("\n"))
            };
            if let Some(address) = line.strip_prefix("WebDriver BiDi listening on ") {
                break address.trim().to_owned();
            }
            heard.push(line);
        };
        thread::spawn(move || said.for_each(drop));
        let host = address.trim_start_matches("ws://").to_owned();
        let stream = TcpStream::connect(&host).expect("the port it has just named");
        stream.set_read_timeout(Some(PATIENCE)).expect("a fresh socket");
        let config = WebSocketConfig::default()
            .max_frame_size(Some(1 << 30))
            .max_message_size(Some(1 << 30));
        let (socket, _) = tungstenite::client::client_with_config(
            format!("{address}/session"),
            stream,
            Some(config),
        )
        .unwrap_or_else(|error| panic!("no BiDi socket: {error}"));
        let soon = Some(Duration::from_millis(200));
        socket.get_ref().set_read_timeout(soon).expect("an open socket");
        let mut firefox = Self {
            socket,
            process,
            folder: folder.to_owned(),
            last_id: 0,
            context: String::new(),
            errors: Vec::new(),
        };
        firefox.call("session.new", json!({"capabilities": {}}));
        firefox.call("session.subscribe", json!({"events": ["log.entryAdded"]}));
        let tree = firefox.call("browsingContext.getTree", json!({}));
        firefox.context = tree["contexts"][0]["context"].as_str().expect("a page").to_owned();
        firefox.call(
            "browsingContext.setViewport",
            json!({"context": firefox.context, "viewport": {"width": 1280, "height": 800}}),
        );
        firefox
    }

    /// Calls a command; panics with the browser's words where it refuses.
    #[track_caller]
    pub(crate) fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        let message = json!({"id": id, "method": method, "params": parameters});
        self.socket.send(Message::text(message.to_string())).expect("the browser is there");
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let Some(mut message) = self.receive() else { continue };
            if message["id"] == id {
                assert!(message["type"] == "success", "{method}: {message:.600}");
                return message["result"].take();
            }
            self.note(&message);
        }
        panic!("{method}: no answer in {} s", PATIENCE.as_secs());
    }

    fn receive(&mut self) -> Option<Value> {
        match self.socket.read() {
            Ok(Message::Text(text)) => Some(serde_json::from_str(&text).expect("JSON")),
            Ok(_) => None,
            Err(tungstenite::Error::Io(error))
                if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
            {
                None
            }
            Err(error) => panic!("the browser has gone: {error}"),
        }
    }

    fn note(&mut self, message: &Value) {
        let entry = &message["params"];
        if message["method"] == "log.entryAdded" && entry["level"] == "error" {
            let text = entry["text"].as_str().unwrap_or_default();
            self.errors.push(format!("{text} {}", entry["stackTrace"]));
        }
    }

    /// Goes to an address and waits until it has loaded.
    #[track_caller]
    pub(crate) fn go(&mut self, url: &str) {
        let context = self.context.clone();
        self.call(
            "browsingContext.navigate",
            json!({"context": context, "url": url, "wait": "complete"}),
        );
    }

    /// The value of an expression (a promise is awaited), as JSON.
    #[track_caller]
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let context = self.context.clone();
        let answer = self.call(
            "script.evaluate",
            json!({
                "expression": format!("Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"),
                "target": {"context": context}, "awaitPromise": true, "userActivation": true,
            }),
        );
        let value = answer["result"]["value"].as_str();
        let value = value.unwrap_or_else(|| panic!("{answer:.600}\nin: {expression:.300}"));
        serde_json::from_str(value).expect("JSON")
    }

    /// Waits until an expression is truthy; its value.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, condition: &str) -> Value {
        self.evaluate(&format!(
            "(async () => {{
                for (const end = performance.now() + 30000; performance.now() < end;) {{
                    const value = await ({condition});
                    if (value) return value;
                    await new Promise((resume) => setTimeout(resume, 20));
                }}
                throw new Error('never true: ' + {});
            }})()",
            json!(condition)
        ))
    }

    /// Chooses a file in a file input, as a person would.
    #[track_caller]
    pub(crate) fn set_files(&mut self, selector: &str, paths: &[&Path]) {
        let context = self.context.clone();
        let found = self.call(
            "browsingContext.locateNodes",
            json!({"context": context, "locator": {"type": "css", "value": selector}}),
        );
        let element = found["nodes"][0]["sharedId"].clone();
        let element = json!({"sharedId": element});
        self.call(
            "input.setFiles",
            json!({"context": context, "element": element, "files": paths}),
        );
    }

    /// Clicks the middle of the first element that matches.
    #[track_caller]
    pub(crate) fn click(&mut self, selector: &str) {
        let point = self.evaluate(&format!(
            "(async () => {{
                const element = document.querySelector({selector});
                if (!element) throw new Error('no element ' + {selector});
                element.scrollIntoView({{block: 'nearest', inline: 'nearest'}});
                await new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(ok)));
                const box = element.getBoundingClientRect();
                const point = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
                const top = document.elementFromPoint(...point);
                if (!element.contains(top)) throw new Error({selector} + ' is covered by ' + top?.outerHTML.slice(0, 200));
                return point;
            }})()",
            selector = json!(selector)
        ));
        let context = self.context.clone();
        self.call(
            "input.performActions",
            json!({"context": context, "actions": [{
                "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
                "actions": [
                    {"type": "pointerMove", "x": point[0], "y": point[1]},
                    {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0},
                ],
            }]}),
        );
    }

    /// Presses a key: a letter, or a code point of WebDriver's private ones (`\u{E00C}` is Escape).
    #[track_caller]
    pub(crate) fn key(&mut self, key: &str) {
        let context = self.context.clone();
        self.call(
            "input.performActions",
            json!({"context": context, "actions": [{
                "type": "key", "id": "keyboard",
                "actions": [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}],
            }]}),
        );
    }

    /// Waits for a finished download whose name ends so; its content.
    #[track_caller]
    pub(crate) fn download(&mut self, ending: &str) -> Vec<u8> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let names = fs::read_dir(self.folder.join("downloads")).into_iter().flatten().flatten();
            let paths: Vec<PathBuf> = names.map(|entry| entry.path()).collect();
            let is_partial =
                paths.iter().any(|path| path.extension().is_some_and(|end| end == "part"));
            let found = paths.iter().find(|path| path.to_string_lossy().ends_with(ending));
            if let Some(path) = found.filter(|_| !is_partial) {
                let bytes = fs::read(path).expect("it is there");
                if !bytes.is_empty() {
                    drop(fs::remove_file(path));
                    return bytes;
                }
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("nothing was downloaded that ends in {ending}");
    }

    /// What the window shows, as a PNG in base64.
    #[track_caller]
    pub(crate) fn screenshot(&mut self) -> String {
        let context = self.context.clone();
        let shot = self.call("browsingContext.captureScreenshot", json!({"context": context}));
        shot["data"].as_str().expect("a picture").to_owned()
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        for _ in 0..20 {
            if fs::remove_dir_all(&self.folder).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}
