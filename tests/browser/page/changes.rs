//! What changed between two states is what the command says of the same files.
use crate::Test;
use crate::hostile::rule;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{attributes, cell, choose, drop_on, open_menu, read, texts};
use crate::truth::coverlay;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub(crate) const TESTS: &[Test] = &[
    ("changes: numbers and lists are those of the command", numbers),
    ("changes: copied and saved texts are the command's", texts_of_the_command),
    ("changes: the matrix marks what changed, keys and clicks work in it", matrix),
    ("changes: threshold, swap and choice stand in the address", choices),
    ("changes: a snapshot is compared with rules that come later", snapshot),
    ("changes: two domains are told apart", domains),
    ("changes: the slider goes by keys", slider),
    ("changes: time from dated layers, else from dated rules", time),
    ("changes: names are never markup", names),
    ("changes: a change of all techniques is shown at once", quick),
    ("changes: accessible in light", |rig| accessible(rig, "light")),
    ("changes: accessible in dark", |rig| accessible(rig, "dark")),
];

/// A layer with the scores of some techniques.
fn layer(name: &str, domain: &str, scores: &[(&str, u32)]) -> String {
    let entries: Vec<Value> =
        scores.iter().map(|(id, score)| json!({"techniqueID": id, "score": score})).collect();
    json!({
        "name": name, "domain": domain, "versions": {"layer": "4.5", "attack": "19"},
        "techniques": entries,
    })
    .to_string()
}

/// Lost with a high and a low score, lowered, raised, gained, and kept.
fn two(rig: &Rig) -> PathBuf {
    let old = [
        ("T1003", 80),
        ("T1059", 60),
        ("T1059.001", 90),
        ("T1566", 40),
        ("T1047", 70),
        ("T1021", 30),
    ];
    let new = [
        ("T1003", 30),
        ("T1059.001", 90),
        ("T1566", 75),
        ("T1047", 70),
        ("T1105", 50),
        ("T1090", 10),
    ];
    rig.folder(&[
        ("old.json", &layer("old.json", "enterprise-attack", &old)),
        ("new.json", &layer("new.json", "enterprise-attack", &new)),
    ])
}

/// The page with both, old first, at the view.
fn compared(rig: &Rig) -> (Page, PathBuf) {
    let folder = two(rig);
    let page = rig.open();
    drop_on(&page, &[&folder.join("old.json")]);
    drop_on(&page, &[&folder.join("new.json")]);
    page.click("[data-view=changes]");
    page.wait_until("document.querySelector('[data-figure=changes-techniques]')");
    (page, folder)
}

fn diff(folder: &Path, options: &[&str]) -> String {
    let written = coverlay(folder, &[&["diff", "old.json", "new.json"], options].concat());
    String::from_utf8(written).expect("UTF-8")
}

fn ids(page: &Page, list: &str) -> Vec<String> {
    texts(page, &format!("[data-list={list}] li a"))
}

fn ids_of(list: &Value) -> Vec<String> {
    let id = |each: &Value| each.get("id").unwrap_or(each).as_str().expect("an id").to_owned();
    list.as_array().expect("a list").iter().map(id).collect()
}

