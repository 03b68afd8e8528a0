//! The links and the metadata of cells: short lists of pairs, with lines between them.

use super::form::{Form, VARIOUS};
use super::{Field, Push, shown, sign_button};
use crate::layer::{Edit, Item, Link, Metadata, Said};
use leptos::html::Input;
use leptos::prelude::*;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A label and an address.
    Links,
    /// A name and a value.
    Metadata,
}

type Pair = (String, String);

impl Kind {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Links => "Links",
            Self::Metadata => "Metadata",
        }
    }

    /// Of its panel.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Links => "edit-links",
            Self::Metadata => "edit-metadata",
        }
    }

    /// What the two parts of a pair are called.
    fn parts(self) -> [&'static str; 2] {
        match self {
            Self::Links => ["Label", "Address"],
            Self::Metadata => ["Name", "Value"],
        }
    }

    /// The list that all cells have; `None` where they differ.
    pub(super) fn of(self, said: &Said) -> Option<Vec<Item<Pair>>> {
        fn pairs<T>(items: &[Item<T>], pair: impl Fn(&T) -> Pair) -> Vec<Item<Pair>> {
            let item = |item: &Item<T>| match item {
                Item::Of(of) => Item::Of(pair(of)),
                Item::Divider { divider } => Item::Divider { divider: *divider },
            };
            items.iter().map(item).collect()
        }
        match self {
            Self::Links => {
                let pair = |link: &Link| (link.label.clone(), link.url.clone());
                Some(pairs(said.links.as_ref()?, pair))
            }
            Self::Metadata => {
                let pair = |of: &Metadata| (of.name.clone(), of.value.clone());
                Some(pairs(said.metadata.as_ref()?, pair))
            }
        }
    }

    fn edit(self, rows: Vec<Item<Pair>>) -> Edit {
        fn items<T>(rows: Vec<Item<Pair>>, of: impl Fn(Pair) -> T) -> Vec<Item<T>> {
            let item = |row: Item<Pair>| match row {
                Item::Of(pair) => Item::Of(of(pair)),
                Item::Divider { divider } => Item::Divider { divider },
            };
            rows.into_iter().map(item).collect()
        }
        match self {
            Self::Links => Edit::Links(items(rows, |(label, url)| Link { label, url })),
            Self::Metadata => Edit::Metadata(items(rows, |(name, value)| Metadata { name, value })),
        }
    }
}

/// Which half of a pair.
const HALVES: [fn(&mut Pair) -> &mut String; 2] = [|pair| &mut pair.0, |pair| &mut pair.1];

pub(super) fn pairs(form: Form, kind: Kind) -> AnyView {
    let rows = Memo::new(move |_| form.said.with(|said| kind.of(said)));
    // Rows are made anew only if their number or kind changes: who goes from field to field keeps
    // the focus.
    let keys = Memo::new(move |_| {
        let is_pair = |(at, row): (usize, &Item<Pair>)| (at, matches!(row, Item::Of(_)));
        rows.with(|rows| {
            rows.iter().flatten().enumerate().map(is_pair).collect::<Vec<(usize, bool)>>()
        })
    });
    let change = move |alter: &dyn Fn(&mut Vec<Item<Pair>>)| {
        let mut now = rows.get_untracked().unwrap_or_default();
        alter(&mut now);
        form.apply(kind.title(), &kind.edit(now))
    };
    let row = move |(at, is_pair): (usize, bool)| {
        let remove = move || {
            change(&|rows| {
                if at < rows.len() {
                    rows.remove(at);
                }
            });
        };
        let half = move |side: usize| {
            let of = HALVES[side];
            let value = shown(move || {
                let row = rows.with(|rows| rows.as_ref().and_then(|rows| rows.get(at).cloned()));
                match row {
                    Some(Item::Of(mut pair)) => std::mem::take(of(&mut pair)),
                    _ => String::new(),
                }
            });
            let set = move |text: String| {
                change(&|rows| {
                    if let Some(Item::Of(pair)) = rows.get_mut(at) {
                        of(pair).clone_from(&text);
                    }
                });
            };
            let label = format!("{} {}", kind.parts()[side], at + 1);
            Field::new(value, set).labelled(label).view()
        };
        view! {
            <li class="pair">
                {match is_pair {
                    true => view! { {half(0)}{half(1)} }.into_any(),
                    false => view! { <hr aria-label="Line" /> }.into_any(),
                }}
                {sign_button("cross", format!("Remove row {}", at + 1), false.into(), remove)}
            </li>
        }
    };
    let new: [NodeRef<Input>; 2] = [NodeRef::new(), NodeRef::new()];
    let text =
        move |side: usize| new[side].get_untracked().map(|field| field.value()).unwrap_or_default();
    let add = move || {
        let pair = (text(0).trim().to_owned(), text(1).trim().to_owned());
        if change(&|rows| rows.push(Item::Of(pair.clone()))) {
            for field in new.iter().filter_map(NodeRef::get_untracked) {
                field.set_value("");
            }
            if let Some(field) = new[0].get_untracked() {
                let _ = field.focus();
            }
        }
    };
    let new_half = move |side: usize| {
        let name = kind.parts()[side];
        let field = Field::new(String::new().into(), |_| ());
        Field { node: new[side], placeholder: name.into(), ..field }
            .labelled(format!("{name} of a new row"))
            .view()
    };
    let adding = move || {
        let none = shown(move || rows.with(|rows| rows.as_ref().is_none_or(Vec::is_empty)));
        view! {
            <div
                class="pair"
                on:keydown=move |event| if event.key() == "Enter" {
                    event.prevent_default();
                    add();
                }
            >
                {new_half(0)}{new_half(1)}
                {Push::text("add-pair", "Add", add).view()}
            </div>
            {Push {
                class: "link",
                disabled: none,
                ..Push::text("add-line", "Add a line below", move || {
                    change(&|rows| rows.push(Item::Divider { divider: true }));
                })
            }
            .view()}
        }
        .into_any()
    };
    let clearing = move || {
        view! {
            <p class="muted">{VARIOUS}": the cells have different lists"</p>
            {Push::text("clear-pairs", "Remove them all", move || {
                change(&|_| {});
            })
            .view()}
        }
        .into_any()
    };
    let is_various = Memo::new(move |_| rows.with(Option::is_none));
    view! {
        <div class="pairs" data-part=kind.id()>
            <ul>
                <For each=move || keys.get() key=Clone::clone let(key)>{row(key)}</For>
            </ul>
            {move || if is_various.get() { clearing() } else { adding() }}
            {form.refusals.line(kind.title())}
        </div>
    }
    .into_any()
}
