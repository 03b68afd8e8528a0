//! From collected STIX objects to catalogues: which objects are live, which domain they belong
//! to, and what the relations between them mean.

use super::StixError;
use super::object::{Collected, Object, RelationKind};
use crate::attack::catalogue::{Catalogue, Domain, Tactic};
use crate::attack::draft::{Draft, DraftAnalytic, DraftStrategy, DraftTechnique, Named};
use crate::attack::id::{
    AnalyticId, CampaignId, DataComponentId, GroupId, MitigationId, SoftwareId, StrategyId,
    TechniqueId,
};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// What a live STIX object is in ATT&CK.
#[derive(Clone, Copy)]
enum Node {
    Technique(TechniqueId),
    Group(GroupId),
    Campaign(CampaignId),
    Software(SoftwareId),
    Mitigation(MitigationId),
    Strategy(StrategyId),
    Analytic(AnalyticId),
    DataComponent(DataComponentId),
}

impl Node {
    /// What an object is by its type and id; an unreadable id is an error. Types that are no
    /// nodes, and objects that never had an ATT&CK id, are `None`.
    fn of(object: &Object<'_>) -> Option<Result<Self, ()>> {
        fn read<Id: FromStr>(text: &str, node: fn(Id) -> Node) -> Option<Result<Node, ()>> {
            Some(text.parse().map(node).map_err(|_| ()))
        }
        let text = object.attack_id();
        match &*object.kind {
            "attack-pattern" => read(text?, Self::Technique),
            "intrusion-set" => read(text?, Self::Group),
            "campaign" => read(text?, Self::Campaign),
            "malware" | "tool" => read(text?, Self::Software),
            "course-of-action" => read(text?, Self::Mitigation),
            "x-mitre-detection-strategy" => read(text?, Self::Strategy),
            "x-mitre-analytic" => read(text?, Self::Analytic),
            // Without an id up to ATT&CK 17.
            "x-mitre-data-component" => read(text?, Self::DataComponent),
            _ => None,
        }
    }
}

/// The live part of a bundle as a graph.
struct Graph<'a> {
    collected: &'a Collected<'a>,
    live: BTreeMap<&'a str, (Node, &'a Object<'a>)>,
    unreadable: usize,
}

impl<'a> Graph<'a> {
    fn new(collected: &'a Collected<'a>) -> Self {
        let mut graph = Self { collected, live: BTreeMap::new(), unreadable: 0 };
        for (stix_id, object) in collected.objects.iter().filter(|(_, o)| o.is_live()) {
            match Node::of(object) {
                Some(Ok(node)) => {
                    graph.live.insert(stix_id, (node, object));
                }
                Some(Err(())) => graph.unreadable += 1,
                None => {}
            }
        }
        graph
    }

    /// Both ends of the live relations of a kind, where both are live.
    fn relations(&self, kind: RelationKind) -> impl Iterator<Item = (&'a str, Node, Node)> {
        self.collected.relations.iter().filter(move |relation| relation.kind == kind).filter_map(
            |relation| {
                let source: &str = &relation.source;
                Some((source, self.live.get(source)?.0, self.live.get(&*relation.target)?.0))
            },
        )
    }
}

/// Campaigns and the groups they are attributed to.
pub(super) fn attributions(collected: &Collected<'_>) -> Vec<(CampaignId, GroupId)> {
    let graph = Graph::new(collected);
    let pairs: BTreeSet<_> = graph
        .relations(RelationKind::AttributedTo)
        .filter_map(|(_, source, target)| match (source, target) {
            (Node::Campaign(campaign), Node::Group(group)) => Some((campaign, group)),
            _ => None,
        })
        .collect();
    pairs.into_iter().collect()
}

