//! A small library, and what the core says of it beside the sample.
use crate::hostile::rule;
use crate::rig::Rig;
use crate::support::{Entry, zip};
use crate::truth::{newest, today};
use coverlay::coverage::{Coverage, DEFAULT_THRESHOLD, Policy, Scope};
use coverlay::gaps::{
    GapList, GapsAsked, Grounds, Library, LogsAtHand, NextAsked, NextRule, NextRules,
    PriorityPolicy, Profile, next_rules,
};
use coverlay::pipeline::import_files;
use coverlay::rule::Intake;
use coverlay::sample;
use coverlay::source::SourceFile;
use std::fs;
use std::path::PathBuf;

/// Rules that help, one the sample has, one of no technique, and a file that is broken.
pub(crate) fn shelf() -> Vec<(&'static str, String)> {
    let with_id = |text: String, id: &str| text.replacen("status", &format!("id: {id}\nstatus"), 1);
    let processes =
        |text: String| text.replace("windows\n", "windows\n  category: process_creation\n");
    let (_, deployed) = sample::FILES
        .iter()
        .find(|(path, _)| path.ends_with("windows/lsass_dump_file_written.yml"))
        .expect("of the sample");
    vec![
        (
            "lib/windows/a.yml",
            with_id(
                processes(rule("Dump of memory", "t1003.004")),
                "6f0fa3b4-0000-4000-8000-000000000001",
            ),
        ),
        (
            "lib/windows/b.yml",
            rule("Shares listed", "t1135").replace("level: high", "level: medium"),
        ),
        ("lib/linux/c.yml", rule("Timers", "t1053.006").replace("windows", "linux")),
        (
            "lib/linux/d.yml",
            rule("Timers and services", "t1053.006")
                .replace("b: c", "b: d")
                .replace("status: test", "status: experimental"),
        ),
        ("lib/none.yml", rule("No technique", "execution")),
        ("lib/broken.yml", "title: Broken\ndetection: [".to_owned()),
        ("lib/deployed.yml", String::from_utf8_lossy(deployed).into_owned()),
    ]
}

pub(crate) fn archive(rig: &Rig, name: &str) -> PathBuf {
    let entries: Vec<Entry> =
        shelf().iter().map(|(path, text)| Entry::new(path, text.as_bytes(), true)).collect();
    let folder = rig.folder(&[]);
    fs::write(folder.join(name), zip(&entries)).expect("writable");
    folder.join(name)
}

fn files_of(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Intake {
    let files = files.into_iter().map(|(path, bytes)| SourceFile { path, bytes });
    let (mut intake, _) = import_files(files);
    intake.settle();
    intake
}

/// What the core says of the sample and the library in an archive.
pub(crate) struct Truth {
    pub(crate) intake: Intake,
    pub(crate) coverage: Coverage,
    pub(crate) library: Intake,
    pub(crate) list: GapList,
}

impl Truth {
    pub(crate) fn of(name: &str) -> Self {
        let own = sample::FILES.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()));
        let intake = files_of(own);
        let within = |(path, text): (&str, String)| (format!("{name}/{path}"), text.into_bytes());
        let library = files_of(shelf().into_iter().map(within));
        let coverage =
            Coverage::compute(newest(), &intake, &Policy::default(), &Scope::default(), today());
        let list = GapList::of(&GapsAsked {
            catalogue: newest(),
            intake: &intake,
            coverage: &coverage,
            profile: &Profile::default(),
            enrichment: None,
            policy: PriorityPolicy::default(),
            threshold: u8::try_from(DEFAULT_THRESHOLD).expect("a score"),
        });
        Self { intake, coverage, library, list }
    }

    /// Asks the core.
    pub(crate) fn ask<T>(&self, what: impl FnOnce(&Grounds<'_>, &Library) -> T) -> T {
        let (policy, scope) = (Policy::default(), Scope::default());
        let grounds = Grounds {
            catalogue: newest(),
            intake: &self.intake,
            coverage: &self.coverage,
            policy: &policy,
            scope: &scope,
            telemetry: &LogsAtHand { catalogue: newest(), logs: &self.list.logs },
            library: &self.library,
        };
        what(&grounds, &Library::new(&grounds))
    }

    pub(crate) fn next(&self, asked: &NextAsked) -> NextRules {
        self.ask(|grounds, library| next_rules(grounds, library, &self.list.stakes(), asked))
    }

    /// As the rows of the page have it.
    pub(crate) fn rows(&self, asked: &NextAsked) -> Vec<[String; 2]> {
        let row = |next: &NextRule| {
            let rule = &self.library.rules[next.rule as usize];
            [rule.name(), format!("{} {}", next.gain, next.total)]
        };
        self.next(asked).rules.iter().map(row).collect()
    }
}
