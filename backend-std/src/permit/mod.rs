//! Counts open connections for `max_connections`. It knows no server: permits are attached by the platform.

mod room;

use std::fmt;
use std::sync::Arc;

use anteroom_core::Os;

use room::Room;

mod sync {
    pub(super) use std::sync::Mutex;
}

/// Counts one connection in the limit of open connections of its server.
///
/// A socket keeps it while it is open, and its clones and halves keep clones. When the last one is
/// dropped, the server may accept another client. Without a limit it is empty.
#[derive(Clone, Default)]
pub struct Permit {
    /// Counted down when it is dropped.
    _place: Option<Arc<Place>>,
}

/// Creates the permits of a server with a limit of open connections.
#[derive(Clone)]
pub struct Permits(Arc<Room>);

/// A platform that can count the open connections of a server.
pub trait CountConnections: Os {
    /// Attaches a permit to each connection from now on.
    fn count_connections(&mut self, permits: Permits);
}

/// The server's side, which exists if there is a limit.
#[derive(Debug)]
pub(crate) struct Counted(Arc<Room>);

impl Counted {
    /// Starts to count.
    pub(crate) fn new() -> (Self, Permits) {
        let room = Arc::new(Room::default());
        (Self(Arc::clone(&room)), Permits(room))
    }

    pub(crate) fn room(&self) -> &Room {
        &self.0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// A counted connection.
struct Place(Arc<Room>);

impl Permits {
    /// Returns a permit for an accepted connection.
    pub fn permit(&self) -> Permit {
        Permit {
            _place: Some(Arc::new(Place(Arc::clone(&self.0)))),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.close_one();
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Permit")
    }
}

impl fmt::Debug for Permits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Permits")
    }
}
