//! What the types promise to the compiler.
#![cfg(all(unix, feature = "blocking"))]

use std::error::Error as StdError;
use std::fmt::Debug;
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use anteroom_std::blocking::Builder;
use anteroom_std::{
    AcceptError, Admit, AdoptError, Error, Intake, ListenError, LocalServer, LocalSocket,
    WakeHandle,
};

const fn is_send<T: Send>() {}
const fn is_sync<T: Sync>() {}
const fn is_error<T: StdError + Send + Sync + 'static>() {}
const fn is_debug<T: Debug>() {}

/// A hook that may move to another thread.
struct Movable;

impl Intake<LocalSocket> for Movable {
    fn incoming(&mut self, _: LocalSocket, _: &mut Admit<'_, LocalSocket>) {}
}

#[test]
fn servers_move_between_threads_when_their_hooks_do() {
    is_send::<LocalServer>();
    is_send::<LocalServer<Movable>>();
    is_send::<Builder<Movable>>();
}

#[test]
fn sockets_and_wake_handles_are_shared_between_threads() {
    is_send::<LocalSocket>();
    is_sync::<LocalSocket>();
    is_send::<WakeHandle>();
    is_sync::<WakeHandle>();
}

#[test]
fn errors_are_errors_and_convert_into_those_of_io() {
    is_error::<Error>();
    is_error::<ListenError>();
    is_error::<AdoptError>();
    is_error::<AcceptError>();
    fn converts<T: Into<std::io::Error>>() {}
    converts::<Error>();
    converts::<ListenError>();
    converts::<AdoptError>();
    converts::<AcceptError>();
}

#[test]
fn a_server_is_printable_whatever_its_hook_is() {
    is_debug::<LocalServer<Rc<dyn Fn()>>>();
}

#[test]
fn sockets_have_the_auto_traits_of_the_native_ones() {
    fn reads_and_writes<T: Read + Write>() {}
    fn has_descriptor<T: AsFd + AsRawFd + TryFrom<OwnedFd> + Into<OwnedFd>>() {}
    fn converts<T: From<UnixStream> + Into<UnixStream>>() {}
    reads_and_writes::<LocalSocket>();
    reads_and_writes::<&LocalSocket>();
    has_descriptor::<LocalSocket>();
    converts::<LocalSocket>();
    // A descriptor, and the permit of a server that limits its connections.
    assert_eq!(size_of::<LocalSocket>(), 2 * size_of::<usize>());
}
