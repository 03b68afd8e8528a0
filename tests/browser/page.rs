//! What a person does with a page, and what can be read from it.
use crate::cdp::{Browser, Download, PATIENCE, exception};
use base64::Engine as _;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// One open page; a handle that can be cloned.
#[derive(Clone)]
pub(crate) struct Page {
    browser: Browser,
    session: String,
    context: String,
}

/// A decoded picture: eight-bit RGBA, row after row.
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pixels: Vec<u8>,
}

/// One failed rule of axe-core.
#[derive(Debug)]
pub(crate) struct Violation {
    pub(crate) rule: String,
    pub(crate) impact: String,
    /// What fails it, as selectors.
    pub(crate) places: Vec<String>,
}

/// What is dragged over a page and whether the page took it, for [`Page::drop_files`].
const DRAGS: &str = "{
    globalThis.drags = [];
    for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop'])
        addEventListener(kind, (event) => setTimeout(() => {
            drags.push([kind, event.defaultPrevented, performance.now(), event.target.outerHTML?.slice(0, 80)]);
        }), true);
}";

#[allow(dead_code, reason = "tests and benches each use a part")]
impl Page {
    /// Opens an empty page that shares nothing with others.
    #[track_caller]
    pub(crate) fn open(browser: &Browser) -> Self {
        let (session, context) = browser.open();
        let page = Self { browser: browser.clone(), session, context };
        page.set_viewport(1280, 800, 1.0);
        page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": DRAGS}));
        page
    }

    /// Opens another page that shares storage with this one; closed with it.
    #[track_caller]
    pub(crate) fn beside(&self) -> Self {
        let session = self.browser.open_in(&self.context);
        let page = Self { browser: self.browser.clone(), session, context: self.context.clone() };
        page.set_viewport(1280, 800, 1.0);
        page
    }

    /// Opens an empty page in an ordinary window, which shares with all of those; closed by
    /// [`Page::close_alone`].
    #[track_caller]
    pub(crate) fn ordinary(browser: &Browser) -> Self {
        let context = browser.ordinary_context();
        let session = browser.open_in(&context);
        Self { browser: browser.clone(), session, context }
    }

    /// Closes it and leaves its context.
    pub(crate) fn close_alone(&self) {
        self.call("Page.close", json!({}));
    }

    /// Kills what shows the page; nothing can be asked of it any more.
    pub(crate) fn crash(&self) {
        self.browser.tell(&self.session, "Page.crash");
        self.browser.listen_until(Duration::from_secs(2), |_| false);
    }

    /// Closes it, with its storage.
    pub(crate) fn close(&self) {
        self.browser.close(&self.context);
    }

    /// Calls a method of the DevTools protocol in this page's session.
    #[track_caller]
    pub(crate) fn call(&self, method: &str, parameters: Value) -> Value {
        self.browser.call(Some(&self.session), method, parameters)
    }

    // --- going somewhere ----------------------------------------------------------------------

    /// Goes to an address and waits for the load event.
    #[track_caller]
    pub(crate) fn go(&self, url: &str) {
        let before = self.browser.loads(&self.session);
        let answer = self.call("Page.navigate", json!({"url": url}));
        if let Some(error) = answer["errorText"].as_str() {
            panic!("{url}: {error}");
        }
        // Without a loader only the fragment has changed, and nothing loads.
        if answer["loaderId"].is_string() {
            let loaded = |browser: &Browser| browser.loads(&self.session) > before;
            assert!(self.browser.listen_until(PATIENCE, loaded), "{url} did not load");
        }
    }

    /// Loads the page again and waits for the load event.
    #[track_caller]
    pub(crate) fn reload(&self) {
        self.awaiting_load(|| drop(self.call("Page.reload", json!({}))));
    }

    /// Does something that loads a page here, and waits for the load event.
    #[track_caller]
    pub(crate) fn awaiting_load(&self, action: impl FnOnce()) {
        let before = self.browser.loads(&self.session);
        action();
        let loaded = |browser: &Browser| browser.loads(&self.session) > before;
        assert!(self.browser.listen_until(PATIENCE, loaded), "nothing was loaded");
    }

    /// Waits for the User Timing mark `name`; its time in milliseconds.
    #[track_caller]
    pub(crate) fn wait_for_mark(&self, name: &str) -> f64 {
        self.wait_for_mark_after(name, -1.0)
    }

