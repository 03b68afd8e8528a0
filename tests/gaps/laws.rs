//! What holds of every list of gaps.

use crate::toy::{at, catalogue, cover, intake, list, list_of, rule};
use coverlay::attack::TechniqueIndex;
use coverlay::gaps::{GapList, PriorityPolicy, Profile, ThreatTechnique, unlock};
use coverlay::rule::Rule;
use proptest::prelude::*;

const IDS: [&str; 8] =
    ["T1001", "T1001.001", "T1001.002", "T1002", "T1003", "T1004", "T1005", "T1006"];

fn any_rules() -> impl Strategy<Value = Vec<Rule>> {
    let one = (
        prop::sample::select(vec!["low", "medium", "high"]),
        prop::sample::select(vec!["process_creation", "registry_set", "dns", "unheard of"]),
        prop::sample::select(IDS.to_vec()),
    );
    prop::collection::vec(one, 0..8).prop_map(|rules| {
        let named = rules.into_iter().enumerate();
        named.map(|(at, (level, source, id))| rule(&format!("r{at}"), level, source, id)).collect()
    })
}

prop_compose! {
    fn any_profile()(
        platforms in prop::sample::subsequence(vec!["Linux", "Windows", "Solaris"], 0..3),
        groups in prop::sample::subsequence(vec!["G0001", "G0002", "G0004", "Nobody"], 0..4),
        campaigns in prop::sample::subsequence(vec!["C0001", "C0002"], 0..2),
        threat in prop::collection::vec((prop::sample::select(IDS.to_vec()), prop::option::of(-4_i32..36)), 0..3),
        incidents in prop::collection::btree_map(prop::sample::select(IDS.to_vec()), 0_u64..9, 0..3),
        ticks in prop::collection::btree_map(prop::sample::select(vec!["DC0032", "DC0063", "DC0085"]), any::<bool>(), 0..3),
        by_threat in any::<bool>(),
        by_logs in any::<bool>(),
    ) -> Profile {
        let texts = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        let id = |text: &str| text.parse().expect("an id");
        Profile {
            platforms: texts(platforms),
            groups: texts(groups),
            campaigns: texts(campaigns),
            threat: threat.into_iter().map(|(of, score)| ThreatTechnique {
                    technique: id(of),
                    // Quarters: JSON keeps them to the last bit.
                    score: score.map(|score| f64::from(score) / 4.0),
                }).collect(),
            incidents: incidents.into_iter().map(|(of, n)| (id(of), n)).collect(),
            log_sources: ticks.into_iter().map(|(of, has)| (of.to_owned(), has)).collect(),
            demands: coverlay::gaps::Demands { threat: by_threat, available_log_sources: by_logs },
            ..Profile::default()
        }
    }
}

fn any_policy() -> impl Strategy<Value = PriorityPolicy> {
    prop::sample::select(PriorityPolicy::all().to_vec())
}

