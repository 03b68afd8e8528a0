//! The page in a real Chromium, driven as a person would: `scripts/test page browser`.
//!
//! Needs `COVERLAY_DIST` (the built page); `COVERLAY_CHROMIUM`, `COVERLAY_AXE` and
//! `COVERLAY_SHARED` are used where they are set. Arguments select tests by a part of their name;
//! a failure leaves a screenshot in `target/browser/`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test runner reports by printing")]

#[path = "page/accessibility.rs"]
mod accessibility;
#[path = "page/alert_files.rs"]
mod alert_files;
#[path = "page/alerts_matrix.rs"]
mod alerts_matrix;
#[path = "page/alerts_overview.rs"]
mod alerts_overview;
#[path = "page/beside.rs"]
mod beside;
#[path = "page/by_keys.rs"]
mod by_keys;
mod cdp;
#[path = "page/changes.rs"]
mod changes;
#[path = "page/corpus.rs"]
mod corpus;
#[path = "../slides/deck.rs"]
mod deck;
#[path = "page/drawer.rs"]
mod drawer;
#[path = "page/exports.rs"]
mod exports;
#[path = "page/focus.rs"]
mod focus;
#[path = "page/gaps_order.rs"]
mod gaps_order;
#[path = "page/hosted.rs"]
mod hosted;
#[path = "page/hostile.rs"]
mod hostile;
#[path = "page/investigate.rs"]
mod investigate;
#[path = "page/joining.rs"]
mod joining;
#[path = "page/keyboard.rs"]
mod keyboard;
#[path = "page/layer_edit.rs"]
mod layer_edit;
#[path = "page/layers.rs"]
mod layers;
#[path = "page/layout.rs"]
mod layout;
#[path = "page/library.rs"]
mod library;
#[path = "page/library_truth.rs"]
mod library_truth;
#[path = "page/links.rs"]
mod links;
#[path = "../slides/logos.rs"]
mod logos;
#[path = "../marked/mod.rs"]
mod marked;
#[path = "page/marks.rs"]
mod marks;
#[path = "page/matrix.rs"]
mod matrix;
#[path = "page/missing.rs"]
mod missing;
#[path = "page/modes.rs"]
mod modes;
#[path = "page/offline.rs"]
mod offline;
#[path = "page/one_file.rs"]
mod one_file;
mod page;
#[path = "page/policy.rs"]
mod policy;
#[path = "page/privacy.rs"]
mod privacy;
#[path = "page/profile.rs"]
mod profile;
#[path = "page/report.rs"]
mod report;
#[path = "page/report_file.rs"]
mod report_file;
mod rig;
mod rig_works;
#[path = "page/rules.rs"]
mod rules;
mod server;
#[path = "page/settings.rs"]
mod settings;
#[path = "page/slides.rs"]
mod slides;
mod start;
#[path = "page/states.rs"]
mod states;
#[path = "page/steps.rs"]
mod steps;
#[path = "page/storage.rs"]
mod storage;
#[path = "../support/mod.rs"]
mod support;
#[path = "page/tactics.rs"]
mod tactics;
#[path = "page/take.rs"]
mod take;
#[path = "page/truth.rs"]
mod truth;
#[path = "page/what_if.rs"]
mod what_if;
#[path = "page/workbook.rs"]
mod workbook;
#[path = "page/workers.rs"]
mod workers;
#[path = "page/workspace.rs"]
mod workspace;
#[path = "page/zoom.rs"]
mod zoom;

use rig::Rig;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// A name and what it does; a panic, or an error in the page's console, is a failure.
pub(crate) type Test = (&'static str, fn(&Rig));

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let names: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let all = [
        rig_works::TESTS,
        start::TESTS,
        take::TESTS,
        joining::TESTS,
        drawer::TESTS,
        missing::TESTS,
        alert_files::TESTS,
        marks::TESTS,
        matrix::TESTS,
        layout::TESTS,
        layers::TESTS,
        layer_edit::TESTS,
        keyboard::TESTS,
        report::TESTS,
        rules::TESTS,
        settings::TESTS,
        links::TESTS,
        hosted::TESTS,
        policy::TESTS,
        what_if::TESTS,
        changes::TESTS,
        tactics::TESTS,
        alerts_matrix::TESTS,
        alerts_overview::TESTS,
        investigate::TESTS,
        gaps_order::TESTS,
        beside::TESTS,
        profile::TESTS,
        library::TESTS,
        exports::TESTS,
        slides::TESTS,
        workbook::TESTS,
        report_file::TESTS,
        privacy::TESTS,
        offline::TESTS,
        one_file::TESTS,
        hostile::TESTS,
        workers::TESTS,
        workspace::TESTS,
        accessibility::TESTS,
        focus::TESTS,
        by_keys::TESTS,
        zoom::TESTS,
        modes::TESTS,
        storage::TESTS,
        corpus::TESTS,
    ];
    let chosen: Vec<Test> = all
        .concat()
        .into_iter()
        .filter(|(name, _)| {
            names.is_empty() || names.iter().any(|part| name.contains(part.as_str()))
        })
        .collect();
    if arguments.iter().any(|argument| argument == "--list") {
        for (name, _) in &chosen {
            println!("{name}: test");
        }
        return ExitCode::SUCCESS;
    }
    let Some(dist) = std::env::var_os("COVERLAY_DIST").map(PathBuf::from) else {
        println!("browser tests skipped: COVERLAY_DIST names no built page (scripts/test sets it)");
        return ExitCode::SUCCESS;
    };

    let rig = Rig::start(&dist);
    let begun = Instant::now();
    let failed: Vec<_> =
        chosen.iter().filter(|test| !passes(&rig, test)).map(|test| test.0).collect();
    println!(
        "\n{} browser tests passed, {} failed, in {:.1} s",
        chosen.len() - failed.len(),
        failed.len(),
        begun.elapsed().as_secs_f64()
    );
    for name in &failed {
        println!("  failed: {name}");
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn passes(rig: &Rig, (name, test): &Test) -> bool {
    let begun = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| test(rig)));
    let errors = rig.page_errors();
    let passed = outcome.is_ok() && errors.is_empty();
    println!(
        "{} {name} ({:.1} s)",
        if passed { "ok    " } else { "FAILED" },
        begun.elapsed().as_secs_f64()
    );
    for error in &errors {
        println!("    error in the page: {error}");
    }
    if !passed {
        for path in rig.save_screenshots(name) {
            println!("    screenshot: {}", path.display());
        }
    }
    rig.close_pages();
    passed
}
