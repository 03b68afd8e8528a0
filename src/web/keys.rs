//! The keys of the matrix.

use super::board::Step;

/// What a key does on a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridKey {
    /// Moves the focus.
    Step(Step),
    /// Opens the drawer.
    Open,
    /// Folds or unfolds the sub-techniques.
    Fold,
    /// Selects the cell, or no longer.
    Select,
    /// Selects all cells that are shown.
    SelectAll,
    /// Goes to where what is selected is edited.
    Edit,
    /// Selects nothing; closes the drawer if nothing was selected.
    Close,
}

/// What `KeyboardEvent.key` means on a cell; `control` is Ctrl or Cmd. `None` is left to the
/// browser.
pub fn grid_key(key: &str, control: bool) -> Option<GridKey> {
    let step = match (key, control) {
        ("Home", true) => Step::First,
        ("End", true) => Step::Last,
        ("a" | "A", true) => return Some(GridKey::SelectAll),
        (_, true) => return None,
        ("ArrowUp", _) => Step::Up,
        ("ArrowDown", _) => Step::Down,
        ("ArrowLeft", _) => Step::Left,
        ("ArrowRight", _) => Step::Right,
        ("Home", _) => Step::Top,
        ("End", _) => Step::Bottom,
        ("PageUp", _) => Step::PreviousTactic,
        ("PageDown", _) => Step::NextTactic,
        ("Enter" | " ", _) => return Some(GridKey::Open),
        ("x" | "X", _) => return Some(GridKey::Select),
        ("e" | "E", _) => return Some(GridKey::Edit),
        (".", _) => return Some(GridKey::Fold),
        ("Escape", _) => return Some(GridKey::Close),
        _ => return None,
    };
    Some(GridKey::Step(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_is_left_to_the_browser_but_for_three_keys() {
        assert_eq!(grid_key("ArrowLeft", true), None);
        assert_eq!(grid_key("End", true), Some(GridKey::Step(Step::Last)));
        assert_eq!(grid_key("End", false), Some(GridKey::Step(Step::Bottom)));
        assert_eq!(grid_key("a", true), Some(GridKey::SelectAll));
        assert_eq!(grid_key("a", false), None);
        assert_eq!(grid_key("x", true), None, "that cuts");
    }
}
