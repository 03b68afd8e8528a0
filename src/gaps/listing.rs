//! Which gaps a list shows: words, state, tactic, platform; the order is the list's own.

use super::list::{Gap, GapList, GapState};
use crate::attack::{Catalogue, TechniqueIndex};
use crate::lowercase::lowercase;

/// What a list of gaps is narrowed to; the default narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GapFilter {
    /// Words that id and name (and the name of the technique above) hold, in any case.
    pub words: String,
    /// Only gaps of this state.
    pub state: Option<GapState>,
    /// Only techniques of the tactic of this short name.
    pub tactic: Option<String>,
    /// Only techniques of the platform of this name.
    pub platform: Option<String>,
}

impl GapFilter {
    /// From the keys and values of an address: `words`, `state`, `tactic`, `platform`. What is
    /// none of these narrows nothing.
    pub fn read(pairs: &[(String, String)]) -> Self {
        let mut filter = Self::default();
        for (key, value) in pairs {
            match key.as_str() {
                "words" => filter.words.clone_from(value),
                "state" => filter.state = GapState::named(value),
                "tactic" => filter.tactic = Some(value.clone()),
                "platform" => filter.platform = Some(value.clone()),
                _ => {}
            }
        }
        filter
    }

    /// The gaps it shows, with the ranks they have in the whole list.
    pub fn gaps(&self, catalogue: &Catalogue, list: &GapList) -> Vec<Gap> {
        let shows = self.prepared(catalogue);
        let is_wanted =
            |gap: &&Gap| self.state.is_none_or(|state| state == gap.state) && shows(gap.technique);
        list.gaps.iter().filter(is_wanted).cloned().collect()
    }

    /// How many it would show of each state, in the order of [`GapState::ALL`], were no state
    /// asked for.
    pub fn states(&self, catalogue: &Catalogue, list: &GapList) -> [usize; 4] {
        let shows = self.prepared(catalogue);
        let mut states = [0; 4];
        for gap in list.gaps.iter().filter(|gap| shows(gap.technique)) {
            if let Some(at) = GapState::ALL.iter().position(|state| *state == gap.state) {
                states[at] += 1;
            }
        }
        states
    }

    /// What would be a gap but is left out, in the catalogue's order.
    pub fn left_out(&self, catalogue: &Catalogue, list: &GapList) -> Vec<TechniqueIndex> {
        let shows = self.prepared(catalogue);
        let of = catalogue.indices().zip(&list.assessments);
        let of = of.filter(|(_, one)| one.state.is_some() && !one.relevance.is_in());
        let of = of.filter(|(_, one)| self.state.is_none() || self.state == one.state);
        of.map(|(index, _)| index).filter(|index| shows(*index)).collect()
    }