    /// Waits for a mark that is set later than `after` ([`Page::now`]); its time in milliseconds.
    #[track_caller]
    pub(crate) fn wait_for_mark_after(&self, name: &str, after: f64) -> f64 {
        let script = format!(
            "(async () => {{
                for (const end = performance.now() + {limit}; performance.now() < end;) {{
                    const mark = performance.getEntriesByName({name}, 'mark').find((m) => m.startTime > {after});
                    if (mark) return mark.startTime;
                    await new Promise((resume) => setTimeout(resume, 5));
                }}
                throw new Error('no mark ' + {name} + ', only ' +
                    performance.getEntriesByType('mark').map((m) => m.name).join(', '));
            }})()",
            limit = PATIENCE.as_millis() - 5000,
            name = json!(name),
        );
        self.evaluate(&script).as_f64().expect("a time")
    }

    /// The page's clock in milliseconds, the one of its marks.
    #[track_caller]
    pub(crate) fn now(&self) -> f64 {
        self.evaluate("performance.now()").as_f64().expect("a time")
    }

    /// Waits until an expression is truthy; its value.
    #[track_caller]
    pub(crate) fn wait_until(&self, condition: &str) -> Value {
        let script = format!(
            "(async () => {{
                for (const end = performance.now() + {limit}; performance.now() < end;) {{
                    const value = await ({condition});
                    if (value) return value;
                    await new Promise((resume) => setTimeout(resume, 10));
                }}
                throw new Error('never true: ' + {shown});
            }})()",
            limit = PATIENCE.as_millis() / 4,
            shown = json!(condition),
        );
        self.evaluate(&script)
    }

    // --- reading ------------------------------------------------------------------------------

    /// The value of an expression (a promise is awaited); panics with what the page threw.
    #[track_caller]
    pub(crate) fn evaluate(&self, expression: &str) -> Value {
        self.try_evaluate(expression)
            .unwrap_or_else(|error| panic!("{error}\nin: {expression:.400}"))
    }

    /// Like [`Page::evaluate`], but a thrown exception is a value.
    pub(crate) fn try_evaluate(&self, expression: &str) -> Result<Value, String> {
        // A promise that only the protocol waits for may be collected before it settles.
        let held = match expression.trim_start().starts_with("(async") {
            true => &format!("globalThis.awaited = {expression}"),
            false => expression,
        };
        let mut answer = self.browser.try_call(
            Some(&self.session),
            "Runtime.evaluate",
            json!({"expression": held, "awaitPromise": true, "returnByValue": true, "userGesture": true}),
        )?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(exception(details)),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// The rendered text of the first element that matches; panics where there is none.
    #[track_caller]
    pub(crate) fn text(&self, selector: &str) -> String {
        let element = element(selector);
        let value = self.evaluate(&format!("{element}.innerText"));
        value.as_str().unwrap_or_default().to_owned()
    }

    /// An attribute of the first element that matches; `None` where it is not set.
    #[track_caller]
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let element = element(selector);
        let value = self.evaluate(&format!("{element}.getAttribute({})", json!(name)));
        value.as_str().map(str::to_owned)
    }

    /// How many elements match.
    #[track_caller]
    pub(crate) fn count(&self, selector: &str) -> u64 {
        let script = format!("document.querySelectorAll({}).length", json!(selector));
        self.evaluate(&script).as_u64().expect("a length")
    }

    /// `data-value` of a headline number, `[data-figure="…"]`.
    #[track_caller]
    pub(crate) fn figure(&self, name: &str) -> f64 {
        let value = self.attribute(&format!("[data-figure=\"{name}\"]"), "data-value");
        value
            .as_deref()
            .and_then(|value| value.parse().ok())
            .unwrap_or_else(|| panic!("data-value of {name} is {value:?}"))
    }

    /// Addresses asked for so far, by the page and its workers.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.settle();
        self.browser.log(&self.session, |log| log.requests.clone())
    }

    /// Like [`Page::requests`], of the service workers of this page's context.
    #[allow(dead_code, reason = "tests and benches each use a part")]
    pub(crate) fn service_worker_requests(&self) -> Vec<String> {
        let place = crate::cdp::of_service_workers(&self.context);
        self.browser.log(&place, |log| log.requests.clone())
    }

    /// Errors so far; taken, so that they do not fail the test any more.
    pub(crate) fn take_errors(&self) -> Vec<String> {
        self.settle();
        self.browser.log(&self.session, |log| std::mem::take(&mut log.errors))
    }

    /// What was written to the console, errors left out.
    pub(crate) fn console(&self) -> Vec<String> {
        self.settle();
        self.browser.log(&self.session, |log| log.console.clone())
    }

    /// Lets events arrive that are already under way.
    fn settle(&self) {
        self.browser.listen_until(Duration::from_millis(150), |_| false);
    }

    /// What axe-core finds wrong; `None` (with the reason printed) where it is not at hand.
    #[track_caller]
    pub(crate) fn axe(&self) -> Option<Vec<Violation>> {
        self.axe_of("body", false)
    }

    /// The same of the first element that matches. What depends on colours only, if asked: the one
    /// thing that another theme can change.
    #[track_caller]
    pub(crate) fn axe_of(&self, selector: &str, colours_only: bool) -> Option<Vec<Violation>> {
        let Some(path) = std::env::var_os("COVERLAY_AXE") else {
            println!(
                "    accessibility not checked: COVERLAY_AXE is not set (scripts/test sets it)"
            );
            return None;
        };
        if self.evaluate("!globalThis.axe") == true {
            let script = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            self.evaluate(&format!("{script};0"));
        }
        let rules = match colours_only {
            true => "runOnly: ['color-contrast', 'link-in-text-block'],",
            // Those of a criterion that are off by default.
            false => "rules: {'target-size': {enabled: true}},",
        };
        let scope = match selector {
            "body" => "document".to_owned(),
            other => element(other),
        };
        let found = self.evaluate(&format!(
            "axe.run({scope}, {{{rules} resultTypes: ['violations']}}).then((result) => result.violations.map((violation) => ({{
                rule: violation.id, impact: violation.impact,
                places: violation.nodes.map((node) => node.target.join(' ') + ' – ' + node.failureSummary)}})))",
        ));
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let list = found.as_array().expect("a list of violations").iter();
        let violation = |each: &Value| Violation {
            rule: text(&each["rule"]),
            impact: text(&each["impact"]),
            places: each["places"].as_array().into_iter().flatten().map(text).collect(),
        };
        Some(list.map(violation).collect())
    }

    // --- doing --------------------------------------------------------------------------------

    /// Drops files and folders of the disk at a point of the window (CSS pixels). The page has to take
    /// them: what it does not take the browser opens, in the page's stead or as a download.
    #[track_caller]
    pub(crate) fn drop_files(&self, paths: &[&Path], x: f64, y: f64) {
        let paths: Vec<_> = paths.iter().map(|path| absolute(path)).collect();
        self.evaluate("globalThis.drags ? drags.length = 0 : 0");
        for kind in ["dragEnter", "dragOver", "drop"] {
            self.call(
                "Input.dispatchDragEvent",
                json!({"type": kind, "x": x, "y": y,
                       "data": {"items": [], "files": paths, "dragOperationsMask": 1}}),
            );
        }
        self.evaluate(&format!(
            "(async () => {{
                for (const end = performance.now() + 5000; performance.now() < end;) {{
                    if (!globalThis.drags || drags.some((each) => each[0] === 'drop' && each[1])) return 0;
                    await new Promise((resume) => setTimeout(resume, 5));
                }}
                throw new Error('the page did not take a drop: ' + JSON.stringify([drags, performance.now(), document.visibilityState,
                    document.hasFocus(), document.elementFromPoint({x}, {y})?.outerHTML.slice(0, 80)]));
            }})()"
        ));
    }

    /// Chooses files, or a folder, in a file input.
    #[track_caller]
    pub(crate) fn set_file_input(&self, selector: &str, paths: &[&Path]) {
        let object = self.call("Runtime.evaluate", json!({"expression": element(selector)}));
        let id = object["result"]["objectId"].as_str();
        let id = id.unwrap_or_else(|| panic!("no element {selector}"));
        let paths: Vec<_> = paths.iter().map(|path| absolute(path)).collect();
        self.call("DOM.setFileInputFiles", json!({"files": paths, "objectId": id}));
    }

    /// Moves the mouse to the middle of an element.
    #[track_caller]
    pub(crate) fn hover(&self, selector: &str) -> (f64, f64) {
        let point = self.evaluate(&format!(
            "(async () => {{
                const find = () => {element};
                // Nobody clicks what still moves. What is scrolled to may show what was not laid out
                // before, and move once more: hence looked at without scrolling again.
                const where = () => {{
                    const element = find();
                    // Of a link over two lines the first: the middle of both may be beside it.
                    const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
                    return [box.x + box.width / 2, box.y + box.height / 2];
                }};
                const reach = () => {{
                    find().scrollIntoView({{block: 'nearest', inline: 'nearest', behavior: 'instant'}});
                    return where();
                }};
                let [x, y] = reach();
                for (let frames = 0, still = 0; frames < 100 && still < 3; frames += 1) {{
                    await new Promise((ok) => requestAnimationFrame(ok));
                    const now = where();
                    still = now[0] === x && now[1] === y ? still + 1 : 0;
                    [x, y] = still > 0 ? now : reach();
                }}
                const element = find();
                const top = document.elementFromPoint(x, y);
                if (!top || !(element.contains(top) || top.closest('label')?.control === element))
                    throw new Error({shown} + ' cannot be reached, there is ' + (top ? top.outerHTML.slice(0, 200) : 'nothing'));
                return [x, y];
            }})()",
            element = element(selector),
            shown = json!(selector),
        ));
        let (x, y) = (point[0].as_f64().expect("x"), point[1].as_f64().expect("y"));
        self.call("Input.dispatchMouseEvent", json!({"type": "mouseMoved", "x": x, "y": y}));
        (x, y)
    }

    /// Clicks the middle of an element; panics where something else covers it.
    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        let (x, y) = self.hover(selector);
        for kind in ["mousePressed", "mouseReleased"] {
            self.call(
                "Input.dispatchMouseEvent",
                json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}),
            );
        }
    }

    /// Presses a key by its DOM name, with modifiers before it: `"Tab"`, `"Shift+Tab"`, `"Control+z"`.
    #[track_caller]
    pub(crate) fn key(&self, combination: &str) {
        let mut parts: Vec<_> = combination.split('+').collect();
        let key = parts.pop().expect("split gives one");
        let modifiers = parts.iter().fold(0, |sum, name| {
            sum | match *name {
                "Alt" => 1,
                "Control" => 2,
                "Meta" => 4,
                "Shift" => 8,
                other => panic!("{other} is no modifier"),
            }
        });
        let (key, code, number, typed) = named_key(key);
        // With Control or Meta a letter is a command and types nothing.
        let typed = if modifiers & 6 == 0 { typed } else { String::new() };
        for kind in [if typed.is_empty() { "rawKeyDown" } else { "keyDown" }, "keyUp"] {
            let text = if kind == "keyUp" { "" } else { &typed };
            self.call(
                "Input.dispatchKeyEvent",
                json!({"type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number,
                       "modifiers": modifiers, "text": text}),
            );
        }
    }

    /// Types text into what has the focus.
    #[track_caller]
    pub(crate) fn type_text(&self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Sets the window's size in CSS pixels and the device pixels for one of them.
    #[track_caller]
    pub(crate) fn set_viewport(&self, width: u32, height: u32, scale: f64) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600}),
        );
    }

    /// Sets what style sheets ask for, such as `("prefers-color-scheme", "dark")`.
    #[track_caller]
    pub(crate) fn set_media(&self, features: &[(&str, &str)]) {
        let features: Vec<_> =
            features.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        self.call("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// Allows what a browser would ask its user for, such as `clipboardReadWrite`.
    #[track_caller]
    pub(crate) fn grant(&self, permissions: &[&str]) {
        self.browser.call(
            None,
            "Browser.grantPermissions",
            json!({"permissions": permissions, "browserContextId": self.context}),
        );
    }

    /// Waits for the next download that nobody has taken yet.
    #[track_caller]
    pub(crate) fn download(&self) -> Download {
        let mut taken = None;
        self.browser.listen_until(PATIENCE, |browser| {
            taken = browser.take_download();
            taken.is_some()
        });
        taken.expect("a download that finishes")
    }

    /// What the window shows, as a PNG.
    pub(crate) fn screenshot(&self) -> Vec<u8> {
        let shot = self.browser.try_call(
            Some(&self.session),
            "Page.captureScreenshot",
            json!({"format": "png"}),
        );
        let data = shot.as_ref().ok().and_then(|shot| shot["data"].as_str()).unwrap_or("");
        base64::engine::general_purpose::STANDARD.decode(data).unwrap_or_default()
    }

    /// Bytes of script and DOM objects alive after a collection; wasm memories are not among them.
    #[track_caller]
    pub(crate) fn script_heap(&self) -> u64 {
        self.call("HeapProfiler.collectGarbage", json!({}));
        let usage = self.call("Runtime.getHeapUsage", json!({}));
        let bytes = |field: &str| usage[field].as_f64().unwrap_or(0.0);
        (bytes("usedSize") + bytes("embedderHeapUsedSize")) as u64
    }

    /// Bytes of the page's own wasm memories; those of its workers are not among them.
    #[track_caller]
    pub(crate) fn wasm_memory(&self) -> u64 {
        let id = |object: &Value| object["objectId"].as_str().unwrap_or_default().to_owned();
        let prototype =
            self.call("Runtime.evaluate", json!({"expression": "WebAssembly.Memory.prototype"}));
        let found = self
            .call("Runtime.queryObjects", json!({"prototypeObjectId": id(&prototype["result"])}));
        let sum = self.call(
            "Runtime.callFunctionOn",
            json!({"objectId": id(&found["objects"]), "returnByValue": true,
                   "functionDeclaration": "function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }"}),
        );
        sum["result"]["value"].as_u64().unwrap_or(0)
    }
}

#[allow(dead_code, reason = "tests and benches each use a part")]
impl Picture {
    /// Decodes a PNG.
    #[track_caller]
    pub(crate) fn decode(bytes: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(
            png::Transformations::normalize_to_color8() | png::Transformations::ALPHA,
        );
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size that fits")];
        let info = reader.next_frame(&mut pixels).expect("a whole PNG");
        pixels.truncate(info.buffer_size());
        if info.color_type == png::ColorType::GrayscaleAlpha {
            pixels =
                pixels.chunks(2).flat_map(|pair| [pair[0], pair[0], pair[0], pair[1]]).collect();
        }
        Self { width: info.width, height: info.height, pixels }
    }

    /// Red, green, blue and alpha of one pixel.
    #[track_caller]
    pub(crate) fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let start = (y * self.width + x) as usize * 4;
        self.pixels[start..start + 4].try_into().expect("four bytes")
    }

    /// How many different colours there are: one means that nothing was drawn.
    pub(crate) fn colours(&self) -> usize {
        let (all, _) = self.pixels.as_chunks::<4>();
        all.iter().collect::<std::collections::BTreeSet<_>>().len()
    }
}

