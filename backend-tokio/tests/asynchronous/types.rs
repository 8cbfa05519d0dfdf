//! What the types promise to the compiler.

use std::any::TypeId;
use std::error::Error as StdError;
use std::fmt::Debug;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anteroom_std::AcceptError as SharedError;
use futures_core::{FusedStream, Stream};

use crate::backend::{
    self, AcceptError, Admit, Builder, ConnectOptions, Incoming, Intake, IntoIncoming, LocalServer,
    LocalSocket, OwnedReadHalf, OwnedWriteHalf, Timeout,
};

const fn is_send<T: Send>(_: &T) {}
const fn is_send_type<T: Send>() {}
const fn is_sync<T: Sync>() {}
const fn is_unpin<T: Unpin>() {}

/// Every future can be sent to another thread if the hook can. It is enough that this compiles.
#[allow(dead_code, reason = "it is enough that it compiles")]
fn futures_can_be_sent<I: Intake<LocalSocket> + Send>(server: &mut LocalServer<I>) {
    is_send(&server.accept());
    is_send(&server.wait_for_new_connection(Timeout::Never));
    is_send(&server.wait_for_new_connection(Duration::ZERO));
    is_send(&server.incoming());
    is_send(&LocalSocket::connect("name"));
    is_send(&ConnectOptions::new().connect("name"));
}

#[allow(dead_code, reason = "it is enough that it compiles")]
fn servers_and_streams_can_be_sent<I: Intake<LocalSocket> + Send>() {
    is_send_type::<LocalServer<I>>();
    is_send_type::<Builder<I>>();
    is_send_type::<Incoming<'_, I>>();
    is_send_type::<IntoIncoming<I>>();
    is_unpin::<Incoming<'_, I>>();
    is_unpin::<IntoIncoming<I>>();
}

#[test]
fn streams_are_streams() {
    fn is_stream<T: Stream<Item = Result<LocalSocket, AcceptError>> + FusedStream + Debug>() {}
    is_stream::<Incoming<'_>>();
    is_stream::<IntoIncoming>();
}

#[test]
fn sockets_and_their_halves_are_shared_between_threads() {
    is_send_type::<LocalSocket>();
    is_sync::<LocalSocket>();
    is_send_type::<OwnedReadHalf>();
    is_send_type::<OwnedWriteHalf>();
}

#[test]
fn sockets_have_the_auto_traits_of_the_native_ones() {
    fn converts<
        T: From<backend::Native> + TryInto<backend::Native> + TryFrom<UnixStream> + TryFrom<OwnedFd>,
    >() {
    }
    converts::<LocalSocket>();
}

#[test]
fn errors_are_those_of_every_backend() {
    fn is_error<T: StdError + Send + Sync + 'static>() {}
    is_error::<AcceptError>();
    assert_eq!(TypeId::of::<AcceptError>(), TypeId::of::<SharedError>());
}

#[test]
fn a_server_may_be_printed_whatever_its_hook_is() {
    let hook = |_: LocalSocket, _: &mut Admit<'_, LocalSocket>| {};
    let server = LocalServer::builder().intake_with(hook).build();
    assert!(format!("{server:?}").starts_with("Server"));
}
