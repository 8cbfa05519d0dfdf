use std::os::fd::{AsFd as _, OwnedFd};

use anteroom_core::rules::unix::Address;
use anteroom_core::{
    Detail, ErrorKind, Failure, Occupant, Operation, ServerName, SocketOptions, Time, Timeout,
};
use rustix::io::Errno;
use rustix::net::{SocketAddrUnix, SocketType, sockopt};

use super::address::{is_directory_missing, resolve, socket_address};
use super::codes::{failure, io_failure};
use super::probe;
use super::socket::{local_socket, set_mode};
use super::wait::now;
use crate::sys::{Mode, NamedFailure};

/// A connection to a server.
#[derive(Debug)]
#[non_exhaustive]
pub struct Connected {
    /// The socket. It is close-on-exec, and blocking if [`connect`] created it.
    pub socket: OwnedFd,
    /// The full name of the server.
    pub full_name: ServerName,
}

impl Connected {
    /// Creates a connection.
    pub const fn new(socket: OwnedFd, full_name: ServerName) -> Self {
        Self { socket, full_name }
    }
}

/// Connects to a server, with a timeout for a full backlog.
///
/// # Errors
///
/// Name: the name is invalid. Not found: there is no such socket. Refused: a socket is there, but no
/// process accepts; the detail tells a crashed server from one that does not listen. Wrong object: it
/// is no socket.
/// Access: the server's options do not admit us. Timed out: its queue was full all the time.
///
/// # Platform-specific behavior
///
/// Only Linux waits for a full backlog; other systems refuse.
//= CON-3
//= CON-1, CON-2
pub fn connect(
    name: &ServerName,
    options: SocketOptions,
    timeout: Timeout,
) -> Result<Connected, NamedFailure> {
    let address = resolve(name, options, Operation::Connect)
        .map_err(|failure| NamedFailure::new(failure, None))?;
    let full_name = address.full_name();
    match connect_to(&address, timeout) {
        Ok(socket) => Ok(Connected::new(socket, full_name.clone())),
        Err(failure) => Err(NamedFailure::new(
            explained(failure, &address),
            Some(full_name.clone()),
        )),
    }
}

/// Returns the failure with what is at the name, which the kernel does not report.
fn explained(failure: Failure, address: &Address) -> Failure {
    match (failure.kind(), address) {
        (ErrorKind::Refused, Address::Abstract(name)) => {
            if has_abstract_name(name) {
                return failure.with_detail(Detail::Occupied(Occupant::NotListening));
            }
            // A crash leaves no file behind there.
            Failure::new(Operation::Connect, ErrorKind::NotFound)
                .with_code(Errno::CONNREFUSED.raw_os_error())
                .with_detail(Detail::NoSuchAbstractName)
        }
        (ErrorKind::Refused, Address::Path(path)) => explained_refusal(failure, path),
        (ErrorKind::NotFound, Address::Path(path)) if is_directory_missing(path) => {
            failure.with_detail(Detail::MissingDirectory)
        }
        _ => failure,
    }
}

