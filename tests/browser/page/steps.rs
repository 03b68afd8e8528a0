//! What several tests do with the page.
use crate::page::Page;
use crate::rig::Rig;
use crate::support::{Entry, zip};
use crate::truth::data;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// Does something that reads files, and waits until its result is on the screen.
#[track_caller]
pub(crate) fn read(page: &Page, action: impl FnOnce()) {
    let before = page.now();
    action();
    page.wait_for_mark_after("coverlay:painted", before);
}

/// The page with the sample in it.
#[track_caller]
pub(crate) fn with_sample(rig: &Rig) -> Page {
    let page = rig.open();
    read(&page, || page.click("[data-action=try-sample]"));
    page
}

/// Drops files and folders in the middle of the window.
#[track_caller]
pub(crate) fn drop_on(page: &Page, paths: &[&Path]) {
    read(page, || page.drop_files(paths, 640.0, 400.0));
}

/// Opens a menu of the toolbar by the id of its panel, if it is not open, and waits until it stands
/// still: its place is set as it opens, and what it shows may come a frame later.
#[track_caller]
pub(crate) fn open_menu(page: &Page, id: &str) {
    let open = format!("document.getElementById('{id}').matches(':popover-open')");
    if page.evaluate(&open) == true {
        return;
    }
    page.click(&format!("[popovertarget={id}]"));
    page.wait_until(&open);
    page.evaluate(
        "new Promise((ok) => requestAnimationFrame(() => requestAnimationFrame(() => ok(0))))",
    );
    page.wait_until("[...document.querySelectorAll(':popover-open .export-size')].every((each) => each.innerText)");
}

/// Clicks the first element that matches and whose text begins with `text`.
#[track_caller]
pub(crate) fn click_text(page: &Page, selector: &str, text: &str) {
    let point = page.evaluate(&format!(
        "(() => {{
            const found = [...document.querySelectorAll({selector})].find((each) => each.innerText.trim().startsWith({text}));
            if (!found) throw new Error('nothing like ' + {selector} + ' says ' + {text});
            found.scrollIntoView({{block: 'nearest', behavior: 'instant'}});
            const box = found.getBoundingClientRect();
            const point = [box.x + Math.min(box.width / 2, 12), box.y + box.height / 2];
            const top = document.elementFromPoint(...point);
            if (!found.contains(top)) throw new Error({text} + ' cannot be reached, there is ' + top?.outerHTML.slice(0, 200));
            return point;
        }})()",
        selector = json!(selector),
        text = json!(text),
    ));
    for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        page.call(
            "Input.dispatchMouseEvent",
            json!({"type": kind, "x": point[0], "y": point[1], "button": button, "clickCount": 1}),
        );
    }
}

/// Chooses the option of a list that reads `text`.
#[track_caller]
pub(crate) fn choose(page: &Page, selector: &str, text: &str) {
    page.evaluate(&format!(
        "(async () => {{
            const list = document.querySelector({selector});
            // Long ones are filled when someone comes to them.
            list.focus();
            await new Promise((ok) => setTimeout(ok));
            const option = [...list.options].find((each) => each.text === {text});
            if (!option) throw new Error('no option ' + {text} + ' but ' + [...list.options].map((each) => each.text));
            list.value = option.value;
            list.dispatchEvent(new Event('change', {{bubbles: true}}));
        }})()",
        selector = json!(selector),
        text = json!(text),
    ));
}

/// The text of every element that matches, as it is rendered.
#[track_caller]
pub(crate) fn texts(page: &Page, selector: &str) -> Vec<String> {
    let read = page.evaluate(&format!(
        "[...document.querySelectorAll({})].map((each) => each.innerText.trim())",
        json!(selector)
    ));
    serde_json::from_value(read).expect("a list of texts")
}

/// An attribute of every element that matches.
#[track_caller]
pub(crate) fn attributes(page: &Page, selector: &str, name: &str) -> Vec<String> {
    let read = page.evaluate(&format!(
        "[...document.querySelectorAll({})].map((each) => each.getAttribute({}))",
        json!(selector),
        json!(name)
    ));
    serde_json::from_value(read).expect("a list of texts")
}

/// Selector of the cell of a technique.
pub(crate) fn cell(id: &str, tactic: &str) -> String {
    format!("[data-technique=\"{id}\"][data-tactic=\"{tactic}\"]")
}

/// Every file below a folder, path and content, in order.
pub(crate) fn files_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path())
    {
        if entry.is_dir() {
            found.extend(files_below(&entry));
        } else {
            let content = fs::read(&entry).expect("readable");
            found.push((entry, content));
        }
    }
    found.sort();
    found
}

/// A copy of the sample: a folder `sample` in a folder of its own, which is returned.
pub(crate) fn copy_of_the_sample(rig: &Rig) -> PathBuf {
    let folder = rig.folder(&[]);
    for (path, content) in files_below(&data().join("sample")) {
        let copy = folder.join(path.strip_prefix(data()).expect("below it"));
        fs::create_dir_all(copy.parent().expect("below the folder")).expect("writable");
        fs::write(copy, content).expect("writable");
    }
    folder
}

/// The sample as a zip, with more entries behind it.
pub(crate) fn zip_of_the_sample(deflate: bool, more: Vec<Entry>) -> Vec<u8> {
    let entry = |(path, content): (PathBuf, Vec<u8>)| {
        let name = path.strip_prefix(data()).expect("below it").to_str().expect("plain").to_owned();
        Entry::new(&name, &content, deflate)
    };
    let files = files_below(&data().join("sample")).into_iter().map(entry);
    zip(&files.chain(more).collect::<Vec<_>>())
}
