//! A profile turned piece by piece, as a form does.

use super::{Accepted, Profile};
use crate::attack::Catalogue;
use crate::gaps::own_logs::component_named;
use crate::lowercase::lowercase;

impl Profile {
    /// Corrects the guess about a data component of a catalogue, by its place there, or takes the
    /// correction back (`None`), under whatever name it has.
    pub fn turn_component(&mut self, catalogue: &Catalogue, at: u16, has: Option<bool>) {
        let at = usize::from(at);
        self.log_sources.retain(|name, _| component_named(catalogue, name) != Some(at));
        if let (Some(component), Some(has)) = (catalogue.data_components.get(at), has) {
            self.log_sources.insert(component.id.to_string(), has);
        }
    }

    /// Adds a tag of a service; false if it says nothing, or is there.
    pub fn add_service(&mut self, tag: &str) -> bool {
        let tag = tag.trim();
        let is_there = self.services.iter().any(|known| lowercase(known) == lowercase(tag));
        let is_new = !tag.is_empty() && !is_there;
        if is_new {
            self.services.push(tag.to_owned());
        }
        is_new
    }

    /// Accepts a technique as uncovered; what was said of it before goes.
    pub fn accept(&mut self, accepted: Accepted) {
        self.accepted.retain(|other| other.technique != accepted.technique);
        self.accepted.push(accepted);
        crate::sorted::sort_by(&mut self.accepted, |a, b| a.technique.cmp(&b.technique));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};
    use std::collections::BTreeMap;

    #[test]
    fn a_correction_is_one_whatever_it_was_called() {
        let catalogue = bundled::find(Domain::Enterprise, None).expect("whole").expect("built in");
        let is_it = |c: &crate::attack::DataComponent| c.id.to_string() == "DC0032";
        let at = catalogue.data_components.iter().position(is_it).expect("there");
        let at = u16::try_from(at).expect("few");
        let written = [("process creation", true), ("DC0035", false), ("no such thing", true)];
        let log_sources = written.map(|(name, has)| (name.to_owned(), has)).into();
        let mut profile = Profile { log_sources, ..Profile::default() };
        profile.turn_component(catalogue, at, Some(false));
        let wanted = |all: &[(&str, bool)]| -> BTreeMap<String, bool> {
            all.iter().map(|(name, has)| ((*name).to_owned(), *has)).collect()
        };
        let expected = [("DC0032", false), ("DC0035", false), ("no such thing", true)];
        assert_eq!(profile.log_sources, wanted(&expected));
        profile.turn_component(catalogue, at, None);
        assert_eq!(profile.log_sources, wanted(&expected[1..]));
    }

    #[test]
    fn a_tag_and_a_technique_are_there_once() {
        let mut profile = Profile::default();
        assert!(profile.add_service(" AWS ") && !profile.add_service("aws"));
        assert!(!profile.add_service(" "));
        assert_eq!(profile.services, ["AWS"]);
        for (id, reason) in [("T1091", "first"), ("T1003", "x"), ("T1091", "second")] {
            let technique = id.parse().expect("an id");
            profile.accept(Accepted { technique, reason: reason.to_owned(), until: None });
        }
        let all: Vec<_> =
            profile.accepted.iter().map(|a| (a.technique.to_string(), a.reason.as_str())).collect();
        assert_eq!(all, [("T1003".to_owned(), "x"), ("T1091".to_owned(), "second")]);
    }
}
