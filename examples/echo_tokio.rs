//! Echo on tokio: whatever a client sends comes back to it.
//!
//! ```console
//! $ cargo run -p anteroom-examples --bin echo_tokio -- /tmp/echo
//! $ cargo run -p anteroom-cli -- connect /tmp/echo               # in another terminal
//! ```
//!
//! The server is in [`echo`], which is the same on every runtime. For a task for each client, and
//! `accept` in `select!`, see the example `json_lines`.

use std::error::Error;

use anteroom::tokio::Tokio;

mod echo;
mod reporting;
mod stop;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    echo::serve::<Tokio>().await
}
