//! Whatever system call fails, a descriptor that is not adopted comes back unchanged: on tokio.

#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
#[path = "../../backend-std/tests/adoption/faults.rs"]
mod faults;

#[cfg(target_os = "linux")]
use anteroom_tokio::{AdoptError, LocalServer};

#[cfg(target_os = "linux")]
fn main() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().unwrap();
    let _entered = runtime.enter();
    faults::run(|descriptor| {
        let mut server = LocalServer::new();
        server.listen_fd(descriptor)?;
        Ok(Box::new(server))
    });
}

#[cfg(not(target_os = "linux"))]
fn main() {}
