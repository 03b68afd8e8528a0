//! Results of tests: tables and JSON of rules or techniques with how the test ended, execution
//! logs of Atomic Red Team (its CSV, and ATTiRe), exports of VECTR, JUnit.
//!
//! Passed means detected. A log that only says that a test ran proves nothing of detection, and
//! neither does "blocked" or "logged": [`TestOutcome::Ran`].

mod junit;

use super::alerts::{self, Cells, Head};
use crate::alerts::{DayOrder, Moment, TestOutcome, TestResult, WrittenTime, Zone};
use crate::attack::TechniqueId;
use crate::limits::MAX_TEST_RESULTS;
use crate::lowercase::lowercase;
use crate::rule::{Claim, mentions};
use serde_json::Value;

/// What a file of results holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// What it was read as.
    pub format: &'static str,
    /// In the order of the file.
    pub results: Vec<TestResult>,
    /// Lines that were left out, and why.
    pub left_out: Vec<(u32, &'static str)>,
}

/// Which columns hold what.
#[derive(Clone, Copy, Debug)]
struct Columns {
    outcome: Option<usize>,
    rule: Option<usize>,
    technique: Option<usize>,
    name: Option<usize>,
    time: Option<usize>,
    host: Option<usize>,
    format: &'static str,
}

const OUTCOME: &[&str] = &[
    "result",
    "testresult",
    "outcome",
    "testoutcome",
    "passed",
    "pass",
    "detected",
    "detection",
    "teststatus",
    "status",
    "verdict",
];
const RULE: &[&str] = &[
    "ruleid",
    "ruleuuid",
    "ruleguid",
    "rule",
    "rulename",
    "ruletitle",
    "detectionrule",
    "detectionname",
    "detectionid",
    "title",
];
const TECHNIQUE: &[&str] = &[
    "techniqueid",
    "technique",
    "mitreid",
    "mitretechnique",
    "mitretechniqueid",
    "attackid",
    "attacktechnique",
    "attacktechniqueid",
    "mitreattack",
    "mitreattackid",
    "mitre",
    "ttp",
];
const NAME: &[&str] =
    &["testname", "testcasename", "testcase", "test", "name", "variant", "procedurename"];
const TIME: &[&str] = &[
    "time",
    "timestamp",
    "executiontime",
    "executedat",
    "starttime",
    "attackstart",
    "attackstarttime",
    "date",
    "testedat",
    "lastrun",
    "start",
    "testdate",
    "executiontimelocal",
];
const HOST: &[&str] = &["hostname", "host", "target", "computer", "targetassets", "endpoint"];

/// How a test ended, in a word.
fn outcome(text: &str) -> Option<TestOutcome> {
    let word: String = lowercase(text).chars().filter(char::is_ascii_alphanumeric).collect();
    Some(match word.as_str() {
        "passed" | "pass" | "ok" | "success" | "successful" | "succeeded" | "true" | "yes"
        | "1" | "detected" | "alerted" | "alert" | "alerthigh" | "alertmedium" | "alertlow"
        | "alertcritical" | "fired" => TestOutcome::Passed,
        "failed" | "fail" | "failure" | "error" | "false" | "no" | "0" | "missed" | "miss"
        | "notdetected" | "undetected" | "none" | "noalert" | "notalerted" => TestOutcome::Failed,
        "blocked" | "prevented" | "logged" | "loggedlocally" | "loggedcentrally" | "telemetry"
        | "executed" | "ran" | "completed" | "done" => TestOutcome::Ran,
        "skipped" | "skip" | "notrun" | "notperformed" | "notexecuted" | "pending" | "planned"
        | "inprogress" | "abandoned" | "tbd" | "na" | "notapplicable" => TestOutcome::Skipped,
        _ => return None,
    })
}

impl Columns {
    fn of(head: &Head) -> Option<Self> {
        let plain: Vec<String> =
            head.columns.iter().map(|column| alerts::plain_name(&column.name)).collect();
        let find =
            |names: &[&str]| names.iter().find_map(|name| plain.iter().position(|own| own == name));
        let values = |at: usize| {
            head.columns.get(at).map(|column| column.values.as_slice()).unwrap_or_default()
        };
        let is_outcome = |at: &usize| {
            let values = values(*at);
            !values.is_empty() && values.iter().all(|value| outcome(value).is_some())
        };
        let outcomes = OUTCOME.iter().filter_map(|name| plain.iter().position(|own| own == name));
        let outcome = outcomes.into_iter().find(is_outcome);
        let named = |at: &usize| values(*at).iter().any(|value| technique(value).is_some());
        let technique = TECHNIQUE
            .iter()
            .filter_map(|name| plain.iter().position(|own| own == name))
            .find(|at| named(at) || values(*at).is_empty());
        let columns = Self {
            outcome,
            rule: find(RULE).filter(|at| Some(*at) != outcome && Some(*at) != technique),
            technique,
            name: find(NAME),
            time: find(TIME),
            host: find(HOST),
            format: "test results",
        };
        let has = |name: &str| plain.iter().any(|own| own == name);
        let is_log = has("testnumber") && (has("testname") || has("guid"));
        match (outcome, is_log) {
            // What ran, and nothing else.
            (None, true) if technique.is_some() => {
                Some(Self { format: "Atomic Red Team execution log", rule: None, ..columns })
            }
            (Some(_), _) if columns.rule.or(technique).is_some() => {
                let is_vectr = has("outcomepath") || has("testcasename") || has("campaign");
                let format = if is_vectr { "VECTR export" } else { columns.format };
                Some(Self { format, ..columns })
            }
            _ => None,
        }
    }
}

