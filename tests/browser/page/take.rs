//! Every way rules come into the page gives the figures that the command gives.
use crate::Test;
use crate::page::Page;
use crate::rig::Rig;
use crate::steps::{copy_of_the_sample, drop_on, read, texts, with_sample, zip_of_the_sample};
use crate::support::Entry;
use crate::truth::{agree, report, sample_report, technique};
use coverlay::rule::Format;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) const TESTS: &[Test] = &[
    ("take: the sample counts as the command counts it", sample),
    ("take: a dropped folder counts the same, dropped again too", dropped_folder),
    ("take: a folder's files of names that other systems refuse are read", odd_names),
    ("take: files and folders of one name from several places are all read", same_names),
    ("take: files that are found are told before any is read", found_is_told),
    ("take: where a browser refuses handles, folders are read by entries", refused_handles),
    ("take: dropped zips, shared among workers or not, count the same", dropped_zips),
    ("take: files chosen in the input", chosen_files),
    ("take: a folder chosen in the input", chosen_folder),
    ("take: a pasted rule", pasted_rule),
    ("take: a drop adds to what is there", further_drop),
    ("take: cancelled when all has arrived, the import ends with it", cancelled_at_the_end),
    ("take: rules of every format in one drop count as the command counts them", every_format),
    ("take: ids in texts are listed on request and never counted", scanned_texts),
];

fn sample(rig: &Rig) {
    let page = with_sample(rig);
    let report = sample_report(&[]);
    agree(&page, &report);
    // Shown or folded, a cell says the same.
    page.click("[data-action=expand-all]");
    page.wait_until("[...document.querySelectorAll('[data-technique*=\".\"]')].every((cell) => cell.checkVisibility())");
    agree(&page, &report);
    page.click("[data-action=collapse-all]");
    page.wait_until("![...document.querySelectorAll('[data-technique*=\".\"]')].some((cell) => cell.checkVisibility())");
    agree(&page, &report);
    // What a person reads is what a script reads, but for thin spaces and rounding.
    let read = texts(&page, "[data-figure=rules], [data-figure=techniques-total]");
    let figures = [page.figure("rules"), page.figure("techniques-total")];
    assert_eq!(read, figures.map(|figure| figure.to_string()));
}

fn dropped_folder(rig: &Rig) {
    let folder = copy_of_the_sample(rig);
    let page = rig.open();
    drop_on(&page, &[&folder.join("sample")]);
    let report = report(&folder, &["sample"]);
    assert_eq!(report["summary"], sample_report(&[])["summary"]);
    agree(&page, &report);
    // The same files again take their own place; nothing is counted twice.
    drop_on(&page, &[&folder.join("sample")]);
    agree(&page, &report);
}

/// Chromium gives no handle for any of these but the first.
fn odd_names(rig: &Rig) {
    let names =
        ["plain.yml", "a:b.yml", "con.yml", "~kept.yml", " lead.yml", "q?.yml", "d:ir/c.yml"];
    let folder = rig.folder(&[]);
    for name in names {
        let path = folder.join("odd").join(name);
        fs::create_dir_all(path.parent().expect("below")).expect("writable");
        fs::write(path, crate::hostile::rule(name.trim(), "t1003")).expect("writable");
    }
    let page = rig.open();
    drop_on(&page, &[&folder.join("odd")]);
    let report = report(&folder, &["odd"]);
    assert_eq!(report["summary"]["rules"], json!(names.len()));
    agree(&page, &report);
}

/// As out of the results of a search.
fn same_names(rig: &Rig) {
    let ids = ["t1003", "t1047", "t1057", "t1082", "t1110", "t1113"];
    let paths = ["a/r.yml", "b/r.yml", "c/r.yml", "a/in/x.yml", "b/in/x.yml", "a/.yml"];
    let folder = rig.folder(&[]);
    for (path, id) in paths.into_iter().zip(ids) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("below")).expect("writable");
        fs::write(path, crate::hostile::rule(id, id)).expect("writable");
    }
    let page = rig.open();
    let dropped = ["a/r.yml", "b/r.yml", "c/r.yml", "a/in", "b/in"].map(|name| folder.join(name));
    let dropped: Vec<&Path> = dropped.iter().map(PathBuf::as_path).collect();
    // Once more they are the same ones.
    for _ in 0..2 {
        drop_on(&page, &dropped);
        assert_eq!(page.figure("rules"), 5.0);
        let read = crate::hostile::listed(&page, "read");
        assert_eq!(read, ["in (1)/x.yml", "in/x.yml", "r (1).yml", "r (2).yml", "r.yml"]);
    }
    // Without folders, names are all there is.
    let page = rig.open();
    let files = ["r.yml", "r.yml", "r (1).yml", "r", "r"].into_iter().zip(ids);
    let files: Vec<_> =
        files.map(|(name, id)| json!([name, crate::hostile::rule(id, id)])).collect();
    read(&page, || {
        page.evaluate(&format!(
            "(() => {{
                const carried = new DataTransfer();
                for (const [name, text] of {}) carried.items.add(new File([text], name));
                const input = document.querySelector('#open-files');
                input.files = carried.files;
                input.dispatchEvent(new Event('change', {{ bubbles: true }}));
            }})()",
            json!(files)
        ));
    });
    assert_eq!(page.figure("rules"), 5.0);
    let read = crate::hostile::listed(&page, "read");
    let names = ["r (1) (1).yml", "r (1).yml", "r (1)", "r", "r.yml"];
    assert!(names.iter().all(|name| read.iter().any(|own| own == name)), "{read:?}");
}

