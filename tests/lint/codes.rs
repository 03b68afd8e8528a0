//! Each code found where it should be, and not where it should not.

use super::{Looked, file, rule};
use coverlay::diagnostic::Severity;
use coverlay::rule::{Format, Rule, Tag};

/// Codes and lines of what is found in one rule, with the fix's tags.
fn found(tags: &str) -> Vec<String> {
    shown(&Looked::at_texts(&[("x.yml", &rule(tags))]))
}

fn shown(looked: &Looked) -> Vec<String> {
    let findings = looked.lint.findings.iter().map(|finding| {
        let d = &finding.diagnostic;
        let fix = finding.fix.as_ref().map(|fix| format!(" {:?}", fix.change));
        let place = d.line.unwrap_or(0);
        format!("{place} {}{}", d.code.as_str(), fix.unwrap_or_default())
    });
    findings.collect()
}

/// Tags begin in line 7.
#[test]
fn good_tags_are_good() {
    for tags in [
        "  - attack.execution\n  - attack.t1059.001\n",
        // More than one tactic, only one of them tagged.
        "  - attack.persistence\n  - attack.t1078\n",
        "  - attack.ta0002\n  - attack.t1059\n",
        "  - attack.stealth\n  - attack.t1036\n  - attack.g0016\n  - attack.s0154\n",
        "  - attack.execution\n  - attack.t1059\n  - cve.2024-1\n  - car.2013-05-004\n  - X_y\n",
    ] {
        assert_eq!(found(tags), [""; 0], "{tags}");
    }
}

#[test]
fn ids_that_are_not_there() {
    let unknown = |id: &str| {
        let tags = format!("  - attack.execution\n  - attack.{id}\n  - attack.t1059\n");
        let looked = Looked::at_texts(&[("x.yml", &rule(&tags))]);
        let [one] = &looked.lint.findings[..] else { panic!("{:?}", looked.lint.findings) };
        assert_eq!(one.fix, None, "a guess is no fix");
        (one.diagnostic.code.as_str(), one.diagnostic.hint.clone())
    };
    let (code, hint) = unknown("t1225");
    assert_eq!(code, "tag/unknown");
    assert!(
        hint.starts_with("if a digit is wrong: attack.t1222 (File and Directory Permissions"),
        "{hint}"
    );
    let (code, hint) = unknown("t1059.099");
    assert_eq!(code, "tag/unknown");
    let parent = "write attack.t1059 (Command and Scripting Interpreter) or one of its sub";
    assert!(hint.starts_with(parent), "{hint}");
    assert_eq!(unknown("t0800").0, "tag/other-domain");
    assert_eq!(unknown("t1034").0, "tag/deprecated");
    assert_eq!(unknown("t10591").0, "tag/malformed");
    assert_eq!(unknown("ta0030").0, "tag/other-domain");
    assert_eq!(unknown("inhibit-response-function").0, "tag/other-domain");
}

#[test]
fn revoked_ids_become_their_successors_once() {
    assert_eq!(
        found("  - attack.defense-impairment\n  - attack.t1562.001\n"),
        ["8 tag/revoked Replace([\"attack.t1685\"])"]
    );
    // Two that lead to the same, and one that is there already.
    assert_eq!(
        found("  - attack.defense-impairment\n  - attack.t1562.001\n  - attack.T1562\n"),
        ["8 tag/revoked Replace([\"attack.t1685\"])", "9 tag/revoked Replace([])"]
    );
    assert_eq!(
        found("  - attack.defense-impairment\n  - attack.t1562\n  - attack.t1685\n"),
        ["8 tag/revoked Replace([])"]
    );
}

