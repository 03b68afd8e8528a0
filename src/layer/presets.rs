//! Colours to choose from in forms.

/// The gradients that the Navigator offers, each with its name and its colours from low to high
/// (<https://github.com/mitre-attack/attack-navigator/blob/master/nav-app/src/app/classes/gradient.ts>).
/// Those that begin transparent begin white: scores have no alpha (reference 2.5).
pub const NAVIGATOR_GRADIENTS: [(&str, &[&str]); 6] = [
    ("Red – green", &["#ff6666", "#ffe766", "#8ec843"]),
    ("Green – red", &["#8ec843", "#ffe766", "#ff6666"]),
    ("Blue – red", &["#66b1ff", "#ff66f4", "#ff6666"]),
    ("Red – blue", &["#ff6666", "#ff66f4", "#66b1ff"]),
    ("Transparent – blue", &["#ffffff00", "#66b1ff"]),
    ("Transparent – red", &["#ffffff00", "#ff6666"]),
];

/// Colours for cells, by name; ours, far enough from each other to be told apart in a matrix.
pub const CELL_COLOURS: [(&str, &str); 12] = [
    ("Red", "#e5484d"),
    ("Orange", "#f2933d"),
    ("Yellow", "#ffe766"),
    ("Green", "#8ec843"),
    ("Teal", "#3aa99f"),
    ("Light blue", "#9cc3e6"),
    ("Blue", "#2f6fb0"),
    ("Dark blue", "#0b3c6f"),
    ("Violet", "#9173c0"),
    ("Pink", "#e58fb1"),
    ("Grey", "#b5bac4"),
    ("White", "#ffffff"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::colour::normal;
    use crate::layer::{Layer, LayerEdit};

    #[test]
    fn all_are_taken() {
        for (name, colour) in CELL_COLOURS {
            assert_eq!(normal(colour).as_deref(), Some(colour), "{name}");
        }
        for (name, colours) in NAVIGATOR_GRADIENTS {
            let edit = LayerEdit::Gradient {
                colours: colours.iter().map(|colour| (*colour).to_owned()).collect(),
                min: 0.into(),
                max: 1.into(),
            };
            let edited = Layer::new("x", "enterprise-attack").with(&edit);
            assert_eq!(edited.expect("a gradient").gradient.colors, colours, "{name}");
        }
    }
}
