mod client;
mod event_loop;
mod reporter;
mod signals;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use anteroom::blocking::{Backlog, LocalServer, SocketOptions};

use self::event_loop::EventLoop;
use self::reporter::Reporter;
use self::signals::Signals;
use crate::args::Serve;
use crate::code::Code;
use crate::trouble::{Result, Trouble, server_name};
use crate::word::Word;

/// Serves clients until a signal comes.
pub(crate) fn run(args: &Serve) -> Result<Code> {
    // All descriptors that are needed later are made first: clients may use up the rest.
    let signals = Signals::catch().map_err(|error| Trouble::io("catch signals", &error))?;
    let mut reporter = Reporter::start().map_err(|error| Trouble::io("start a thread", &error))?;
    let server = listen(args)?;
    reporter.line(greeting(args, &server));
    EventLoop::new(server, signals, reporter, args)
        .and_then(EventLoop::run)
        .map_err(|error| Trouble::io(&format!("serve \"{}\"", server_name(&args.name)), &error))?
}

fn listen(args: &Serve) -> Result<LocalServer> {
    let access = args.access.iter().copied().map(SocketOptions::from);
    let options = access.fold(args.namespace.options(), |all, one| all | one);
    let mut builder = LocalServer::builder().socket_options(options);
    if let Some(limit) = args.max_pending {
        builder = builder.max_pending_connections(limit);
    }
    if let Some(length) = args.backlog {
        builder = builder.listen_backlog(Backlog::Limited(length));
    }
    Ok(builder.listen(&args.name)?)
}

fn greeting(args: &Serve, server: &LocalServer) -> String {
    let full_name = server.full_server_name().unwrap_or(&args.name);
    let word = |name: &OsStr| Word(name.as_bytes()).to_string();
    format!("listening {} {}", word(&args.name), word(full_name))
}
