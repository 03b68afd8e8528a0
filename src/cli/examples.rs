//! Examples that stand below each command's help, and in its man page.

use super::args::Arguments;
use clap::{Command, CommandFactory};

/// The description of the command line with its examples, complete for parsing, help and manual.
pub(super) fn command() -> Command {
    let mut command = Arguments::command();
    for (name, more, examples) in ALL {
        let lines: Vec<String> = examples.iter().map(|line| format!("  coverlay {line}")).collect();
        let text = format!("{more}Examples:\n{}", lines.join("\n"));
        command = command.mut_subcommand(name, |command| command.after_help(text));
    }
    command.build();
    command
}

/// A command, what is said before its examples, and they.
const ALL: [(&str, &str, &[&str]); 11] = [
    (
        "layer",
        "",
        &[
            "layer rules/ -o layer.json",
            "layer rules/ --output-dir out --name-template 'coverage_{quarter}_{year}.json'",
            "layer rules.zip --score count --platform Windows,Linux",
            "layer rules/ --share -o share.json",
        ],
    ),
    (
        "report",
        "",
        &[
            "report rules/ --format md",
            "report rules/ --format html --profile us.yml -o report.html",
            "report rules/ alerts.csv --format xlsx -o report.xlsx",
            "report rules/ --format csv-set -o report.zip",
            "report rules/ --fail-under 40 --fail-on tag/unknown,tag/revoked --max-age 730 -o report.json",
            "report rules/ alerts.csv tests.xml --since 2026-01-01 --assume-zone Europe/Berlin",
            "report rules/ --reconcile attack-mapper --format md",
            "report - < rule.yml",
        ],
    ),
    (
        "render",
        RENDER,
        &[
            "render rules/ -o coverage.png --size 3840 --theme dark",
            "render rules/ -o quarters.gif",
            "render q1.json q2.json q3.json --trend -o trend.svg",
            "render layer.json -o layer.xlsx",
            "render rules/ --slide all --title 'Example Ltd' --logo logo.png -o slides.zip",
            "render rules/ --slide changes --old last-quarter.zip --theme dark -o changes.png",
        ],
    ),
    (
        "lint",
        "",
        &[
            "lint rules/ --format sarif -o tags.sarif",
            "lint 'rules/**/*.yml' --fail-on tag/unknown",
            "lint rules/ --patch tags.patch",
        ],
    ),
    (
        "gaps",
        "",
        &[
            "gaps rules/ --profile us.yml --top 20 --format md",
            "gaps rules/ --used-by APT29 --incidents incidents.csv --format csv -o backlog.csv",
            "gaps rules/ --library sigma.zip --next 10 --next-zip next.zip --format md",
            "gaps rules/ --peer theirs.json --peer others.zip --actors=APT29,FIN7",
        ],
    ),
    (
        "diff",
        "",
        &[
            "diff old-rules/ new-rules/ --format md",
            "diff old.json rules/ --fail-on-lost",
            "diff 2026-q3.json 2026-q4.json --format gif -o change.gif",
            "diff old.json - < new.json",
        ],
    ),
    (
        "combine",
        "",
        &[
            "combine 'max(a, b)' ours.json theirs.json -o both.json",
            "combine 'b > 0 and not (a > 50)' rules.json threat.json -o left.json",
        ],
    ),
    (
        "migrate",
        "",
        &[
            "migrate layer.json --to 19.2 -o new.json --report moved.json",
            "migrate - --to 19.2 < layer.json > new.json",
        ],
    ),
    (
        "catalogue",
        "",
        &["catalogue list", "catalogue build enterprise-attack.json -o enterprise.catalogue"],
    ),
    (
        "completions",
        "",
        &[
            "completions bash > ~/.local/share/bash-completion/completions/coverlay",
            "completions zsh > ~/.zfunc/_coverlay",
            "completions fish > ~/.config/fish/completions/coverlay.fish",
            "completions powershell >> $PROFILE",
        ],
    ),
    ("man", "", &["man > coverlay.1", "man report > coverlay-report.1"]),
];

/// What becomes of which inputs.
const RENDER: &str = "Inputs and pictures:
  rules, to .svg or .png      their coverage
  rules, with --slide         slides; what has nothing to show is left out and said
  one layer                   as the Navigator shows it
  one set of rules, to .gif   its past, a frame a quarter, by the dates of its rules
  several layers or sets of rules, to .gif
                              a frame each, in order of time: by the date in a layer's metadata
                              (date, created, generated), else by its name or file name
                              (2026-03-31, 20260331, q1_2026, sprint_12_2026); a set of rules
                              whose name tells none is as old as its newest rule

";

#[cfg(test)]
mod tests {
    use super::*;

    /// The line as a shell would part it, up to where it goes to or comes from.
    fn words(line: &str) -> Vec<String> {
        let mut words = Vec::new();
        for (at, part) in line.split('\'').enumerate() {
            if at % 2 == 1 {
                words.push(part.to_owned());
                continue;
            }
            for word in part.split_whitespace() {
                if matches!(word, ">" | ">>" | "<") {
                    return words;
                }
                words.push(word.to_owned());
            }
        }
        words
    }

    #[test]
    fn every_command_has_examples_and_all_of_them_are_right() {
        let command = command();
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            assert!(ALL.iter().any(|(name, ..)| *name == sub.get_name()), "{}", sub.get_name());
        }
        for (name, _, examples) in ALL {
            for line in examples {
                assert!(line.starts_with(name), "{line}");
                let typed = std::iter::once("coverlay".to_owned()).chain(words(line));
                let parsed = command.clone().try_get_matches_from(typed);
                assert!(parsed.is_ok(), "{line}: {}", parsed.expect_err("it is wrong"));
            }
        }
    }
}
