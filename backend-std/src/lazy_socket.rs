use std::io;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use anteroom_core::{ErrorKind, Failure, Operation};

use crate::sys::{self, Mode};
use crate::{Cause, ConvertError, Permit, UnixRuntime};

/// A runtime with its own type of connected socket.
pub trait SocketRuntime: UnixRuntime {
    /// The runtime's type of connected socket.
    type Native: AsFd;

    /// Registers a connected, non-blocking socket. Closes it on failure.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime cannot wait for it.
    fn register_socket(&self, socket: UnixStream) -> Result<Self::Native, Failure>;
}

/// A connected socket that registers with its runtime when it first has to wait.
///
/// Backends build their sockets on it. If registering fails, the socket is closed, and every later
/// use returns that error.
#[derive(Debug)]
pub struct LazySocket<R: SocketRuntime>(State<R, R::Native>, Permit);

#[derive(Debug)]
enum State<R, N> {
    /// Not registered yet.
    New(UnixStream, R),
    Registered(N),
    /// Closed, since it could not be registered. The failure is `None` only during the
    /// registration.
    Failed(Option<Box<Failure>>),
}

/// Returns the error of a socket that could not be registered.
fn error(failure: Option<&Failure>) -> io::Error {
    const BEING_REGISTERED: Failure = Failure::new(Operation::Accept, ErrorKind::Unknown);
    Cause::new(*failure.unwrap_or(&BEING_REGISTERED)).into()
}

impl<R: SocketRuntime> LazySocket<R> {
    /// Creates a socket from a non-blocking connection.
    pub const fn new(socket: UnixStream, runtime: R, permit: Permit) -> Self {
        Self(State::New(socket, runtime), permit)
    }

    /// Creates a pair of connected sockets.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such runtime, or the error of the operating system.
    pub fn pair(runtime: &R) -> io::Result<(Self, Self)> {
        let runtime = runtime.resolve(Operation::Connect).map_err(Cause::new)?;
        let (one, other) = UnixStream::pair()?;
        one.set_nonblocking(true)?;
        other.set_nonblocking(true)?;
        let socket = |native| Self::new(native, runtime.clone(), Permit::default());
        Ok((socket(one), socket(other)))
    }

    /// Converts a connection, and sets it non-blocking and close-on-exec.
    ///
    /// # Errors
    ///
    /// Returns the socket, with its number and flags unchanged, if there is no such runtime, or if
    /// it is not a connected local stream socket.
    pub fn adopt<S: AsFd + Into<OwnedFd>>(socket: S, runtime: &R) -> Result<Self, ConvertError<S>> {
        let adopted = runtime.resolve(Operation::Adopt).and_then(|runtime| {
            // This is the last step that can fail.
            sys::adopt_connection(socket.as_fd(), Some(Mode::NonBlocking))?;
            Ok(runtime)
        });
        match adopted {
            Ok(runtime) => Ok(Self::new(socket.into().into(), runtime, Permit::default())),
            Err(failure) => Err(ConvertError {
                socket,
                error: Cause::new(failure).into(),
            }),
        }
    }

    /// Creates a socket from a registered one and its permit.
    pub const fn from_native(native: R::Native, permit: Permit) -> Self {
        Self(State::Registered(native), permit)
    }

    /// Returns the socket if it is not registered.
    #[inline]
    pub const fn unregistered(&self) -> Option<&UnixStream> {
        match &self.0 {
            State::New(socket, _) => Some(socket),
            _ => None,
        }
    }

    /// Returns the runtime's socket if the socket is registered.
    ///
    /// # Errors
    ///
    /// Returns an error if it is not registered.
    #[inline]
    pub fn native(&self) -> io::Result<&R::Native> {
        match &self.0 {
            State::Registered(socket) => Ok(socket),
            State::New(..) => Err(error(None)),
            State::Failed(failure) => Err(error(failure.as_deref())),
        }
    }

    /// Returns the descriptor. Its number changes if [`as_native`](Self::as_native) registers the socket.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket was closed because it could not be registered.
    pub fn descriptor(&self) -> io::Result<BorrowedFd<'_>> {
        match &self.0 {
            State::New(socket, _) => Ok(socket.as_fd()),
            State::Registered(socket) => Ok(socket.as_fd()),
            State::Failed(failure) => Err(error(failure.as_deref())),
        }
    }

    /// Returns the runtime's socket, registering it if necessary. Closes it on failure.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket cannot be registered.
    #[inline]
    pub fn registered(&mut self) -> io::Result<&mut R::Native> {
        if let State::New(..) = self.0 {
            self.register();
        }
        match &mut self.0 {
            State::Registered(socket) => Ok(socket),
            State::New(..) => Err(error(None)),
            State::Failed(failure) => Err(error(failure.as_deref())),
        }
    }

    fn register(&mut self) {
        if let State::New(socket, runtime) = mem::replace(&mut self.0, State::Failed(None)) {
            self.0 = match runtime.register_socket(socket) {
                Ok(socket) => State::Registered(socket),
                Err(failure) => State::Failed(Some(Box::new(failure))),
            };
        }
    }

    /// Returns the runtime's socket, registering it if necessary. Leaves it unchanged on failure.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket cannot be registered.
    pub fn as_native(&mut self) -> io::Result<&mut R::Native> {
        if let State::New(socket, runtime) = &self.0 {
            // Registering closes the socket on failure, so a duplicate is registered.
            let registered = runtime.register_socket(socket.try_clone()?);
            self.0 = State::Registered(registered.map_err(Cause::new)?);
        }
        self.registered()
    }

    /// Converts into the runtime's socket and the permit.
    ///
    /// # Errors
    ///
    /// Returns the socket in the error if it cannot be registered.
    pub fn into_native(mut self) -> Result<(R::Native, Permit), ConvertError<Self>> {
        match (self.as_native().err(), self.0) {
            (_, State::Registered(socket)) => Ok((socket, self.1)),
            (cause, state) => Err(ConvertError {
                error: cause.unwrap_or_else(|| error(None)),
                socket: Self(state, self.1),
            }),
        }
    }
}
