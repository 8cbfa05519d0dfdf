use std::any::Any;
#[cfg(unix)]
use std::os::fd::OwnedFd;
use std::time::Duration;

use anteroom_core::{ServerName, SocketOptions};

use crate::clauses::Platform;
use crate::{Capability, ErrorKind, Step, TemporaryDirectory};

/// A client of the environment: a raw socket, independent of the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a number that the environment assigns"
)]
pub struct ClientTag(pub u32);

/// The state of a client of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a client has no other states")]
pub enum ClientState {
    /// The backlog is full; the client tries again at the next call.
    Waiting,
    /// The operating system reports success.
    Connected,
    /// The client could not connect.
    Failed(ErrorKind),
}

/// What exists at a path. Links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry {
    /// Nothing.
    Absent,
    /// A socket file.
    Socket {
        /// The permission bits.
        mode: u32,
        /// The user and the group of the file.
        owner: (u32, u32),
        /// Device and inode.
        identity: (u64, u64),
    },
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// Anything else.
    Other,
}

impl Entry {
    /// Returns the permission bits of a socket file.
    pub const fn mode(self) -> Option<u32> {
        match self {
            Self::Socket { mode, .. } => Some(mode),
            _ => None,
        }
    }

    /// Returns the device and inode of a socket file.
    pub const fn identity(self) -> Option<(u64, u64)> {
        match self {
            Self::Socket { identity, .. } => Some(identity),
            _ => None,
        }
    }
}

/// An object that a case places at a name before the server listens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an environment has to offer them all"
)]
pub enum Occupant {
    /// A file with known content.
    File,
    /// A directory.
    Directory,
    /// A link whose target does not exist.
    DanglingLink,
    /// A link to a file with known content.
    LinkToFile,
    /// A link to itself.
    LinkToItself,
    /// The socket file of a server that has ended.
    StaleSocket,
    /// Another server, which is not under test: [`Environment::placed_server_answers`].
    LiveServer,
}

/// The kind of a descriptor for `listen_descriptor`.
///
/// # Specification
///
/// FD-1, FD-3, FD-5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an environment has to offer them all"
)]
pub enum DescriptorKind {
    /// A local stream socket that listens at a path.
    Listening,
    /// A local stream socket that listens on an abstract name: [`Capability::AbstractNames`].
    ListeningAbstract,
    /// A local stream socket that listens, but was not bound to a chosen name.
    ListeningUnnamed,
    /// A local stream socket that is bound to a path and does not listen.
    Bound,
    /// The same with an abstract name: [`Capability::AbstractNames`].
    BoundAbstract,
    /// A local stream socket that is not bound.
    Unbound,
    /// A local datagram socket, bound to a path.
    Datagram,
    /// A local `SOCK_SEQPACKET` socket that listens at a path.
    ListeningPackets,
    /// An accepted connection of a local stream socket; its client has closed it.
    Connected,
    /// The reading end of a pipe.
    Pipe,
    /// A regular file.
    File,
    /// A TCP socket that listens on the loopback address.
    TcpListening,
}

/// A descriptor for `listen_descriptor`, created by an [`Environment`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Descriptor {
    /// A descriptor of the operating system.
    #[cfg(unix)]
    Real(OwnedFd),
    /// A descriptor of a simulated system, of a type that the subject knows.
    Simulated(Box<dyn Any>),
}

#[cfg(unix)]
impl Descriptor {
    /// Returns the descriptor of the operating system.
    ///
    /// # Panics
    ///
    /// Panics if the descriptor is simulated.
    pub fn into_real(self) -> OwnedFd {
        match self {
            Self::Real(descriptor) => descriptor,
            Self::Simulated(_) => panic!("a simulated descriptor was passed to a real server"),
        }
    }
}

#[cfg(unix)]
impl From<OwnedFd> for Descriptor {
    fn from(descriptor: OwnedFd) -> Self {
        Self::Real(descriptor)
    }
}

/// The environment of a server under test: files, clients, users, limits.
///
/// It removes everything it created when it is dropped. Methods panic if the environment itself
/// fails. Those for a process of its own may only be called by a case that needs
/// [`Capability::OwnProcess`].
#[cfg_attr(
    unix,
    doc = "\n[`OsEnvironment`](crate::OsEnvironment) is the one for servers on a Unix system."
)]
pub trait Environment {
    /// Returns what the environment supports.
    fn capabilities(&self) -> Vec<Capability>;

    /// Returns the platform, which decides which clauses apply.
    fn platform(&self) -> Platform;

    /// Returns the suffix of the checked-in results of this environment: `root`, `user`.
    fn variant(&self) -> &'static str;

    /// Sets `TMPDIR` if the environment can do that without a new process; returns whether the
    /// case may run without one.
    fn enter_own_process(&mut self, temporary_directory: Option<TemporaryDirectory>) -> bool {
        let _ = temporary_directory;
        false
    }

    /// Returns a full name in the directory of the case; the same one for the same stem.
    fn full_name(&mut self, stem: &str) -> ServerName;

    /// Returns a unique plain name; the same one for the same stem.
    fn plain_name(&mut self, stem: &str) -> ServerName;

