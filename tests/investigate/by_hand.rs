//! Numbers that were computed on paper.

use crate::toy::{World, at, host, typed};
use coverlay::attack::ActorKind;
use coverlay::coverage::TechniqueState;
use coverlay::gaps::GapState;
use coverlay::investigate::{
    Investigation, InvestigationPolicy, LeftOut, Pick, Roll, Standing, Usage,
};

/// An incident on `pc`, an echo of it on `srv`, and things far away.
fn world() -> World {
    World::toy(&[
        ("pc", "ann", "7", "mail", "", 0),           // 0: T1001 by its rule
        ("pc", "ann", "7", "dump", "T1003.001", 60), // 1
        ("pc", "ann", "7", "dump", "T1003.001", 61), // 2
        ("pc", "", "7", "other", "in execution", 120), // 3: no technique
        ("pc", "bob", "", "other", "T9999", 180),    // 4: unknown, no tactic
        ("srv", "bob", "", "dump", "T1003.001", 130), // 5: related
        ("srv", "bob", "", "move", "", 130),         // 6: lateral movement: not related
        ("", "", "", "mail", "", 1500),              // 7: within 24 h after the last
        ("srv", "", "", "dump", "", 1621),           // 8: a minute too late
        ("srv", "", "", "mail", "", -1440),          // 9: just within 24 h before
    ])
}

fn told(roll: &Roll, name: impl Fn(u32) -> String) -> Vec<(String, u32, i64, i64)> {
    let minutes = |time: coverlay::alerts::Moment| (time.0 - at(0).0) / 60_000;
    roll.named
        .iter()
        .map(|each| {
            let seen = each.seen;
            (name(each.number), seen.alerts, minutes(seen.first), minutes(seen.last))
        })
        .collect()
}

#[test]
fn the_extent_of_an_incident() {
    let world = world();
    let found = world.find(&host("pc"));
    assert_eq!(found.rows, [0, 1, 2, 3, 4]);
    let extent = &found.extent;
    let seen = extent.seen.expect("alerts");
    assert_eq!((seen.alerts, seen.first, seen.last), (5, at(0), at(180)));
    let users = told(&extent.users, |n| world.alerts.users().get(n).to_owned());
    assert_eq!(users, [("ann".to_owned(), 3, 0, 61), ("bob".to_owned(), 1, 180, 180)]);
    assert_eq!(extent.users.unnamed, 1);
    let rules = told(&extent.rules, |n| world.alerts.rule(n).label().to_owned());
    let expected = [("dump", 2, 60, 61), ("other", 2, 120, 180), ("mail", 1, 0, 0)];
    assert_eq!(rules, expected.map(|(name, n, a, b)| (name.to_owned(), n, a, b)));
    assert_eq!((extent.incidents.named[0].seen.alerts, extent.incidents.unnamed), (4, 1));
    assert_eq!(extent.unplaced, 2);
    let techniques: Vec<_> = extent
        .techniques
        .iter()
        .map(|each| (world.id(each.technique), each.seen.map(|seen| seen.alerts), each.is_typed))
        .collect();
    let expected = [("T1001", Some(1), false), ("T1003.001", Some(2), false)];
    assert_eq!(techniques, expected.map(|(id, n, typed)| (id.to_owned(), n, typed)));
}

#[test]
fn tactics_on_a_line_of_time() {
    let world = world();
    let mut pick = host("pc");
    pick.techniques = ["T1005", "T9999"].map(|id| id.parse().expect("an id")).into();
    let found = world.find(&pick);
    let progression = &found.progression;
    let line = progression.line.expect("alerts");
    assert_eq!((line.since, line.bins), (at(0), 60));
    assert_eq!(line.width, 180_001);
    let tactics: Vec<_> = progression
        .tactics
        .iter()
        .map(|t| (t.tactic, t.seen.map(|seen| seen.alerts), t.techniques))
        .collect();
    assert_eq!(tactics, [(0, Some(1), 1), (1, Some(1), 0), (2, Some(2), 1), (4, None, 1)]);
    let bins = &progression.tactics[2].bins;
    let full: Vec<_> = bins.iter().zip(0..).filter(|(n, _)| **n > 0).collect();
    assert_eq!(full, [(&1, 19), (&1, 20)], "60 min is in piece 19, 61 min in piece 20");
    assert!(progression.tactics[3].bins.is_empty());
    let steps: Vec<_> =
        progression.steps.iter().map(|s| (s.tactic, s.first, s.is_backward)).collect();
    assert_eq!(steps, [(0, at(0), false), (2, at(60), false), (1, at(120), true)]);
    assert_eq!((progression.earliest, progression.furthest), (Some(0), Some(4)));
    assert_eq!(found.extent.unknown, ["T9999".parse().expect("an id")]);
    let before = world.find(&host("pc")).progression;
    assert_eq!((before.furthest, before.surely), (Some(2), Some(2)));
}

