//! What the application asks of the machine, and what it asks of the platform then.

use anteroom_core::{Backlog, Failure, ListenError, Server, ServerName, SocketOptions};

use super::Late;
use crate::sim::campaign::Witness;
use crate::sim::campaign::embedder::Embedder;
use crate::sim::os::{SimConnection, SimDescriptor};

impl Embedder for Late {
    fn server(&self) -> &Server<SimConnection> {
        &self.server
    }

    fn listen(&mut self, name: ServerName) -> Result<(), ListenError> {
        self.server.listen(name)?;
        self.carry_out();
        Ok(())
    }

    fn adopt(&mut self, descriptor: SimDescriptor) -> Result<(), ListenError> {
        self.server.listen_adopted()?;
        self.descriptor = Some(descriptor);
        self.carry_out();
        Ok(())
    }

    fn close(&mut self) {
        self.server.close();
        self.carry_out();
    }

    fn drain(&mut self) {
        self.server.drain();
        self.carry_out();
    }

    fn next_pending(&mut self) -> Option<SimConnection> {
        self.server.next_pending()
    }

    fn add_pending(&mut self, connection: SimConnection) {
        self.server.add_pending(connection);
    }

    fn discard_pending(&mut self) {
        self.server.discard_pending();
        self.carry_out();
    }

    fn set_max_pending(&mut self, limit: usize) {
        self.server.set_max_pending(limit);
    }

    fn set_socket_options(&mut self, options: SocketOptions) {
        self.server.set_socket_options(options);
    }

    fn set_backlog(&mut self, backlog: Backlog) {
        self.server.set_backlog(backlog);
    }

    fn take_new_connections(&mut self) -> usize {
        self.server.take_new_connections()
    }

    fn take_loss(&mut self) -> Option<Failure> {
        self.server.take_loss()
    }

    fn told_of_pause(&self) -> Option<bool> {
        None
    }

    fn turn(&mut self) {
        self.work();
        self.deliver();
        self.request();
    }

    fn in_flight(&self) -> usize {
        let mut requests = self.requests();
        usize::from(requests.any(|listener| self.listeners.contains_key(&listener)))
    }

    fn listeners(&self) -> usize {
        self.listeners.len()
    }

    fn take_refused(&mut self) -> Vec<SimConnection> {
        std::mem::take(&mut self.doorkeeper.refused)
    }

    fn take_witnesses(&mut self) -> Vec<Witness> {
        std::mem::take(&mut self.witnesses)
    }
}
