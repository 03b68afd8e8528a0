//! What comes while an import puts in order, counts or shows what has come before: whatever the moment,
//! all is counted, and once. The page's pauses are the moments; its clock runs ahead, so that it pauses
//! wherever it can.
use crate::Test;
use crate::hostile::{listed, rule};
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, cell, drop_on, texts};
use crate::support::{Entry, zip};
use serde_json::{Value, json};
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub(crate) const TESTS: &[Test] = &[
    ("joining: rules and alerts that come at any moment of an import", files),
    ("joining: a workspace that comes at any moment of an import", workspace),
    ("joining: a workspace of the files that are being counted", workspace_of_the_same),
    ("joining: what is dropped at once after a cancel at any moment", after_cancel),
    ("joining: files that come again at any moment of an import", files_again),
    ("joining: another workspace at any moment of one's import", other_workspace),
    ("joining: a workspace beside the files that it holds or names", workspace_beside),
    (
        "joining: of several files called like one that a workspace names, none is lost",
        several_alike,
    ),
    ("joining: a kept workspace gives way to one that is dropped", kept_or_dropped),
    ("joining: an archive that could not be opened and is dropped again, whole", archive_again),
];

/// So many files that what arrived has to be merged in the end.
const FILES: u32 = 2_000;

/// Where `window.armed` is set, what `window.join` is comes at the moment `window.at`: while things arrive,
/// or while they are counted and shown, at the first, second … pause.
const MOMENTS: &str = "
    window.pauses = { arriving: 0, counting: 0 };
    let phase = 'arriving';
    const look = () => {
        if (window.joined || `${phase} ${window.pauses[phase]}` !== window.at) return;
        window.joined = true;
        window.paintedBefore = performance.getEntriesByName('coverlay:painted').length;
        window.join();
    };
    MessagePort.prototype.postMessage = new Proxy(MessagePort.prototype.postMessage, {
        apply(post, of, args) {
            if (window.armed && args[0] === 0) {
                window.pauses[phase] += 1;
                look();
            }
            return Reflect.apply(post, of, args);
        },
    });
    performance.mark = new Proxy(performance.mark, {
        apply(mark, of, args) {
            if (window.armed && args[0] === 'coverlay:parsed') {
                phase = 'counting';
                look();
            }
            if (args[0] === 'coverlay:painted') window.armed = false;
            return Reflect.apply(mark, of, args);
        },
    });
    const now = performance.now.bind(performance);
    let [calls, ahead] = [0, 0];
    performance.now = () => {
        // Not each time: nothing would be drawn.
        if (window.armed && (calls += 1) % 8 === 0) ahead += 13;
        return now() + (window.armed ? ahead : 0);
    };
    // The files come as from the button.
    window.put = (files) => {
        const carried = new DataTransfer();
        for (const [name, text] of files) carried.items.add(new File([text], name));
        const input = document.querySelector('#open-files');
        input.files = carried.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
    };
    window.cancel = () => {
        const button = document.querySelector('.progress-text button');
        window.cancelled = Boolean(button?.checkVisibility());
        if (window.cancelled) button.click();
    };
";

fn layer(name: &str, score: u32) -> String {
    let layer = json!({
        "name": name, "domain": "enterprise-attack",
        "versions": {"attack": "19", "navigator": "5.3.2", "layer": "4.5"},
        "techniques": [{"techniqueID": "T1059", "tactic": "execution", "score": score}],
    });
    layer.to_string()
}

/// Many rules, a table of two alerts and a layer.
fn folder(rig: &Rig) -> PathBuf {
    let alerts = "time,rule,technique,host\n2026-11-02T01:30:00Z,A,T1003,h\n2026-11-02T02:30:00Z,B,T1047,h\n";
    let folder = rig.folder(&[("in/alerts.csv", alerts), ("in/layer.json", &layer("Dropped", 40))]);
    for (number, id) in (0..FILES).zip(["t1003", "t1047", "t1082", "t1110"].into_iter().cycle()) {
        let text = rule(&format!("Rule {number}"), id);
        fs::write(folder.join(format!("in/{number:04}.yml")), text).expect("writable");
    }
    folder.join("in")
}

