//! The platform layer of Linux, macOS and the BSDs.

mod accept;
mod access;
mod address;
mod adopt;
mod bind;
mod burst;
mod codes;
mod connect;
mod connection;
mod creator;
mod credentials;
mod identity;
mod inspect;
mod probe;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod process;
mod remove;
mod socket;
mod system;
mod wait;
mod waker;

use std::os::fd::{BorrowedFd, OwnedFd};

pub use accept::{examine, refuse, shut_down_elsewhere, try_accept};
pub use access::MODES_ARE_ENFORCED;
pub use address::{resolve, server_address};
pub use adopt::adopt;
pub use bind::{RawListener, bind, register};
pub use codes::{CODES, io_failure};
pub use connect::{Connected, connect, timed_out, try_connect};
pub use connection::adopt_connection;
pub use creator::Creator;
pub use credentials::peer_identity;
pub use identity::SocketFile;
pub use inspect::{inspect, inspect_by_connecting};
pub use remove::remove;
pub use socket::{check_descriptors, set_mode};
pub use system::{Listener, System};
pub use wait::{is_readable, now, wait_readable};
pub use waker::{WakeReceiver, WakeSender, waker};

/// What listeners and sockets are on this platform.
pub type Descriptor = OwnedFd;

/// A borrowed listener or socket.
pub type BorrowedDescriptor<'a> = BorrowedFd<'a>;
