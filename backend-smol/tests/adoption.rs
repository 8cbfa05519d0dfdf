//! Whatever system call fails, a descriptor that is not adopted comes back unchanged: on async-io.

#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
#[path = "../../backend-std/tests/adoption/faults.rs"]
mod faults;

#[cfg(target_os = "linux")]
use anteroom_smol::{AdoptError, LocalServer};

#[cfg(target_os = "linux")]
fn main() {
    faults::run(|descriptor| {
        let mut server = LocalServer::new();
        server.listen_fd(descriptor)?;
        Ok(Box::new(server))
    });
}

#[cfg(not(target_os = "linux"))]
fn main() {}
