use anteroom::blocking::{self, Found, Look, Occupant, Operation};
use serde_json::json;

use crate::args::Status;
use crate::code::Code;
use crate::output;
use crate::trouble::{Result, Trouble, server_name};

/// Tells what is at a name.
pub(crate) fn run(args: &Status) -> Result<Code> {
    let answer = blocking::look(&args.name, args.namespace.options())
        .map_err(Trouble::from)
        .and_then(|look| answer(args, &look));
    if args.json {
        output::line(in_json(args, &answer))?;
    } else if let Ok(answer) = &answer {
        output::line(in_words(answer))?;
    }
    answer.map(|answer| answer.code)
}

/// What the user is told.
struct Answer {
    status: &'static str,
    code: Code,
    full_name: String,
    pid: Option<i32>,
    uid: Option<u32>,
    kind: Option<&'static str>,
}

fn answer(args: &Status, look: &Look) -> Result<Answer> {
    let (status, code, kind) = match look.found {
        Found::Live => ("live", Code::Success, None),
        Found::Absent => ("absent", Code::Absent, None),
        Found::Stale => ("stale", Code::Stale, None),
        Found::Occupied(Occupant::File) => not_a_socket("file"),
        Found::Occupied(Occupant::Directory) => not_a_socket("directory"),
        Found::Occupied(Occupant::Link) => not_a_socket("link"),
        Found::Occupied(Occupant::Other) => not_a_socket("other"),
        _ => return Err(unclear(args, look)),
    };
    Ok(Answer {
        status,
        code,
        full_name: look.full_name.to_string(),
        pid: look.server.map(|server| server.pid),
        uid: look.server.map(|server| server.uid),
        kind,
    })
}

const fn not_a_socket(kind: &'static str) -> (&'static str, Code, Option<&'static str>) {
    ("not-a-socket", Code::NotASocket, Some(kind))
}

fn unclear(args: &Status, look: &Look) -> Trouble {
    Trouble::new(
        Code::Trouble,
        format!(
            "cannot {} \"{}\" ({}): a socket is there, and it cannot be told whether a server has \
             it; check its permissions",
            Operation::Look,
            server_name(&args.name),
            look.full_name
        ),
    )
}

fn in_words(answer: &Answer) -> String {
    let mut text = answer.status.to_owned();
    if let (Some(pid), Some(uid)) = (answer.pid, answer.uid) {
        text += &format!(" pid={pid} uid={uid}");
    }
    if let Some(kind) = answer.kind {
        text += &format!(" kind={kind}");
    }
    text
}

fn in_json(args: &Status, answer: &Result<Answer>) -> String {
    let error = answer.as_ref().err().map(ToString::to_string);
    let answer = answer.as_ref().ok();
    json!({
        "status": answer.map_or("trouble", |answer| answer.status),
        "name": args.name.to_string_lossy(),
        "full_name": answer.map(|answer| &answer.full_name),
        "pid": answer.and_then(|answer| answer.pid),
        "uid": answer.and_then(|answer| answer.uid),
        "kind": answer.and_then(|answer| answer.kind),
        "error": error,
    })
    .to_string()
}
