//! Listening, connecting, accepting.

use anteroom_core::ServerName;

use super::objects::{Address, Listener, ObjectId, Thing};
use crate::sim::profile::Profile;

use super::{ConnectionId, Credentials, Kernel, Kind, ProcessId, Side};

/// The number of digits in the abstract name that the system itself chooses.
const CHOSEN_DIGITS: usize = 5;

/// Where a client wants to get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Target {
    Path(ServerName),
    Abstract(ServerName),
    Pipe(ServerName),
}

/// Why a client did not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Refusal {
    /// The queue is full: that of this listener, or that of all who share a pipe.
    Full(Option<ObjectId>),
    Failed(i32),
}

impl Kernel {
    /// Makes a local socket.
    pub(in crate::sim) fn socket(&mut self, is_stream: bool) -> Result<i64, i32> {
        self.open(Thing::Socket {
            address: Address::None,
            is_stream,
        })
    }

    /// Binds a socket to a path, where nothing may be.
    pub(in crate::sim) fn bind_path(&mut self, number: i64, path: &ServerName) -> Result<(), i32> {
        let who = self.credentials();
        let mode = 0o777 & !self.process().umask;
        let inode = self.files.create(
            who,
            path.as_bytes(),
            (Kind::Socket, mode),
            self.codes.eaddrinuse,
        )?;
        self.set_address(number, Address::Path(path.clone(), inode));
        let (object, _) = self.object(number).expect("the socket is open");
        self.bound.insert(inode, object);
        self.watch_siege();
        Ok(())
    }

    /// Binds a socket to an abstract name; an empty one lets the system choose.
    pub(in crate::sim) fn bind_abstract(
        &mut self,
        number: i64,
        name: &ServerName,
    ) -> Result<(), i32> {
        let name = if name.is_empty() {
            self.chosen_name()
        } else {
            name.clone()
        };
        if self.abstract_names.contains_key(name.as_bytes()) {
            return Err(self.codes.eaddrinuse);
        }
        let (object, _) = self.object(number).expect("the socket is open");
        self.abstract_names.insert(name.as_bytes().to_vec(), object);
        self.set_address(number, Address::Abstract(name));
        Ok(())
    }

    /// Lets a bound socket listen; at most `capacity` clients are queued.
    pub(in crate::sim) fn listen(&mut self, number: i64, capacity: usize) -> Result<(), i32> {
        let Some(Thing::Socket {
            address,
            is_stream: true,
        }) = self.thing(number)
        else {
            return Err(self.codes.eopnotsupp);
        };
        if *address == Address::None {
            return Err(self.codes.einval);
        }
        let listener = Listener::new(address.clone(), capacity);
        self.replace(self.current, number, Thing::Listener(listener));
        self.watch_siege();
        Ok(())
    }

    /// Lets a client into the queue of whoever listens there.
    pub(in crate::sim) fn reach(
        &mut self,
        who: Credentials,
        target: &Target,
    ) -> Result<ConnectionId, Refusal> {
        let object = match target {
            Target::Path(path) => self.bound_to(who, path).map_err(Refusal::Failed)?,
            Target::Abstract(name) => *self
                .abstract_names
                .get(name.as_bytes())
                .ok_or(Refusal::Failed(self.codes.econnrefused))?,
            Target::Pipe(name) => return self.open_pipe(name),
        };
        let (refused, waits) = (self.codes.econnrefused, self.profile.full_queue_waits());
        let wrong_type = self.profile.wrong_type();
        let listener = match self
            .objects
            .get_mut(&object)
            .map(|object| &mut object.thing)
        {
            Some(Thing::Listener(listener)) => listener,
            Some(Thing::Socket {
                is_stream: false, ..
            }) => return Err(Refusal::Failed(wrong_type)),
            _ => return Err(Refusal::Failed(refused)),
        };
        if listener.is_shut || listener.is_broken {
            return Err(Refusal::Failed(refused));
        }
        if listener.queue.len() >= listener.capacity {
            return Err(if waits {
                Refusal::Full(Some(object))
            } else {
                Refusal::Failed(refused)
            });
        }
        let connection = self.connection(None);
        let listener = self.listener_mut(object).expect("it listens");
        listener.queue.push_back(connection);
        Ok(connection)
    }

    /// Returns whether somebody owns the socket at a path, listening or not.
    pub(in crate::sim) fn is_owned(&self, path: &ServerName) -> Result<bool, i32> {
        match self.bound_to(self.credentials(), path) {
            Ok(_) => Ok(true),
            Err(code) if code == self.codes.econnrefused => Ok(false),
            Err(code) => Err(code),
        }
    }

