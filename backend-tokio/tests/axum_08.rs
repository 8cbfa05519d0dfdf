//! axum serves every client that has connected, also behind the end of the server.

#![cfg(unix)]
#![forbid(unsafe_code)]

use std::future::IntoFuture as _;
use std::io;
use std::time::Duration;

use anteroom_std::StopHandle;
use anteroom_tokio::axum_08::{Listener, Peer};
use anteroom_tokio::{LocalServer, LocalSocket};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const LIMIT: Duration = Duration::from_secs(60);
const REQUEST: &str = "GET / HTTP/1.1\r\nhost: example\r\n\r\n";

/// axum with a server in a temporary directory.
struct Web {
    directory: TempDir,
    handle: StopHandle,
    served: JoinHandle<io::Result<()>>,
}

impl Web {
    fn start(limit: Duration) -> Self {
        Self::start_with(limit, usize::MAX)
    }

    fn start_with(limit: Duration, max_connections: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut server = LocalServer::builder()
            .max_connections(max_connections)
            .listen(directory.path().join("web"))
            .unwrap();
        let handle = server.stop_handle();
        let listener = Listener::new(server);
        let shutdown = listener.shutdown_signal(limit);
        let app = Router::new()
            .route("/", get(who))
            .into_make_service_with_connect_info::<Peer>();
        let served = axum::serve(listener, app).with_graceful_shutdown(shutdown);
        Self {
            directory,
            handle,
            served: tokio::spawn(served.into_future()),
        }
    }

    async fn connect(&self) -> LocalSocket {
        let name = self.directory.path().join("web");
        LocalSocket::connect(name).await.unwrap()
    }

    /// Drains the server, and has axum do whatever it does then.
    async fn drain(&self) {
        self.handle.drain();
        assert!(self.handle.drained().await);
        settle().await;
    }

    async fn end(self) {
        self.served.await.unwrap().unwrap();
    }
}

async fn who(ConnectInfo(Peer(peer)): ConnectInfo<Peer>) -> String {
    let peer = peer.expect("the system tells");
    format!("user {}", peer.uid)
}

/// Waits until no task has anything to do: only then does the time, which is paused, go on.
async fn settle() {
    sleep(Duration::from_secs(1)).await;
}

async fn send(client: &mut LocalSocket, bytes: impl AsRef<[u8]>) {
    client.write_all(bytes.as_ref()).await.unwrap();
}

/// Reads to the end, which follows the answer.
async fn expect_answer(mut client: LocalSocket) {
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    let user = rustix::process::geteuid().as_raw();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer:?}");
    assert!(
        answer.ends_with(&format!("\r\n\r\nuser {user}")),
        "{answer:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_after_the_drain_is_answered() {
    let web = Web::start(LIMIT);
    let mut client = web.connect().await;
    web.drain().await;
    send(&mut client, REQUEST).await;
    expect_answer(client).await;
    web.end().await;
}

#[tokio::test(start_paused = true)]
async fn clients_in_the_backlog_are_answered() {
    let web = Web::start(LIMIT);
    let mut clients = Vec::new();
    for _ in 0..50 {
        clients.push(web.connect().await);
    }
    web.drain().await;
    for client in &mut clients {
        send(client, REQUEST).await;
    }
    for client in clients {
        expect_answer(client).await;
    }
    web.end().await;
}

/// axum closes connections also after the first bytes, if they can belong to either version of HTTP.
#[tokio::test(start_paused = true)]
async fn a_request_whose_first_letters_could_be_http_2_is_answered() {
    let web = Web::start(LIMIT);
    let mut client = web.connect().await;
    send(&mut client, "P").await;
    web.drain().await;
    send(&mut client, "R").await;
    settle().await;
    send(&mut client, "OPFIND / HTTP/1.1\r\nhost: example\r\n\r\n").await;
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer:?}");
    web.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_has_begun_is_answered() {
    let web = Web::start(LIMIT);
    let mut client = web.connect().await;
    let (begin, rest) = REQUEST.split_at(1);
    send(&mut client, begin).await;
    settle().await;
    web.drain().await;
    send(&mut client, rest).await;
    expect_answer(client).await;
    web.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_is_closed_at_the_limit() {
    let web = Web::start(LIMIT);
    let mut client = web.connect().await;
    web.handle.drain();
    assert!(web.handle.drained().await);
    let drained = Instant::now();
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(drained.elapsed().as_secs(), LIMIT.as_secs());
    web.end().await;
}

/// axum keeps the answered connection open until the shutdown, so the server stays full.
#[tokio::test(start_paused = true)]
async fn a_full_server_stops_at_the_limit() {
    let web = Web::start_with(LIMIT, 1);
    let mut first = web.connect().await;
    send(&mut first, REQUEST).await;
    settle().await;
    let mut queued = web.connect().await;
    send(&mut queued, REQUEST).await;
    settle().await;
    let begin = Instant::now();
    web.handle.drain();
    expect_answer(first).await;
    assert_eq!(begin.elapsed().as_secs(), LIMIT.as_secs());
    let error = queued.read(&mut [0]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    web.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_that_leaves_is_not_awaited() {
    let web = Web::start(LIMIT);
    let client = web.connect().await;
    web.drain().await;
    assert!(!web.served.is_finished());
    let left = Instant::now();
    drop(client);
    web.end().await;
    assert_eq!(left.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_answered_connection_is_not_awaited() {
    let web = Web::start(LIMIT);
    let mut client = web.connect().await;
    send(&mut client, REQUEST).await;
    settle().await;
    let begin = Instant::now();
    web.handle.drain();
    expect_answer(client).await;
    web.end().await;
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn without_clients_the_shutdown_is_immediate() {
    for stop in [StopHandle::drain, StopHandle::close] {
        let web = Web::start(Duration::MAX);
        settle().await;
        let begin = Instant::now();
        stop(&web.handle);
        web.end().await;
        assert_eq!(begin.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_is_dropped_ends_the_wait() {
    let directory = tempfile::tempdir().unwrap();
    let server = LocalServer::bind(directory.path().join("web")).unwrap();
    let listener = Listener::new(server);
    let shutdown = listener.shutdown_signal(Duration::MAX);
    drop(listener);
    shutdown.await;
}