fn numbers(rig: &Rig) {
    let (page, folder) = compared(rig);
    let told: Value = serde_json::from_str(&diff(&folder, &["--format", "json"])).expect("JSON");
    let check = |list: &str, of: &Value| {
        assert_eq!(ids(&page, list), ids_of(of), "{list}");
    };
    check("gained", &told["gained"]);
    check("lost", &told["lost"]);
    check("raised", &told["raised"]);
    check("lowered", &told["lowered"]);
    check("below", &told["below_threshold"]["ids"]);
    assert_eq!(ids(&page, "below"), ["T1003", "T1059"]);
    for list in ["gained", "lost", "raised", "lowered"] {
        let number = ids_of(&told[list]).len();
        assert_eq!(page.figure(&format!("changes-{list}")), number as f64, "{list}");
    }
    let counts = page.attribute("[data-figure=changes-techniques]", "data-value");
    let techniques = &told["techniques"];
    let wanted = format!("{} {} {}", techniques["from"], techniques["to"], techniques["total"]);
    assert_eq!(counts.as_deref(), Some(wanted.as_str()));
    // Old and new score stand behind the name.
    let row = texts(&page, "[data-list=lowered] li .number");
    assert_eq!(row, ["80 → 30"]);
    assert_eq!(texts(&page, "[data-list=lost] li .number"), ["30 → none", "60 → none"]);
    // Every tactic, and all together.
    for tactic in told["tactics"].as_array().expect("a list") {
        let row = page.evaluate(&format!(
            "[...[...document.querySelectorAll('.changes-tactics tbody tr')].find((row) => row.cells[0].innerText === {}).cells].slice(1, 4).map((each) => each.innerText)",
            tactic["name"]
        ));
        let number = |key: &str| tactic[key].to_string();
        assert_eq!(row, json!([number("from"), number("to"), number("total")]), "{tactic}");
    }
    // A row leads to the drawer, and the lists stay.
    page.click("[data-list=lost] li a");
    page.wait_until("document.querySelector('aside[data-panel=technique] h2')");
    assert!(page.text("aside h2").contains("Remote Services"), "{}", page.text("aside h2"));
    let told = page.text("aside [data-part=change]");
    assert!(told.contains("old.json") && told.contains("score 30"), "{told}");
    assert!(told.contains("not covered"), "{told}");
    assert_eq!(ids(&page, "below"), ["T1003", "T1059"]);
    page.key("Escape");
    page.wait_until("!document.querySelector('aside[data-panel]')");
    assert_eq!(page.attribute("section.changes", "data-part").as_deref(), Some(""));
}

/// Takes what is written to the clipboard instead of the system.
fn take_copies(page: &Page) {
    page.evaluate(
        "Clipboard.prototype.writeText = (text) => { window.copied = text; return Promise.resolve(); }; 0",
    );
}

fn copied(page: &Page, selector: &str) -> String {
    page.evaluate("window.copied = null; 0");
    page.click(selector);
    let text = page.wait_until("window.copied");
    text.as_str().expect("a text").to_owned()
}

fn texts_of_the_command(rig: &Rig) {
    let (page, folder) = compared(rig);
    take_copies(&page);
    for (code, format) in
        [("text", "text"), ("markdown", "md"), ("json", "json"), ("slack", "slack")]
    {
        open_menu(&page, "changes-share");
        let text = copied(&page, &format!("[data-action=copy-changes-{code}]"));
        assert_eq!(text, diff(&folder, &["--format", format]), "{code}");
    }
    open_menu(&page, "changes-share");
    page.click("[data-action=save-changes-markdown]");
    let file = page.download();
    assert_eq!(String::from_utf8(file.bytes).expect("UTF-8"), diff(&folder, &["--format", "md"]));
    // Before, what changed, now: a moving picture of three frames.
    page.click("[data-action=export-gif]");
    let file = page.download();
    assert!(file.name.ends_with(".gif") && file.bytes.starts_with(b"GIF89a"), "{}", file.name);
    let control = file.bytes.windows(3).filter(|part| *part == [0x21, 0xF9, 4]).count();
    assert!(control >= 3, "{control} frames");
    page.key("Escape");
    // The sentence with its list is a part of the text.
    let sentence = copied(&page, "[data-action=copy-dropped]");
    assert!(sentence.starts_with("2 techniques dropped below 50 since old.json\n"), "{sentence}");
    assert!(diff(&folder, &["--format", "text"]).contains(&sentence), "{sentence}");
}

