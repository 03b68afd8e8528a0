//! The tag doctor: what it finds, what it puts right, and how it says so.
#![cfg(feature = "cli")]
#![allow(clippy::print_stdout, reason = "skipped tests say why")]

mod codes;
mod corpora;
mod formats;
mod importers;
#[path = "../support/json_schema.rs"]
mod json_schema;
mod patching;

use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::{Coverage, Policy, Scope};
use coverlay::date::Date;
use coverlay::lint::{self, Lint, Subject};
use coverlay::pipeline::import_files;
use coverlay::rule::Intake;
use coverlay::source::SourceFile;

/// Rules that were looked at.
struct Looked {
    catalogue: &'static Catalogue,
    others: Vec<&'static Catalogue>,
    intake: Intake,
    coverage: Coverage,
    today: Date,
    lint: Lint,
}

impl Looked {
    fn at(files: impl IntoIterator<Item = SourceFile>, version: &str) -> Self {
        Self::of(import_files(files).0, version)
    }

    fn of(mut intake: Intake, version: &str) -> Self {
        let find = |domain, version| bundled::find(domain, version).expect("whole");
        let catalogue = find(Domain::Enterprise, Some(version)).expect("built in");
        let others =
            [Domain::Mobile, Domain::Ics].map(|domain| find(domain, None).expect("built in"));
        intake.settle();
        let today = Date::new(2026, 8, 5).expect("a day");
        let (policy, scope) = (Policy::default(), Scope::default());
        let coverage = Coverage::compute(catalogue, &intake, &policy, &scope, today);
        let mut looked = Self {
            catalogue,
            others: others.to_vec(),
            intake,
            coverage,
            today,
            lint: Lint::default(),
        };
        looked.lint = lint::examine(&looked.subject());
        looked
    }

    /// Files by path and text, against the newest release.
    fn at_texts(files: &[(&str, &str)]) -> Self {
        Self::at(files.iter().map(|(path, text)| file(path, text.as_bytes())), "19.2")
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            intake: &self.intake,
            catalogue: self.catalogue,
            others: &self.others,
            claims: &self.coverage.claims,
            today: self.today,
        }
    }

    /// Findings of a code, and rules with one.
    fn count(&self, code: &str) -> (usize, usize) {
        let code = code.parse().expect("a code");
        self.lint.counts.get(&code).map_or((0, 0), |count| (count.findings, count.rules))
    }
}

fn file(path: &str, bytes: &[u8]) -> SourceFile {
    SourceFile { path: path.to_owned(), bytes: bytes.to_vec() }
}

/// A Sigma rule with all it needs and these lines of tags.
fn rule(tags: &str) -> String {
    format!(
        "title: A test\nid: 8f5d5bb1-93a4-4ad2-a2b0-1f5f1c9ab1d0\nstatus: test\nlevel: low\n\
         date: 2026-01-01\ntags:\n{tags}logsource:\n  product: windows\ndetection:\n  a:\n    \
         b: c\n  condition: a\n"
    )
}
