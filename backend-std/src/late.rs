use std::io;
use std::mem;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use anteroom_core::{ErrorKind, Failure, Operation};

use crate::sys::{self, Mode};
use crate::{Cause, NotConverted, Permit, UnixRuntime};

/// A runtime with its own type of connected socket.
pub trait SocketRuntime: UnixRuntime {
    /// The runtime's type of connected socket.
    type Native: AsFd;

    /// Registers a connected socket, which does not block. It is closed on failure.
    ///
    /// # Errors
    ///
    /// The runtime cannot wait for it.
    fn register_socket(&self, socket: UnixStream) -> Result<Self::Native, Failure>;
}

/// A connected socket that is registered with its runtime when it first has to wait.
///
/// Backends build their sockets on it. If the registration fails, the socket is closed, and every
/// use of it returns that error.
#[derive(Debug)]
pub struct LateSocket<R: SocketRuntime>(State<R, R::Native>, Permit);

#[derive(Debug)]
enum State<R, N> {
    /// Not registered yet, since it has not had to wait.
    New(UnixStream, R),
    Registered(N),
    /// It could not be registered, and is closed. There is no failure while it is being registered,
    /// which nobody sees.
    Failed(Option<Box<Failure>>),
}

/// Returns why a socket that is not registered cannot be waited for.
fn error(failure: Option<&Failure>) -> io::Error {
    const BEING_REGISTERED: Failure = Failure::new(Operation::Accept, ErrorKind::Unknown);
    Cause::new(*failure.unwrap_or(&BEING_REGISTERED)).into()
}

impl<R: SocketRuntime> LateSocket<R> {
    /// Creates a socket of a connection, which does not block.
    pub const fn new(socket: UnixStream, runtime: R, permit: Permit) -> Self {
        Self(State::New(socket, runtime), permit)
    }

    /// Creates a pair of sockets that are connected to each other.
    ///
    /// # Errors
    ///
    /// There is no such runtime, or what the operating system reports.
    pub fn pair(runtime: &R) -> io::Result<(Self, Self)> {
        let runtime = runtime.resolve(Operation::Connect).map_err(Cause::new)?;
        let (one, other) = UnixStream::pair()?;
        one.set_nonblocking(true)?;
        other.set_nonblocking(true)?;
        let socket = |native| Self::new(native, runtime.clone(), Permit::default());
        Ok((socket(one), socket(other)))
    }

    /// Takes a connection from elsewhere, and sets it non-blocking and close-on-exec.
    ///
    /// # Errors
    ///
    /// Returns the socket with its number and its flags as they were: there is no such runtime, or it
    /// is not a local stream socket that is connected, or what the operating system reports.
    pub fn adopt<S: AsFd + Into<OwnedFd>>(socket: S, runtime: &R) -> Result<Self, NotConverted<S>> {
        let adopted = runtime.resolve(Operation::Adopt).and_then(|runtime| {
            // The last thing that can fail.
            sys::adopt_connection(socket.as_fd(), Some(Mode::NonBlocking))?;
            Ok(runtime)
        });
        match adopted {
            Ok(runtime) => Ok(Self::new(socket.into().into(), runtime, Permit::default())),
            Err(failure) => Err(NotConverted {
                socket,
                error: Cause::new(failure).into(),
            }),
        }
    }

    /// Takes a socket that is registered, and its permit.
    pub const fn from_native(native: R::Native, permit: Permit) -> Self {
        Self(State::Registered(native), permit)
    }

    /// Returns the socket if it has not been registered.
    #[inline]
    pub const fn unregistered(&self) -> Option<&UnixStream> {
        match &self.0 {
            State::New(socket, _) => Some(socket),
            _ => None,
        }
    }

    /// Returns the runtime's socket if the socket has been registered.
    ///
    /// # Errors
    ///
    /// It has not been registered, or could not be.
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
    /// The socket could not be registered when it first had to wait.
    pub fn descriptor(&self) -> io::Result<BorrowedFd<'_>> {
        match &self.0 {
            State::New(socket, _) => Ok(socket.as_fd()),
            State::Registered(socket) => Ok(socket.as_fd()),
            State::Failed(failure) => Err(error(failure.as_deref())),
        }
    }

    /// Returns the runtime's socket, to wait for it. If it cannot be registered, it is closed.
    ///
    /// # Errors
    ///
    /// The socket cannot be registered, now or earlier.
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

    /// Returns the runtime's socket. If it cannot be registered, it is left as it was.
    ///
    /// # Errors
    ///
    /// The socket cannot be registered, now or earlier.
    pub fn as_native(&mut self) -> io::Result<&mut R::Native> {
        if let State::New(socket, runtime) = &self.0 {
            // A runtime closes what it cannot register.
            let registered = runtime.register_socket(socket.try_clone()?);
            self.0 = State::Registered(registered.map_err(Cause::new)?);
        }
        self.registered()
    }

    /// Returns the runtime's socket, to be used instead of this one, and its permit.
    ///
    /// # Errors
    ///
    /// The socket could not be registered; the error gives it back.
    pub fn into_native(mut self) -> Result<(R::Native, Permit), NotConverted<Self>> {
        match (self.as_native().err(), self.0) {
            (_, State::Registered(socket)) => Ok((socket, self.1)),
            (cause, state) => Err(NotConverted {
                error: cause.unwrap_or_else(|| error(None)),
                socket: Self(state, self.1),
            }),
        }
    }
}