fn matrix(rig: &Rig) {
    let (page, _) = compared(rig);
    page.click("[data-part=matrix]");
    // It is drawn column by column.
    page.wait_until("document.querySelector('[data-tactic=impact][data-change]')");
    let change = |id: &str, tactic: &str| page.attribute(&cell(id, tactic), "data-change");
    for (id, tactic, wanted, sign) in [
        ("T1003", "credential-access", "lowered", "▼50"),
        ("T1059", "execution", "lost", "−60"),
        ("T1566", "initial-access", "raised", "▲35"),
        ("T1105", "command-and-control", "gained", "+50"),
        ("T1021", "lateral-movement", "lost", "−30"),
    ] {
        assert_eq!(change(id, tactic).as_deref(), Some(wanted), "{id}");
        let corner = format!("{} .cell-score", cell(id, tactic));
        assert_eq!(page.text(&corner), sign, "{id}");
    }
    assert_eq!(change("T1047", "execution").as_deref(), Some("kept"));
    let shell = cell("T1003", "credential-access");
    page.wait_until(&format!("document.querySelector({}).ariaLabel", json!(shell)));
    let label = page.attribute(&shell, "aria-label").expect("a label");
    assert!(label.contains("lowered: score 80 → score 30"), "{label}");
    // The legend counts what is on screen.
    let legend = page.text(".changes-matrix .legend");
    assert!(legend.contains("lost") && legend.contains("gained"), "{legend}");
    // A click opens the drawer, a dot unfolds, the score switch does not take the signs.
    page.click(&cell("T1003", "credential-access"));
    page.wait_until("document.querySelector('aside[data-panel=technique]')");
    page.key("Escape");
    page.wait_until("!document.querySelector('aside[data-panel]')");
    page.evaluate(
        "document.querySelector('[data-technique=T1059][data-tactic=execution]').focus()",
    );
    page.key(".");
    page.wait_until("document.querySelector('[data-technique=\"T1059.001\"]').checkVisibility()");
    assert_eq!(change("T1059.001", "execution").as_deref(), Some("kept"));
    // Back in the matrix of the layer, nothing of it is left.
    page.click("[data-view=matrix]");
    page.wait_until("document.querySelector('[data-technique=T1105][data-score]') && !document.querySelector('[data-change]')");
}

fn choices(rig: &Rig) {
    let (page, folder) = compared(rig);
    page.evaluate("document.getElementById('changes-threshold').select()");
    page.click("#changes-threshold");
    page.evaluate("document.getElementById('changes-threshold').select()");
    page.type_text("80");
    page.key("Enter");
    page.wait_until("location.hash.includes('threshold=80')");
    let told: Value =
        serde_json::from_str(&diff(&folder, &["--format", "json", "--threshold", "80"]))
            .expect("JSON");
    page.wait_until("document.querySelector('#changes-below').innerText.includes('below 80')");
    assert_eq!(ids(&page, "below"), ids_of(&told["below_threshold"]["ids"]));
    assert_eq!(ids(&page, "gained"), ["T1090", "T1105"]);
    page.click("[data-action=swap-changes]");
    page.wait_until("location.hash.includes('old=b') && location.hash.includes('new=a')");
    page.wait_until("document.querySelector('[data-list=lost] a')?.innerText === 'T1090'");
    assert_eq!(ids(&page, "gained"), ["T1021", "T1059"]);
    let options = page.evaluate(
        "[...document.querySelectorAll('.changes-side select')].map((each) => each.selectedOptions[0].text)",
    );
    assert_eq!(options, json!(["b · new.json", "a · old.json"]));
    // The tab of the view leads back to the same comparison.
    page.click("[data-view=matrix]");
    page.wait_until("document.querySelector('.matrix-view')");
    page.click("[data-view=changes]");
    page.wait_until("document.querySelector('[data-list=lost] a')?.innerText === 'T1090'");
    // Choosing what stands on the other side swaps.
    choose(&page, "#changes-from", "a · old.json");
    page.wait_until("location.hash.includes('old=a') && location.hash.includes('new=b')");
    // A link asks for a comparison.
    page.evaluate("location.hash = '#/changes?old=b&new=a&threshold=10'");
    page.wait_until("document.querySelector('#changes-below')?.innerText.includes('below 10')");
    assert_eq!(ids(&page, "lost"), ["T1090", "T1105"]);
}

