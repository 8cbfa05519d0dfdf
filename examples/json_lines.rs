//! JSON lines on tokio: each line is a request, and is answered by a line.
//!
//! ```console
//! $ cargo run -p anteroom-examples --bin json_lines -- /tmp/sums
//! $ echo '{"id": 7, "add": [1, 2, 3.5]}' | cargo run -p anteroom-cli -- connect /tmp/sums
//! {"id":7,"sum":6.5}
//! ```
//!
//! anteroom transports bytes; tokio-util's codec splits them into lines, and serde_json parses
//! these. A rude client costs no more than a polite one: a line may only be so long, an answer that
//! is not read holds up the next request, and clients beyond the hundredth wait outside.

use std::env;
use std::error::Error;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anteroom::tokio::{LocalServer, LocalSocket};
use anteroom::{AcceptError, SocketOptions};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::task::{JoinSet, yield_now};
use tokio_util::codec::{Framed, LinesCodec, LinesCodecError};

use crate::stop::Stop;

mod stop;

const LONGEST_LINE: usize = 64 * 1024;
const MOST_CLIENTS: usize = 100;

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
            accepted = server.accept(), if clients.len() < MOST_CLIENTS => match accepted {
                Ok(socket) => {
                    clients.spawn(talk(socket));
                    yield_now().await; // so that clients have their turn while others come
                }
                Err(AcceptError::NotListening) => break, // that was the last one
                Err(error) => return Err(error.into()),
            },
            Some(_) = clients.join_next() => {} // there is room for another one
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

/// Answers until the client has sent its last line, or an invalid one.
async fn talk(socket: LocalSocket) -> Result<(), LinesCodecError> {
    let mut lines = Framed::new(socket, LinesCodec::new_with_max_length(LONGEST_LINE));
    while let Some(line) = lines.next().await {
        let answer = match &line {
            Ok(line) => answer(line),
            Err(error) => json!({ "error": error.to_string() }),
        };
        lines.send(answer.to_string()).await?;
        line?;
    }
    Ok(())
}

fn answer(line: &str) -> Value {
    let request: Value = match serde_json::from_str(line) {
        Ok(request) => request,
        Err(error) => return json!({ "error": error.to_string() }),
    };
    let numbers = request["add"].as_array();
    let sum = numbers.and_then(|numbers| numbers.iter().map(Value::as_f64).sum::<Option<f64>>());
    match sum {
        Some(sum) => json!({ "id": request["id"], "sum": sum }),
        None => json!({ "id": request["id"], "error": "`add` is to be a list of numbers" }),
    }
}
