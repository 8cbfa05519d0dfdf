use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use anteroom::blocking::LocalServer;
use anteroom::{
    Detail, Error, ErrorKind, Failure, Inspection, NameState, Occupant, Operation, SocketOptions,
};

use crate::args::Remove;
use crate::error::{CommandError, Result, server_name};
use crate::exit_code::Code;
use crate::output;

/// Removes a socket file, if it is stale or with `--force`.
pub(crate) fn run(args: &Remove) -> Result<Code> {
    let mut inspection = look_at(args)?;
    if inspection.state == NameState::Stale {
        // The first inspection runs the self-test, which takes a while: a server may have started
        // since.
        inspection = look_at(args)?;
    }
    if path(&inspection).is_symlink() {
        // The target was inspected, but the link would be removed.
        let failure = Failure::new(Operation::Remove, ErrorKind::WrongObject)
            .with_detail(Detail::Occupied(Occupant::Link));
        return Err(cannot_remove(args, failure, Some(path(&inspection).into())));
    }
    match inspection.state {
        NameState::Absent => output::line("absent")?,
        NameState::Live if !args.force => return Err(live(args, &inspection)),
        NameState::NotListening if !args.force => {
            return Err(refusal(
                args,
                &inspection,
                Code::NotListening,
                "the server there is starting or does not listen; stop that server, or use --force",
            ));
        }
        NameState::Unknown if !args.force => {
            return Err(refusal(
                args,
                &inspection,
                Code::Unknown,
                "it is not known whether a server has it; find out with `anteroom status \
                 --connect`, or use --force",
            ));
        }
        // The library rejects files that are not sockets.
        _ => {
            LocalServer::remove_server(&args.name)?;
            output::line("removed")?;
        }
    }
    Ok(Code::Success)
}

fn look_at(args: &Remove) -> Result<Inspection> {
    anteroom::inspect(&args.name, SocketOptions::empty())
        .map_err(|error| cannot_remove(args, error.failure(), error.full_name()))
}

fn live(args: &Remove, inspection: &Inspection) -> CommandError {
    let who = inspection.server.map_or_else(String::new, |server| {
        format!(" (pid={} uid={})", server.pid, server.uid)
    });
    refusal(
        args,
        inspection,
        Code::LiveServer,
        format_args!(
            "it is in use by a live server{who}; stop that server, or use --force, which cuts it \
             off from its name"
        ),
    )
}

fn path(inspection: &Inspection) -> &Path {
    Path::new(OsStr::from_bytes(inspection.full_name.as_bytes()))
}

fn refusal(args: &Remove, inspection: &Inspection, code: Code, why: impl Display) -> CommandError {
    CommandError::with_name(
        code,
        Operation::Remove,
        &args.name,
        &inspection.full_name,
        why,
    )
}

/// Reports a failure as one of removing.
fn cannot_remove(args: &Remove, failure: Failure, full_name: Option<OsString>) -> CommandError {
    let mut removal = Failure::new(Operation::Remove, failure.kind()).with_detail(failure.detail());
    if let Some(code) = failure.code() {
        removal = removal.with_code(code);
    }
    let name = server_name(&args.name);
    Error::new(removal, Some(name), full_name.as_deref().map(server_name)).into()
}
