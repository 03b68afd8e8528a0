//! What the files look like, and that they are the same every time.

use crate::subject::{Made, at_once, everything, newest, rule, text};
use coverlay::export::report::html::Pictures;
use coverlay::export::report::{Report, ReportFile, SectionKey, csv_set, html, markdown, parts};
use coverlay::export::xlsx;
use coverlay::pace::{Pace, Unpaced};
use std::cell::Cell;

/// Without what changes with every release.
pub(crate) fn steady(text: &str) -> String {
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

fn bytes(report: &Report, file: ReportFile) -> Vec<u8> {
    match file {
        ReportFile::Html => html::write(report, None).into_bytes(),
        ReportFile::Markdown => markdown::write(report).into_bytes(),
        ReportFile::CsvSet => csv_set::write(report).expect("it fits"),
        ReportFile::Xlsx => xlsx::report::write(report).expect("it fits"),
    }
}

#[test]
fn markdown_of_everything() {
    insta::assert_snapshot!(steady(&markdown::write(&everything().report(false))));
}

#[test]
fn html_of_everything() {
    let page = html::write(&everything().report(false), None);
    let (head, rest) = page.split_once("<style>").expect("a style");
    let (_, rest) = rest.split_once("</style>").expect("its end");
    insta::assert_snapshot!(steady(&format!("{head}<style></style>{rest}")));
}

#[test]
fn csv_files_of_everything() {
    let mut all = String::new();
    for (name, bytes) in csv_set::files(&everything().report(true)) {
        let text = String::from_utf8(bytes).expect("UTF-8");
        all.push_str(&format!("=== {name}\n{text}\n"));
    }
    insta::assert_snapshot!(steady(&all));
}

/// The zip holds exactly those files, in the eyes of Coverlay's own reader of zips.
#[test]
fn the_zip_holds_the_files() {
    let report = everything().report(true);
    let zip = csv_set::write(&report).expect("it fits");
    let archive = coverlay::source::archive::Archive::open("report.zip", &zip).expect("a zip");
    let names: Vec<&str> = archive.part_paths(0, 1, 0).collect();
    let mut expected: Vec<String> =
        csv_set::files(&report).into_iter().map(|(name, _)| name).collect();
    expected.sort();
    let plain = |name: &&str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let mut names: Vec<String> = names.iter().map(plain).collect();
    names.sort();
    assert_eq!(names, expected);
    // Contents and checksums by a third reader, where there is one.
    let path = crate::command::folder("csv_set").join("report.zip");
    std::fs::write(&path, &zip).expect("writable");
    match std::process::Command::new("unzip").arg("-tqq").arg(&path).output() {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(_) => println!("skipped: there is no unzip"),
    }
}

#[test]
fn every_file_twice_is_the_same() {
    let (once, again) = (everything(), everything());
    for file in ReportFile::ALL {
        let all = file.has_all_rows();
        let first = bytes(&once.report(all), file);
        assert!(!first.is_empty());
        assert!(first == bytes(&once.report(all), file), "{file:?}: written again");
        assert!(first == bytes(&again.report(all), file), "{file:?}: made again");
    }
}

/// Short tables have all rows whatever is asked for; long ones say how many there are.
#[test]
fn what_is_left_out_is_counted() {
    let files = (0..250).map(|n| {
        let tags = format!("attack.t{:04}", 9000 + n);
        text(&format!("r/{n:03}.yml"), &rule(n, &format!("Rule {n}"), "low", "", &tags))
    });
    let made = Made::of(newest(), files.collect());
    let (few, all) = (made.report(false), made.report(true));
    let find = |report: &Report, key| {
        report.sections.iter().find(|section| section.key == key).expect("there").clone()
    };
    for key in [SectionKey::Rules, SectionKey::Diagnostics, SectionKey::Gaps] {
        let (few, all) = (find(&few, key), find(&all, key));
        assert_eq!(few.rows.len(), key.most_shown());
        assert_eq!((all.rows.len(), few.total), (few.total, all.total));
        assert_eq!(few.rows, all.shown());
        assert_eq!(few.more(), all.more());
        let more = few.more().expect("some are left out");
        assert!(more.starts_with(&format!("{} more", few.total - few.rows.len())), "{more}");
        for page in [html::write(&made.report(false), None), markdown::write(&made.report(true))] {
            assert!(page.contains(&more), "{key:?}");
        }
    }
    assert_eq!(find(&few, SectionKey::Diagnostics).total, made.findings());
    assert_eq!(find(&few, SectionKey::Gaps).total, made.gaps().gaps.len());
    // What a page shows does not depend on how much was asked for.
    assert_eq!(html::write(&few, None), html::write(&all, None));
    assert_eq!(markdown::write(&few), markdown::write(&all));
}

/// Counts the pauses.
#[derive(Default)]
struct Watch(Cell<usize>);

impl Pace for Watch {
    async fn pause(&self) {
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn in_pieces_it_is_the_same() {
    let files = (0..3000).map(|n| {
        text(&format!("r/{n:04}.yml"), &rule(n, &format!("Rule {n}"), "low", "", "attack.t1059"))
    });
    let made = Made::of(crate::toy::three_tactics(), files.collect());
    let watch = Watch::default();
    let paced = made.paced(&watch);
    assert_eq!(paced, made.report(true));
    // 3,000 rules and as many findings, 128 at a time, and the sections.
    assert!(watch.0.get() > 2 * 3000 / 128, "{} pauses", watch.0.get());
}

/// What goes to the press arrives whole, and its pieces are small.
#[test]
fn parted_and_joined_it_is_the_same() {
    let files = (0..1000).map(|n| {
        text(&format!("r/{n:04}.yml"), &rule(n, &format!("Rule {n}"), "low", "", "attack.t1059"))
    });
    for made in [everything(), Made::of(crate::toy::three_tactics(), files.collect())] {
        let report = made.report(true);
        let mut head = report.clone();
        let pieces = at_once(parts::parted(&mut head, &Unpaced)).expect("it can be said");
        assert!(head.sections.iter().all(|section| section.rows.is_empty()));
        let most = report.sections.iter().map(|section| section.rows.len()).max();
        assert!(pieces.len() >= most.unwrap_or_default() / 256);
        assert!(pieces.iter().all(|piece| piece.len() < 200_000));
        let sent = postcard::to_stdvec(&head).expect("it can be said");
        let mut arrived: Report = postcard::from_bytes(&sent).expect("it can be read");
        parts::join(&mut arrived, pieces.iter().map(Vec::as_slice)).expect("they fit");
        assert_eq!(arrived, report);
        assert!(parts::join(&mut arrived, [b"\xff\xff\xff".as_slice()]).is_err());
    }
}

#[test]
fn pictures_stand_in_the_page() {
    let report = everything().report(false);
    let picture = |name: &str| format!("<svg role=\"img\"><title>{name}</title></svg>\n");
    let both = Pictures { light: picture("light"), dark: picture("dark") };
    let page = html::write(&report, Some(&both));
    assert!(page.contains("href=\"#matrix\"") && page.contains("id=\"matrix\""));
    for theme in ["light", "dark"] {
        let (_, rest) = page.split_once(&format!("<div class=\"picture {theme}\"")).expect("it");
        let drawn = rest.split_once('>').expect("its end").1;
        assert!(drawn.starts_with(&format!("<svg role=\"img\"><title>{theme}")));
    }
    let one = Pictures { dark: String::new(), ..both };
    let page = html::write(&report, Some(&one));
    assert!(page.contains("<div class=\"picture\" ") && !page.contains("picture dark"));
    assert!(!html::write(&report, None).contains("matrix\""));
}
