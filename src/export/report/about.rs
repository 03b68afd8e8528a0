//! What the numbers of a report depend on, as rows of a name and a text.

use super::Report;
use crate::heatmap::wording::visible;

impl Report {
    /// Date, release, counting, scoring, scope, sources and versions; texts as they were read, names
    /// of files with what turns text round made visible.
    pub fn about(&self) -> Vec<(String, String)> {
        let mut about = vec![
            ("date".to_owned(), self.date.to_string()),
            ("counting".to_owned(), self.convention.clone()),
            ("scoring".to_owned(), self.policy.clone()),
        ];
        about.push((
            "scope".to_owned(),
            match self.scope.is_empty() {
                true => "The whole matrix; nothing was left out.".to_owned(),
                false => self.scope.join(" "),
            },
        ));
        let sources = &self.sources;
        let kinds = sources.kinds.iter();
        let kinds: Vec<String> = kinds
            .map(|kind| match kind.rules {
                // Alerts, for one, hold none.
                0 => format!("{} {}", kind.files, kind.name),
                rules => format!("{} {} with {rules} rules", kind.files, kind.name),
            })
            .collect();
        about.push((
            "sources".to_owned(),
            format!(
                "{} files: {} read, {} skipped, {} failed. Read: {}.",
                sources.files,
                sources.read,
                sources.skipped,
                sources.failed,
                if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") }
            ),
        ));
        if !sources.names.is_empty() {
            let names: Vec<String> = sources.names.iter().map(|name| visible(name)).collect();
            about.push(("files".to_owned(), names.join(", ")));
        }
        about.extend(self.versions.iter().cloned());
        about
    }
}
