use std::io;
use std::mem;
use std::pin::{Pin, pin};
use std::str;
use std::task::{Context, Poll, Waker, ready};

use anteroom_core::rules::codes::{windows_accept_failure, windows_failure};
use anteroom_core::rules::windows;
use anteroom_core::{
    AcceptFailure, BindError, Bound, BoundFacts, Detail, ErrorKind, Failure, ListenOptions,
    Operation, ServerName, Time,
};
use anteroom_std::sys;
use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};
use tokio::runtime::Handle;
use tokio::time::{Sleep, sleep};

/// The instance of a pipe that waits for a client, and what belongs to it.
#[derive(Debug)]
pub struct Listener {
    runtime: Handle,
    path: String,
    /// `None` after the last client of a draining server.
    waiting: Option<NamedPipeServer>,
    is_refusing: bool,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Listener {
    pub(crate) fn bind(
        runtime: Handle,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<Self>, BindError> {
        let full_name = windows::resolve_to_listen(name, options)
            .map_err(|failure| BindError::new(failure, None))?;
        Self::create(runtime, &full_name, options)
            .map(|listener| {
                let facts = BoundFacts::unnamed().with_full_name(full_name.clone());
                Bound::new(listener, facts)
            })
            .map_err(|failure| BindError::new(failure, Some(full_name)))
    }

    fn create(
        runtime: Handle,
        full_name: &ServerName,
        options: ListenOptions,
    ) -> Result<Self, Failure> {
        if !options.socket.access().is_empty() {
            let failure = Failure::new(Operation::Listen, ErrorKind::Unsupported);
            return Err(failure.with_detail(Detail::AccessNotEnforced));
        }
        let path = str::from_utf8(full_name.as_bytes())
            .map_err(|_| Failure::new(Operation::Listen, ErrorKind::Name))?;
        let waiting = create_instance(&runtime, path, true)
            .map_err(|error| failure(Operation::Listen, &error))?;
        Ok(Self {
            runtime,
            path: path.to_owned(),
            waiting: Some(waiting),
            is_refusing: false,
            timer: None,
        })
    }

    /// Drops the instance, unless a client has connected to it.
    pub(crate) fn refuse(&mut self) {
        self.is_refusing = true;
        self.waiting = self
            .waiting
            .take()
            .filter(|pipe| poll_connect(pipe).is_ready());
    }

    /// Returns the instance if a client has connected to it; a new one takes its place.
    pub(crate) fn try_accept(&mut self) -> Result<Option<NamedPipeServer>, AcceptFailure> {
        match self.waiting.as_ref().map(poll_connect) {
            Some(Poll::Ready(result)) => result.map_err(|error| accept_failure(&error))?,
            _ => return Ok(None),
        }
        // The new instance comes first: if it cannot be created, the client stays connected, and the
        // next call finds it again.
        let next = if self.is_refusing {
            None
        } else {
            let created = create_instance(&self.runtime, &self.path, false);
            Some(created.map_err(|error| accept_failure(&error))?)
        };
        Ok(mem::replace(&mut self.waiting, next))
    }

    pub(crate) fn poll_accept(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<NamedPipeServer, AcceptFailure>> {
        loop {
            if let Some(result) = self.try_accept().transpose() {
                return Poll::Ready(result);
            }
            ready!(self.poll_ready(context)).map_err(|error| accept_failure(&error))?;
        }
    }

    /// Polls whether a client may have connected since `try_accept` found none.
    pub(crate) fn poll_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &self.waiting {
            Some(pipe) => pipe.poll_write_ready(context),
            None => Poll::Pending,
        }
    }

    pub(crate) fn poll_timer(&mut self, until: Time, context: &mut Context<'_>) -> Poll<()> {
        let remaining = until.since(sys::now());
        if remaining.is_zero() {
            self.timer = None;
            return Poll::Ready(());
        }
        let _entered = self.runtime.enter();
        let timer = self.timer.insert(Box::pin(sleep(remaining)));
        timer.as_mut().poll(context)
    }
}

/// Creates an instance that waits for a client from then on.
fn create_instance(runtime: &Handle, path: &str, is_first: bool) -> io::Result<NamedPipeServer> {
    let _entered = runtime.enter();
    let pipe = ServerOptions::new()
        .first_pipe_instance(is_first)
        .create(path)?;
    // An error is found again by the first attempt to accept.
    let _ = poll_connect(&pipe);
    Ok(pipe)
}

/// Polls once whether a client has connected, and forgets the readiness that led to the call.
///
/// The task that waits in [`Listener::poll_ready`] is still woken: this registers no waker.
fn poll_connect(pipe: &NamedPipeServer) -> Poll<io::Result<()>> {
    pin!(pipe.connect()).poll(&mut Context::from_waker(Waker::noop()))
}

fn failure(operation: Operation, error: &io::Error) -> Failure {
    error.raw_os_error().map_or_else(
        || Failure::new(operation, ErrorKind::Unknown),
        |code| windows_failure(operation, code),
    )
}

/// What an error of tokio means for the listener. Without a code, the runtime has ended.
fn accept_failure(error: &io::Error) -> AcceptFailure {
    error.raw_os_error().map_or_else(
        || AcceptFailure::Fatal(failure(Operation::Accept, error)),
        windows_accept_failure,
    )
}
