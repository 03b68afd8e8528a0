//! The report's page as the command writes it, in the browser: what axe-core says of it, that it
//! does nothing by itself, and what comes out of the printer.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::server::Server;
use crate::truth::{coverlay, data};
use base64::Engine as _;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const TESTS: &[Test] = &[
    ("report file: axe-core finds nothing, light and dark, wide and narrow", accessibility),
    ("report file: it needs no script and asks for nothing", at_rest),
    ("report file: hostile texts stay texts", hostile),
    ("report file: on A4 and Letter heads repeat and no row is cut", print),
    ("report file: on paper no table is wider than the page", widths),
];

/// A report of these inputs, alone on a server, open in a page.
fn open(rig: &Rig, theme: &str, from: &Path, inputs: &[&str]) -> (Server, Page) {
    let folder = rig.folder(&[]);
    let file = folder.join("index.html");
    let path = file.to_str().expect("UTF-8");
    coverlay(from, &[&["report", "--format", "html", "-o", path][..], inputs].concat());
    serve(rig, theme, &folder)
}

fn serve(rig: &Rig, theme: &str, folder: &Path) -> (Server, Page) {
    let server = Server::start(folder, "/", 0).expect("a free port");
    let page = rig.blank();
    page.set_media(&[("prefers-color-scheme", theme)]);
    page.go(&server.url());
    (server, page)
}

/// The sample with its alerts.
fn sample(rig: &Rig, theme: &str) -> (Server, Page) {
    let last = coverlay::date::Date::new(2026, 4, 1).expect("a day");
    let alerts = coverlay::sample::alerts(last);
    let folder = rig.folder(&[("alerts.csv", &alerts)]).join("alerts.csv");
    open(rig, theme, data(), &["sample", folder.to_str().expect("UTF-8")])
}

fn accessibility(rig: &Rig) {
    for theme in ["light", "dark"] {
        let (_server, page) = sample(rig, theme);
        for (width, height) in [(1280, 800), (390, 844)] {
            page.set_viewport(width, height, 1.0);
            let Some(violations) = page.axe() else { return };
            let wrong: Vec<_> =
                violations.iter().map(|one| (&one.rule, one.places.first())).collect();
            assert!(wrong.is_empty(), "{theme} {width}: {wrong:?}");
            let overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth");
            assert!(overflow.as_f64() <= Some(0.0), "{theme} {width}: {overflow} pixels too wide");
        }
        // One matrix is seen, that of the theme.
        let seen = "[...document.querySelectorAll('.picture')].filter((each) => each.checkVisibility()).map((each) => each.className)";
        assert_eq!(page.evaluate(seen), json!([format!("picture {theme}")]));
    }
}

fn at_rest(rig: &Rig) {
    let (server, page) = sample(rig, "light");
    assert_eq!(page.evaluate("document.scripts.length"), json!(0));
    assert_eq!(page.requests(), [server.url()]);
    // Even asked to, it fetches nothing.
    assert_eq!(
        page.evaluate("fetch('index.html').then(() => 'fetched', () => 'refused')"),
        json!("refused")
    );
    page.take_errors(); // the refused address, meant to be
    let sections = page.evaluate("[...document.querySelectorAll('nav a')].map((each) => [each.hash, !!document.querySelector(each.hash)])");
    let sections = sections.as_array().expect("a list");
    assert!(sections.len() > 15, "{sections:?}");
    assert!(sections.iter().all(|one| one[1] == true), "{sections:?}");
    page.click("nav a[href='#rules']");
    page.wait_until(
        "document.querySelector('#rules h2').getBoundingClientRect().top < innerHeight",
    );
}

