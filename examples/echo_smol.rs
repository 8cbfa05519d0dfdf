//! Echo on smol, or any other executor: whatever a client sends comes back to it.
//!
//! ```console
//! $ cargo run -p anteroom-examples --bin echo_smol -- /tmp/echo
//! $ cargo run -p anteroom-cli -- connect /tmp/echo               # in another terminal
//! ```
//!
//! The server is in [`echo`], which is the same on every runtime.

use std::error::Error;

use anteroom::smol::AsyncIo;

mod echo;
mod reporting;
mod stop;

fn main() -> Result<(), Box<dyn Error>> {
    async_io::block_on(echo::serve::<AsyncIo>())
}
