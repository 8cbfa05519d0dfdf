use core::error::Error;
use core::fmt;

/// The kind of a failure, as `server_error` reports it.
//= ERR-3, ERR-5
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system denied access.
    #[doc(alias = "QAbstractSocket::SocketAccessError")]
    Access,
    /// Something already stands at the name.
    #[doc(alias = "QAbstractSocket::AddressInUseError")]
    AddressInUse,
    /// Nothing exists at the name, or its directory does not exist.
    ///
    /// A client gets it while its server has not been started yet: try again later.
    #[doc(alias = "QAbstractSocket::HostNotFoundError")]
    #[doc(alias = "QLocalSocket::ServerNotFoundError")]
    NotFound,
    /// The name is invalid; trying again does not help.
    #[doc(alias = "QAbstractSocket::HostNotFoundError")]
    Name,
    /// Descriptors or memory ran out.
    #[doc(alias = "QAbstractSocket::SocketResourceError")]
    Resources,
    /// No server accepts connections at the name, though a socket is there (clients only).
    #[doc(alias = "QLocalSocket::ConnectionRefusedError")]
    Refused,
    /// The time was over (clients only).
    #[doc(alias = "QLocalSocket::SocketTimeoutError")]
    TimedOut,
    /// The object is not of the kind that the operation needs.
    WrongObject,
    /// The platform does not offer what was asked for.
    #[doc(alias = "QAbstractSocket::UnsupportedSocketOperationError")]
    Unsupported,
    /// Anything else; the operating system's code tells more.
    #[doc(alias = "QAbstractSocket::UnknownSocketError")]
    Unknown,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Access => "access denied",
            Self::AddressInUse => "name in use",
            Self::NotFound => "nothing of that name",
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

/// What was attempted when a failure occurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Listening on a name.
    Listen,
    /// Adopting a descriptor, which listens or is connected.
    Adopt,
    /// Accepting a connection.
    Accept,
    /// Refusing further connections, in order to drain.
    Drain,
    /// Removing the socket file when the server closes.
    Close,
    /// Removing what is at a name.
    Remove,
    /// Connecting to a server.
    Connect,
    /// Looking at what is at a name.
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

/// What is found at a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Occupant {
    /// A socket which a running process owns.
    LiveServer,
    /// A socket which nobody owns any more: its server has crashed.
    StaleSocket,
    /// A socket that a running process has and that does not listen: its server may be starting.
    NotListening,
    /// A socket of which it is not known whether a process has it.
    Socket,
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// Something else, such as a device or a pipe.
    Other,
}

