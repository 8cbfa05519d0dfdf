use std::task::{Context, Poll};

use anteroom_core::{
    AcceptFailure, BindError, Bound, Detail, ErrorKind, Failure, ListenOptions, Operation, Os,
    Reactor, ServerName, Time,
};
use anteroom_std::sys;
use tokio::runtime::Handle;

use crate::{Listener, PipeSocket};

/// Named pipes as the platform of a server, in the current runtime of tokio.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Pipes;

impl Os for Pipes {
    type Listener = Listener;
    type Conn = PipeSocket;
    type Descriptor = sys::Descriptor;

    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<Listener>, BindError> {
        let runtime = Handle::try_current().map_err(|_| {
            let missing = Detail::Runtime("there is no tokio runtime here; listen in one");
            let failure = Failure::new(Operation::Listen, ErrorKind::Unsupported);
            BindError::new(failure.with_detail(missing), None)
        })?;
        Listener::bind(runtime, name, options)
    }

    fn adopt(
        &mut self,
        descriptor: sys::Descriptor,
    ) -> Result<Bound<Listener>, (sys::Descriptor, Failure)> {
        match descriptor {}
    }

    fn refuse(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        listener.refuse();
        Ok(())
    }

    /// A pipe has no file.
    fn unlink(&mut self, _: &mut Listener) -> Result<(), Failure> {
        Ok(())
    }

    fn try_accept(&mut self, listener: &mut Listener) -> Result<Option<PipeSocket>, AcceptFailure> {
        Ok(listener.try_accept()?.map(PipeSocket))
    }

    fn now(&self) -> Time {
        sys::now()
    }
}

impl Reactor for Pipes {
    fn poll_accept(
        &mut self,
        listener: &mut Listener,
        context: &mut Context<'_>,
    ) -> Poll<Result<PipeSocket, AcceptFailure>> {
        listener.poll_accept(context).map_ok(PipeSocket)
    }

    fn poll_timer(
        &mut self,
        listener: &mut Listener,
        until: Time,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        listener.poll_timer(until, context).map(Ok)
    }
}
