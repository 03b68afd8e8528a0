//! What columns of alerts are called, and the exports of some products.
//!
//! Names without case, blanks and punctuation. Sources: the schemas that the vendors publish
//! (Elastic's alert schema, Azure Monitor's reference of `SecurityAlert` and `SecurityIncident`,
//! Google SecOps' `Collection`, the CIM and the notable events of Splunk Enterprise Security,
//! Wazuh's `alerts.json`), and what people write.

use crate::alerts::{Field, Product};
use crate::lowercase::lowercase;

/// Names of a field, those to prefer first.
pub(super) fn names(field: Field) -> &'static [&'static str] {
    match field {
        Field::Time => &[
            "time",
            "timestamp",
            "timegenerated",
            "alerttime",
            "alerttimestamp",
            "datetime",
            "createdtime",
            "createdat",
            "createddatetime",
            "creationtime",
            "timecreated",
            "triggeredat",
            "triggeredtime",
            "firedat",
            "raisedat",
            "generatedtime",
            "alertdate",
            "created",
            "date",
            "indextime",
        ],
        Field::DetectionTime => &[
            "detectiontime",
            "detectedat",
            "detectedtime",
            "detectiontimestamp",
            "timedetected",
            "detected",
            "kibanaalertstart",
            "processingendtime",
            "detecttime",
            "detectiondate",
        ],
        Field::EventTime => &[
            "kibanaalertoriginaltime",
            "eventtime",
            "eventtimestamp",
            "origtime",
            "originaltime",
            "originaltimestamp",
            "occurredat",
            "occurrencetime",
            "occurred",
            "activitytime",
            "firstactivitytime",
            "firsttime",
            "firsteventtime",
            "firstevent",
            "eventstart",
            "eventcreated",
            "firstseen",
            "starttime",
            "startdatetime",
            "logtime",
            "sourcetime",
            "timewindowendtime",
            "firstactivitydatetime",
            "signaloriginaltime",
        ],
        Field::RuleId => &[
            "kibanaalertruleruleid",
            "signalruleruleid",
            "ruleid",
            "ruleuuid",
            "ruleguid",
            "kibanaalertruleuuid",
            "analyticruleid",
            "detectionruleid",
            "detectionid",
            "signatureid",
            "sigid",
            "searchid",
            "detectorid",
            "usecaseid",
        ],
        Field::RuleName => &[
            "kibanaalertrulename",
            "signalrulename",
            "rulename",
            "ruletitle",
            "searchname",
            "ruledescription",
            "alertname",
            "alertrulename",
            "detectionrulename",
            "alerttitle",
            "detectionname",
            "alertdisplayname",
            "displayname",
            "analyticname",
            "analytic",
            "usecasename",
            "usecase",
            "signature",
            "rule",
            "detection",
            "alert",
            "title",
            "name",
            "source",
        ],
        // Found by what is in them, see `head.rs`.
        Field::Technique | Field::Tactic => &[],
        Field::Severity => &[
            "kibanaalertseverity",
            "signalruleseverity",
            "alertseverity",
            "severity",
            "urgency",
            "severityname",
            "severitylabel",
            "severitylevel",
            "ruleseverity",
            "rulelevel",
            "detectionseverity",
            "priority",
            "criticality",
            "risklevel",
            "level",
        ],
        Field::Host => &[
            "hostname",
            "computername",
            "devicename",
            "dest",
            "desthost",
            "agentname",
            "computer",
            "device",
            "machine",
            "machinename",
            "endpoint",
            "compromisedentity",
            "asset",
            "assetname",
            "workstation",
            "affectedhost",
            "principalhostname",
            "sourcehost",
            "srchost",
            "dvc",
            "systemname",
            "devicednsname",
            "host",
            "src",
        ],
        Field::User => &[
            "username",
            "user",
            "accountname",
            "account",
            "useraccount",
            "userprincipalname",
            "principaluseruserid",
            "srcuser",
            "sourceuser",
            "targetuser",
            "targetusername",
            "subjectusername",
            "destuser",
            "dstuser",
            "userid",
            "useremail",
            "upn",
        ],
        Field::Verdict => &[
            "verdict",
            "classification",
            "disposition",
            "dispositionlabel",
            "kibanaalertworkflowreason",
            "determination",
            "closereason",
            "closurereason",
            "closingreason",
            "resolution",
            "resolutionreason",
            "feedback",
            "triage",
            "falsepositive",
            "isfalsepositive",
            "truepositive",
            "istruepositive",
            "statuslabel",
            "workflowstatus",
            "kibanaalertworkflowstatus",
            "signalstatus",
            "alertstatus",
            "status",
            "state",
            "outcome",
        ],
        Field::Incident => &[
            "incidentid",
            "incidentnumber",
            "incident",
            "caseid",
            "casenumber",
            "kibanaalertcaseids",
            "case",
            "ticketid",
            "ticket",
            "investigationid",
            "offenseid",
            "alertgroupid",
        ],
    }
}

/// Names that other tables have as well: with these alone a table is not one of alerts.
pub(super) const WEAK: [&str; 15] = [
    "title",
    "name",
    "detection",
    "alert",
    "source",
    "displayname",
    "signature",
    "usecase",
    "created",
    "createdat",
    "createddatetime",
    "creationtime",
    "date",
    "starttime",
    "indextime",
];

