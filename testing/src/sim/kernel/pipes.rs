//! Named pipes. Their names are not files, and servers can share them.
//!
//! A server has as many instances as its backlog is long. Accepting a connected instance replaces it
//! by an idle one. A client connects to the oldest idle instance. If no instance is idle, the name is
//! busy until the server closes its end of the last connection.

use std::collections::VecDeque;

use anteroom_core::ServerName;
use anteroom_core::rules::windows::PIPE_PREFIX;

use super::Kernel;
use super::listeners::Refusal;
use super::objects::{Address, Listener, ObjectId, Thing};
use super::streams::ConnectionId;

/// FILE_NOT_FOUND.
const NOT_FOUND: i32 = 2;

/// The instances of a pipe.
#[derive(Clone, Debug, Default)]
pub(super) struct PipeName {
    /// The owners of the idle instances, the oldest first.
    idle: VecDeque<ObjectId>,
    /// The number of connected instances, accepted or not.
    connected: usize,
}

impl Kernel {
    /// Starts to listen on the name of a pipe, which other servers may share.
    pub(in crate::sim) fn listen_pipe(
        &mut self,
        name: &ServerName,
        instances: usize,
    ) -> Result<i64, i32> {
        let listener = Listener::new(Address::Pipe(name.clone()), instances);
        let number = self.open(Thing::Listener(listener))?;
        let (object, _) = self.object(number).expect("the listener is open");
        for _ in 0..instances {
            self.pipe(name).idle.push_back(object);
        }
        self.wake_pipe(name);
        Ok(number)
    }

    /// Connects to an idle instance.
    pub(super) fn open_pipe(&mut self, name: &ServerName) -> Result<ConnectionId, Refusal> {
        let Some(pipe) = self.pipes.get_mut(&key(name)) else {
            return Err(Refusal::Failed(NOT_FOUND));
        };
        let Some(object) = pipe.idle.pop_front() else {
            return Err(Refusal::Full(None));
        };
        pipe.connected += 1;
        let connection = self.connection(Some(key(name)));
        let listener = self.listener_mut(object);
        let listener = listener.expect("idle instances belong to listeners");
        listener.queue.push_back(connection);
        Ok(connection)
    }

    /// Replaces an instance that is accepted.
    pub(super) fn replace_instance(&mut self, object: ObjectId) {
        let listener = self.listener_mut(object).expect("it listens");
        if let (Address::Pipe(name), false) = (listener.address.clone(), listener.is_shut) {
            self.pipe(&name).idle.push_back(object);
            self.wake_pipe(&name);
        }
    }

    /// Removes the idle instances of a listener.
    pub(super) fn remove_instances(&mut self, object: ObjectId, name: &ServerName) {
        self.pipe(name).idle.retain(|owner| *owner != object);
        self.forget_pipe(&key(name));
        self.wake_pipe(name);
    }

    /// Removes a connected instance, whose server has closed its end.
    pub(super) fn leave_pipe(&mut self, key: &[u8]) {
        if let Some(pipe) = self.pipes.get_mut(key) {
            pipe.connected -= 1;
        }
        self.forget_pipe(key);
        self.wake_pipe(&ServerName::from(key));
    }

    fn forget_pipe(&mut self, key: &[u8]) {
        let is_gone = |pipe: &PipeName| pipe.idle.is_empty() && pipe.connected == 0;
        if self.pipes.get(key).is_some_and(is_gone) {
            self.pipes.remove(key);
        }
    }

    fn pipe(&mut self, name: &ServerName) -> &mut PipeName {
        self.pipes.entry(key(name)).or_default()
    }
}

/// Returns the key of a name. Names are case-insensitive.
pub(super) fn key(name: &ServerName) -> Vec<u8> {
    name.as_bytes().to_ascii_lowercase()
}

/// Returns the full name of a pipe.
pub(in crate::sim) fn full_name(plain: &str) -> ServerName {
    ServerName::from(format!("{PIPE_PREFIX}{plain}"))
}
