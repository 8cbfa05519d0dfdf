//! What the sockets of all runtimes have by the trait that they share.
#![cfg(unix)]

use std::future::Future;
use std::io::{ErrorKind, Result};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use anteroom_std::{AsyncSocket, PeerSocket};

/// Takes two bytes at a time, waits before each, and has room for so many.
struct Narrow {
    taken: Vec<u8>,
    room: usize,
    is_waiting: bool,
    descriptor: UnixStream,
}

impl Narrow {
    fn with_room(room: usize) -> Self {
        Self {
            taken: Vec::new(),
            room,
            is_waiting: false,
            descriptor: UnixStream::pair().unwrap().0,
        }
    }
}

impl PeerSocket for Narrow {
    fn descriptor(&self) -> Result<BorrowedFd<'_>> {
        Ok(self.descriptor.as_fd())
    }
}

impl AsyncSocket for Narrow {
    fn poll_read(&mut self, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Result<usize>> {
        let length = self.taken.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.taken[..length]);
        Poll::Ready(Ok(length))
    }

    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.is_waiting = !self.is_waiting;
        if self.is_waiting {
            return Poll::Pending;
        }
        let length = bytes.len().min(2).min(self.room - self.taken.len());
        self.taken.extend_from_slice(&bytes[..length]);
        Poll::Ready(Ok(length))
    }

    fn poll_shutdown(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Polls to the end, and returns how often that was.
fn run<T>(future: impl Future<Output = T>) -> (T, usize) {
    let mut future = pin!(future);
    for polls in 1.. {
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return (output, polls);
        }
    }
    unreachable!("there is no end of numbers");
}

#[test]
fn all_is_written_piece_by_piece_and_read_again() {
    let mut socket = Narrow::with_room(100);
    let (result, polls) = run(socket.write_all(b"hello"));
    result.unwrap();
    assert_eq!(polls, 4);
    let mut buffer = [0; 9];
    assert_eq!(run(socket.read(&mut buffer)).0.unwrap(), 5);
    assert_eq!(&buffer[..5], b"hello");
}

#[test]
fn a_socket_that_takes_nothing_is_an_error() {
    let mut socket = Narrow::with_room(3);
    let error = run(socket.write_all(b"hello")).0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WriteZero);
    assert_eq!(socket.taken, b"hel");
    assert!(run(socket.write_all(b"")).0.is_ok());
}

#[test]
fn the_peer_and_the_names_are_those_of_the_descriptor() {
    let socket = Narrow::with_room(0);
    let own_user = rustix::process::geteuid().as_raw();
    assert_eq!(socket.peer_identity().unwrap().uid, own_user);
    assert_eq!(socket.server_name().unwrap(), None);
    assert_eq!(socket.full_server_name().unwrap(), None);
}

/// A generic server may spawn its clients. It is enough that this compiles.
#[allow(dead_code, reason = "it is enough that it compiles")]
fn futures_can_be_sent<S: AsyncSocket + Send>(socket: &mut S) {
    fn is_send<T: Send>(_: &T) {}
    is_send(&socket.read(&mut []));
    is_send(&socket.write_all(b""));
}
