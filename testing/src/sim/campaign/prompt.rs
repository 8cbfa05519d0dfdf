//! The embedder whose platform answers at once: the driver.

use anteroom_core::{
    Admit, Backlog, Driver, Failure, Intake, ListenError, Refused, Server, ServerName,
    SocketOptions,
};

use super::Witness;
use super::embedder::{Doorkeeper, Embedder, Port};
use crate::sim::os::{SimConnection, SimDescriptor};

/// The driver, in the loop that every backend writes.
pub(super) struct Prompt(Driver<Port, Doorkeeper>);

impl Prompt {
    pub(super) const fn new(port: Port, doorkeeper: Doorkeeper) -> Self {
        Self(Driver::new(port, doorkeeper))
    }
}

impl Intake<SimConnection> for Doorkeeper {
    fn incoming(&mut self, connection: SimConnection, admit: &mut Admit<'_, SimConnection>) {
        if let Some(connection) = self.ask(connection) {
            admit.enqueue(connection);
        }
    }

    fn paused(&mut self, _: Failure) {
        assert!(!self.is_paused, "the begin of a pause is told once");
        self.is_paused = true;
    }

    fn resumed(&mut self) {
        assert!(self.is_paused, "the end of a pause is told once");
        self.is_paused = false;
    }
}

impl Embedder for Prompt {
    fn server(&self) -> &Server<SimConnection> {
        self.0.server()
    }

    fn listen(&mut self, name: ServerName) -> Result<(), ListenError> {
        self.0.listen(name)
    }

    fn adopt(&mut self, descriptor: SimDescriptor) -> Result<(), ListenError> {
        self.0
            .adopt(descriptor)
            .map_err(|Refused { error, .. }| error)
    }

    fn close(&mut self) {
        self.0.close();
    }

    fn drain(&mut self) {
        self.0.command(|server| server.drain());
    }

    fn next_pending(&mut self) -> Option<SimConnection> {
        self.0.next_pending()
    }

    fn add_pending(&mut self, connection: SimConnection) {
        self.0.command(|server| server.add_pending(connection));
    }

    fn discard_pending(&mut self) {
        self.0.command(|server| server.discard_pending());
    }

    fn set_max_pending(&mut self, limit: usize) {
        self.0.command(|server| server.set_max_pending(limit));
    }

    fn set_socket_options(&mut self, options: SocketOptions) {
        self.0.command(|server| server.set_socket_options(options));
    }

    fn set_backlog(&mut self, backlog: Backlog) {
        self.0.command(|server| server.set_backlog(backlog));
    }

    fn take_new_connections(&mut self) -> usize {
        self.0.command(Server::take_new_connections)
    }

    fn take_loss(&mut self) -> Option<Failure> {
        self.0.command(Server::take_loss)
    }

    fn told_of_pause(&self) -> Option<bool> {
        Some(self.0.intake().is_paused)
    }

    fn turn(&mut self) {
        self.0.process_events();
    }

    fn in_flight(&self) -> usize {
        0
    }

    fn listeners(&self) -> usize {
        usize::from(self.0.listener().is_some())
    }

    fn take_refused(&mut self) -> Vec<SimConnection> {
        std::mem::take(&mut self.0.intake_mut().refused)
    }

    fn take_witnesses(&mut self) -> Vec<Witness> {
        Vec::new()
    }
}