fn technique(text: &str) -> Option<TechniqueId> {
    let mut found = mentions(text, 1).into_iter().flat_map(|tag| tag.claims);
    found.find_map(|claim| match claim {
        Claim::Technique(id) => Some(id),
        _ => None,
    })
}

/// Whether a file holds results of tests, by its beginning.
pub fn is_results(bytes: &[u8]) -> bool {
    are_results(bytes, alerts::look(bytes).as_ref())
}

/// The same where the table has been looked at already.
pub(super) fn are_results(bytes: &[u8], head: Option<&alerts::Head>) -> bool {
    junit::recognises(bytes)
        || is_attire(bytes)
        || head.is_some_and(|head| Columns::of(head).is_some())
}

/// Why results are left out that are as good as the others.
const MORE: &str = "more results than are kept of one file";

/// Reads them; nothing if there is none.
pub fn read(path: &str, bytes: &[u8], zone: &Zone) -> Results {
    let mut results = if junit::recognises(bytes) {
        junit::read(path, &String::from_utf8_lossy(bytes), zone)
    } else if is_attire(bytes) {
        attire(path, bytes, zone)
    } else {
        table(path, bytes, zone)
    };
    if results.results.len() > MAX_TEST_RESULTS {
        let beyond = results.results.drain(MAX_TEST_RESULTS..);
        results.left_out.extend(beyond.map(|case| (case.line, MORE)));
    }
    results
}

fn moment(text: &str, zone: &Zone) -> Option<Moment> {
    let time = WrittenTime::read(text, zone, DayOrder::MonthFirst)
        .or_else(|_| WrittenTime::read(text, zone, DayOrder::DayFirst));
    time.ok().map(|time| time.moment)
}

fn table(path: &str, bytes: &[u8], zone: &Zone) -> Results {
    let mut found = Results { format: "test results", ..Results::default() };
    let Some(head) = alerts::look(bytes) else { return found };
    let Some(columns) = Columns::of(&head) else { return found };
    found.format = columns.format;
    let is_utc = |at: usize| head.columns.get(at).is_some_and(|c| alerts::states_utc(&c.name));
    let utc = Zone::default();
    alerts::each_row(bytes, &head, &mut |cells: &dyn Cells, line| {
        let text = |at: Option<usize>| {
            at.map(|at| cells.text(at).into_owned()).filter(|text| !text.is_empty())
        };
        let ended = match columns.outcome {
            None => Some(TestOutcome::Ran),
            Some(at) => outcome(&cells.text(at)),
        };
        let technique = text(columns.technique).and_then(|text| technique(&text));
        let rule = text(columns.rule);
        let why = match (ended, rule.is_some() || technique.is_some()) {
            (Some(outcome), true) => {
                let zone = if columns.time.is_some_and(is_utc) { &utc } else { zone };
                found.results.push(TestResult {
                    path: path.to_owned(),
                    line,
                    rule,
                    technique,
                    name: text(columns.name).unwrap_or_default(),
                    outcome,
                    at: text(columns.time).and_then(|text| moment(&text, zone)),
                    host: text(columns.host),
                });
                return;
            }
            (None, _) => "how the test ended cannot be read",
            (_, false) => "neither a rule nor a technique",
        };
        found.left_out.push((line, why));
    });
    found
}

fn is_attire(bytes: &[u8]) -> bool {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let tail = bytes.get(bytes.len().saturating_sub(4096)..).unwrap_or(bytes);
    let has = |part: &[u8]| part.windows(14).any(|window| window == b"attire-version");
    head.trim_ascii_start().starts_with(b"{") && (has(head) || has(tail))
}

