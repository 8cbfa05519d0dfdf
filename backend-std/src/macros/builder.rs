/// Writes the builder of a server, for the backend of any runtime.
///
/// Its documentation comes from the backend, since only there an example can be run.
#[doc(hidden)]
#[macro_export]
macro_rules! local_server_builder {
    ($(#[$attribute:meta])* $builder:ident, $server:ident, $socket:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Debug)]
        #[must_use = "it is `listen` or `build` that makes the server"]
        pub struct $builder<I = $crate::QueueAll> {
            options: $crate::machine::ListenOptions,
            max_pending: usize,
            intake: I,
        }

        impl $builder {
            const fn new() -> Self {
                Self {
                    options: $crate::machine::ListenOptions::new(),
                    max_pending: $crate::machine::DEFAULT_MAX_PENDING,
                    intake: $crate::QueueAll::new(),
                }
            }
        }

        impl<I> $builder<I> {
            /// Sets who may connect, and the kind of the name.
            ///
            /// Options that cannot be enforced make `listen` fail: see `SocketOptions`.
            pub const fn socket_options(mut self, options: $crate::SocketOptions) -> Self {
                self.options = self.options.with_socket(options);
                self
            }

            /// Sets the user id and the group id that own the socket file.
            ///
            /// `None` keeps the one that a new file gets. Use it together with access options: they
            /// say who of user, group and others may connect, and nobody else can at any moment.
            ///
            /// Giving the file to a group of which the process is a member takes no privilege. Any
            /// other group takes `CAP_CHOWN`, and another user `CAP_CHOWN` and, unless
            /// `SocketOptions::USER` is set, `CAP_FOWNER`. If it is not possible, `listen` fails and
            /// leaves nothing behind.
            ///
            /// A server that drops its privileges after `listen` may be unable to remove a file that
            /// belongs to another user, as in a sticky directory such as `/tmp`. Use a directory
            /// of the server's own.
            ///
            /// # Platform-specific behavior
            ///
            /// Unix only. Abstract names have no file, and so no owner.
            pub fn owner(
                mut self,
                user: impl Into<Option<u32>>,
                group: impl Into<Option<u32>>,
            ) -> Self {
                let owner = $crate::Owner::new(user.into(), group.into());
                self.options = self.options.with_owner(owner);
                self
            }

            /// Sets how many connections may be pending at the same time: 30 unless set.
            pub const fn max_pending_connections(mut self, limit: usize) -> Self {
                self.max_pending = limit;
                self
            }

            /// Sets how many clients the operating system is to queue: as many as it allows
            /// unless set.
            pub const fn listen_backlog(mut self, backlog: $crate::Backlog) -> Self {
                self.options = self.options.with_backlog(backlog);
                self
            }

            /// Sets the hook that decides about every new connection.
            ///
            /// It is a closure or any other `Intake`: see the [examples](Self#examples).
            ///
            /// # Specification
            ///
            /// INC-1 to INC-4.
            #[doc(alias = "QLocalServer::incomingConnection")]
            pub fn intake<J: $crate::Intake<$socket>>(self, intake: J) -> $builder<J> {
                let Self {
                    options,
                    max_pending,
                    intake: _,
                } = self;
                $builder {
                    options,
                    max_pending,
                    intake,
                }
            }
        }

        impl<I: $crate::Intake<$socket>> $builder<I> {
            /// Makes the server, which does not listen yet.
            pub fn build(self) -> $server<I> {
                let mut server = $server::with_intake(self.intake);
                server.driver.set_listen_options(self.options);
                server.set_max_pending_connections(self.max_pending);
                server
            }

            /// Makes the server and listens on `name`.
            ///
            /// # Errors
            ///
            /// As `listen` of the server.
            pub fn listen(
                self,
                name: impl AsRef<std::ffi::OsStr>,
            ) -> Result<$server<I>, $crate::ListenError> {
                let mut server = self.build();
                server.listen(name)?;
                Ok(server)
            }
        }
    };
}
