//! Whatever system call fails, a descriptor that is not adopted comes back unchanged: blocking.

#![forbid(unsafe_code)]

#[cfg(all(target_os = "linux", feature = "blocking"))]
mod faults;

#[cfg(all(target_os = "linux", feature = "blocking"))]
use anteroom_std::{AdoptError, LocalServer};

#[cfg(all(target_os = "linux", feature = "blocking"))]
fn main() {
    faults::run(|descriptor| {
        let mut server = LocalServer::new();
        server.listen_fd(descriptor)?;
        Ok(Box::new(server))
    });
}

#[cfg(not(all(target_os = "linux", feature = "blocking")))]
fn main() {}