/// An expression for the first element that matches, with an error that names the selector.
fn element(selector: &str) -> String {
    let selector = json!(selector);
    format!(
        "(document.querySelector({selector}) ?? (() => {{ throw new Error('no element ' + {selector}) }})())"
    )
}

#[track_caller]
fn absolute(path: &Path) -> String {
    let found = path.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    found.into_os_string().into_string().expect("a path in UTF-8")
}

/// DOM name, physical key, Windows key code and typed text of a key.
fn named_key(name: &str) -> (String, String, u32, String) {
    let special = |code: u32, text: &str| (name.to_owned(), name.to_owned(), code, text.to_owned());
    match name {
        "Enter" => special(13, "\r"),
        "Tab" => special(9, ""),
        "Escape" => special(27, ""),
        "Backspace" => special(8, ""),
        "Delete" => special(46, ""),
        "F2" => special(113, ""),
        "Home" => special(36, ""),
        "End" => special(35, ""),
        "PageUp" => special(33, ""),
        "PageDown" => special(34, ""),
        "ArrowLeft" => special(37, ""),
        "ArrowUp" => special(38, ""),
        "ArrowRight" => special(39, ""),
        "ArrowDown" => special(40, ""),
        "Space" => (" ".into(), "Space".into(), 32, " ".into()),
        _ => {
            let mut characters = name.chars();
            let (Some(character), None) = (characters.next(), characters.next()) else {
                panic!("{name} is no key")
            };
            let upper = character.to_ascii_uppercase();
            let code = if upper.is_ascii_alphabetic() {
                format!("Key{upper}")
            } else if upper.is_ascii_digit() {
                format!("Digit{upper}")
            } else {
                String::new()
            };
            (name.to_owned(), code, u32::from(upper), name.to_owned())
        }
    }
}