/// The page with a rule and an alert of its own, ready to count moments.
fn ready(rig: &Rig) -> Page {
    let page = rig.open();
    let base = rig.folder(&[
        ("base/before.yml", &rule("Before", "t1005")),
        ("base/before.csv", "time,rule,technique,host\n2026-11-01T01:30:00Z,Before,T1005,before\n"),
    ]);
    drop_on(&page, &[&base.join("base")]);
    page.evaluate(MOMENTS);
    page
}

/// Each import that has begun has ended, and none is shown.
const IS_OVER: &str = "['coverlay:intake', 'coverlay:painted'].map((name) => performance.getEntriesByName(name).length).every((n, _, all) => n === all[0])
    && !document.querySelector('.progress:not([hidden])')";

/// Waits without the page's clock.
#[track_caller]
fn until(page: &Page, condition: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while page.evaluate(&format!("Boolean({condition})")) != true {
        assert!(Instant::now() < end, "never true: {condition}");
        page.evaluate("new Promise((done) => setTimeout(done, 20))");
    }
}

/// Drops things and has something done at a moment, if that comes; waits until all is over.
#[track_caller]
fn at(page: &Page, dropped: &[&Path], moment: &str, join: &str) {
    page.evaluate(&format!(
        "window.join = () => {{ {join} }}; window.at = '{moment}'; window.armed = true; 0"
    ));
    page.drop_files(dropped, 640.0, 400.0);
    until(page, "window.joined || performance.getEntriesByName('coverlay:painted').length > 1");
    // What waits for the end of an import begins with the last mark of that.
    until(page, IS_OVER);
    page.evaluate("new Promise((done) => setTimeout(done, 100))");
    until(page, IS_OVER);
    page.evaluate("window.armed = false");
}

/// Has something done at moments from the first to the last of an import, each in a page of its own,
/// and looks at what came of it.
fn at_any_moment(rig: &Rig, join: &str, look: impl Fn(&Page, &Path, &str)) {
    let folder = folder(rig);
    at_any_moment_of(rig, &[&folder], join, |page, moment| look(page, &folder, moment));
}

/// The same of an import of one's own.
fn at_any_moment_of(rig: &Rig, dropped: &[&Path], join: &str, look: impl Fn(&Page, &str)) {
    let page = ready(rig);
    at(&page, dropped, "none", "");
    let pauses =
        |phase| page.evaluate(&format!("window.pauses.{phase}")).as_u64().expect("a number");
    let (arriving, counting) = (pauses("arriving"), pauses("counting"));
    assert!(arriving > 4 && counting > 4, "the page paused {arriving} and {counting} times");
    let early = [1, 2, arriving / 2, arriving * 3 / 4].map(|at| format!("arriving {at}"));
    let late = [0, 1, counting / 4, counting / 2].map(|at| format!("counting {at}"));
    let mut joined = 0;
    for moment in early.iter().chain(&late) {
        let page = ready(rig);
        at(&page, dropped, moment, join);
        // How often it pauses is a matter of time.
        if page.evaluate("window.joined") == true {
            joined += 1;
            look(&page, moment);
        }
    }
    assert!(joined > 5, "{joined} of eight moments came");
}

/// Hosts of all alerts there are.
#[track_caller]
fn hosts(page: &Page) -> Vec<String> {
    page.evaluate("location.hash = '#/alerts?show=rows'");
    page.wait_until("document.querySelector('tr[data-alert]')");
    let mut hosts = texts(page, "tr[data-alert] .at-host");
    hosts.sort();
    hosts
}

#[track_caller]
fn has_rules(page: &Page, expected: u32) {
    page.wait_until(&format!(
        "document.querySelector('[data-figure=rules]')?.dataset.value === '{expected}'"
    ));
}

