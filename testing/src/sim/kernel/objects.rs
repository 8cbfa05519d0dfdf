//! What descriptors stand for, and how it goes when the last of them is closed.

use std::collections::VecDeque;

use anteroom_core::ServerName;

use super::files::Inode;
use super::processes::{Handle, ProcessId};
use super::streams::{ConnectionId, Side};
use super::{Kernel, Refusal};
use anteroom_conformance::Step;

/// The number of something open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sim) struct ObjectId(pub(super) u64);

/// What a socket is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Address {
    None,
    Path(ServerName, Inode),
    Abstract(ServerName),
    /// The name of a pipe.
    Pipe(ServerName),
}

/// Something that is open.
#[derive(Clone, Debug)]
pub(in crate::sim) enum Thing {
    /// A local socket that does not listen.
    Socket { address: Address, is_stream: bool },
    /// A local socket that listens, or a set of instances of a pipe.
    Listener(Listener),
    /// One end of a connection.
    Stream(ConnectionId, Side),
    /// A socket of another family.
    ForeignSocket,
    /// No socket at all.
    NoSocket,
}

/// What listens.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Listener {
    pub(in crate::sim) address: Address,
    /// Clients that are connected and were not taken out yet.
    pub(super) queue: VecDeque<ConnectionId>,
    /// How many of them there may be.
    pub(super) capacity: usize,
    pub(super) is_shut: bool,
    pub(super) is_broken: bool,
}

impl Listener {
    pub(super) const fn new(address: Address, capacity: usize) -> Self {
        Self {
            address,
            queue: VecDeque::new(),
            capacity,
            is_shut: false,
            is_broken: false,
        }
    }
}

/// Something open, and by how many descriptors.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) thing: Thing,
    pub(super) references: usize,
    is_non_blocking: bool,
}

/// The flags of a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) struct Flags {
    pub(in crate::sim) non_blocking: bool,
    pub(in crate::sim) close_on_exec: bool,
}

impl Kernel {
    /// Opens something: gives it the lowest free number.
    pub(in crate::sim) fn open(&mut self, thing: Thing) -> Result<i64, i32> {
        let number = self.process().free_number();
        let number = number.ok_or_else(|| self.profile.exhausted())?;
        let object = ObjectId(self.next_number());
        let handle = Handle {
            object,
            close_on_exec: true,
        };
        self.objects.insert(
            object,
            Object {
                thing,
                references: 1,
                is_non_blocking: true,
            },
        );
        self.process().handles.insert(number, handle);
        Ok(number)
    }

    /// Closes a descriptor; one of a process that is gone is closed already.
    pub(in crate::sim) fn close(&mut self, process: ProcessId, number: i64) {
        let Some(process) = self.processes.get_mut(&process) else {
            return;
        };
        let Some(Handle { object, .. }) = process.handles.remove(&number) else {
            return;
        };
        let last = self.objects.get_mut(&object).is_some_and(|object| {
            object.references -= 1;
            object.references == 0
        });
        if last {
            let thing = self.objects.remove(&object).map(|object| object.thing);
            self.end(object, thing.expect("it was there just now"));
        }
        self.watch_siege();
    }

    /// Returns what a number of the current process stands for.
    pub(in crate::sim) fn thing(&self, number: i64) -> Option<&Thing> {
        let (object, _) = self.object(number)?;
        Some(&self.objects[&object].thing)
    }

    pub(super) fn object(&self, number: i64) -> Option<(ObjectId, bool)> {
        let handle = self.processes[&self.current].handles.get(&number)?;
        Some((handle.object, handle.close_on_exec))
    }

    pub(super) fn listener_mut(&mut self, object: ObjectId) -> Option<&mut Listener> {
        match self
            .objects
            .get_mut(&object)
            .map(|object| &mut object.thing)
        {
            Some(Thing::Listener(listener)) => Some(listener),
            _ => None,
        }
    }

    /// Returns the listener that a number of the current process stands for.
    pub(in crate::sim) fn listener(&self, number: i64) -> Option<&Listener> {
        match self.thing(number) {
            Some(Thing::Listener(listener)) => Some(listener),
            _ => None,
        }
    }

    /// Makes something else of what a number stands for.
    pub(in crate::sim) fn replace(&mut self, process: ProcessId, number: i64, thing: Thing) {
        let handle = self.processes.get(&process);
        let handle = handle.and_then(|process| process.handles.get(&number));
        let object = handle.map(|handle| handle.object);
        if let Some(object) = object.and_then(|object| self.objects.get_mut(&object)) {
            object.thing = thing;
        }
    }

    /// Returns the flags of a number.
    pub(in crate::sim) fn flags(&self, number: i64) -> Option<Flags> {
        let (object, close_on_exec) = self.object(number)?;
        Some(Flags {
            non_blocking: self.objects[&object].is_non_blocking,
            close_on_exec,
        })
    }