    /// Whether a technique passes what does not depend on a list.
    fn prepared<'a>(&self, catalogue: &'a Catalogue) -> impl Fn(TechniqueIndex) -> bool + use<'a> {
        let words: Vec<String> = self.words.split_whitespace().map(lowercase).collect();
        // What the release does not have, no technique of it is of.
        let place =
            |at: Option<usize>| at.map_or(u8::MAX, |at| u8::try_from(at).unwrap_or(u8::MAX));
        let tactic = self.tactic.as_ref().map(|name| {
            place(catalogue.tactics.iter().position(|tactic| tactic.shortname == *name))
        });
        let platform = self
            .platform
            .as_ref()
            .map(|name| place(catalogue.platforms.iter().position(|other| other == name)));
        move |index| {
            let technique = catalogue.technique(index);
            let has_words = || {
                let above = technique.parent.map(|parent| &catalogue.technique(parent).name);
                let above = above.map_or("", String::as_str);
                let all = lowercase(&format!("{} {above} {}", technique.id, technique.name));
                words.iter().all(|word| all.contains(word))
            };
            tactic.is_none_or(|at| technique.tactics.contains(&at))
                && platform.is_none_or(|at| technique.platforms.contains(&at))
                && (words.is_empty() || has_words())
        }
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::attack::{Domain, bundled};
    use crate::coverage::{Coverage, Policy, Scope};
    use crate::date::Date;
    use crate::gaps::{Accepted, GapsAsked, PriorityPolicy, Profile, by_platform, by_tactic};
    use crate::rule::Intake;

    fn list(catalogue: &Catalogue, profile: &Profile) -> GapList {
        let today = Date::new(2026, 11, 22).expect("a day");
        let intake = Intake::default();
        let (scoring, scope) = (Policy::default(), Scope::default());
        let coverage = Coverage::compute(catalogue, &intake, &scoring, &scope, today);
        GapList::of(&GapsAsked {
            catalogue,
            intake: &intake,
            coverage: &coverage,
            profile,
            enrichment: None,
            policy: PriorityPolicy::default(),
            threshold: 80,
        })
    }

    fn newest() -> &'static Catalogue {
        bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("built in")
    }

    fn filter(pairs: &[(&str, &str)]) -> GapFilter {
        let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        GapFilter::read(&pairs.iter().map(pair).collect::<Vec<_>>())
    }

    /// The tables by tactic and platform link here with their numbers.
    #[test]
    fn a_tactic_or_platform_shows_what_its_row_counts() {
        let catalogue = newest();
        let list = list(catalogue, &Profile::default());
        for (tactic, row) in catalogue.tactics.iter().zip(by_tactic(catalogue, &list)) {
            let filter = filter(&[("tactic", &tactic.shortname)]);
            let gaps = filter.gaps(catalogue, &list);
            let ids: Vec<_> = gaps.iter().map(|gap| gap.technique).collect();
            assert_eq!(ids, row.gaps, "{}", tactic.name);
            assert_eq!(filter.states(catalogue, &list), row.states);
        }
        for row in by_platform(catalogue, &list) {
            let gaps = filter(&[("platform", &row.name)]).gaps(catalogue, &list);
            assert_eq!(gaps.len(), row.gaps.len(), "{}", row.name);
        }
    }

    #[test]
    fn words_and_states_narrow_and_nonsense_does_not() {
        let catalogue = newest();
        let list = list(catalogue, &Profile::default());
        let ids = |pairs: &[(&str, &str)]| -> Vec<String> {
            let gaps = filter(pairs).gaps(catalogue, &list);
            gaps.iter().map(|gap| catalogue.technique(gap.technique).id.to_string()).collect()
        };
        assert_eq!(ids(&[("words", "lsass CREDENTIAL")]), ["T1003.001"], "the name above counts");
        assert_eq!(ids(&[("words", "lsass"), ("state", "weak")]), [""; 0]);
        let both = ["T1003.001", "T1547.008"];
        assert_eq!(ids(&[("words", "lsass"), ("state", "worst"), ("x", "y")]), both);
        assert_eq!(ids(&[("tactic", "none such")]), [""; 0]);
        assert_eq!(ids(&[]).len(), list.gaps.len());
        let weak = filter(&[("state", "weak")]);
        assert_eq!(weak.states(catalogue, &list)[0], list.gaps.len(), "all are uncovered");
    }

    #[test]
    fn what_was_accepted_is_left_out_until_it_counts_again() {
        let catalogue = newest();
        let accepted = |id: &str| Accepted {
            technique: id.parse().expect("an id"),
            reason: "no such thing here".to_owned(),
            until: None,
        };
        let mut profile = Profile::default();
        profile.accept(accepted("T1003"));
        profile.accept(accepted("T1059.001"));
        profile.accept(Accepted { reason: "again".to_owned(), ..accepted("T1003") });
        assert_eq!(profile.accepted.len(), 2, "one a technique");
        let out = |profile: &Profile| -> Vec<String> {
            let list = list(catalogue, profile);
            let out = filter(&[("platform", "Windows")]).left_out(catalogue, &list);
            out.iter().map(|index| catalogue.technique(*index).id.to_string()).collect()
        };
        let all = out(&profile);
        let of = |id: &str| all.iter().filter(|each| each.starts_with(id)).count();
        assert_eq!((of("T1003"), of("T1059")), (7, 1), "with the sub-techniques on Windows");
        // From a sub-technique, what stands above it is taken back.
        let lsass = catalogue.find("T1003.001".parse().expect("an id")).expect("there");
        profile.count_again(catalogue, lsass);
        assert_eq!(out(&profile), ["T1059.001"]);
    }
}