/// A technique of several tactics surely reaches only the first of them.
#[test]
fn what_was_surely_reached() {
    let found = World::toy(&[]).find(&typed(&["T1006"]));
    let progression = found.progression;
    assert_eq!((progression.earliest, progression.furthest), (Some(1), Some(3)));
    assert_eq!(progression.surely, Some(1));
    assert!(progression.steps.is_empty() && progression.line.is_none());
    let stated = World::toy(&[("pc", "", "", "x", "in execution, lateral-movement", 0)]);
    assert_eq!(stated.find(&host("pc")).progression.surely, Some(3), "it says both itself");
}

/// T1001 and T1003.001: used together by G0001 to G0006. Of these G0001 to G0005 use T1004 (in
/// all: and C0001, six of nine); lift (5 ÷ 6) ÷ (6 ÷ 9) = 1.25.
#[test]
fn an_association() {
    let world = World::toy(&[]);
    let of = |ids: &[&str], id: &str| {
        let antecedent: Vec<_> = ids.iter().map(|id| world.index(id)).collect();
        Usage::of(&world.catalogue, false).association(&antecedent, world.index(id))
    };
    let found = of(&["T1001", "T1003.001"], "T1004").expect("used");
    assert_eq!((found.support(), found.with, found.users, found.entities), (5, 6, 6, 9));
    assert!((found.confidence() - 5.0 / 6.0).abs() < 1e-12 && (found.lift() - 1.25).abs() < 1e-12);
    assert!(found.supporters.iter().all(|actor| actor.kind == ActorKind::Group));
    assert_eq!(
        found.sentence(&world.catalogue),
        "5 of 6 groups and campaigns that use T1001 and T1003.001 use it as well (83 %); of all 9 it is 6 (67 %), lift 1.2."
    );
    assert_eq!(of(&["T1007"], "T1004"), None, "nobody uses it");
    assert_eq!(of(&[], "T1004"), None);
    // G0007 uses the technique alone, seven others and both campaigns a sub-technique of it.
    let parents = |with_parents| {
        let index = world.index("T1003");
        Usage::of(&world.catalogue, with_parents)
            .association(&[index], world.index("T1006"))
            .map(|found| (found.support(), found.with))
    };
    assert_eq!((parents(false), parents(true)), (Some((1, 1)), Some((9, 9))));
}

fn loose() -> InvestigationPolicy {
    let mut policy = InvestigationPolicy::default();
    for key in ["lift.least", "confidence.least"] {
        policy.weights.set(key, 0.0).expect("in range");
    }
    policy
}

fn find(world: &World, pick: &Pick, policy: &InvestigationPolicy) -> Investigation {
    Investigation::of(&world.asked(pick, policy))
}

