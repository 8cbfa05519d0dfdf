//! What only an asynchronous server can do, or get wrong: on async-io.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod executors;
#[path = "../../../backend-tokio/tests/asynchronous/exhaustion.rs"]
mod exhaustion;
mod first_use;
#[path = "../../../backend-tokio/tests/asynchronous/limits.rs"]
mod limits;
#[path = "../../../backend-tokio/tests/asynchronous/place.rs"]
mod place;
#[path = "../../../backend-tokio/tests/asynchronous/readiness.rs"]
mod readiness;
#[path = "../../../backend-tokio/tests/asynchronous/sockets.rs"]
mod sockets;
#[path = "../../../backend-tokio/tests/asynchronous/streams.rs"]
mod streams;
#[path = "../../../backend-tokio/tests/asynchronous/taking.rs"]
mod taking;
#[path = "../../../backend-tokio/tests/asynchronous/types.rs"]
mod types;
#[path = "../../../backend-tokio/tests/asynchronous/waiting.rs"]
mod waiting;
#[path = "../../../backend-tokio/tests/asynchronous/wakes.rs"]
mod wakes;
#[path = "../../../backend-tokio/tests/asynchronous/watchdog.rs"]
mod watchdog;

/// What the tests have to know about async-io.
mod backend {
    use std::future::Future;
    use std::io::IoSlice;
    use std::os::unix::net::UnixStream;
    use std::path::PathBuf;
    use std::time::Duration;

    pub(crate) use anteroom_smol::{
        Builder, ConnectOptions, Incoming, IntoIncoming, LocalServer, LocalSocket, OwnedReadHalf,
        OwnedWriteHalf,
    };
    pub(crate) use anteroom_std::{
        AcceptError, Admit, Backlog, Cause, ConvertError, Detail, End, ErrorKind, Intake,
        SocketOptions, Timeout, Wait,
    };
    use futures_lite::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

    pub(crate) type Native = async_io::Async<UnixStream>;

    pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
        let _watchdog = crate::watchdog::Watchdog::start();
        async_io::block_on(future)
    }

    pub(crate) fn server() -> LocalServer {
        LocalServer::new()
    }

    pub(crate) fn bind(name: PathBuf) -> LocalServer {
        LocalServer::bind(name).expect("the name is free")
    }

    pub(crate) fn pair() -> (LocalSocket, LocalSocket) {
        LocalSocket::pair().expect("a pair can be made")
    }

    /// Lets the runtime look at its sockets.
    pub(crate) async fn turn() {
        futures_lite::future::yield_now().await;
    }

    pub(crate) async fn sleep(duration: Duration) {
        async_io::Timer::after(duration).await;
    }

    pub(crate) async fn read_byte(reader: &mut (impl AsyncRead + Unpin)) -> u8 {
        let mut byte = [0];
        reader.read_exact(&mut byte).await.expect("a byte comes");
        byte[0]
    }

    pub(crate) async fn read_all(reader: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await.expect("it ends");
        bytes
    }

    pub(crate) async fn write_all(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) {
        writer.write_all(bytes).await.expect("the peer is there");
    }

    pub(crate) async fn write_vectored(
        writer: &mut (impl AsyncWrite + Unpin),
        buffers: &[IoSlice<'_>],
    ) -> usize {
        writer
            .write_vectored(buffers)
            .await
            .expect("the peer is there")
    }

    pub(crate) async fn shutdown(writer: &mut (impl AsyncWrite + Unpin)) {
        writer.close().await.expect("the peer is there");
    }
}
