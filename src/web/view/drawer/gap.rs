//! Where a technique stands among the gaps, while there is a list of them.

use super::Subject;
use crate::web::address::{Address, View};
use crate::web::gaps::{Found, Gaps};
use leptos::prelude::*;
use std::sync::Arc;

pub(super) fn gap(subject: Subject) -> AnyView {
    let current = Gaps::get().current;
    let line = move || {
        let found = current.get()?;
        Arc::ptr_eq(&found.asked.catalogue, &subject.catalogue).then(|| line(&found, &subject))
    };
    view! { {line} }.into_any()
}

fn line(found: &Found, subject: &Subject) -> AnyView {
    let list = &found.list;
    let one = list.assessment(subject.index);
    let gap = list.gaps.iter().find(|gap| gap.technique == subject.index);
    let heading = match gap {
        Some(gap) => format!(
            "Gap {} of {}: {}, priority {:.2}",
            gap.rank,
            list.gaps.len(),
            gap.state.as_str(),
            gap.priority
        ),
        None if one.relevance.is_in() => "No gap: it is covered well enough".to_owned(),
        None => "No gap: left out".to_owned(),
    };
    let sentence = |text: String| view! { <li><bdi>{text}</bdi></li> }.into_any();
    let mut said: Vec<AnyView> = Vec::new();
    if gap.is_some() {
        said.extend(list.shortfall(&found.asked.coverage, subject.index).map(sentence));
    }
    let why = one.relevance.why.iter().filter(|why| gap.is_some() || why.leaves_out());
    said.extend(why.map(|why| sentence(why.sentence(&subject.catalogue, &list.threat))));
    let value = gap.map_or_else(String::new, |gap| gap.rank.to_string());
    let words = subject.technique().id.to_string();
    let place = gap.map(|_| {
        let filters = vec![("words".to_owned(), words)];
        let href = Address { filters, ..Address::view(View::Gaps) }.to_string();
        view! { <a href=href>"In the list"</a> }
    });
    view! {
        <section class="drawer-part" data-figure="gap" data-value=value>
            <h3>{heading}{place}</h3>
            <ul class="gap-why">{said}</ul>
        </section>
    }
    .into_any()
}
