use std::io;
use std::os::fd::BorrowedFd;

use rustix::process::{Pid, getpid};

/// The process that owns a listener: the one that removes its socket file and may change its mode.
///
/// A process id alone does not identify a process: a child in a new PID namespace can have the same
/// one as its parent. Linux records, with the socket, the process that called `listen(2)`, and
/// translates its id for the process that asks. Some kernels answer with the asking process
/// instead, so both ids have to match.
//= DTOR-3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Creator {
    pid: Pid,
    /// The backlog passed to `listen(2)`; none for an adopted listener.
    backlog: Option<i32>,
}

impl Creator {
    /// Creates the creator of a listener that this process made, with the backlog it listens with.
    pub(super) fn this_process(backlog: i32) -> Self {
        Self {
            pid: getpid(),
            backlog: Some(backlog),
        }
    }

    /// Creates the creator of a listener that this process adopted.
    pub(super) fn of_adopted() -> Self {
        Self {
            pid: getpid(),
            backlog: None,
        }
    }

    /// Returns whether the calling process is the creator.
    ///
    /// `listener` must be the listening socket.
    ///
    /// # Errors
    ///
    /// The kernel does not report who called `listen(2)`.
    //= DTOR-3
    pub fn is_this_process(&self, listener: BorrowedFd<'_>) -> io::Result<bool> {
        let this = getpid();
        Ok(self.pid == this && is_recorded(listener, this)?)
    }

    /// Makes the calling process the creator.
    ///
    /// Does nothing for an adopted listener, which has no file that could be removed.
    ///
    /// # Platform-specific behavior
    ///
    /// On Linux this calls `listen(2)` again, with the same backlog. That changes the credentials
    /// that the kernel records, so that clients which connect from then on see the calling process
    /// as their peer, and nothing else. If the call fails, the creator stays as it was.
    //= DTOR-3
    pub fn assume(&mut self, listener: BorrowedFd<'_>) {
        if let Some(backlog) = self.backlog {
            if record(listener, backlog) {
                self.pid = getpid();
            }
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_recorded(listener: BorrowedFd<'_>, pid: Pid) -> io::Result<bool> {
    use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};

    let peer = getsockopt(&listener, PeerCredentials)?;
    // Zero if the process that called listen(2) does not exist in our PID namespace.
    Ok(peer.pid() == pid.as_raw_nonzero().get())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn is_recorded(_listener: BorrowedFd<'_>, _pid: Pid) -> io::Result<bool> {
    Ok(true)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn record(listener: BorrowedFd<'_>, backlog: i32) -> bool {
    rustix::net::listen(listener, backlog).is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn record(_listener: BorrowedFd<'_>, _backlog: i32) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;
    use std::os::unix::net::UnixListener;

    use super::*;

    /// A forked child has the server's memory, and another process id.
    #[test]
    fn the_creator_is_the_process_with_the_stored_id() {
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join("s")).unwrap();
        let mut creator = Creator::this_process(7);
        assert!(creator.is_this_process(listener.as_fd()).unwrap());

        creator.pid = rustix::process::getppid().unwrap_or(Pid::INIT);
        assert!(!creator.is_this_process(listener.as_fd()).unwrap());

        creator.assume(listener.as_fd());
        assert!(creator.is_this_process(listener.as_fd()).unwrap());
    }

    /// So it is in a namespace in which the process that listened does not exist: the id that the
    /// kernel reports is zero, as for a socket without a call of `listen(2)`.
    #[test]
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn the_stored_id_is_not_enough_if_the_kernel_names_another_process() {
        use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};

        let directory = tempfile::tempdir().unwrap();
        let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
        let address = SocketAddrUnix::new(directory.path().join("s")).unwrap();
        rustix::net::bind(&socket, &address).unwrap();
        let mut creator = Creator::this_process(7);
        assert!(!creator.is_this_process(socket.as_fd()).unwrap());

        creator.assume(socket.as_fd());
        assert!(creator.is_this_process(socket.as_fd()).unwrap());
    }

    #[test]
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn assuming_ownership_keeps_the_backlog_and_the_queued_clients() {
        use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

        let directory = tempfile::tempdir().unwrap();
        let address = SocketAddrUnix::new(directory.path().join("s")).unwrap();
        let socket = || {
            let flags = SocketFlags::NONBLOCK;
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).unwrap()
        };
        let server = socket();
        rustix::net::bind(&server, &address).unwrap();
        rustix::net::listen(&server, 1).unwrap();
        let clients = [socket(), socket(), socket()];
        let connect = |at: usize| rustix::net::connect(&clients[at], &address);
        assert_eq!([connect(0), connect(1)], [Ok(()), Ok(())]);
        assert_eq!(connect(2), Err(rustix::io::Errno::AGAIN));

        Creator::this_process(1).assume(server.as_fd());

        assert_eq!(connect(2), Err(rustix::io::Errno::AGAIN));
        for _ in 0..2 {
            rustix::net::accept(&server).unwrap();
        }
        assert_eq!(connect(2), Ok(()));
    }

    #[test]
    fn an_adopted_listener_is_not_listened_on_again() {
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join("s")).unwrap();
        let mut creator = Creator::of_adopted();
        creator.pid = rustix::process::getppid().unwrap_or(Pid::INIT);

        creator.assume(listener.as_fd());

        assert!(!creator.is_this_process(listener.as_fd()).unwrap());
    }
}
