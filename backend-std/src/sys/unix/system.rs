use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{AsFd as _, OwnedFd};

use anteroom_core::{BindError, Bound, Failure, ListenOptions, Os, ServerName, Time};

use super::RawListener;

/// The operating system as the driver wants it, for runtimes whose listeners are descriptors.
///
/// `C` is what the runtime makes of an accepted socket. A runtime that has to keep something with
/// each listener, a registration for instance, has an [`Os`] of its own instead, in which each
/// function is one call of this layer, too: see [`register`](super::register) and
/// [`adopt_with`](super::adopt_with).
pub struct System<C>(PhantomData<fn() -> C>);

impl<C> System<C> {
    /// Creates the handle, which holds nothing.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<C> Os for System<C> {
    type Listener = RawListener;
    type Conn = C;
    type Descriptor = OwnedFd;

    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<RawListener>, BindError> {
        super::bind(name, options)
    }

    fn adopt(&mut self, descriptor: OwnedFd) -> Result<Bound<RawListener>, (OwnedFd, Failure)> {
        super::adopt(descriptor)
    }

    fn refuse(&mut self, listener: &mut RawListener) -> Result<(), Failure> {
        super::refuse(listener.socket.as_fd())
    }

    fn unlink(&mut self, listener: &mut RawListener) -> Result<(), Failure> {
        let socket = listener.socket.as_fd();
        match &listener.file {
            Some(file) => file.unlink(&listener.creator, socket),
            None => Ok(()),
        }
    }

    fn now(&self) -> Time {
        super::now()
    }
}

impl<C> Default for System<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> fmt::Debug for System<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("System")
    }
}
