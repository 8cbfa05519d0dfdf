//! What other calls do to a task that waits: the tests of all asynchronous servers.

#![cfg(unix)]
#![forbid(unsafe_code)]

#[path = "../../../../backend-tokio/tests/asynchronous/place.rs"]
mod place;
#[path = "../../../../backend-tokio/tests/asynchronous/wakes.rs"]
mod wakes;
#[path = "../../../../backend-tokio/tests/asynchronous/watchdog.rs"]
mod watchdog;

/// What the tests have to know about this runtime.
mod backend {
    use std::future::Future;
    use std::path::PathBuf;

    use anteroom_own_backend::Mio;
    pub(crate) use anteroom_own_backend::{LocalServer, LocalSocket};
    pub(crate) use anteroom_std::{Backlog, End, SocketOptions, Timeout, Wait};

    thread_local! {
        static MIO: Mio = Mio::new().expect("a poller can be made");
    }

    pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
        let _watchdog = crate::watchdog::Watchdog::start();
        MIO.with(|mio| mio.block_on(future))
    }

    pub(crate) fn server() -> LocalServer {
        MIO.with(|mio| LocalServer::new_in(mio.clone()))
    }

    pub(crate) fn bind(name: PathBuf) -> LocalServer {
        MIO.with(|mio| LocalServer::bind_in(mio.clone(), name))
            .expect("the name is free")
    }

    pub(crate) fn pair() -> (LocalSocket, LocalSocket) {
        MIO.with(LocalSocket::pair).expect("a pair can be made")
    }

    /// Lets the runtime look at its sockets.
    pub(crate) async fn turn() {
        futures_lite::future::yield_now().await;
    }
}