/// Typed T1001 and T1003.001 (with: 6, 7, together 6). T1004: 5 of 6 by T1001, 6 of 7 by
/// T1003.001, which has the higher lower bound. T1005: 4 of 6, 4 of 7, 4 of 6: the first of the
/// smallest. T1006: 6 of 6, 7 of 7. T1002 has 2 or 3 users, T1003.002 at most 2 together.
#[test]
fn the_best_explanation_is_chosen() {
    let world = World::toy(&[]);
    let pick = typed(&["T1001", "T1003.001"]);
    let found = find(&world, &pick, &loose());
    let steps: Vec<_> = found
        .next
        .steps
        .iter()
        .map(|step| {
            let because = &step.because;
            let of = (because.support(), because.with);
            (world.id(step.technique), world.ids(&because.antecedent), of, step.standing)
        })
        .collect();
    let expected = [
        ("T1006", "T1003.001", (7, 7), Standing::Ahead),
        ("T1004", "T1003.001", (6, 7), Standing::Ahead),
        ("T1005", "T1001", (4, 6), Standing::Ahead),
    ];
    assert_eq!(steps, expected.map(|(id, by, of, s)| (id.to_owned(), by.to_owned(), of, s)));
    // Wilson, z = 1.645: 7 of 7 → 1 ÷ (1 + 2.706 ÷ 7).
    assert!((found.next.steps[0].rank - 0.721_197).abs() < 1e-5, "{}", found.next.steps[0].rank);
    assert_eq!(
        found.next.left_out,
        LeftOut { above_picked: 0, little_support: 2, little_confidence: 0, little_lift: 0 }
    );
    assert_eq!((found.next.groups, found.next.campaigns), (7, 2));
    assert_eq!((found.next.explaining, found.next.largest), (2, 2));
    // T1006: everybody uses it, lift 1. T1004: (6 ÷ 7) ÷ (6 ÷ 9) = 1.29.
    let strict = world.find(&pick).next;
    let ids: Vec<_> = strict.steps.iter().map(|step| world.id(step.technique)).collect();
    assert_eq!((ids, strict.left_out.little_lift), (vec!["T1005".to_owned()], 2));
}

/// From lateral movement (3) and impact (4): T1003.001 and T1001 lie before, T1006 reaches into
/// lateral movement. For T1001 4 of 4 (T1005) have the bound 0.60, 5 of 6 (T1004) 0.50.
#[test]
fn what_lies_behind_is_ranked_lower_and_told() {
    let world = World::toy(&[]);
    let found = find(&world, &typed(&["T1004", "T1005"]), &loose());
    let steps: Vec<_> = found
        .next
        .steps
        .iter()
        .map(|step| (world.id(step.technique), step.standing, step.because.support()))
        .collect();
    assert_eq!(
        steps,
        [
            ("T1006".to_owned(), Standing::Between, 6),
            ("T1003.001".to_owned(), Standing::Behind, 6),
            ("T1001".to_owned(), Standing::Behind, 4),
        ]
    );
    let mut even = loose();
    even.weights.set("order.behind", 1.0).expect("in range");
    let even = find(&world, &typed(&["T1004", "T1005"]), &even);
    assert_eq!(world.id(even.next.steps[0].technique), "T1003.001", "6 of 6, and no factor");
    let all: Vec<_> = even.next.steps.iter().map(|step| step.rank).collect();
    assert!((all[0] / all[2] - 1.0 / 0.75).abs() < 1e-9, "both 6 of 6: {all:?}");
}

#[test]
fn would_one_see_it() {
    let world = World::toy(&[]);
    let found = find(&world, &typed(&["T1001", "T1003.001"]), &loose());
    let outlook = |id: &str| {
        let step = found.next.steps.iter().find(|step| world.id(step.technique) == id);
        step.expect("a step").outlook.clone()
    };
    let seen = outlook("T1004");
    assert_eq!((seen.state, seen.rules.len(), seen.gap), (TechniqueState::Direct, 2, None));
    assert_eq!((seen.answer(), seen.is_gap()), ("rules name it", false));
    let unseen = outlook("T1005");
    assert_eq!((unseen.gap, unseen.is_gap()), (Some(GapState::Uncovered), true));
    assert_eq!((unseen.answer(), unseen.score), ("no rule names it", None));
    let priority = world.gaps.assessment(world.index("T1005")).terms.priority();
    assert_eq!(unseen.priority, priority);
}

