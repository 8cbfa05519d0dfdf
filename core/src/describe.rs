use alloc::format;
use alloc::string::String;
use core::fmt::Write as _;

use crate::{Detail, ErrorKind, Failure, Occupant, Operation, ServerName};

/// Returns the text of a failure, in one line.
///
/// The text contains the operation, the name and the full name, the cause and, for many causes,
/// advice. Its wording may change; compare the parts of the [`Failure`] instead.
///
/// # Examples
///
/// ```
/// use anteroom_core::{describe, Detail, ErrorKind, Failure, Operation, ServerName};
///
/// let failure = Failure::new(Operation::Listen, ErrorKind::Name)
///     .with_detail(Detail::TooLong { length: 131, limit: 107 });
/// let text = describe(failure, Some(&ServerName::from("editor")), None);
/// assert!(text.starts_with("cannot listen on \"editor\": "));
/// assert!(text.contains("131 bytes"));
/// assert!(text.contains("107"));
/// ```
//= ERR-1, ERR-6
pub fn describe(
    failure: Failure,
    name: Option<&ServerName>,
    full_name: Option<&ServerName>,
) -> String {
    describe_with(failure, name, full_name, None)
}

/// Returns the text of a failure, with the operating system's text for unknown codes.
///
/// `system` is the text of the failure's code, such as strerror(3) returns it.
///
/// # Examples
///
/// ```
/// use anteroom_core::{describe_with, ErrorKind, Failure, Operation, ServerName};
///
/// let failure = Failure::new(Operation::Listen, ErrorKind::Unknown).with_code(28);
/// let name = ServerName::from("editor");
/// let text = describe_with(failure, Some(&name), None, Some("No space left on device"));
/// assert_eq!(text, "cannot listen on \"editor\": No space left on device (os error 28)");
/// ```
//= ERR-6
pub fn describe_with(
    failure: Failure,
    name: Option<&ServerName>,
    full_name: Option<&ServerName>,
    system: Option<&str>,
) -> String {
    let attempt = describe_attempt(failure.operation(), name, full_name);
    format!("{attempt}: {}", describe_cause(failure, system))
}

/// Returns the operation and the names of a failure: the first part of [`describe_with`].
///
/// # Examples
///
/// ```
/// use anteroom_core::{Operation, ServerName, describe_attempt};
///
/// let name = ServerName::from("editor");
/// let text = describe_attempt(Operation::Listen, Some(&name), None);
/// assert_eq!(text, "cannot listen on \"editor\"");
/// ```
//= ERR-6
pub fn describe_attempt(
    operation: Operation,
    name: Option<&ServerName>,
    full_name: Option<&ServerName>,
) -> String {
    format!("cannot {}", subject(operation, name, full_name))
}

/// Returns the cause of a failure, advice, and the code of the operating system: the second part
/// of [`describe_with`].
///
/// # Examples
///
/// ```
/// use anteroom_core::{Detail, ErrorKind, Failure, Operation, describe_cause};
///
/// let failure = Failure::new(Operation::Listen, ErrorKind::NotFound)
///     .with_code(2)
///     .with_detail(Detail::MissingDirectory);
/// assert_eq!(
///     describe_cause(failure, None),
///     "its directory does not exist; create the directory first (os error 2)"
/// );
/// ```
//= ERR-6
pub fn describe_cause(failure: Failure, system: Option<&str>) -> String {
    let mut text = cause(failure, system);
    let advice = advice(failure);
    if !advice.is_empty() {
        write!(text, "; {advice}").expect("writing to a string does not fail");
    }
    if let Some(code) = failure.code() {
        write!(text, " (os error {code})").expect("writing to a string does not fail");
    }
    text
}

fn subject(
    operation: Operation,
    name: Option<&ServerName>,
    full_name: Option<&ServerName>,
) -> String {
    match (name, full_name) {
        (Some(name), Some(full)) if name != full => format!("{operation} \"{name}\" ({full})"),
        (Some(name), _) => format!("{operation} \"{name}\""),
        (None, Some(full)) => format!("{operation} {full}"),
        (None, None) if operation == Operation::Adopt => String::from("adopt the descriptor"),
        (None, None) => format!("{operation} an unnamed socket"),
    }
}

