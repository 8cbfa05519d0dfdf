use core::error::Error;
use core::fmt;

/// The kind of a failure.
//= ERR-3, ERR-5
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system denied access.
    #[doc(alias = "QAbstractSocket::SocketAccessError")]
    Access,
    /// The name is already in use.
    #[doc(alias = "QAbstractSocket::AddressInUseError")]
    AddressInUse,
    /// There is no socket of the name, or its directory does not exist.
    ///
    /// A client gets this error before its server has started.
    #[doc(alias = "QAbstractSocket::HostNotFoundError")]
    #[doc(alias = "QLocalSocket::ServerNotFoundError")]
    NotFound,
    /// The name is invalid. Retrying does not help.
    #[doc(alias = "QAbstractSocket::HostNotFoundError")]
    Name,
    /// Descriptors or memory ran out.
    #[doc(alias = "QAbstractSocket::SocketResourceError")]
    Resources,
    /// The socket exists, but no server accepts its connections (clients only).
    #[doc(alias = "QLocalSocket::ConnectionRefusedError")]
    Refused,
    /// The timeout elapsed (clients only).
    #[doc(alias = "QLocalSocket::SocketTimeoutError")]
    TimedOut,
    /// The file or descriptor is not of the kind that the operation requires.
    WrongObject,
    /// The platform does not support the request.
    #[doc(alias = "QAbstractSocket::UnsupportedSocketOperationError")]
    Unsupported,
    /// Any other failure: see the code of the operating system.
    #[doc(alias = "QAbstractSocket::UnknownSocketError")]
    Unknown,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Access => "access denied",
            Self::AddressInUse => "name in use",
            Self::NotFound => "no such socket",
            Self::Name => "invalid name",
            Self::Resources => "out of descriptors or memory",
            Self::Refused => "connection refused",
            Self::TimedOut => "timed out",
            Self::WrongObject => "wrong kind of object",
            Self::Unsupported => "unsupported",
            Self::Unknown => "other error",
        })
    }
}

/// The operation that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Listening on a name.
    Listen,
    /// Adopting a listening or connected descriptor.
    Adopt,
    /// Accepting a connection.
    Accept,
    /// Refusing new clients at the start of a drain.
    Drain,
    /// Removing the socket file when the server closes.
    Close,
    /// Removing the socket at a name.
    Remove,
    /// Connecting to a server.
    Connect,
    /// Determining the state of a name.
    Inspect,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Listen => "listen on",
            Self::Adopt => "adopt the descriptor of",
            Self::Accept => "accept a connection on",
            Self::Drain => "refuse new connections on",
            Self::Close => "remove the socket file of",
            Self::Remove => "remove",
            Self::Connect => "connect to",
            Self::Inspect => "inspect",
        })
    }
}

/// The object at a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Occupant {
    /// The socket of a running server.
    LiveServer,
    /// A stale socket: its server has crashed.
    StaleSocket,
    /// A socket of a running process that does not listen: its server may be starting.
    NotListening,
    /// A socket that may be live or stale.
    Socket,
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// Another object, such as a device or a pipe.
    Other,
}

/// The exact cause of a failure, if it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Detail {
    /// No detail.
    #[default]
    None,
    /// The name is empty.
    EmptyName,
    /// The name contains a NUL byte and is not an abstract one.
    NulInName,
    /// The full name is longer than the platform allows. Both numbers are in bytes.
    TooLong {
        /// The length of the full name.
        length: usize,
        /// The maximum.
        limit: usize,
    },
    /// The full name is longer than Windows allows. Both numbers are in UTF-16 code units.
    TooManyUnits {
        /// The length of the full name.
        length: usize,
        /// The maximum.
        limit: usize,
    },
    /// The name is a relative path: `.`, `..`, or a name with a slash that does not begin with one.
    RelativePath,
    /// The name begins with `~` or `$` and contains a slash: only a shell expands such a path.
    ShellSyntax,
    /// The name begins with the scheme of a URL, such as `unix:/`.
    Url,
    /// The path ends in a slash, so it can only be a directory.
    TrailingSlash,
    /// The name begins with `@`, as tools print abstract names, and is not an abstract one.
    AtSign,
    /// The name is the path of a Windows pipe.
    WindowsPipe,
    /// `TMPDIR` does not hold an absolute path.
    RelativeTemporaryDirectory,
    /// The directory of the full name does not exist.
    MissingDirectory,
    /// A component of the path is not a directory.
    NotADirectory,
    /// The path contains a loop of symbolic links.
    LinkLoop,
    /// The file system is read-only.
    ReadOnly,
    /// A component of the path is longer than its file system allows.
    PartTooLong,
    /// The name belongs to a socket that is not a stream socket.
    OtherSocketType,
    /// No socket has the abstract name.
    NoSuchAbstractName,
    /// The name is in use by this object.
    Occupied(Occupant),
    /// The descriptor is not a socket.
    NotASocket,
    /// The descriptor is a socket, but not a local one.
    NotLocal,
    /// The descriptor is a local socket, but not a stream.
    NotAStream,
    /// The descriptor is a local stream socket that does not listen.
    NotListening,
    /// The descriptor is a connection, as a service manager with `Accept=yes` passes it.
    Connected,
    /// The descriptor is a local stream socket without a peer, such as a listener.
    NotConnected,
    /// The platform has no abstract namespace.
    NoAbstractNamespace,
    /// An abstract name has no file, so no mode and no owner can restrict access.
    AccessOfAbstractName,
    /// The platform ignores the modes of socket files, so it cannot restrict access.
    AccessNotEnforced,
    /// The creator of an adopted socket has already decided about access.
    AccessOfAdopted,
    /// Access options are for servers, not for clients.
    AccessOfClient,
    /// The platform cannot change the owner of the socket.
    NoOwner,
    /// The options contain undefined bits.
    UnknownOptions,
    /// The mode of the socket file could not be set, or its ACL could not be removed.
    AccessRefused,
    /// The owner or group of the socket file could not be set.
    OwnerRefused,
    /// The file system did not keep the mode or the owner, or added an ACL.
    AccessNotKept,
    /// The mode cannot be set safely: `/proc` is missing, and other users may replace the file.
    UnsafeDirectory,
    /// The new socket file could not be examined or removed, and still exists.
    FileLeft,
    /// The platform cannot adopt a listening descriptor.
    NoAdoption,
    /// Another process that shares the socket has shut it down.
    ShutDownElsewhere,
    /// The runtime lacks a feature. The text names it, and gives advice.
    Runtime(&'static str),
}

