//! The platform layer of Linux, macOS and the BSDs.

mod accept;
mod address;
mod adopt;
mod bind;
mod codes;
mod connect;
mod credentials;
mod identity;
mod look;
mod mode;
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
pub use address::resolve;
pub use adopt::adopt;
pub use bind::{RawListener, bind};
pub use codes::{CODES, io_failure};
pub use connect::{Connected, connect, timed_out, try_connect};
pub use credentials::peer_identity;
pub use identity::SocketFile;
pub use look::look;
pub use mode::MODES_ARE_ENFORCED;
pub use remove::remove;
pub use socket::set_mode;
pub use system::System;
pub use wait::{now, wait_readable};
pub use waker::{WakeReceiver, WakeSender, waker};

/// What listeners and sockets are on this platform.
pub type Descriptor = OwnedFd;

/// A listener or socket that belongs to somebody else.
pub type BorrowedDescriptor<'a> = BorrowedFd<'a>;
