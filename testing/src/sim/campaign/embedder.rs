use anteroom_core::{Backlog, Failure, ListenError, Server, ServerName, SocketOptions};

use super::Witness;
use crate::sim::faults::Faulty;
use crate::sim::os::{SimConnection, SimDescriptor, SimOs};

/// The port that both embedders use.
pub(super) type Port = Faulty<SimOs>;

/// Who stands between the machine and the platform.
pub(super) trait Embedder {
    fn server(&self) -> &Server<SimConnection>;
    fn listen(&mut self, name: ServerName) -> Result<(), ListenError>;
    fn adopt(&mut self, descriptor: SimDescriptor) -> Result<(), ListenError>;
    fn close(&mut self);
    fn drain(&mut self);
    fn next_pending(&mut self) -> Option<SimConnection>;
    fn add_pending(&mut self, connection: SimConnection);
    fn discard_pending(&mut self);
    fn set_max_pending(&mut self, limit: usize);
    fn set_socket_options(&mut self, options: SocketOptions);
    fn set_backlog(&mut self, backlog: Backlog);
    fn take_new_connections(&mut self) -> usize;
    fn take_loss(&mut self) -> Option<Failure>;

    /// Returns whether the hook was told last that accepting is paused, if it is told of pauses.
    fn told_of_pause(&self) -> Option<bool>;

    /// Lets the platform do what is to be done now, and tell what it has to tell.
    fn turn(&mut self);

    /// Returns how many connections are on their way into the queue.
    fn in_flight(&self) -> usize;

    /// Returns how many listeners there are, closed ones whose answer is still to come included.
    fn listeners(&self) -> usize;

    /// Hands out the connections that the hook refused.
    fn take_refused(&mut self) -> Vec<SimConnection>;

    /// Hands out what was seen.
    fn take_witnesses(&mut self) -> Vec<Witness>;
}

/// The hook of a campaign: it refuses some connections.
#[derive(Debug)]
pub(super) struct Doorkeeper {
    refuses_each: Option<usize>,
    seen: usize,
    pub(super) is_paused: bool,
    pub(super) refused: Vec<SimConnection>,
}

impl Doorkeeper {
    pub(super) const fn new(refuses_each: Option<usize>) -> Self {
        Self {
            refuses_each,
            seen: 0,
            is_paused: false,
            refused: Vec::new(),
        }
    }

    /// Returns the connection if it may come in.
    pub(super) fn ask(&mut self, connection: SimConnection) -> Option<SimConnection> {
        self.seen += 1;
        match self.refuses_each {
            Some(each) if self.seen % each == 0 => {
                self.refused.push(connection);
                None
            }
            _ => Some(connection),
        }
    }
}