/// All catalogues of a bundle, with notes on what was left out.
pub(super) fn assemble(
    collected: &Collected<'_>,
    version: Option<&str>,
) -> Result<(Vec<Catalogue>, Vec<String>), StixError> {
    let graph = Graph::new(collected);
    let columns = columns(collected);
    if columns.is_empty() {
        return Err(StixError::NoMatrix);
    }
    let only = (columns.len() == 1).then(|| columns.keys().next().copied()).flatten();
    let attributed = attributions(collected);

    let mut catalogues = Vec::new();
    let mut notes = Vec::new();
    if graph.unreadable > 0 {
        notes
            .push(format!("{} objects whose ATT&CK id is not readable left out", graph.unreadable));
    }
    for (domain, tactics) in columns {
        let mut draft = Draft::new(domain, version_of(collected, domain, only, version));
        draft.tactics = tactics;
        add_objects(&mut draft, &graph, only, &mut notes);
        add_relations(&mut draft, &graph, &attributed);
        add_retired(&mut draft, collected, only);
        let placed = draft.techniques.values().filter(|t| !t.tactics.is_empty()).count();
        if placed == 0 {
            continue;
        }
        if placed < draft.techniques.len() {
            notes.push(format!(
                "{}: {} techniques without a tactic of the matrix left out",
                domain.name(),
                draft.techniques.len() - placed
            ));
        }
        if draft.strategies.is_empty() {
            notes.push(format!(
                "{}: no detection strategies (ATT&CK has them since 18), so no log sources",
                domain.name()
            ));
        }
        catalogues.push(draft.finish()?);
    }
    if catalogues.is_empty() {
        return Err(StixError::NoTechniques);
    }
    Ok((catalogues, notes))
}

/// The columns of every domain: those of its live matrices, in their order. (Old releases of
/// Mobile have two live matrices.)
fn columns(collected: &Collected<'_>) -> BTreeMap<Domain, Vec<Tactic>> {
    let mut columns: BTreeMap<Domain, Vec<Tactic>> = BTreeMap::new();
    let matrices = collected.objects.values().filter(|o| &*o.kind == "x-mitre-matrix");
    for matrix in matrices.filter(|matrix| matrix.is_live()) {
        let named = matrix.attack_id().and_then(|id| id.parse().ok());
        let Some(domain) = named.or_else(|| declared(matrix).next()) else { continue };
        let tactics = columns.entry(domain).or_default();
        for object in matrix.tactic_refs.iter().flatten().filter_map(|t| collected.objects.get(t)) {
            let id = object.attack_id().and_then(|id| id.parse().ok());
            let shortname = object.shortname.trim();
            let again = tactics.iter().any(|t| t.shortname == shortname || Some(t.id) == id);
            if let (Some(id), true, false) = (id, object.is_live() && !shortname.is_empty(), again)
            {
                let name = object.name.trim().to_owned();
                tactics.push(Tactic { id, shortname: shortname.to_owned(), name });
            }
        }
    }
    columns
}

/// The domains an object says it belongs to (`x_mitre_domains`).
fn declared<'a>(object: &'a Object<'_>) -> impl Iterator<Item = Domain> + 'a {
    object.domains.iter().flatten().filter_map(|text| text.parse().ok())
}

/// Whether an object belongs to a domain. The bundle of a single domain holds what belongs to
/// it, whatever the objects declare (STIX 2.0 objects may declare nothing).
fn belongs(object: &Object<'_>, domain: Domain, only: Option<Domain>) -> bool {
    only == Some(domain) || declared(object).any(|declared| declared == domain)
}

fn kill_chain(domain: Domain) -> &'static str {
    match domain {
        Domain::Enterprise => "mitre-attack",
        Domain::Mobile => "mitre-mobile-attack",
        Domain::Ics => "mitre-ics-attack",
    }
}

fn version_of(
    collected: &Collected<'_>,
    domain: Domain,
    only: Option<Domain>,
    told: Option<&str>,
) -> String {
    let collection = collected
        .objects
        .values()
        .filter(|o| &*o.kind == "x-mitre-collection" && o.is_live())
        .find(|o| only.is_some() || o.name.contains(domain.name()))
        .map(|o| o.version.trim())
        .filter(|version| !version.is_empty());
    if let Some(version) = collection.or(told) {
        return version.to_owned();
    }
    // The release stands nowhere in a STIX 2.0 bundle, and x_mitre_attack_spec_version only
    // tells a range of several years; the day of the last change is what there is to know.
    match collected.last_modified.get(..10) {
        Some(day) => format!("as of {day}"),
        None => "unknown".to_owned(),
    }
}

