//! System calls on descriptors: opening, duplicating and closing them, flags, reading and writing.

use anteroom_conformance::Step;

use super::Kernel;
use super::objects::{Address, Flags, Listener, Object, ObjectId, Thing};
use super::processes::{Handle, ProcessId};
use super::streams::{Connection, ConnectionId, Side};

impl Kernel {
    /// Opens an object under the lowest free number.
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

    /// Closes a descriptor. Those of a process that has ended are closed already.
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
            self.end(object, thing.expect("the object was open"));
        }
        self.run_attacker();
    }

    /// Returns the object that a descriptor of the current process refers to.
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

    /// Returns the listener that a descriptor of the current process refers to.
    pub(in crate::sim) fn listener(&self, number: i64) -> Option<&Listener> {
        match self.thing(number) {
            Some(Thing::Listener(listener)) => Some(listener),
            _ => None,
        }
    }

    /// Replaces the object that a descriptor refers to, as `listen` and `connect` do.
    pub(in crate::sim) fn replace(&mut self, process: ProcessId, number: i64, thing: Thing) {
        let handle = self.processes.get(&process);
        let handle = handle.and_then(|process| process.handles.get(&number));
        let object = handle.map(|handle| handle.object);
        if let Some(object) = object.and_then(|object| self.objects.get_mut(&object)) {
            object.thing = thing;
        }
    }

    /// Returns the flags of a descriptor.
    pub(in crate::sim) fn flags(&self, number: i64) -> Option<Flags> {
        let (object, close_on_exec) = self.object(number)?;
        Some(Flags {
            non_blocking: self.objects[&object].is_non_blocking,
            close_on_exec,
        })
    }

    /// Sets the flags of a descriptor. Duplicates share the non-blocking flag, but not close-on-exec.
    pub(in crate::sim) fn set_flags(&mut self, number: i64, flags: Flags) {
        if let Some(handle) = self.process().handles.get_mut(&number) {
            handle.close_on_exec = flags.close_on_exec;
            let object = handle.object;
            if let Some(object) = self.objects.get_mut(&object) {
                object.is_non_blocking = flags.non_blocking;
            }
        }
    }

    /// Writes as many bytes as fit into the buffer.
    pub(in crate::sim) fn write(&mut self, number: i64, bytes: &[u8]) -> Step {
        match self.stream(number) {
            Some((connection, side)) => connection.write(side, bytes),
            None => Step::Broken,
        }
    }

    /// Reads the bytes that have arrived.
    pub(in crate::sim) fn read(&mut self, number: i64, at_most: usize) -> Step {
        match self.stream(number) {
            Some((connection, side)) => connection.read(side, at_most),
            None => Step::Broken,
        }
    }

    /// Shuts down the writing direction.
    pub(in crate::sim) fn shutdown_write(&mut self, number: i64) {
        if let Some((connection, side)) = self.stream(number) {
            connection.end(side);
        }
    }

    fn stream(&mut self, number: i64) -> Option<(&mut Connection, Side)> {
        let Thing::Stream(id, side) = *self.thing(number)? else {
            return None;
        };
        Some((self.connections.get_mut(&id)?, side))
    }

    /// Cleans up after the last descriptor of an object was closed.
    fn end(&mut self, object: ObjectId, thing: Thing) {
        match thing {
            Thing::Socket { address, .. } => self.free_name(object, &address),
            Thing::Listener(listener) => {
                self.free_name(object, &listener.address);
                for connection in listener.queue {
                    // Clients in the backlog are reset.
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

    /// Duplicates a descriptor.
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
        object
            .expect("descriptors refer to open objects")
            .references += 1;
        Ok(duplicate)
    }

    /// Creates a connected pair of sockets.
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

    /// Creates a connection without descriptors.
    pub(super) fn connection(&mut self, pipe: Option<Vec<u8>>) -> ConnectionId {
        let id = ConnectionId(self.next_number());
        let connection = Connection::new(self.profile.buffer_size(), pipe);
        self.connections.insert(id, connection);
        id
    }
}