fn files(rig: &Rig) {
    let more = "time,rule,technique,host\\n2026-11-03T01:30:00Z,More,T1057,more\\n";
    let join = format!(
        "window.put([['more.yml', {}], ['more.csv', '{more}']]);",
        json!(rule("More", "t1057"))
    );
    at_any_moment(rig, &join, |page, _, moment| {
        has_rules(page, FILES + 2);
        assert_eq!(hosts(page), ["before", "h", "h", "more"], "at {moment}");
        assert_eq!(layer_tabs(page), 1, "at {moment}");
    });
}

/// Tabs beside that of the rules.
fn layer_tabs(page: &Page) -> u64 {
    page.count("[data-layer-tab]:not([data-layer-tab=rules])")
}

/// Of one rule and one alert, as the page saves it.
fn small_workspace(rig: &Rig) -> Value {
    let page = rig.open();
    let alerts = "time,rule,technique,host\n2026-11-04T01:30:00Z,Kept,T1057,kept\n";
    let kept = rig.folder(&[("kept.yml", &rule("Kept", "t1057")), ("kept.csv", alerts)]);
    drop_on(&page, &[&kept.join("kept.yml"), &kept.join("kept.csv")]);
    let (_, bytes) = crate::workspace::saved(&page, false);
    serde_json::from_slice(&bytes).expect("JSON")
}

/// It takes the place of what was there before, and stands beside what comes with it.
fn workspace(rig: &Rig) {
    let text = small_workspace(rig).to_string();
    let join = format!("window.put([['w.coverlay.json', {}]]);", json!(text));
    let together = Cell::new(0);
    at_any_moment(rig, &join, |page, _, moment| {
        // Another has begun since where it came when the import was over.
        let is_late = imports(page) == 3;
        together.set(together.get() + u32::from(!is_late && moment.starts_with("counting")));
        has_rules(page, if is_late { 1 } else { FILES + 1 });
        let expected: &[&str] = if is_late { &["kept"] } else { &["h", "h", "kept"] };
        assert_eq!(hosts(page), expected, "at {moment}");
        assert_eq!(layer_tabs(page), u64::from(!is_late), "at {moment}");
    });
    assert!(together.get() > 0, "none came while something was counted");
}

/// A workspace of the same files: results of tests count once, and a layer stays as the workspace has it.
fn workspace_of_the_same(rig: &Rig) {
    let results = "technique,rule,result,time,name\nT1003,,failed,2026-03-01,Dump\nT1047,,failed,2026-03-01,Call\n";
    for is_named in [false, true] {
        let folder = rig.folder(&[
            ("in/results.csv", results),
            ("in/layer.json", &layer("Dropped", 40)),
            ("in/a.yml", &rule("A", "t1003")),
        ]);
        let page = rig.open();
        drop_on(&page, &[&folder.join("in")]);
        assert_eq!(failed_tests(&page), "2");
        let (_, bytes) = crate::workspace::saved(&page, is_named);
        let text = String::from_utf8(bytes).expect("text");
        fs::write(folder.join("in/layer.json"), layer("Dropped", 75)).expect("writable");
        let join = format!("window.put([['w.coverlay.json', {}]]);", json!(text));
        for moment in ["counting 0", "counting 1"] {
            let page = ready(rig);
            at(&page, &[&folder.join("in")], moment, &join);
            assert_eq!(page.evaluate("window.paintedBefore"), 1, "it came too late for {moment}");
            assert_eq!(failed_tests(&page), "2", "at {moment}");
            page.click("[data-layer-tab]:not([data-layer-tab=rules])");
            let cell = json!(cell("T1059", "execution"));
            page.wait_until(&format!("document.querySelector({cell})?.dataset.score === '40'"));
        }
    }
}

fn failed_tests(page: &Page) -> String {
    page.evaluate("location.hash = '#/alerts?show=evidence'");
    page.wait_until("document.querySelector('[data-figure=tests-failed]')");
    let failed = attributes(page, "[data-figure=tests-failed]", "data-value").remove(0);
    page.click("[data-view=matrix]");
    failed
}

/// How many there were, with that of what was there before.
fn imports(page: &Page) -> u64 {
    let marks = "performance.getEntriesByName('coverlay:intake').length";
    page.evaluate(marks).as_u64().expect("a number")
}

