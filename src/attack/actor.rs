//! Who uses techniques: groups, campaigns and software as one kind of thing that can be chosen.

use super::catalogue::{Catalogue, Entity, Technique};
use crate::lowercase::lowercase;
use std::fmt::Display;

/// What an actor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActorKind {
    /// A group; it uses what campaigns attributed to it used, too.
    Group,
    /// A campaign.
    Campaign,
    /// Malware or a tool: no actor itself, but used by some.
    Software,
}

impl ActorKind {
    /// All of them, in the order of [`Actor`].
    pub const ALL: [Self; 3] = [Self::Group, Self::Campaign, Self::Software];

    /// As in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Campaign => "campaign",
            Self::Software => "software",
        }
    }
}

/// A group, campaign or software as its place in the catalogue's list of its kind; only valid with
/// that catalogue. Ordered by kind, then by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor {
    /// Which list.
    pub kind: ActorKind,
    /// Where in it.
    pub at: u16,
}

/// What an actor is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActorName<'c> {
    /// For example `G0016`.
    pub id: String,
    /// For example `APT29`.
    pub name: &'c str,
    /// Other names; campaigns and software have none here.
    pub aliases: &'c [String],
}

impl<'c> ActorName<'c> {
    fn of<Id: Display>(entities: &'c [Entity<Id>], at: u16) -> Self {
        entities.get(usize::from(at)).map_or_else(Self::default, |entity| Self {
            id: entity.id.to_string(),
            name: &entity.name,
            aliases: &entity.aliases,
        })
    }

    fn names(&self) -> impl Iterator<Item = &'c str> + use<'c> {
        std::iter::once(self.name).chain(self.aliases.iter().map(String::as_str))
    }
}

/// How well an actor fits what someone typed; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    IdStart,
    NameStart,
    WordStart,
    Within,
}

impl Catalogue {
    /// All actors of a kind, by id.
    pub fn actors(&self, kind: ActorKind) -> impl Iterator<Item = Actor> + use<> {
        let count = match kind {
            ActorKind::Group => self.groups.len(),
            ActorKind::Campaign => self.campaigns.len(),
            ActorKind::Software => self.software.len(),
        };
        (0..u16::try_from(count).unwrap_or(u16::MAX)).map(move |at| Actor { kind, at })
    }

    /// What an actor is called; all empty for one that the catalogue does not have.
    pub fn actor_name(&self, actor: Actor) -> ActorName<'_> {
        match actor.kind {
            ActorKind::Group => ActorName::of(&self.groups, actor.at),
            ActorKind::Campaign => ActorName::of(&self.campaigns, actor.at),
            ActorKind::Software => ActorName::of(&self.software, actor.at),
        }
    }

    /// The actors called so: by id, name or alias, in any case. Several may share a name.
    pub fn actors_named(&self, written: &str) -> Vec<Actor> {
        let written = written.trim();
        let is_it = |name: &str| name.eq_ignore_ascii_case(written);
        let all = ActorKind::ALL.into_iter().flat_map(|kind| self.actors(kind));
        all.filter(|actor| {
            let name = self.actor_name(*actor);
            is_it(&name.id) || name.names().any(is_it)
        })
        .collect()
    }

    /// Actors of some kinds that fit `query`, best first, at most `limit`: the very id, name or
    /// alias, ids that start so, names and aliases that start so, those with a word that starts
    /// so, those that hold every word typed; then by kind and id. An empty query finds nothing.
    pub fn search_actors(&self, query: &str, kinds: &[ActorKind], limit: usize) -> Vec<Actor> {
        let query = lowercase(query.trim());
        if query.is_empty() {
            return Vec::new();
        }
        let all = ActorKind::ALL.into_iter().filter(|kind| kinds.contains(kind));
        let mut found: Vec<(Fit, Actor)> = all
            .flat_map(|kind| self.actors(kind))
            .filter_map(|actor| Some((fit(&self.actor_name(actor), &query)?, actor)))
            .collect();
        crate::sorted::sort(&mut found);
        found.into_iter().take(limit).map(|(_, actor)| actor).collect()
    }
}

impl Technique {
    /// Who of a kind uses it, as places in the catalogue's list, sorted.
    pub fn users(&self, kind: ActorKind) -> &[u16] {
        match kind {
            ActorKind::Group => &self.groups,
            ActorKind::Campaign => &self.campaigns,
            ActorKind::Software => &self.software,
        }
    }
}

fn fit(name: &ActorName<'_>, query: &str) -> Option<Fit> {
    let id = name.id.to_ascii_lowercase();
    if id == query {
        return Some(Fit::Exact);
    }
    // A letter alone is the beginning of a name.
    let is_id = query.len() > 1 && query.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    if is_id && (id.starts_with(query) || id.get(1..).is_some_and(|id| id.starts_with(query))) {
        return Some(Fit::IdStart);
    }
    let of_name = |name: &str| {
        let name = lowercase(name);
        if name == query {
            return Some(Fit::Exact);
        }
        if name.starts_with(query) {
            return Some(Fit::NameStart);
        }
        let mut words = name.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric());
        if words.any(|word| word.starts_with(query)) {
            return Some(Fit::WordStart);
        }
        query.split_whitespace().all(|word| name.contains(word)).then_some(Fit::Within)
    };
    name.names().filter_map(of_name).min()
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::super::{Domain, bundled};
    use super::*;

    fn catalogue() -> &'static Catalogue {
        bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("built in")
    }

    fn found(query: &str, kinds: &[ActorKind]) -> Vec<String> {
        let found = catalogue().search_actors(query, kinds, 4);
        found.into_iter().map(|actor| catalogue().actor_name(actor).id).collect()
    }

    #[test]
    fn actors_are_found_by_id_name_and_alias() {
        let groups = [ActorKind::Group];
        for query in ["G0016", " g0016 ", "apt29", "Cozy Bear", "midnight blizzard"] {
            assert_eq!(found(query, &groups).first().map(String::as_str), Some("G0016"), "{query}");
        }
        assert_eq!(found("0016", &groups).first().map(String::as_str), Some("G0016"));
        assert_eq!(found("bear", &groups).len(), 4, "a word of an alias");
        assert!(found("", &ActorKind::ALL).is_empty());
        assert!(found("nobody is called so", &ActorKind::ALL).is_empty());
    }

    #[test]
    fn only_the_kinds_asked_for_are_found() {
        let solar = found("SolarWinds Compromise", &[ActorKind::Campaign]);
        assert_eq!(solar.first().map(String::as_str), Some("C0024"));
        assert!(found("SolarWinds Compromise", &[ActorKind::Group]).is_empty());
        assert_eq!(found("S0154", &[ActorKind::Software]), ["S0154"]);
    }

    #[test]
    fn a_name_written_out_is_taken_in_any_case() {
        let named = catalogue().actors_named(" cozy BEAR ");
        assert_eq!(named.len(), 1);
        assert_eq!(catalogue().actor_name(named[0]).name, "APT29");
        assert!(catalogue().actors_named("Cozy").is_empty(), "a part is not the name");
        let nobody = Actor { kind: ActorKind::Group, at: u16::MAX };
        assert_eq!(catalogue().actor_name(nobody), ActorName::default());
    }
}
