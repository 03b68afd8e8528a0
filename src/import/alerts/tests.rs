//! Whole files, read in pieces.

use super::*;
use crate::alerts::{Field, Severity, Verdict};

fn read_with(text: &[u8], piece: usize, options: AlertOptions) -> Result<Alerts, NotAlerts> {
    let mut reader = AlertReader::new("a.csv", options);
    text.chunks(piece).for_each(|bytes| reader.push(bytes));
    reader.finish()
}

fn read(text: &str) -> Alerts {
    let read = |piece| read_with(text.as_bytes(), piece, AlertOptions::default());
    let alerts = read(1000).expect("alerts");
    assert_eq!(read(7).expect("alerts"), alerts, "pieces do not matter");
    let reading = &alerts.readings[0];
    assert_eq!(reading.rows, reading.read + reading.faults.rows_left_out());
    alerts
}

/// Everything of a row in one line.
fn line(alerts: &Alerts, row: usize) -> String {
    let alert = alerts.get(row).expect("a row");
    let rule = alerts.rule(alert.rule);
    let ids: Vec<String> = alert.techniques.iter().map(ToString::to_string).collect();
    format!(
        "{} {} {} | {} {} | {} | {} | {} {} {} {} {}",
        alert.time,
        alert.event.map(|t| t.to_string()).unwrap_or_default(),
        alert.detected.map(|t| t.to_string()).unwrap_or_default(),
        rule.id,
        rule.name,
        ids.join(" "),
        alert.tactic,
        alert.severity.map_or("", Severity::as_str),
        alerts.hosts().get(alert.host),
        alerts.users().get(alert.user),
        alert.verdict.as_str(),
        alerts.incidents().get(alert.incident),
    )
}

fn mapped(alerts: &Alerts, field: Field) -> Vec<String> {
    alerts.readings[0].mapping.of(field).to_vec()
}

#[test]
fn a_table_of_ones_own() {
    let alerts = read(
        "Time,Rule,Technique,Severity,Host,User,Event Time,Verdict,Incident,Note\n\
         2024-03-10 10:00:00,\"LSASS, \"\"dump\"\"\",T1003.001,High,PC1,ann,2024-03-10 09:58:00,FP,INC1,\"two\nlines\"\n\
         1710064800,B,\"T1059; T1059.001\",low,PC2,,,open,,\n",
    );
    assert_eq!(
        line(&alerts, 0),
        "2024-03-10T10:00:00Z 2024-03-10T09:58:00Z  |  LSASS, \"dump\" | T1003.001 |  | high PC1 ann false_positive INC1"
    );
    assert_eq!(line(&alerts, 1), "2024-03-10T10:00:00Z   |  B | T1059.001 |  | low PC2  none ");
    assert_eq!(alerts.get(0).and_then(|alert| alert.latency()), Some(120_000));
    assert_eq!(alerts.readings[0].format, TableFormat::Csv);
    assert_eq!(alerts.readings[0].faults.all().count(), 0);
}

#[test]
fn an_export_of_splunk() {
    let csv = "\"_time\",host,\"search_name\",dest,user,urgency,\"annotations.mitre_attack.mitre_technique_id\",\"disposition_label\",orig_time\n\
         \"2024-03-10T10:00:00.000+0100\",head1,\"Threat - X - Rule\",PC1,ann,critical,\"T1003.001\nT1059\",\"Benign Positive - Suspicious But Expected\",1710061000\n";
    let alerts = read(csv);
    assert_eq!(alerts.readings[0].product, Some(Product::Splunk));
    assert_eq!(
        line(&alerts, 0),
        "2024-03-10T09:00:00Z 2024-03-10T08:56:40Z  |  Threat - X - Rule | T1003.001 T1059 |  | critical PC1 ann benign "
    );
    let json = "{\"preview\":false,\"offset\":0,\"result\":{\"_time\":\"2024-03-10 10:00:00.000 CET\",\"search_name\":\"X\",\"dest\":\"PC1\",\"mitre_technique\":[\"T1003\",\"T1059\"],\"urgency\":\"low\"}}\n{\"preview\":false,\"offset\":1,\"lastrow\":true,\"result\":{\"_time\":\"2024-03-10 11:00:00.000 CET\",\"search_name\":\"X\",\"dest\":\"PC2\"}}\n";
    let alerts = read(json);
    assert_eq!((alerts.readings[0].product, alerts.len()), (Some(Product::Splunk), 2));
    assert_eq!(line(&alerts, 0), "2024-03-10T09:00:00Z   |  X | T1003 T1059 |  | low PC1  none ");
}