/// What has arrived until then stays, and what comes after it has an import of its own.
fn after_cancel(rig: &Rig) {
    let join =
        format!("window.cancel(); window.put([['more.yml', {}]]);", json!(rule("More", "t1057")));
    let cancelled = Cell::new(0);
    at_any_moment(rig, &join, |page, folder, moment| {
        let is_cancelled = page.evaluate("window.cancelled") == true;
        cancelled.set(cancelled.get() + u32::from(is_cancelled));
        let rules = page.attribute(&cell("T1057", "discovery"), "data-rules");
        assert_eq!(rules.as_deref(), Some("1"), "at {moment}");
        assert!(!is_cancelled || imports(page) == 3, "{} imports at {moment}", imports(page));
        // All of it again: each once.
        drop_on(page, &[folder]);
        has_rules(page, FILES + 2);
        assert_eq!(hosts(page), ["before", "h", "h"], "at {moment}");
    });
    assert!(cancelled.get() > 2, "cancelled {} times", cancelled.get());
}

/// The later ones take the place of the earlier.
fn files_again(rig: &Rig) {
    let alerts =
        |host: &str| format!("time,rule,technique,host\n2026-11-03T01:30:00Z,L,T1057,{host}\n");
    let results =
        |name: &str| format!("technique,rule,result,time,name\nT1003,,failed,2026-03-01,{name}\n");
    let folder = folder(rig);
    let (mut dropped, mut again) = (Vec::new(), Vec::new());
    for (name, first, then) in [
        ("loose.yml", rule("Loose", "t1057"), rule("Loose again", "t1113")),
        ("loose.csv", alerts("first"), alerts("again")),
        ("results.csv", results("First"), results("Again")),
        ("loose.json", layer("Loose", 40), layer("Loose", 75)),
    ] {
        let path = folder.with_file_name(name);
        fs::write(&path, first).expect("writable");
        dropped.push(path);
        again.push(json!([name, then]));
    }
    dropped.push(folder);
    let dropped: Vec<&Path> = dropped.iter().map(PathBuf::as_path).collect();
    let join = format!("window.put({});", json!(again));
    at_any_moment_of(rig, &dropped, &join, |page, moment| {
        has_rules(page, FILES + 2);
        let rules = |id, tactic| page.attribute(&cell(id, tactic), "data-rules");
        let (first, again) = (rules("T1057", "discovery"), rules("T1113", "collection"));
        let found = (first.as_deref(), again.as_deref());
        // In the first moments a drop is still being walked, and chosen files are there before its own.
        let is_open = ["arriving 1", "arriving 2"].contains(&moment) && found.0 == Some("1");
        let (expected, host) = match is_open {
            true => (("1", "0"), "first"),
            false => (("0", "1"), "again"),
        };
        assert_eq!(found, (Some(expected.0), Some(expected.1)), "at {moment}");
        assert_eq!(layer_tabs(page), 2, "as one after the other, at {moment}");
        let mut all = ["before", host, "h", "h"];
        all.sort();
        assert_eq!(hosts(page), all, "at {moment}");
        assert_eq!(failed_tests(page), "1", "at {moment}");
        // Four before, and each of the second drop in the place of the first one.
        assert_eq!(read_files(page), FILES as usize + 2 + 2 + 4, "at {moment}");
        // Both at once are undone.
        page.evaluate("document.querySelector('[data-action=undo]').click()");
        has_rules(page, 1);
    });
}

/// Files that the report has as read.
#[track_caller]
fn read_files(page: &Page) -> usize {
    page.evaluate("location.hash = '#/import?show=read'");
    let chip = "document.querySelector('nav.chips [aria-current][href=\"#/import?show=read\"]')";
    page.wait_until(chip);
    let told = page.evaluate(&format!("{chip}.innerText"));
    let digits: String =
        told.as_str().expect("text").chars().filter(char::is_ascii_digit).collect();
    page.click("[data-view=matrix]");
    digits.parse().expect("a number")
}

