//! Prints what the machine does into `docs/state-machine.md`, and holds that page to it.
//!
//! With `UPDATE_SNAPSHOTS=1` in the environment the page is written anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::run::run;
use crate::vocabulary::{Column, Input, LastError, Observed, Origin, Outcome, Queue, Work};

#[test]
fn the_page_about_the_state_machine_shows_what_the_machine_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/state-machine.md");
    let page = fs::read_to_string(&path).expect("docs/state-machine.md can be read");

    let fresh = replace(&replace(&page, "diagram", &diagram()), "matrix", &matrix());

    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, fresh).expect("docs/state-machine.md can be written");
    } else {
        assert!(
            page == fresh,
            "docs/state-machine.md is not what the machine does; after a look at the difference: \
             UPDATE_SNAPSHOTS=1 cargo test -p anteroom-core --test transitions\n{fresh}"
        );
    }
}

/// Replaces what stands between the markers of `part`.
fn replace(page: &str, part: &str, content: &str) -> String {
    let start = format!("<!-- generated: {part} -->\n");
    let end = format!("<!-- end of {part} -->");
    let (before, rest) = page.split_once(&start).expect("the start marker is there");
    let (_, after) = rest.split_once(&end).expect("the end marker is there");
    format!("{before}{start}\n{content}\n{end}{after}")
}

/// Draws every change of column, with the inputs that bring it about.
fn diagram() -> String {
    let mut text = String::from("```mermaid\nstateDiagram-v2\n");
    for column in Column::ALL {
        writeln!(text, "    state \"{}\" as {column:?}", column.label()).expect("a string");
    }
    writeln!(text, "    [*] --> {:?}", Column::Idle).expect("a string");
    for from in Column::ALL {
        for to in Column::ALL {
            let inputs = inputs_between(from, to);
            if from != to && !inputs.is_empty() {
                let inputs = inputs.join("<br/>");
                writeln!(text, "    {from:?} --> {to:?} : {inputs}").expect("a string");
            }
        }
    }
    text + "```\n"
}

fn inputs_between(from: Column, to: Column) -> Vec<&'static str> {
    Input::ALL
        .iter()
        .filter(|input| run(**input, from, Origin::File).next == to)
        .map(|input| input.label())
        .collect()
}

/// Prints one table for the commands and one for the facts, without the rows that are the same
/// in all columns: those follow as a list.
fn matrix() -> String {
    let facts = Input::ALL
        .iter()
        .position(|input| *input == Input::Bound)
        .expect("it is one of them");
    let (commands, facts) = Input::ALL.split_at(facts);
    format!(
        "{}\n{}",
        group("Commands", commands),
        group("Facts and time", facts)
    )
}

fn group(title: &str, inputs: &[Input]) -> String {
    let mut table = format!("### {title}\n\n|");
    for column in Column::ALL {
        write!(table, " | {}", column.label()).expect("a string");
    }
    writeln!(table, " |\n|{}", "---|".repeat(1 + Column::ALL.len())).expect("a string");
    let mut list = String::from("Wherever the server stands:\n\n");
    for input in inputs {
        let cells = Column::ALL.map(|column| cell(*input, column));
        let label = input.label();
        if cells.iter().all(|cell| *cell == cells[0]) {
            writeln!(list, "* **{label}**: {}", cells[0].replace('–', "nothing"))
                .expect("a string");
        } else {
            writeln!(table, "| **{label}** | {} |", cells.join(" | ")).expect("a string");
        }
    }
    format!("{table}\n{list}")
}

fn cell(input: Input, column: Column) -> String {
    let seen: Vec<Observed> = column
        .origins()
        .iter()
        .map(|origin| run(input, column, *origin))
        .collect();
    for other in &seen {
        let alike = Observed {
            effects: seen[0].effects.clone(),
            ..other.clone()
        };
        assert_eq!(alike, seen[0], "only effects depend on the origin");
    }
    let parts: Vec<String> = outcome(seen[0].outcome)
        .into_iter()
        .chain(effects(&seen))
        .chain(queue(seen[0].queue))
        .chain(announced(seen[0].announced))
        .chain(error(seen[0].error))
        .chain(seen[0].end.map(|end| format!("`End::{end:?}`")))
        .chain(next(column, &seen[0]))
        .collect();
    if parts.is_empty() {
        String::from("–")
    } else {
        parts.join(", ")
    }
}

fn outcome(outcome: Outcome) -> Option<String> {
    match outcome {
        Outcome::Done | Outcome::Started => None,
        Outcome::Misuse => Some(String::from("`AlreadyListening`")),
        Outcome::Rejected => Some(String::from("a name error")),
        Outcome::Claimed(_) => Some(String::from("gives the oldest")),
        Outcome::NonePending => Some(String::from("gives none")),
        Outcome::Stored => Some(String::from("stored")),
    }
}

/// Names the effects; a mark says for which origins alone an effect is there.
fn effects(seen: &[Observed]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for work in &seen[0].effects {
        let done: Vec<bool> = seen
            .iter()
            .map(|cell| cell.effects.contains(work))
            .collect();
        let mark = match done[..] {
            [true] | [true, true, true] => "",
            [true, false, false] => "¹",
            [true, true, false] => "²",
            _ => panic!("no mark for {work:?}, done for {done:?}"),
        };
        let name = match work {
            Work::BindNew => "`Bind`",
            Work::AdoptNew => "`Adopt`",
            Work::Refuse => "`Refuse`",
            Work::Unlink => "`Unlink`",
            Work::Close => "`Close`",
            Work::UnlinkAbandoned => "`Unlink` it",
            Work::CloseAbandoned => "`Close` it",
            Work::Discard(_) => "`Discard`",
        };
        let name = format!("{name}{mark}");
        match names.last_mut() {
            Some(last) if last.starts_with(&name) => *last = format!("{name} each"),
            _ => names.push(name),
        }
    }
    names
}

fn queue(queue: Queue) -> Option<String> {
    match queue {
        Queue::Kept | Queue::Shrunk | Queue::Emptied => None,
        Queue::Grown => Some(String::from("queued")),
    }
}

fn announced(connections: usize) -> Option<String> {
    match connections {
        0 => None,
        1 => Some(String::from("announced")),
        many => panic!("one input brings {many} connections"),
    }
}

fn error(error: LastError) -> Option<String> {
    match error {
        LastError::Kept => None,
        LastError::Cleared => Some(String::from("error cleared")),
        LastError::Recorded => Some(String::from("error recorded")),
    }
}

/// Names the next column if it is another, and a back-off if it is a new one.
fn next(from: Column, seen: &Observed) -> Option<String> {
    match seen.back_off_ends {
        _ if seen.next != from => Some(format!("→ {}", seen.next.label())),
        Some(end) if end > crate::vocabulary::FIRST_BACK_OFF_ENDS => {
            Some(String::from("a longer back-off"))
        }
        _ => None,
    }
}
