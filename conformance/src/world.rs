use std::time::Duration;

use anteroom_core::{ErrorKind, ServerName, SocketOptions};

use crate::clauses::Platform;
use crate::{Descriptor, Step, TemporaryDirectory};

/// A client of no particular backend: a bare socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a number that the world gives out and understands"
)]
pub struct ClientTag(pub u32);

/// How a bare client is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a client has no other states")]
pub enum ClientState {
    /// The queue of the operating system is full; the client tries again when asked.
    Waiting,
    /// The operating system says that the client is connected.
    Connected,
    /// The client could not connect.
    Failed(ErrorKind),
}

/// What is at a path, without following links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry {
    /// Nothing.
    Absent,
    /// A socket file.
    Socket {
        /// Its permission bits.
        mode: u32,
        /// The user and the group that own it.
        owner: (u32, u32),
        /// What tells it from another file of the same name: device and inode.
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
    /// Returns the permission bits of a socket file; `None` for anything else.
    pub const fn mode(self) -> Option<u32> {
        match self {
            Self::Socket { mode, .. } => Some(mode),
            _ => None,
        }
    }

    /// Returns the identity of a socket file; `None` for anything else.
    pub const fn identity(self) -> Option<(u64, u64)> {
        match self {
            Self::Socket { identity, .. } => Some(identity),
            _ => None,
        }
    }
}

/// What can be put at a path before a server comes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a world has to offer them all")]
pub enum Plant {
    /// A file with known content.
    File,
    /// A directory.
    Directory,
    /// A link to nothing.
    DanglingLink,
    /// A link to a file with known content.
    LinkToFile,
    /// A link that leads to itself.
    LinkToItself,
    /// The file of a server that is gone.
    StaleSocket,
    /// A server which is not the one under test: it answers [`World::rival_serves`].
    LiveServer,
}

/// A descriptor for `listen_descriptor`.
///
/// # Specification
///
/// FD-1, FD-3, FD-5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a world has to offer them all")]
pub enum DescriptorKind {
    /// A local stream socket that listens at a path.
    Listening,
    /// One that listens on an abstract name. Needs [`Caps::abstract_names`].
    ListeningAbstract,
    /// One that listens but is bound to no name of anybody's choice.
    ListeningUnnamed,
    /// A local stream socket that is bound to a path and does not listen.
    Bound,
    /// The same, bound to an abstract name. Needs [`Caps::abstract_names`].
    BoundAbstract,
    /// A local stream socket that is not even bound.
    Unbound,
    /// A local datagram socket, bound to a path.
    Datagram,
    /// A local socket for packets that listens at a path: it has connections, and is no stream.
    ListeningPackets,
    /// A connection that a local stream socket at a path has accepted; its client has left.
    Connected,
    /// The reading end of a pipe.
    Pipe,
    /// A regular file.
    File,
    /// A TCP socket that listens on the loopback address.
    TcpListening,
}

/// The world around the server under test: files, clients, users, limits.
///
/// A case may only use what [`caps`](Self::caps) offers; it declares what it needs, and is
/// skipped where that is not to be had. Whatever a world made, it removes when it is dropped.
///
/// Methods panic where the world itself fails: that is no finding about the server.
pub trait World {
    /// Returns what this world offers.
    fn caps(&self) -> Caps;

    /// Gives the case what it would have in a process of its own, where that costs nothing;
    /// returns whether it did.
    ///
    /// A simulated process is the case's own from the start.
    fn enter_own_process(&mut self, temporary_directory: Option<TemporaryDirectory>) -> bool {
        let _ = temporary_directory;
        false
    }

    /// Returns a full name in the case's own directory (FULL-3); the same one for the same stem.
    fn full_name(&mut self, stem: &str) -> ServerName;

    /// Returns a plain name that nobody else uses (FULL-2); the same one for the same stem.
    fn plain_name(&mut self, stem: &str) -> ServerName;

    /// Returns a name for the abstract namespace that nobody else uses (Q6-1).
    fn abstract_name(&mut self, stem: &str) -> ServerName;

    /// Returns where a plain name has to lead.
    fn resolved(&mut self, plain: &ServerName) -> ServerName;

    /// Returns what is at a full name.
    fn entry(&mut self, full_name: &ServerName) -> Entry;

    /// Puts something at a full name.
    fn plant(&mut self, full_name: &ServerName, plant: Plant);

    /// Returns whether what was planted is still there, unchanged.
    fn is_untouched(&mut self, full_name: &ServerName) -> bool;

    /// Returns whether the planted live server still takes in a client of its name and answers it.
    fn rival_serves(&mut self, full_name: &ServerName) -> bool;

    /// Removes whatever is there, behind the server's back.
    fn delete(&mut self, full_name: &ServerName);

    /// Returns the names of everything in the case's own directory, sorted.
    fn list(&mut self) -> Vec<String>;

    /// Lets a bare client connect; of the options only the abstract namespace counts.
    fn connect(&mut self, full_name: &ServerName, options: SocketOptions) -> ClientTag;

    /// Returns how a client is doing; one that waits tries again first.
    fn client(&mut self, client: ClientTag) -> ClientState;

