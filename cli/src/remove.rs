use std::fmt::Display;

use anteroom::blocking::{self, Found, LocalServer, Look, Occupant, Operation, SocketOptions};

use crate::args::Remove;
use crate::code::Code;
use crate::output;
use crate::trouble::{Result, Trouble, server_name};

/// Removes the socket at a name, if nobody uses it or the user insists.
pub(crate) fn run(args: &Remove) -> Result<Code> {
    let look = blocking::look(&args.name, SocketOptions::empty())?;
    match look.found {
        Found::Absent => output::line("absent")?,
        Found::Live if !args.force => return Err(live(args, &look)),
        Found::Occupied(Occupant::Socket) if !args.force => {
            return Err(refusal(
                args,
                &look,
                Code::Trouble,
                "it cannot be told whether a server has it; check its permissions, or use --force",
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

fn live(args: &Remove, look: &Look) -> Trouble {
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

fn refusal(args: &Remove, look: &Look, code: Code, why: impl Display) -> Trouble {
    let operation = Operation::Remove;
    let name = server_name(&args.name);
    let full_name = &look.full_name;
    Trouble::new(
        code,
        format!("cannot {operation} \"{name}\" ({full_name}): {why}"),
    )
}
