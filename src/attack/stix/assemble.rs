//! From collected STIX objects to catalogues: which objects are live, which domain they belong
//! to, and what the relations between them mean.

use super::StixError;
use super::object::{Collected, Field, Record, RelationKind};
use crate::attack::catalogue::{Catalogue, Domain, Tactic};
use crate::attack::draft::{Draft, Kind, Node, Object, sort_once};
use crate::attack::id::{CampaignId, GroupId, IdError, TechniqueId};
use crate::date::Date;
use crate::sorted;

/// What an object is in ATT&CK by its type and id; an unreadable id is an error. Types that are
/// no nodes, and objects that never had an ATT&CK id, are `None`.
fn node(object: &Record<'_>) -> Option<Result<Node, IdError>> {
    let kind = match object.kind() {
        "attack-pattern" => Kind::Technique,
        "intrusion-set" => Kind::Group,
        "campaign" => Kind::Campaign,
        "malware" | "tool" => Kind::Software,
        "course-of-action" => Kind::Mitigation,
        "x-mitre-detection-strategy" => Kind::Strategy,
        "x-mitre-analytic" => Kind::Analytic,
        // Without an id up to ATT&CK 17.
        "x-mitre-data-component" => Kind::DataComponent,
        _ => return None,
    };
    Some(Node::read(kind, object.attack_id()?))
}

/// The live part of a bundle as a graph.
struct Graph<'a> {
    collected: &'a Collected<'a>,
    /// For every object of the bundle, in the same order, what it is; `None` if it is not live.
    nodes: Vec<Option<Node>>,
    unreadable: usize,
}

impl<'a> Graph<'a> {
    fn new(collected: &'a Collected<'a>) -> Self {
        let mut graph = Self { collected, nodes: Vec::new(), unreadable: 0 };
        for object in &collected.objects {
            let node = object.is_live().then(|| node(object)).flatten();
            graph.unreadable += usize::from(matches!(node, Some(Err(_))));
            graph.nodes.push(node.and_then(Result::ok));
        }
        graph
    }

    /// All live nodes.
    fn live(&self) -> impl Iterator<Item = (Node, &'a Record<'a>)> {
        self.nodes.iter().zip(&self.collected.objects).filter_map(|(node, o)| Some(((*node)?, o)))
    }

    /// The live node with a STIX id.
    fn find(&self, stix_id: &str) -> Option<(Node, &'a Record<'a>)> {
        let at = self.collected.find(stix_id)?;
        Some(((*self.nodes.get(at)?)?, self.collected.objects.get(at)?))
    }

    /// Both ends of the live relations of a kind, where both are live, and the source's object.
    fn relations(
        &self,
        kind: RelationKind,
    ) -> impl Iterator<Item = (Node, &'a Record<'a>, Node)> + '_ {
        let relations = self.collected.relations.iter().filter(move |of| of.kind == kind);
        relations.filter_map(|relation| {
            let (source, object) = self.find(&relation.source)?;
            Some((source, object, self.find(&relation.target)?.0))
        })
    }

    /// Campaigns and the groups they are attributed to.
    fn attributions(&self) -> Vec<(Node, Node)> {
        let mut pairs = Vec::new();
        for (source, _, target) in self.relations(RelationKind::AttributedTo) {
            if (source.kind, target.kind) == (Kind::Campaign, Kind::Group) {
                pairs.push((source, target));
            }
        }
        sort_once(&mut pairs);
        pairs
    }
}

/// Campaigns and the groups they are attributed to.
pub(super) fn attributions(collected: &Collected<'_>) -> Vec<(CampaignId, GroupId)> {
    let pairs = Graph::new(collected).attributions();
    pairs.into_iter().filter_map(|(campaign, group)| Some((campaign.id()?, group.id()?))).collect()
}