fn hostile(rig: &Rig) {
    let mark = "</td></table><img src=x onerror=\\\"window.hit=1\\\"><script>window.hit=2</script>";
    let rule = format!(
        "title: \"{mark}\"\nstatus: \"{mark}\"\nlogsource: {{product: \"{mark}\", category: \"{mark}\"}}\ntags: [attack.t1059, \"attack.{mark}\"]\ndetection: {{a: {{b: c}}, condition: a}}\n"
    );
    let folder = rig.folder(&[("a <b>b.yml", &rule), ("x <script>1.yml", "title: [")]);
    let (_server, page) = open(rig, "light", &folder, &["."]);
    let found = page.evaluate(
        "[window.hit ?? null, document.scripts.length, document.images.length, document.querySelectorAll('#rules tbody tr').length]",
    );
    assert_eq!(found, json!([null, 0, 0, 1]));
    assert!(page.text("#rules tbody").contains("<script>window.hit=2</script>"));
    assert!(page.text("#import tbody").contains("x <script>1.yml"));
}

const SHEETS: [(&str, f64, f64); 2] = [("A4", 210.0, 297.0), ("Letter", 215.9, 279.4)];

/// Rules whose titles take several lines and say where they begin and end.
fn long_rules(rig: &Rig) -> PathBuf {
    let folder = rig.folder(&[]);
    for number in 0..120 {
        let words = vec!["and what it looks at"; 6 + number % 7].join(" ");
        let title = format!("from{number:03} {words} upto{number:03}");
        let rule = format!(
            "title: {title}\nid: 00000000-0000-4000-8000-{number:012}\nstatus: test\nlevel: low\ndate: 2019-05-01\nlogsource: {{product: windows, category: process_creation}}\ntags: [attack.execution, attack.t1059]\ndetection: {{a: {{b: c{number}}}, condition: a}}\n"
        );
        std::fs::write(folder.join(format!("{number:03}.yml")), rule).expect("writable");
    }
    folder
}