#[test]
fn the_technique_decides_what_a_retired_tactic_becomes() {
    let becomes = |technique: &str| found(&format!("  - attack.defense_evasion\n{technique}"));
    let one = |name: &str| [format!("7 tag/tactic-retired Replace([{name}])")];
    assert_eq!(becomes("  - attack.t1036\n"), one("\"attack.stealth\""));
    assert_eq!(becomes("  - attack.t1112\n"), one("\"attack.defense-impairment\""));
    assert_eq!(
        becomes("  - attack.t1112\n  - attack.t1036\n"),
        one("\"attack.stealth\", \"attack.defense-impairment\"")
    );
    // T1548 left the tactic when it was split.
    assert_eq!(becomes("  - attack.privilege-escalation\n  - attack.t1548\n"), one(""));
    assert_eq!(becomes("  - attack.stealth\n  - attack.t1036\n"), one(""), "there already");
    assert_eq!(becomes(""), ["1 tag/tactic-only", "7 tag/tactic-retired"]);
    // Before 19 it was no mistake, and its successors were not there yet.
    let old = Looked::at(
        [file("x.yml", rule("  - attack.defense-evasion\n  - attack.t1036\n").as_bytes())],
        "18.1",
    );
    assert_eq!(shown(&old), [""; 0]);
    let early = Looked::at(
        [file("x.yml", rule("  - attack.stealth\n  - attack.t1036\n").as_bytes())],
        "18.1",
    );
    assert_eq!(shown(&early)[0], "7 tag/tactic-unknown");
}

#[test]
fn misspelt_tactics() {
    let one = |written: &str, right: &str, technique: &str| {
        let tags = format!("  - attack.{written}\n  - attack.{technique}\n");
        let fixed = format!("Replace([\"attack.{right}\"])");
        let all = found(&tags);
        assert!(all.len() == 1 && all[0].ends_with(&fixed), "{written}: {all:?}");
    };
    one("excution", "execution", "t1059");
    one("CredentialAccess", "credential-access", "t1003");
    one("Defense-Evansion", "stealth", "t1036");
    one("defense.evasion", "stealth", "t1036");
    assert_eq!(
        found("  - attack.execution\n  - attack.credential_dumping\n  - attack.t1059\n"),
        ["8 tag/tactic-unknown"]
    );
}

#[test]
fn tactics_and_techniques_that_do_not_fit() {
    assert_eq!(
        found("  - attack.impact\n  - attack.ta0001\n  - attack.execution\n  - attack.t1059\n"),
        ["7 tag/tactic-mismatch", "8 tag/tactic-mismatch"]
    );
    assert_eq!(found("  - attack.impact\n"), ["1 tag/tactic-only"], "nothing to compare it with");
    // An id of a tactic is as good as its name.
    assert_eq!(
        found("  - attack.TA0002\n  - attack.t1059\n"),
        ["7 tag/spelling Replace([\"attack.ta0002\"])"]
    );
    assert_eq!(
        found("  - attack.execution\n  - attack.t1059\n  - attack.t1003\n"),
        ["9 tag/tactic-missing After([\"attack.credential-access\"])"]
    );
    assert_eq!(
        found("  - attack.t1059\n"),
        ["7 tag/tactic-missing Before([\"attack.execution\"])"]
    );
    // A technique of several tactics gets all of them; one tag serves two techniques.
    assert_eq!(
        found("  - attack.t1053\n  - attack.t1059\n"),
        [
            "7 tag/tactic-missing Before([\"attack.execution\", \"attack.persistence\", \"attack.privilege-escalation\"])"
        ]
    );
    // In one tag they are a pair: T1003 has the tactic, T1059 does not.
    let pair = found("  - attack.credential-access.t1059\n  - attack.t1003\n");
    assert!(pair.contains(&"7 tag/tactic-mismatch".to_owned()), "{pair:?}");
}

#[test]
fn spellings() {
    assert_eq!(
        found("  - attack.Execution\n  - attack.T1059.001\n  - attack.G0016\n"),
        [
            "7 tag/spelling Replace([\"attack.execution\"])",
            "8 tag/spelling Replace([\"attack.t1059.001\"])",
            "9 tag/spelling Replace([\"attack.g0016\"])"
        ]
    );
    assert_eq!(
        found("  - attack.execution.t1059.003\n"),
        ["7 tag/spelling Replace([\"attack.execution\", \"attack.t1059.003\"])"]
    );
    // What else is in the tag is not lost.
    assert_eq!(found("  - attack.execution\n  - attack.t1059 nonsense1\n"), ["8 tag/malformed"]);
}

#[test]
fn rules_without_a_technique() {
    assert_eq!(found(""), ["1 tag/none"]);
    assert_eq!(found("  - sysmon\n  - cve.2024-1\n"), ["1 tag/none"]);
    assert_eq!(found("  - attack.g0016\n"), ["1 tag/group-only"]);
    assert_eq!(found("  - attack.s0154\n  - attack.execution\n"), ["1 tag/tactic-only"]);
    assert_eq!(found("  - attack.t10591\n"), ["7 tag/malformed"], "said once");
}