/// Of three picked: G0001 has all (of 7), G0002 all but T1003.002 (of 6) …
#[test]
fn groups_that_match() {
    let world = World::toy(&[]);
    let found = world.find(&typed(&["T1003.001", "T1003.002", "T1005"]));
    let told: Vec<_> = found
        .matches
        .iter()
        .map(|each| {
            let name = world.catalogue.actor_name(each.actor).id;
            (name, each.shared.len(), each.used, world.ids(&uncovered(each)))
        })
        .collect();
    let expected = [
        ("G0001", 3, 7, "T1006 T1002"),
        ("G0006", 2, 4, "T1006"),
        ("G0003", 2, 5, "T1006"),
        ("G0004", 2, 5, "T1006"),
        ("G0002", 2, 6, "T1006 T1002"),
        ("C0002", 1, 2, "T1006"),
        ("G0007", 1, 3, "T1003 T1006"),
        ("C0001", 1, 4, "T1006 T1002"),
        ("G0005", 1, 4, "T1006"),
    ];
    let mut sorted = told.clone();
    sorted.sort();
    let mut wanted: Vec<_> =
        expected.map(|(g, s, u, ids)| (g.to_owned(), s, u, ids.to_owned())).into();
    let order: Vec<_> = told.iter().map(|(g, ..)| g.clone()).collect();
    assert_eq!(
        order,
        ["G0001", "G0006", "G0003", "G0004", "G0002", "C0002", "G0007", "G0005", "C0001"]
    );
    wanted.sort();
    assert_eq!(sorted, wanted);
    let first = &found.matches[0];
    assert!((first.containment() - 1.0).abs() < 1e-12);
    assert!((first.jaccard() - 3.0 / 7.0).abs() < 1e-12);
    let second = &found.matches[1];
    assert!((second.jaccard() - 2.0 / 5.0).abs() < 1e-12, "2 of 3 + 4 − 2");
    let also: Vec<_> =
        found.also_used.iter().map(|a| (world.id(a.technique), a.actors.len())).collect();
    assert_eq!(also[0], ("T1006".to_owned(), 9));
    assert!(also.iter().all(|(id, _)| !["T1003.001", "T1003.002", "T1005"].contains(&id.as_str())));
}

fn uncovered(each: &coverlay::investigate::Match) -> Vec<coverlay::attack::TechniqueIndex> {
    each.uncovered.iter().map(|(index, _)| *index).collect()
}

#[test]
fn other_alerts_in_the_same_tactics_and_time() {
    let world = world();
    let found = world.find(&host("pc"));
    let related = &found.related;
    let window = related.window.expect("alerts were picked");
    assert_eq!(window.since, at(-1440));
    assert_eq!(window.until.0, at(180 + 1440).0 + 1);
    let told: Vec<_> = related
        .alerts
        .iter()
        .map(|each| {
            let host = world.alerts.hosts().get(each.host).to_owned();
            (host, world.alerts.rule(each.rule).label().to_owned(), each.rows.clone())
        })
        .collect();
    // What bob did on the server comes first: he is among the picked.
    let expected = [("srv", "dump", 5), ("", "mail", 7), ("srv", "mail", 9)];
    assert_eq!(told, expected.map(|(h, r, row)| (h.to_owned(), r.to_owned(), vec![row])));
    let of_users: Vec<_> = related.alerts.iter().map(|each| each.of_picked_users).collect();
    assert_eq!(of_users, [1, 0, 0]);
    assert_eq!(related.tactics, [(0, 2), (2, 1)]);
    assert_eq!((related.seen.expect("some").alerts, related.hosts.unnamed), (3, 1));
    assert!(related.alerts.iter().all(|each| !each.on_picked_host));
    let by_time = Pick {
        window: Some(coverlay::alerts::Window { since: at(0), until: at(61) }),
        hosts: vec!["pc".to_owned()],
        ..Pick::default()
    };
    let found = world.find(&by_time);
    assert_eq!(found.rows, [0, 1]);
    let on_pc: Vec<_> = found.related.alerts.iter().filter(|each| each.on_picked_host).collect();
    assert_eq!(on_pc.len(), 1);
    assert_eq!(on_pc[0].rows, [2]);
}

#[test]
fn nothing_picked_is_nothing_found() {
    let world = world();
    for pick in [Pick::default(), host("nobody"), typed(&["T9999"])] {
        let found = world.find(&pick);
        assert!(found.rows.is_empty() && found.next.steps.is_empty() && found.matches.is_empty());
        assert!(found.related.alerts.is_empty() && found.progression.tactics.is_empty());
    }
    assert_eq!(world.find(&host("nobody")).missing.len(), 1);
}
