//! hyper 1 over a local socket, without a framework.
//!
//! ```console
//! $ cargo run -p anteroom-examples --bin hyper -- /tmp/web
//! $ curl --unix-socket /tmp/web http://localhost/ --data 'all of it'
//! ALL OF IT
//! ```
//!
//! Each connection carries one request, since another connection costs next to nothing here. So
//! the end is simple: at Ctrl-C the server drains, its name is free at once, and each client that has
//! connected by then gets an answer. A second Ctrl-C does not wait for them.

use std::env;
use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anteroom::tokio::{LocalServer, LocalSocket};
use anteroom::{AcceptError, SocketOptions};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::task::{JoinSet, yield_now};

use crate::stop::Stop;

mod stop;

const LONGEST_BODY: usize = 1024 * 1024;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args_os().nth(1).ok_or("give the name to listen on")?;
    let name = PathBuf::from(name);
    let mut server = LocalServer::builder()
        .socket_options(SocketOptions::USER)
        .listen(&name)?;
    let mut stop = Stop::<LocalSocket>::new()?;
    writeln!(io::stdout(), "listening on {}", name.display())?;

    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            accepted = server.accept() => match accepted {
                Ok(socket) => {
                    clients.spawn(serve(socket));
                    yield_now().await; // so that clients have their turn while others come
                }
                Err(AcceptError::NotListening) => break, // that was the last one
                Err(error) => return Err(error.into()),
            },
            Some(_) = clients.join_next() => {} // so that those that have ended are forgotten
            () = stop.asked() => {
                if !server.is_listening() {
                    return Err("stopped before all clients were served".into());
                }
                server.drain();
                // Nothing depends on whether it can be written.
                let _ = writeln!(io::stdout(), "stopping");
            }
        }
    }
    tokio::select! {
        _ = clients.join_all() => Ok(()),
        () = stop.asked() => Err("stopped before all clients were served".into()),
    }
}

async fn serve(socket: LocalSocket) -> hyper::Result<()> {
    http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(socket), service_fn(upper))
        .await
}

/// Answers with the body in upper case, unless it is too long or breaks off.
async fn upper(request: Request<Incoming>) -> hyper::http::Result<Response<Full<Bytes>>> {
    let body = Limited::new(request.into_body(), LONGEST_BODY);
    match body.collect().await {
        Ok(body) => Ok(Response::new(body.to_bytes().to_ascii_uppercase().into())),
        Err(error) => {
            let status = if error.is::<LengthLimitError>() {
                StatusCode::PAYLOAD_TOO_LARGE
            } else {
                StatusCode::BAD_REQUEST
            };
            Response::builder().status(status).body(Full::default())
        }
    }
}
