/// Writes the members of a server that wait for its runtime, and its streams.
///
/// They stand on [`local_server_members`](crate::local_server_members). `$reactor` is the
/// reactor of the runtime, made from the context of the task; the calling crate depends on
/// `futures-core`.
#[doc(hidden)]
#[macro_export]
macro_rules! local_server_async_members {
    ($server:ident, $socket:ident, $reactor:ident) => {
        /// Waiting, and taking clients in. Progress happens nowhere else: no task is spawned.
        impl<I: $crate::Intake<$socket>> $server<I> {
            /// Waits for a connection and returns it.
            ///
            /// With a limit of zero it waits for ever.
            ///
            /// # Errors
            ///
            /// The server does not listen, or the listener became unusable and the server has
            /// closed. That descriptors ran out is no error: the server tries again.
            ///
            /// # Panics
            ///
            /// If the hook does. The connection it was given is closed, unless it was queued
            /// before; nothing else is lost, and the server can be used as before.
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost: a connection is returned, or it is pending, or it is still in the
            /// queue of the operating system.
            pub async fn accept(&mut self) -> Result<$socket, $crate::AcceptError> {
                std::future::poll_fn(|context| self.poll_accept(context)).await
            }

            /// Waits until a connection is pending, or the time is over.
            ///
            /// `Timeout::default()` is zero: it looks once and does not wait. With something
            /// pending it returns at once. The time begins when the future is first polled. See
            /// [an example](Self#waiting).
            ///
            /// # Panics
            ///
            /// As [`accept`](Self::accept).
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost: what was taken in is pending.
            ///
            /// # Specification
            ///
            /// SRV-9, WAIT-1 to WAIT-6.
            //= SRV-9, WAIT-1, WAIT-2, WAIT-3, WAIT-4
            #[doc(alias = "QLocalServer::waitForNewConnection")]
            pub async fn wait_for_new_connection(
                &mut self,
                timeout: impl Into<$crate::Timeout>,
            ) -> $crate::Wait {
                let deadline = match timeout.into() {
                    $crate::Timeout::Never => None,
                    $crate::Timeout::After(duration) if duration.is_zero() => {
                        let mut nobody = std::task::Context::from_waker(std::task::Waker::noop());
                        return self.driver.look_once(&mut $reactor::new(&mut nobody));
                    }
                    $crate::Timeout::After(duration) => {
                        Some($crate::machine::Os::now(self.driver.os()).after(duration))
                    }
                };
                std::future::poll_fn(|context| {
                    self.driver.poll_wait(deadline, &mut $reactor::new(context))
                })
                .await
            }

            /// Polls whether a connection is pending, and takes one in if not.
            ///
            /// `Wait::Ready` or `Wait::NotListening` ends it. While it is pending, only the task
            /// that polled last is woken.
            ///
            /// # Panics
            ///
            /// As [`accept`](Self::accept).
            ///
            /// # Cancel safety
            ///
            /// It need not be polled again: what was taken in is pending.
            pub fn poll_ready(
                &mut self,
                context: &mut std::task::Context<'_>,
            ) -> std::task::Poll<$crate::Wait> {
                self.driver.poll_wait(None, &mut $reactor::new(context))
            }

            /// Polls for a connection, and claims it.
            ///
            /// # Errors
            ///
            /// As [`accept`](Self::accept).
            ///
            /// # Panics
            ///
            /// As [`accept`](Self::accept).
            ///
            /// # Cancel safety
            ///
            /// It need not be polled again.
            pub fn poll_accept(
                &mut self,
                context: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Result<$socket, $crate::AcceptError>> {
                self.poll_ready(context).map(|_| self.claim())
            }

            /// Takes in the clients that are there, as far as the limit allows, without waiting.
            ///
            /// At most 64 at a time. Nobody needs to call it: waiting takes clients in, too, but
            /// stops at the first one. See [an example](Self#the-limit).
            ///
            /// # Panics
            ///
            /// As [`accept`](Self::accept).
            ///
            /// # Specification
            ///
            /// SRV-8.
            pub fn process_events(&mut self) -> $crate::Progress {
                let mut nobody = std::task::Context::from_waker(std::task::Waker::noop());
                self.driver.process_events(&mut $reactor::new(&mut nobody))
            }

            /// Returns a stream of the connections.
            ///
            /// It ends when the server does not listen any more. See [an example](Self#a-stream).
            pub const fn incoming(&mut self) -> Incoming<'_, I> {
                Incoming {
                    server: self,
                    ended: false,
                }
            }

            /// Turns the server into a stream of its connections.
            ///
            /// It ends when the server does not listen any more.
            pub const fn into_incoming(self) -> IntoIncoming<I> {
                IntoIncoming {
                    server: self,
                    ended: false,
                }
            }

            fn poll_incoming(
                &mut self,
                context: &mut std::task::Context<'_>,
                ended: &mut bool,
            ) -> std::task::Poll<Option<Result<$socket, $crate::AcceptError>>> {
                if *ended {
                    return std::task::Poll::Ready(None);
                }
                self.poll_accept(context).map(|result| {
                    *ended = matches!(result, Err($crate::AcceptError::NotListening));
                    (!*ended).then_some(result)
                })
            }
        }

        impl<I> $server<I> {
            /// Returns the descriptor of the listener, while there is one.
            ///
            /// Do not accept from it, nor change its flags.
            ///
            /// # Specification
            ///
            /// Q6-3.
            //= Q6-3
            #[doc(alias = "QLocalServer::socketDescriptor")]
            pub fn listener_fd(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
                self.driver.listener().map(std::os::fd::AsFd::as_fd)
            }
        }

        /// A stream of the connections of a server that is borrowed.
        ///
        /// It ends when the server does not listen any more. A lost listener shows as an error
        /// first.
        ///
        /// # Panics
        ///
        /// Polling it does if the hook does, as `accept` of the server says, and goes on after that.
        ///
        /// # Cancel safety
        ///
        /// Dropping it, or the future of its next item, loses nothing.
        #[derive(Debug)]
        #[must_use = "a stream does nothing unless it is polled"]
        pub struct Incoming<'a, I = $crate::QueueAll> {
            server: &'a mut $server<I>,
            ended: bool,
        }

        /// A stream of the connections of a server, which it owns.
        ///
        /// It ends when the server does not listen any more. A lost listener shows as an error
        /// first.
        ///
        /// # Panics
        ///
        /// Polling it does if the hook does, as `accept` of the server says, and goes on after that.
        ///
        /// # Cancel safety
        ///
        /// Dropping the future of its next item loses nothing.
        #[derive(Debug)]
        #[must_use = "a stream does nothing unless it is polled"]
        pub struct IntoIncoming<I = $crate::QueueAll> {
            server: $server<I>,
            ended: bool,
        }

        // The hook is never pinned.
        impl<I> Unpin for IntoIncoming<I> {}

        impl<I> IntoIncoming<I> {
            /// Returns the server, to be changed.
            pub const fn server_mut(&mut self) -> &mut $server<I> {
                &mut self.server
            }

            /// Returns the server itself.
            pub fn into_server(self) -> $server<I> {
                self.server
            }
        }

        impl<I: $crate::Intake<$socket>> ::futures_core::Stream for Incoming<'_, I> {
            type Item = Result<$socket, $crate::AcceptError>;

            fn poll_next(
                self: std::pin::Pin<&mut Self>,
                context: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                let this = self.get_mut();
                this.server.poll_incoming(context, &mut this.ended)
            }
        }

        impl<I: $crate::Intake<$socket>> ::futures_core::Stream for IntoIncoming<I> {
            type Item = Result<$socket, $crate::AcceptError>;

            fn poll_next(
                self: std::pin::Pin<&mut Self>,
                context: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                let this = self.get_mut();
                this.server.poll_incoming(context, &mut this.ended)
            }
        }

        impl<I: $crate::Intake<$socket>> ::futures_core::FusedStream for Incoming<'_, I> {
            fn is_terminated(&self) -> bool {
                self.ended
            }
        }

        impl<I: $crate::Intake<$socket>> ::futures_core::FusedStream for IntoIncoming<I> {
            fn is_terminated(&self) -> bool {
                self.ended
            }
        }
    };
}
