use std::fmt;
use std::net::Shutdown;
use std::sync::Arc;

use super::LocalSocket;
use super::io::{read_by_reference, write_by_reference};

/// The half to read from, of a socket that is borrowed.
#[derive(Debug)]
pub struct ReadHalf<'a>(&'a LocalSocket);

/// The half to write to, of a socket that is borrowed.
#[derive(Debug)]
pub struct WriteHalf<'a>(&'a LocalSocket);

/// The half to read from, which can go to a task of its own.
#[derive(Debug)]
pub struct OwnedReadHalf(Arc<LocalSocket>);

/// The half to write to, which can go to a task of its own.
///
/// Dropping it ends the writing direction.
#[derive(Debug)]
pub struct OwnedWriteHalf {
    socket: Arc<LocalSocket>,
    shutdown_on_drop: bool,
}

/// Two halves that are not of one and the same socket.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "what was handed in comes back")]
pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

impl LocalSocket {
    /// Splits the socket into a half to read from and a half to write to, which borrow it.
    pub const fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self), WriteHalf(self))
    }

    /// Splits the socket into two halves that can go to different tasks.
    ///
    /// Dropping the half to write to ends the writing direction.
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        let socket = Arc::new(self);
        let writer = OwnedWriteHalf {
            socket: Arc::clone(&socket),
            shutdown_on_drop: true,
        };
        (OwnedReadHalf(socket), writer)
    }

    /// Puts the two halves of a socket together again.
    ///
    /// # Errors
    ///
    /// Gives the halves back if they are not of one and the same socket.
    pub fn reunite(
        reader: OwnedReadHalf,
        mut writer: OwnedWriteHalf,
    ) -> Result<Self, ReuniteError> {
        if !Arc::ptr_eq(&reader.0, &writer.socket) {
            return Err(ReuniteError(reader, writer));
        }
        writer.shutdown_on_drop = false;
        drop(writer);
        Ok(Arc::into_inner(reader.0).expect("a socket has two halves and no more"))
    }
}

impl Drop for OwnedWriteHalf {
    fn drop(&mut self) {
        if self.shutdown_on_drop {
            // Where the peer has gone altogether, this direction has ended too.
            let _ = self.socket.0.get_ref().shutdown(Shutdown::Write);
        }
    }
}

impl fmt::Display for ReuniteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the two halves are not of the same socket")
    }
}

impl std::error::Error for ReuniteError {}

read_by_reference!(ReadHalf<'_>, self => self.0);
write_by_reference!(WriteHalf<'_>, self => self.0);
read_by_reference!(OwnedReadHalf, self => &*self.0);
write_by_reference!(OwnedWriteHalf, self => &*self.socket);