    /// Sets the flags of a number: one is the descriptor's own, the other is shared.
    pub(in crate::sim) fn set_flags(&mut self, number: i64, flags: Flags) {
        if let Some(handle) = self.process().handles.get_mut(&number) {
            handle.close_on_exec = flags.close_on_exec;
            let object = handle.object;
            if let Some(object) = self.objects.get_mut(&object) {
                object.is_non_blocking = flags.non_blocking;
            }
        }
    }

    /// Writes what fits.
    pub(in crate::sim) fn write(&mut self, number: i64, bytes: &[u8]) -> Step {
        match self.stream(number) {
            Some((connection, side)) => connection.write(side, bytes),
            None => Step::Broken,
        }
    }

    /// Reads what is there.
    pub(in crate::sim) fn read(&mut self, number: i64, at_most: usize) -> Step {
        match self.stream(number) {
            Some((connection, side)) => connection.read(side, at_most),
            None => Step::Broken,
        }
    }

    /// Ends the writing direction.
    pub(in crate::sim) fn shutdown_write(&mut self, number: i64) {
        if let Some((connection, side)) = self.stream(number) {
            connection.end(side);
        }
    }

    fn stream(&mut self, number: i64) -> Option<(&mut super::Connection, Side)> {
        let Thing::Stream(id, side) = *self.thing(number)? else {
            return None;
        };
        Some((self.connections.get_mut(&id)?, side))
    }

    /// Does what follows when nobody holds something any more.
    fn end(&mut self, object: ObjectId, thing: Thing) {
        match thing {
            Thing::Socket { address, .. } => self.free_name(object, &address),
            Thing::Listener(listener) => {
                self.free_name(object, &listener.address);
                for connection in listener.queue {
                    // Whoever is in the queue is cut off.
                    self.close_end(connection, Side::Server, true);
                }
                self.wake_all(object);
            }
            Thing::Stream(connection, side) => {
                let unread = self.profile.unread_bytes_reset()
                    && self.connections[&connection].has_unread(side);
                self.close_end(connection, side, unread);
            }
            Thing::ForeignSocket | Thing::NoSocket => {}
        }
    }

    pub(super) fn close_end(&mut self, id: ConnectionId, side: Side, resets: bool) {
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        connection.close(side, resets);
        let pipe = connection.pipe.clone().filter(|_| side == Side::Server);
        if connection.is_over() {
            self.connections.remove(&id);
        }
        if let Some(pipe) = pipe {
            self.leave_pipe(&pipe);
        }
    }

    fn free_name(&mut self, object: ObjectId, address: &Address) {
        match address {
            Address::None => {}
            Address::Path(_, inode) => {
                self.bound.remove(inode);
            }
            Address::Abstract(name) => {
                self.abstract_names.remove(name.as_bytes());
            }
            Address::Pipe(name) => self.remove_instances(object, name),
        }
    }

    /// Gives what a number stands for another number.
    pub(in crate::sim) fn duplicate(&mut self, number: i64) -> Result<i64, i32> {
        let (object, close_on_exec) = self.object(number).ok_or(self.codes.ebadf)?;
        let duplicate = self.process().free_number();
        let duplicate = duplicate.ok_or_else(|| self.profile.exhausted())?;
        let handle = Handle {
            object,
            close_on_exec,
        };
        self.process().handles.insert(duplicate, handle);
        let object = self.objects.get_mut(&object);
        object.expect("what is open exists").references += 1;
        Ok(duplicate)
    }

    /// Makes a connected pair.
    pub(in crate::sim) fn pair(&mut self) -> Result<(i64, i64), i32> {
        let id = self.connection(None);
        let one = self.open(Thing::Stream(id, Side::Client))?;
        match self.open(Thing::Stream(id, Side::Server)) {
            Ok(other) => Ok((one, other)),
            Err(code) => {
                self.close(self.current, one);
                Err(code)
            }
        }
    }

    /// Makes a connection, neither end of which anybody has opened yet.
    pub(super) fn connection(&mut self, pipe: Option<Vec<u8>>) -> ConnectionId {
        let id = ConnectionId(self.next_number());
        let connection = super::Connection::new(self.profile.buffer_size(), pipe);
        self.connections.insert(id, connection);
        id
    }

    /// Connects a socket of somebody's own, at once or not at all.
    pub(in crate::sim) fn connect(
        &mut self,
        who: super::Credentials,
        target: &super::Target,
    ) -> Result<i64, Refusal> {
        let number = self.open(Thing::Socket {
            address: Address::None,
            is_stream: true,
        });
        let number = number.map_err(Refusal::Failed)?;
        match self.reach(who, target) {
            Ok(connection) => {
                let stream = Thing::Stream(connection, Side::Client);
                self.replace(self.current, number, stream);
                Ok(number)
            }
            Err(refusal) => {
                self.close(self.current, number);
                Err(refusal)
            }
        }
    }
}
