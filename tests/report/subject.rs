//! Everything a report can be of, from files.

use coverlay::alerts::{Alerts, Selection, TestResult};
use coverlay::attack::{Catalogue, Domain, bundled};
use coverlay::coverage::detections::{Detections, HealthWeights};
use coverlay::coverage::{Claims, Coverage, PanelAsked, Policy, Scope, diagnostics};
use coverlay::export::gaps_json::GapsOf;
use coverlay::export::report::{Report, ReportAsked, report, report_paced};
use coverlay::export::report_json::{self, DetectionsOf, ReportOf};
use coverlay::gaps::{GapList, GapsAsked, PriorityPolicy, Profile};
use coverlay::lint::{Lint, Subject, examine};
use coverlay::pace::{Pace, Unpaced};
use coverlay::pipeline::{Beside, import_files};
use coverlay::rule::Intake;
use coverlay::source::SourceFile;
use serde_json::Value;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

pub(crate) struct Made {
    pub(crate) catalogue: Catalogue,
    pub(crate) intake: Intake,
    pub(crate) coverage: Coverage,
    policy: Policy,
    scope: Scope,
    profile: Profile,
    list: GapList,
    lint: Lint,
    alerts: Alerts,
    tests: Vec<TestResult>,
    detections: Option<Detections>,
}

pub(crate) fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

impl Made {
    pub(crate) fn of(catalogue: Catalogue, files: Vec<SourceFile>) -> Self {
        let (mut intake, beside) = import_files(files);
        intake.settle();
        let Beside { alerts, test_results: tests, .. } = beside;
        let (policy, scope, profile) = (Policy::default(), Scope::default(), Profile::default());
        let mut claims = at_once(Claims::of(&catalogue, &intake, &Unpaced));
        let detections = (!alerts.readings.is_empty() || !tests.is_empty()).then(|| {
            let found =
                Detections::of(&catalogue, &intake, &claims, &alerts, &Selection::default());
            let weights = HealthWeights::default();
            claims.evidence =
                Some(found.evidence(&catalogue, &intake, &claims, &alerts, &tests, &weights));
            found
        });
        let (claims, today) = (Arc::new(claims), crate::toy::date());
        let coverage = at_once(Coverage::compute_paced(
            &catalogue, &intake, claims, &policy, &scope, today, &Unpaced,
        ));
        let list = GapList::of(&GapsAsked {
            catalogue: &catalogue,
            intake: &intake,
            coverage: &coverage,
            profile: &profile,
            enrichment: None,
            policy: PriorityPolicy::default(),
            threshold: 80,
        });
        let lint = examine(&Subject {
            intake: &intake,
            catalogue: &catalogue,
            others: &[],
            claims: &coverage.claims,
            today,
        });
        Self {
            catalogue,
            intake,
            coverage,
            policy,
            scope,
            profile,
            list,
            lint,
            alerts,
            tests,
            detections,
        }
    }

    fn report_of(&self) -> ReportOf<'_> {
        ReportOf {
            catalogue: &self.catalogue,
            coverage: &self.coverage,
            intake: &self.intake,
            policy: &self.policy,
            scope: &self.scope,
            asked: PanelAsked::default(),
            detections: self.detections.as_ref().map(|detections| DetectionsOf {
                alerts: &self.alerts,
                detections,
                tests: &self.tests,
            }),
        }
    }

    fn asked(&self, all_rows: bool) -> ReportAsked<'_> {
        let gaps = GapsOf {
            catalogue: &self.catalogue,
            coverage: &self.coverage,
            scoring: &self.policy,
            profile: &self.profile,
            enrichment: None,
            list: &self.list,
            gaps: &self.list.gaps,
            unlock: &[],
            advice: None,
        };
        ReportAsked { of: self.report_of(), gaps: Some(gaps), lint: Some(&self.lint), all_rows }
    }

    pub(crate) fn report(&self, all_rows: bool) -> Report {
        report(&self.asked(all_rows))
    }

    pub(crate) fn paced(&self, pace: &impl Pace) -> Report {
        at_once(report_paced(&self.asked(true), pace))
    }

    pub(crate) fn json(&self) -> Value {
        let found = diagnostics(&self.catalogue, &[], &self.intake);
        let bytes = report_json::write(&self.report_of(), &found, false);
        serde_json::from_slice(&bytes).expect("JSON")
    }

    pub(crate) fn findings(&self) -> usize {
        self.lint.findings.len()
    }

    pub(crate) fn gaps(&self) -> &GapList {
        &self.list
    }
}

pub(crate) fn newest() -> Catalogue {
    bundled::find(Domain::Enterprise, None).expect("whole").expect("built in").clone()
}

/// The files of a folder of the project, by path.
pub(crate) fn folder(name: &str) -> Vec<SourceFile> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let bytes = std::fs::read(&path).expect("a file");
                let path = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
                found.push(SourceFile { path, bytes });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(root, &root.join(name), &mut found);
    found
}

pub(crate) fn text(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

/// A Sigma rule.
pub(crate) fn rule(id: u32, title: &str, level: &str, more: &str, tags: &str) -> String {
    format!(
        "title: {title}\nid: 00000000-0000-4000-8000-{id:012}\nstatus: test\nlevel: {level}\ndate: 2026-05-01\nlogsource:\n    product: windows\n    category: process_creation\ndetection:\n    a:\n        b: c{id}\n    condition: a\ntags: [{tags}]\n{more}"
    )
}

/// Rules, a broken one, a file that is none, and alerts: every section has rows.
pub(crate) fn everything() -> Made {
    let mut catalogue = crate::toy::three_tactics();
    for technique in &mut catalogue.techniques {
        technique.platforms = vec![0, 1];
    }
    let files = vec![
        text("rules/a.yml", &rule(1, "Shell | pipe", "high", "", "attack.t1059.001")),
        text("rules/b.yml", &rule(2, "Dump", "medium", "", "attack.t1003.001, attack.t1086")),
        text("rules/c.yml", &rule(3, "Task", "low", "", "attack.t1053")),
        text("rules/c2.yml", &rule(3, "Task", "low", "", "attack.t1053")),
        text("rules/d.yml", &rule(4, "Nothing", "low", "", "attack.execution")),
        text("rules/broken.yml", "title: x\nlogsource: [\ndetection:\n"),
        text("notes.txt", "these are notes"),
        text(
            "alerts.csv",
            "timestamp,event_time,rule,technique,host\n2026-11-20T10:00:30Z,2026-11-20T10:00:00Z,Shell | pipe,T1059.001,pc\n2026-11-21T10:10:00Z,2026-11-21T10:00:00Z,Dump,T1003.001,pc\n2026-11-21T11:00:00Z,,Task,T1053,srv\n",
        ),
    ];
    Made::of(catalogue, files)
}
