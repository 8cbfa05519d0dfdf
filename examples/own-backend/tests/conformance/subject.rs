use std::os::fd::{AsFd as _, AsRawFd as _};

use anteroom_conformance::{
    Attempt, AttemptTag, Bench, ConnTag, Descriptor, Hook, HookPauses, Observation, OsWorld,
    PauseSeen, Step, Subject, TestHook,
};
use anteroom_core::{
    Backlog, Failure, ListenError, Owner, ServerName, SocketOptions, Timeout, Wait,
};
use anteroom_own_backend::LocalServer;
use anteroom_std::sys;
use mio::net::UnixStream;

use crate::sockets::Sockets;

/// The server as the cases see it, and its connections.
pub(crate) struct OwnSubject {
    server: LocalServer<TestHook<UnixStream>>,
    sockets: Sockets,
}

impl OwnSubject {
    /// Puts a fresh server into a world of its own.
    pub(crate) fn bench() -> Bench {
        let subject = Self {
            server: server(Hook::None),
            sockets: Sockets::default(),
        };
        Bench::new(subject, OsWorld::new())
    }
}

fn server(hook: Hook) -> LocalServer<TestHook<UnixStream>> {
    LocalServer::new(TestHook::<_>::new(hook, UnixStream::pair))
        .expect("there is a poller to be had")
}

impl Subject for OwnSubject {
    fn renew(&mut self, hook: Hook) {
        self.server = server(hook);
    }

    fn listen(&mut self, name: &ServerName) -> Result<(), ListenError> {
        self.server.driver.listen(name.clone())
    }

    fn listen_descriptor(
        &mut self,
        descriptor: Descriptor,
    ) -> Result<(), (Descriptor, ListenError)> {
        let adopted = self.server.driver.adopt(descriptor.into_real());
        adopted.map_err(|refused| (Descriptor::from(refused.descriptor), refused.error))
    }

    fn close(&mut self) {
        self.server.driver.close();
    }

    fn drain(&mut self) {
        self.server.driver.drain();
    }

    fn observe(&self) -> Observation {
        let machine = self.server.driver.server();
        let error = machine.last_error();
        let (name, full_name) = machine.last_error_names();
        let text = |failure| {
            let error = anteroom_std::Error::new(failure, name.cloned(), full_name.cloned());
            format!("{error:#}")
        };
        Observation {
            listening: machine.is_listening(),
            server_name: machine.server_name().cloned(),
            full_server_name: machine.full_server_name().cloned(),
            has_pending: machine.has_pending(),
            max_pending: machine.max_pending(),
            options: machine.socket_options(),
            error: error.map(|failure| failure.kind()),
            error_code: error.and_then(|failure| failure.code()),
            error_string: error.map_or_else(String::new, text),
        }
    }

    fn pause(&self) -> Option<PauseSeen> {
        let pause = self.server.driver.server().pause()?;
        Some(PauseSeen {
            failure: pause.failure,
            elapsed: sys::now().since(pause.since),
        })
    }

    fn next_pending(&mut self) -> Option<ConnTag> {
        let socket = self.server.driver.next_pending()?;
        Some(self.sockets.add(socket))
    }

    fn take_new_connections(&mut self) -> usize {
        self.server.driver.take_new_connections()
    }

    fn discard_pending(&mut self) {
        self.server.driver.discard_pending();
    }

    fn add_pending(&mut self) -> ConnTag {
        let (one, other) = UnixStream::pair().expect("a pair can be made");
        self.server.driver.add_pending(one);
        self.sockets.add(other)
    }

    fn set_max_pending(&mut self, limit: usize) {
        self.server.driver.set_max_pending(limit);
    }

    fn set_socket_options(&mut self, options: SocketOptions) {
        self.server.driver.set_socket_options(options);
    }

    fn set_owner(&mut self, owner: Owner) {
        self.server.driver.set_owner(owner);
    }

    fn set_backlog(&mut self, backlog: Backlog) {
        self.server.driver.set_backlog(backlog);
    }

    fn remove_server(&mut self, name: &ServerName) -> Result<(), Failure> {
        sys::remove(name).map_err(|error| error.failure)
    }

    fn listener_number(&self) -> Option<i64> {
        let listener = self.server.driver.listener()?;
        Some(listener.socket.as_raw_fd().into())
    }

    fn assume_ownership(&mut self) {
        if let Some(listener) = self.server.driver.listener_mut() {
            listener.creator.assume(listener.socket.as_fd());
        }
    }

    fn settle(&mut self) {
        while self.server.process_events().more {}
    }

    fn wait(&mut self, timeout: Timeout) -> Wait {
        self.server.wait(timeout).expect("the poller can sleep")
    }

    fn hook_calls(&self) -> usize {
        self.server.driver.intake().calls()
    }

    fn hook_pauses(&self) -> HookPauses {
        self.server.driver.intake().pauses()
    }

    fn taken(&mut self) -> Vec<ConnTag> {
        let taken = self.server.driver.intake_mut().take();
        let tags = taken.into_iter().map(|socket| self.sockets.add(socket));
        tags.collect()
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
