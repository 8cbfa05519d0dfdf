//! Whatever system call fails, a descriptor that is not adopted comes back unchanged: on tokio.

#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
#[path = "../../backend-std/tests/adoption/faults.rs"]
mod faults;

#[cfg(target_os = "linux")]
use anteroom_std::{AdoptError, Cause, ConvertError};
#[cfg(target_os = "linux")]
use anteroom_tokio::{LocalServer, LocalSocket};
#[cfg(target_os = "linux")]
use faults::Subject;

#[cfg(target_os = "linux")]
fn main() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    let _entered = runtime.enter();
    faults::run(&[
        Subject::Server(|descriptor| {
            let mut server = LocalServer::new();
            server.listen_fd(descriptor)?;
            Ok(Box::new(server))
        }),
        Subject::Socket(|descriptor| Ok(Box::new(LocalSocket::try_from(descriptor)?))),
    ]);
}

#[cfg(not(target_os = "linux"))]
fn main() {}
