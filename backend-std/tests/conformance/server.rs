use std::os::fd::{AsRawFd as _, OwnedFd};

use anteroom_conformance::{Hook, HookPauses, Observation, PauseSeen, TestHook};
use anteroom_core::{ListenError, ServerName, Timeout, Wait};
use anteroom_std::{AdoptError, Intake, LocalServer, LocalSocket, os_str, server_name};

/// The server under test: the default one, or one with a hook.
///
/// The default one is a type of its own, which has to be tested as well.
pub(crate) enum Server {
    Default(LocalServer),
    Hooked(LocalServer<TestHook<LocalSocket>>),
}

/// Does the same with either server.
macro_rules! on {
    ($server:expr, $name:ident => $action:expr) => {
        match $server {
            Server::Default($name) => $action,
            Server::Hooked($name) => $action,
        }
    };
}
pub(crate) use on;

impl Server {
    pub(crate) fn new(hook: Hook) -> Self {
        match hook {
            Hook::None => Self::Default(LocalServer::new()),
            hook => {
                let hook: TestHook<LocalSocket> = TestHook::new(hook, LocalSocket::pair);
                let builder = LocalServer::builder().intake(hook);
                Self::Hooked(builder.build())
            }
        }
    }

    pub(crate) fn listen(&mut self, name: &ServerName) -> Result<(), ListenError> {
        on!(self, server => server.listen(os_str(name))).map_err(listen_error)
    }

    pub(crate) fn adopt(&mut self, descriptor: OwnedFd) -> Result<(), (OwnedFd, ListenError)> {
        on!(self, server => server.listen_fd(descriptor)).map_err(|error: AdoptError| {
            let (descriptor, error) = error.into_parts();
            (descriptor, listen_error(error))
        })
    }

    /// Takes in all clients that are there, as an event loop would in several turns.
    pub(crate) fn settle(&mut self) {
        while on!(self, server => server.process_events()).more {}
    }

    pub(crate) fn wait(&mut self, timeout: Timeout) -> Wait {
        on!(self, server => server.wait_for_new_connection(timeout))
    }

    pub(crate) fn listener_number(&self) -> Option<i64> {
        on!(self, server => server.listener_fd()).map(|listener| listener.as_raw_fd().into())
    }

    pub(crate) fn observe(&self) -> Observation {
        on!(self, server => observe(server))
    }

    pub(crate) fn pause(&self) -> Option<PauseSeen> {
        let pause = on!(self, server => server.pause())?;
        Some(PauseSeen {
            failure: pause.error().failure(),
            elapsed: pause.elapsed(),
        })
    }

    pub(crate) fn hook(&mut self) -> Option<&mut TestHook<LocalSocket>> {
        match self {
            Self::Default(_) => None,
            Self::Hooked(server) => Some(server.intake_mut()),
        }
    }

    pub(crate) fn hook_calls(&self) -> usize {
        match self {
            Self::Default(_) => 0,
            Self::Hooked(server) => server.intake().calls(),
        }
    }

    pub(crate) fn hook_pauses(&self) -> HookPauses {
        match self {
            Self::Default(_) => HookPauses::default(),
            Self::Hooked(server) => server.intake().pauses(),
        }
    }
}

fn observe<I: Intake<LocalSocket>>(server: &LocalServer<I>) -> Observation {
    let error = server.server_error();
    Observation {
        listening: server.is_listening(),
        server_name: server.server_name().map(server_name),
        full_server_name: server.full_server_name().map(server_name),
        has_pending: server.has_pending_connections(),
        max_pending: server.max_pending_connections(),
        options: server.socket_options(),
        error: error.as_ref().map(anteroom_std::Error::kind),
        error_code: error.as_ref().and_then(anteroom_std::Error::raw_os_error),
        error_string: server.error_string(),
    }
}

fn listen_error(error: anteroom_std::ListenError) -> ListenError {
    error
        .error()
        .map_or(ListenError::AlreadyListening, |error| {
            ListenError::Failed(error.failure())
        })
}