/// Puts the nodes of a domain into its draft, without links between them.
fn add_objects(
    draft: &mut Draft,
    graph: &Graph<'_>,
    only: Option<Domain>,
    notes: &mut Vec<String>,
) {
    let mut doubles = BTreeSet::new();
    for (node, object) in graph.live.values() {
        if let Node::Technique(id) = node {
            let chain = kill_chain(draft.domain);
            let mut phases = object
                .kill_chain_phases
                .iter()
                .flatten()
                .filter(|phase| &*phase.kill_chain_name == chain)
                .peekable();
            if phases.peek().is_none() {
                continue;
            }
            let tactics = phases.filter_map(|phase| draft.tactic(&phase.phase_name)).collect();
            if draft.techniques.contains_key(id) {
                doubles.insert(*id);
                continue;
            }
            let name = object.name.trim().to_owned();
            let platforms = platforms(object);
            let technique = DraftTechnique { name, tactics, platforms, ..Default::default() };
            draft.techniques.insert(*id, technique);
        } else if belongs(object, draft.domain, only) {
            add_node(draft, *node, object);
        }
    }
    if let Some(first) = doubles.first() {
        notes.push(format!(
            "{}: {} technique ids stand on more than one live object, the first is {first}; \
             the links of all and the name of one are used",
            draft.domain.name(),
            doubles.len()
        ));
    }
}

/// ICS techniques carry the platform "None" since ATT&CK 14, which is no platform.
fn platforms(object: &Object<'_>) -> BTreeSet<String> {
    let names = object.platforms.iter().flatten().map(|name| name.trim());
    names.filter(|name| !name.is_empty() && *name != "None").map(str::to_owned).collect()
}

fn add_node(draft: &mut Draft, node: Node, object: &Object<'_>) {
    let name = object.name.trim();
    match node {
        Node::Technique(_) => {}
        Node::Group(id) => {
            let aliases = object.aliases.iter().flatten().map(|alias| alias.trim());
            draft.groups.entry(id).or_insert_with(|| Named::new(name).with_aliases(aliases));
        }
        Node::Campaign(id) => {
            draft.campaigns.entry(id).or_insert_with(|| Named::new(name));
        }
        Node::Software(id) => {
            draft.software.entry(id).or_insert_with(|| Named::new(name));
        }
        Node::Mitigation(id) => {
            draft.mitigations.entry(id).or_insert_with(|| Named::new(name));
        }
        Node::Strategy(id) => {
            let strategy = || DraftStrategy { name: name.to_owned(), ..Default::default() };
            draft.strategies.entry(id).or_insert_with(strategy);
        }
        Node::Analytic(id) => {
            let analytic = || DraftAnalytic { platforms: platforms(object), ..Default::default() };
            draft.analytics.entry(id).or_insert_with(analytic);
        }
        Node::DataComponent(id) => {
            draft.data_components.entry(id).or_insert_with(|| name.to_owned());
        }
    }
}