#[test]
fn an_export_of_elastic() {
    let hit = |n: u32| {
        format!(
            r#"{{"_index":"x","_source":{{"@timestamp":"2024-03-10T10:05:0{n}.000Z","kibana.alert.start":"2024-03-10T10:00:0{n}.000Z","kibana.alert.original_time":"2024-03-10T09:59:00.000Z","kibana.alert.rule.name":"N","kibana.alert.rule.rule_id":"r-1","kibana.alert.rule.uuid":"u-1","kibana.alert.severity":"high","kibana.alert.workflow_status":"closed","kibana.alert.workflow_reason":"false_positive","kibana.alert.rule.threat":[{{"framework":"MITRE ATT&CK","tactic":{{"id":"TA0006","name":"Credential Access"}},"technique":[{{"id":"T1003","name":"OS Credential Dumping","subtechnique":[{{"id":"T1003.001","name":"LSASS Memory"}}]}}]}}],"host":{{"name":"PC1"}},"user.name":"ann","process":{{"name":"x.exe"}}}}}}"#
        )
    };
    let text = format!(
        "{{\"took\":3,\"hits\":{{\"total\":{{\"value\":2}},\"hits\":[{},\n{}]}}}}",
        hit(1),
        hit(2)
    );
    let alerts = read(&text);
    assert_eq!((alerts.readings[0].product, alerts.len()), (Some(Product::Elastic), 2));
    assert_eq!(
        line(&alerts, 1),
        "2024-03-10T10:00:02Z 2024-03-10T09:59:00Z  | r-1 N | T1003.001 | TA0006,Credential Access | high PC1 ann false_positive "
    );
    // Kibana's CSV.
    let csv = "\"@timestamp\",\"kibana.alert.rule.name\",\"kibana.alert.severity\",\"host.name\",\"kibana.alert.rule.threat.technique.id\"\n\"Mar 10, 2024 @ 10:05:01.000\",N,low,PC1,\"T1003, T1059\"\n";
    assert_eq!(
        line(&read(csv), 0),
        "2024-03-10T10:05:01Z   |  N | T1003 T1059 |  | low PC1  none "
    );
}

#[test]
fn an_export_of_sentinel() {
    let csv = "\"TimeGenerated [UTC]\",DisplayName,AlertName,AlertSeverity,\"StartTime [UTC]\",\"EndTime [UTC]\",\"ProcessingEndTime [UTC]\",Status,CompromisedEntity,Tactics,Techniques,SubTechniques,SystemAlertId\n\
         \"3/10/2024, 10:00:00.123 AM\",D,N,Medium,\"3/10/2024, 9:50:00.000 AM\",\"3/10/2024, 9:55:00.000 AM\",\"3/10/2024, 9:59:00.000 AM\",New,PC1,\"CredentialAccess, LateralMovement\",\"[\"\"T1003\"\"]\",\"[\"\"T1003.001\"\"]\",1\n";
    let options =
        AlertOptions { zone: "Europe/Berlin".parse().expect("a zone"), ..AlertOptions::default() };
    let alerts = read_with(csv.as_bytes(), 9, options).expect("alerts");
    assert_eq!(alerts.readings[0].product, Some(Product::Sentinel));
    // The columns say UTC, whatever is assumed.
    assert_eq!(
        line(&alerts, 0),
        "2024-03-10T10:00:00.123Z 2024-03-10T09:50:00Z 2024-03-10T09:59:00Z |  N | T1003.001 | CredentialAccess, LateralMovement | medium PC1  none "
    );
    let json = r#"{"value":[{"TimeGenerated":"2024-03-10T10:00:00Z","IncidentNumber":7,"Title":"N","Severity":"High","Classification":"BenignPositive","FirstActivityTime":"2024-03-10T09:00:00Z"}]}"#;
    assert_eq!(
        line(&read(json), 0),
        "2024-03-10T10:00:00Z 2024-03-10T09:00:00Z  |  N |  |  | high   benign 7"
    );
}

