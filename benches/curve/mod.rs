//! A curve over the number of rules, as `docs/performance.md` shows it: a table and bars.
#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

/// What is measured at each of these.
pub(crate) const SIZES: [usize; 5] = [1_000, 5_000, 20_000, 50_000, 100_000];
/// What the others are compared with; below it, starting is most of it.
const AGAINST: usize = 5_000;
/// How long a rule may take among many, against among a few.
const BUDGET: f64 = 1.3;
/// Of the longest bar.
const WIDTH: f64 = 50.0;

/// One point.
pub(crate) struct Point {
    pub(crate) rules: usize,
    pub(crate) seconds: f64,
    /// Figures by the names of the columns.
    pub(crate) more: Vec<String>,
}

/// Prints the curve.
pub(crate) fn print(name: &str, columns: &[&str], points: &[Point]) {
    let each = |point: &Point| point.seconds / point.rules as f64;
    let base = points.iter().find(|point| point.rules == AGAINST).map(each);
    println!("\n{name}\n");
    println!("| rules | s | µs a rule | against {AGAINST} | {} |", columns.join(" | "));
    println!("|--:|--:|--:|--:|{}", "--:|".repeat(columns.len()));
    for point in points {
        let times = base.map(|base| each(point) / base);
        let over = if times.is_some_and(|times| times > BUDGET) { ", **over 1.3**" } else { "" };
        let times = times.map_or_else(String::new, |times| format!("{times:.2} ×{over}"));
        println!(
            "| {} | {:.2} | {:.0} | {times} | {} |",
            thousands(point.rules),
            point.seconds,
            each(point) * 1e6,
            point.more.join(" | ")
        );
    }
    let most = points.iter().map(|point| point.seconds).fold(0.0, f64::max);
    println!("\n```");
    for point in points {
        // To the half of a character.
        let halves = (point.seconds / most * WIDTH * 2.0).round().max(1.0) as usize;
        let bar = "█".repeat(halves / 2) + if halves % 2 == 1 { "▌" } else { "" };
        println!("{:>8} {bar} {:.2} s", thousands(point.rules), point.seconds);
    }
    println!("```");
}

fn thousands(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}
