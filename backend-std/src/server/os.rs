use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use anteroom_core::{
    AcceptFailure, BindError, Bound, Failure, ListenOptions, Operation, Os, ServerName, Time,
};

use crate::LocalSocket;
use crate::sys::{self, Creator, Mode, RawListener, SocketFile};

/// The operating system below the blocking server.
#[derive(Debug)]
pub(crate) struct StdOs;

/// A listening socket, and what the blocking server knows about it.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: OwnedFd,
    file: Option<SocketFile>,
    mode: Mode,
    /// Whether others use the socket, too: the mode belongs to all who share it.
    is_shared: bool,
    /// The process that made the listener, and not a child that has it by a fork.
    creator: Creator,
}

impl Listener {
    fn new(raw: RawListener, is_shared: bool) -> Self {
        let RawListener {
            socket,
            file,
            creator,
            ..
        } = raw;
        Self {
            socket,
            file,
            mode: Mode::NonBlocking,
            is_shared,
            creator,
        }
    }

    /// Accepts in this mode; in blocking mode there is always an answer.
    //= FD-4, SRV-1
    pub(crate) fn accept(&mut self, mode: Mode) -> Result<Option<LocalSocket>, AcceptFailure> {
        if self.mode != mode {
            sys::set_mode(self.socket.as_fd(), mode).map_err(fatal)?;
            self.mode = mode;
        }
        let socket = sys::try_accept(self.socket.as_fd(), Mode::Blocking)?;
        // A blocking accept that did not block: another process has changed the mode under us.
        self.is_shared |= socket.is_none() && mode == Mode::Blocking;
        Ok(socket.map(LocalSocket::from))
    }

    /// Returns whether a call of accept may block in the kernel: on a listener that nobody shares.
    ///
    /// Which process this is matters, and is asked for, only when the mode has to be changed.
    #[inline]
    pub(crate) fn may_block(&self) -> bool {
        !self.is_shared && (self.mode == Mode::Blocking || self.is_ours())
    }

    fn is_ours(&self) -> bool {
        // If this cannot be found out, waiting with poll(2) is always right.
        self.creator.is_this_process(self.as_fd()).unwrap_or(false)
    }

    pub(crate) fn assume_ownership(&mut self) {
        self.creator.assume(self.socket.as_fd());
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Os for StdOs {
    type Listener = Listener;
    type Conn = LocalSocket;
    type Descriptor = OwnedFd;

    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<Listener>, BindError> {
        let bound = sys::bind(name, options)?;
        Ok(Bound::new(
            Listener::new(bound.listener, false),
            bound.facts,
        ))
    }

    fn adopt(&mut self, descriptor: OwnedFd) -> Result<Bound<Listener>, (OwnedFd, Failure)> {
        let bound = sys::adopt(descriptor)?;
        Ok(Bound::new(Listener::new(bound.listener, true), bound.facts))
    }

    fn refuse(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        sys::refuse(listener.as_fd())
    }

    fn unlink(&mut self, listener: &mut Listener) -> Result<(), Failure> {
        match &listener.file {
            Some(file) => file.unlink(&listener.creator, listener.as_fd()),
            None => Ok(()),
        }
    }

    fn now(&self) -> Time {
        sys::now()
    }
}

/// If setting a flag fails, the listener is unusable.
fn fatal(error: io::Error) -> AcceptFailure {
    AcceptFailure::Fatal(sys::io_failure(Operation::Accept, &error))
}

#[cfg(test)]
mod tests {
    use anteroom_conformance::{OsWorld, World};

    use super::*;

    #[test]
    fn a_listener_whose_mode_another_process_changes_is_never_blocked_on_again() {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let path = directory.path().join("shared");
        let name = crate::server_name(&path);
        let bound = StdOs.bind(&name, ListenOptions::new());
        let mut listener = bound.expect("the name is free").listener;
        assert!(listener.may_block());

        let _client = LocalSocket::connect(&path).expect("the server listens");
        assert!(matches!(listener.accept(Mode::Blocking), Ok(Some(_))));
        // The mode belongs to the socket, so this is what a process that shares it can do.
        sys::set_mode(listener.as_fd(), Mode::NonBlocking).expect("the mode can be set");
        assert!(matches!(listener.accept(Mode::Blocking), Ok(None)));
        assert!(!listener.may_block());
        StdOs.unlink(&mut listener).expect("it is ours");
    }

    /// A child in a PID namespace of its own can have the process id of its parent.
    #[test]
    fn a_forked_child_never_makes_the_listener_blocking() {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let name = crate::server_name(directory.path().join("forked"));
        OsWorld::new().in_forked_child(&mut || child_leaves_the_mode_alone(&name));
        let run = &mut |_: &mut dyn World| child_leaves_the_mode_alone(&name);
        if !OsWorld::new().in_pid_namespace(run) {
            println!("skipped in part: PID namespaces cannot be made here");
        }
    }

    fn child_leaves_the_mode_alone(name: &ServerName) {
        let bound = StdOs.bind(name, ListenOptions::new());
        let mut listener = bound.expect("the name is free").listener;
        assert!(listener.may_block());
        let mut in_child = || {
            assert!(!listener.may_block());
            listener.assume_ownership();
            assert!(listener.may_block());
        };
        OsWorld::new().in_forked_child(&mut in_child);
        OsWorld::new().in_pid_namespace(&mut |_| in_child());
        // The child is the creator now.
        assert!(!listener.may_block());
        listener.assume_ownership();
        StdOs.unlink(&mut listener).expect("it is ours");
    }
}
