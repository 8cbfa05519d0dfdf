//! The servers of `anteroom-std` on any runtime, as a subject.

mod backend;
mod mode;
mod server;
mod sockets;

use std::fmt;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use anteroom_core::{Backlog, Owner, ServerName, SocketOptions, Timeout, Wait};
use anteroom_std::{ConnectOptions, Server, os_str};

use self::server::{Tested, on};
use self::sockets::Connections;
use crate::{
    Attempt, AttemptTag, Capability, ConnTag, Descriptor, Error, Fixture, Hook, HookPauses,
    Observation, OsEnvironment, Pause, Step, Subject,
};

pub use backend::{Backend, in_thread};
pub use mode::TestMode;

/// A server of a [`Backend`]. Every call runs the runtime.
pub struct OsSubject<B: Backend> {
    server: Tested<B>,
    sockets: Connections<B>,
    // Dropped last: the others use its runtime.
    backend: Rc<B>,
}

impl<B: Backend> OsSubject<B> {
    /// Creates a fixture with a server of this backend, in an [`OsEnvironment`].
    pub fn fixture(backend: B) -> Fixture {
        let backend = Rc::new(backend);
        let subject = Self {
            server: Tested::new(&backend, Hook::None),
            sockets: Connections::default(),
            backend,
        };
        Fixture::new(subject, OsEnvironment::new())
    }
}

impl<B: Backend> Subject for OsSubject<B> {
    fn capabilities(&self) -> Vec<Capability> {
        Capability::all_of_a_subject()
    }

    fn renew(&mut self) {
        self.renew_with_hook(Hook::None);
    }

    fn renew_with_hook(&mut self, hook: Hook) {
        self.server = Tested::new(&self.backend, hook);
    }

    fn listen(&mut self, name: &ServerName) -> Result<(), Error> {
        self.backend.block_on(async { self.server.listen(name) })
    }

    fn listen_descriptor(&mut self, descriptor: Descriptor) -> Result<(), (Descriptor, Error)> {
        let descriptor = descriptor.into_real();
        self.backend
            .block_on(async { self.server.adopt(descriptor) })
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

    fn pause(&self) -> Option<Pause> {
        let pause = on!(&self.server, server => server.pause())?;
        Some(Pause {
            error: pause.error().failure().into(),
            elapsed: pause.elapsed(),
        })
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
        let pair = self.backend.block_on(async { self.backend.pair() });
        let (one, other) = pair.expect("a pair can be created");
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

    fn remove_server(&mut self, name: &ServerName) -> Result<(), Error> {
        Server::<B::Mode>::remove_server(os_str(name)).map_err(|error| error.failure().into())
    }

    fn listener_number(&self) -> Option<i64> {
        self.server.listener_number()
    }

    fn assume_ownership(&mut self) {
        on!(&mut self.server, server => server.assume_ownership());
    }

    fn settle(&mut self) {
        self.backend.block_on(self.server.settle());
    }

    fn wait(&mut self, timeout: Timeout) -> Wait {
        self.backend.block_on(async {
            let mut waiting = pin!(self.server.wait(timeout));
            poll_fn(|context| {
                self.sockets.poll_attempts(context);
                waiting.as_mut().poll(context)
            })
            .await
        })
    }

    fn hook_calls(&self) -> usize {
        self.server.hook().map_or(0, |hook| hook.calls())
    }

    fn hook_pauses(&self) -> HookPauses {
        let pauses = self.server.hook().map(|hook| hook.pauses());
        pauses.unwrap_or_default()
    }

    fn hook_connections(&mut self) -> Vec<ConnTag> {
        let sockets = self.server.hook_mut().map(|hook| hook.take());
        let sockets = sockets.unwrap_or_default().into_iter();
        sockets.map(|socket| self.sockets.add(socket)).collect()
    }

    fn start_connect(
        &mut self,
        name: &ServerName,
        options: SocketOptions,
        timeout: Timeout,
    ) -> AttemptTag {
        let options = ConnectOptions::new()
            .socket_options(options)
            .timeout(timeout);
        let connecting = self.backend.connect(options, os_str(name).to_owned());
        let attempt = self.sockets.start(connecting);
        self.attempt(attempt);
        attempt
    }

    fn attempt(&mut self, attempt: AttemptTag) -> Attempt {
        self.backend.block_on(poll_fn(|context| {
            self.sockets.poll_attempts(context);
            Poll::Ready(())
        }));
        self.sockets.attempt(attempt)
    }

    fn write(&mut self, connection: ConnTag, bytes: &[u8]) -> Step {
        self.backend.block_on(self.sockets.write(connection, bytes))
    }

    fn read(&mut self, connection: ConnTag, at_most: usize) -> Step {
        self.backend
            .block_on(self.sockets.read(connection, at_most))
    }

    fn shutdown_write(&mut self, connection: ConnTag) {
        self.backend
            .block_on(self.sockets.shutdown_write(connection));
    }

    fn drop_connection(&mut self, connection: ConnTag) {
        self.sockets.remove(connection);
    }
}

impl<B: Backend> fmt::Debug for OsSubject<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OsSubject")
            .field("server", &self.observe())
            .finish_non_exhaustive()
    }
}