#[test]
fn an_export_of_google_secops() {
    let json = r#"{"detections":[{"type":"RULE_DETECTION","detection":[{"ruleName":"n","ruleId":"ru_1","severity":"HIGH","ruleLabels":[{"key":"author","value":"x"},{"key":"mitre_attack_technique","value":"T1003.001"},{"key":"mitre_attack_tactic","value":"TA0006"}]}],"createdTime":"2024-03-10T10:00:00.5Z","id":"de_1","timeWindow":{"startTime":"2024-03-10T09:00:00Z","endTime":"2024-03-10T09:30:00Z"},"detectionTime":"2024-03-10T09:30:00Z","collectionElements":[{"references":[{"event":{"principal":{"hostname":"PC1","user":{"userid":"ann"}}}}]}]}],"nextPageToken":"x"}"#;
    let alerts = read(json);
    assert_eq!(alerts.readings[0].product, Some(Product::Chronicle));
    assert_eq!(
        line(&alerts, 0),
        "2024-03-10T10:00:00.500Z 2024-03-10T09:30:00Z  | ru_1 n | T1003.001 | TA0006 | high PC1 ann none "
    );
}

#[test]
fn alerts_of_wazuh() {
    let json = "{\"timestamp\":\"2024-03-10T10:00:00.000+0000\",\"rule\":{\"level\":12,\"description\":\"D\",\"id\":\"92213\",\"mitre\":{\"id\":[\"T1105\"],\"tactic\":[\"Command and Control\"],\"technique\":[\"Ingress Tool Transfer\"]}},\"agent\":{\"id\":\"001\",\"name\":\"PC1\"},\"id\":\"1\"}\n{\"timestamp\":\"2024-03-10T10:00:01.000+0000\",\"rule\":{\"level\":3,\"description\":\"E\",\"id\":\"1\"},\"agent\":{\"id\":\"001\",\"name\":\"PC1\"},\"id\":\"2\"}\n";
    let alerts = read(json);
    assert_eq!(alerts.readings[0].product, Some(Product::Wazuh));
    assert_eq!(
        line(&alerts, 0),
        "2024-03-10T10:00:00Z   | 92213 D | T1105 | Command and Control | high PC1  none "
    );
    assert_eq!(alerts.get(1).and_then(|alert| alert.severity), Some(Severity::Low));
}

#[test]
fn every_row_that_cannot_be_used_is_told() {
    let alerts = read(
        "time,rule,technique,severity,host,event_time\n\
         ,A,T1003,high,PC1,2024-03-10 09:00:00\n\
         soon,A,T1003,high,PC1,\n\
         2024-03-10 10:00:00,,,high,PC1,\n\
         2024-03-10 10:00:00,A,PowerShell,terrible,PC1,never\n\
         2024-03-10 10:00:00,A,T1003,high,PC1,,extra\n\
         03/25/2024 10:00:00,A,T1003,high,PC1,\n\
         25.03.2024 10:00:00,A,T1003,high,PC1,\n\
         1711360800,A,T1003,high,PC1,\n\
         25/03/2024 10:00:00,A,T1003,high,PC1,\n",
    );
    let reading = &alerts.readings[0];
    assert_eq!((reading.rows, reading.read), (9, 5));
    let told: Vec<String> = reading
        .faults
        .listed
        .iter()
        .map(|f| format!("{} {} {:?} {}", f.row, f.line, f.fault, f.text))
        .collect();
    assert_eq!(
        told,
        [
            "1 2 NoTime ",
            "2 3 BadTime soon",
            "3 4 NoSubject ",
            "4 5 BadEventTime never",
            "4 5 BadTechnique PowerShell",
            "4 5 BadSeverity terrible",
            "5 6 MoreCells ",
            "9 10 BadTime 25/03/2024 10:00:00",
        ]
    );
    let times: Vec<String> = alerts.iter().skip(2).map(|alert| alert.time.to_string()).collect();
    assert_eq!(
        times,
        ["2024-03-25T10:00:00Z", "2024-03-25T10:00:00Z", "2024-03-25T10:00:00Z"],
        "mixed spellings"
    );
}

