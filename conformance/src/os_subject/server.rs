use std::future::poll_fn;
use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::rc::Rc;
use std::task::Poll;

use anteroom_core::{ServerName, Timeout, Wait};
use anteroom_std::{Server, os_str, server_name};

use super::backend::Socket;
use super::{Backend, TestMode};
use crate::{Error, ErrorKind, Hook, Observation, TestHook};

/// Creates a connected pair.
type Pair<S> = Box<dyn FnMut() -> io::Result<(S, S)>>;

type HookOf<B> = TestHook<Socket<B>, Pair<Socket<B>>>;

/// The server under test: with the default hook, which is another type, or with a [`TestHook`].
pub(super) enum Tested<B: Backend> {
    Default(Server<B::Mode>),
    Hooked(Server<B::Mode, HookOf<B>>),
}

/// Runs the same action on either server.
macro_rules! on {
    ($server:expr, $name:ident => $action:expr) => {
        match $server {
            $crate::os_subject::server::Tested::Default($name) => $action,
            $crate::os_subject::server::Tested::Hooked($name) => $action,
        }
    };
}
pub(super) use on;

impl<B: Backend> Tested<B> {
    pub(super) fn new(backend: &Rc<B>, hook: Hook) -> Self {
        if hook == Hook::None {
            return Self::Default(Server::new_in(backend.os()));
        }
        let pairs = Rc::clone(backend);
        let pair: Pair<Socket<B>> = Box::new(move || pairs.pair());
        let builder = Server::builder_in(backend.os()).intake_with(TestHook::new(hook, pair));
        Self::Hooked(builder.build())
    }

    pub(super) fn listen(&mut self, name: &ServerName) -> Result<(), Error> {
        on!(self, server => server.listen(os_str(name))).map_err(listen_error)
    }

    pub(super) fn adopt(&mut self, descriptor: OwnedFd) -> Result<(), (OwnedFd, Error)> {
        on!(self, server => server.listen_fd(descriptor)).map_err(|error| {
            let (descriptor, error) = error.into_parts();
            (descriptor, listen_error(error))
        })
    }

    /// Polls as after a spurious wake-up, then accepts the remaining clients.
    pub(super) async fn settle(&mut self) {
        for _ in 0..2 {
            poll_fn(|context| {
                on!(self, server => B::Mode::poll(server, context));
                Poll::Ready(())
            })
            .await;
            turn().await;
        }
        while on!(self, server => server.process_events()).more {}
    }

    pub(super) async fn wait(&mut self, timeout: Timeout) -> Wait {
        match on!(self, server => B::Mode::wait(server, timeout).await) {
            anteroom_std::Wait::Ready => Wait::Ready,
            anteroom_std::Wait::TimedOut => Wait::TimedOut,
            anteroom_std::Wait::NotListening => Wait::NotListening,
            other => panic!("no case causes {other:?}"),
        }
    }

    pub(super) fn listener_number(&self) -> Option<i64> {
        on!(self, server => server.listener_fd()).map(|listener| listener.as_raw_fd().into())
    }

    pub(super) fn observe(&self) -> Observation {
        let error = on!(self, server => server.server_error());
        let error = error.map(|error| Error::from(error.failure()));
        on!(self, server => Observation {
            listening: server.is_listening(),
            server_name: server.server_name().map(server_name),
            full_server_name: server.full_server_name().map(server_name),
            has_pending: server.has_pending_connections(),
            max_pending: server.max_pending_connections(),
            options: server.socket_options(),
            error,
            error_string: server.error_string(),
        })
    }

    pub(super) fn hook(&self) -> Option<&HookOf<B>> {
        match self {
            Self::Default(_) => None,
            Self::Hooked(server) => Some(server.intake()),
        }
    }

    pub(super) fn hook_mut(&mut self) -> Option<&mut HookOf<B>> {
        match self {
            Self::Default(_) => None,
            Self::Hooked(server) => Some(server.intake_mut()),
        }
    }
}

/// Yields once, so that the runtime can handle events.
pub(super) async fn turn() {
    let mut has_yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn listen_error(error: anteroom_std::ListenError) -> Error {
    match error.error() {
        Some(error) => error.failure().into(),
        None => ErrorKind::AlreadyListening.into(),
    }
}
