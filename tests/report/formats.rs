//! The command's formats: what they are, what they refuse, what a profile does to them.

use crate::command::{coverlay, folder, sample};
use crate::numbers::parse;
use calamine::{Reader, Xlsx, open_workbook};
use std::path::Path;
use std::process::Command;

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("written")
}

#[test]
fn each_format_is_what_its_name_says() {
    let folder = folder("report_formats");
    let sample = sample();
    for (format, begins) in [
        ("html", b"<!DOCTYPE html>".as_slice()),
        ("md", b"# Coverage of ATT"),
        ("xlsx", b"PK\x03\x04"),
        ("csv-set", b"PK\x03\x04"),
        ("csv", b"title,attack_id,"),
        ("json", b"{"),
    ] {
        let path = folder.join(format);
        let output =
            coverlay(&["report", &sample, "--format", format, "-o", &path.to_string_lossy()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let written = std::fs::read(&path).expect("written");
        assert!(written.starts_with(begins), "{format}");
        // Piped it is the same.
        let piped = coverlay(&["report", &sample, "--quiet", "--format", format]).stdout;
        assert!(piped == written, "{format}");
    }
    let book: Xlsx<_> = open_workbook(folder.join("xlsx")).expect("a workbook");
    for name in ["Summary", "Tactics", "Platforms", "Techniques", "Gaps", "Rules", "Diagnostics"] {
        assert!(book.sheet_names().iter().any(|sheet| sheet == name), "{name}");
    }
    let page = text(&folder.join("html"));
    assert!(page.contains("<div class=\"picture light\" ") && page.contains("picture dark"));
    assert_eq!(page.matches("@font-face").count(), 2, "each weight once");
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let sample = sample();
    for format in ["html", "xlsx", "csv-set"] {
        let refused = coverlay(&["report", &sample, "--reconcile", "rsigma", "--format", format]);
        assert_eq!(refused.status.code(), Some(2), "{format}");
    }
    for wrong in [["--profile", "no/such/file"], ["--library", "no/such/folder"]] {
        let refused = coverlay(&[&["report", &sample, "--format", "md"], &wrong[..]].concat());
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{wrong:?}");
    }
}

/// `script` of util-linux gives the command a terminal.
#[test]
fn nothing_but_text_goes_to_a_terminal() {
    if !cfg!(target_os = "linux") || Command::new("script").arg("--version").output().is_err() {
        println!("skipped: there is no script of util-linux");
        return;
    }
    let on_terminal = |format: &str| {
        let line =
            format!("{} report {} --format {format}", env!("CARGO_BIN_EXE_coverlay"), sample());
        let output = Command::new("script").args(["-qec", &line, "/dev/null"]).output();
        output.expect("it runs")
    };
    for format in ["xlsx", "csv-set"] {
        let refused = on_terminal(format);
        let said = String::from_utf8_lossy(&refused.stdout).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains("no text for a terminal") && said.contains("-o"), "{said}");
        assert!(!said.contains("PK"), "{format}");
    }
    assert_eq!(on_terminal("md").status.code(), Some(0));
}

/// A profile ranks the gaps, a library helps with them; in JSON and `csv` neither says anything.
#[test]
fn gaps_follow_profile_and_library() {
    let folder = folder("report_profile");
    let profile = folder.join("us.yml");
    std::fs::write(&profile, "platforms: [Linux]\ngroups: [APT29]\n").expect("writable");
    let (sample, profile) = (sample(), profile.to_string_lossy().into_owned());
    let library = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures_gaps/library");
    let gaps = |arguments: &[&str]| {
        let output =
            coverlay(&[&["gaps", &sample, "--quiet", "--format", "csv"], arguments].concat());
        let mut rows = parse(&String::from_utf8(output.stdout).expect("UTF-8")).into_iter();
        let head = rows.next().expect("a head");
        let column = |name: &str| head.iter().position(|found| found == name).expect("a column");
        let (id, recommended) = (column("Technique"), column("Recommended in all"));
        let rows: Vec<(String, String)> =
            rows.map(|row| (row[id].clone(), row[recommended].clone())).collect();
        rows
    };
    let reported = |arguments: &[&str]| {
        let path = folder.join("report.xlsx");
        let output = coverlay(
            &[&["report", &sample, "--format", "xlsx", "-o", &path.to_string_lossy()], arguments]
                .concat(),
        );
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut book: Xlsx<_> = open_workbook(&path).expect("a workbook");
        let range = book.worksheet_range("Gaps").expect("a sheet");
        let head: Vec<String> =
            range.rows().next().expect("a head").iter().map(ToString::to_string).collect();
        let id = head.iter().position(|found| found == "Technique").expect("a column");
        let all = head.iter().position(|found| found == "Recommended in all");
        let rows = range.rows().skip(1);
        let rows = rows.map(|row| {
            let all = all.map_or("0".to_owned(), |all| row[all].to_string());
            (row[id].to_string(), all)
        });
        rows.collect::<Vec<(String, String)>>()
    };
    let plain = reported(&[]);
    assert_eq!(plain, gaps(&[]));
    let ours = ["--profile", profile.as_str(), "--library", library];
    let ranked = reported(&ours);
    assert_eq!(ranked, gaps(&ours));
    assert!(ranked != plain && ranked.iter().any(|(_, all)| all != "0"), "{ranked:?}");
    assert_eq!(reported(&["--used-by", "APT29"]), gaps(&["--used-by", "APT29"]));
    for format in ["json", "csv"] {
        let report = |more: &[&str]| {
            coverlay(&[&["report", &sample, "--quiet", "--format", format], more].concat()).stdout
        };
        assert!(report(&ours) == report(&[]), "{format}");
    }
}