/// What is known about a failure beyond its kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing more.
    #[default]
    None,
    /// The name is empty.
    EmptyName,
    /// The name holds a NUL byte and is not an abstract one.
    NulInName,
    /// The full name is longer than the platform allows; both in bytes.
    TooLong {
        /// How long the full name is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The full name is longer than the platform allows; both in UTF-16 units, as Windows counts.
    TooManyUnits {
        /// How long the full name is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The name is a relative path: it holds a slash and does not begin with one, or is `.` or `..`.
    RelativePath,
    /// The name begins with `~` or `$`, and holds a slash: a path that only a shell expands.
    ShellSyntax,
    /// The name begins with the scheme of a URL, such as `unix:/`.
    Url,
    /// The path ends in a slash, as only the path of a directory may.
    TrailingSlash,
    /// The name begins with `@`, as tools print abstract names, and is not an abstract one.
    AtSign,
    /// The name is the path of a Windows pipe.
    WindowsPipe,
    /// `TMPDIR` does not hold an absolute path.
    RelativeTemporaryDirectory,
    /// The directory of the full name is missing.
    MissingDirectory,
    /// A part of the path is a file, where a directory is needed.
    NotADirectory,
    /// The links on the way lead round in a loop.
    LinkLoop,
    /// The file system is read-only.
    ReadOnly,
    /// A part of the path is longer than its file system allows.
    PartTooLong,
    /// A socket of another type than a stream is there.
    OtherSocketType,
    /// Nobody has the abstract name.
    NobodyHasName,
    /// The name is taken, by this.
    Occupied(Occupant),
    /// The descriptor is not a socket.
    NotASocket,
    /// The descriptor is a socket, but not a local one.
    NotLocal,
    /// The descriptor is a local socket, but not a stream.
    NotAStream,
    /// The descriptor is a local stream socket that does not listen.
    NotListening,
    /// The descriptor is a connection, as a service manager passes it that accepts by itself.
    Connected,
    /// The descriptor is a local stream socket without a peer, such as one that listens.
    NotConnected,
    /// The platform has no abstract namespace.
    NoAbstractNamespace,
    /// An abstract name has no file, and so neither a mode nor an owner that could restrict access.
    AccessOfAbstractName,
    /// The platform ignores the modes of socket files, so that it cannot restrict access.
    AccessNotEnforced,
    /// An adopted socket has the access that its creator gave it.
    AccessOfAdopted,
    /// Only a server decides who may connect.
    AccessOfClient,
    /// The platform gives socket files no other owner.
    NoOwner,
    /// The options hold bits that are not defined.
    UnknownOptions,
    /// The mode of the socket file could not be set, or its ACL not be removed.
    AccessRefused,
    /// The owner or group could not be given to the socket file.
    OwnerRefused,
    /// The socket file did not keep the mode, the owner or the absence of an ACL.
    AccessNotKept,
    /// The mode cannot be set safely: `/proc` is missing, and others may replace the file.
    UnsafeDirectory,
    /// The new socket file could not be examined or removed, and was left behind.
    FileLeft,
    /// The platform cannot adopt a listening descriptor.
    NoAdoption,
    /// Another process that shares the socket has shut it down.
    ShutDownElsewhere,
    /// What a runtime lacks, and what to do about it, in the words of its backend.
    Runtime(&'static str),
}

/// A failure: what was attempted, how it failed, and what the operating system said.
///
/// Small and `Copy`, so that it can be kept, compared and replayed. Backends turn it into an
/// error type with names and a text; [`describe`](crate::describe()) makes that text.
/// [`Display`](fmt::Display) prints the cause alone, as [`describe_cause`](crate::describe_cause)
/// does without the words of the operating system.
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
    /// Creates a failure that the operating system gave no code for.
    pub const fn new(operation: Operation, kind: ErrorKind) -> Self {
        Self {
            operation,
            kind,
            code: None,
            detail: Detail::None,
        }
    }

    /// Adds the operating system's code.
    #[must_use]
    pub const fn with_code(self, code: i32) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    /// Adds what more is known.
    #[must_use]
    pub const fn with_detail(self, detail: Detail) -> Self {
        Self { detail, ..self }
    }

    /// Returns what was attempted.
    pub const fn operation(self) -> Operation {
        self.operation
    }

    /// Returns the kind of the failure.
    pub const fn kind(self) -> ErrorKind {
        self.kind
    }

    /// Returns the operating system's code, if it gave one.
    pub const fn code(self) -> Option<i32> {
        self.code
    }

    /// Returns what more is known.
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

/// Why a connection could not be accepted, and what that means for the server.
//= ISL-1, ERR-3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a backend has to decide between just these"
)]
pub enum AcceptFailure {
    /// Only that connection is lost; the next one may be fine, so go on at once.
    Transient(Failure),
    /// Something ran out; trying again at once would spin, so wait a while.
    Exhausted(Failure),
    /// The listener is unusable; the server closes.
    Fatal(Failure),
}

impl AcceptFailure {
    /// Returns the failure itself.
    pub const fn failure(self) -> Failure {
        match self {
            Self::Transient(failure) | Self::Exhausted(failure) | Self::Fatal(failure) => failure,
        }
    }
}

/// Why `listen` failed.
///
/// Its source is the [`Failure`], if there is one.
//= LIS-2, LIS-3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListenError {
    /// The server is listening, or still drains. A misuse: nothing changed, nothing was recorded.
    AlreadyListening,
    /// The world refused. The same failure was recorded as the last error.
    Failed(Failure),
}

impl ListenError {
    /// Returns the failure that was recorded, if one was.
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
                "the server is already listening, or still drains; close it first"
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
