//! tonic serves the clients of a server, and knows who they are.

#![cfg(unix)]
#![forbid(unsafe_code)]

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};
use std::time::Duration;

use anteroom_std::StopHandle;
use anteroom_tokio::tonic_014::Peer;
use anteroom_tokio::{LocalServer, LocalSocket};
use axum::http::{Request, Response};
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinHandle;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::transport::{Endpoint, Error, Server};
use tower::{Service, ServiceExt as _, service_fn};

/// A service that answers with the number of the user.
#[derive(Clone)]
struct Who;

impl NamedService for Who {
    const NAME: &'static str = "example.Who";
}

impl Service<Request<Body>> for Who {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Some(Peer(Some(peer))) = request.extensions().get() else {
            panic!("the peer is missing")
        };
        let response = Response::builder()
            .header("content-type", "application/grpc")
            .header("grpc-status", "0")
            .header("user", peer.uid);
        ready(Ok(response.body(Body::empty()).unwrap()))
    }
}

/// tonic with a server in a temporary directory.
struct Rpc {
    directory: TempDir,
    handle: StopHandle,
    served: JoinHandle<Result<(), Error>>,
}

impl Rpc {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut server = LocalServer::bind(directory.path().join("rpc")).unwrap();
        let handle = server.stop_handle();
        let drained = handle.clone();
        let served = Server::builder().add_service(Who);
        let served = served.serve_with_incoming_shutdown(server.into_incoming(), async move {
            assert!(drained.drained().await);
        });
        Self {
            directory,
            handle,
            served: tokio::spawn(served),
        }
    }

    async fn connect(&self) -> LocalSocket {
        let name = self.directory.path().join("rpc");
        LocalSocket::connect(name).await.unwrap()
    }

    async fn drain(&self) {
        self.handle.drain();
        assert!(self.handle.drained().await);
        // The time, which is paused, goes on when no task has anything to do.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Returns the frames of HTTP/2 that begin a connection and a request without a body.
fn request() -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend([0, 0, 0, 4, 0, 0, 0, 0, 0]); // SETTINGS
    let mut headers = vec![0x83, 0x86]; // POST, http
    for (name, value) in [(0x44, "/example.Who/Am"), (0x41, "example")] {
        headers.extend([name, value.len() as u8]);
        headers.extend(value.bytes());
    }
    bytes.extend([0, 0, headers.len() as u8, 1, 5, 0, 0, 0, 1]); // HEADERS, with the end of the request
    bytes.extend(headers);
    bytes
}

#[tokio::test(start_paused = true)]
async fn a_service_gets_the_credentials_of_its_client() {
    let rpc = Rpc::start();
    let socket = rpc.connect().await;
    let mut socket = Some(TokioIo::new(socket));
    let endpoint = Endpoint::from_static("http://example");
    let mut channel = endpoint
        .connect_with_connector(service_fn(move |_| {
            ready(socket.take().ok_or("it connects once"))
        }))
        .await
        .unwrap();
    let request = Request::post("/example.Who/Am").body(Body::empty());
    let channel = channel.ready().await.unwrap();
    let response = channel.call(request.unwrap()).await.unwrap();
    let user = rustix::process::geteuid().as_raw().to_string();
    assert_eq!(response.headers()["user"], *user);

    rpc.drain().await;
    rpc.served.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_request_after_the_drain_is_answered() {
    let rpc = Rpc::start();
    let mut client = rpc.connect().await;
    rpc.drain().await;
    client.write_all(&request()).await.unwrap();
    // Frames come, until one has the answer.
    loop {
        let mut head = [0; 9];
        client.read_exact(&mut head).await.unwrap();
        let [_, high, low, kind, ..] = head;
        let mut payload = vec![0; usize::from(u16::from_be_bytes([high, low]))];
        client.read_exact(&mut payload).await.unwrap();
        if kind == 1 {
            break;
        }
    }
    drop(client);
    rpc.served.await.unwrap().unwrap();
}