fn cause(failure: Failure, system: Option<&str>) -> String {
    String::from(match failure.detail() {
        Detail::None => match (failure.operation(), failure.kind(), system) {
            (Operation::Listen, ErrorKind::Name | ErrorKind::NotFound, _) => {
                "a socket cannot be created there"
            }
            (_, ErrorKind::Unknown, Some(text)) => text,
            (_, kind, _) => kind_text(kind),
        },
        Detail::EmptyName => "the name is empty",
        Detail::NulInName => "the name contains a NUL byte, which only abstract names may contain",
        Detail::TooLong { length, limit } => {
            return format!("the full name is {length} bytes long, this system allows {limit}");
        }
        Detail::TooManyUnits { length, limit } => {
            return format!("the full name has {length} UTF-16 units, this system allows {limit}");
        }
        Detail::RelativePath => "the name is a relative path",
        Detail::ShellSyntax => "the name begins with ~ or $, which only a shell expands",
        Detail::Url => "the name is a URL",
        Detail::TrailingSlash => "the name ends in a slash, so it is the path of a directory",
        Detail::AtSign => "the name begins with @, as tools print abstract names",
        Detail::WindowsPipe => "the name is the path of a Windows pipe",
        Detail::RelativeTemporaryDirectory => "TMPDIR does not hold an absolute path",
        Detail::MissingDirectory => "its directory does not exist",
        Detail::NotADirectory => "a part of its path is not a directory",
        Detail::LinkLoop => "its path contains a loop of symbolic links",
        Detail::ReadOnly => "its file system is read-only",
        Detail::PartTooLong => "a part of its path is longer than the file system allows",
        Detail::OtherSocketType => "it is a socket of another type, not a stream socket",
        Detail::NoSuchAbstractName => "no such abstract name",
        Detail::Occupied(Occupant::LiveServer) => "it is in use by a live server",
        Detail::Occupied(Occupant::StaleSocket) => "it is the socket of a server that has crashed",
        Detail::Occupied(Occupant::NotListening) => {
            "the server there is starting or does not listen"
        }
        Detail::Occupied(Occupant::Socket) if failure.operation() == Operation::Connect => {
            kind_text(failure.kind())
        }
        Detail::Occupied(Occupant::Socket) => "a socket already exists there",
        Detail::Occupied(Occupant::File) => "it is a file, not a socket",
        Detail::Occupied(Occupant::Directory) => "it is a directory, not a socket",
        Detail::Occupied(Occupant::Link) => "it is a symbolic link, not a socket",
        Detail::Occupied(Occupant::Other) => "it is not a socket",
        Detail::NotASocket => "the descriptor is not a socket",
        Detail::NotLocal => "the descriptor is not a local (AF_UNIX) socket",
        Detail::NotAStream => "the descriptor is not a stream socket",
        Detail::NotListening => "the socket does not listen",
        Detail::Connected => "the socket is connected to one client and does not listen",
        Detail::NotConnected => "the socket is not connected",
        Detail::NoAbstractNamespace => "this system has no abstract namespace",
        Detail::AccessOfAbstractName => {
            "an abstract name has no file that access options or an owner could apply to"
        }
        Detail::AccessNotEnforced => "this system ignores the modes of socket files",
        Detail::AccessOfAdopted => {
            "access options and an owner do not apply to a socket that listens already"
        }
        Detail::AccessOfClient => "access options are for servers",
        Detail::NoOwner => "this system cannot give its socket to another owner or group",
        Detail::UnknownOptions => "the socket options contain undefined bits",
        Detail::AccessRefused => "the access of the socket file cannot be set",
        Detail::OwnerRefused => "the socket file cannot be given to this owner or group",
        Detail::AccessNotKept => {
            "its file system does not keep the mode and owner of the socket file exactly"
        }
        Detail::UnsafeDirectory => {
            "the mode of the socket file cannot be set safely: /proc cannot be used, and a directory on \
             the path is a link, or other users may change it"
        }
        Detail::FileLeft => {
            "the new socket file could not be examined or removed, and still exists"
        }
        Detail::NoAdoption => "this system cannot adopt a listening descriptor",
        Detail::ShutDownElsewhere => "a process that shares the socket has shut it down",
        Detail::Runtime(text) => text,
    })
}

const fn kind_text(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Access => "permission denied",
        ErrorKind::AddressInUse => "the name is in use",
        ErrorKind::NotFound => "no such socket",
        ErrorKind::Name => "the name is invalid",
        ErrorKind::Resources => "descriptors or memory have run out",
        ErrorKind::Refused => "connection refused",
        ErrorKind::TimedOut => "timed out",
        ErrorKind::WrongObject => "it is not of the required kind",
        ErrorKind::Unsupported => "this system does not support it",
        ErrorKind::Unknown => "the operating system reported an error",
    }
}