#[test]
fn a_mapping_by_hand_goes_before_any_guess() {
    let text = "when;what;where\n2024-03-10 10:00:00;A;PC1\n2024-10-27 02:30:00;B;PC2\n2024-03-31 02:30:00;B;PC2\n";
    assert!(!is_alerts(text.as_bytes()));
    let mut mapping = Mapping::default();
    mapping.set(Field::Time, "when");
    mapping.set(Field::RuleName, "what");
    mapping.set(Field::User, "where");
    mapping.zone = "Europe/Berlin".parse().expect("a zone");
    let options = AlertOptions { mapping: Some(mapping), ..AlertOptions::default() };
    let alerts = read_with(text.as_bytes(), 5, options).expect("alerts");
    assert_eq!(line(&alerts, 0), "2024-03-10T09:00:00Z   |  A |  |  |   PC1 none ");
    let faults = &alerts.readings[0].faults;
    assert_eq!((faults.count(Fault::TwiceTime), faults.count(Fault::NeverTime)), (1, 1));
    assert_eq!(alerts.len(), 3);
}

#[test]
fn missing_columns_are_said() {
    let read = |text: &str| read_with(text.as_bytes(), 50, AlertOptions::default());
    assert_eq!(read("rule,host\nA,PC1\n"), Err(MappingError::NoTime.into()));
    assert_eq!(read("time,host\n2024-03-10,PC1\n"), Err(MappingError::NoSubject.into()));
    assert_eq!(read("no table"), Err(NotAlerts::NoTable));
    assert_eq!(read(""), Err(NotAlerts::NoTable));
    assert_eq!(read("[]"), Err(MappingError::NoTime.into()));
}

#[test]
fn what_is_no_table_of_alerts() {
    for text in [
        "title,technique,level\nA,T1003,high\n",
        "host,platform,service\nPC1,Windows,x\n",
        "technique,count\nT1003,5\n",
        "name,created,severity\nA,2024-03-10,high\n",
        "time,host,user,command\n2024-03-10 10:00:00,PC1,ann,whoami\n",
        "[{\"name\":\"A\",\"created\":\"2024-03-10T10:00:00Z\",\"type\":\"malware\"}]",
        "{\"name\":\"A rule\",\"rule_id\":\"x\",\"severity\":\"high\",\"query\":\"y\"}",
        "{\"type\":\"bundle\",\"objects\":[{\"created\":\"2024-03-10T10:00:00Z\",\"name\":\"x\"}]}",
        "title: A rule\ndate: 2024-03-10\n",
        "{\"Event\":{\"EventData\":{\"UtcTime\":\"2024-03-10 10:00:00\",\"RuleName\":\"x\",\"SourceUser\":\"ann\"},\"System\":{\"Computer\":\"PC1\"}}}",
        "[{\"metadata\":{\"creation_date\":\"2024/03/10\"},\"rule\":{\"name\":\"x\",\"severity\":\"low\",\"threat\":[{\"technique\":[{\"id\":\"T1003\"}]}]}}]",
        "",
    ] {
        assert!(!is_alerts(text.as_bytes()), "{text}");
    }
}

