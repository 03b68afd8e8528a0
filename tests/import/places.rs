//! A tag stands where it is said to stand: what corrects it writes there.

use crate::fixtures::{Fixture, fixtures};
use crate::shared::{assert_places, import};

/// Also mentions, but those of JSON, which may stand behind an escape.
#[test]
fn every_tag_stands_at_its_line_and_column() {
    let mut seen = 0;
    for Fixture { name, bytes, .. } in fixtures() {
        let text = String::from_utf8(bytes.clone()).expect("fixtures are UTF-8");
        let intake = import(&name, bytes);
        seen += assert_places(&name, &text, &intake);
    }
    assert!(seen > 40);
}