fn snapshot(rig: &Rig) {
    let folder = rig.folder(&[
        ("first.yml", &rule("First", "t1003")),
        ("second.yml", &rule("Second", "t1105")),
    ]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("first.yml")]);
    page.click("[data-view=changes]");
    page.wait_until("document.querySelector('.changes-notice')?.innerText.includes('Two states')");
    page.click("[data-action=keep-snapshot]");
    page.wait_until("document.querySelector('[data-figure=changes-techniques]')");
    assert_eq!(page.figure("changes-gained") + page.figure("changes-lost"), 0.0);
    // The rules go, others come.
    page.click("[data-action=clear]");
    page.wait_until(
        "document.querySelector('#changes-from') && document.querySelector('.changes-notice')",
    );
    drop_on(&page, &[&folder.join("second.yml")]);
    page.wait_until("document.querySelector('[data-list=gained] a')");
    assert_eq!(ids(&page, "gained"), ["T1105"]);
    assert_eq!(ids(&page, "lost"), ["T1003"]);
    // It can be named, and removed, and that taken back.
    open_menu(&page, "snapshots");
    page.click("#snapshots input");
    page.evaluate("document.querySelector('#snapshots input').select()");
    page.type_text("Last sprint");
    page.key("Enter");
    page.wait_until("document.querySelector('[data-figure=changes-sentence]').innerText.endsWith('Last sprint')");
    open_menu(&page, "snapshots");
    page.click("[data-action=remove-snapshot]");
    page.wait_until("document.querySelector('.changes-notice')");
    page.key("Control+z");
    page.wait_until("document.querySelector('[data-list=lost] a')?.innerText === 'T1003'");
}

fn domains(rig: &Rig) {
    let folder = rig.folder(&[
        ("e.json", &layer("Enterprise one", "enterprise-attack", &[("T1003", 80)])),
        ("m.json", &layer("Mobile one", "mobile-attack", &[("T1404", 80)])),
        ("x.json", &layer("Own one", "own-matrix", &[("T1003", 80)])),
        ("m2.json", &layer("Mobile two", "mobile-attack", &[("T1404", 20)])),
    ]);
    let page = rig.open();
    for name in ["e.json", "m.json", "x.json", "m2.json"] {
        drop_on(&page, &[&folder.join(name)]);
    }
    page.evaluate("location.hash = '#/changes?old=a&new=b'");
    page.wait_until("document.querySelector('.changes-notice')");
    let said = page.text(".changes-notice");
    assert!(said.contains("Enterprise one") && said.contains("Mobile"), "{said}");
    page.evaluate("location.hash = '#/changes?old=a&new=c'");
    page.wait_until("document.querySelector('.changes-notice').innerText.includes('own-matrix')");
    // The newest two of one domain go before the newest two.
    page.evaluate("location.hash = '#/changes'");
    page.wait_until("document.querySelector('[data-list=lowered] a')");
    assert_eq!(ids(&page, "lowered"), ["T1404"]);
    // The drawer tells of the release of the comparison, whatever tab is shown.
    page.evaluate("document.querySelector('[data-layer-tab=rules]').click()");
    page.click("[data-list=lowered] a");
    page.wait_until("document.querySelector('aside[data-panel=technique] h2')");
    assert!(page.text("aside h2").contains("Exploitation"), "{}", page.text("aside h2"));
}

fn slider(rig: &Rig) {
    let (page, _) = compared(rig);
    page.click("[data-part=slider]");
    page.wait_until("document.querySelectorAll('.slider .mini i').length > 400");
    let value = || page.evaluate("document.getElementById('changes-slider').value");
    assert_eq!(value(), json!("50"));
    page.evaluate("document.getElementById('changes-slider').focus()");
    page.key("ArrowRight");
    assert_eq!(value(), json!("51"));
    page.wait_until(
        "document.querySelector('.slider').style.getPropertyValue('--share') === '51%'",
    );
    page.key("End");
    assert_eq!(value(), json!("100"));
    let told = page.attribute("#changes-slider", "aria-valuetext").expect("a text");
    assert!(told.starts_with("100 %"), "{told}");
    // Both states stand at the same places, and the new one carries the signs.
    let same = page.evaluate(
        "(() => {
            const places = (part) => [...document.querySelectorAll(part + ' i')].map((each) => { const box = each.getBoundingClientRect(); return [box.x, box.y].join(); });
            return places('.slider-old').join(' ') === places('.slider-new').join(' ');
        })()",
    );
    assert_eq!(same, json!(true));
    assert_eq!(page.count(".slider-old [data-changed]"), 0);
    assert!(page.count(".slider-new [data-changed]") >= 5);
    page.click("[data-part=side]");
    page.wait_until("document.querySelectorAll('.mini-sides .mini').length === 2");
    let labels = attributes(&page, ".mini-sides .mini", "aria-label");
    assert!(labels[0].starts_with("Before, old.json: 5 of"), "{labels:?}");
    assert!(labels[1].starts_with("Now, new.json: 6 of"), "{labels:?}");
    // At the width of a telephone they stand one below the other.
    page.set_viewport(390, 844, 2.0);
    let [first, second] = [0, 1].map(|at| {
        page.evaluate(&format!(
            "document.querySelectorAll('.mini-side')[{at}].getBoundingClientRect().y"
        ))
    });
    assert!(first.as_f64() < second.as_f64(), "{first} {second}");
    let wide = page.evaluate("document.documentElement.scrollWidth <= 390 && document.getElementById('main').scrollWidth <= 390");
    assert_eq!(wide, json!(true));
}