/// What a reader of PDFs finds on the pages; `None`, and said so, where it is not there.
fn printed(rig: &Rig, page: &Page, (width, height): (f64, f64)) -> Option<Vec<Value>> {
    let inches = |millimetres: f64| millimetres / 25.4;
    let pdf = page.call(
        "Page.printToPDF",
        json!({"paperWidth": inches(width), "paperHeight": inches(height), "printBackground": true,
               "preferCSSPageSize": true}),
    );
    let bytes = base64::engine::general_purpose::STANDARD.decode(pdf["data"].as_str()?).ok()?;
    assert!(bytes.starts_with(b"%PDF"));
    let path = rig.folder(&[]).join("report.pdf");
    std::fs::write(&path, &bytes).expect("writable");
    let python = std::env::var("COVERLAY_PYPDF").unwrap_or_else(|_| "python3".to_owned());
    let imports = Command::new(&python).args(["-c", "import pypdf"]).output();
    if !imports.is_ok_and(|output| output.status.success()) {
        println!("    pages not read: {python} has no pypdf (COVERLAY_PYPDF)");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/printed.py");
    let output = Command::new(&python).arg(script).arg(&path).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let pages: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    pages.as_array().cloned()
}

/// How often a word stands on a page.
fn times(page: &Value, word: &str) -> usize {
    page["text"].as_str().expect("text").matches(word).count()
}

/// The rows of which a page has one end and another the other.
fn astride(pages: &[Value]) -> Vec<usize> {
    let cut = |number: &usize| {
        let (from, upto) = (format!("from{number:03}"), format!("upto{number:03}"));
        pages.iter().any(|page| times(page, &from) != times(page, &upto))
    };
    (0..120).filter(cut).collect()
}

fn print(rig: &Rig) {
    let rules = long_rules(rig);
    let (_server, page) = open(rig, "dark", &rules, &["."]);
    for (name, width, height) in SHEETS {
        let Some(pages) = printed(rig, &page, (width, height)) else { return };
        let points = |millimetres: f64| millimetres / 25.4 * 72.0;
        for (at, sheet) in pages.iter().enumerate() {
            let is = |wide: f64, high: f64| {
                let near = |key: &str, wanted: f64| {
                    sheet[key].as_f64().is_some_and(|found| (found - wanted).abs() < 1.5)
                };
                near("width", points(wide)) && near("height", points(high))
            };
            assert!(is(width, height) || is(height, width), "{name}, page {}: {sheet}", at + 1);
        }
        let broad = pages.iter().filter(|sheet| sheet["width"].as_f64() > sheet["height"].as_f64());
        assert!(broad.count() >= 3, "{name}: matrix, grid and rules lie on their sides");

        // The first hundred rules are shown, each once in its table and wherever else it is named.
        let whole: usize = pages.iter().map(|sheet| times(sheet, "from000")).sum();
        assert!(whole >= 1, "{name}");
        for number in 0..100 {
            let found: usize =
                pages.iter().map(|sheet| times(sheet, &format!("upto{number:03}"))).sum();
            assert!(found >= 1, "{name}: the end of rule {number} is not printed");
        }
        assert_eq!(astride(&pages), Vec::<usize>::new(), "{name}: cut rows");

        // From the caption of a table to that of the next, every page has the table's head. (Both of
        // these and what follows them begin on pages of their own.)
        let page_of = |caption: &str| {
            let found = pages.iter().position(|sheet| times(sheet, caption) > 0);
            found.unwrap_or_else(|| panic!("{name}: no '{caption}'"))
        };
        let techniques = page_of("Techniques: 697");
        let (rules, findings) = (page_of("100 of 120"), page_of("Diagnostics: "));
        for (table, head, least) in
            [(techniques..rules, "With sub-", 10), (rules..findings, "Log source", 5)]
        {
            assert!(table.len() >= least, "{name}: {table:?}");
            for sheet in &pages[table] {
                assert!(times(sheet, head) > 0, "{name}: no '{head}' on {}", sheet["text"]);
            }
        }
        // No heading is left alone at the foot of its page.
        let headings =
            page.evaluate("[...document.querySelectorAll('h2')].map((each) => each.textContent)");
        for sheet in &pages {
            let mut pieces: Vec<&Value> =
                sheet["pieces"].as_array().expect("pieces").iter().collect();
            // The page's number is not of the text.
            pieces.retain(|piece| piece[2].as_f64() > Some(points(16.0)));
            let lowest = pieces.iter().min_by(|a, b| {
                a[2].as_f64().unwrap_or_default().total_cmp(&b[2].as_f64().unwrap_or_default())
            });
            if let Some(lowest) = lowest {
                let alone = headings.as_array().expect("a list").contains(&lowest[0]);
                assert!(!alone, "{name}: {lowest} is the last on its page");
            }
        }
    }
    // Whether this would be seen: without the rule that keeps rows together some are cut.
    let kept = "tr, li, dl div, .picture, svg { break-inside: avoid; }";
    page.evaluate(&format!(
        "(() => {{ const style = document.querySelector('style');
            if (!style.textContent.includes('{kept}')) throw new Error('no such rule');
            style.textContent = style.textContent.replace('{kept}', 'tr {{ break-inside: auto; }}'); }})()"
    ));
    let Some(pages) = printed(rig, &page, (210.0, 297.0)) else { return };
    assert!(!astride(&pages).is_empty(), "this test finds no cut rows");
}

/// In the layout of paper, at the widths that are left between the margins.
fn widths(rig: &Rig) {
    let (_server, page) = sample(rig, "light");
    page.call("Emulation.setEmulatedMedia", json!({"media": "print"}));
    for (name, width, height) in SHEETS {
        for (across, selector) in [(width, "section:not(.broad), nav"), (height, "section.broad")] {
            // Twelve millimetres on either side.
            let pixels = ((across - 24.0) / 25.4 * 96.0).floor();
            page.set_viewport(pixels as u32, 1000, 1.0);
            let found = page.evaluate(&format!(
                "[...document.querySelectorAll('{selector}')].flatMap((section) => [section, ...section.querySelectorAll('table, th, td, dd, p')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1 || each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline').map((each) => section.id + ' ' + each.tagName + ' ' + each.textContent.slice(0, 40)))"
            ));
            assert_eq!(found, json!([]), "{name} {selector}");
        }
    }
}
