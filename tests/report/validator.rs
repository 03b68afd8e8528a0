//! The page in the eyes of html-validate (<https://html-validate.org>), which scripts/test fetches.

use crate::subject::{Made, everything, folder, newest};
use coverlay::coverage::{Policy, Scope};
use coverlay::export::report::html::{self, Pictures};
use coverlay::export::svg;
use coverlay::heatmap::{Expansion, Palette, PaletteName, PictureOptions, Size, Theme, picture};
use serde_json::Value;
use std::process::Command;

/// What it finds; `None`, and said so, where it is not there.
fn validate(name: &str, page: &str) -> Option<Vec<String>> {
    let Some(validator) = std::env::var_os("COVERLAY_HTML_VALIDATE") else {
        println!("skipped: COVERLAY_HTML_VALIDATE is not set (scripts/test sets it)");
        return None;
    };
    let folder = crate::command::folder(name);
    let config = folder.join("htmlvalidate.json");
    std::fs::write(&config, r#"{"root":true,"extends":["html-validate:standard"]}"#)
        .expect("writable");
    let path = folder.join("report.html");
    std::fs::write(&path, page).expect("writable");
    let output = Command::new("node")
        .arg(validator)
        .arg("--config")
        .arg(config)
        .args(["--formatter", "json"])
        .arg(path)
        .output()
        .expect("node runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    let files = found.as_array().expect("a list").iter();
    let messages = files.flat_map(|file| file["messages"].as_array().cloned().unwrap_or_default());
    let word = |message: &Value| {
        format!(
            "{}:{} {} {}",
            message["line"], message["column"], message["ruleId"], message["message"]
        )
    };
    Some(messages.map(|message| word(&message)).collect())
}

/// Whether it says anything at all.
#[test]
fn the_validator_finds_mistakes() {
    let page = html::write(&everything().report(false), None);
    let wrong = page.replace("</main>", "").replace("id=\"tactics\"", "id=\"states\"");
    let Some(found) = validate("html_wrong", &wrong) else { return };
    assert!(found.iter().any(|said| said.contains("no-dup-id")), "{found:?}");
    assert!(found.iter().any(|said| said.contains("close-order")), "{found:?}");
}

#[test]
fn the_page_is_valid() {
    let everything = html::write(&everything().report(false), None);
    let hostile = html::write(&crate::hostile::made().report(true), None);
    let made = Made::of(newest(), folder("data/sample"));
    let scene = |theme| {
        let options = PictureOptions {
            theme,
            palette: Palette::new(PaletteName::Blue, theme),
            size: Size::Wide1920,
            sub_techniques: Expansion::Annotated,
            title: "Matrix".to_owned(),
            date: crate::toy::date(),
            show_scores: true,
            show_ids: true,
        };
        let (policy, scope) = (Policy::default(), Scope::default());
        picture(&made.catalogue, &made.coverage, &policy, &scope, &options)
    };
    let pictures = Pictures {
        light: svg::write(&scene(Theme::Light), Some(svg::FONTS)),
        dark: svg::write(&scene(Theme::Dark), None),
    };
    let sample = html::write(&made.report(false), Some(&pictures));
    for (name, page) in
        [("html_everything", everything), ("html_hostile", hostile), ("html_sample", sample)]
    {
        let Some(found) = validate(name, &page) else { return };
        assert!(found.is_empty(), "{name}: {}", found.join("\n"));
    }
}
