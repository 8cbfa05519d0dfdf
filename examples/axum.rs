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
//! At Ctrl-C the server drains, so that its name is free at once. Clients that have connected are
//! answered, also if their request arrives later; clients that stay silent for five seconds are
//! disconnected. A second Ctrl-C does not wait.

use std::env;
use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use anteroom::SocketOptions;
use anteroom::tokio::axum_08::{Listener, Peer};
use anteroom::tokio::{LocalServer, LocalSocket};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};

use crate::stop::Stop;

mod stop;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args_os().nth(1).ok_or("give the name to listen on")?;
    let name = PathBuf::from(name);
    let mut server = LocalServer::builder()
        .socket_options(SocketOptions::USER)
        .listen(&name)?;
    let handle = server.stop_handle();
    let listener = Listener::new(server);
    let shutdown = listener.shutdown_signal(Duration::from_secs(5));
    let mut stop = Stop::<LocalSocket>::new()?;
    let mut twice = Stop::<LocalSocket>::new()?;
    writeln!(io::stdout(), "listening on {}", name.display())?;

    let app = Router::new()
        .route("/", get(who))
        .route("/upper", post(upper))
        .into_make_service_with_connect_info::<Peer>();
    let served = axum::serve(listener, app).with_graceful_shutdown(async move {
        tokio::select! {
            () = stop.asked() => handle.drain(),
            _ = handle.closed() => {} // the listener was lost
        }
        handle.closed().await;
        // Nothing depends on whether it can be written.
        let _ = writeln!(io::stdout(), "stopping");
        shutdown.await;
    });
    tokio::select! {
        served = served => Ok(served?),
        () = async { twice.asked().await; twice.asked().await } => {
            Err("stopped before all clients were served".into())
        }
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