/// Names too common to be believed at the end of a path (`process.name`).
pub(super) const SHORTEST_AT_THE_END: usize = 8;

/// What sets a product's export apart, and which of its columns are what where that is not what
/// their names say.
pub(super) struct Export {
    pub(super) product: Product,
    /// All of one of these lists are there.
    marks: &'static [&'static [&'static str]],
    /// Field, then columns by preference.
    pub(super) columns: &'static [(Field, &'static [&'static str])],
}

pub(super) const EXPORTS: &[Export] = &[
    Export {
        product: Product::Elastic,
        marks: &[&["kibanaalertrulename"], &["signalrulename"]],
        columns: &[
            // When the alert was last written is told by its timestamp; when it began, by this.
            (Field::Time, &["kibanaalertstart", "timestamp"]),
            (Field::EventTime, &["kibanaalertoriginaltime", "signaloriginaltime"]),
            (Field::RuleId, &["kibanaalertruleruleid", "kibanaalertruleuuid", "signalruleruleid"]),
        ],
    },
    Export {
        product: Product::Chronicle,
        marks: &[
            &["createdtime", "detectiontime", "detectionrulename"],
            &["createdtime", "detectionruleid"],
        ],
        columns: &[
            (Field::Time, &["createdtime"]),
            // When what was found happened; it was found when the detection was created.
            (Field::EventTime, &["detectiontime", "timewindowendtime"]),
            (Field::RuleName, &["detectionrulename"]),
            (Field::RuleId, &["detectionruleid"]),
        ],
    },
    Export {
        product: Product::Sentinel,
        marks: &[
            &["timegenerated", "alertname"],
            &["timegenerated", "systemalertid"],
            &["timegenerated", "incidentnumber"],
            &["timestamp", "alertid", "detectionsource"],
        ],
        columns: &[
            (Field::Time, &["timegenerated", "timestamp"]),
            (Field::EventTime, &["starttime", "firstactivitytime"]),
            (Field::DetectionTime, &["processingendtime"]),
            (Field::RuleName, &["alertname", "displayname", "title"]),
            (Field::Host, &["compromisedentity", "devicename"]),
        ],
    },
    Export {
        product: Product::Wazuh,
        marks: &[
            &["ruleid", "ruledescription", "agentname"],
            &["ruleid", "ruledescription", "rulelevel"],
        ],
        columns: &[
            (Field::RuleName, &["ruledescription"]),
            (Field::RuleId, &["ruleid"]),
            (Field::Severity, &["rulelevel"]),
            (Field::Host, &["agentname"]),
        ],
    },
    Export {
        product: Product::Splunk,
        marks: &[
            &["time", "searchname"],
            &["time", "rulename", "urgency"],
            &["time", "sourcetype"],
            &["time", "ruletitle", "eventid"],
        ],
        columns: &[
            (Field::Time, &["time"]),
            (Field::RuleName, &["searchname", "rulename", "ruletitle", "source"]),
            // The host of a notable event is the search head.
            (Field::Host, &["dest", "desthost", "dvc", "orighost", "src"]),
            (Field::Severity, &["urgency", "severity"]),
        ],
    },
];

impl Export {
    pub(super) fn is_shown_by(&self, plain: &[String]) -> bool {
        let has = |name: &&str| plain.iter().any(|own| own == *name);
        self.marks.iter().any(|marks| marks.iter().all(has))
    }
}

/// What a name says of its zone: `TimeGenerated [UTC]`, `Execution Time (UTC)`, `time_utc`.
pub(in crate::import) fn states_utc(name: &str) -> bool {
    let lower = lowercase(name);
    let bare = lower.trim_end_matches([']', ')', ' ']);
    bare.ends_with("[utc")
        || bare.ends_with("(utc")
        || bare.ends_with("_utc")
        || bare.ends_with(" utc")
}

/// A name without case, blanks and punctuation; in a path that of a wrapper (`_source.`, Splunk's
/// `result.`) is left out, as is the zone.
pub(in crate::import) fn plain(name: &str) -> String {
    let lower = lowercase(name.trim());
    let bare = lower.trim_end_matches([']', ')', ' ']);
    let bare = match states_utc(&lower) {
        true => bare.strip_suffix("utc").unwrap_or(bare),
        false => lower.as_str(),
    };
    let mut rest = bare;
    for wrapper in ["_source.", "result.", "fields.", "properties.", "dynamic_properties."] {
        rest = rest.strip_prefix(wrapper).unwrap_or(rest);
    }
    // By bytes: this is asked of each key of all JSON there is.
    let mut kept = rest.as_bytes().to_vec();
    kept.retain(u8::is_ascii_alphanumeric);
    String::from_utf8(kept).unwrap_or_default()
}

/// The ends of a path, longest first, each plain: `a.rule.name` gives `rulename` and `name`.
pub(super) fn ends(name: &str) -> Vec<String> {
    let mut ends = Vec::new();
    let mut rest = name;
    while let Some((_, after)) = rest.split_once('.') {
        ends.push(plain(after));
        rest = after;
    }
    ends
}