fn rank(list: &GapList, technique: TechniqueIndex) -> Option<usize> {
    list.gaps.iter().find(|gap| gap.technique == technique).map(|gap| gap.rank)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Raising a weight never lowers the rank of techniques where its term is highest.
    #[test]
    fn a_raised_weight_lowers_nobody_it_favours_most(
        rules in any_rules(), profile in any_profile(),
        key in prop::sample::select(vec!["threat", "impact.execution", "impact.privilege-escalation",
            "impact.collection", "criticality.impact", "criticality.execution"]),
        by in 1_u16..4000,
    ) {
        let before = PriorityPolicy::default();
        let mut after = before;
        let value = before.weights().into_iter().find(|(weight, _)| weight.key == key).expect("a weight").1;
        // To whole thousandths, as weights are.
        let raised = value + f64::from(by) / 1000.0;
        prop_assume!(after.set_weight(key, raised).is_ok());
        let catalogue = catalogue();
        let (old, new) = (
            list_of(rules.clone(), &profile, before, None),
            list_of(rules, &profile, after, None),
        );
        let highest = old.gaps.iter().map(|gap| old.assessment(gap.technique).terms.adversary_frequency).fold(0.0, f64::max);
        for gap in &old.gaps {
            let terms = &old.assessment(gap.technique).terms;
            let tactic = &catalogue.tactics[usize::from(terms.tactic)].shortname;
            let is_highest = match key.split_once('.') {
                None => terms.adversary_frequency >= highest,
                Some((_, of)) => of == tactic,
            };
            if is_highest {
                let now = rank(&new, gap.technique).expect("weights leave nobody out");
                prop_assert!(now <= gap.rank, "{key}: from {} to {now}", gap.rank);
            }
        }
    }

    /// A gap that is covered well, by two log sources, is one no more, and all others stay.
    #[test]
    fn covering_a_gap_removes_it(rules in any_rules(), profile in any_profile(), policy in any_policy()) {
        let before = list_of(rules.clone(), &profile, policy, None);
        for gap in &before.gaps {
            let id = catalogue().technique(gap.technique).id.to_string();
            let mut more = rules.clone();
            // Log sources that show no data component, so that nothing but the cover changes.
            more.push(rule("new 1", "high", "own 1", &id));
            more.push(rule("new 2", "high", "own 2", &id));
            let after = list_of(more, &profile, policy, None);
            prop_assert_eq!(rank(&after, gap.technique), None);
            for other in &before.gaps {
                // A sub-technique may close what its technique lacked.
                let parent = catalogue().technique(gap.technique).parent;
                if other.technique != gap.technique && Some(other.technique) != parent {
                    prop_assert!(rank(&after, other.technique).is_some());
                }
            }
        }
    }

    /// In whatever order rules and the names of a profile come.
    #[test]
    fn order_of_input_changes_nothing(rules in any_rules(), profile in any_profile(), policy in any_policy()) {
        let mut back = rules.clone();
        back.reverse();
        let mut other = profile.clone();
        other.groups.reverse();
        other.campaigns.reverse();
        other.platforms.reverse();
        other.threat.reverse();
        let (one, two) = (list_of(rules, &profile, policy, None), list_of(back, &other, policy, None));
        prop_assert_eq!(&one.gaps, &two.gaps);
        prop_assert_eq!(&one.assessments, &two.assessments);
        prop_assert_eq!(unlock(&catalogue(), &one, 9), unlock(&catalogue(), &two, 9));
    }

    /// The list is what the assessments say, in order; stakes and what a log source opens follow.
    #[test]
    fn the_parts_agree(rules in any_rules(), profile in any_profile(), policy in any_policy()) {
        let list = list_of(rules, &profile, policy, None);
        let catalogue = catalogue();
        for index in catalogue.indices() {
            prop_assert_eq!(rank(&list, index).is_some(), list.assessment(index).is_gap());
        }
        for two in list.gaps.windows(2) {
            let (a, b) = (&two[0], &two[1]);
            prop_assert!(a.priority > b.priority || (a.priority == b.priority && a.technique < b.technique));
            prop_assert_eq!(a.rank + 1, b.rank);
        }
        for (stake, one) in list.stakes().iter().zip(&list.assessments) {
            prop_assert!(*stake >= 0.0 && (one.relevance.is_in() || *stake == 0.0));
            prop_assert!(one.terms.uncovered() >= one.terms.priority());
            prop_assert!((0.0..=1.0).contains(&one.terms.adversary_frequency));
        }
        let unlocks = unlock(&catalogue, &list, 9);
        for two in unlocks.windows(2) {
            prop_assert!(two[0].gain >= two[1].gain - 1e-9, "gains never rise");
        }
        let mut opened: Vec<_> = unlocks.iter().flat_map(|one| one.techniques.clone()).collect();
        opened.sort_unstable();
        let all = opened.len();
        opened.dedup();
        prop_assert_eq!(all, opened.len(), "nothing is opened twice");
        let blind = list.gaps.iter().filter(|gap| {
            list.assessment(gap.technique).observability.sight == coverlay::gaps::Sight::Blind
        });
        prop_assert_eq!(all, blind.count(), "everything can be opened");
        prop_assert!(list.heat().iter().flatten().all(|heat| *heat <= 100));
    }

    /// What a profile says survives its own file.
    #[test]
    fn profiles_survive_storage(profile in any_profile()) {
        let text = profile.to_json();
        prop_assert_eq!(Profile::from_json(&text).expect("it reads"), profile);
    }
}

#[test]
fn a_technique_is_never_a_gap_where_its_platform_is_out() {
    let list =
        list(&crate::toy::profile(r#"{"platforms": ["Windows"]}"#), PriorityPolicy::default());
    assert!(!list.assessment(at("T1004")).is_gap());
    let catalogue = catalogue();
    let coverage = cover(&catalogue, &intake(vec![]));
    assert!(coverage.technique(at("T1004")).in_scope, "the coverage itself leaves it in");
}
