use std::env;
use std::io::{self, IsTerminal as _};

use clap::error::ErrorKind;

/// Returns the help or the version, styled only if a terminal is to show it.
pub(crate) fn text(answer: &clap::Error) -> String {
    let text = answer.render();
    let is_unset = |name| env::var_os(name).is_none_or(|value| value.is_empty());
    let is_able = env::var_os("TERM").is_some_and(|terminal| terminal != "dumb");
    if io::stdout().is_terminal() && is_able && is_unset("NO_COLOR") {
        text.ansi().to_string()
    } else {
        text.to_string()
    }
}

/// Says in one line what is wrong with a command line.
pub(crate) fn complaint(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::MissingSubcommand {
        // Its own text tells also of commands that are hidden.
        return in_one_line("there is no command");
    }
    in_one_line(&error.to_string())
}

/// Leaves out what the help tells anyway.
fn in_one_line(text: &str) -> String {
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
    // What the user wrote is in it.
    text.chars()
        .map(|character| match character {
            character if character.is_control() => character.escape_default().to_string(),
            character => character.to_string(),
        })
        .collect()
}
