use std::future::poll_fn;
use std::os::fd::AsRawFd as _;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use anteroom_completion_backend::LocalServer;
use anteroom_conformance::{
    Attempt, AttemptTag, Capability, ConnTag, Descriptor, Error, ErrorKind, Fixture, Hook,
    HookPauses, Observation, OsEnvironment, Pause, Step, Subject, TestHook,
};
use anteroom_core::{Backlog, Owner, Server, ServerName, SocketOptions, Timeout, Wait};
use anteroom_std::{os_str, sys};
use compio::driver::{DriverType, ProactorBuilder};
use compio::net::UnixStream;
use compio::runtime::{Runtime, RuntimeBuilder};

use crate::sockets::{Connections, pair};

/// A server and its connections, as a subject.
struct CompletionSubject {
    server: LocalServer<TestHook<UnixStream>>,
    sockets: Connections,
    // Dropped last: the others use it.
    runtime: Runtime,
}

/// Puts a server on the driver that compio chooses: `io_uring`, where it is available.
pub(crate) fn with_the_default_driver() -> Fixture {
    fixture(&ProactorBuilder::new())
}

/// Puts a server on the driver that waits for readiness.
pub(crate) fn with_the_polling_driver() -> Fixture {
    fixture(ProactorBuilder::new().driver_type(DriverType::Poll))
}

fn fixture(driver: &ProactorBuilder) -> Fixture {
    let runtime = RuntimeBuilder::new().with_proactor(driver.clone()).build();
    let subject = CompletionSubject {
        server: LocalServer::with_intake(TestHook::new(Hook::None, pair)),
        sockets: Connections::default(),
        runtime: runtime.expect("a runtime can be made"),
    };
    Fixture::new(subject, OsEnvironment::new())
}

impl CompletionSubject {
    fn machine(&self) -> &Server<UnixStream> {
        self.server.machine()
    }

    /// Gives the machine a command, inside the runtime.
    fn command<T>(&mut self, give: impl FnOnce(&mut Server<UnixStream>) -> T) -> T {
        self.runtime.enter(|| self.server.command(give))
    }
}

impl Subject for CompletionSubject {
    fn capabilities(&self) -> Vec<Capability> {
        Capability::all_of_a_subject()
    }

    fn renew(&mut self) {
        self.renew_with_hook(Hook::None);
    }

    fn renew_with_hook(&mut self, hook: Hook) {
        self.close();
        self.server = LocalServer::with_intake(TestHook::new(hook, pair));
    }

    fn listen(&mut self, name: &ServerName) -> Result<(), Error> {
        let result = self.runtime.enter(|| self.server.listen(os_str(name)));
        result.map_err(listen_error)
    }

    fn listen_descriptor(&mut self, descriptor: Descriptor) -> Result<(), (Descriptor, Error)> {
        let descriptor = descriptor.into_real();
        let result = self.runtime.enter(|| self.server.listen_fd(descriptor));
        result.map_err(|error| {
            let (descriptor, error) = error.into_parts();
            (Descriptor::from(descriptor), listen_error(error))
        })
    }

    fn close(&mut self) {
        self.server.close();
        self.runtime.block_on(self.server.released());
    }

    fn drain(&mut self) {
        self.server.drain();
    }

    fn observe(&self) -> Observation {
        let machine = self.machine();
        let error = machine.last_error();
        Observation {
            listening: self.server.is_listening(),
            server_name: machine.server_name().cloned(),
            full_server_name: machine.full_server_name().cloned(),
            has_pending: self.server.has_pending_connections(),
            max_pending: machine.max_pending(),
            options: machine.socket_options(),
            error: error.map(Error::from),
            error_string: self.server.error_string(),
        }
    }

    fn pause(&self) -> Option<Pause> {
        let pause = self.server.pause()?;
        Some(Pause {
            error: pause.error().failure().into(),
            elapsed: pause.elapsed(),
        })
    }

    fn next_pending(&mut self) -> Option<ConnTag> {
        let socket = self.server.next_pending_connection()?;
        Some(self.sockets.add(socket))
    }

    fn take_new_connections(&mut self) -> usize {
        self.command(|machine| machine.take_new_connections())
    }

    fn discard_pending(&mut self) {
        self.command(Server::discard_pending);
    }

    fn add_pending(&mut self) -> ConnTag {
        let (one, other) = self.runtime.enter(pair).expect("a pair can be created");
        self.command(|machine| machine.add_pending(one));
        self.sockets.add(other)
    }

    fn set_max_pending(&mut self, limit: usize) {
        self.server.set_max_pending_connections(limit);
    }

    fn set_socket_options(&mut self, options: SocketOptions) {
        self.command(|machine| machine.set_socket_options(options));
    }

    fn set_owner(&mut self, owner: Owner) {
        self.command(|machine| machine.set_owner(owner));
    }

    fn set_backlog(&mut self, backlog: Backlog) {
        self.command(|machine| machine.set_backlog(backlog));
    }

    fn remove_server(&mut self, name: &ServerName) -> Result<(), Error> {
        sys::remove(name).map_err(|error| error.failure.into())
    }

    fn listener_number(&self) -> Option<i64> {
        let listener = self.server.listener_fd()?;
        Some(listener.as_raw_fd().into())
    }

    fn assume_ownership(&mut self) {
        self.server.assume_ownership();
    }

    /// Polls a wait between turns of the runtime, then accepts what the wait has left.
    fn settle(&mut self) {
        for _ in 0..2 {
            self.runtime.block_on(async {
                let mut waiting = pin!(self.server.wait_for_new_connection(Timeout::Never));
                poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context).is_ready())).await
            });
            self.runtime.poll_with(Some(Duration::ZERO));
        }
        while self.runtime.block_on(self.server.process_events()) {}
    }

    fn wait(&mut self, timeout: Timeout) -> Wait {
        let waiting = self.server.wait_for_new_connection(timeout);
        self.runtime.block_on(waiting)
    }

    fn hook_calls(&self) -> usize {
        self.server.intake().calls()
    }

    fn hook_pauses(&self) -> HookPauses {
        self.server.intake().pauses()
    }

    fn hook_connections(&mut self) -> Vec<ConnTag> {
        let sockets = self.server.intake_mut().take();
        let tags = sockets.into_iter().map(|socket| self.sockets.add(socket));
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
        self.runtime.enter(|| self.sockets.attempt(attempt))
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

fn listen_error(error: anteroom_std::ListenError) -> Error {
    match error.error() {
        Some(error) => error.failure().into(),
        None => ErrorKind::AlreadyListening.into(),
    }
}