/// It takes the place of the first one, with all that came with that; what comes with it stays. (Of two that
/// are there at once the first by name is opened.)
fn other_workspace(rig: &Rig) {
    let first = rig.folder(&[]).join("first.coverlay.json");
    let page = rig.open();
    drop_on(&page, &[&folder(rig)]);
    fs::write(&first, crate::workspace::saved(&page, false).1).expect("writable");
    let text = small_workspace(rig).to_string();
    let more = rule("More", "t1113");
    let join = format!(
        "window.put([['a.coverlay.json', {}], ['more.yml', {}]]);",
        json!(text),
        json!(more)
    );
    at_any_moment_of(rig, &[&first], &join, |page, moment| {
        has_rules(page, 2);
        assert_eq!(layer_tabs(page), 0, "at {moment}");
        assert_eq!(hosts(page), ["kept"], "at {moment}");
        let mut read = listed(page, "read");
        read.sort();
        assert_eq!(read, ["kept.csv", "kept.yml", "more.yml"], "at {moment}");
    });
}

/// Each is there once, and the workspace's state of them stays.
fn workspace_beside(rig: &Rig) {
    let results = "technique,rule,result,time,name\nT1003,,failed,2026-03-01,Dump\n";
    let alerts = "time,rule,technique,host\n2026-11-02T01:30:00Z,A,T1003,h\n";
    let folder = rig.folder(&[
        ("in/results.csv", results),
        ("in/alerts.csv", alerts),
        ("in/layer.json", &layer("Dropped", 40)),
        ("in/a.yml", &rule("A", "t1003")),
        ("in/b.yml", &rule("B", "t1057")),
    ]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("in")]);
    let workspaces = [false, true].map(|is_named| {
        let path = folder.join(format!("{is_named}.coverlay.json"));
        fs::write(&path, crate::workspace::saved(&page, is_named).1).expect("writable");
        path
    });
    // The same folder, and the same below another one; a file was changed.
    let outer = rig.folder(&[]).join("elsewhere");
    fs::write(folder.join("in/layer.json"), layer("Dropped", 75)).expect("writable");
    crate::workspace::copy_folder(&folder.join("in"), &outer.join("in"));
    for (workspace, is_named) in workspaces.iter().zip([false, true]) {
        for beside in [&folder.join("in"), &outer].iter().take(1 + usize::from(is_named)) {
            let page = rig.open();
            page.drop_files(&[workspace, beside], 640.0, 400.0);
            until(
                &page,
                &format!("performance.getEntriesByName('coverlay:intake').length && {IS_OVER}"),
            );
            page.evaluate("new Promise((done) => setTimeout(done, 100))");
            until(&page, IS_OVER);
            let place = format!("{is_named} beside {}", beside.display());
            has_rules(&page, 2);
            assert_eq!(page.count("[data-panel=missing]"), 0, "{place}");
            assert_eq!(layer_tabs(&page), 1, "{place}");
            let files =
                ["in/a.yml", "in/alerts.csv", "in/b.yml", "in/layer.json", "in/results.csv"];
            let mut read = listed(&page, "read");
            read.sort();
            assert_eq!(read, files, "{place}");
            assert_eq!(hosts(&page), ["h"], "{place}");
            assert_eq!(failed_tests(&page), "1", "{place}");
            page.click("[data-layer-tab]:not([data-layer-tab=rules])");
            let cell = json!(cell("T1059", "execution"));
            page.wait_until(&format!("document.querySelector({cell})?.dataset.score === '40'"));
        }
    }
}