    /// Returns a unique abstract name; the same one for the same stem.
    fn abstract_name(&mut self, stem: &str) -> ServerName;

    /// Returns the full name that a plain name has to resolve to.
    fn resolved(&mut self, plain: &ServerName) -> ServerName;

    /// Returns a full name in a directory that only this process may write to.
    fn guarded_name(&mut self, stem: &str) -> ServerName;

    /// Returns what exists at a full name.
    fn entry(&mut self, full_name: &ServerName) -> Entry;

    /// Places an object at a full name.
    fn place(&mut self, full_name: &ServerName, occupant: Occupant);

    /// Returns whether a placed object still exists and is unchanged.
    fn is_unchanged(&mut self, full_name: &ServerName) -> bool;

    /// Returns whether the placed live server accepts a client at its name, and answers it.
    fn placed_server_answers(&mut self, full_name: &ServerName) -> bool;

    /// Deletes what exists at a full name.
    fn delete(&mut self, full_name: &ServerName);

    /// Returns the names of all entries of the directory of the case, sorted.
    fn list(&mut self) -> Vec<String>;

    /// Connects a client. Of the options only `ABSTRACT` matters.
    fn connect(&mut self, full_name: &ServerName, options: SocketOptions) -> ClientTag;

    /// Returns the state of a client. One that waits tries again first.
    fn client(&mut self, client: ClientTag) -> ClientState;

    /// Writes what fits, without blocking.
    fn write(&mut self, client: ClientTag, bytes: &[u8]) -> Step;

    /// Reads what has arrived, at most this many bytes, without blocking.
    fn read(&mut self, client: ClientTag, at_most: usize) -> Step;

    /// Ends the writing direction of a client.
    fn shutdown_write(&mut self, client: ClientTag);

    /// Drops a client.
    fn drop_client(&mut self, client: ClientTag);

    /// Connects a client from another thread when the calling thread is seen to be blocked.
    ///
    /// If that cannot be observed, it connects at any time.
    fn connect_when_blocked(&mut self, full_name: &ServerName) -> ClientTag;

    /// Gives the directory of the case a default ACL that grants everything to this user and to
    /// the owning group.
    ///
    /// Returns false if the file system has no ACLs.
    fn inherit_acl(&mut self, user: u32) -> bool;

    /// Connects as another user and group: [`Capability::Users`].
    ///
    /// # Errors
    ///
    /// Returns why they could not connect.
    fn connect_as(
        &mut self,
        user: u32,
        group: u32,
        full_name: &ServerName,
    ) -> Result<(), ErrorKind>;

    /// Makes this process act as another user and group; `None` reverts that. Own process,
    /// [`Capability::Users`].
    fn act_as(&mut self, user_and_group: Option<(u32, u32)>);

    /// Runs `run` repeatedly while another user and group try to connect as fast as they can,
    /// until hundreds of sockets have denied them access; returns whether they could connect:
    /// [`Capability::Users`].
    fn attack(
        &mut self,
        user: u32,
        group: u32,
        full_name: &ServerName,
        run: &mut dyn FnMut(),
    ) -> bool;

    /// Creates a descriptor. Its socket is bound to the full name if its kind has a name.
    fn descriptor(&mut self, kind: DescriptorKind, full_name: &ServerName) -> Descriptor;

    /// Duplicates a descriptor, as for a process that shares it.
    fn duplicate(&mut self, descriptor: &Descriptor) -> Descriptor;

    /// Returns the number of a descriptor.
    fn number(&mut self, descriptor: &Descriptor) -> i64;

    /// Returns whether a descriptor is non-blocking, and whether it is close-on-exec.
    fn flags(&mut self, descriptor: &Descriptor) -> (bool, bool);

    /// Returns the same for the number of a descriptor of the subject.
    fn flags_of_number(&mut self, number: i64) -> (bool, bool);

    /// Returns the name that the socket with this number is bound to, if it is open.
    fn address_of_number(&mut self, number: i64) -> Option<ServerName>;

    /// Shuts down the listening socket with this number.
    fn shut_down_number(&mut self, number: i64);

    /// Returns the number of open descriptors. Own process.
    fn open_descriptors(&mut self) -> usize;

    /// Returns the number of descriptors that a new program would inherit. Own process.
    fn inheritable_descriptors(&mut self) -> usize;

    /// Allows at most `spare` more descriptors. Own process.
    fn limit_descriptors(&mut self, spare: usize);

    /// Removes that limit.
    fn unlimit_descriptors(&mut self);

    /// Runs `run` in a forked child, and waits for its end. A panic in `run` panics here. Own
    /// process.
    fn in_forked_child(&mut self, run: &mut dyn FnMut());

    /// Runs `run` in a forked child that is process 1 of a new PID namespace, and waits for its
    /// end. A panic in `run` panics here. Own process.
    ///
    /// Returns false, without a call of `run`, if no such namespace can be created.
    fn in_pid_namespace(&mut self, run: &mut dyn FnMut(&mut dyn Environment)) -> bool;

    /// Returns the processor time of this process: a wait uses none, a busy loop uses all there
    /// is. Own process.
    fn processor_time(&mut self) -> Duration;

    /// Sets the umask. Own process.
    fn set_umask(&mut self, umask: u32);
}
