/// Writes the documented members of a server, for the backend of any runtime.
///
/// All of them are one line around the driver, so that they are written once and mean the same
/// everywhere. The server is a struct over the intake hook with a field `driver`; its listener can
/// `assume_ownership`, and the server is made by `with_intake`.
#[doc(hidden)]
#[macro_export]
macro_rules! local_server_members {
    ($server:ident, $socket:ident, $builder:ident) => {
        impl $server {
            /// Creates a server that does not listen.
            ///
            /// # Specification
            ///
            /// NEW-1.
            #[doc(alias = "QLocalServer::QLocalServer")]
            pub fn new() -> Self {
                Self::with_intake($crate::QueueAll::new())
            }

            /// Creates a server and listens on `name`.
            ///
            /// # Errors
            ///
            /// As [`listen`](Self::listen).
            pub fn bind(name: impl AsRef<std::ffi::OsStr>) -> Result<Self, $crate::ListenError> {
                let mut server = Self::new();
                server.listen(name)?;
                Ok(server)
            }

            /// Starts to configure a server.
            pub const fn builder() -> $builder {
                $builder::new()
            }

            /// Removes the socket at `name`, which a crashed server left behind.
            ///
            /// That nothing is there is a success. Be careful: a running server's socket is
            /// removed as well, and then nobody can connect to it any more. See [an
            /// example](Self#after-a-crash).
            ///
            /// # Errors
            ///
            /// `ErrorKind::WrongObject` if something else than a socket is there: it is left alone.
            /// `ErrorKind::Name` if the name is invalid, by the same rules as for
            /// [`listen`](Self::listen). Otherwise what the operating system reports.
            ///
            /// # Specification
            ///
            /// REM-1, REM-2, REM-3, REM-5, REM-6.
            #[doc(alias = "QLocalServer::removeServer")]
            pub fn remove_server(name: impl AsRef<std::ffi::OsStr>) -> $crate::Result<()> {
                $crate::remove_server(name)
            }
        }

        impl<I: $crate::Intake<$socket>> $server<I> {
            /// Listens on `name`: a single word, or a full path.
            ///
            /// A single word names a socket in the temporary directory (`$TMPDIR`, else `/tmp`). With
            /// `SocketOptions::ABSTRACT` the name is the abstract address itself, whatever it holds. With access options
            /// the file never has looser permissions than requested, whatever the umask and the
            /// default ACL of its directory; without them it has what umask and ACL leave. See [an
            /// example](Self#listening-and-closing).
            ///
            /// # Errors
            ///
            /// `ListenError::AlreadyListening` when the server listens: nothing changes at all.
            /// Otherwise the server does not listen, nothing was left behind and nothing that stood at
            /// the name was touched: the name is taken (also by the file of a server that has crashed, see
            /// `remove_server`), its directory does not exist, it is invalid or too long, access was
            /// denied, or descriptors ran out.
            ///
            /// Names that look like something else are invalid; the error says what to write instead:
            /// relative paths (`./x`, `run/x`, `..`), `~/x` and `$TMPDIR/x`, URLs (`unix:/x`), paths that
            /// end in a slash, and on Unix `@x` and `\\.\pipe\x`.
            ///
            /// # Specification
            ///
            /// LIS-1 to LIS-9, FULL-1 to FULL-5, OPT-4 to OPT-10, OPT-16.
            #[doc(alias = "QLocalServer::listen")]
            pub fn listen(
                &mut self,
                name: impl AsRef<std::ffi::OsStr>,
            ) -> Result<(), $crate::ListenError> {
                let result = self.driver.listen($crate::server_name(name));
                result.map_err(|error| self.listen_error(error))
            }

            /// Listens on a socket that is bound and listening already, such as one from a service manager.
            ///
            /// It is set non-blocking and close-on-exec. It may be shared with others: its file is never
            /// removed and it is never shut down. See [an example](Self#inherited-sockets).
            ///
            /// # Errors
            ///
            /// Returns the descriptor, with its number and its flags as they were: the server listens
            /// already, descriptors ran out, this is not a local stream socket that listens, or access
            /// options or an owner are set, which an adopted socket cannot be given. A
            /// connection, as a service manager passes it that accepts by itself (`Accept=yes` of
            /// systemd), has `Detail::Connected`: make it a `LocalSocket` instead.
            ///
            /// # Specification
            ///
            /// FD-1 to FD-5.
            #[doc(alias = "QLocalServer::listen")]
            pub fn listen_fd(
                &mut self,
                descriptor: impl Into<std::os::fd::OwnedFd>,
            ) -> Result<(), $crate::AdoptError> {
                match self.driver.adopt(descriptor.into()) {
                    Ok(()) => Ok(()),
                    Err($crate::machine::Refused { descriptor, error }) => Err(
                        $crate::AdoptError::new(descriptor, self.listen_error(error)),
                    ),
                }
            }

            /// Stops listening: new clients are refused, and the name is free again.
            ///
            /// Connections live on; those that are pending can still be claimed. Clients which the
            /// operating system has queued and the server has not taken in are cut off: see
            /// [`drain`](Self::drain) for a way that loses nobody. The socket file is removed if it is
            /// still the one that this server made. See [an example](Self#listening-and-closing).
            ///
            /// # Specification
            ///
            /// CLOSE-1 to CLOSE-8.
            #[doc(alias = "QLocalServer::close")]
            pub fn close(&mut self) {
                self.driver.close();
            }

            /// Refuses new clients, and goes on to hand out those that have connected already.
            ///
            /// The name is free at once and the server counts as not listening. When the last client was
            /// taken in, waits end with `Wait::NotListening`. The limit
            /// holds as ever. See [an example](Self#draining).
            ///
            /// # Platform-specific behavior
            ///
            /// Processes that share the socket by a fork are shut out, too. An adopted socket is not shut
            /// down: the server takes in what is queued, and ends.
            pub fn drain(&mut self) {
                self.driver.drain();
            }

            /// Returns the connection that has been pending for longest, and takes nothing in.
            ///
            /// The socket is yours: it outlives the server. See [an example](Self#the-limit).
            ///
            /// # Specification
            ///
            /// SRV-4, NEXT-1 to NEXT-4.
            #[doc(alias = "QLocalServer::nextPendingConnection")]
            pub fn next_pending_connection(&mut self) -> Option<$socket> {
                self.driver.next_pending()
            }

            /// Queues a connection that you made yourself: it counts and is announced.
            ///
            /// # Specification
            ///
            /// Q6-4.
            #[doc(alias = "QLocalServer::addPendingConnection")]
            pub fn add_pending_connection(&mut self, socket: $socket) {
                self.driver.add_pending(socket);
            }

            /// Drops every pending connection.
            pub fn discard_pending_connections(&mut self) {
                self.driver.discard_pending();
            }

            /// Sets how many connections may be pending at the same time.
            ///
            /// Once so many are, no more are taken in until one is claimed; the operating system may
            /// queue further clients, who see themselves as connected. Raising it takes effect at once,
            /// lowering it drops nothing, and with zero nothing is taken in. See [an
            /// example](Self#the-limit).
            ///
            /// # Specification
            ///
            /// MAX-1, SETMAX-1 to SETMAX-4.
            #[doc(alias = "QLocalServer::setMaxPendingConnections")]
            pub fn set_max_pending_connections(&mut self, limit: usize) {
                self.driver.set_max_pending(limit);
            }

            /// Sets the options for the next `listen`; a server that listens is not changed.
            ///
            /// # Specification
            ///
            /// OPT-10, OPT-15.
            #[doc(alias = "QLocalServer::setSocketOptions")]
            pub fn set_socket_options(&mut self, options: $crate::SocketOptions) {
                self.driver.set_socket_options(options);
            }

            /// Sets the user id and the group id of the socket file for the next `listen`.
            ///
            /// See `owner` of the builder, which sets the same.
            pub fn set_owner(
                &mut self,
                user: impl Into<Option<u32>>,
                group: impl Into<Option<u32>>,
            ) {
                let owner = $crate::Owner::new(user.into(), group.into());
                self.driver.set_owner(owner);
            }

            /// Sets how many clients the operating system is to queue from the next `listen` on.
            ///
            /// # Specification
            ///
            /// Q6-2.
            #[doc(alias = "QLocalServer::setListenBacklogSize")]
            pub fn set_listen_backlog(&mut self, backlog: $crate::Backlog) {
                self.driver.set_backlog(backlog);
            }

            /// Returns how many connections became available since this was last asked.
            ///
            /// See [an example](Self#the-limit).
            ///
            /// # Specification
            ///
            /// SRV-3, SIG-1.
            #[doc(alias = "QLocalServer::newConnection")]
            pub fn take_new_connections(&mut self) -> usize {
                self.driver.take_new_connections()
            }

            /// Makes this process the one that removes the socket file at the end.
            ///
            /// A forked child that drops its copy of the server leaves the file alone. A daemon that forks
            /// after `listen`, and lets its parent exit, calls this in the child.
            ///
            /// An adopted listener has no file to remove; then this does nothing.
            ///
            /// # Platform-specific behavior
            ///
            /// On Linux this calls `listen(2)` again, with the same backlog. The kernel then records
            /// this process as the one that listens: clients which connect from then on see it as
            /// their peer. Nothing else changes. If the call fails, the owner stays as it was.
            ///
            /// # Specification
            ///
            /// DTOR-3.
            pub fn assume_ownership(&mut self) {
                if let Some(listener) = self.driver.listener_mut() {
                    listener.assume_ownership();
                }
            }

            /// Returns the hook, to be changed.
            pub fn intake_mut(&mut self) -> &mut I {
                self.driver.intake_mut()
            }

            /// Claims what a wait that is over has found.
            fn claim(&mut self) -> Result<$socket, $crate::AcceptError> {
                if let Some(socket) = self.driver.next_pending() {
                    return Ok(socket);
                }
                match (self.driver.take_loss(), self.server_error()) {
                    (Some(_), Some(error)) => Err($crate::AcceptError::Lost(error)),
                    _ => Err($crate::AcceptError::NotListening),
                }
            }

            fn listen_error(&self, error: $crate::machine::ListenError) -> $crate::ListenError {
                match (error, self.server_error()) {
                    ($crate::machine::ListenError::Failed(_), Some(error)) => {
                        $crate::ListenError::Failed(error)
                    }
                    _ => $crate::ListenError::AlreadyListening,
                }
            }
        }

        /// What can be asked at any time.
        impl<I> $server<I> {
            /// Returns whether the server listens for incoming connections.
            ///
            /// # Specification
            ///
            /// ISL-1.
            #[doc(alias = "QLocalServer::isListening")]
            pub fn is_listening(&self) -> bool {
                self.driver.server().is_listening()
            }

            /// Returns the name that was passed to `listen`, while listening.
            ///
            /// # Specification
            ///
            /// NAME-1, NAME-2.
            #[doc(alias = "QLocalServer::serverName")]
            pub fn server_name(&self) -> Option<&std::ffi::OsStr> {
                self.driver.server().server_name().map($crate::os_str)
            }

            /// Returns the complete path, or abstract name, while listening.
            ///
            /// # Specification
            ///
            /// FULL-1.
            #[doc(alias = "QLocalServer::fullServerName")]
            pub fn full_server_name(&self) -> Option<&std::ffi::OsStr> {
                self.driver.server().full_server_name().map($crate::os_str)
            }

            /// Returns whether a connection is pending.
            ///
            /// # Specification
            ///
            /// HAS-1.
            #[doc(alias = "QLocalServer::hasPendingConnections")]
            pub fn has_pending_connections(&self) -> bool {
                self.driver.server().has_pending()
            }

            /// Returns how many connections may be pending at the same time: 30 by default.
            ///
            /// # Specification
            ///
            /// MAX-1.
            #[doc(alias = "QLocalServer::maxPendingConnections")]
            pub fn max_pending_connections(&self) -> usize {
                self.driver.server().max_pending()
            }

            /// Returns the options that the next `listen` will use.
            ///
            /// # Specification
            ///
            /// OPT-15.
            #[doc(alias = "QLocalServer::socketOptions")]
            pub fn socket_options(&self) -> $crate::SocketOptions {
                self.driver.server().socket_options()
            }

            /// Returns the owner that the next `listen` will give to the socket file.
            pub fn owner(&self) -> $crate::Owner {
                self.driver.server().owner()
            }

            /// Returns the error that occurred last, unless it was cleared since.
            ///
            /// A successful `listen` clears it, and so does closing a server that listens.
            ///
            /// # Specification
            ///
            /// ERR-3, ERR-4, ERR-5.
            #[doc(alias = "QLocalServer::serverError")]
            pub fn server_error(&self) -> Option<$crate::Error> {
                let server = self.driver.server();
                let (name, full_name) = server.last_error_names();
                let failure = server.last_error()?;
                Some($crate::Error::new(
                    failure,
                    name.cloned(),
                    full_name.cloned(),
                ))
            }

            /// Returns why, and for how long, accepting connections has been paused, if it is.
            ///
            /// When descriptors or memory run out, the server waits a while before it tries again,
            /// and clients wait in the backlog. Unlike [`server_error`](Self::server_error) this is
            /// cleared: when the backlog was found empty, when nothing has run out for a second in
            /// which connections were accepted, and when the server closes. Progress is noticed only
            /// while the server is waited for or driven.
            ///
            /// To be told of the begin and the end, implement `paused` and `resumed` of
            /// the hook (`Intake`). See [an example](Self#running-out-of-descriptors).
            ///
            /// # Specification
            ///
            /// ISL-1.
            pub fn pause(&self) -> Option<$crate::Pause> {
                let server = self.driver.server();
                let pause = server.pause()?;
                let (name, full_name) = server.pause_names();
                Some($crate::Pause::new(
                    $crate::Error::new(pause.failure, name.cloned(), full_name.cloned()),
                    $crate::machine::Os::now(self.driver.os()).since(pause.since),
                ))
            }

            /// Returns a text for people about the error that occurred last, or an empty one.
            ///
            /// It is the alternate form of that error, `{error:#}`: what was attempted, and why it failed.
            ///
            /// # Specification
            ///
            /// ERR-1, ERR-2, ERR-6.
            #[doc(alias = "QLocalServer::errorString")]
            pub fn error_string(&self) -> String {
                self.server_error()
                    .map_or_else(String::new, |error| format!("{error:#}"))
            }

            /// Returns the hook.
            pub fn intake(&self) -> &I {
                self.driver.intake()
            }
        }

        impl Default for $server {
            fn default() -> Self {
                Self::new()
            }
        }

        impl<I> std::fmt::Debug for $server<I> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($server))
                    .field(&self.driver)
                    .finish()
            }
        }
    };
}
