//! Selections of cells, as in the Navigator.

mod toy;

use coverlay::attack::{Analytic, Catalogue, DataComponent, Domain, Entity, Strategy, bundled};
use coverlay::layer::{
    self, Cell, Layer, Reach, Selection, Selector, SubjectKind, subjects, techniques_of,
};
use serde_json::json;

const CLICK: Reach =
    Reach { across_tactics: false, with_sub_techniques: false, only_visible: false };

/// The toy matrix with everything that techniques can belong to.
fn catalogue() -> Catalogue {
    let mut catalogue = toy::three_tactics();
    let entity = |id: &str, name: &str, aliases: &[&str]| Entity {
        id: id.parse().expect("an id"),
        name: name.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        last_seen: None,
    };
    catalogue.groups =
        vec![entity("G0001", "Zebra", &["The Striped Ones"]), entity("G0002", "Ant", &[])];
    catalogue.groups.push(entity("G0003", "Idle", &[]));
    let component = |id: &str, name: &str| DataComponent {
        id: id.parse().expect("an id"),
        name: name.to_owned(),
    };
    catalogue.data_components =
        vec![component("DC0001", "Process Creation"), component("DC0002", "File Access")];
    catalogue.log_sources = vec!["linux:syslog".to_owned()];
    let analytic = |id: &str, of: &[u16]| Analytic {
        id: id.parse().expect("an id"),
        platforms: vec![0],
        log_sources: of.iter().map(|of| (*of, 0)).collect(),
    };
    catalogue.analytics = vec![analytic("AN0001", &[0]), analytic("AN0002", &[0, 1])];
    let strategy = |id: &str, of: &[u16]| Strategy {
        id: id.parse().expect("an id"),
        name: "how".to_owned(),
        analytics: of.to_vec(),
    };
    catalogue.strategies = vec![strategy("DET0001", &[0]), strategy("DET0002", &[0, 1])];
    for (id, groups, strategies) in [
        ("T1053", vec![0, 1], vec![0]),
        ("T1059.001", vec![0], vec![0, 1]),
        ("T1110", vec![], vec![1]),
    ] {
        let at = usize::from(toy::index(&catalogue, id).0);
        catalogue.techniques[at].groups = groups;
        catalogue.techniques[at].strategies = strategies;
    }
    catalogue
}

fn cell(catalogue: &Catalogue, id: &str, tactic: u8) -> Cell {
    (toy::index(catalogue, id), tactic)
}

/// The cells by their ids and tactics, in order.
fn names(catalogue: &Catalogue, cells: &Selection) -> String {
    let name = |(index, tactic): &Cell| {
        format!("{}/{}", catalogue.technique(*index).id, catalogue.tactics[usize::from(*tactic)].id)
    };
    cells.iter().map(name).collect::<Vec<_>>().join(" ").replace("TA000", "")
}

fn all_visible(_: Cell) -> bool {
    true
}

#[test]
fn a_click_reaches_as_far_as_it_should() {
    let catalogue = catalogue();
    let around = |reach: Reach, id: &str, tactic: u8| {
        let selector = Selector::new(&catalogue, reach, &all_visible);
        names(&catalogue, &selector.only(cell(&catalogue, id, tactic)))
    };
    assert_eq!(around(CLICK, "T1053", 0), "T1053/1");
    assert_eq!(around(CLICK, "T1053", 1), "", "it is not in that tactic");
    let across = Reach { across_tactics: true, ..CLICK };
    assert_eq!(around(across, "T1053", 0), "T1053/1 T1053/3");
    let family = Reach { with_sub_techniques: true, ..CLICK };
    let whole = "T1059/1 T1059.001/1 T1059.003/1 T1059.004/1";
    assert_eq!(around(family, "T1059", 0), whole);
    assert_eq!(around(family, "T1059.003", 0), whole, "from a sub-technique too");
    assert_eq!(around(family, "T1053", 2), "T1053/3");
}

#[test]
fn only_what_is_visible_is_added_and_all_is_taken_out() {
    let catalogue = catalogue();
    let hidden = cell(&catalogue, "T1059.003", 0);
    let is_visible = |cell: Cell| cell != hidden;
    let reach = Reach { with_sub_techniques: true, only_visible: true, ..CLICK };
    let selector = Selector::new(&catalogue, reach, &is_visible);
    let mut selection = Selection::new();
    selector.add(&mut selection, cell(&catalogue, "T1059", 0));
    assert_eq!(names(&catalogue, &selection), "T1059/1 T1059.001/1 T1059.004/1");
    selection.insert(hidden);
    selector.toggle(&mut selection, cell(&catalogue, "T1059.001", 0));
    assert!(selection.is_empty());
    selector.toggle(&mut selection, cell(&catalogue, "T1059.001", 0));
    assert_eq!(selection.len(), 3);
    assert_eq!(selector.all().len(), 12);
    assert_eq!(selector.inverted(&selection).len(), 9);
    assert_eq!(selector.inverted(&Selection::new()), selector.all());
    let blind = Selector::new(&catalogue, CLICK, &is_visible);
    assert_eq!(blind.all().len(), 13, "12 techniques, one in two tactics");
}