    /// Returns whether somebody listens there; only Linux tells a socket that does not listen.
    pub(in crate::sim) fn seems_to_listen(&self, path: &ServerName) -> bool {
        self.profile != Profile::Linux || self.listens(&Target::Path(path.clone()))
    }

    /// Returns whether somebody listens there and has not been shut down.
    pub(in crate::sim) fn listens(&self, target: &Target) -> bool {
        let object = match target {
            Target::Path(path) => self.bound_to(self.credentials(), path).ok(),
            Target::Abstract(name) => self.abstract_names.get(name.as_bytes()).copied(),
            Target::Pipe(_) => None,
        };
        let object = object.and_then(|object| self.objects.get(&object));
        object.is_some_and(|object| match &object.thing {
            Thing::Listener(listener) => !listener.is_shut,
            // A socket of another type has no such state.
            Thing::Socket { is_stream, .. } => !is_stream,
            _ => false,
        })
    }

    /// Returns whether a socket has the abstract name.
    pub(in crate::sim) fn has_abstract_name(&self, target: &Target) -> bool {
        matches!(target, Target::Abstract(name) if self.abstract_names.contains_key(name.as_bytes()))
    }

    /// Takes the connection out of a listener's queue that is there for longest.
    pub(in crate::sim) fn accept(
        &mut self,
        process: ProcessId,
        number: i64,
    ) -> Result<Option<i64>, i32> {
        debug_assert_eq!(process, self.current, "a process uses its own descriptors");
        let (object, _) = self.object(number).ok_or_else(|| self.profile.broken())?;
        let may_open = self.process().free_number().is_some();
        let (exhausted, broken) = (self.profile.exhausted(), self.profile.broken());
        let listener = self.listener_mut(object).ok_or(broken)?;
        if listener.is_broken {
            return Err(broken);
        }
        let is_pipe = matches!(listener.address, Address::Pipe(_));
        // A socket's descriptor is set aside before anybody looks into the queue; a pipe's
        // instance is replaced only when there is one to be taken out.
        if !may_open && (!is_pipe || !listener.queue.is_empty()) {
            return Err(exhausted);
        }
        let Some(connection) = listener.queue.pop_front() else {
            return Ok(None);
        };
        if is_pipe {
            self.replace_instance(object);
        }
        let accepted = self
            .open(Thing::Stream(connection, Side::Server))
            .expect("there was a free number");
        self.wake_one(object);
        Ok(Some(accepted))
    }

    /// Makes a listener refuse clients from now on; those in its queue stay.
    pub(in crate::sim) fn refuse(&mut self, number: i64) -> Result<(), i32> {
        if let Some(code) = self.profile.shutdown_error() {
            return Err(code);
        }
        let (object, _) = self.object(number).expect("the listener is open");
        let listener = self.listener_mut(object).expect("it listens");
        listener.is_shut = true;
        if let Address::Pipe(name) = listener.address.clone() {
            self.remove_instances(object, &name);
        }
        Ok(())
    }

    /// Makes a listener useless from outside: shuts it down, or breaks it where that cannot be.
    pub(in crate::sim) fn spoil(&mut self, number: i64) {
        let breaks = !self.profile.obeys_modes();
        let (object, _) = self.object(number).expect("the listener is open");
        let listener = self.listener_mut(object).expect("it listens");
        listener.is_shut = true;
        listener.is_broken = breaks;
    }

    /// Returns whether nobody can come any more and nobody is there.
    pub(in crate::sim) fn is_hung_up(&self, number: i64) -> bool {
        self.listener(number)
            .is_some_and(|listener| listener.is_shut && listener.queue.is_empty())
    }

    fn bound_to(&self, who: Credentials, path: &ServerName) -> Result<ObjectId, i32> {
        // The last byte of an address is the NUL behind the path.
        if path.as_bytes().len() >= self.profile.environment(None).address_size {
            return Err(self.codes.enametoolong);
        }
        let node = self.files.find(who, path.as_bytes())?;
        if self.profile.obeys_modes() && !node.is_writable(who) {
            return Err(self.codes.eacces);
        }
        let object = self.bound.get(&node.inode);
        object.copied().ok_or(self.codes.econnrefused)
    }

    fn set_address(&mut self, number: i64, to: Address) {
        let (object, _) = self.object(number).expect("the socket is open");
        match self
            .objects
            .get_mut(&object)
            .map(|object| &mut object.thing)
        {
            Some(Thing::Socket { address, .. }) => *address = to,
            _ => unreachable!("only fresh sockets are bound"),
        }
    }

    fn chosen_name(&self) -> ServerName {
        (0_u32..)
            .map(|number| format!("{number:0CHOSEN_DIGITS$x}"))
            .find(|name| !self.abstract_names.contains_key(name.as_bytes()))
            .map(ServerName::from)
            .expect("some number is free")
    }
}
