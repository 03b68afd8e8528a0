//! `coverlay.toml`: options of a project, so that they need not be typed.
//!
//! A key is an option's long name. What the file says is put before what was typed and read by the
//! same parser, so that a key means exactly what the option means; an option that was typed takes
//! the place of its key.

mod file;

use super::args::Arguments;
use super::examples;
use super::exit::Failure;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches, ValueHint};
use file::{Entry, Settings};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The file's name.
const NAME: &str = "coverlay.toml";

/// Options that mean another thing in each command: they belong into a command's table.
const OF_ONE_COMMAND: [&str; 2] = ["format", "output"];

/// Options that are no keys.
const NO_KEYS: [&str; 4] = ["config", "no-config", "help", "version"];

/// Commands that no file has a say in.
const WITHOUT: [&str; 4] = ["catalogue", "completions", "man", "help"];

/// Pictures are drawn of layers as well, where there is nothing a gate could look at.
const NO_GATES_OF_ALL: &str = "render";
const GATES: [&str; 3] = ["fail-under", "fail-on", "max-age"];

/// Options that say how the policy of `score` counts.
const OF_SCORE: [&str; 2] = ["levels", "weight"];

/// Why there are no arguments.
pub(super) enum Stop {
    /// What was typed is wrong, or asks for help.
    Typed(clap::Error),
    /// The file is wrong.
    File(Failure),
}

/// What was typed, with what the file says beside it.
pub(super) struct Read {
    pub(super) arguments: Arguments,
    /// The file, if there is one.
    pub(super) file: Option<PathBuf>,
}

/// The arguments of a process that runs in `folder`.
pub(super) fn read(typed: Vec<OsString>, folder: &Path) -> Result<Read, Stop> {
    let command = examples::command();
    let (typed, off) = switches(typed, &command);
    let parse = |arguments: &[OsString]| {
        let matches = command.clone().try_get_matches_from(arguments)?;
        Arguments::from_arg_matches(&matches)
    };
    // Only to see what was typed; whether it is right is asked when all is there.
    let loose = command.clone().ignore_errors(true).try_get_matches_from(&typed);
    let file = loose.as_ref().ok().and_then(|matches| place(matches, folder));
    let (Ok(matches), Some(file)) = (loose, file) else {
        let arguments = parse(&typed).map_err(Stop::Typed)?;
        return Ok(Read { arguments, file: None });
    };
    let settings = Settings::read(&file).map_err(Stop::File)?;
    check(&settings, &command).map_err(Stop::File)?;
    let extra = match matches.subcommand() {
        Some((name, own)) => {
            arguments_of(&settings, &command, (name, own), &off, folder).map_err(Stop::File)?
        }
        None => Vec::new(),
    };
    let arguments = parse(&with(&typed, &matches, extra)).map_err(|error| {
        match (error.use_stderr(), parse(&typed)) {
            // What was typed is right by itself.
            (true, Ok(_)) => Stop::File(settings.wrong_together(&said(&error))),
            _ => Stop::Typed(error),
        }
    })?;
    Ok(Read { arguments, file: Some(file) })
}

/// `--flag=true` and `--flag=false` for options that are there or not, so that what the file says
/// can be typed otherwise. The second kind is taken out and told apart.
fn switches(typed: Vec<OsString>, command: &Command) -> (Vec<OsString>, Vec<String>) {
    let is_flag = |name: &str| {
        let mut all = command.get_subcommands().chain([command]).flat_map(Command::get_arguments);
        all.any(|arg| {
            arg.get_long() == Some(name) && matches!(arg.get_action(), ArgAction::SetTrue)
        })
    };
    let (mut kept, mut off, mut over) = (Vec::new(), Vec::new(), false);
    for argument in typed {
        over |= argument == "--";
        let text = argument.to_str().filter(|_| !over);
        match text.and_then(|text| text.strip_prefix("--")?.split_once('=')) {
            Some((name, "true")) if is_flag(name) => kept.push(format!("--{name}").into()),
            Some((name, "false")) if is_flag(name) => off.push(name.to_owned()),
            _ => kept.push(argument),
        }
    }
    (kept, off)
}

/// The file: the one that was named, else the first from the folder up.
fn place(matches: &ArgMatches, folder: &Path) -> Option<PathBuf> {
    let (name, _) = matches.subcommand()?;
    if matches.get_flag("no_config") || WITHOUT.contains(&name) {
        return None;
    }
    let named = matches.get_one::<PathBuf>("config").cloned();
    let found = || folder.ancestors().map(|above| above.join(NAME)).find(|path| path.is_file());
    named.or_else(found)
}

