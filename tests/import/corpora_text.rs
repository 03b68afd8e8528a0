//! Public rule sets in formats that are neither YAML nor JSON against independent counts: XML,
//! YARA-L, signatures. No ATT&CK data take part, and no rule is left out as a duplicate.

use crate::shared::{corpus, count, counts, exact, mapped, pairs, skipped, truth};
use coverlay::rule::{Format, Intake, Level, Rule, RuleKind};
use std::collections::BTreeSet;

fn of(intake: &Intake, format: Format) -> Vec<&Rule> {
    intake.rules.iter().map(|rule| &**rule).filter(|rule| rule.format == format).collect()
}

#[test]
fn wazuh_4_5() {
    let Some(intake) = corpus("wazuh") else { return };
    let truth = &truth("wazuh")["wazuh-4.5-ruleset/"];
    let rules = of(&intake, Format::Wazuh);
    assert_eq!(rules.len() as u64, truth["rules"]);
    assert_eq!(mapped(&rules) as u64, truth["rules_with_technique"]);
    assert_eq!(exact(&rules), counts(&truth["exact"]));
    assert_eq!(count(rules.iter().map(|rule| rule.level.text.as_str())), counts(&truth["levels"]));
    assert!(rules.iter().all(|rule| rule.level.value.is_some() && rule.id.is_some()));
    // 613 of level 0, and the three of 41 with `noalert="1"` that are not (by Python).
    assert_eq!(rules.iter().filter(|rule| !rule.enabled).count(), 616);
    // Of its 295 XML files 126 have no rule (truth); they are decoders, and said to be.
    let files: BTreeSet<&str> = rules.iter().map(|rule| rule.path.as_str()).collect();
    assert_eq!(files.len() as u64, truth["files"].as_u64().expect("a number") - 126);
    assert_eq!(skipped(&intake, "decoders"), 126);
}

/// Counted with a regular expression for each key in the text without comments (Python): 346
/// mapped rules with 497 ids, and the two that write `attck.t1112` and `attck.t1031`.
#[test]
fn chronicle() {
    let Some(intake) = corpus("chronicle-a") else { return };
    let rules = of(&intake, Format::YaraL);
    assert_eq!(rules.len(), 449, "one a file");
    assert_eq!(intake.rules.len(), 449, "nothing else is a rule");
    assert_eq!(mapped(&rules), 348);
    let exact = exact(&rules);
    assert_eq!((exact.len(), exact.values().sum::<u64>()), (163, 499));
    for (id, n) in [("T1059", 35), ("T1204", 27), ("T1086", 20), ("T1053", 13), ("T1003.001", 13)] {
        assert_eq!(exact.get(id), Some(&n), "{id}");
    }
    let levels =
        pairs([("", 279), ("Critical", 9), ("High", 63), ("Info", 6), ("Low", 39), ("Medium", 53)]);
    assert_eq!(count(rules.iter().map(|rule| rule.level.text.as_str())), levels);
    assert_eq!(rules.iter().filter(|rule| rule.kind == RuleKind::Hunt).count(), 25);
}

/// Counted with regular expressions on lines after joining continued ones (Python): signatures
/// in force and switched off.
#[test]
fn suricata() {
    let Some(intake) = corpus("suricata") else { return };
    let of_file = |name: &str| {
        let all = of(&intake, Format::Suricata);
        let rules: Vec<_> = all.into_iter().filter(|rule| rule.path.ends_with(name)).collect();
        let on = rules.iter().filter(|rule| rule.enabled).count();
        let ids: BTreeSet<_> = rules.iter().map(|rule| &rule.id).collect();
        (on, rules.len() - on, ids.len())
    };
    for (file, expected) in [
        ("trap/emerging-current_events.rules", (2345, 335, 2680)),
        ("trap/rule-with-unicode.rules", (3, 0, 3)),
        ("trap/rules-with-encoding-issues.rules", (7, 0, 7)),
        ("hunting/browser_extension.rules", (318, 0, 318)),
        ("hunting/hunting.rules", (256, 31, 287)),
        ("hunting/most_abused_tld.rules", (77, 6, 83)),
        ("hunting/pii.rules", (31, 0, 31)),
    ] {
        assert_eq!(of_file(file), expected, "{file}");
    }
    let rules = of(&intake, Format::Suricata);
    assert_eq!(mapped(&rules), 0, "these sets have no ids, and their references are none");
    assert!(rules.iter().all(|rule| !rule.title.is_empty() && !rule.log_source.is_empty()));
    let damaged: Vec<_> =
        intake.diagnostics.iter().filter(|d| d.code.as_str() == "source/encoding").collect();
    assert_eq!(damaged.len(), 1);
    assert_eq!((damaged[0].line, damaged[0].column), (Some(2), Some(49)));
    assert!(rules.iter().all(|rule| rule.level.value != Some(Level::Critical)));
}
