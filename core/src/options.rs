use bitflags::bitflags;

//= OPT-1
bitflags! {
    /// The users who may connect to the socket, and the kind of its name.
    ///
    /// The access flags combine with `|`. A change applies to the next `listen`.
    ///
    /// # Errors
    ///
    /// Options that cannot be enforced are not ignored, but fail with
    /// [`Unsupported`](crate::ErrorKind::Unsupported):
    ///
    /// | operation | refused |
    /// |---|---|
    /// | `listen` on a path | access flags other than [`WORLD`](Self::WORLD), if the platform ignores the modes of socket files |
    /// | `listen` on an abstract name | access flags other than `WORLD`, and an owner: it has no file |
    /// | adopting a descriptor | access flags, and an owner: the creator of the socket has already decided about access |
    /// | `connect`, `inspect` | access options, which apply to servers |
    /// | any | [`ABSTRACT`](Self::ABSTRACT), if the platform has no abstract namespace; undefined bits |
    ///
    /// # Platform-specific behavior
    ///
    /// On Unix the flags determine the mode of the socket file
    /// ([`rules::mode`](crate::rules::mode)), independently of the umask and of the default ACL of
    /// the directory. On Linux the file has this mode from its creation on. On macOS and the BSDs,
    /// whose kernels check the mode as well, it has the mode `0777` less the umask until just before
    /// `listen(2)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom_core::SocketOptions;
    ///
    /// let both = SocketOptions::USER | SocketOptions::GROUP;
    /// assert_eq!(both.bits(), 0x3);
    /// assert_eq!(SocketOptions::WORLD, both | SocketOptions::OTHER);
    /// ```
    //= OPT-1, OPT-2, OPT-3, Q6-1
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct SocketOptions: u32 {
        /// The user who created the socket may connect.
        #[doc(alias = "QLocalServer::UserAccessOption")]
        const USER = 0x1;
        /// The group of the socket may connect, except the user who created it.
        #[doc(alias = "QLocalServer::GroupAccessOption")]
        const GROUP = 0x2;
        /// All users may connect, except the user who created the socket, and its group.
        #[doc(alias = "QLocalServer::OtherAccessOption")]
        const OTHER = 0x4;
        /// All users may connect.
        #[doc(alias = "QLocalServer::WorldAccessOption")]
        const WORLD = 0x7;
        /// The name is in the abstract namespace of Linux, which has no files and no permissions.
        #[doc(alias = "QLocalServer::AbstractNamespaceOption")]
        const ABSTRACT = 0x8;
    }
}

impl SocketOptions {
    /// Returns only the access flags.
    #[must_use]
    pub const fn access(self) -> Self {
        self.intersection(Self::WORLD)
    }
}

/// The length of the backlog: the number of clients that the kernel queues.
///
/// # Platform-specific behavior
///
/// Linux queues one client more than this number, and limits it to `net.core.somaxconn`.
//= Q6-2
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backlog {
    /// The maximum of the operating system.
    #[default]
    Maximum,
    /// At most this number of clients.
    Limited(u32),
}

/// Converts the number to [`Backlog::Limited`].
impl From<u32> for Backlog {
    fn from(limit: u32) -> Self {
        Self::Limited(limit)
    }
}

/// Converts the number to [`Backlog::Limited`], at most [`u32::MAX`].
impl From<usize> for Backlog {
    fn from(limit: usize) -> Self {
        Self::Limited(u32::try_from(limit).unwrap_or(u32::MAX))
    }
}

/// Converts the number to [`Backlog::Limited`]. A negative number becomes zero.
impl From<i32> for Backlog {
    fn from(limit: i32) -> Self {
        Self::Limited(u32::try_from(limit).unwrap_or(0))
    }
}

/// The owner and group of a socket file.
///
/// # Platform-specific behavior
///
/// Unix only. On Windows, listening with an owner fails.
///
/// # Examples
///
/// ```
/// use anteroom_core::Owner;
///
/// let owner = Owner::new(None, Some(5002));
/// assert_eq!(owner.group, Some(5002));
/// assert!(!owner.is_default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Owner {
    /// The user id. `None` is the user of the process.
    pub user: Option<u32>,
    /// The group id. `None` is the group that the file system gives to a new file.
    pub group: Option<u32>,
}

impl Owner {
    /// Creates an owner from a user id and a group id.
    pub const fn new(user: Option<u32>, group: Option<u32>) -> Self {
        Self { user, group }
    }

    /// Returns whether neither a user nor a group is set.
    pub const fn is_default(self) -> bool {
        self.user.is_none() && self.group.is_none()
    }
}

/// The options of `listen`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ListenOptions {
    /// The users who may connect, and the kind of the name.
    pub socket: SocketOptions,
    /// The owner and group of the socket file.
    pub owner: Owner,
    /// The length of the backlog.
    pub backlog: Backlog,
}

impl ListenOptions {
    /// Creates the default options: default access, default owner, and the maximal backlog.
    pub const fn new() -> Self {
        Self {
            socket: SocketOptions::empty(),
            owner: Owner::new(None, None),
            backlog: Backlog::Maximum,
        }
    }

    /// Sets the users who may connect, and the kind of the name.
    #[must_use]
    pub const fn with_socket(self, socket: SocketOptions) -> Self {
        Self { socket, ..self }
    }

    /// Sets the owner and group of the socket file.
    #[must_use]
    pub const fn with_owner(self, owner: Owner) -> Self {
        Self { owner, ..self }
    }

    /// Sets the length of the backlog.
    #[must_use]
    pub const fn with_backlog(self, backlog: Backlog) -> Self {
        Self { backlog, ..self }
    }
}

impl From<SocketOptions> for ListenOptions {
    fn from(socket: SocketOptions) -> Self {
        Self::new().with_socket(socket)
    }
}
