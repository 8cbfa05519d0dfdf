//! Compares `docs/state-machine.md` with the machine, or writes it with `UPDATE_SNAPSHOTS=1`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::columns::Column;
use crate::fixture::{Change, run};
use crate::inputs::{COMMANDS, EVENTS, Input};

#[test]
fn the_machine_does_what_the_table_says_in_every_phase_with_every_input() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/state-machine.md");
    let page = fs::read_to_string(&path).expect("docs/state-machine.md is readable");
    let tables = format!(
        "{}\n{}",
        table("Commands", COMMANDS),
        table("Events and time", EVENTS)
    );

    let fresh = replace(&replace(&page, "diagram", &diagram()), "matrix", &tables);

    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, fresh).expect("docs/state-machine.md is writable");
        return;
    }
    for (line, (expected, actual)) in page.lines().zip(fresh.lines()).enumerate() {
        assert_eq!(expected, actual, "docs/state-machine.md:{}", line + 1);
    }
    assert_eq!(page, fresh);
}

/// Replaces the text between the markers of `part`.
fn replace(page: &str, part: &str, content: &str) -> String {
    let start = format!("<!-- generated: {part} -->\n");
    let end = format!("<!-- end of {part} -->");
    let (before, rest) = page.split_once(&start).expect("the page has the marker");
    let (_, after) = rest.split_once(&end).expect("the page has the marker");
    format!("{before}{start}\n{content}\n{end}{after}")
}

/// Returns a diagram of all changes of the column, with their inputs.
fn diagram() -> String {
    let mut text = String::from("```mermaid\nstateDiagram-v2\n");
    for column in Column::ALL {
        writeln!(text, "    state \"{column}\" as {}", column.id()).expect("a string");
    }
    writeln!(text, "    [*] --> Idle").expect("a string");
    for from in Column::ALL {
        for to in Column::ALL {
            let inputs: Vec<_> = COMMANDS
                .iter()
                .chain(EVENTS)
                .filter(|input| run(input, from, from.origins()[0]).next == to)
                .map(|input| input.0)
                .collect();
            if from != to && !inputs.is_empty() {
                let inputs = inputs.join("<br/>");
                writeln!(text, "    {} --> {} : {inputs}", from.id(), to.id()).expect("a string");
            }
        }
    }
    text + "```\n"
}

/// Returns a table, and a list of the inputs that have the same result in all columns.
fn table(title: &str, inputs: &[Input]) -> String {
    let mut table = format!("### {title}\n\n|");
    for column in Column::ALL {
        write!(table, " | {column}").expect("a string");
    }
    writeln!(table, " |\n|{}", "---|".repeat(1 + Column::ALL.len())).expect("a string");
    let mut list = String::from("In every phase:\n\n");
    for input in inputs {
        let label = input.0;
        let cells = Column::ALL.map(|column| cell(input, column));
        if cells.iter().all(|cell| *cell == cells[0]) {
            writeln!(list, "* **{label}**: {}", cells[0].replace('–', "nothing"))
                .expect("a string");
        } else {
            writeln!(table, "| **{label}** | {} |", cells.join(" | ")).expect("a string");
        }
    }
    format!("{table}\n{list}")
}

fn cell(input: &Input, column: Column) -> String {
    let origins = column.origins().iter();
    let changes: Vec<Change> = origins.map(|origin| run(input, column, *origin)).collect();
    let first = &changes[0];
    for change in &changes {
        let effects = first.effects.iter();
        let common: Vec<_> = effects
            .filter(|name| change.effects.contains(name))
            .collect();
        assert!(change.effects.iter().eq(common), "{changes:#?}");
        let effects = change.effects.clone();
        let other = Change {
            effects,
            ..first.clone()
        };
        assert_eq!(*change, other, "only effects depend on the origin");
    }
    let returned = (!first.returned.is_empty()).then(|| String::from(first.returned));
    let next = (first.next != column).then(|| format!("→ {}", first.next));
    let back_off = first
        .back_off
        .map(|length| format!("back-off of {length} ms"));
    let parts: Vec<String> = returned
        .into_iter()
        .chain(first.effects.iter().map(|name| marked(name, &changes)))
        .chain(first.others.iter().cloned())
        .chain(next)
        .chain(back_off)
        .collect();
    if parts.is_empty() {
        String::from("–")
    } else {
        parts.join(", ")
    }
}

/// Adds a mark for the origins with this effect.
fn marked(name: &String, changes: &[Change]) -> String {
    let has: Vec<bool> = changes
        .iter()
        .map(|change| change.effects.contains(name))
        .collect();
    let mark = match has[..] {
        [true] | [true, true, true] => "",
        [true, false, false] => "¹",
        [true, true, false] => "²",
        _ => panic!("no mark for {name}: {has:?}"),
    };
    format!("{name}{mark}")
}