/// Looks why the kernel refuses: the same code stands for a crashed server, one that does not
/// listen, and what is no socket.
fn explained_refusal(failure: Failure, path: &ServerName) -> Failure {
    match probe::reached(path) {
        Ok(Some(
            occupant @ (Occupant::StaleSocket | Occupant::NotListening | Occupant::Socket),
        )) => failure.with_detail(Detail::Occupied(occupant)),
        // It listens by now, is gone by now, or its backlog is full and the system lets no client wait.
        Ok(Some(Occupant::LiveServer) | None) | Err(_) => failure,
        Ok(Some(occupant)) => {
            let no_socket = Failure::new(failure.operation(), ErrorKind::WrongObject)
                .with_detail(Detail::Occupied(occupant));
            failure
                .code()
                .map_or(no_socket, |code| no_socket.with_code(code))
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn has_abstract_name(name: &ServerName) -> bool {
    super::process::has_abstract_name(name)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn has_abstract_name(_name: &ServerName) -> bool {
    false
}

fn connect_to(address: &Address, timeout: Timeout) -> Result<OwnedFd, Failure> {
    let target = socket_address(address).map_err(connect_failure)?;
    match timeout {
        Timeout::Never => {
            let socket =
                local_socket(SocketType::STREAM, Mode::Blocking).map_err(connect_failure)?;
            rustix::io::retry_on_intr(|| rustix::net::connect(&socket, &target))
                .map_err(connect_failure)?;
            Ok(socket)
        }
        Timeout::After(limit) => connect_by(&target, now().after(limit)),
    }
}

/// Tries at once, which is all it takes unless the queue is full; then waits.
fn connect_by(target: &SocketAddrUnix, deadline: Time) -> Result<OwnedFd, Failure> {
    let socket = local_socket(SocketType::STREAM, Mode::NonBlocking).map_err(connect_failure)?;
    let connected = attempt(&socket, target)?;
    set_mode(socket.as_fd(), Mode::Blocking)
        .map_err(|error| io_failure(Operation::Connect, &error))?;
    if !connected {
        wait_for_place(&socket, target, deadline)?;
    }
    Ok(socket)
}

/// Sleeps in the system until there is a place in the queue, or the time is over.
///
/// A local socket that could not connect is not in progress: polling it reports nothing useful. But
/// the send timeout applies to connecting, too.
//= CON-3
fn wait_for_place(
    socket: &OwnedFd,
    target: &SocketAddrUnix,
    deadline: Time,
) -> Result<(), Failure> {
    loop {
        let remaining = deadline.since(now());
        if remaining.is_zero() {
            return Err(timed_out());
        }
        sockopt::set_socket_timeout(socket, sockopt::Timeout::Send, Some(remaining))
            .map_err(connect_failure)?;
        match rustix::net::connect(socket, target) {
            Ok(()) => break,
            // A signal came, which leaves the socket as it was, or the limit was rounded down.
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(code) => return Err(connect_failure(code)),
        }
    }
    sockopt::set_socket_timeout(socket, sockopt::Timeout::Send, None).map_err(connect_failure)
}

/// Makes one attempt to connect. Returns `None` if the backlog is full.
///
/// The socket is non-blocking. A full backlog causes no event: try again after a delay, or call
/// [`connect`] in a thread.
///
/// # Errors
///
/// See [`connect`]. It never times out.
pub fn try_connect(address: &Address) -> Result<Option<OwnedFd>, Failure> {
    let target = socket_address(address).map_err(connect_failure)?;
    let socket = local_socket(SocketType::STREAM, Mode::NonBlocking).map_err(connect_failure)?;
    match attempt(&socket, &target) {
        Ok(connected) => Ok(connected.then_some(socket)),
        Err(failure) => Err(explained(failure, address)),
    }
}

/// Makes one attempt to connect, and returns why it failed; none if a server listens there.
pub(super) fn refusal(address: &Address) -> Option<Errno> {
    let attempt = || -> rustix::io::Result<()> {
        let target = socket_address(address)?;
        let socket = local_socket(SocketType::STREAM, Mode::NonBlocking)?;
        rustix::io::retry_on_intr(|| rustix::net::connect(&socket, &target))
    };
    // A full backlog belongs to a server.
    attempt().err().filter(|code| *code != Errno::AGAIN)
}

/// Tries to connect a non-blocking socket; false if the server's queue is full.
fn attempt(socket: &OwnedFd, target: &SocketAddrUnix) -> Result<bool, Failure> {
    match rustix::io::retry_on_intr(|| rustix::net::connect(socket, target)) {
        Ok(()) => Ok(true),
        Err(Errno::AGAIN) => Ok(false),
        Err(code) => Err(connect_failure(code)),
    }
}

/// The failure of a client that has waited for a full queue all of its time.
pub const fn timed_out() -> Failure {
    Failure::new(Operation::Connect, ErrorKind::TimedOut).with_code(Errno::AGAIN.raw_os_error())
}

fn connect_failure(code: Errno) -> Failure {
    if code == Errno::NOTSOCK {
        // So say the BSDs of a file that is no socket, where Linux says that it refuses.
        return Failure::new(Operation::Connect, ErrorKind::Refused).with_code(code.raw_os_error());
    }
    failure(Operation::Connect, code)
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_refusal_is_not_explained_by_what_came_or_went_since() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let name = ServerName::from(path.clone().into_os_string().into_encoded_bytes());
        let refused = Failure::new(Operation::Connect, ErrorKind::Refused);
        assert_eq!(explained_refusal(refused, &name), refused);

        let _live = UnixListener::bind(&path).unwrap();

        assert_eq!(explained_refusal(refused, &name), refused);
    }
}
