use bitflags::bitflags;

//= OPT-1
bitflags! {
    /// Who may connect to the socket, and which kind of name it has.
    ///
    /// The access flags combine with `|`. They must be set before `listen`; set while listening
    /// they are stored and serve the next one.
    ///
    /// # Platform-specific behavior
    ///
    /// On Linux the flags become the mode of the socket file, exactly and whatever the umask
    /// says ([`rules::mode`](crate::rules::mode)). Other Unixes may ignore the modes of socket
    /// files and then behave as with [`WORLD`](Self::WORLD).
    ///
    /// # Specification
    ///
    /// OPT-1, OPT-2, OPT-3, Q6-1.
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
///
/// # Specification
///
/// Q6-2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backlog {
    /// As many as the system allows.
    #[default]
    Maximum,
    /// At most this many.
    Limited(u32),
}
