//! Revoked ids in real texts of every format: the diff of them applies, puts right what it says,
//! changes nothing else, and the text is still read as the same rules.

use super::patching::{Repository, applied};
use super::{Looked, file};
use coverlay::lint::patch;
use coverlay::rule::{Format, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// Texts in which `<<was>>is>>` marks a tag before and after; all else must stay. `T1562.001`
/// outside of such marks is prose, a comment, or a place that no one may change.
const MARKED: &[(&str, Format, &str)] = &[
    (
        "sigma/quoted.yml",
        Format::Sigma,
        "title: A\ndescription: attack.t1562.001\ntags: # attack.t1562.001\n    - 'attack.defense-impairment'\n    - \"<<attack.t1562.001>>attack.t1685>>\"   # attack.t1562.001\nlogsource: {product: windows}\ndetection: {a: {b: attack.t1562.001}, condition: a}\n",
    ),
    (
        "sigma/over lines.yml",
        Format::Sigma,
        "title: A\ntags: [attack.defense-impairment,\n  <<attack.t1562.001>>attack.t1685>>,   # attack.t1562.001\n  \"<<attack.T1070.001>>attack.t1685.005>>\"]\nlogsource: {product: windows}\ndetection: {a: {b: c}, condition: a}\n",
    ),
    (
        "splunk/rule.yml",
        Format::Splunk,
        "name: Stop of a defence\nid: 00000000-0000-4000-8000-000000000001\nversion: 1\ndate: '2026-01-02'\nstatus: production\ntype: TTP\ndescription: See T1562.001.\nsearch: '| tstats count where x=T1562.001'\ntags:\n  analytic_story: [T1562.001]\n  mitre_attack_id:\n  - <<T1562.001>>T1685>> # T1562.001\n  - '<<T1562.002>>T1685.001>>'\n  security_domain: endpoint\n",
    ),
    (
        "splunk/savedsearches.conf",
        Format::Splunk,
        "# T1562.001\n[ESCU - Stop - Rule]\ndescription = T1562.001\naction.correlationsearch.enabled = 1\naction.correlationsearch.annotations = {\"analytic_story\": [\"T1562.001\"], \\\n \"mitre_attack\": [\"<<T1562.001>>T1685>>\", \\\n   \"<<T1562.002>>T1685.001>>\"], \"nist\": [\"DE.CM\"]}\nsearch = | tstats count\n",
    ),
    (
        "sentinel/rule.yaml",
        Format::Sentinel,
        "id: 00000000-0000-4000-8000-000000000002\nname: Stop\ndescription: T1562\nseverity: Medium\nrequiredDataConnectors: []\nqueryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\ntactics:\n  - DefenseEvasion\nrelevantTechniques:\n  - <<T1562>>T1685>>\n  - <<T1562.002>>T1685.001>>\nquery: |\n  X | where y == \"T1562\"\nkind: Scheduled\nversion: 1.0.0\n",
    ),
    (
        "sentinel/arm.json",
        Format::Sentinel,
        "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n \"resources\": [{\"type\": \"Microsoft.SecurityInsights/alertRules\", \"kind\": \"Scheduled\",\n  \"properties\": {\"displayName\": \"Stop T1562\", \"enabled\": true, \"query\": \"T1562\", \"severity\": \"Low\",\n   \"tactics\": [\"DefenseEvasion\"], \"techniques\": [\"<<T1562>>T1685>>\"], \"subTechniques\": [\"<<T1562.002>>T1685.001>>\"]}}]}\n",
    ),
    (
        "panther/rule.yml",
        Format::Panther,
        "AnalysisType: rule\nRuleID: Stop\nDisplayName: Stop T1562.001\nEnabled: true\nFilename: x.py\nSeverity: Low\nLogTypes: [AWS.CloudTrail]\nTags: [T1562.001]\nReports:\n  MITRE ATT&CK:\n    - <<TA0112:T1562.001>>TA0112:T1685>>\n    - \"<<TA0112:T1562.002>>TA0112:T1685.001>>\" # T1562.001\nDescription: T1562.001\nTests: []\n",
    ),
    (
        "falco/rules.yaml",
        Format::Falco,
        "- list: l\n  items: [T1562.001]\n- macro: m\n  condition: x\n# T1562.001\n- rule: Stop\n  desc: T1562.001\n  condition: m and a in (l)\n  output: T1562.001\n  priority: WARNING\n  tags: [host, mitre_defense_impairment, <<T1562.001>>T1685>>, \"<<T1562.002>>T1685.001>>\"] # T1562.001\n- rule: Other\n  desc: x\n  condition: m\n  output: x\n  priority: WARNING\n  tags:\n    - <<T1562.001>>T1685>>\n",
    ),
    (
        "wazuh/rules.xml",
        Format::Wazuh,
        "<!-- T1562.001 -->\n<group name=\"windows,\">\n  <rule id=\"100100\" level=\"10\">\n    <if_sid>60000</if_sid>\n    <field name=\"x\">T1562.001</field>\n    <description>Stop T1562.001</description>\n    <mitre>\n      <id><<T1562.001>>T1685>></id>\n      <id> <<T1562.002>>T1685.001>> </id>\n    </mitre>\n  </rule>\n</group>\n<group name=\"b,\">\n  <rule id=\"100101\" level=\"3\"><description>x</description><mitre><id><<T1070.001>>T1685.005>></id></mitre></rule>\n</group>\n",
    ),
    (
        "secops/rule.yaral",
        Format::YaraL,
        "// T1562.001\nrule stop {\n  meta:\n    author = \"T1562.001\"\n    severity = \"Low\"\n    mitre_attack_tactic = \"Defense Impairment\"\n    mitre_attack_technique_id = \"<<T1562.001>>T1685>>\"\n    technique = \"<<T1562.002>>T1685.001>>\"\n  events:\n    $e.metadata.description = \"T1562.001\"\n  condition:\n    $e\n}\n",
    ),
    (
        "suricata/x.rules",
        Format::Suricata,
        "# T1562.001\nalert http any any -> any any (msg:\"T1562.001\"; content:\"T1562.001\"; metadata:created_at 2024_01_01, mitre_technique_id <<T1562.001>>T1685>>, mitre_tactic_id TA0112; sid:9000001; rev:1;)\nalert tcp any any -> any any (msg:\"Two\"; metadata: mitre_technique_id <<T1562>>T1685>> <<T1562.002>>T1685.001>>; sid:9000002; rev:1;)\n",
    ),
    (
        "table.csv",
        Format::Csv,
        "title,attack_id,level,status\n\"Stop, T1562.001\",<<T1562.001>>T1685>>,low,test\nTwo,\"<<T1562.002>>T1685.001>>\",low,test\n",
    ),
    // Names, addresses and nesting would have to follow: told, and left alone.
    (
        "elastic/rule.toml",
        Format::Elastic,
        "[metadata]\ncreation_date = \"2026/01/02\"\nmaturity = \"production\"\n[rule]\nname = \"Stop\"\ndescription = \"x\"\nrule_id = \"00000000-0000-4000-8000-000000000003\"\nseverity = \"low\"\nrisk_score = 21\ntype = \"query\"\nquery = \"x\"\nlanguage = \"kuery\"\n[[rule.threat]]\nframework = \"MITRE ATT&CK\"\n[[rule.threat.technique]]\nid = \"T1562\"\nname = \"Impair Defenses\"\nreference = \"https://attack.mitre.org/techniques/T1562/\"\n[[rule.threat.technique.subtechnique]]\nid = \"T1562.001\"\nname = \"Disable or Modify Tools\"\nreference = \"https://attack.mitre.org/techniques/T1562/001/\"\n[rule.threat.tactic]\nid = \"TA0005\"\nname = \"Defense Evasion\"\nreference = \"https://attack.mitre.org/tactics/TA0005/\"\n",
    ),
    (
        "elastic/export.ndjson",
        Format::Elastic,
        "{\"id\":\"x\",\"rule_id\":\"00000000-0000-4000-8000-000000000004\",\"name\":\"Stop\",\"description\":\"T1562.001\",\"enabled\":true,\"risk_score\":21,\"severity\":\"low\",\"type\":\"query\",\"query\":\"x\",\"language\":\"kuery\",\"threat\":[{\"framework\":\"MITRE ATT&CK\",\"tactic\":{\"id\":\"TA0005\",\"name\":\"Defense Evasion\",\"reference\":\"\"},\"technique\":[{\"id\":\"T1562\",\"name\":\"Impair Defenses\",\"reference\":\"\",\"subtechnique\":[{\"id\":\"T1562.001\",\"name\":\"x\",\"reference\":\"\"}]}]}]}\n",
    ),
    (
        "car/analytic.yaml",
        Format::Car,
        "title: Stop\nsubmission_date: 2021/05/04\ninformation_domain: Host\nplatforms: [Windows]\nid: CAR-2021-99-002\ndescription: T1562.001\ncoverage:\n  - technique: T1562\n    tactics: [TA0005]\n    subtechniques: [T1562.001]\n    coverage: Moderate\nimplementations: []\n",
    ),
    (
        "suricata/with names.rules",
        Format::Suricata,
        "alert tcp any any -> any any (msg:\"Named\"; metadata:mitre_technique_id T1562, mitre_technique_name Impair_Defenses; sid:9000003; rev:1;)\n",
    ),
];

/// One side of the marks.
fn side(marked: &str, after: bool) -> String {
    let mut text = String::new();
    let mut rest = marked;
    while let Some((before, mark)) = rest.split_once("<<") {
        let (was, mark) = mark.split_once(">>").expect("a mark has two ends");
        let (is, behind) = mark.split_once(">>").expect("a mark has two ends");
        text.push_str(before);
        text.push_str(if after { is } else { was });
        rest = behind;
    }
    text + rest
}

fn looked_at(texts: &BTreeMap<&'static str, String>) -> Looked {
    Looked::at(texts.iter().map(|(path, text)| file(path, text.as_bytes())), "19.2")
}

/// All that a rule says but for its tags.
fn without_tags(looked: &Looked) -> Vec<Rule> {
    let rules = looked.intake.rules.iter();
    rules
        .map(|rule| Rule {
            tags: Vec::new(),
            mentions: Vec::new(),
            mentioned_in: Vec::new(),
            ..(**rule).clone()
        })
        .collect()
}

#[test]
fn revoked_ids_in_every_format() {
    let texts = |after| -> BTreeMap<&str, String> {
        MARKED.iter().map(|(path, _, marked)| (*path, side(marked, after))).collect()
    };
    for ends in ["\n", "\r\n"] {
        let (before, expected) = (texts(false), texts(true));
        let with_ends = |texts: BTreeMap<&'static str, String>| -> BTreeMap<&'static str, String> {
            texts.into_iter().map(|(path, text)| (path, text.replace('\n', ends))).collect()
        };
        let (before, expected) = (with_ends(before), with_ends(expected));
        let looked = looked_at(&before);
        for (path, format, _) in MARKED {
            let rules: Vec<_> = looked.intake.rules.iter().filter(|r| r.path == *path).collect();
            assert!(!rules.is_empty() && rules.iter().all(|r| r.format == *format), "{path}");
            let is_told = |finding: &&coverlay::lint::Finding| {
                finding.diagnostic.path == *path
                    && finding.diagnostic.code.as_str() == "tag/revoked"
            };
            assert!(looked.lint.findings.iter().any(|f| is_told(&f)), "{path}");
        }
        let fixed = applied(&looked, &before);
        for (path, text) in &expected {
            assert_eq!(fixed[path], *text, "{path}");
        }
        let after = looked_at(&fixed);
        let revoked = |looked: &Looked| -> BTreeSet<String> {
            let found = looked.lint.findings.iter();
            let revoked = found.filter(|f| f.diagnostic.code.as_str() == "tag/revoked");
            revoked.map(|f| f.diagnostic.path.clone()).collect()
        };
        let unchanged = |path: &&&str| before[**path] == expected[**path];
        let left = expected.keys().filter(unchanged).map(|path| (*path).to_owned());
        assert_eq!(revoked(&after), left.collect());
        assert_eq!(after.coverage.claims.techniques, looked.coverage.claims.techniques);
        assert_eq!(without_tags(&after), without_tags(&looked));

        let Some(repository) = Repository::with("lint-importers", &before) else {
            println!("skipped: no git");
            return;
        };
        let diffs = looked.lint.fixes().into_iter();
        let diff: String = diffs
            .map(|(path, fixes)| patch::file(path, before[path].as_bytes(), &fixes).diff)
            .collect();
        repository.apply(&diff);
        repository.assert_holds(&expected);
    }
}
