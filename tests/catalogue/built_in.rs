//! Counts are MITRE's own (release notes and website of the release), as also measured on the
//! bundles with a second, independent script.

use crate::{built_in, detection, entities, id, platforms, retired, techniques};
use coverlay::attack::{Catalogue, Domain, Resolution};
use std::collections::BTreeMap;

#[test]
fn enterprise_18_1() {
    let catalogue = built_in(Domain::Enterprise, "18.1");
    assert_eq!(catalogue.version, "18.1");
    assert_eq!(catalogue.tactics.len(), 14);
    assert_eq!(techniques(catalogue), (216, 475));
    assert_eq!(retired(catalogue), (132, 12));
    assert_eq!(entities(catalogue), (172, 784, 52, 44));
    assert_eq!(detection(catalogue), (691, 1739, 106));
    let cells: usize = catalogue.techniques.iter().map(|t| t.tactics.len()).sum();
    assert_eq!(cells, 887);
    // 4,362 uses by groups themselves, the rest through campaigns attributed to them.
    let uses: usize = catalogue.techniques.iter().map(|t| t.groups.len()).sum();
    assert_eq!(uses, 4640);
    // 263 names in the bundle, of which "networkconfig " and "networkconfig" are one.
    assert_eq!(catalogue.log_sources.len(), 262);
    let reached = catalogue.techniques.iter().filter(|technique| {
        technique.strategies.iter().any(|s| {
            let analytics = &catalogue.strategies[usize::from(*s)].analytics;
            analytics.iter().any(|a| !catalogue.analytics[usize::from(*a)].log_sources.is_empty())
        })
    });
    assert_eq!(reached.count(), 650);
    assert!(catalogue.techniques.iter().all(|t| t.strategies.len() == 1));
}

#[test]
fn mobile_and_ics_18_1() {
    let mobile = built_in(Domain::Mobile, "18.1");
    assert_eq!(mobile.tactics.len(), 12, "not those of the deprecated network-effects matrix");
    assert_eq!(techniques(mobile), (77, 47));
    // MITRE: 53 revoked, 13 deprecated. Of the 53, eight lead to T1475, T1476 and T1477, which
    // are deprecated, and T1454 names no successor.
    assert_eq!(retired(mobile), (53 - 9, 13 + 9));
    assert_eq!(entities(mobile), (17, 122, 3, 13));
    assert_eq!(detection(mobile), (124, 211, 17));
    assert_eq!(platforms(mobile), [("Android", 122), ("iOS", 89)]);

    let ics = built_in(Domain::Ics, "18.1");
    assert_eq!((ics.tactics.len(), techniques(ics)), (12, (83, 0)));
    assert_eq!(retired(ics), (0, 12));
    assert_eq!(entities(ics), (14, 23, 7, 52));
    assert_eq!(detection(ics), (83, 82, 36));
    assert_eq!(platforms(ics), [], "the bundle writes the platform None, which is none");
}

#[test]
fn enterprise_19_2_has_the_split_tactics_in_order() {
    let catalogue = built_in(Domain::Enterprise, "19.2");
    assert_eq!(catalogue.version, "19.2");
    let order: Vec<_> = catalogue.tactics.iter().map(|t| t.shortname.as_str()).collect();
    assert_eq!(
        order,
        [
            "reconnaissance",
            "resource-development",
            "initial-access",
            "execution",
            "persistence",
            "privilege-escalation",
            "stealth",
            "defense-impairment",
            "credential-access",
            "discovery",
            "lateral-movement",
            "collection",
            "command-and-control",
            "exfiltration",
            "impact",
        ]
    );
    assert_eq!(catalogue.tactics[6].id.to_string(), "TA0005");
    assert_eq!(catalogue.tactics[7].id.to_string(), "TA0112");
    let columns: Vec<_> = (0..15).map(|tactic| column(catalogue, tactic)).collect();
    assert_eq!(
        columns,
        [
            (12, 34),
            (9, 41),
            (11, 11),
            (20, 44),
            (22, 91),
            (13, 83),
            (30, 118),
            (18, 38),
            (17, 50),
            (34, 15),
            (9, 14),
            (17, 24),
            (18, 27),
            (9, 10),
            (15, 18)
        ]
    );
    assert_eq!(columns.iter().map(|(top, sub)| top + sub).sum::<usize>(), 872);
}

