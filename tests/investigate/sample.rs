//! The sample's own attack: INC-0061, ten alerts over a day on two computers.

use crate::toy::{World, today};
use coverlay::attack::{Domain, bundled};
use coverlay::export::investigation_md::{self, InvestigationOf, MOST_NEXT};
use coverlay::import::alerts::{AlertOptions, AlertReader};
use coverlay::investigate::{Investigation, InvestigationPolicy, Pick};
use coverlay::pipeline::import_files;
use coverlay::sample;
use coverlay::source::SourceFile;

fn world() -> World {
    let files = sample::FILES
        .iter()
        .map(|(path, bytes)| SourceFile { path: (*path).to_owned(), bytes: bytes.to_vec() });
    let (mut intake, _) = import_files(files);
    intake.settle();
    // Its first rows name no technique, and its column is found all the same.
    let mut reader = AlertReader::new(sample::ALERTS, AlertOptions::default());
    reader.push(sample::alerts(today()).as_bytes());
    let alerts = reader.finish().expect("alerts");
    let catalogue = bundled::find(Domain::Enterprise, None).expect("whole").expect("built in");
    World::new(catalogue.clone(), intake, alerts)
}

#[test]
fn the_attack_of_the_sample_is_found_again() {
    let world = world();
    let pick = Pick { incidents: vec!["INC-0061".to_owned()], ..Pick::default() };
    let policy = InvestigationPolicy::default();
    let asked = world.asked(&pick, &policy);
    let found = Investigation::of(&asked);
    let extent = &found.extent;
    assert_eq!((found.rows.len(), extent.unplaced, extent.rules.named.len()), (10, 0, 10));
    let hosts: Vec<_> = extent
        .hosts
        .named
        .iter()
        .map(|each| (world.alerts.hosts().get(each.number), each.seen.alerts))
        .collect();
    assert_eq!(hosts, [("NW-WS-0142", 7), ("nw-fs-01", 3)]);
    assert_eq!(extent.users.named.len(), 1);
    let seen = extent.seen.expect("alerts");
    assert!((25..28).contains(&((seen.last.0 - seen.first.0) / 3_600_000)));
    let name = |tactic: u8| world.catalogue.tactics[usize::from(tactic)].shortname.as_str();
    let steps: Vec<_> = found.progression.steps.iter().map(|step| name(step.tactic)).collect();
    let place = |shortname: &str| steps.iter().position(|step| *step == shortname);
    assert_eq!(found.progression.furthest.map(name), Some("impact"));
    assert_eq!(steps.last(), Some(&"impact"), "{steps:?}");
    assert!(place("credential-access") < place("lateral-movement"), "{steps:?}");
    assert!(place("lateral-movement") < place("exfiltration"), "{steps:?}");
    // What may come next is told with who stands behind it, and the matches share something.
    assert!(!found.next.steps.is_empty() && found.matches.len() > 50);
    assert!(found.next.steps.iter().all(|step| step.because.support() >= 4));
    let related = found.related.seen.expect("others in those days").alerts;
    assert!((10..500).contains(&related), "{related}");
    // On the computer, by the user; then the rest.
    let close = found.related.alerts.iter().filter(|each| each.is_close()).count();
    assert!(found.related.alerts[..close].iter().all(|each| each.is_close()));
    let of = InvestigationOf {
        asked,
        found: &found,
        scoring: &world.scoring,
        date: today(),
        most: MOST_NEXT,
    };
    let text = investigation_md::write(&of);
    assert!(text.contains("INC-0061") && text.contains("NW-WS-0142"));
}