/// Adds the links. An object that a technique of the domain is linked to belongs to the domain,
/// even if it does not declare so.
fn add_relations(draft: &mut Draft, graph: &Graph<'_>, attributed: &[(CampaignId, GroupId)]) {
    let by_id: BTreeMap<GroupId, &Object<'_>> = graph
        .live
        .values()
        .filter_map(|(node, object)| match node {
            Node::Group(id) => Some((*id, *object)),
            _ => None,
        })
        .collect();
    for kind in [RelationKind::Uses, RelationKind::Mitigates, RelationKind::Detects] {
        for (source, node, target) in graph.relations(kind) {
            let Node::Technique(target) = target else { continue };
            let Some(technique) = draft.techniques.get_mut(&target) else { continue };
            match (kind, node) {
                (RelationKind::Uses, Node::Group(id)) => {
                    technique.groups.insert(id);
                }
                (RelationKind::Uses, Node::Campaign(id)) => {
                    technique.campaigns.insert(id);
                    let from = attributed.partition_point(|(campaign, _)| *campaign < id);
                    let groups = attributed[from..].iter().take_while(|(c, _)| *c == id);
                    let groups: Vec<GroupId> = groups.map(|(_, group)| *group).collect();
                    technique.groups.extend(&groups);
                    for group in groups {
                        if let Some(object) = by_id.get(&group) {
                            add_node(draft, Node::Group(group), object);
                        }
                    }
                }
                (RelationKind::Uses, Node::Software(id)) => {
                    technique.software.insert(id);
                }
                (RelationKind::Mitigates, Node::Mitigation(id)) => {
                    technique.mitigations.insert(id);
                }
                (RelationKind::Detects, Node::Strategy(id)) => {
                    technique.strategies.insert(id);
                }
                // Up to ATT&CK 17 data components "detect"; the catalogue has no place for it.
                _ => continue,
            }
            if let Some((node, object)) = graph.live.get(source) {
                add_node(draft, *node, object);
            }
        }
    }
    add_detection(draft, graph);
}

/// Links strategies to analytics and these to data components and log sources.
fn add_detection(draft: &mut Draft, graph: &Graph<'_>) {
    for (node, object) in graph.live.values() {
        let Node::Strategy(id) = node else { continue };
        if !draft.strategies.contains_key(id) {
            continue;
        }
        let refs = object.analytic_refs.iter().flatten();
        for (node, analytic) in refs.filter_map(|stix_id| graph.live.get(&**stix_id)) {
            let Node::Analytic(analytic_id) = node else { continue };
            add_node(draft, *node, analytic);
            if let Some(strategy) = draft.strategies.get_mut(id) {
                strategy.analytics.insert(*analytic_id);
            }
        }
    }
    for (node, object) in graph.live.values() {
        let Node::Analytic(id) = node else { continue };
        if !draft.analytics.contains_key(id) {
            continue;
        }
        for reference in object.log_sources.iter().flatten() {
            let name = reference.name.trim();
            let Some((node, component)) = graph.live.get(&*reference.component) else { continue };
            let Node::DataComponent(component_id) = node else { continue };
            if name.is_empty() {
                continue;
            }
            add_node(draft, *node, component);
            if let Some(analytic) = draft.analytics.get_mut(id) {
                analytic.log_sources.insert((*component_id, name.to_owned()));
            }
        }
    }
}

/// Adds the ids that are no longer live, and their direct successors.
fn add_retired(draft: &mut Draft, collected: &Collected<'_>, only: Option<Domain>) {
    let technique = |stix_id: &str| {
        let object = collected.objects.get(stix_id)?;
        let id: TechniqueId = (&*object.kind == "attack-pattern")
            .then(|| object.attack_id()?.parse().ok())
            .flatten()?;
        Some((id, object))
    };
    let chain = kill_chain(draft.domain);
    let ours = |object: &Object<'_>| {
        let phases = object.kill_chain_phases.iter().flatten();
        belongs(object, draft.domain, only)
            || (object.domains.is_none()
                && phases.into_iter().any(|phase| &*phase.kill_chain_name == chain))
    };
    draft.retired = collected
        .objects
        .keys()
        .filter_map(|stix_id| technique(stix_id))
        .filter(|(_, object)| !object.is_live() && ours(object))
        .map(|(id, _)| id)
        .collect();
    for relation in collected.relations.iter().filter(|r| r.kind == RelationKind::RevokedBy) {
        let (Some((old, object)), Some((new, _))) =
            (technique(&relation.source), technique(&relation.target))
        else {
            continue;
        };
        if !object.is_live() && ours(object) && old != new {
            // MITRE names one successor; if a file names several, the choice must not depend on
            // their order.
            draft.revoked.entry(old).and_modify(|kept| *kept = new.min(*kept)).or_insert(new);
        }
    }
}