fn column(catalogue: &Catalogue, tactic: usize) -> (usize, usize) {
    let top = catalogue.column(tactic);
    let subs = top.iter().map(|parent| catalogue.sub_column(*parent, tactic).len()).sum();
    (top.len(), subs)
}

#[test]
fn enterprise_19_2_counts() {
    let catalogue = built_in(Domain::Enterprise, "19.2");
    assert_eq!(techniques(catalogue), (222, 475));
    assert_eq!(retired(catalogue), (149, 12));
    // MITRE's: 176 groups and 56 campaigns, 825 software linked to techniques, 44 mitigations.
    assert_eq!(entities(catalogue), (176, 825, 56, 44));
    // MITRE counts 1,758 analytics; 13 belong to two strategies without a live technique.
    assert_eq!(detection(catalogue), (697, 1745, 106));
    assert_eq!(
        platforms(catalogue),
        [
            ("Containers", 48),
            ("ESXi", 117),
            ("IaaS", 104),
            ("Identity Provider", 48),
            ("Linux", 355),
            ("Network Devices", 100),
            ("Office Suite", 78),
            ("PRE", 96),
            ("SaaS", 70),
            ("Windows", 474),
            ("macOS", 356),
        ]
    );
    // 4,628 uses by groups themselves and 278 through attributed campaigns.
    let uses: usize = catalogue.techniques.iter().map(|t| t.groups.len()).sum();
    assert_eq!(uses, 4628 + 278);
    let unused = |t: &&coverlay::attack::Technique| {
        t.groups.is_empty() && t.campaigns.is_empty() && t.software.is_empty()
    };
    assert_eq!(catalogue.techniques.iter().filter(unused).count(), 86);
}

#[test]
fn mobile_and_ics_19_0() {
    let mobile = built_in(Domain::Mobile, "19.0");
    assert_eq!((mobile.version.as_str(), techniques(mobile)), ("19.0", (77, 47)));
    assert_eq!(retired(mobile), (53 - 9, 13 + 9));
    // MITRE: 20 groups. The facts name only the 12 that use a technique themselves; 18.1 adds
    // those it listed. The remaining two must be new since 18.1, and the facts lack them.
    assert_eq!(entities(mobile), (18, 126, 3, 13));
    assert_eq!(detection(mobile), (124, 211, 17));

    let ics = built_in(Domain::Ics, "19.0");
    assert_eq!((ics.version.as_str(), techniques(ics)), ("19.0", (79, 18)));
    assert_eq!(retired(ics), (9, 12));
    // MITRE: 8 campaigns, 97 strategies, 96 analytics; the facts know those of 18.1.
    assert_eq!(entities(ics), (14, 23, 7, 52));
    assert_eq!(detection(ics), (83, 82, 36));
}

#[test]
fn revoked_ids_lead_to_their_last_successor() {
    let (old, new) = (built_in(Domain::Enterprise, "18.1"), built_in(Domain::Enterprise, "19.2"));
    let mobile = built_in(Domain::Mobile, "18.1");
    let ics = built_in(Domain::Ics, "19.0");
    for (catalogue, from, to) in [
        (old, "T1086", Some("T1059.001")),
        (old, "T1089", Some("T1562.001")),
        (new, "T1562.001", Some("T1685")),
        // T1089 → T1562.001 → T1685.
        (new, "T1089", Some("T1685")),
        (new, "T1562", Some("T1685")),
        (new, "T1086", Some("T1059.001")),
        (new, "T1070.001", Some("T1685.005")),
        // Its direct successor T1574.002 was revoked in 17.
        (new, "T1073", Some("T1574.001")),
        (new, "T1043", None),
        (mobile, "T1440", None),
        (ics, "T0855", Some("T1692.001")),
    ] {
        let expected = match to {
            Some(to) => Resolution::Revoked(catalogue.find(id(to)).expect("live")),
            None => Resolution::Deprecated,
        };
        assert_eq!(catalogue.resolve(id(from)), expected, "{from}");
    }
    assert_eq!(new.resolve(id("T9999")), Resolution::Unknown);
    assert_eq!(new.resolve(id("T0855")), Resolution::Unknown, "an id of ICS");
    // Often named in hand-made lists of revocations; wrongly.
    for live in ["T1534", "T1566.003"] {
        assert!(matches!(new.resolve(id(live)), Resolution::Live(_)), "{live}");
    }
}

