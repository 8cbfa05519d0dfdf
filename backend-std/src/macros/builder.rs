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
            options: $crate::SocketOptions,
            max_pending: usize,
            backlog: $crate::Backlog,
            intake: I,
        }

        impl $builder {
            const fn new() -> Self {
                Self {
                    options: $crate::SocketOptions::empty(),
                    max_pending: $crate::machine::DEFAULT_MAX_PENDING,
                    backlog: $crate::Backlog::Maximum,
                    intake: $crate::QueueAll::new(),
                }
            }
        }

        impl<I> $builder<I> {
            /// Sets who may connect, and the kind of the name.
            pub const fn socket_options(mut self, options: $crate::SocketOptions) -> Self {
                self.options = options;
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
                self.backlog = backlog;
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
                    backlog,
                    intake: _,
                } = self;
                $builder {
                    options,
                    max_pending,
                    backlog,
                    intake,
                }
            }
        }

        impl<I: $crate::Intake<$socket>> $builder<I> {
            /// Makes the server, which does not listen yet.
            pub fn build(self) -> $server<I> {
                let mut server = $server::with_intake(self.intake);
                server.set_socket_options(self.options);
                server.set_max_pending_connections(self.max_pending);
                server.set_listen_backlog(self.backlog);
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
