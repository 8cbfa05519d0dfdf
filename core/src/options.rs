use bitflags::bitflags;

//= OPT-1
bitflags! {
    /// Who may connect to the socket, and which kind of name it has.
    ///
    /// The access flags combine with `|`. They must be set before `listen`; set while listening
    /// they are stored and apply to the next `listen`.
    ///
    /// # Errors
    ///
    /// Options that cannot be enforced are refused with
    /// [`Unsupported`](crate::ErrorKind::Unsupported), never ignored:
    ///
    /// | operation | refused |
    /// |---|---|
    /// | `listen` on a path | access flags other than [`WORLD`](Self::WORLD), if the platform ignores the modes of socket files |
    /// | `listen` on an abstract name | access flags other than `WORLD`, and an owner: there is no file that could have them |
    /// | adopting a descriptor | access flags, and an owner: the socket has the access that its creator gave it |
    /// | `connect`, `look` | access flags: only the server decides who may connect |
    /// | any | [`ABSTRACT`](Self::ABSTRACT) where there is no abstract namespace; bits that are not defined |
    ///
    /// # Platform-specific behavior
    ///
    /// On Unix the flags become the mode of the socket file, exactly and whatever the umask or the
    /// default ACL of the directory ([`rules::mode`](crate::rules::mode)). Linux guarantees this
    /// from the moment at which the file exists. On macOS and the BSDs, whose kernels check the
    /// mode as well, the file has the mode that the umask leaves until just before `listen(2)`.
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
        /// The group may connect, but not the user who created the socket.
        #[doc(alias = "QLocalServer::GroupAccessOption")]
        const GROUP = 0x2;
        /// Everybody may connect, save the user who created the socket and its group.
        #[doc(alias = "QLocalServer::OtherAccessOption")]
        const OTHER = 0x4;
        /// Everybody may connect.
        #[doc(alias = "QLocalServer::WorldAccessOption")]
        const WORLD = 0x7;
        /// The name lives in the abstract namespace of Linux: no file, and no permissions.
        #[doc(alias = "QLocalServer::AbstractNamespaceOption")]
        const ABSTRACT = 0x8;
    }
}

impl SocketOptions {
    /// Returns the access flags alone.
    #[must_use]
    pub const fn access(self) -> Self {
        self.intersection(Self::WORLD)
    }
}

/// How many clients the operating system may queue before the server takes them in.
///
/// # Platform-specific behavior
///
/// Linux queues one client more than it is told, and caps the number at `net.core.somaxconn`.
//= Q6-2
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backlog {
    /// As many as the system allows.
    #[default]
    Maximum,
    /// At most this many.
    Limited(u32),
}

/// At most this many.
impl From<u32> for Backlog {
    fn from(limit: u32) -> Self {
        Self::Limited(limit)
    }
}

/// At most this many. Numbers that the platform cannot express count as the highest it can.
impl From<usize> for Backlog {
    fn from(limit: usize) -> Self {
        Self::Limited(u32::try_from(limit).unwrap_or(u32::MAX))
    }
}

/// At most this many; a negative number counts as zero.
impl From<i32> for Backlog {
    fn from(limit: i32) -> Self {
        Self::Limited(u32::try_from(limit).unwrap_or(0))
    }
}

/// The owner and group that a socket file is given.
///
/// # Platform-specific behavior
///
/// Unix only; elsewhere listening with an owner is refused.
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
    /// The user id; `None` keeps the user that the process has.
    pub user: Option<u32>,
    /// The group id; `None` keeps the group that the system gives to a new file.
    pub group: Option<u32>,
}

impl Owner {
    /// Creates the owner from a user id and a group id.
    pub const fn new(user: Option<u32>, group: Option<u32>) -> Self {
        Self { user, group }
    }

    /// Returns whether neither a user nor a group is set.
    pub const fn is_default(self) -> bool {
        self.user.is_none() && self.group.is_none()
    }
}

/// Everything that `listen` needs to know besides the name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ListenOptions {
    /// Who may connect, and the kind of the name.
    pub socket: SocketOptions,
    /// The owner and group of the socket file.
    pub owner: Owner,
    /// How many clients the operating system queues.
    pub backlog: Backlog,
}

impl ListenOptions {
    /// Creates the default options: the platform's access, owner and longest backlog.
    pub const fn new() -> Self {
        Self {
            socket: SocketOptions::empty(),
            owner: Owner::new(None, None),
            backlog: Backlog::Maximum,
        }
    }

    /// Sets who may connect, and the kind of the name.
    #[must_use]
    pub const fn with_socket(self, socket: SocketOptions) -> Self {
        Self { socket, ..self }
    }

    /// Sets the owner and group of the socket file.
    #[must_use]
    pub const fn with_owner(self, owner: Owner) -> Self {
        Self { owner, ..self }
    }

    /// Sets how many clients the operating system queues.
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
