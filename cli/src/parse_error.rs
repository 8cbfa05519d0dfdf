use std::env;
use std::io::{self, IsTerminal as _};

use clap::error::ErrorKind;

/// Returns the help or the version, with styles if standard output is a terminal.
pub(crate) fn help(answer: &clap::Error) -> String {
    let text = answer.render();
    let is_unset = |name| env::var_os(name).is_none_or(|value| value.is_empty());
    let is_able = env::var_os("TERM").is_some_and(|terminal| terminal != "dumb");
    if io::stdout().is_terminal() && is_able && is_unset("NO_COLOR") {
        text.ansi().to_string()
    } else {
        text.to_string()
    }
}

/// Returns an error of the command line as one line.
pub(crate) fn one_line(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::MissingSubcommand {
        // clap's text lists hidden commands, too.
        return join_lines("no command");
    }
    join_lines(&error.to_string())
}

/// Joins the lines of a text, without those that `--help` repeats.
fn join_lines(text: &str) -> String {
    let paragraphs: Vec<_> = text
        .trim_start_matches("error: ")
        .split("\n\n")
        .take_while(|paragraph| !paragraph.starts_with("Usage:"))
        .map(|paragraph| {
            let lines: Vec<_> = paragraph.lines().map(str::trim).collect();
            lines.join(" ")
        })
        .filter(|paragraph| !paragraph.starts_with("For more information"))
        .collect();
    let text = paragraphs.join("; ") + "; try '--help'";
    // The text contains user input.
    text.chars()
        .map(|character| match character {
            character if character.is_control() => character.escape_default().to_string(),
            character => character.to_string(),
        })
        .collect()
}
