//! Everything of the list against numbers computed by hand on the toy matrix (`toy.rs`).

use crate::toy::{at, catalogue, list, list_of, profile, rule, rules, told};
use coverlay::gaps::{
    Availability, Basis, Enrichment, GapList, GapState, LogsAtHand, PriorityPolicy, Profile,
    Remark, Sight, Telemetry as _, by_platform, by_tactic, unlock,
};
use coverlay::rule::LogSource;

#[track_caller]
fn is(list: &GapList, expected: &[(&str, &str, f64)]) {
    let told = told(list);
    let order: Vec<_> = told.iter().map(|(id, state, _)| (id.as_str(), *state)).collect();
    let wanted: Vec<_> = expected.iter().map(|(id, state, _)| (*id, *state)).collect();
    assert_eq!(order, wanted);
    for ((id, _, priority), (.., wanted)) in told.iter().zip(expected) {
        assert!((priority - wanted).abs() < 1e-9, "{id}: {priority} is not {wanted}");
    }
}

/// impact × criticality + threat × frequency − score / 10, with all six actors counting.
#[test]
fn the_formula_on_six_techniques_and_all_their_terms() {
    let list = list(&Profile::default(), PriorityPolicy::default());
    assert_eq!(list.threat.basis, Basis::Everyone);
    is(
        &list,
        &[
            // Privilege escalation (3) beats execution (2); groups 1, 2 and (by .001) 3, campaign
            // 1: 4 of 6. No rule names it, one of two sub-techniques has one: score 0.
            ("T1001", "partial", 3.0 * 1.0 + 10.0 * 4.0 / 6.0 - 0.0 / 10.0),
            // Execution (2) beats collection (1); 6 of 6; two medium rules: 50.
            ("T1006", "weak", 2.0 * 1.0 + 10.0 * 6.0 / 6.0 - 50.0 / 10.0),
            ("T1004", "uncovered", 3.0 * 1.0 + 10.0 * 0.0 / 6.0 - 0.0 / 10.0),
            ("T1001.002", "uncovered", 2.0 * 1.0 + 10.0 * 0.0 / 6.0 - 0.0 / 10.0),
            ("T1002", "weak", 1.0 * 1.0 + 10.0 * 1.0 / 6.0 - 30.0 / 10.0),
            ("T1001.001", "fragile", 2.0 * 1.0 + 10.0 * 2.0 / 6.0 - 80.0 / 10.0),
        ],
    );
    for (id, impact, frequency, score, arithmetic) in [
        ("T1001", 3.0, 4.0 / 6.0, 0, "3 × 1 + 10 × 0.6667 − 0 ÷ 10 = 9.6667"),
        ("T1001.001", 2.0, 2.0 / 6.0, 80, "2 × 1 + 10 × 0.3333 − 80 ÷ 10 = −2.6667"),
        ("T1001.002", 2.0, 0.0, 0, "2 × 1 + 10 × 0 − 0 ÷ 10 = 2"),
        ("T1002", 1.0, 1.0 / 6.0, 30, "1 × 1 + 10 × 0.1667 − 30 ÷ 10 = −0.3333"),
        // No gap: two rules of 80 on two log sources. It has its terms all the same.
        ("T1003", 3.0, 1.0 / 6.0, 80, "3 × 1 + 10 × 0.1667 − 80 ÷ 10 = −3.3333"),
        ("T1004", 3.0, 0.0, 0, "3 × 1 + 10 × 0 − 0 ÷ 10 = 3"),
        ("T1006", 2.0, 1.0, 50, "2 × 1 + 10 × 1 − 50 ÷ 10 = 7"),
    ] {
        let terms = &list.assessment(at(id)).terms;
        assert_eq!((terms.impact_weight, terms.tactic_criticality), (impact, 1.0), "{id}");
        assert_eq!((terms.threat_weight, terms.adversary_frequency), (10.0, frequency), "{id}");
        assert_eq!(terms.coverage_score, score, "{id}");
        assert_eq!(terms.arithmetic(), arithmetic, "{id}");
    }
    assert_eq!(list.gaps.iter().map(|gap| gap.rank).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn weights_change_the_order_and_ties_go_by_id() {
    let mut policy = PriorityPolicy::default();
    policy.set_weight("criticality.collection", 5.0).expect("a weight");
    policy.set_weight("threat", 6.0).expect("a weight");
    is(
        &list(&Profile::default(), policy),
        &[
            ("T1001", "partial", 3.0 + 4.0),
            // Collection 1 × 5 now beats execution 2 × 1.
            ("T1006", "weak", 5.0 + 6.0 - 5.0),
            ("T1002", "weak", 5.0 + 1.0 - 3.0),
            ("T1004", "uncovered", 3.0),
            ("T1001.002", "uncovered", 2.0),
            ("T1001.001", "fragile", 2.0 + 2.0 - 8.0),
        ],
    );
}

#[test]
fn chosen_actors_decide_frequency_and_relevance() {
    let profile = profile(r#"{"groups": ["group g0002"], "campaigns": ["C0002"]}"#);
    let list = list(&profile, PriorityPolicy::default());
    assert_eq!((list.threat.basis, list.threat.total()), (Basis::Chosen, 2));
    // G0002 uses T1001, T1001.001 and T1006; C0002 T1003 (no gap) and T1006.
    is(
        &list,
        &[
            ("T1001", "partial", 3.0 + 5.0),
            ("T1006", "weak", 2.0 + 10.0 - 5.0),
            ("T1001.001", "fragile", 2.0 + 5.0 - 8.0),
        ],
    );
    let why = &list.assessment(at("T1004")).relevance;
    let said: Vec<_> = why.against().map(|why| why.sentence(&catalogue(), &list.threat)).collect();
    assert_eq!(said, ["Out: nobody who was chosen uses it."]);
    let keep = Profile {
        demands: coverlay::gaps::Demands { threat: false, ..Default::default() },
        ..profile
    };
    assert_eq!(crate::toy::list(&keep, PriorityPolicy::default()).gaps.len(), 6);
}

#[test]
fn a_layer_counts_as_one_more_actor_and_incidents_as_shares() {
    let layer = profile(
        r#"{"groups": ["G0001"],
            "threat": [{"technique": "T1004", "score": 2}, {"technique": "T1001.001", "score": 4}]}"#,
    );
    let frequencies = |list: &GapList| {
        ["T1001", "T1001.001", "T1002", "T1004"].map(|id| list.threat.frequency(at(id)))
    };
    // Of G0001 and the layer; the layer's highest score is 4.
    let by_layer = list(&layer, PriorityPolicy::default());
    assert_eq!(frequencies(&by_layer), [1.0, 0.5, 0.5, 0.25]);
    let incidents =
        profile(r#"{"incidents": {"T1001.001": 6, "T1001": 1, "T1004": 2, "T9999": 1}}"#);
    let by_incidents = list(&incidents, PriorityPolicy::default());
    assert_eq!(by_incidents.threat.basis, Basis::Incidents);
    assert_eq!(frequencies(&by_incidents), [0.7, 0.6, 0.0, 0.2]);
    assert_eq!(by_incidents.remarks, [Remark::UnknownTechnique("T9999".to_owned())]);
    // Actors go before incidents, unless incidents are asked for.
    let both = Profile { groups: layer.groups.clone(), ..incidents };
    assert_eq!(list(&both, PriorityPolicy::default()).threat.basis, Basis::Chosen);
    let asked = Profile { frequency_from: Some(coverlay::gaps::FrequencyFrom::Incidents), ..both };
    assert_eq!(frequencies(&list(&asked, PriorityPolicy::default())), [0.7, 0.6, 0.0, 0.2]);
}

/// Of the rules' logs, all of Windows; what a log source of ATT&CK is called tells its system.
#[test]
fn what_is_at_hand_depends_on_the_system() {
    let of = |rules, profile: &str| {
        let catalogue = catalogue();
        let list = list_of(rules, &crate::toy::profile(profile), PriorityPolicy::default(), None);
        let told = LogsAtHand { catalogue: &catalogue, logs: &list.logs };
        let rule = |product, category| told.of_rule(&LogSource::new(product, category, ""));
        let components = [(0, 0), (0, 2), (1, 0), (2, 1), (0, 9), (9, 0)];
        let rules = [
            rule("windows", "process_creation"),
            rule("linux", "process_creation"),
            rule("windows", "file_event"),
            rule("of my own", ""),
            rule("", ""),
        ];
        (components.map(|(component, at)| told.of_catalogue(component, at)), rules)
    };
    use Availability::{Available as Yes, Unavailable as No, Unknown};
    let (components, by_rules) = of(rules(), "{}");
    // Processes on Windows, not on Linux (auditd); the registry; no traffic; processes wherever a
    // name tells nothing; no component at that place.
    assert_eq!(components, [Yes, No, Yes, No, Yes, No]);
    assert_eq!(by_rules, [Yes, No, No, Unknown, Unknown]);
    // What the profile says holds everywhere.
    let (components, by_rules) =
        of(rules(), r#"{"log_sources": {"DC0032": true, "DC0063": false}}"#);
    assert_eq!(components, [Yes, Yes, No, No, Yes, No]);
    assert_eq!(by_rules[..2], [Yes, Yes]);
    assert_eq!(of(vec![], "{}"), ([Unknown; 6], [Unknown; 5]), "nothing is known at all");
}

#[test]
fn states() {
    let state = |rules, id: &str| {
        let list = list_of(rules, &Profile::default(), PriorityPolicy::default(), None);
        list.assessment(at(id)).state
    };
    assert_eq!(state(vec![], "T1001"), Some(GapState::Uncovered));
    assert_eq!(state(rules(), "T1001"), Some(GapState::Partial));
    let both = || {
        let mut rules = rules();
        rules.push(rule("g", "high", "process_creation", "T1001.002"));
        rules
    };
    assert_eq!(state(both(), "T1001"), None, "each sub-technique speaks for itself");
    let of = |id: &str, parts: &[(&str, &str)]| {
        let made = parts.iter().enumerate();
        let made = made.map(|(n, (level, category))| rule(&format!("x{n}"), level, category, id));
        state(made.collect(), id)
    };
    assert_eq!(of("T1002", &[("medium", "a"), ("low", "b")]), Some(GapState::Weak));
    assert_eq!(of("T1002", &[("high", "a")]), Some(GapState::Fragile));
    assert_eq!(of("T1002", &[("high", "a"), ("low", "a")]), Some(GapState::Fragile));
    assert_eq!(of("T1002", &[("high", "a"), ("low", "b")]), None);
}

#[test]
fn platforms_observability_and_acceptance() {
    let profile = profile(
        r#"{"platforms": ["linux", "Solaris"],
            "accepted": [{"technique": "T1001", "reason": "lab only", "until": "2026-11-29"},
                         {"technique": "T1004", "reason": "old", "until": "2026-11-28"},
                         {"technique": "T7777", "reason": "gone"}]}"#,
    );
    let list = list(&profile, PriorityPolicy::default());
    let against = |id: &str| {
        let why = &list.assessment(at(id)).relevance;
        why.against().map(|why| why.question()).collect::<Vec<_>>()
    };
    // The day of `until` still counts; a technique stands for its sub-techniques.
    assert_eq!(against("T1001"), ["accepted"]);
    assert_eq!(against("T1001.002"), ["accepted"]);
    assert_eq!(against("T1001.001"), ["platform", "accepted"]);
    assert_eq!(against("T1003"), ["platform"]);
    assert_eq!(against("T1005"), ["platform", "observability"]);
    for (id, why) in [("T1002", "T1002 is on Linux"), ("T1006", "T1006 names no platform")] {
        assert!(list.assessment(at(id)).relevance.is_in(), "{why}");
    }
    // Over since yesterday: it counts again, and that is said.
    assert!(list.assessment(at("T1004")).is_gap());
    let said: Vec<String> = list.remarks.iter().map(Remark::sentence).collect();
    assert_eq!(
        said,
        [
            "T1004 was accepted until 2026-11-28 (old) and counts again.",
            "T7777 is accepted, but this release of ATT&CK does not have it.",
            "This release of ATT&CK has no platform 'Solaris'.",
        ]
    );
}

#[test]
fn logs_are_guessed_from_rules_and_corrected() {
    let sights = |list: &GapList| {
        ["T1001.001", "T1001.002", "T1002", "T1003", "T1004", "T1005", "T1006"]
            .map(|id| list.assessment(at(id)).observability.sight)
    };
    use Sight::{Blind, Full, Never, Partly, Unknown};
    let guessed = list(&Profile::default(), PriorityPolicy::default());
    // The rules look at processes and registry, of Windows only.
    assert_eq!(sights(&guessed), [Full, Blind, Unknown, Full, Blind, Never, Partly]);
    let unlocks = unlock(&catalogue(), &guessed, 9);
    let told: Vec<_> =
        unlocks.iter().map(|one| (one.component, one.gain, one.techniques.clone())).collect();
    assert_eq!(told, [(2, 3.0, vec![at("T1004")]), (0, 2.0, vec![at("T1001.002")])]);
    assert_eq!((&unlocks[1].log_sources[..], &unlocks[1].platforms[..]), (&[2][..], &[0][..]));

    let corrected = profile(
        r#"{"log_sources": {"network traffic content": true, "DC0063": false, "DC9999": true}}"#,
    );
    let corrected = list(&corrected, PriorityPolicy::default());
    assert_eq!(sights(&corrected), [Full, Blind, Unknown, Blind, Full, Never, Full]);
    assert_eq!(corrected.logs.unknown, ["DC9999"]);
    let registry = corrected.logs.component(1).expect("it is there");
    assert!(registry.is_guessed() && !registry.is_available());
    let strict = profile(r#"{"only": {"available_log_sources": true}}"#);
    let strict = list(&strict, PriorityPolicy::default());
    assert!(!strict.assessment(at("T1004")).is_gap() && strict.assessment(at("T1006")).is_gap());
    // Other rules, another guess; the correction stays what it is.
    let none = list_of(vec![], &Profile::default(), PriorityPolicy::default(), None);
    assert!(!none.logs.is_told());
}

const ENRICHMENT: &str = r#"{
    "group_sectors": {"source": "S", "licence": "L", "version": 1, "groups": {
        "G0001": {"sectors": ["Energy"], "countries": ["DE"]},
        "G0002": {"sectors": ["Energy"], "countries": []},
        "G0003": {"sectors": ["energy", "Retail"], "countries": ["FR"]},
        "G0004": {"sectors": ["Retail"], "countries": ["DE"]}}},
    "top_attack_techniques": {"source": "T", "attack_version": "14", "year": 2024, "techniques": {
        "T1006": {"choke_point": 0.3, "prevalence": 0, "actionability": 0.5}, "X1": {}}},
    "kev": {"source": "K", "as_of": "2025-07-28", "techniques": {"T1006": 4, "T1004": 0}}}"#;

#[test]
fn industry_and_country_choose_groups() {
    let enrichment = Enrichment::read(ENRICHMENT).expect("an enrichment");
    let groups = |json: &str| {
        let list = list_of(rules(), &profile(json), PriorityPolicy::default(), Some(&enrichment));
        (list.threat.groups, list.threat.campaigns.len())
    };
    assert_eq!(groups(r#"{"industry": "ENERGY"}"#), (vec![0, 1, 2], 0));
    // No country is known of G0002; that is no reason to leave it out.
    assert_eq!(groups(r#"{"industry": "Energy", "country": "DE"}"#), (vec![0, 1], 0));
    assert_eq!(groups(r#"{"country": "de", "groups": ["G0002"]}"#), (vec![0, 1, 3], 0));
    assert_eq!(groups(r#"{"industry": "Mining"}"#), (vec![0, 1, 2, 3], 2), "nobody: everybody");
    let without = list(&profile(r#"{"industry": "Energy"}"#), PriorityPolicy::default());
    assert_eq!(without.remarks, [Remark::NoTargets, Remark::NobodyChosen]);
    assert_eq!(enrichment.sectors(), ["Energy", "Retail", "energy"]);
    assert_eq!(enrichment.unreadable, ["X1"]);
    assert_eq!(enrichment.targets_from.sentence(), "S, version 1, licence L");
    assert_eq!(enrichment.scores_from.sentence(), "T, for ATT&CK 14, of 2024");
}

#[test]
fn other_policies() {
    let enrichment = Enrichment::read(ENRICHMENT).expect("an enrichment");
    let groups = list(&Profile::default(), PriorityPolicy::Groups);
    is(
        &groups,
        &[
            ("T1001", "partial", 75.0),
            ("T1006", "weak", 100.0 * 0.5),
            ("T1002", "weak", 25.0 * 0.7),
            ("T1001.001", "fragile", 50.0 * 0.2),
            ("T1001.002", "uncovered", 0.0),
            ("T1004", "uncovered", 0.0),
        ],
    );
    let policy = PriorityPolicy::named("exposure").expect("a policy");
    let list = list_of(rules(), &Profile::default(), policy, Some(&enrichment));
    // C0002 was last seen 730 days ago, C0001 nobody knows when; h = 2 years.
    let old = 2.0 / (2.0 + 730.0 / 365.25);
    let all = 4.0 + 1.0 + old;
    is(
        &list,
        &[
            ("T1001", "partial", 100.0 * (3.0 + 1.0) / all),
            // Half of what its analytic needs is there: 0.25 + 0.75 × 0.5.
            ("T1006", "weak", 100.0 * 1.0 * 1.3 * 1.5 * 0.625 * 0.5),
            ("T1002", "weak", 100.0 * 1.0 / all * 0.7),
            ("T1001.001", "fragile", 100.0 * 2.0 / all * 0.2),
            ("T1001.002", "uncovered", 0.0),
            ("T1004", "uncovered", 0.0),
        ],
    );
    let arithmetic = list.assessment(at("T1006")).terms.arithmetic();
    assert_eq!(arithmetic, "100 × 1 × 1.3 × 1.5 × 0.625 × (1 − 50 ÷ 100) = 60.9375");
    let neutral = list_of(rules(), &Profile::default(), policy, None);
    let terms = &neutral.assessment(at("T1006")).terms;
    assert!((terms.priority() - 100.0 * 0.625 * 0.5).abs() < 1e-9);
    assert!(terms.arithmetic().contains("1 (not known)"), "{}", terms.arithmetic());
    assert_eq!(neutral.remarks, [Remark::NoEnrichment]);
}

#[test]
fn counts_stakes_and_heat() {
    let list = list(&Profile::default(), PriorityPolicy::default());
    let catalogue = catalogue();
    let tactics = by_tactic(&catalogue, &list);
    let said: Vec<_> =
        tactics.iter().map(|row| (row.relevant, row.states, row.gaps.len())).collect();
    assert_eq!(
        said,
        [(4, [1, 1, 1, 1], 4), (2, [1, 1, 0, 0], 2), (2, [0, 0, 2, 0], 2), (1, [0; 4], 0)]
    );
    assert!((tactics[2].priority - 7.0).abs() < 1e-9, "what is below 0 counts as 0");
    let platforms = by_platform(&catalogue, &list);
    let said: Vec<_> = platforms.iter().map(|row| (row.name.as_str(), row.gaps.len())).collect();
    assert_eq!(said, [("Linux", 4), ("PRE", 0), ("Windows", 3)]);
    let stakes = list.stakes();
    let expected = [29.0 / 3.0, 16.0 / 3.0, 2.0, 8.0 / 3.0, 14.0 / 3.0, 3.0, 0.0, 12.0];
    for (at, (stake, expected)) in stakes.iter().zip(expected).enumerate() {
        assert!((stake - expected).abs() < 1e-9, "{at}: {stake} is not {expected}");
    }
    let heat = list.heat();
    let expected = [Some(100), Some(0), Some(21), Some(0), None, Some(31), None, Some(72)];
    assert_eq!(heat, expected);
}
