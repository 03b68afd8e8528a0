//! The list of actors: which, in which order.

use super::ActorCoverage;
use crate::attack::{ActorKind, Catalogue};
use crate::coverage::Order;
use crate::lowercase::lowercase;
use crate::sorted;
use std::cmp::Ordering;

/// What a list of actors can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorColumn {
    /// Its name.
    Name,
    /// What it uses.
    Used,
    /// The share of that which is covered; who uses nothing in scope has the least.
    Share,
    /// In the order of the matrix; none is later than all.
    Earliest,
    /// How many tactics the longest uncovered run has.
    Run,
}

/// The places in `found` of actors of these kinds whose id or one of whose names has every word
/// of `text`, in order; those of whom no technique is in scope last, ties by kind and id.
pub fn list_actors(
    catalogue: &Catalogue,
    found: &[ActorCoverage],
    kinds: &[ActorKind],
    text: &str,
    order: Order<ActorColumn>,
) -> Vec<usize> {
    let words: Vec<String> = text.split_whitespace().map(lowercase).collect();
    let mut rows: Vec<(usize, String)> = Vec::new();
    for (at, actor) in found.iter().enumerate().filter(|(_, a)| kinds.contains(&a.actor.kind)) {
        let name = catalogue.actor_name(actor.actor);
        let all = lowercase(&format!("{} {} {}", name.id, name.name, name.aliases.join(" ")));
        if words.iter().all(|word| all.contains(word)) {
            rows.push((at, lowercase(name.name)));
        }
    }
    sorted::sort_by(&mut rows, |a, b| {
        let (first, second) = (&found[a.0], &found[b.0]);
        // Nobody looks for those of whom nothing is known.
        let uses_nothing = (first.total() == 0).cmp(&(second.total() == 0));
        uses_nothing.then_with(|| {
            order.direct(match order.column {
                ActorColumn::Name => a.1.cmp(&b.1),
                ActorColumn::Used => first.total().cmp(&second.total()),
                ActorColumn::Share => first.percent().total_cmp(&second.percent()),
                ActorColumn::Earliest => later(first.earliest, second.earliest),
                ActorColumn::Run => first.longest_run.len().cmp(&second.longest_run.len()),
            })
        })
    });
    rows.into_iter().map(|(at, _)| at).collect()
}

fn later(a: Option<u8>, b: Option<u8>) -> Ordering {
    a.is_none().cmp(&b.is_none()).then(a.cmp(&b))
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::super::actor_coverages;
    use super::*;
    use crate::attack::{Domain, TechniqueIndex, bundled};
    use crate::coverage::{Coverage, Policy, Scope};
    use crate::date::Date;
    use crate::rule::Intake;

    #[test]
    fn rows_are_found_and_put_in_order() {
        let catalogue =
            bundled::find(Domain::Enterprise, Some("19.2")).expect("whole").expect("built in");
        let today = Date::new(2026, 11, 22).expect("a day");
        let (policy, scope) = (Policy::default(), Scope::default());
        let coverage = Coverage::compute(catalogue, &Intake::default(), &policy, &scope, today);
        let of = |id: &str| catalogue.actors_named(id)[0];
        let chosen = [of("G0016"), of("G0007"), of("C0024"), of("G0032")];
        let mut found = actor_coverages(catalogue, &coverage, &chosen);
        // G0007, G0016, G0032, C0024: by kind, then id.
        found[1].direct = vec![TechniqueIndex(0)];
        found[1].earliest = Some(2);
        found[2].uncovered.clear();
        found[3].earliest = Some(1);
        let list = |text: &str, column, descending| {
            let order = Order { column, descending };
            list_actors(catalogue, &found, &ActorKind::ALL, text, order)
        };
        assert_eq!(list("", ActorColumn::Name, false), [0, 1, 3, 2]);
        assert_eq!(list("cozy", ActorColumn::Name, false), [1]);
        assert_eq!(list("g00 apt", ActorColumn::Name, true), [1, 0]);
        assert_eq!(list("", ActorColumn::Share, true)[0], 1);
        assert_eq!(list("", ActorColumn::Share, false)[3], 2, "who uses nothing comes last");
        assert_eq!(list("", ActorColumn::Share, true)[3], 2, "whatever the direction");
        assert_eq!(list("", ActorColumn::Earliest, false), [3, 1, 0, 2]);
        let only = [ActorKind::Campaign];
        let order = Order { column: ActorColumn::Used, descending: false };
        assert_eq!(list_actors(catalogue, &found, &only, "", order), [3]);
    }
}
