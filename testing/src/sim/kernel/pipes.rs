//! Named pipes: names that are no files, and that several servers may share.
//!
//! A server keeps as many instances as its queue is long, the connected ones included until they
//! are taken out; each is replaced then. A client opens the idle instance that is oldest. With
//! none idle the name is busy, for as long as any connection lives whose server's end is open.

use std::collections::VecDeque;

use anteroom_core::ServerName;
use anteroom_core::rules::windows::PIPE_PREFIX;

use super::objects::{Address, Listener, ObjectId, Thing};
use super::{ConnectionId, Kernel, Refusal};

/// FILE_NOT_FOUND.
const NOT_FOUND: i32 = 2;

/// What is known of a name.
#[derive(Clone, Debug, Default)]
pub(super) struct PipeName {
    /// Whose instances are idle, the oldest first.
    idle: VecDeque<ObjectId>,
    /// How many instances are connected: taken out or not.
    connected: usize,
}

impl Kernel {
    /// Starts to listen on a pipe's name, which others may have, too.
    pub(in crate::sim) fn listen_pipe(
        &mut self,
        name: &ServerName,
        instances: usize,
    ) -> Result<i64, i32> {
        let listener = Listener::new(Address::Pipe(name.clone()), instances);
        let number = self.open(Thing::Listener(listener))?;
        let (object, _) = self.object(number).expect("it was opened just now");
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

    /// Puts a new instance in the place of one that is taken out.
    pub(super) fn replace_instance(&mut self, object: ObjectId) {
        let listener = self.listener_mut(object).expect("it listens");
        if let (Address::Pipe(name), false) = (listener.address.clone(), listener.is_shut) {
            self.pipe(&name).idle.push_back(object);
            self.wake_pipe(&name);
        }
    }

    /// Takes all idle instances of a listener away.
    pub(super) fn remove_instances(&mut self, object: ObjectId, name: &ServerName) {
        self.pipe(name).idle.retain(|owner| *owner != object);
        self.forget_pipe(&key(name));
        self.wake_pipe(name);
    }

    /// Notes that the server's end of a connection was closed.
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

/// Returns what a name is known by: upper and lower case are the same.
pub(super) fn key(name: &ServerName) -> Vec<u8> {
    name.as_bytes().to_ascii_lowercase()
}

/// Returns the full name of the pipe with this plain one.
pub(in crate::sim) fn full_name(plain: &str) -> ServerName {
    ServerName::from(format!("{PIPE_PREFIX}{plain}"))
}