/// A failure: the operation, the kind, the code of the operating system, and a detail.
///
/// It is small and `Copy`. Backends turn it into an error type with names and the text of
/// [`describe_with`](crate::describe_with). [`Display`](fmt::Display) prints
/// [`describe_cause`](crate::describe_cause) without the text of the operating system.
///
/// # Examples
///
/// ```
/// use anteroom_core::{ErrorKind, Failure, Operation};
///
/// let failure = Failure::new(Operation::Accept, ErrorKind::Resources).with_code(24);
/// assert_eq!(failure.kind(), ErrorKind::Resources);
/// assert_eq!(failure.code(), Some(24));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Failure {
    operation: Operation,
    kind: ErrorKind,
    code: Option<i32>,
    detail: Detail,
}

impl Failure {
    /// Creates a failure without a code and without a detail.
    pub const fn new(operation: Operation, kind: ErrorKind) -> Self {
        Self {
            operation,
            kind,
            code: None,
            detail: Detail::None,
        }
    }

    /// Sets the code of the operating system.
    #[must_use]
    pub const fn with_code(self, code: i32) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    /// Sets the detail.
    #[must_use]
    pub const fn with_detail(self, detail: Detail) -> Self {
        Self { detail, ..self }
    }

    /// Returns the operation that failed.
    pub const fn operation(self) -> Operation {
        self.operation
    }

    /// Returns the kind of the failure.
    pub const fn kind(self) -> ErrorKind {
        self.kind
    }

    /// Returns the code of the operating system, if there is one.
    pub const fn code(self) -> Option<i32> {
        self.code
    }

    /// Returns the detail.
    pub const fn detail(self) -> Detail {
        self.detail
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::describe_cause(*self, None))
    }
}

impl Error for Failure {}

/// A failure to accept, and how the server reacts to it.
//= ISL-1, ERR-3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a backend chooses one of these reactions"
)]
pub enum AcceptFailure {
    /// Only this connection is lost. The server accepts the next one immediately.
    Transient(Failure),
    /// Descriptors or memory ran out. The server backs off, since retrying immediately would spin.
    Exhausted(Failure),
    /// The listener is unusable. The server closes.
    Fatal(Failure),
}

impl AcceptFailure {
    /// Returns the failure.
    pub const fn failure(self) -> Failure {
        match self {
            Self::Transient(failure) | Self::Exhausted(failure) | Self::Fatal(failure) => failure,
        }
    }
}

/// The error of `listen` and `adopt`.
///
/// Its source is the [`Failure`], if there is one.
//= LIS-2, LIS-3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListenError {
    /// The server is already listening, or is draining. Nothing changes, not even the last error.
    AlreadyListening,
    /// Listening failed. The failure is also the last error of the server.
    Failed(Failure),
}

impl ListenError {
    /// Returns the failure, if there is one.
    pub const fn failure(self) -> Option<Failure> {
        match self {
            Self::AlreadyListening => None,
            Self::Failed(failure) => Some(failure),
        }
    }
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlreadyListening => {
                "the server is already listening, or is draining; close it first"
            }
            Self::Failed(_) => "cannot listen",
        })
    }
}

impl Error for ListenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::AlreadyListening => None,
            Self::Failed(failure) => Some(failure),
        }
    }
}
