mod room;

use std::fmt;
use std::sync::Arc;

use anteroom_core::Os;

use room::Room;

mod sync {
    pub(super) use std::sync::Mutex;
}

/// The place of a connection among those that a server allows to be open at the same time.
///
/// A socket keeps it for as long as it is open; its clones and halves keep clones of it. When the last
/// one is dropped, the server may take in another client. Without a limit it is empty and costs
/// nothing.
#[derive(Clone, Default)]
pub struct Permit {
    /// Dropping it is what counts.
    _place: Option<Arc<Place>>,
}

/// Makes the permits of a server whose connections are counted.
#[derive(Clone)]
pub struct Permits(Arc<Room>);

/// A platform on which the open connections of a server can be counted.
pub trait CountConnections: Os {
    /// Gives each connection that is accepted from now on a permit of these.
    fn count_connections(&mut self, permits: Permits);
}

/// The server's side: there is one if its connections are counted.
#[derive(Debug)]
pub(crate) struct Counted(Arc<Room>);

impl Counted {
    /// Starts to count, and returns what makes the permits.
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

/// One connection of a server whose connections are counted.
struct Place(Arc<Room>);

impl Permits {
    /// Returns the permit of a connection that was just accepted.
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