#[test]
fn names_and_links_of_a_known_technique() {
    let catalogue = built_in(Domain::Enterprise, "19.2");
    let index = catalogue.find(id("T1059.001")).expect("live");
    let technique = catalogue.technique(index);
    assert_eq!(technique.name, "PowerShell");
    assert_eq!(technique.parent, catalogue.find(id("T1059")));
    assert_eq!(catalogue.platform_names(technique).collect::<Vec<_>>(), ["Windows"]);
    let apt29 = technique
        .groups
        .iter()
        .map(|g| &catalogue.groups[usize::from(*g)])
        .find(|group| group.id.to_string() == "G0016")
        .expect("APT29 uses PowerShell");
    assert_eq!(apt29.name, "APT29");
    assert!(apt29.aliases.iter().any(|a| a == "Cozy Bear"));
    assert!(!apt29.aliases.contains(&apt29.name));
}

/// The dates are those of the 18.1 bundles, whose `last_seen` a second script read; the four
/// campaigns that are new in 19 have none.
#[test]
fn campaigns_know_when_they_were_last_seen() {
    for (domain, version, dated, all) in [
        (Domain::Enterprise, "18.1", 52, 52),
        (Domain::Enterprise, "19.2", 52, 56),
        (Domain::Mobile, "18.1", 3, 3),
        (Domain::Mobile, "19.0", 3, 3),
        (Domain::Ics, "19.0", 7, 7),
    ] {
        let catalogue = built_in(domain, version);
        let known = catalogue.campaigns.iter().filter(|campaign| campaign.last_seen.is_some());
        assert_eq!((known.count(), catalogue.campaigns.len()), (dated, all), "{domain} {version}");
        assert!(catalogue.groups.iter().all(|group| group.last_seen.is_none()));
    }
    let catalogue = built_in(Domain::Enterprise, "19.2");
    let solar_winds = catalogue.campaigns.iter().find(|c| c.id.to_string() == "C0024");
    let last_seen = solar_winds.and_then(|campaign| campaign.last_seen);
    assert_eq!(last_seen.map(|date| date.to_string()).as_deref(), Some("2021-01-01"));
}

#[test]
fn every_committed_catalogue_keeps_its_promises() {
    for catalogue in coverlay::attack::bundled::all().expect("whole") {
        catalogue.validate().expect("valid");
        let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
        for tactic in &catalogue.tactics {
            *by_name.entry(&tactic.shortname).or_default() += 1;
        }
        assert!(by_name.values().all(|count| *count == 1));
        assert!(catalogue.techniques.iter().all(|t| !t.name.is_empty()));
        // All sub-techniques have their parent, and stand in no column without it.
        for technique in catalogue.techniques.iter().filter(|t| t.id.is_sub_technique()) {
            let parent = catalogue.technique(technique.parent.expect("live"));
            assert!(
                technique.tactics.iter().all(|t| parent.tactics.contains(t)),
                "{}",
                technique.id
            );
        }
    }
}

#[test]
fn the_files_are_within_their_budget() {
    let files = ["18.1", "19.2"].map(|label| format!("public/attack/{label}.catalogue"));
    let sizes = files.map(|file| std::fs::metadata(file).expect("committed").len());
    // 250 kB compressed for all together; the files are compressed already.
    assert!(sizes.iter().sum::<u64>() < 250_000, "{sizes:?}");
}

#[test]
fn the_list_names_every_set_and_domain() {
    let mut text = Vec::new();
    coverlay::cli::catalogue::list(&mut text).expect("prints");
    let text = String::from_utf8(text).expect("text");
    assert_eq!(text.lines().count(), 7, "{text}");
    assert!(text.contains("19.2  enterprise-attack  19.2          15        222            475"));
}
