//! What is carried away: files as a zip, a list, JSON.

use crate::Ground;
use crate::toy::{index, intake, rule};
use coverlay::diagnostic::Code;
use coverlay::export::{gaps_recommended, rules_zip};
use coverlay::gaps::{Library, NextAsked, Recommendations, files, next_rules};
use coverlay::pipeline::import_files;
use coverlay::rule::{Format, Intake, Rule};
use coverlay::source::{Bucket, FileOutcome, SourceFile};
use serde_json::Value;

fn at(path: &str) -> Rule {
    Rule { title: path.to_owned(), ..Rule::new(Format::Sigma, path) }
}

#[test]
fn files_are_named_within_the_library() {
    let of = |paths: &[&str], chosen: &[u32]| {
        let mut library: Intake = paths.iter().map(|path| at(path)).collect();
        library.settle();
        let files = files(&library, chosen);
        files.iter().map(|file| (file.path.to_owned(), file.within.to_owned())).collect::<Vec<_>>()
    };
    let pair = |path: &str, within: &str| (path.to_owned(), within.to_owned());
    let paths =
        ["l.zip/sigma/rules/a.yml", "l.zip/sigma/rules/b/c.yml", "l.zip/sigma/rules/b/c.yml"];
    assert_eq!(of(&paths, &[2, 1, 0]), [pair(paths[0], "a.yml"), pair(paths[1], "b/c.yml")]);
    assert_eq!(of(&["x/ab/1.yml", "x/ac/2.yml"], &[1]), [pair("x/ac/2.yml", "ac/2.yml")]);
    assert_eq!(of(&["x/only.yml"], &[0]), [pair("x/only.yml", "only.yml")]);
    assert_eq!(of(&["a.yml", "b.yml"], &[0]), [pair("a.yml", "a.yml")]);
    assert_eq!(of(&["é/a.yml", "è/b.yml"], &[0]), [pair("è/b.yml", "è/b.yml")]);
    assert_eq!(of(&[], &[0]), []);
}

const RULE: &str = "title: Good\nlogsource:\n  product: windows\ndetection:\n  condition: x\n";

#[test]
fn a_zip_of_rules_is_read_back() {
    let files = || {
        vec![
            ("b/two.yml".to_owned(), RULE.replace("Good", "Two").into_bytes()),
            ("../a.yml".to_owned(), RULE.as_bytes().to_vec()),
            ("/a.yml".to_owned(), RULE.replace("Good", "Other").into_bytes()),
            ("empty.yml".to_owned(), Vec::new()),
        ]
    };
    let bytes = rules_zip::write(files()).expect("small");
    let mut turned = files();
    turned.reverse();
    assert_eq!(rules_zip::write(turned), Ok(bytes.clone()), "whatever the order");
    let (mut intake, _) = import_files([SourceFile { path: "z".to_owned(), bytes }]);
    intake.settle();
    let read: Vec<_> =
        intake.rules.iter().map(|rule| (rule.path.as_str(), rule.title.as_str())).collect();
    assert_eq!(read, [("z/a (2).yml", "Other"), ("z/a.yml", "Good"), ("z/b/two.yml", "Two")]);
    assert_eq!(intake.report.outcomes.len(), 4);
    // An archive of nothing is an end of directory alone.
    assert_eq!(rules_zip::write(Vec::new()).map(|bytes| bytes.len()), Ok(22));
}

#[test]
fn keys_of_the_json() {
    let own = intake(vec![rule("own", "high", "test", "process", &["attack.t1059.003"])]);
    let mut library = intake(vec![
        rule("=b", "high", "test", "process", &["attack.t1059.001"]),
        rule("c, old", "high", "deprecated", "process", &["attack.t1059.001"]),
    ]);
    let outcome = |path: &str, bucket| FileOutcome { path: path.to_owned(), bytes: 1, bucket };
    library.add_outcome(outcome("a.yml", Bucket::Read { format: "Sigma".to_owned(), rules: 2 }));
    let broken = Bucket::Failed {
        code: Code::YamlSyntax,
        line: Some(3),
        column: None,
        reason: "broken".to_owned(),
        remedy: String::new(),
    };
    library.add_outcome(outcome("rules/broken.yml", broken));
    let ground = Ground::plain(own, library);
    let grounds = ground.grounds();
    let stakes = ground.stakes(&[("T1059.001", 1.23)]);
    let technique = index(&ground.catalogue, "T1059");
    let all = Recommendations::new(&grounds, &stakes, &NextAsked::default(), &[technique]);
    assert_eq!(all.library, Library::new(&grounds));
    assert_eq!(all.next, next_rules(&grounds, &all.library, &stakes, &NextAsked::default()));
    let json = |value: &dyn erased::Json| value.json();
    let next = json(&gaps_recommended::next_rules(&grounds, &all.library, &all.next));
    let expected = serde_json::json!([{
        "rank": 1, "id": "id of =b", "title": "=b", "path": "rules/=b.yml", "gain": 0.984,
        "total": 0.984, "techniques": ["T1059.001"], "level": "high", "status": "test",
        "available": "available",
    }]);
    assert_eq!(next, expected);
    let advice = &all.advice[0];
    let recommended = json(&gaps_recommended::recommended(&grounds, &advice.rules, 5));
    let expected = serde_json::json!([{
        "id": "id of =b", "title": "=b", "path": "rules/=b.yml", "level": "high",
        "status": "test", "log_source": "windows / process", "available": "available",
        "via": ["T1059.001"],
    }]);
    assert_eq!(recommended, expected);
    let guidance = json(&gaps_recommended::guidance(&grounds, technique, &advice.guidance));
    let keys: Vec<_> = guidance.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "data_components",
            "groups",
            "mitigations",
            "neighbours",
            "platforms",
            "skeleton",
            "strategies",
            "subtechniques",
        ],
    );
    assert_eq!(guidance["neighbours"][0]["technique"], "T1059.003");
    assert_eq!(guidance["subtechniques"][1]["coverage"], "direct");
    let library = json(&gaps_recommended::library(&grounds, &all.library));
    let expected = serde_json::json!({
        "rules": 2, "usable": 1, "left_out": [{"reason": "retired", "rules": 1}],
        "import": {"files": 2, "read": 1, "skipped": 0, "failed": 1},
        "failures": [{
            "path": "rules/broken.yml", "line": 3, "column": null, "code": "yaml/syntax",
            "message": "broken",
        }],
    });
    assert_eq!(library, expected);
    assert_eq!(
        gaps_recommended::next_rules_csv(&grounds, &all.library, &all.next),
        "rank,title,id,level,status,gain,total,techniques,log_source,available,path\n\
         1,'=b,id of =b,high,test,0.984,0.984,T1059.001,windows / process,yes,rules/=b.yml\n"
    );
}

mod erased {
    use serde::Serialize;

    pub(super) trait Json {
        fn json(&self) -> super::Value;
    }

    impl<T: Serialize> Json for T {
        fn json(&self) -> super::Value {
            serde_json::to_value(self).expect("plain values")
        }
    }
}
