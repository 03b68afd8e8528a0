//! Reads derived facts of a release whose STIX bundles are not at hand: a JSON file with the
//! links of every technique as lists of ids (its `note` and `versions` say where they are from).
//!
//! What such a file lacks is taken from the catalogues of an earlier release: the deprecated
//! ids, the names of data components, objects no technique is linked to, the ICS detection
//! strategies with their analytics, which group a campaign is attributed to, and when campaigns
//! were last seen.

use super::catalogue::{Catalogue, Domain, Entity, Fate, Tactic};
use super::draft::{Draft, Kind, Node, Object, TooMany};
use super::id::{IdError, Numbered, TechniqueId};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `campaign group` lines: whom ATT&CK 18.1 attributes its campaigns to, from its three bundles
/// by [`super::stix::read_attributions`].
const ATTRIBUTIONS: &str = include_str!("../../data/attack/attributions-18.1.txt");

/// Why a facts file gives no catalogue.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// Not JSON, or not of the expected shape.
    #[error("not a facts file: {0}")]
    Json(#[from] serde_json::Error),
    /// An id that cannot be read.
    #[error(transparent)]
    Id(#[from] IdError),
    /// A technique stands in a tactic its domain does not list.
    #[error("{id} names the tactic '{tactic}', which its domain does not list")]
    Tactic {
        /// The technique.
        id: TechniqueId,
        /// As written.
        tactic: String,
    },
    /// No earlier catalogue of the domain is at hand.
    #[error("an earlier catalogue of {0} is needed to fill in what the facts lack")]
    NoPrevious(Domain),
    /// More objects than a catalogue can number.
    #[error(transparent)]
    TooMany(#[from] TooMany),
}

#[derive(Deserialize)]
struct File {
    versions: BTreeMap<String, String>,
    tactics: BTreeMap<String, Vec<(String, String, String)>>,
    techniques: Vec<FactTechnique>,
    revoked: BTreeMap<String, String>,
    detection_strategies: BTreeMap<String, Vec<String>>,
    analytics: BTreeMap<String, FactAnalytic>,
    groups: BTreeMap<String, (String, Vec<String>)>,
    names: Names,
}

#[derive(Deserialize)]
struct FactTechnique {
    id: String,
    name: String,
    domain: String,
    tactics: Vec<String>,
    platforms: Vec<String>,
    groups: Vec<String>,
    campaigns: Vec<String>,
    software: Vec<String>,
    mitigations: Vec<String>,
    detections: Vec<String>,
}

#[derive(Deserialize)]
struct FactAnalytic {
    platforms: Vec<String>,
    /// Pairs (data component, log source name); `null` for analytics newer than 18.1.
    log_sources_18_1: Option<Vec<(String, String)>>,
}

#[derive(Deserialize)]
struct Names {
    campaigns: BTreeMap<String, String>,
    software: BTreeMap<String, String>,
    mitigations: BTreeMap<String, String>,
    detections: BTreeMap<String, String>,
}

/// Whether JSON bytes look like a facts file (and not like a STIX bundle or a layer).
pub fn is_facts(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Probe {
        #[serde(rename = "versions")]
        _versions: BTreeMap<String, String>,
        #[serde(rename = "detection_strategies")]
        _strategies: serde::de::IgnoredAny,
    }
    serde_json::from_slice::<Probe>(bytes).is_ok()
}

/// Reads a facts file into one catalogue per domain, in the order of [`Domain::ALL`].
/// `previous` must hold a catalogue of every domain of the file.
///
/// # Errors
/// If the file is not such a file, or something it refers to is missing.
pub fn read(bytes: &[u8], previous: &[Catalogue]) -> Result<Vec<Catalogue>, FactsError> {
    let file: File = serde_json::from_slice(bytes)?;
    let attributed = attributions();
    let mut catalogues = Vec::new();
    for domain in Domain::ALL {
        let key = match domain {
            Domain::Enterprise => "enterprise",
            Domain::Mobile => "mobile",
            Domain::Ics => "ics",
        };
        let (Some(version), Some(tactics)) = (file.versions.get(key), file.tactics.get(key)) else {
            continue;
        };
        let previous = previous
            .iter()
            .find(|catalogue| catalogue.domain == domain)
            .ok_or(FactsError::NoPrevious(domain))?;
        let mut draft = Draft::new(domain, version);
        for (id, shortname, name) in tactics {
            let (shortname, name) = (shortname.clone(), name.clone());
            draft.tactics.push(Tactic { id: id.parse()?, shortname, name });
        }
        carry_objects(&mut draft, &file, previous);
        for technique in file.techniques.iter().filter(|technique| technique.domain == key) {
            add_technique(&mut draft, &file, technique, previous, &attributed)?;
        }
        add_retired(&mut draft, &file, previous)?;
        catalogues.push(draft.finish()?);
    }
    Ok(catalogues)
}

/// Objects of the earlier release that a technique need not be linked to: a facts file only
/// names those that are. (That it drops none is borne out by MITRE's counts of 19.2:
/// 176 Enterprise groups, 56 campaigns, 52 ICS mitigations, 14 ICS groups.)
fn carry_objects(draft: &mut Draft, file: &File, previous: &Catalogue) {
    for group in &previous.groups {
        let aliases = group.aliases.iter().map(String::as_str);
        let node = Node::numbered(Kind::Group, group.id);
        draft.objects.insert(node, Object::named(&group.name).with_aliases(aliases));
        name_group(draft, file, node, &group.id.to_string());
    }
    fn carry<Id: Numbered>(draft: &mut Draft, kind: Kind, list: &[Entity<Id>]) {
        for entity in list {
            let last_seen = entity.last_seen;
            let made = Object { last_seen, ..Object::named(&entity.name) };
            draft.objects.insert(Node::numbered(kind, entity.id), made);
        }
    }
    carry(draft, Kind::Campaign, &previous.campaigns);
    carry(draft, Kind::Software, &previous.software);
    carry(draft, Kind::Mitigation, &previous.mitigations);
    for component in &previous.data_components {
        let node = Node::numbered(Kind::DataComponent, component.id);
        draft.objects.insert(node, Object::named(&component.name));
    }
}

/// Names a group as the file does, else as the earlier release, else by its id.
fn name_group(draft: &mut Draft, file: &File, group: Node, id: &str) {
    match file.groups.get(id) {
        Some((name, aliases)) => {
            let aliases = aliases.iter().map(String::as_str);
            draft.objects.insert(group, Object::named(name).with_aliases(aliases));
        }
        None => named(draft, group, id, &BTreeMap::new()),
    }
}

fn add_technique(
    draft: &mut Draft,
    file: &File,
    fact: &FactTechnique,
    previous: &Catalogue,
    attributed: &BTreeMap<&str, Vec<&str>>,
) -> Result<(), FactsError> {
    let id: TechniqueId = fact.id.parse()?;
    let mut technique = Object { platforms: fact.platforms.clone(), ..Object::named(&fact.name) };
    for tactic in &fact.tactics {
        let unknown = || FactsError::Tactic { id, tactic: tactic.clone() };
        technique.tactics.push(draft.tactic(tactic).ok_or_else(unknown)?);
    }
    // The file lists direct use only.
    let behind = fact.campaigns.iter().filter_map(|c| attributed.get(c.as_str())).flatten();
    for group in fact.groups.iter().map(String::as_str).chain(behind.copied()) {
        let node = Node::read(Kind::Group, group)?;
        technique.links.push(node);
        name_group(draft, file, node, group);
    }
    for (kind, ids, names) in [
        (Kind::Campaign, &fact.campaigns, &file.names.campaigns),
        (Kind::Software, &fact.software, &file.names.software),
        (Kind::Mitigation, &fact.mitigations, &file.names.mitigations),
    ] {
        for id in ids {
            let node = Node::read(kind, id)?;
            technique.links.push(node);
            named(draft, node, id, names);
        }
    }
    for strategy in &fact.detections {
        technique.links.push(add_strategy(draft, file, strategy, previous)?);
    }
    draft.objects.insert(Node::technique(id), technique);
    Ok(())
}

/// Names an object: the file's name, else the earlier release's, else its id (as ATT&CK itself
/// does with unnamed campaigns).
fn named(draft: &mut Draft, node: Node, id: &str, names: &BTreeMap<String, String>) {
    match names.get(id) {
        Some(name) => draft.objects.entry(node).or_default().name.clone_from(name),
        None => {
            draft.objects.entry(node).or_insert_with(|| Object::named(id));
        }
    }
}

/// Adds a strategy with its analytics from the file, or where the file does not know it (ICS)
/// from the earlier release.
fn add_strategy(
    draft: &mut Draft,
    file: &File,
    id: &str,
    previous: &Catalogue,
) -> Result<Node, FactsError> {
    let node = Node::read(Kind::Strategy, id)?;
    let earlier = previous.strategies.iter().find(|strategy| node.id() == Some(strategy.id));
    let name = file.names.detections.get(id).or_else(|| earlier.map(|e| &e.name));
    let mut strategy = Object::named(name.map_or(id, String::as_str));
    if let Some(analytics) = file.detection_strategies.get(id) {
        for analytic in analytics {
            let node = Node::read(Kind::Analytic, analytic)?;
            strategy.links.push(node);
            let Some(fact) = file.analytics.get(analytic) else { continue };
            let mut made = Object { platforms: fact.platforms.clone(), ..Object::default() };
            for (component, name) in fact.log_sources_18_1.iter().flatten() {
                let component = Node::read(Kind::DataComponent, component)?;
                made.log_sources.push((component, name.trim().to_owned()));
                draft.objects.entry(component).or_default();
            }
            draft.objects.insert(node, made);
        }
    } else if let Some(earlier) = earlier {
        for at in &earlier.analytics {
            let analytic = &previous.analytics[usize::from(*at)];
            let node = Node::numbered(Kind::Analytic, analytic.id);
            strategy.links.push(node);
            let platforms = analytic.platforms.iter().map(|p| usize::from(*p));
            let made = Object {
                platforms: platforms.map(|p| previous.platforms[p].clone()).collect(),
                log_sources: analytic
                    .log_sources
                    .iter()
                    .map(|(component, name)| {
                        let component = previous.data_components[usize::from(*component)].id;
                        let component = Node::numbered(Kind::DataComponent, component);
                        (component, previous.log_sources[usize::from(*name)].clone())
                    })
                    .collect(),
                ..Object::default()
            };
            draft.objects.insert(node, made);
        }
    }
    draft.objects.insert(node, strategy);
    Ok(node)
}

/// Adds revoked ids (the file lists them for all domains together) and what the earlier release
/// had retired. A revocation belongs to the domain in which its old id was or its new id is.
fn add_retired(draft: &mut Draft, file: &File, previous: &Catalogue) -> Result<(), FactsError> {
    let mut revoked = BTreeMap::new();
    for (old, new) in &file.revoked {
        revoked.insert(old.parse::<TechniqueId>()?, new.parse::<TechniqueId>()?);
    }
    let known = |id: &TechniqueId| {
        previous.find(*id).is_some()
            || previous.retired.binary_search_by_key(id, |retired| retired.id).is_ok()
    };
    for retired in &previous.retired {
        // The file knows more recent successors; they replace these.
        let successor = match retired.fate {
            Fate::RevokedBy(new) => Some(new),
            Fate::Deprecated => None,
        };
        draft.retired.insert(retired.id, successor);
    }
    for (old, new) in revoked {
        if known(&old) || known(&new) || draft.objects.contains_key(&Node::technique(new)) {
            draft.retired.insert(old, Some(new));
        }
    }
    Ok(())
}

/// Campaigns with the groups they are attributed to.
fn attributions() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut attributed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in ATTRIBUTIONS.lines().filter(|line| !line.starts_with('#')) {
        if let Some((campaign, group)) = line.split_once(' ') {
            attributed.entry(campaign).or_default().push(group);
        }
    }
    attributed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::Date;

    fn previous() -> Catalogue {
        let mut draft = Draft::new(Domain::Enterprise, "1.0");
        let tactic = ("TA0005", "defense-evasion", "Defense Evasion");
        draft.tactics.push(Tactic {
            id: tactic.0.parse().expect("an id"),
            shortname: tactic.1.to_owned(),
            name: tactic.2.to_owned(),
        });
        for id in ["T0001", "T0002"] {
            let technique = Object { tactics: vec![0], ..Object::default() };
            draft.objects.insert(Node::technique(id.parse().expect("an id")), technique);
        }
        let seen = Object { last_seen: Date::parse("2021-01-01"), ..Object::named("old name") };
        draft.objects.insert(Node::read(Kind::Campaign, "C0024").expect("an id"), seen);
        let successor = "T0001".parse().expect("an id");
        draft.retired.insert("T0003".parse().expect("an id"), Some(successor));
        draft.retired.insert("T0004".parse().expect("an id"), None);
        draft.finish().expect("small")
    }

    const FACTS: &str = r#"{
        "versions": {"enterprise": "2.0"},
        "tactics": {"enterprise": [["TA0005", "stealth", "Stealth"]]},
        "techniques": [{"id": "T0005", "name": "New", "domain": "enterprise",
            "tactics": ["stealth"], "platforms": ["Windows"], "groups": ["G0001"],
            "campaigns": ["C0024"], "software": ["S0001"], "mitigations": [], "detections": []}],
        "revoked": {"T0001": "T0005"},
        "detection_strategies": {}, "analytics": {},
        "groups": {"G0001": ["Axiom", ["Axiom", "Group 72"]]},
        "names": {"campaigns": {}, "software": {}, "mitigations": {}, "detections": {}}
    }"#;

    #[test]
    fn earlier_retirements_follow_to_the_newest_successor() {
        let made = read(FACTS.as_bytes(), &[previous()]).expect("good facts");
        let fates: Vec<_> = made[0].retired.iter().map(|r| (r.id.to_string(), r.fate)).collect();
        let successor = Fate::RevokedBy("T0005".parse().expect("an id"));
        // T0002 was live, is not any more, and nobody says why: it stays unknown.
        assert_eq!(
            fates,
            [
                ("T0001".to_owned(), successor),
                ("T0003".to_owned(), successor),
                ("T0004".to_owned(), Fate::Deprecated)
            ]
        );
    }

    #[test]
    fn groups_of_attributed_campaigns_use_the_technique() {
        let made = read(FACTS.as_bytes(), &[previous()]).expect("good facts");
        let names: Vec<_> = made[0].groups.iter().map(|g| g.id.to_string()).collect();
        // ATT&CK 18.1 attributes C0024 (SolarWinds Compromise) to G0016 (APT29).
        assert_eq!(names, ["G0001", "G0016"]);
        assert_eq!(made[0].groups[0].aliases, ["Group 72"]);
        assert_eq!(made[0].techniques[0].groups, [0, 1]);
        assert_eq!(made[0].software[0].name, "S0001");
        // The facts name campaigns anew and say nothing of days; the earlier release does.
        let named = FACTS.replace(r#""campaigns": {}"#, r#""campaigns": {"C0024": "new name"}"#);
        for (facts, name) in [(FACTS, "old name"), (named.as_str(), "new name")] {
            let made = read(facts.as_bytes(), &[previous()]).expect("good facts");
            let campaign = &made[0].campaigns[0];
            assert_eq!((campaign.name.as_str(), campaign.last_seen), (name, Date::new(2021, 1, 1)));
        }
    }

    #[test]
    fn faults_are_errors() {
        assert!(is_facts(FACTS.as_bytes()) && !is_facts(br#"{"type": "bundle"}"#));
        assert!(matches!(read(b"{", &[]), Err(FactsError::Json(_))));
        assert!(matches!(
            read(FACTS.as_bytes(), &[]),
            Err(FactsError::NoPrevious(Domain::Enterprise))
        ));
        let wrong = FACTS.replace(r#""tactics": ["stealth"]"#, r#""tactics": ["x"]"#);
        assert!(matches!(read(wrong.as_bytes(), &[previous()]), Err(FactsError::Tactic { .. })));
        let wrong = FACTS.replace("S0001", "M0001");
        assert!(matches!(read(wrong.as_bytes(), &[previous()]), Err(FactsError::Id(_))));
    }
}