/// A worker's first answer may take its time.
fn found_is_told(rig: &Rig) {
    let folder = rig.folder(&[]);
    fs::create_dir_all(folder.join("many")).expect("writable");
    for number in 0..600 {
        let path = folder.join(format!("many/{number}.yml"));
        fs::write(path, crate::hostile::rule("R", "t1003")).expect("writable");
    }
    let page = rig.blank();
    let script = "{
        const {get, set} = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage');
        const later = (hear) => (event) => setTimeout(() => hear(event), window.told ? 2500 : 0);
        Object.defineProperty(Worker.prototype, 'onmessage', {get, set(hear) { set.call(this, later(hear)); }});
    }";
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({"source": script}));
    page.go(&rig.server.url());
    page.wait_for_mark("coverlay:whole");
    page.evaluate(
        "(() => {
            window.told = [];
            const text = document.querySelector('.progress-text span');
            const look = () => window.told.push(text.innerText);
            new MutationObserver(look).observe(text, {characterData: true, childList: true, subtree: true});
        })()",
    );
    drop_on(&page, &[&folder.join("many")]);
    let told = page.evaluate("window.told");
    let told: Vec<_> = told.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(told.iter().any(|text| text.starts_with("0 of 600 files")), "{told:?}");
    assert_eq!(page.figure("rules"), 600.0);
}

/// For folders that it thinks are the system's, or by a policy; or of a single file.
fn refused_handles(rig: &Rig) {
    let folder = copy_of_the_sample(rig);
    let report = report(&folder, &["sample"]);
    for refused in [
        "DataTransferItem.prototype.getAsFileSystemHandle",
        "FileSystemFileHandle.prototype.getFile",
    ] {
        let page = rig.open();
        page.evaluate(&format!(
            "window.asked = 0; {refused} = async () => {{ window.asked += 1; throw new DOMException('no', 'AbortError'); }}; 0"
        ));
        drop_on(&page, &[&folder.join("sample")]);
        assert!(page.evaluate("window.asked").as_u64() > Some(0), "{refused}");
        agree(&page, &report);
    }
}

fn dropped_zips(rig: &Rig) {
    let folder = rig.folder(&[]);
    // Above 64 KiB the workers share an archive.
    let notes = vec![b'-'; 80_000];
    let archives = [
        ("small.zip", zip_of_the_sample(true, Vec::new())),
        ("large.zip", zip_of_the_sample(false, vec![Entry::new("notes.txt", &notes, false)])),
    ];
    assert!(archives[0].1.len() < 64 << 10 && archives[1].1.len() > 64 << 10);
    for (name, bytes) in archives {
        fs::write(folder.join(name), bytes).expect("writable");
        let page = rig.open();
        drop_on(&page, &[&folder.join(name)]);
        agree(&page, &report(&folder, &[name]));
        assert_eq!(page.figure("rules"), sample_report(&[])["summary"]["rules"]);
    }
}

fn chosen_files(rig: &Rig) {
    let folder = copy_of_the_sample(rig).join("sample/windows");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.is_file())
        .collect();
    names.sort();
    names.truncate(12);
    let page = rig.open();
    let paths: Vec<&Path> = names.iter().map(PathBuf::as_path).collect();
    read(&page, || page.set_file_input("#open-files", &paths));
    let names: Vec<_> = paths
        .iter()
        .map(|path| path.file_name().and_then(|n| n.to_str()).expect("plain"))
        .collect();
    let report = report(&folder, &names);
    assert!(report["summary"]["rules"].as_u64() > Some(5));
    agree(&page, &report);
}

fn chosen_folder(rig: &Rig) {
    let folder = copy_of_the_sample(rig);
    let page = rig.open();
    read(&page, || page.set_file_input("#open-folder", &[&folder.join("sample")]));
    agree(&page, &sample_report(&[]));
}

