use core::fmt;

/// Declares the capabilities, and the words for what a case needs.
macro_rules! capabilities {
    ($($(#[$attribute:meta])* $name:ident = $words:literal;)+) => {
        /// Something that a subject or its environment supports.
        ///
        /// A case lists the capabilities it needs. The harness skips it if neither the
        /// [subject](crate::Subject::capabilities) nor the
        /// [environment](crate::Environment::capabilities) has one of them, and counts it as
        /// skipped.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Capability {
            $($(#[$attribute])* $name,)+
        }

        impl fmt::Display for Capability {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $words,)+
                })
            }
        }

        impl Capability {
            const ALL: &'static [Self] = &[$(Self::$name),+];
        }
    };
}

capabilities! {
    // Of the subject: optional operations.
    /// `add_pending` works.
    AddPending = "connections of its own in the pending queue";
    /// `listen_descriptor` works.
    Adoption = "adoption of descriptors";
    /// `take_new_connections` counts.
    Announcements = "announcements of new connections";
    /// `set_backlog` works.
    Backlog = "a backlog that can be set";
    /// `drain` works.
    Drain = "drain";
    /// `shutdown_write` works.
    HalfClose = "half-close";
    /// `renew_with_hook` works, and the queries about the hook.
    Hooks = "hooks";
    /// `observe` reports the last error and its text.
    LastError = "the last error";
    /// `set_max_pending` works.
    Limit = "a limit on pending connections";
    /// `listener_number` returns the number.
    ListenerNumber = "access to the listener";
    /// `observe` reports the names.
    Names = "the names of the server";
    /// `set_socket_options` and `set_owner` work.
    Options = "socket options";
    /// `assume_ownership` works.
    Ownership = "ownership of the socket file";
    /// `pause` and `hook_pauses` report the back-off after exhaustion.
    Pauses = "reports of pauses";
    /// `remove_server` works.
    Removal = "removal of a server's socket";

    // Of the environment.
    /// There is an abstract namespace.
    AbstractNames = "an abstract namespace";
    /// Descriptors can be created for adoption.
    Descriptors = "descriptors that can be adopted";
    /// Names are files.
    Files = "names that are files";
    /// The backlog holds hundreds of clients.
    LongQueue = "a backlog for hundreds of clients";
    /// The modes of socket files are enforced.
    Modes = "enforced modes of socket files";
    /// The process can be forked, limited and given a umask: the case runs in its own process.
    OwnProcess = "its own process";
    /// A client waits while the backlog is full.
    QueueWaits = "clients that wait while the backlog is full";
    /// The process may act as other users.
    Users = "the right to act as other users";
}

impl Capability {
    /// Returns all capabilities of a subject: for one that implements every operation.
    pub fn all_of_a_subject() -> Vec<Self> {
        let first_of_environment = Self::AbstractNames as usize;
        Self::ALL[..first_of_environment].to_vec()
    }
}
