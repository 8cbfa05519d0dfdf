//! What only an asynchronous server can do, or get wrong: on tokio.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod exhaustion;
mod limits;
mod place;
mod readiness;
mod sockets;
mod streams;
mod taking;
mod types;
mod waiting;
mod wakes;
mod watchdog;
mod without_timers;

/// What the tests have to know about tokio.
mod backend {
    use std::future::Future;
    use std::io::IoSlice;
    use std::path::PathBuf;
    use std::time::Duration;

    pub(crate) use anteroom_std::{
        AcceptError, Admit, Backlog, Cause, ConvertError, Detail, End, ErrorKind, Intake,
        SocketOptions, Timeout, Wait,
    };
    pub(crate) use anteroom_tokio::{
        Builder, ConnectOptions, Incoming, IntoIncoming, LocalServer, LocalSocket, OwnedReadHalf,
        OwnedWriteHalf,
    };
    use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
    pub(crate) use tokio::net::UnixStream as Native;

    pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
        let _watchdog = crate::watchdog::Watchdog::start();
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().expect("a runtime can be made");
        runtime.block_on(future)
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
        tokio::task::yield_now().await;
    }

    pub(crate) async fn sleep(duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    pub(crate) async fn read_byte(reader: &mut (impl AsyncRead + Unpin)) -> u8 {
        reader.read_u8().await.expect("a byte comes")
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
        assert!(writer.is_write_vectored());
        writer
            .write_vectored(buffers)
            .await
            .expect("the peer is there")
    }

    pub(crate) async fn shutdown(writer: &mut (impl AsyncWrite + Unpin)) {
        writer.shutdown().await.expect("the peer is there");
    }
}
