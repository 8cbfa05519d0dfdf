use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use anteroom::blocking::LocalServer;
use anteroom::{
    Detail, Error, ErrorKind, Failure, Found, Look, Occupant, Operation, SocketOptions,
};

use crate::args::Remove;
use crate::exit_code::Code;
use crate::output;
use crate::error::{Result, CommandError, server_name};

/// Removes the socket at a name, if nobody uses it or the user insists.
pub(crate) fn run(args: &Remove) -> Result<Code> {
    let mut look = look_at(args)?;
    if look.found == Found::Stale {
        // The first look tests this kernel, which takes a while: a server may have started since.
        look = look_at(args)?;
    }
    if path(&look).is_symlink() {
        // What it leads to was looked at, but the link would be removed.
        let failure = Failure::new(Operation::Remove, ErrorKind::WrongObject)
            .with_detail(Detail::Occupied(Occupant::Link));
        return Err(cannot_remove(args, failure, Some(path(&look).into())));
    }
    match look.found {
        Found::Absent => output::line("absent")?,
        Found::Live if !args.force => return Err(live(args, &look)),
        Found::NotListening if !args.force => {
            return Err(refusal(
                args,
                &look,
                Code::NotListening,
                "the server there is starting or does not listen; stop that server, or use --force",
            ));
        }
        Found::Unknown if !args.force => {
            return Err(refusal(
                args,
                &look,
                Code::Unknown,
                "it is not known whether a server has it; find out with `anteroom status \
                 --connect`, or use --force",
            ));
        }
        // What is no socket the library refuses by itself.
        _ => {
            LocalServer::remove_server(&args.name)?;
            output::line("removed")?;
        }
    }
    Ok(Code::Success)
}

fn look_at(args: &Remove) -> Result<Look> {
    anteroom::look(&args.name, SocketOptions::empty())
        .map_err(|error| cannot_remove(args, error.failure(), error.full_name()))
}

fn live(args: &Remove, look: &Look) -> CommandError {
    let who = look.server.map_or_else(String::new, |server| {
        format!(" (pid={} uid={})", server.pid, server.uid)
    });
    refusal(
        args,
        look,
        Code::LiveServer,
        format_args!(
            "it is in use by a live server{who}; stop that server, or use --force, which cuts it \
             off from its name"
        ),
    )
}

fn path(look: &Look) -> &Path {
    Path::new(OsStr::from_bytes(look.full_name.as_bytes()))
}

fn refusal(args: &Remove, look: &Look, code: Code, why: impl Display) -> CommandError {
    CommandError::with_name(code, Operation::Remove, &args.name, &look.full_name, why)
}

/// Tells a failure as one to remove, which is what the user wanted.
fn cannot_remove(args: &Remove, failure: Failure, full_name: Option<OsString>) -> CommandError {
    let mut removal = Failure::new(Operation::Remove, failure.kind()).with_detail(failure.detail());
    if let Some(code) = failure.code() {
        removal = removal.with_code(code);
    }
    let name = server_name(&args.name);
    Error::new(removal, Some(name), full_name.as_deref().map(server_name)).into()
}
