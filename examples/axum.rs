//! axum over a local socket.
//!
//! ```console
//! $ cargo run -p anteroom-examples --bin axum -- /tmp/web
//! $ curl --unix-socket /tmp/web http://localhost/
//! you are user 1000
//! $ curl --unix-socket /tmp/web http://localhost/upper --data 'all of it'
//! ALL OF IT
//! ```
//!
//! All it takes is [`Door`], an [`axum::serve::Listener`] around the server. It also sees to the
//! end: at Ctrl-C the server drains, so that its name is free at once. When the last client in the
//! queue was taken in, axum is told; it finishes the requests that have begun, and closes the
//! other connections. A second Ctrl-C does not wait.

use std::env;
use std::error::Error;
use std::future::pending;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anteroom::tokio::{AcceptError, LocalServer, LocalSocket, PeerIdentity, SocketOptions};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::extract::connect_info::Connected;
use axum::routing::{get, post};
use axum::serve::{IncomingStream, Listener};
use tokio::sync::oneshot;

use crate::stop::Stop;

mod stop;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args_os().nth(1).ok_or("give the name to listen on")?;
    let name = PathBuf::from(name);
    let server = LocalServer::builder()
        .socket_options(SocketOptions::USER)
        .listen(&name)?;
    let (ended, has_ended) = oneshot::channel();
    let door = Door {
        server,
        stop: Stop::new()?,
        ended: Some(ended),
    };
    let mut stop = Stop::<LocalSocket>::new()?;
    writeln!(io::stdout(), "listening on {}", name.display())?;

    let app = Router::new()
        .route("/", get(who))
        .route("/upper", post(upper));
    let app = app.into_make_service_with_connect_info::<Peer>();
    let served = axum::serve(door, app).with_graceful_shutdown(async {
        let _ = has_ended.await;
    });
    let twice = async {
        stop.asked().await;
        stop.asked().await;
    };
    tokio::select! {
        served = served => Ok(served?),
        () = twice => Err("stopped before all clients were served".into()),
    }
}

async fn who(ConnectInfo(Peer(peer)): ConnectInfo<Peer>) -> String {
    match peer {
        Some(peer) => format!("you are user {}\n", peer.uid),
        None => "I cannot tell who you are\n".to_owned(),
    }
}

async fn upper(text: String) -> String {
    text.to_uppercase()
}

/// The server, as axum wants it.
struct Door {
    server: LocalServer,
    stop: Stop<LocalSocket>,
    ended: Option<oneshot::Sender<()>>,
}

impl Listener for Door {
    type Io = LocalSocket;
    type Addr = ();

    /// Returns the next client. There is no error to be told, and no need for it.
    ///
    /// What passes, such as a lack of descriptors, the server bears by itself: it pauses and tries
    /// again. Any error is its end. Then axum is told to finish, and this waits to be dropped.
    async fn accept(&mut self) -> (LocalSocket, ()) {
        loop {
            let accepted = tokio::select! {
                accepted = self.server.accept() => accepted,
                () = self.stop.asked(), if self.server.is_listening() => {
                    self.server.drain();
                    // Nothing depends on whether it can be written.
                    let _ = writeln!(io::stdout(), "stopping");
                    continue;
                }
            };
            match accepted {
                Ok(socket) => return (socket, ()),
                Err(AcceptError::NotListening) => {} // drained: that was the last one
                Err(error) => drop(writeln!(io::stderr(), "no more clients: {error:#}")),
            }
            self.ended.take().map(|ended| ended.send(()));
            return pending().await;
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Who a client is, as the operating system says: nobody can pretend to be somebody else.
#[derive(Clone)]
struct Peer(Option<PeerIdentity>);

impl Connected<IncomingStream<'_, Door>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Self(stream.io().peer_identity().ok())
    }
}
