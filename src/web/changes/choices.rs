//! What can be compared: the rules as they are now, layers, snapshots.

use super::super::layers::{OpenLayer, Tabs};
use super::super::state::AppState;
use super::super::view::numbers::counted;
use crate::attack::Domain;
use crate::history::When;
use crate::layer::layer_letter;
use leptos::prelude::*;

/// A state that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The rules as they are now.
    Rules,
    /// A layer, by the key of its tab.
    Layer(u32),
    /// A snapshot, by its key.
    Kept(u32),
}

impl Key {
    /// What came later has the higher number. The rules are those of now.
    fn age(self) -> u32 {
        match self {
            Self::Rules => u32::MAX,
            Self::Layer(key) | Self::Kept(key) => key,
        }
    }
}

/// A state to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Which.
    pub key: Key,
    /// In the address: `rules`, the letter of a layer's tab, or `snapshot-` and a number.
    pub code: String,
    /// What it is called in results.
    pub name: String,
    /// What the list of choices says.
    pub label: String,
    /// Its domain, or what stands there if it is none of ATT&CK's.
    pub domain: Result<Domain, String>,
    /// The release it is of, as far as it says; a layer says only `19`.
    pub release: String,
    /// When it was, if its name or metadata tell.
    pub when: Option<When>,
}

/// All of them.
pub(super) fn all(state: &AppState) -> Vec<Choice> {
    let number = state.intake.with(|intake| intake.rules.len());
    let rules = state.catalogue.with(|catalogue| {
        let catalogue = catalogue.as_ref().filter(|_| number > 0)?;
        Some(Choice {
            key: Key::Rules,
            code: "rules".to_owned(),
            name: "Rules now".to_owned(),
            label: format!("Rules now ({})", counted(number, "rule", "rules")),
            domain: Ok(catalogue.domain),
            release: catalogue.version.clone(),
            when: None,
        })
    });
    let mut choices: Vec<Choice> = rules.into_iter().collect();
    state.tabs().with(|tabs| choices.extend(of_tabs(tabs)));
    choices
}

fn of_tabs(tabs: &Tabs) -> impl Iterator<Item = Choice> + '_ {
    let layers = tabs.open.iter().enumerate().map(|(at, open)| of_layer(at, open));
    let kept = tabs.kept.iter().enumerate().map(|(at, kept)| Choice {
        key: Key::Kept(kept.key),
        code: format!("snapshot-{}", at + 1),
        name: kept.name.clone(),
        label: format!("{} ({}, {})", kept.name, kept.date, counted(kept.rules, "rule", "rules")),
        domain: Ok(kept.domain),
        release: kept.version.clone(),
        when: None,
    });
    layers.chain(kept)
}

fn of_layer(at: usize, open: &OpenLayer) -> Choice {
    let layer = &open.layer;
    let letter = layer_letter(at);
    let file = open.path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = match (layer.name.trim(), file) {
        ("", "") => format!("Layer {letter}"),
        ("", file) => file.to_owned(),
        (name, _) => name.to_owned(),
    };
    Choice {
        key: Key::Layer(open.key),
        label: format!("{letter} · {name}"),
        code: letter,
        when: When::of_name(&name).or_else(|_| When::of_name(file)).ok(),
        name,
        domain: layer.attack_domain().ok_or_else(|| layer.domain.clone()),
        release: layer.versions.attack.clone(),
    }
}

/// The two to compare: those asked for by code, else those of before, else the two newest. `None`
/// if there are not two.
pub(super) fn pick(
    all: &[Choice],
    old: Option<&str>,
    new: Option<&str>,
    last: Option<[Key; 2]>,
) -> Option<[Key; 2]> {
    let by_code = |code: Option<&str>| all.iter().find(|choice| Some(choice.code.as_str()) == code);
    let (old, new) = (by_code(old), by_code(new));
    let by_key = |key: Key| all.iter().find(|choice| choice.key == key);
    match (old, new) {
        (Some(old), Some(new)) => Some([old.key, new.key]),
        (Some(old), None) => Some([old.key, partner(all, old)?.key]),
        (None, Some(new)) => Some([partner(all, new)?.key, new.key]),
        (None, None) => {
            if let Some(keys) = last
                && keys.iter().all(|key| by_key(*key).is_some())
            {
                return Some(keys);
            }
            let new = all.iter().max_by_key(|choice| choice.key.age())?;
            let old = partner(all, new)?;
            // Whoever drops several at once did not choose their order; their dates tell it.
            let is_turned = old.when.zip(new.when).is_some_and(|(old, new)| old > new);
            Some(if is_turned { [new.key, old.key] } else { [old.key, new.key] })
        }
    }
}

/// The newest of the others, of the same domain if there is one.
fn partner<'a>(all: &'a [Choice], of: &Choice) -> Option<&'a Choice> {
    all.iter()
        .filter(|choice| choice.key != of.key)
        .max_by_key(|choice| (choice.domain == of.domain, choice.key.age()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(key: Key, code: &str, domain: Domain) -> Choice {
        Choice {
            key,
            code: code.to_owned(),
            name: code.to_owned(),
            label: code.to_owned(),
            domain: Ok(domain),
            release: String::new(),
            when: None,
        }
    }

    fn several() -> Vec<Choice> {
        vec![
            choice(Key::Rules, "rules", Domain::Enterprise),
            choice(Key::Layer(4), "a", Domain::Enterprise),
            choice(Key::Layer(2), "b", Domain::Enterprise),
            choice(Key::Kept(3), "snapshot-1", Domain::Enterprise),
            choice(Key::Layer(9), "c", Domain::Mobile),
        ]
    }

    #[test]
    fn the_newest_two_of_one_domain() {
        let all = several();
        assert_eq!(pick(&all, None, None, None), Some([Key::Layer(4), Key::Rules]));
        assert_eq!(pick(&all[2..4], None, None, None), Some([Key::Layer(2), Key::Kept(3)]));
        assert_eq!(pick(&all[..1], None, None, None), None, "one is not two");
        let apart = [all[0].clone(), all[4].clone()];
        assert_eq!(pick(&apart, None, None, None), Some([Key::Layer(9), Key::Rules]));
    }

    #[test]
    fn dates_decide_the_order_of_what_came_at_once() {
        let dated = |key, name: &str| Choice {
            when: When::of_name(name).ok(),
            ..choice(Key::Layer(key), name, Domain::Ics)
        };
        let all = [dated(0, "q3 2026"), dated(1, "q2 2026")];
        assert_eq!(pick(&all, None, None, None), Some([Key::Layer(1), Key::Layer(0)]));
        assert_eq!(
            pick(&all, Some("q3 2026"), None, None),
            Some([Key::Layer(0), Key::Layer(1)]),
            "who asks is served"
        );
    }

    #[test]
    fn the_address_goes_before_what_was_before() {
        let all = several();
        let last = Some([Key::Layer(2), Key::Kept(3)]);
        assert_eq!(pick(&all, None, None, last), last);
        assert_eq!(pick(&all, Some("a"), Some("rules"), last), Some([Key::Layer(4), Key::Rules]));
        assert_eq!(pick(&all, Some("zz"), None, last), last, "there is no such tab");
        let gone = Some([Key::Layer(77), Key::Kept(3)]);
        assert_eq!(pick(&all, None, None, gone), Some([Key::Layer(4), Key::Rules]));
    }
}
