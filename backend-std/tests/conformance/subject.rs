use anteroom_conformance::{
    Attempt, AttemptTag, Bench, ConnTag, Descriptor, Hook, HookPauses, Observation, OsWorld,
    PauseSeen, Step, Subject, TestHook,
};
use anteroom_core::{
    Backlog, Failure, ListenError, Owner, ServerName, SocketOptions, Timeout, Wait,
};
use anteroom_std::{LocalServer, LocalSocket, os_str};

use crate::server::{Server, on};
use crate::sockets::Sockets;

/// The blocking server, which the cases drive as an event loop would.
pub(crate) struct StdSubject {
    server: Server,
    sockets: Sockets,
}

impl StdSubject {
    /// Puts a fresh server into a world of its own.
    pub(crate) fn bench() -> Bench {
        let subject = Self {
            server: Server::new(Hook::None),
            sockets: Sockets::default(),
        };
        Bench::new(subject, OsWorld::new())
    }
}

impl Subject for StdSubject {
    fn renew(&mut self, hook: Hook) {
        self.server = Server::new(hook);
    }

    fn listen(&mut self, name: &ServerName) -> Result<(), ListenError> {
        self.server.listen(name)
    }

    fn listen_descriptor(
        &mut self,
        descriptor: Descriptor,
    ) -> Result<(), (Descriptor, ListenError)> {
        self.server
            .adopt(descriptor.into_real())
            .map_err(|(descriptor, error)| (Descriptor::from(descriptor), error))
    }

    fn close(&mut self) {
        on!(&mut self.server, server => server.close());
    }

    fn drain(&mut self) {
        on!(&mut self.server, server => server.drain());
    }

    fn observe(&self) -> Observation {
        self.server.observe()
    }

    fn pause(&self) -> Option<PauseSeen> {
        self.server.pause()
    }

    fn next_pending(&mut self) -> Option<ConnTag> {
        let socket = on!(&mut self.server, server => server.next_pending_connection())?;
        Some(self.sockets.add(socket))
    }

    fn take_new_connections(&mut self) -> usize {
        on!(&mut self.server, server => server.take_new_connections())
    }

    fn discard_pending(&mut self) {
        on!(&mut self.server, server => server.discard_pending_connections());
    }

    fn add_pending(&mut self) -> ConnTag {
        let (one, other) = LocalSocket::pair().expect("a pair can be made");
        on!(&mut self.server, server => server.add_pending_connection(one));
        self.sockets.add(other)
    }

    fn set_max_pending(&mut self, limit: usize) {
        on!(&mut self.server, server => server.set_max_pending_connections(limit));
    }

    fn set_socket_options(&mut self, options: SocketOptions) {
        on!(&mut self.server, server => server.set_socket_options(options));
    }

    fn set_owner(&mut self, owner: Owner) {
        on!(&mut self.server, server => server.set_owner(owner.user, owner.group));
    }

    fn set_backlog(&mut self, backlog: Backlog) {
        on!(&mut self.server, server => server.set_listen_backlog(backlog));
    }

    fn remove_server(&mut self, name: &ServerName) -> Result<(), Failure> {
        LocalServer::remove_server(os_str(name)).map_err(|error| error.failure())
    }

    fn listener_number(&self) -> Option<i64> {
        self.server.listener_number()
    }

    fn assume_ownership(&mut self) {
        on!(&mut self.server, server => server.assume_ownership());
    }

    fn settle(&mut self) {
        self.server.settle();
    }

    fn wait(&mut self, timeout: Timeout) -> Wait {
        self.server.wait(timeout)
    }

    fn hook_calls(&self) -> usize {
        self.server.hook_calls()
    }

    fn hook_pauses(&self) -> HookPauses {
        self.server.hook_pauses()
    }

    fn taken(&mut self) -> Vec<ConnTag> {
        let taken = self.server.hook().map(TestHook::take).unwrap_or_default();
        taken
            .into_iter()
            .map(|socket| self.sockets.add(socket))
            .collect()
    }

    fn start_connect(
        &mut self,
        name: &ServerName,
        options: SocketOptions,
        timeout: Timeout,
    ) -> AttemptTag {
        self.sockets.start_connect(name, options, timeout)
    }

    fn attempt(&mut self, attempt: AttemptTag) -> Attempt {
        self.sockets.attempt(attempt)
    }

    fn write(&mut self, connection: ConnTag, bytes: &[u8]) -> Step {
        self.sockets.write(connection, bytes)
    }

    fn read(&mut self, connection: ConnTag, at_most: usize) -> Step {
        self.sockets.read(connection, at_most)
    }

    fn shutdown_write(&mut self, connection: ConnTag) {
        self.sockets.shutdown_write(connection);
    }

    fn drop_connection(&mut self, connection: ConnTag) {
        self.sockets.drop_socket(connection);
    }
}