/// Every key is an option's name, whichever command runs.
fn check(settings: &Settings, command: &Command) -> Result<(), Failure> {
    let commands = || command.get_subcommands().filter(|c| !WITHOUT.contains(&c.get_name()));
    for entry in &settings.entries {
        let mut names: Vec<&str> = match &entry.command {
            Some(name) => match commands().find(|command| command.get_name() == name) {
                Some(command) => longs(command).collect(),
                None => return Err(settings.unknown(entry, name, &all(commands()))),
            },
            None => all(commands()),
        };
        if entry.key.is_empty() {
            continue; // the table itself
        }
        names.sort_unstable();
        names.dedup();
        let key = entry.key.as_str();
        if !names.contains(&key) {
            return Err(settings.unknown(entry, key, &names));
        }
        if entry.command.is_none() && OF_ONE_COMMAND.contains(&key) {
            let reason = format!(
                "'{key}' is another thing in each command; write it below [report], [layer] or such"
            );
            return Err(settings.wrong(entry, &reason));
        }
    }
    Ok(())
}

fn longs(command: &Command) -> impl Iterator<Item = &str> {
    command.get_arguments().filter_map(Arg::get_long).filter(|name| !NO_KEYS.contains(name))
}

/// What may stand at the top: options and names of commands.
fn all<'c>(commands: impl Iterator<Item = &'c Command>) -> Vec<&'c str> {
    commands.flat_map(|command| longs(command).chain([command.get_name()])).collect()
}

/// What the file adds to a command, without what was typed.
fn arguments_of(
    settings: &Settings,
    command: &Command,
    (name, own): (&str, &ArgMatches),
    off: &[String],
    folder: &Path,
) -> Result<Vec<OsString>, Failure> {
    let Some(sub) = command.find_subcommand(name) else { return Ok(Vec::new()) };
    let was_typed = |arg: &Arg| {
        let source = own.try_contains_id(arg.get_id().as_str()).ok();
        source.is_some()
            && own.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
    };
    let typed: Vec<&Arg> = sub.get_arguments().filter(|arg| was_typed(arg)).collect();
    let is_typed = |key: &str| {
        typed.iter().any(|arg| arg.get_long() == Some(key)) || off.iter().any(|name| name == key)
    };
    let conflicts = |a: &Arg, b: &Arg| {
        sub.get_arg_conflicts_with(a).iter().any(|other| other.get_id() == b.get_id())
    };
    let mut extra = Vec::new();
    for arg in sub.get_arguments() {
        let Some(key) = arg.get_long() else { continue };
        let Some(entry) = settings.find(name, key) else { continue };
        let is_gate_of_all = entry.command.is_none() && name == NO_GATES_OF_ALL;
        if is_typed(key)
            || typed.iter().any(|other| conflicts(arg, other) || conflicts(other, arg))
            || (is_gate_of_all && GATES.contains(&key))
            || (OF_SCORE.contains(&key) && is_typed("score"))
        {
            continue;
        }
        let arguments = written(settings, entry, arg, folder)?;
        valid(settings, entry, command, name, &arguments)?;
        extra.extend(arguments);
    }
    Ok(extra)
}

/// An entry as it would be typed.
fn written(
    settings: &Settings,
    entry: &Entry,
    arg: &Arg,
    folder: &Path,
) -> Result<Vec<OsString>, Failure> {
    let key = &entry.key;
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        let [only] = entry.values.as_slice() else {
            return Err(settings.wrong(entry, &format!("'{key}' is true or false")));
        };
        return match only.as_str() {
            "true" => Ok(vec![format!("--{key}").into()]),
            "false" => Ok(Vec::new()),
            _ => Err(settings.wrong(entry, &format!("'{key}' is true or false"))),
        };
    }
    let is_pair = arg.get_value_names().is_some_and(|names| names.iter().any(|n| n.contains('=')));
    if entry.is_table && !is_pair {
        return Err(settings.wrong(entry, &format!("'{key}' is no table")));
    }
    let value = |value: &String| {
        let text = settings.path_of(value, arg.get_value_hint() == ValueHint::AnyPath, key, folder);
        let mut argument = OsString::from(format!("--{key}="));
        argument.push(text);
        argument
    };
    Ok(entry.values.iter().map(value).collect())
}

/// Whether the parser takes it, so that what is wrong is told at its line.
fn valid(
    settings: &Settings,
    entry: &Entry,
    command: &Command,
    name: &str,
    arguments: &[OsString],
) -> Result<(), Failure> {
    use clap::error::ErrorKind;
    let start = [OsString::from("coverlay"), OsString::from(name)];
    let alone = start.iter().chain(arguments);
    match command.clone().try_get_matches_from(alone) {
        Err(error)
            if !matches!(
                error.kind(),
                ErrorKind::MissingRequiredArgument
                    | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            ) =>
        {
            Err(settings.wrong(entry, &said(&error)))
        }
        _ => Ok(()),
    }
}

/// An error of the parser's without what is around it.
fn said(error: &clap::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let end = text.find("\n\n").unwrap_or(text.len());
    text[..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was typed with more right behind the command's name.
fn with(typed: &[OsString], matches: &ArgMatches, extra: Vec<OsString>) -> Vec<OsString> {
    let name = matches.subcommand_name().unwrap_or_default();
    let mut at = 1;
    while let Some(argument) = typed.get(at) {
        if argument == name {
            break;
        }
        at += if argument == "--config" { 2 } else { 1 };
    }
    let at = (at + 1).min(typed.len());
    typed[..at].iter().cloned().chain(extra).chain(typed[at..].iter().cloned()).collect()
}