/// ATTiRe (<https://github.com/SecurityRiskAdvisors/attire>): what was executed, step by step.
fn attire(path: &str, bytes: &[u8], zone: &Zone) -> Results {
    let mut found = Results { format: "ATTiRe execution log", ..Results::default() };
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let Ok(log) = serde_json::from_slice::<Value>(bytes) else {
        found.left_out.push((1, "not valid JSON"));
        return found;
    };
    let host = log.pointer("/execution-data/target/host").and_then(Value::as_str);
    let procedures = log.get("procedures").and_then(Value::as_array);
    for (line, procedure) in (1..).zip(procedures.into_iter().flatten()) {
        let text = |key: &str| procedure.get(key).and_then(Value::as_str);
        let Some(technique) = text("mitre-technique-id").and_then(technique) else {
            found.left_out.push((line, "neither a rule nor a technique"));
            continue;
        };
        let steps = procedure.get("steps").and_then(Value::as_array);
        let start = steps.and_then(|steps| steps.first()?.get("time-start")?.as_str());
        found.results.push(TestResult {
            path: path.to_owned(),
            line,
            rule: None,
            technique: Some(technique),
            name: text("procedure-name").unwrap_or_default().to_owned(),
            outcome: TestOutcome::Ran,
            at: start.and_then(|start| moment(start, zone)),
            host: host.map(str::to_owned),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        assert!(is_results(text.as_bytes()), "{text}");
        let read = read("a", text.as_bytes(), &Zone::default());
        let told = read.results.iter().map(|result| {
            format!(
                "{} {} {} {} {} {}",
                result.line,
                result.rule.as_deref().unwrap_or("-"),
                result.technique.map_or("-".to_owned(), |id| id.to_string()),
                result.outcome.as_str(),
                result.at.map(|at| at.to_string()).unwrap_or_default(),
                result.name
            )
        });
        told.chain(read.left_out.iter().map(|(line, why)| format!("{line} {why}"))).collect()
    }

    #[test]
    fn tables_of_rules_and_of_techniques() {
        assert_eq!(
            told("rule_id,result,time\nr-1,passed,2024-03-10 10:00:00\nr-2,FAILED,\n,pass,\n"),
            [
                "2 r-1 - passed 2024-03-10T10:00:00Z ",
                "3 r-2 - failed  ",
                "4 neither a rule nor a technique"
            ]
        );
        assert_eq!(
            told("Technique;Test Name;Detected\nT1059.001;x;yes\nT1003;y;no\n"),
            ["2 - T1059.001 passed  x", "3 - T1003 failed  y"]
        );
        assert_eq!(
            told(
                "[{\"technique\":\"T1003\",\"passed\":true},{\"technique\":\"T1059\",\"passed\":false,\"timestamp\":1710064800}]"
            ),
            ["1 - T1003 passed  ", "1 - T1059 failed 2024-03-10T10:00:00Z "]
        );
    }

    #[test]
    fn execution_logs_prove_that_a_test_ran() {
        let csv = "\"Execution Time (UTC)\",\"Execution Time (Local)\",\"Technique\",\"Test Number\",\"Test Name\",\"Hostname\",\"IP Address\",\"Username\",\"GUID\",\"ProcessId\",\"ExitCode\"\n\"2024-03-10T10:00:00Z\",\"2024-03-10T11:00:00Z\",\"T1087.002\",\"9\",\"Enumerate\",\"PC1\",\"10.0.0.1\",\"ann\",\"de61\",\"1\",\"0\"\n";
        assert_eq!(told(csv), ["2 - T1087.002 ran 2024-03-10T10:00:00Z Enumerate"]);
        let json = r#"{"attire-version":"1.1","execution-data":{"target":{"host":"PC1"}},"procedures":[{"mitre-technique-id":"T1003.001","procedure-name":"p","procedure-id":{"type":"guid","id":"x"},"order":1,"steps":[{"order":1,"time-start":"2024-03-10T10:00:00.000Z","time-stop":"2024-03-10T10:00:01.000Z"}]},{"mitre-technique-id":"","steps":[]}]}"#;
        assert_eq!(
            told(json),
            ["1 - T1003.001 ran 2024-03-10T10:00:00Z p", "2 neither a rule nor a technique"]
        );
    }

    #[test]
    fn an_export_of_vectr() {
        let csv = "Campaign,Test Case Name,Technique,MITRE ID,Status,Outcome,Start Time\nC,Dump,LSASS Memory,T1003.001,Completed,Alerted,2024-03-10 10:00:00\nC,Spray,Password Spraying,T1110.003,Completed,None,\nC,Log,x,T1021,Completed,Logged,\nC,Later,x,T1021,Pending,TBD,\n";
        assert_eq!(
            told(csv),
            [
                "2 - T1003.001 passed 2024-03-10T10:00:00Z Dump",
                "3 - T1110.003 failed  Spray",
                "4 - T1021 ran  Log",
                "5 - T1021 skipped  Later"
            ]
        );
    }

    #[test]
    fn what_holds_no_results() {
        for text in [
            "title,technique,level,status\nA,T1003,high,test\n",
            "technique,test_name,result\nT1059,x,strange\n",
            "time,rule,technique,status\n2024-03-10,A,T1003,closed\n",
            "rule,precision\nA,0.9\n",
            "{\"name\":\"x\"}",
            "",
        ] {
            assert!(!is_results(text.as_bytes()), "{text}");
        }
    }
}
