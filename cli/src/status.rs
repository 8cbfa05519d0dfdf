use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use anteroom::ServerName;
use anteroom::{Found, Look, Occupant, ServerProcess};
use serde_json::json;

use crate::args::Status;
use crate::exit_code::Code;
use crate::output;
use crate::error::{Result, CommandError, server_name};

/// Tells what is at a name.
pub(crate) fn run(args: &Status) -> Result<Code> {
    let look = if args.connect {
        anteroom::look_by_connecting(&args.name, args.namespace.options())
    } else {
        anteroom::look(&args.name, args.namespace.options())
    };
    let answer = match look {
        Ok(look) => Answer::about(&look),
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

/// What the user is told.
struct Answer {
    status: &'static str,
    code: Code,
    full_name: Option<ServerName>,
    server: Option<ServerProcess>,
    kind: Option<&'static str>,
    trouble: Option<CommandError>,
}

impl Answer {
    fn about(look: &Look) -> Self {
        let (status, code, kind) = match look.found {
            Found::Live => ("live", Code::Success, None),
            Found::Absent => ("absent", Code::Absent, None),
            Found::NotListening => ("not-listening", Code::NotListening, None),
            Found::Stale => ("stale", Code::Stale, None),
            Found::Occupied(Occupant::File) => not_a_socket("file"),
            Found::Occupied(Occupant::Directory) => not_a_socket("directory"),
            Found::Occupied(Occupant::Link) => not_a_socket("link"),
            Found::Occupied(Occupant::Other) => not_a_socket("other"),
            _ => ("unknown", Code::Unknown, None),
        };
        Self {
            status,
            code,
            full_name: Some(look.full_name.clone()),
            server: look.server,
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