fn time(rig: &Rig) {
    let q1 = layer("coverage_q1_2026", "enterprise-attack", &[("T1003", 80)]);
    let q2 = layer("coverage_q2_2026", "enterprise-attack", &[("T1003", 80), ("T1105", 50)]);
    let undated = layer("no moment", "enterprise-attack", &[("T1003", 80)]);
    let dated = |title: &str, technique: &str, date: &str| {
        format!("{}date: {date}\n", rule(title, technique))
    };
    let folder = rig.folder(&[
        ("q2.json", &q2),
        ("q1.json", &q1),
        ("undated.json", &undated),
        ("rules/a.yml", &dated("A", "t1003", "2024-02-01")),
        ("rules/b.yml", &dated("B", "t1105", "2024-05-01")),
    ]);
    let page = rig.open();
    for name in ["q2.json", "q1.json", "undated.json"] {
        drop_on(&page, &[&folder.join(name)]);
    }
    page.evaluate("location.hash = '#/changes?show=trend'");
    page.wait_until("document.querySelector('[data-list=quarters] tbody tr')");
    let rows = texts(&page, "[data-list=quarters] tbody tr");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[0].starts_with("Q2 2026") && rows[0].contains("2 of"), "{rows:?}");
    assert!(rows[1].starts_with("Q1 2026") && rows[1].contains("1 of"), "{rows:?}");
    let undated = page.text("[data-list=undated]");
    assert!(undated.contains("no moment: neither"), "{undated}");
    // The picture is drawn: more than one colour on it.
    page.wait_until(
        "(() => {
            const canvas = document.querySelector('.trend-picture canvas');
            const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const seen = new Set();
            for (let at = 0; at < data.length; at += 4000) seen.add(data[at] * 65536 + data[at + 1] * 256 + data[at + 2]);
            return seen.size > 3;
        })()",
    );
    // Rules alone tell their own past.
    let page = rig.open();
    drop_on(&page, &[&folder.join("rules")]);
    page.evaluate("location.hash = '#/changes?show=trend'");
    page.wait_until("document.querySelector('[data-list=quarters] tbody tr')");
    let rows = texts(&page, "[data-list=quarters] tbody tr");
    let last: Vec<&String> = rows.iter().rev().take(2).collect();
    assert!(last[0].starts_with("Q1 2024") && last[0].contains("1 of"), "{rows:?}");
    assert!(last[1].starts_with("Q2 2024") && last[1].contains("2 of"), "{rows:?}");
}

fn names(rig: &Rig) {
    let evil = "<img src=x onerror=\"document.title='run'\"><b>x</b>";
    let old = layer(evil, "enterprise-attack", &[("T1003", 80)]);
    let new = layer(evil, "enterprise-attack", &[("T1003", 20)]);
    let folder = rig.folder(&[("1.json", &old), ("2.json", &new)]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("1.json")]);
    drop_on(&page, &[&folder.join("2.json")]);
    for part in ["", "matrix", "side", "slider", "trend"] {
        page.evaluate(&format!("location.hash = '#/changes?show={part}'"));
        page.wait_until(&format!(
            "document.querySelector('section.changes')?.dataset.part === '{part}'"
        ));
        page.wait_until(
            "document.querySelector('.change-lists, [data-change], .mini i, [data-list=undated]')",
        );
        assert_eq!(page.count("main img, main b b, .changes bdi b"), 0, "{part}");
    }
    page.evaluate("location.hash = '#/changes'");
    page.wait_until("document.querySelector('[data-figure=changes-sentence]')");
    // Two of one name are told apart by their letters.
    let sentence = page.text("[data-figure=changes-sentence]");
    assert!(sentence.ends_with(&format!("since {evil} (a)")), "{sentence}");
    assert!(!page.evaluate("document.title").as_str().unwrap_or_default().contains("run"));
}