#[test]
fn many_techniques_and_parents() {
    let many = "  - attack.execution\n  - attack.t1059.001\n  - attack.t1059.003\n  - attack.t1047\n  - attack.t1204\n";
    assert_eq!(found(many), [""; 0], "four");
    assert_eq!(found(&format!("{many}  - attack.t1129\n")), ["1 tag/too-many"]);
    // A parent is no further technique, and a mistake of its own.
    assert_eq!(found(&format!("{many}  - attack.t1059\n")), ["12 tag/parent-beside-sub"]);
}

/// A file of eight megabytes can hold a million of them.
#[test]
fn a_rule_with_too_much_to_say_says_so() {
    let tags: String = (0..5_000).map(|n| format!("  - attack.x{n}\n")).collect();
    let looked = Looked::at_texts(&[("x.yml", &rule(&tags))]);
    assert_eq!(looked.lint.findings.len(), coverlay::limits::MAX_RULE_FINDINGS + 1);
    let last = looked.lint.findings.last().expect("some");
    assert!(last.diagnostic.message.starts_with("there is more"), "{:?}", last.diagnostic);
}

#[test]
fn rules_as_a_whole() {
    let bare = "title: x\nlogsource: {product: a}\ndetection: {a: {b: c}, condition: a}\n";
    let looked = Looked::at_texts(&[
        ("bare.yml", bare),
        (
            "old.yml",
            &rule("  - attack.execution\n  - attack.t1059\n").replace("2026-01-01", "2024-08-04"),
        ),
        (
            "older.yml",
            &rule("")
                .replace("2026-01-01", "2012-08-04")
                .replace("test\n", "deprecated\n")
                .replace("8f5d", "0000"),
        ),
    ]);
    assert_eq!(
        shown(&looked),
        [
            "1 rule/no-level",
            "1 rule/no-status",
            "1 rule/no-date",
            "1 tag/none",
            "1 rule/stale",
            "1 tag/none"
        ]
        .map(str::to_owned)
    );
}

#[test]
fn copies() {
    let one = rule("  - attack.execution\n  - attack.t1059\n");
    let copy = one.replace("8f5d", "aaaa");
    let retired = copy.replace("test\n", "deprecated\n").replace("aaaa", "bbbb");
    let looked = Looked::at_texts(&[
        ("a.yml", &one),
        ("b.yml", &copy),
        ("c.yml", &one),
        ("d.yml", &retired),
    ]);
    let [body, id] = &looked.lint.findings[..] else { panic!("{:?}", looked.lint.findings) };
    assert_eq!(
        (body.diagnostic.path.as_str(), body.diagnostic.code.as_str().as_str()),
        ("b.yml", "rule/duplicate-body")
    );
    assert!(body.diagnostic.message.ends_with("a.yml:1 detects"), "{}", body.diagnostic.message);
    assert_eq!(
        (id.diagnostic.path.as_str(), id.diagnostic.code.as_str().as_str()),
        ("c.yml", "rule/duplicate-id")
    );
    assert_eq!(id.rule, Some(2));
}

#[test]
fn what_import_noticed_is_told_at_its_rule() {
    let broken = rule("  - attack.execution\n  - attack.t1059\n")
        .replace("b: c", "b: *c")
        .replace("8f5d", "bbbb");
    let two = format!(
        "{}---\n{}",
        rule("").replace("level: low", "level: severe"),
        rule("").replace("8f5d", "aaaa")
    );
    let looked =
        Looked::at_texts(&[("a.yml", "detection: [\n"), ("b.yml", &broken), ("c.yml", &two)]);
    let told: Vec<_> = looked
        .lint
        .findings
        .iter()
        .map(|f| (f.diagnostic.path.as_str(), f.rule, f.diagnostic.code.as_str()))
        .collect();
    let code = str::to_owned;
    assert_eq!(
        told,
        [
            ("a.yml", None, code("yaml/syntax")),
            ("b.yml", Some(0), code("rule/damaged")),
            ("b.yml", Some(0), code("yaml/syntax")),
            ("c.yml", Some(1), code("tag/none")),
            ("c.yml", Some(1), code("sigma/field")),
            ("c.yml", Some(2), code("tag/none")),
            ("c.yml", Some(2), code("rule/duplicate-body")),
        ]
    );
    assert_eq!(looked.lint.findings[0].diagnostic.severity, Severity::Error);
}

