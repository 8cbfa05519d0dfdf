use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use anteroom::ServerName;
use anteroom::{Inspection, NameState, Occupant, ServerProcess};
use serde_json::json;

use crate::args::Status;
use crate::error::{CommandError, Result, server_name};
use crate::exit_code::Code;
use crate::output;

/// Determines and prints the state of a name.
pub(crate) fn run(args: &Status) -> Result<Code> {
    let inspection = if args.connect {
        anteroom::inspect_by_connecting(&args.name, args.namespace.options())
    } else {
        anteroom::inspect(&args.name, args.namespace.options())
    };
    let answer = match inspection {
        Ok(inspection) => Answer::about(&inspection),
        Err(error) => Answer::trouble(
            error.full_name().as_deref().map(server_name),
            CommandError::from(error),
        ),
    };
    if args.json {
        output::line(answer.in_json(args))?;
    } else if answer.trouble.is_none() {
        output::line(answer.in_words())?;
    }
    answer.trouble.map_or(Ok(answer.code), Err)
}

/// The printed answer.
struct Answer {
    status: &'static str,
    code: Code,
    full_name: Option<ServerName>,
    server: Option<ServerProcess>,
    kind: Option<&'static str>,
    trouble: Option<CommandError>,
}

impl Answer {
    fn about(inspection: &Inspection) -> Self {
        let (status, code, kind) = match inspection.state {
            NameState::Live => ("live", Code::Success, None),
            NameState::Absent => ("absent", Code::Absent, None),
            NameState::NotListening => ("not-listening", Code::NotListening, None),
            NameState::Stale => ("stale", Code::Stale, None),
            NameState::Occupied(Occupant::File) => not_a_socket("file"),
            NameState::Occupied(Occupant::Directory) => not_a_socket("directory"),
            NameState::Occupied(Occupant::Link) => not_a_socket("link"),
            NameState::Occupied(Occupant::Other) => not_a_socket("other"),
            _ => ("unknown", Code::Unknown, None),
        };
        Self {
            status,
            code,
            full_name: Some(inspection.full_name.clone()),
            server: inspection.server,
            kind,
            trouble: None,
        }
    }

    const fn trouble(full_name: Option<ServerName>, trouble: CommandError) -> Self {
        Self {
            status: "trouble",
            code: trouble.code(),
            full_name,
            server: None,
            kind: None,
            trouble: Some(trouble),
        }
    }

    fn in_words(&self) -> String {
        let mut text = self.status.to_owned();
        if let Some(server) = self.server {
            text += &format!(" pid={} uid={}", server.pid, server.uid);
        }
        if let Some(kind) = self.kind {
            text += &format!(" kind={kind}");
        }
        text
    }

    fn in_json(&self, args: &Status) -> String {
        json!({
            "status": self.status,
            "name": args.name.to_string_lossy(),
            "full_name": self.full_name.as_ref().map(|name| OsStr::from_bytes(name.as_bytes()).to_string_lossy()),
            "pid": self.server.map(|server| server.pid),
            "uid": self.server.map(|server| server.uid),
            "kind": self.kind,
            "error": self.trouble.as_ref().map(ToString::to_string),
        })
        .to_string()
    }
}

const fn not_a_socket(kind: &'static str) -> (&'static str, Code, Option<&'static str>) {
    ("not-a-socket", Code::NotASocket, Some(kind))
}
