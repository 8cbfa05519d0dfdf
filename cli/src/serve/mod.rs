mod echo;
mod event_loop;
mod poll_io;
mod polled_socket;
mod reporter;
mod service;
mod signals;
mod tasks;

use std::io;
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use mio::Poll;

use self::event_loop::EventLoop;
use self::reporter::Reporter;
use self::service::Service;
use self::signals::Signals;
use self::tasks::MainTask;
use crate::args::{Runtime, Serve};
use crate::error::{CommandError, Result, server_name};
use crate::exit_code::Code;
use crate::runtime::{AsyncRuntime, Smol, Tokio, started};

/// Serves clients until a signal comes.
pub(crate) fn run(args: &Serve) -> Result<Code> {
    // Descriptors that are needed later are created first, since clients may use up the rest.
    let (signals, receiver) =
        Signals::catch().map_err(|error| CommandError::io("catch signals", &error))?;
    let reporter = Reporter::start().map_err(|error| CommandError::io("start a thread", &error))?;
    let service = Service::new(signals, reporter, args);
    match args.on.runtime {
        Runtime::Std => serve_in_a_loop(args, service, receiver),
        Runtime::Tokio => serve_in_tasks::<Tokio>(args, service, receiver),
        Runtime::Smol => serve_in_tasks::<Smol>(args, service, receiver),
    }
}

fn serve_in_a_loop(args: &Serve, service: Service, signals: UnixStream) -> Result<Code> {
    let poll = started(Poll::new())?;
    let server = service.open(args)?;
    EventLoop::new(poll, server, signals, service)
        .and_then(EventLoop::run)
        .map_err(|error| lost(args, &error))
}

fn serve_in_tasks<R: AsyncRuntime>(
    args: &Serve,
    service: Service,
    signals: UnixStream,
) -> Result<Code> {
    let runtime = Rc::new(started(R::start())?);
    let task = runtime.block_on(async {
        let server = service.open(args)?;
        MainTask::new(Rc::clone(&runtime), server, signals, service)
            .map_err(|error| lost(args, &error))
    })?;
    task.run().map_err(|error| lost(args, &error))
}

fn lost(args: &Serve, error: &io::Error) -> CommandError {
    CommandError::io(&format!("serve \"{}\"", server_name(&args.name)), error)
}
