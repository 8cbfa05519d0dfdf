//! System calls on listeners: `bind`, `listen`, `connect`, `accept` and `shutdown`.

use anteroom_core::ServerName;

use super::Kernel;
use super::credentials::Credentials;
use super::files::Kind;
use super::objects::{Address, Listener, ObjectId, Thing};
use super::processes::ProcessId;
use super::streams::{ConnectionId, Side};
use crate::sim::profile::Profile;

/// The number of digits of an abstract name that the kernel chooses.
const CHOSEN_DIGITS: usize = 5;

/// The address that a client connects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Target {
    Path(ServerName),
    Abstract(ServerName),
    Pipe(ServerName),
}

/// The result of a connect that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Refusal {
    /// The backlog of this listener is full, or no instance of a pipe is idle.
    Full(Option<ObjectId>),
    Failed(i32),
}

impl Kernel {
    /// Creates a local socket.
    pub(in crate::sim) fn socket(&mut self, is_stream: bool) -> Result<i64, i32> {
        self.open(Thing::Socket {
            address: Address::None,
            is_stream,
        })
    }

    /// Binds a socket to a path, which must not exist.
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
        self.run_attacker();
        Ok(())
    }

    /// Binds a socket to an abstract name. If it is empty, the kernel chooses one.
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

    /// Makes a bound socket listen, with a backlog of `capacity`.
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
        self.run_attacker();
        Ok(())
    }

    /// Adds a client to the backlog of a listener.
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

    /// Connects a new socket without waiting.
    pub(in crate::sim) fn connect(
        &mut self,
        who: Credentials,
        target: &Target,
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

    /// Returns whether a socket is bound to the file at a path.
    pub(in crate::sim) fn is_owned(&self, path: &ServerName) -> Result<bool, i32> {
        match self.bound_to(self.credentials(), path) {
            Ok(_) => Ok(true),
            Err(code) if code == self.codes.econnrefused => Ok(false),
            Err(code) => Err(code),
        }
    }

    /// Returns whether a probe finds a live server. Only Linux distinguishes sockets that do not listen.
    pub(in crate::sim) fn seems_to_listen(&self, path: &ServerName) -> bool {
        self.profile != Profile::Linux || self.listens(&Target::Path(path.clone()))
    }

    /// Returns whether a socket listens there and was not shut down.
    pub(in crate::sim) fn listens(&self, target: &Target) -> bool {
        let object = match target {
            Target::Path(path) => self.bound_to(self.credentials(), path).ok(),
            Target::Abstract(name) => self.abstract_names.get(name.as_bytes()).copied(),
            Target::Pipe(_) => None,
        };
        let object = object.and_then(|object| self.objects.get(&object));
        object.is_some_and(|object| match &object.thing {
            Thing::Listener(listener) => !listener.is_shut,
            // Datagram sockets do not listen; a probe cannot distinguish them.
            Thing::Socket { is_stream, .. } => !is_stream,
            _ => false,
        })
    }

    /// Returns whether a socket has the abstract name.
    pub(in crate::sim) fn has_abstract_name(&self, target: &Target) -> bool {
        matches!(target, Target::Abstract(name) if self.abstract_names.contains_key(name.as_bytes()))
    }

    /// Accepts the oldest connection of a backlog.
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
        // `accept` reserves a descriptor before it examines the backlog. An instance of a pipe is
        // replaced only when a client has connected to it.
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

    /// Shuts a listener down: it refuses new clients, and keeps its backlog.
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

    /// Shuts a listener down from another process, or breaks it where the profile has no `shutdown`.
    pub(in crate::sim) fn spoil(&mut self, number: i64) {
        let breaks = !self.profile.obeys_modes();
        let (object, _) = self.object(number).expect("the listener is open");
        let listener = self.listener_mut(object).expect("it listens");
        listener.is_shut = true;
        listener.is_broken = breaks;
    }

    /// Returns whether a listener is shut down and its backlog is empty.
    pub(in crate::sim) fn is_hung_up(&self, number: i64) -> bool {
        self.listener(number)
            .is_some_and(|listener| listener.is_shut && listener.queue.is_empty())
    }

    fn bound_to(&self, who: Credentials, path: &ServerName) -> Result<ObjectId, i32> {
        // The path in an address ends with a NUL.
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
