use clap::error::ErrorKind;

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
