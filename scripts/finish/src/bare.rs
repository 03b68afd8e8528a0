//! Scripts without what only people read.

/// Without comments that fill a line, blank lines and indentation, which are a third of the text. Text of
/// several lines loses blanks at their beginnings, which in the one there is (`boot.js`) means nothing.
pub fn bare(script: &str) -> String {
    let mut lines = String::new();
    let mut in_comment = false;
    for line in script.lines().map(str::trim_start) {
        in_comment |= line.starts_with("/*");
        if !line.is_empty() && !in_comment && !line.starts_with("//") {
            lines.push_str(line);
            lines.push('\n');
        }
        in_comment &= !line.trim_end().ends_with("*/");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_lines_go() {
        let script =
            "// says\nlet a = 1; // why\n\n  /** much\n   * more */\n  b(\"// c\");\n/* d */\ne();";
        let left = "let a = 1; // why\nb(\"// c\");\ne();\n";
        assert_eq!(bare(script), left);
        assert_eq!(bare(left), left);
    }
}