/// Of a rule of another format: tags are ids, or names of tactics, or both.
fn elsewhere(format: Format, tags: &[&str]) -> Vec<String> {
    let tag = |(line, text): (u32, &&str)| match text.split_once(':') {
        Some((tactic, technique)) => {
            let (tactic, technique) = (Tag::tactic(tactic, 1, 1), Tag::technique(technique, 1, 1));
            let claims = [tactic.claims, technique.claims].concat();
            Tag { written: (*text).to_owned(), line, column: 1, claims }
        }
        None if text.starts_with(['T', 't']) => Tag::technique(text, line, 1),
        None => Tag::tactic(text, line, 1),
    };
    let rule = Rule { tags: (7..).zip(tags).map(tag).collect(), ..Rule::new(format, "x") };
    let all = shown(&Looked::of([rule].into_iter().collect(), "19.2"));
    all.into_iter().filter(|found| !found.contains(" rule/no-")).collect()
}

#[test]
fn ids_of_other_formats_keep_their_form() {
    let to = |line: u32, text: &str| format!("{line} tag/revoked Replace([\"{text}\"])");
    assert_eq!(
        elsewhere(Format::Splunk, &["T1562.001", "T1562"]),
        [to(7, "T1685"), "8 tag/revoked Replace([])".to_owned()]
    );
    // A pair is not the same pair.
    assert_eq!(
        elsewhere(Format::Panther, &["TA0005:T1562.002", "TA0112:T1562.002"]),
        [to(7, "TA0005:T1685.001"), "7 tag/tactic-mismatch".to_owned(), to(8, "TA0112:T1685.001")]
    );
    assert_eq!(elsewhere(Format::YaraL, &["t1562_002"]), [to(7, "t1685_001")]);
    // What would have to change with it is out of reach.
    for format in [Format::Elastic, Format::Car, Format::Sentinel] {
        assert_eq!(elsewhere(format, &["T1562.001"]), ["7 tag/revoked"]);
    }
    assert_eq!(elsewhere(Format::Sentinel, &["T1562"]), [to(7, "T1685")]);
}

#[test]
fn customs_of_other_formats_are_no_mistakes() {
    assert_eq!(elsewhere(Format::Elastic, &["T1059", "T1059.001"]), [""; 0]);
    assert_eq!(elsewhere(Format::Wazuh, &["T1059", "T1059.001"]), ["7 tag/parent-beside-sub"]);
    assert_eq!(elsewhere(Format::Sentinel, &["InitialAccess", "T1078"]), [""; 0]);
    assert_eq!(
        elsewhere(Format::Sentinel, &["DefenseEvasion", "t1078", "Ransomware"]),
        ["7 tag/tactic-retired", "8 tag/spelling Replace([\"T1078\"])", "9 tag/tactic-unknown"]
    );
    assert_eq!(elsewhere(Format::YaraL, &["t1078"]), [""; 0]);
    assert_eq!(elsewhere(Format::Sublime, &[]), [""; 0]);
    assert_eq!(elsewhere(Format::Suricata, &[]), ["1 tag/none"]);
    let techniques =
        ["T1001", "T1003", "T1005", "T1006", "T1007", "T1008", "T1010", "T1011", "T1012"];
    assert_eq!(elsewhere(Format::Elastic, &techniques), [""; 0]);
    let more = [&techniques[..], &["T1016"]].concat();
    assert_eq!(elsewhere(Format::Elastic, &more), ["1 tag/too-many"]);
}

#[test]
fn prose_is_offered_and_not_counted() {
    let mention = |text: &str| Tag::technique(text, 9, 2);
    let rule = Rule {
        tags: vec![Tag::technique("T1059.001", 7, 1)],
        // Told, told by its sub-technique, new, revoked and new, unknown.
        mentions: ["T1059.001", "T1059", "T1003", "T1086", "T1053", "T9999"].map(mention).to_vec(),
        ..Rule::new(Format::Falco, "x")
    };
    let looked = Looked::of([rule].into_iter().collect(), "19.2");
    let messages: Vec<_> = looked
        .lint
        .findings
        .iter()
        .filter(|f| f.diagnostic.code.as_str() == "tag/mention")
        .map(|f| f.diagnostic.message.as_str())
        .collect();
    let new = ["the text names T1003, the tags do not", "the text names T1053, the tags do not"];
    assert_eq!(messages, new);
}