/// Beside the workspace and after it; what is the file itself takes its place.
fn several_alike(rig: &Rig) {
    let folder = rig.folder(&[
        ("r.yml", &rule("R", "t1003")),
        ("in/x/r.yml", &rule("X", "t1057")),
        ("in/y/r.yml", &rule("Y", "t1113")),
        ("in/z/other.yml", &rule("Z", "t1047")),
    ]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("r.yml")]);
    let workspace = folder.join("w.coverlay.json");
    fs::write(&workspace, crate::workspace::saved(&page, true).1).expect("writable");
    for is_beside in [true, false] {
        let page = rig.open();
        if is_beside {
            page.drop_files(&[&workspace, &folder.join("in")], 640.0, 400.0);
        } else {
            drop_on(&page, &[&workspace]);
            assert_eq!(page.count("[data-panel=missing]"), 1);
            page.drop_files(&[&folder.join("in")], 640.0, 400.0);
        }
        until(
            &page,
            &format!("performance.getEntriesByName('coverlay:intake').length && {IS_OVER}"),
        );
        page.evaluate("new Promise((done) => setTimeout(done, 300))");
        until(&page, IS_OVER);
        has_rules(&page, 3);
        for (id, tactic) in
            [("T1057", "discovery"), ("T1113", "collection"), ("T1047", "execution")]
        {
            let rules = page.attribute(&cell(id, tactic), "data-rules");
            assert_eq!(rules.as_deref(), Some("1"), "{id}, beside: {is_beside}");
        }
        let mut read = listed(&page, "read");
        read.sort();
        let is_all =
            [["in/x/r.yml", "in/z/other.yml", "r.yml"], ["in/y/r.yml", "in/z/other.yml", "r.yml"]]
                .iter()
                .any(|all| read == *all);
        assert!(is_all, "beside: {is_beside}: {read:?}");
    }
}

/// Whatever the moment after a reload.
fn kept_or_dropped(rig: &Rig) {
    let text = small_workspace(rig).to_string();
    // As soon as the page can take files, and when it has begun to open what was kept.
    let script = format!(
        "{{
            const when = localStorage.getItem('put');
            const look = setInterval(() => {{
                const input = document.querySelector('#open-files');
                if (!when || !input || !performance.getEntriesByName(when).length) return;
                clearInterval(look);
                const carried = new DataTransfer();
                carried.items.add(new File([{text}], 'w.coverlay.json'));
                input.files = carried.files;
                input.dispatchEvent(new Event('change', {{ bubbles: true }}));
                window.is_put = true;
            }});
        }}",
        text = json!(text)
    );
    let own = rig.folder(&[("own.yml", &rule("Own", "t1113"))]);
    for when in ["coverlay:ready", "coverlay:intake"] {
        let page = rig.open();
        drop_on(&page, &[&own.join("own.yml")]);
        crate::workspace::keep(&page);
        page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script}));
        page.evaluate(&format!("localStorage.setItem('put', '{when}')"));
        page.reload();
        until(&page, "window.is_put");
        until(
            &page,
            &format!("performance.getEntriesByName('coverlay:intake').length && {IS_OVER}"),
        );
        page.evaluate("new Promise((done) => setTimeout(done, 300))");
        until(&page, IS_OVER);
        has_rules(&page, 1);
        let rules = |id, tactic| page.attribute(&cell(id, tactic), "data-rules");
        assert_eq!(rules("T1057", "discovery").as_deref(), Some("1"), "put at {when}");
        assert_eq!(rules("T1113", "collection").as_deref(), Some("0"), "put at {when}");
        assert_eq!(hosts(&page), ["kept"], "put at {when}");
    }
}

/// What was said of it then no longer holds; also where the workers share it, above 64 KiB, or only what is in it tells that it is one.
fn archive_again(rig: &Rig) {
    let entry = rule("In it", "t1003");
    let filler = vec![b'-'; 80_000];
    let entries =
        [Entry::new("a.yml", entry.as_bytes(), false), Entry::new("notes.txt", &filler, false)];
    for (entries, name) in
        [(&entries[..1], "rules.zip"), (&entries, "rules.zip"), (&entries, "rules.bin")]
    {
        let whole = zip(entries);
        let page = rig.open();
        let path = rig.folder(&[]).join(name);
        for bytes in [&whole[..whole.len() / 2], &whole] {
            fs::write(&path, bytes).expect("writable");
            let is_whole = bytes.len() == whole.len();
            drop_on(&page, &[&path]);
            assert_eq!(page.figure("rules"), f64::from(u8::from(is_whole)));
            let failed: &[&str] = if is_whole { &[] } else { &[name] };
            assert_eq!(listed(&page, "failed"), failed);
        }
        assert_eq!(listed(&page, "read"), [format!("{name}/a.yml")]);
    }
}