    /// Writes what fits without blocking.
    fn write(&mut self, client: ClientTag, bytes: &[u8]) -> Step;

    /// Reads what is there without blocking, up to so many bytes.
    fn read(&mut self, client: ClientTag, at_most: usize) -> Step;

    /// Ends the writing direction of a client.
    fn shutdown_write(&mut self, client: ClientTag);

    /// Drops a client.
    fn drop_client(&mut self, client: ClientTag);

    /// Connects once the calling thread is seen to be blocked, from elsewhere (WAIT-1).
    ///
    /// Where blocking cannot be observed, it connects as soon as it likes.
    fn connect_when_blocked(&mut self, full_name: &ServerName) -> ClientTag;

    /// Makes new files in the case's own directory inherit an ACL that grants everything to this
    /// user and to the owning group (OPT-9).
    ///
    /// Returns false if the file system has no ACLs.
    fn inherit_acl(&mut self, user: u32) -> bool;

    /// Lets another user and group connect (OPT-9). Needs [`Caps::users`].
    ///
    /// # Errors
    ///
    /// Reports why they could not.
    fn connect_as(
        &mut self,
        user: u32,
        group: u32,
        full_name: &ServerName,
    ) -> Result<(), ErrorKind>;

    /// Makes this process act as another user and group; `None` makes it itself again (ERR-5).
    ///
    /// Only in a process of the case's own. Needs [`Caps::users`].
    fn act_as(&mut self, user_and_group: Option<(u32, u32)>);

    /// Returns a full name in a directory where only this process may put or remove something.
    fn guarded_name(&mut self, stem: &str) -> ServerName;

    /// Runs `run` again and again while another user and group try to connect as fast as they
    /// can, until access was denied to them at hundreds of sockets; returns whether they got in
    /// (OPT-9). Needs [`Caps::users`].
    fn is_breached(
        &mut self,
        user: u32,
        group: u32,
        full_name: &ServerName,
        run: &mut dyn FnMut(),
    ) -> bool;

    /// Shuts down the listening socket with this descriptor number, which somebody else owns
    /// (ISL-1).
    fn shut_down_number(&mut self, number: i64);

    /// Makes a descriptor; its socket is bound to the full name where its kind has one.
    fn descriptor(&mut self, kind: DescriptorKind, full_name: &ServerName) -> Descriptor;

    /// Duplicates a descriptor, as a process that shares it has one of its own (FD-1, CLOSE-7).
    fn duplicate(&mut self, descriptor: &Descriptor) -> Descriptor;

    /// Returns the number of a descriptor.
    fn number(&mut self, descriptor: &Descriptor) -> i64;

    /// Returns whether a descriptor is non-blocking, and whether it is close-on-exec.
    fn flags(&mut self, descriptor: &Descriptor) -> (bool, bool);

    /// Returns the same for a descriptor number that somebody else owns.
    fn flags_of_number(&mut self, number: i64) -> (bool, bool);

    /// Returns the name that the socket with this descriptor number is bound to, if it is open.
    fn address_of_number(&mut self, number: i64) -> Option<ServerName>;

    /// Returns how many descriptors this process has open. Only in a process of the case's own.
    fn open_descriptors(&mut self) -> usize;

    /// Returns how many of them a program would inherit that were started now (Q6-3).
    fn inheritable_descriptors(&mut self) -> usize;

    /// Lets at most `spare` more descriptors be opened. Only in a process of the case's own.
    fn limit_descriptors(&mut self, spare: usize);

    /// Lifts that limit again.
    fn unlimit_descriptors(&mut self);

    /// Runs `run` in a forked child and waits for its end. Only in a process of the case's own.
    ///
    /// A panic in `run` is one here.
    fn in_forked_child(&mut self, run: &mut dyn FnMut());

    /// Runs `run` in a forked child that is process 1 of a new PID namespace, and waits for its end.
    /// Only in a process of the case's own.
    ///
    /// Returns false, and runs nothing, where no such namespace can be made. A panic in `run` is
    /// one here.
    fn in_pid_namespace(&mut self, run: &mut dyn FnMut(&mut dyn World)) -> bool;

    /// Returns how much time this process has kept processors busy: what waits uses none, what
    /// spins uses all there is. Only in a process of the case's own.
    fn processor_time(&mut self) -> Duration;

    /// Sets the umask. Only in a process of the case's own.
    fn set_umask(&mut self, umask: u32);
}

/// What a world offers. A case that needs more is skipped, printed and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a world has to decide on each")]
pub struct Caps {
    /// The platform, or the one that is simulated: it decides which clauses apply.
    pub platform: Platform,
    /// What tells the skip list of this world from those of others: `root`, `user`.
    pub variant: &'static str,
    /// Names are files.
    pub files: bool,
    /// The modes of socket files decide who may connect.
    pub modes: bool,
    /// There is an abstract namespace.
    pub abstract_names: bool,
    /// The process may act as other users.
    pub users: bool,
    /// Processes can be started, forked and limited.
    pub processes: bool,
    /// Descriptors can be adopted.
    pub descriptors: bool,
    /// A client that meets a full queue waits, rather than being refused.
    pub queue_waits: bool,
    /// The operating system queues hundreds of clients, if it is let.
    pub long_queue: bool,
}