#[test]
fn large_cells_and_records() {
    let long = "x".repeat(10 << 20);
    let csv = format!(
        "time,rule,host,raw\n2024-03-10 10:00:00,A,PC1,\"{long}\"\n2024-03-10 10:00:01,B,PC2,y\n"
    );
    let alerts = read_with(csv.as_bytes(), 1 << 16, AlertOptions::default()).expect("alerts");
    assert_eq!((alerts.len(), alerts.readings[0].faults.count(Fault::CellCut)), (2, 1));
    let json = format!(
        "[{{\"raw\":\"{long}\",\"time\":\"2024-03-10 10:00:00\",\"rule\":\"A\",\"host\":\"PC1\"}},{{\"time\":\"2024-03-10 10:00:01\",\"rule\":\"B\",\"host\":\"x\"}}]"
    );
    let alerts = read_with(json.as_bytes(), 1 << 16, AlertOptions::default()).expect("alerts");
    assert_eq!(alerts.len(), 2);
    let endless = "y".repeat(17 << 20);
    let json = format!(
        "{{\"time\":\"2024-03-10 10:00:00\",\"rule\":\"A\",\"host\":\"PC1\"}}\n{{\"time\":\"{endless}\"}}\n{{\"time\":\"2024-03-10 10:00:01\",\"rule\":\"B\"}}\n"
    );
    let alerts = read_with(json.as_bytes(), 1 << 16, AlertOptions::default()).expect("alerts");
    assert_eq!((alerts.len(), alerts.readings[0].faults.count(Fault::TooLarge)), (2, 1));
}

#[test]
fn other_encodings() {
    let text = "time\trule\thost\n2024-03-10 10:00:00\tGröße\tPC1\n";
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let alerts = read_with(&utf16, 3, AlertOptions::default()).expect("alerts");
    assert_eq!((alerts.rule(1).name, alerts.readings[0].format), ("Größe", TableFormat::Tsv));
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let alerts = read_with(&latin, 3, AlertOptions::default()).expect("alerts");
    assert_eq!(alerts.rule(1).name, "Gr\u{FFFD}\u{FFFD}e");
    assert_eq!(alerts.readings[0].faults.count(Fault::Encoding), 1);
}

#[test]
fn day_and_month_are_seen_in_the_values() {
    let alerts = read("time,rule,host\n03/04/2024 10:00:00,A,x\n25/04/2024 10:00:00,A,x\n");
    assert_eq!(
        alerts.get(0).map(|alert| alert.time.to_string()).as_deref(),
        Some("2024-04-03T10:00:00Z")
    );
}

#[test]
fn columns_of_a_verdict_and_tactics_are_several() {
    let alerts = read(
        "time,rule,status,classification,mitre_tactics\n2024-03-10,A,Closed,TruePositive,Execution\n",
    );
    assert_eq!(mapped(&alerts, Field::Verdict), ["classification", "status"]);
    assert_eq!(alerts.get(0).map(|alert| alert.verdict), Some(Verdict::TruePositive));
    assert_eq!(mapped(&alerts, Field::Tactic), ["mitre_tactics"]);
}

proptest::proptest! {
    /// Whatever comes: the same in any pieces, and every row is somewhere.
    #[test]
    fn nothing_is_lost_in_hostile_files(
        head in "(time|rule|host|event_time|technique|status|\\[|\\{|\"|,|;|\n|:){0,14}",
        body in "(2024-03-10 10:00:00|1710064800|T1003|A|high|TP|,|;|\"|\n|\\{|\\}|\\[|\\]|:|ä|\\\\){0,40}",
        piece in 1_usize..40,
    ) {
        for text in [format!("{head}{body}"), format!("time,rule,host\n{body}"), format!("[{{\"time\":{body}")] {
            let whole = read_with(text.as_bytes(), 1000, AlertOptions::default());
            let pieces = read_with(text.as_bytes(), piece, AlertOptions::default());
            proptest::prop_assert_eq!(&whole, &pieces);
            if let Ok(alerts) = whole {
                let reading = &alerts.readings[0];
                proptest::prop_assert_eq!(reading.rows, reading.read + reading.faults.rows_left_out());
                proptest::prop_assert_eq!(alerts.len() as u32, reading.read);
            }
        }
    }
}