/// Returns advice, or an empty text.
const fn advice(failure: Failure) -> &'static str {
    match (failure.operation(), failure.detail(), failure.kind()) {
        (_, Detail::EmptyName, _) => "pass a name",
        (_, Detail::TooLong { .. } | Detail::TooManyUnits { .. }, _) => {
            "choose a shorter name or directory"
        }
        (_, Detail::RelativePath, _) => {
            "write a full path, or a plain name for a socket in the temporary directory"
        }
        (_, Detail::ShellSyntax, _) => "write the full path",
        (_, Detail::Url, _) => "write only the full path, or a plain name",
        (_, Detail::TrailingSlash, _) => "write the full path of the socket",
        (_, Detail::AtSign, _) => {
            "write an abstract name without @ and set the option ABSTRACT, or write a full path"
        }
        (_, Detail::WindowsPipe, _) => {
            "write a plain name, which is a pipe on Windows and a socket here"
        }
        (_, Detail::RelativeTemporaryDirectory, _) => "set TMPDIR to an absolute path or unset it",
        (Operation::Connect, Detail::NoSuchAbstractName, _) => "is the server running?",
        (Operation::Connect, Detail::MissingDirectory, _) => {
            "is the server running, with the same TMPDIR?"
        }
        (_, Detail::MissingDirectory, _) => "create the directory first",
        (Operation::Remove, Detail::Occupied(Occupant::LiveServer), _) => "stop that server first",
        (Operation::Remove, Detail::Occupied(_), _) => "only sockets are removed",
        (Operation::Connect, Detail::Occupied(Occupant::StaleSocket), _) => {
            "start its server again"
        }
        (Operation::Connect, Detail::Occupied(Occupant::NotListening), _) => "try again later",
        (Operation::Connect, Detail::Occupied(Occupant::Socket), _) => "is the server running?",
        (Operation::Connect, Detail::Occupied(_), _) => "",
        (_, Detail::Occupied(Occupant::LiveServer | Occupant::NotListening), _) => {
            "stop that server or choose another name"
        }
        (_, Detail::Occupied(Occupant::StaleSocket), _) => "remove it, then listen again",
        (_, Detail::Occupied(_), _) => "choose another name",
        (_, Detail::AccessOfAbstractName, _) => {
            "omit them and check the peer's credentials, or use a path"
        }
        (_, Detail::AccessNotEnforced, _) => {
            "omit the access options and protect the directory of the socket"
        }
        (_, Detail::AccessOfAdopted, _) => "omit them",
        (_, Detail::AccessOfClient, _) => "pass nothing but ABSTRACT",
        (_, Detail::AccessRefused, ErrorKind::Access) => {
            "a security policy of this system denies it"
        }
        (_, Detail::OwnerRefused, ErrorKind::Access) => {
            "choose a group that you belong to, or run with CAP_CHOWN and CAP_FOWNER"
        }
        (_, Detail::OwnerRefused, _) => {
            "check that these ids exist here, and that the file system has owners"
        }
        (_, Detail::AccessNotKept | Detail::UnsafeDirectory, _) => {
            "use a directory of your own on a local file system"
        }
        (_, Detail::FileLeft, _) => "remove it before you listen again",
        (_, Detail::NotListening, _) => "call listen(2) on it first",
        (_, Detail::Connected, _) => {
            "set Accept=no in the service manager's socket unit, or make it a LocalSocket"
        }
        (_, Detail::NotConnected, _) => "if it listens, pass it to listen_fd of a server",
        (Operation::Accept, _, ErrorKind::Resources) => "the server will retry",
        (Operation::Connect, Detail::None, ErrorKind::NotFound) => "is the server running?",
        (Operation::Connect, _, ErrorKind::Refused) => "is the server running?",
        (Operation::Connect, _, ErrorKind::TimedOut) => "the server's backlog is full",
        (Operation::Connect, _, ErrorKind::Access) => {
            "the server's access options or a directory of the path deny it"
        }
        (Operation::Listen | Operation::Remove | Operation::Close, _, ErrorKind::Access) => {
            "check the permissions of its directory"
        }
        _ => "",
    }
}