fn quick(rig: &Rig) {
    let catalogue = crate::truth::newest();
    let ids: Vec<String> =
        catalogue.indices().map(|index| catalogue.technique(index).id.to_string()).collect();
    let scores = |shift: u32| -> Vec<(&str, u32)> {
        ids.iter().zip(0_u32..).map(|(id, at)| (id.as_str(), 1 + (at * 37 + shift) % 100)).collect()
    };
    let folder = rig.folder(&[
        ("old.json", &layer("old.json", "enterprise-attack", &scores(0))),
        ("new.json", &layer("new.json", "enterprise-attack", &scores(41))),
    ]);
    let page = rig.open();
    drop_on(&page, &[&folder.join("old.json")]);
    drop_on(&page, &[&folder.join("new.json")]);
    page.evaluate(
        "window.long = []; new PerformanceObserver((list) => window.long.push(...list.getEntries().map((each) => Math.round(each.duration)))).observe({type: 'longtask'}); 0",
    );
    for part in ["", "matrix", "side", "slider", "trend"] {
        page.evaluate(&format!("location.hash = '#/changes?show={part}'"));
        page.wait_until(&format!(
            "document.querySelector('section.changes')?.dataset.part === '{part}'"
        ));
        page.wait_until(
            "document.querySelector('.change-lists, [data-change], .mini i, [data-list=undated]')",
        );
        page.evaluate("new Promise((ok) => setTimeout(ok, 300))");
        if part == "matrix" {
            page.click("[data-action=swap-changes]");
            page.evaluate("new Promise((ok) => setTimeout(ok, 300))");
        }
        // On a quiet machine none is over 50 ms; this one may be shared with other work.
        let longest = page.evaluate("Math.max(0, ...window.long.splice(0))");
        assert!(longest.as_f64() < Some(400.0), "{part}: a task of {longest} ms");
    }
}

/// What axe-core finds in the view; the tabs of layers above it are another test's.
fn faults(page: &Page, state: &str) -> Option<Vec<String>> {
    let mut faults = Vec::new();
    for mut each in page.axe()? {
        each.places.retain(|place| !place.starts_with(".layer-tabs"));
        if let Some(first) = each.places.first() {
            faults.push(format!("{state}: {} ({}) {first}", each.rule, each.impact));
        }
    }
    Some(faults)
}

fn accessible(rig: &Rig, theme: &str) {
    let folder = two(rig);
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    read(&page, || page.click("[data-action=try-sample]"));
    drop_on(&page, &[&folder.join("old.json")]);
    drop_on(&page, &[&folder.join("new.json")]);
    page.evaluate("document.querySelector('[data-layer-tab=rules]').click()");
    let mut wrong = Vec::new();
    for part in ["", "matrix", "side", "slider", "trend"] {
        page.evaluate(&format!("location.hash = '#/changes?old=a&new=b&show={part}'"));
        page.wait_until(&format!(
            "document.querySelector('section.changes')?.dataset.part === '{part}'"
        ));
        page.wait_until(
            "document.querySelector('.change-lists, [data-change], .mini i, [data-list=quarters]')",
        );
        let Some(found) = faults(&page, part) else { return };
        wrong.extend(found);
    }
    page.evaluate("location.hash = '#/changes?old=a&new=b'");
    page.click("[data-action=keep-snapshot]");
    for menu in ["snapshots", "changes-share"] {
        open_menu(&page, menu);
        let Some(found) = faults(&page, menu) else { return };
        wrong.extend(found);
        page.key("Escape");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
