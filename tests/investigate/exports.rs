//! An investigation as Markdown and as a layer.

use crate::toy::{Raised, World, host, today, typed};
use coverlay::export::investigation_layer;
use coverlay::export::investigation_md::{self, InvestigationOf, MOST_NEXT};
use coverlay::investigate::{
    InvestigationPolicy, MATCHES_CONVENTION, NEXT_CONVENTION, PROGRESSION_CONVENTION, Pick,
};
use coverlay::layer;

fn markdown(world: &World, pick: &Pick) -> String {
    let mut policy = InvestigationPolicy::default();
    policy.weights.set("lift.least", 1.0).expect("in range");
    with(world, pick, &policy, investigation_md::write)
}

fn with<T>(
    world: &World,
    pick: &Pick,
    policy: &InvestigationPolicy,
    make: impl Fn(&InvestigationOf<'_>) -> T,
) -> T {
    let asked = world.asked(pick, policy);
    let found = coverlay::investigate::Investigation::of(&asked);
    let of = InvestigationOf {
        asked,
        found: &found,
        scoring: &world.scoring,
        date: today(),
        most: MOST_NEXT,
    };
    make(&of)
}

const INCIDENT: [Raised<'static>; 4] = [
    ("pc", "ann", "7", "mail", "", 0),
    ("pc", "ann", "7", "dump", "", 60),
    ("pc", "ann", "7", "other", "in execution", 120),
    ("srv", "bob", "", "dump", "", 130),
];

#[test]
fn markdown_has_every_part_and_its_numbers() {
    let world = World::toy(&INCIDENT);
    let text = markdown(&world, &host("pc"));
    for line in [
        "# Investigation in ATT&amp;CK Enterprise 19.2",
        "Picked: alerts with host pc.",
        "3 alerts from 2026-05-28T20:26:40Z to 2026-05-28T22:26:40Z on 1 host, of 1 user and 3 rules; 2 techniques in 3 tactics.",
        "## Scope",
        "| Host | pc | 3 | 2026-05-28T20:26:40Z | 2026-05-28T22:26:40Z |",
        "## Time line",
        "## Progression",
        "3. Execution (2026-05-28T22:26:40Z, back from a later tactic)",
        "Furthest tactic of the matrix: Credential Access; surely reached: Credential Access.",
        "## Likely next techniques",
        "## Matching groups and campaigns",
        "## Related activity",
        "| srv |  | 0 | dump | 1 | 2026-05-28T22:36:40Z | 2026-05-28T22:36:40Z |",
        "## How it is counted",
    ] {
        assert!(text.lines().any(|each| each == line), "{line} is missing in\n{text}");
    }
    // 6 of 7 that use T1003.001 use T1004; of nine it is six.
    let next = text.lines().find(|line| line.contains("T1004 Name of T1004")).expect("a row");
    for part in ["T1003.001", "6 of 7", "86 %", "6 of 9", "1.3", "rules name it", "G0001 Group 1"] {
        assert!(next.contains(part), "{part} is missing in {next}");
    }
    for whole in [NEXT_CONVENTION, MATCHES_CONVENTION, PROGRESSION_CONVENTION] {
        let escaped = whole.replace('&', "&amp;");
        assert!(text.contains(&escaped), "cut: {whole}");
    }
    assert_eq!(text, markdown(&world, &host("pc")), "the same bytes");
}

/// What is said is never said as certain.
#[test]
fn nothing_is_promised() {
    assert!(NEXT_CONVENTION.contains("no forecast"));
    let world = World::toy(&INCIDENT);
    let text = markdown(&world, &host("pc")).to_lowercase();
    for word in ["will use", "will happen", "next step is", "certain", "probability of"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn hostile_names_get_no_markup_through() {
    const EVIL: &str = "<img src=x onerror=alert(1)>|[a](javascript:b)`\n# h\u{202e}";
    let long = "x".repeat(100_000);
    let rows: Vec<Raised<'_>> = vec![
        (EVIL, EVIL, EVIL, EVIL, "T1001", 0),
        (&long, "", "", EVIL, "T1001", 5),
        ("other", EVIL, "", &long, "T1001", 7),
    ];
    let world = World::toy(&rows);
    let pick = Pick {
        hosts: vec![EVIL.to_owned(), long.clone(), "<b>nobody".to_owned()],
        ..Pick::default()
    };
    let text = markdown(&world, &pick);
    assert!(!text.contains("<img") && !text.contains("<b>") && !text.contains('\u{202e}'));
    assert!(text.contains("\\[a\\](javascript:b)\\`"), "the link is escaped");
    assert!(text.lines().all(|line| !line.starts_with("# h") && line.len() < 10_000));
    assert!(text.contains("&lt;img"));
    // No cell has a bar of its own: every row of a table has as many as its head.
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with('|')
            && let Some(next) = lines.peek().filter(|next| next.starts_with('|'))
        {
            assert!(
                next.starts_with("|---") || bars(line) == bars(next) || line.starts_with("|---"),
                "{next}"
            );
        }
    }
}

#[test]
fn the_layer_tells_picked_and_likely_apart() {
    let world = World::toy(&INCIDENT);
    let mut pick = host("pc");
    pick.techniques = vec!["T1002".parse().expect("an id")];
    let mut policy = InvestigationPolicy::default();
    policy.weights.set("lift.least", 1.0).expect("in range");
    let made = with(&world, &pick, &policy, |of| investigation_layer::layer(of, ""));
    let told: Vec<_> = made
        .techniques
        .entries
        .iter()
        .map(|entry| (entry.technique_id.to_string(), entry.color.clone().unwrap_or_default()))
        .collect();
    let expected = [
        ("T1001", "#f3b45a"),
        ("T1002", "#f3b45a"),
        ("T1003.001", "#f3b45a"),
        ("T1004", "#7fb0dc"),
        ("T1005", "#9173c0"),
        ("T1006", "#9173c0"),
    ];
    assert_eq!(told, expected.map(|(id, color)| (id.to_owned(), color.to_owned())));
    let legend: Vec<_> = made.legend_items.iter().map(|item| item.label.as_str()).collect();
    assert_eq!(
        legend,
        ["picked (3)", "likely next, a rule names it (1)", "likely next, not covered (2)"]
    );
    let comment = |id: &str| {
        let entry = made.techniques.entries.iter().find(|e| e.technique_id.to_string() == id);
        entry.expect("an entry").comment.clone()
    };
    assert_eq!(comment("T1002"), "Picked: typed");
    assert!(comment("T1001").starts_with("Picked: 1 alert, first 2026-05-28T20:26:40Z"));
    assert!(comment("T1005").contains("no forecast"), "{}", comment("T1005"));
    assert!(comment("T1005").contains("gap: uncovered, priority"));
    assert!(made.techniques.entries.iter().all(|entry| entry.score.is_none()));
    assert_eq!(made.name, "Investigation Enterprise ATT&CK 19.2");
    let json = layer::to_json(&made);
    let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(read["versions"]["layer"], "4.5");
    let empty = with(&world, &typed(&[]), &policy, |of| investigation_layer::layer(of, "Mine"));
    assert!(empty.techniques.entries.is_empty() && empty.legend_items.is_empty());
    assert_eq!(empty.name, "Mine");
}