/// A paste event such as the browser makes, on what has the focus.
fn paste(page: &Page, text: &str) -> bool {
    let script = format!(
        "(() => {{
            const carried = new DataTransfer();
            carried.setData('text/plain', {});
            const event = new ClipboardEvent('paste', {{clipboardData: carried, bubbles: true, cancelable: true}});
            return !(document.activeElement ?? document.body).dispatchEvent(event);
        }})()",
        json!(text)
    );
    page.evaluate(&script) == true
}

fn pasted_rule(rig: &Rig) {
    let rule = "title: Pasted\nstatus: test\nlogsource:\n  product: windows\ndetection:\n  a:\n    \
                b: c\n  condition: a\nlevel: high\ntags:\n  - attack.execution\n  - attack.t1059.001\n";
    let folder = rig.folder(&[("pasted-1.yml", rule)]);
    let page = rig.open();
    read(&page, || assert!(paste(&page, rule), "the page did not take it"));
    let report = report(&folder, &["pasted-1.yml"]);
    assert_eq!(technique(&report, "T1059.001")["score"], json!(80));
    agree(&page, &report);
    // Into a field, a paste is text and no rule.
    page.click("#search");
    assert!(!paste(&page, rule), "the page took what goes into the field");
    agree(&page, &report);
}

fn further_drop(rig: &Rig) {
    let page = with_sample(rig);
    let rules = page.figure("rules");
    let folder = rig.folder(&[(
        "more/extra.yml",
        "title: Extra\nlogsource: {product: linux}\ndetection: {a: {b: c}, condition: a}\nlevel: low\ntags: [attack.t1003]\n",
    )]);
    drop_on(&page, &[&folder.join("more")]);
    assert_eq!(page.figure("rules"), rules + 1.0);
    assert_eq!(page.attribute("[data-technique=T1003]", "data-rules").as_deref(), Some("1"));
}

fn every_format(rig: &Rig) {
    let page = rig.open();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    drop_on(&page, &[&fixtures]);
    let report = report(fixtures.parent().expect("a folder"), &["fixtures"]);
    agree(&page, &report);
    // Each format the page promises gave rules.
    page.evaluate("location.hash = '#/rules'");
    page.wait_until("document.querySelector('select[data-filter=format]')");
    let offered = texts(&page, "select[data-filter=format] option");
    for format in Format::ALL {
        let is_it = |text: &String| text.starts_with(&format!("{} (", format.name()));
        assert!(offered.iter().any(is_it), "{} is not among {offered:?}", format.name());
    }
}

/// At this mark all is read, and nothing of it counted yet.
fn cancelled_at_the_end(rig: &Rig) {
    let rule = |name: &str, id: &str| crate::hostile::rule(name, id);
    let alerts = "time,rule,technique,host\n2026-11-02T01:30:00Z,A,T1003,h\n";
    let folder = rig.folder(&[
        ("in/a.yml", &rule("A", "t1003")),
        ("in/b.yml", &rule("B", "t1047")),
        ("in/alerts.csv", alerts),
        ("c.yml", &rule("C", "t1057")),
    ]);
    let page = rig.open();
    page.evaluate(
        "window.cancelled = 0;
        performance.mark = new Proxy(performance.mark, { apply(mark, of, args) {
            const button = document.querySelector('.progress-text button');
            if (args[0] === 'coverlay:parsed' && button) { window.cancelled += 1; button.click(); }
            return Reflect.apply(mark, of, args);
        } });",
    );
    drop_on(&page, &[&folder.join("in")]);
    assert_eq!(page.evaluate("window.cancelled"), 1);
    assert_eq!(page.figure("rules"), 2.0);
    page.evaluate("location.hash = '#/alerts?show=rows'");
    page.wait_until("document.querySelectorAll('tr[data-alert]').length === 1");
    page.click("[data-view=matrix]");
    // And what comes next has an import of its own.
    drop_on(&page, &[&folder.join("c.yml")]);
    assert_eq!(page.figure("rules"), 3.0);
    page.wait_until("!document.querySelector('.progress:not([hidden])')");
}

fn scanned_texts(rig: &Rig) {
    let text = "# One query\n\n| Technique ID | Title |\n|---|---|\n| T1059.001 | PowerShell |\n";
    let folder = rig.folder(&[("notes/one.md", text)]);
    let page = rig.open_at("#/import");
    let seen = "section.cause[data-weight=seen]";
    drop_on(&page, &[&folder.join("notes")]);
    assert_eq!(page.count(seen), 0, "only if asked for");
    page.click("[data-action=scan-texts]");
    drop_on(&page, &[&folder.join("notes")]);
    page.wait_until(&format!("document.querySelector('{seen}')?.innerText.includes('T1059.001')"));
    assert_eq!((page.figure("rules"), page.figure("techniques-covered")), (0.0, 0.0));
}