/// All catalogues of a bundle, with notes on what was left out.
pub(super) fn assemble(
    collected: &Collected<'_>,
    version: Option<&str>,
) -> Result<(Vec<Catalogue>, Vec<String>), StixError> {
    let graph = Graph::new(collected);
    let columns = columns(collected);
    let only = match columns.as_slice() {
        [] => return Err(StixError::NoMatrix),
        [(domain, _)] => Some(*domain),
        _ => None,
    };
    let attributed = graph.attributions();

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
        let techniques = draft.of(Kind::Technique).count();
        let placed = draft.of(Kind::Technique).filter(|(_, t)| !t.tactics.is_empty()).count();
        if placed == 0 {
            continue;
        }
        if placed < techniques {
            notes.push(format!(
                "{}: {} techniques without a tactic of the matrix left out",
                domain.name(),
                techniques - placed
            ));
        }
        if draft.of(Kind::Strategy).next().is_none() {
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
fn columns(collected: &Collected<'_>) -> Vec<(Domain, Vec<Tactic>)> {
    let mut columns: Vec<(Domain, Vec<Tactic>)> = Vec::new();
    let matrices = collected.objects.iter().filter(|o| o.kind() == "x-mitre-matrix");
    for matrix in matrices.filter(|matrix| matrix.is_live()) {
        let named = matrix.attack_id().and_then(|id| id.parse().ok());
        let Some(domain) = named.or_else(|| declared(matrix).next()) else { continue };
        let at = columns.iter().position(|(of, _)| *of == domain).unwrap_or_else(|| {
            columns.push((domain, Vec::new()));
            columns.len() - 1
        });
        let tactics = &mut columns[at].1;
        for stix_id in matrix.texts(Field::TacticRefs) {
            let Some(at) = collected.find(stix_id) else { continue };
            let object = &collected.objects[at];
            let id = object.attack_id().and_then(|id| id.parse().ok());
            let shortname = object.text(Field::Shortname).trim();
            let again = tactics.iter().any(|t| t.shortname == shortname || Some(t.id) == id);
            if let (Some(id), true, false) = (id, object.is_live() && !shortname.is_empty(), again)
            {
                let name = object.name().to_owned();
                tactics.push(Tactic { id, shortname: shortname.to_owned(), name });
            }
        }
    }
    sorted::sort_by(&mut columns, |a, b| a.0.cmp(&b.0));
    columns
}

/// The domains an object says it belongs to (`x_mitre_domains`).
fn declared<'a>(object: &'a Record<'_>) -> impl Iterator<Item = Domain> + 'a {
    object.texts(Field::Domains).filter_map(|text| text.parse().ok())
}

/// Whether an object belongs to a domain. The bundle of a single domain holds what belongs to
/// it, whatever the objects declare (STIX 2.0 objects may declare nothing).
fn belongs(object: &Record<'_>, domain: Domain, only: Option<Domain>) -> bool {
    only == Some(domain) || declared(object).any(|declared| declared == domain)
}

/// The names of the phases of an object that are tactics of a domain.
fn phases<'a>(object: &'a Record<'_>, domain: Domain) -> impl Iterator<Item = &'a str> {
    let chain = match domain {
        Domain::Enterprise => "mitre-attack",
        Domain::Mobile => "mitre-mobile-attack",
        Domain::Ics => "mitre-ics-attack",
    };
    object
        .records(Field::KillChainPhases)
        .filter(move |phase| phase.text(Field::KillChainName) == chain)
        .map(|phase| phase.text(Field::PhaseName))
}

fn version_of(
    collected: &Collected<'_>,
    domain: Domain,
    only: Option<Domain>,
    told: Option<&str>,
) -> String {
    let collection = collected
        .objects
        .iter()
        .filter(|o| o.kind() == "x-mitre-collection" && o.is_live())
        .find(|o| only.is_some() || o.name().contains(domain.name()))
        .map(|o| o.text(Field::Version).trim())
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
    let mut doubles = Vec::new();
    for (node, object) in graph.live() {
        let Some(id) = node.technique_id() else {
            if belongs(object, draft.domain, only) {
                add_node(draft, node, object);
            }
            continue;
        };
        let mut phases = phases(object, draft.domain).peekable();
        if phases.peek().is_none() {
            continue;
        }
        let tactics = phases.filter_map(|phase| draft.tactic(phase)).collect();
        if draft.objects.contains_key(&node) {
            doubles.push(id);
            continue;
        }
        let platforms = platforms(object);
        draft.objects.insert(node, Object { tactics, platforms, ..Object::named(object.name()) });
    }
    sort_once(&mut doubles);
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
fn platforms(object: &Record<'_>) -> Vec<String> {
    let names = object.texts(Field::Platforms).map(str::trim);
    names.filter(|name| !name.is_empty() && *name != "None").map(str::to_owned).collect()
}

/// Adds an object other than a technique, unless it is there.
fn add_node(draft: &mut Draft, node: Node, object: &Record<'_>) {
    if node.kind == Kind::Technique || draft.objects.contains_key(&node) {
        return;
    }
    let mut made = Object::named(object.name());
    match node.kind {
        Kind::Group => made = made.with_aliases(object.texts(Field::Aliases).map(str::trim)),
        Kind::Analytic => made.platforms = platforms(object),
        Kind::Campaign => {
            made.last_seen = object.text(Field::LastSeen).get(..10).and_then(Date::parse);
        }
        _ => {}
    }
    draft.objects.insert(node, made);
}

/// Adds the links. An object that a technique of the domain is linked to belongs to the domain,
/// even if it does not declare so.
fn add_relations(draft: &mut Draft, graph: &Graph<'_>, attributed: &[(Node, Node)]) {
    let mut campaigns = Vec::new();
    for kind in [RelationKind::Uses, RelationKind::Mitigates, RelationKind::Detects] {
        for (source, object, target) in graph.relations(kind) {
            match (kind, source.kind, target.kind) {
                (
                    RelationKind::Uses,
                    Kind::Group | Kind::Campaign | Kind::Software,
                    Kind::Technique,
                )
                | (RelationKind::Mitigates, Kind::Mitigation, Kind::Technique)
                | (RelationKind::Detects, Kind::Strategy, Kind::Technique) => {}
                // Up to ATT&CK 17 data components "detect"; the catalogue has no place for it.
                _ => continue,
            }
            let Some(technique) = draft.objects.get_mut(&target) else { continue };
            technique.links.push(source);
            if source.kind == Kind::Campaign {
                campaigns.push(source);
            }
            add_node(draft, source, object);
        }
    }
    add_attributed(draft, graph, campaigns, attributed);
    add_detection(draft, graph);
}

/// Who is behind a campaign uses what was used in it.
fn add_attributed(
    draft: &mut Draft,
    graph: &Graph<'_>,
    mut campaigns: Vec<Node>,
    attributed: &[(Node, Node)],
) {
    let mut groups: Vec<_> = graph.live().filter(|(node, _)| node.kind == Kind::Group).collect();
    sorted::sort_by(&mut groups, |a, b| a.0.cmp(&b.0));
    sort_once(&mut campaigns);
    for (campaign, group) in attributed {
        if campaigns.binary_search(campaign).is_ok() {
            let after = groups.partition_point(|(of, _)| of <= group);
            if let Some((_, object)) = after.checked_sub(1).and_then(|at| groups.get(at)) {
                add_node(draft, *group, object);
            }
        }
    }
    for technique in draft.objects.values_mut() {
        // Repeats go at once, so that a hostile file cannot multiply them.
        sort_once(&mut technique.links);
        let mut groups = Vec::new();
        for campaign in technique.links.iter().filter(|node| node.kind == Kind::Campaign) {
            let from = attributed.partition_point(|(of, _)| of < campaign);
            let pairs = attributed[from..].iter().take_while(|(of, _)| of == campaign);
            groups.extend(pairs.map(|(_, group)| *group));
        }
        sort_once(&mut groups);
        technique.links.append(&mut groups);
    }
}

/// Links strategies to analytics and these to data components and log sources.
fn add_detection(draft: &mut Draft, graph: &Graph<'_>) {
    for (node, object) in graph.live().filter(|(node, _)| node.kind == Kind::Strategy) {
        if !draft.objects.contains_key(&node) {
            continue;
        }
        for stix_id in object.texts(Field::AnalyticRefs) {
            let Some((analytic, object)) = graph.find(stix_id) else { continue };
            if analytic.kind != Kind::Analytic {
                continue;
            }
            add_node(draft, analytic, object);
            if let Some(strategy) = draft.objects.get_mut(&node) {
                strategy.links.push(analytic);
            }
        }
    }
    for (node, object) in graph.live().filter(|(node, _)| node.kind == Kind::Analytic) {
        if !draft.objects.contains_key(&node) {
            continue;
        }
        for reference in object.records(Field::LogSources) {
            let name = reference.name();
            let Some((component, object)) = graph.find(reference.text(Field::Component)) else {
                continue;
            };
            if component.kind != Kind::DataComponent || name.is_empty() {
                continue;
            }
            add_node(draft, component, object);
            if let Some(analytic) = draft.objects.get_mut(&node) {
                analytic.log_sources.push((component, name.to_owned()));
            }
        }
    }
}

/// Adds the ids that are no longer live, and their direct successors.
fn add_retired(draft: &mut Draft, collected: &Collected<'_>, only: Option<Domain>) {
    fn technique(object: &Record<'_>) -> Option<TechniqueId> {
        (object.kind() == "attack-pattern").then(|| object.attack_id()?.parse().ok()).flatten()
    }
    let domain = draft.domain;
    let ours = |object: &Record<'_>| {
        belongs(object, domain, only)
            || (!object.has_list(Field::Domains) && phases(object, domain).next().is_some())
    };
    for object in &collected.objects {
        if let (Some(id), false) = (technique(object), object.is_live())
            && ours(object)
        {
            draft.retired.insert(id, None);
        }
    }
    for relation in collected.relations.iter().filter(|r| r.kind == RelationKind::RevokedBy) {
        let object = |stix_id| collected.find(stix_id).map(|at| &collected.objects[at]);
        let (Some(old), Some(new)) = (object(&relation.source), object(&relation.target)) else {
            continue;
        };
        if old.is_live() || !ours(old) {
            continue;
        }
        if let (Some(old), Some(new)) = (technique(old), technique(new))
            && old != new
        {
            // MITRE names one successor; if a file names several, the choice must not depend on
            // their order.
            let kept = draft.retired.entry(old).or_default();
            *kept = Some(kept.map_or(new, |kept| kept.min(new)));
        }
    }
}
