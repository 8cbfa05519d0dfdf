//! Whatever system call fails, a descriptor that is not adopted comes back unchanged: blocking.

#![forbid(unsafe_code)]

#[cfg(all(target_os = "linux", feature = "blocking"))]
mod faults;

#[cfg(all(target_os = "linux", feature = "blocking"))]
use anteroom_std::{AdoptError, Cause, ConvertError, LocalServer, LocalSocket};
#[cfg(all(target_os = "linux", feature = "blocking"))]
use faults::Subject;

#[cfg(all(target_os = "linux", feature = "blocking"))]
fn main() {
    faults::run(&[
        Subject::Server(|descriptor| {
            let mut server = LocalServer::new();
            server.listen_fd(descriptor)?;
            Ok(Box::new(server))
        }),
        Subject::Socket(|descriptor| Ok(Box::new(LocalSocket::try_from(descriptor)?))),
    ]);
}

#[cfg(not(all(target_os = "linux", feature = "blocking")))]
fn main() {}