#[test]
fn annotated_narrows_a_selection_and_makes_one_where_there_is_none() {
    let catalogue = catalogue();
    let text = json!({"name": "x", "domain": "enterprise-attack", "techniques": [
        {"techniqueID": "T1053", "tactic": "execution", "score": 0},
        {"techniqueID": "T1047", "showSubtechniques": true},
        {"techniqueID": "T1110", "comment": "c"},
        {"techniqueID": "T1110"},
    ]});
    let layer: Layer = layer::read("x", &text.to_string()).expect("a layer").value.swap_remove(0);
    let selector = Selector::new(&catalogue, CLICK, &all_visible);
    let none = Selection::new();
    assert_eq!(names(&catalogue, &selector.annotated(&none, &layer)), "T1053/1");
    assert_eq!(selector.unannotated(&none, &layer).len(), 12);
    let mut some = selector.in_tactic(2);
    assert_eq!(names(&catalogue, &some), "T1001/3 T1053/3 T1071/3");
    assert!(selector.annotated(&some, &layer).is_empty());
    some.insert(cell(&catalogue, "T1053", 0));
    assert_eq!(names(&catalogue, &selector.annotated(&some, &layer)), "T1053/1");
    assert_eq!(selector.unannotated(&some, &layer).len(), 3);
}

/// A column's head stands for its techniques; sub-techniques come with the reach.
#[test]
fn all_in_a_tactic() {
    let catalogue = catalogue();
    let column = |reach: Reach| {
        names(&catalogue, &Selector::new(&catalogue, reach, &all_visible).in_tactic(0))
    };
    assert_eq!(column(CLICK), "T1047/1 T1053/1 T1059/1");
    let across = Reach { across_tactics: true, ..CLICK };
    assert_eq!(column(across), "T1047/1 T1053/1 T1053/3 T1059/1");
    let family = Reach { with_sub_techniques: true, ..CLICK };
    assert_eq!(column(family), "T1047/1 T1053/1 T1059/1 T1059.001/1 T1059.003/1 T1059.004/1");
}

#[test]
fn by_what_techniques_belong_to() {
    let catalogue = catalogue();
    let selector = Selector::new(&catalogue, CLICK, &all_visible);
    let zebra = (SubjectKind::Group, 0);
    let mut selection = selector.of(zebra);
    assert_eq!(names(&catalogue, &selection), "T1053/1 T1053/3 T1059.001/1");
    selector.remove_of(&mut selection, (SubjectKind::Group, 1));
    assert_eq!(names(&catalogue, &selection), "T1059.001/1");
    selector.add_of(&mut selection, (SubjectKind::DataComponent, 1));
    assert_eq!(names(&catalogue, &selection), "T1059.001/1 T1110/2");
    assert!(selector.of((SubjectKind::Software, 7)).is_empty(), "no such software");

    let found = |kind, query: &str| {
        let rows = subjects(&catalogue, kind, query).into_iter();
        rows.map(|row| format!("{} {} {}", row.id, row.name, row.techniques)).collect::<Vec<_>>()
    };
    assert_eq!(found(SubjectKind::Group, ""), ["G0002 Ant 1", "G0001 Zebra 2"]);
    assert_eq!(found(SubjectKind::Group, " ones STRIPED "), ["G0001 Zebra 2"]);
    assert_eq!(found(SubjectKind::Group, "g0002"), ["G0002 Ant 1"]);
    assert!(found(SubjectKind::Group, "idle").is_empty(), "nothing to select");
    assert_eq!(
        found(SubjectKind::DataComponent, "e"),
        ["DC0002 File Access 2", "DC0001 Process Creation 3"]
    );
}

/// The numbers are Python's, from MITRE's `enterprise-attack-18.1.json`: objects neither revoked
/// nor deprecated; `uses` and `mitigates` to attack-patterns; to a group the techniques of the
/// campaigns attributed to it; to a data component those of the strategies with an analytic that
/// has a log source of it.
#[test]
fn enterprise_18_1_as_the_bundle_counts() {
    let catalogue =
        bundled::find(Domain::Enterprise, Some("18.1")).expect("whole").expect("built in");
    let numbers = SubjectKind::ALL.map(|kind| {
        let rows = subjects(catalogue, kind, "");
        (rows.len(), rows.iter().map(|row| row.techniques).sum::<usize>())
    });
    assert_eq!(numbers, [(169, 4640), (784, 10_636), (51, 1019), (44, 1445), (97, 2615)]);
    for (kind, id, name, techniques) in [
        (SubjectKind::Group, "G0016", "APT29", 119),
        (SubjectKind::Group, "G0007", "APT28", 99),
        (SubjectKind::Software, "S0002", "Mimikatz", 17),
        (SubjectKind::Software, "S0154", "Cobalt Strike", 72),
        (SubjectKind::Campaign, "C0024", "SolarWinds Compromise", 71),
        (SubjectKind::Mitigation, "M1038", "Execution Prevention", 80),
        (SubjectKind::DataComponent, "DC0032", "Process Creation", 452),
        (SubjectKind::DataComponent, "DC0002", "User Account Authentication", 53),
    ] {
        let rows = subjects(catalogue, kind, id);
        let row = rows.first().expect(id);
        assert_eq!((row.name.as_str(), row.techniques), (name, techniques));
        assert_eq!(subjects(catalogue, kind, name).first(), Some(row), "by its name");
        assert_eq!(techniques_of(catalogue, row.subject).len(), techniques);
    }
    let bear = subjects(catalogue, SubjectKind::Group, "cozy bear");
    assert_eq!(bear.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["G0016"]);
    // Kill chain phases of the 119 techniques.
    let selector = Selector::new(catalogue, CLICK, &all_visible);
    assert_eq!(selector.of(bear[0].subject).len(), 151);
}
