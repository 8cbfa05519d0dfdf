use std::iter::FusedIterator;
use std::pin::Pin;
use std::task::{Context, Poll};

use anteroom_core::{Intake, QueueAll, Reactor};
use futures_core::{FusedStream, Stream};

use super::{Async, Blocking, Mode, Server, SocketOf, Waiter};
use crate::AcceptError;

/// An iterator or stream over the connections of a borrowed server.
///
/// It ends when the server no longer listens. A wake-up or a lost listener yields an error first.
///
/// # Panics
///
/// `next` panics if the hook panics, and can be called again.
///
/// # Cancel safety
///
/// Dropping it, or the future of its next item, loses no connection.
#[derive(Debug)]
#[must_use = "it does nothing unless it is iterated over or polled"]
pub struct Incoming<'a, M: Mode, I = QueueAll> {
    server: &'a mut Server<M, I>,
    ended: bool,
}

/// An iterator or stream of connections that owns its server.
///
/// It ends when the server no longer listens. A wake-up or a lost listener yields an error first.
///
/// # Panics
///
/// `next` panics if the hook panics, and can be called again.
///
/// # Cancel safety
///
/// Dropping the future of its next item loses no connection.
#[derive(Debug)]
#[must_use = "it does nothing unless it is iterated over or polled"]
pub struct IntoIncoming<M: Mode, I = QueueAll> {
    server: Server<M, I>,
    ended: bool,
}

impl<M: Mode, I: Intake<SocketOf<M>>> Server<M, I> {
    /// Returns the connections, waiting for each.
    ///
    /// It is an iterator for a blocking server, and a stream otherwise. It ends when the server no
    /// longer listens.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom::tokio::{LocalServer, LocalSocket};
    /// use futures_lite::StreamExt;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// let mut server = LocalServer::bind(&name)?;
    /// let _clients = [LocalSocket::connect(&name).await?, LocalSocket::connect(&name).await?];
    /// server.drain(); // two and no more: otherwise the loop would wait for the next one
    /// let mut served = 0;
    /// let mut incoming = server.incoming();
    /// while let Some(socket) = incoming.next().await {
    ///     drop(socket?);
    ///     served += 1;
    /// }
    /// assert_eq!(served, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub const fn incoming(&mut self) -> Incoming<'_, M, I> {
        Incoming {
            server: self,
            ended: false,
        }
    }

    /// Converts the server into an iterator or stream, like [`incoming`](Self::incoming).
    pub const fn into_incoming(self) -> IntoIncoming<M, I> {
        IntoIncoming {
            server: self,
            ended: false,
        }
    }
}

impl<M: Mode, I> IntoIncoming<M, I> {
    /// Returns a mutable reference to the server.
    pub const fn server_mut(&mut self) -> &mut Server<M, I> {
        &mut self.server
    }

    /// Converts back into the server.
    pub fn into_server(self) -> Server<M, I> {
        self.server
    }
}

// The hook is never pinned.
impl<M: Mode, I> Unpin for IntoIncoming<M, I> {}

impl<O: Waiter, I: Intake<O::Conn>> Iterator for Incoming<'_, Blocking<O>, I> {
    type Item = Result<O::Conn, AcceptError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.server.next_incoming(&mut self.ended)
    }
}

impl<O: Waiter, I: Intake<O::Conn>> Iterator for IntoIncoming<Blocking<O>, I> {
    type Item = Result<O::Conn, AcceptError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.server.next_incoming(&mut self.ended)
    }
}

impl<O: Waiter, I: Intake<O::Conn>> FusedIterator for Incoming<'_, Blocking<O>, I> {}

impl<O: Waiter, I: Intake<O::Conn>> FusedIterator for IntoIncoming<Blocking<O>, I> {}

impl<O: Reactor, I: Intake<O::Conn>> Stream for Incoming<'_, Async<O>, I> {
    type Item = Result<O::Conn, AcceptError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        this.server.poll_incoming(context, &mut this.ended)
    }
}

impl<O: Reactor, I: Intake<O::Conn>> Stream for IntoIncoming<Async<O>, I> {
    type Item = Result<O::Conn, AcceptError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        this.server.poll_incoming(context, &mut this.ended)
    }
}

impl<O: Reactor, I: Intake<O::Conn>> FusedStream for Incoming<'_, Async<O>, I> {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl<O: Reactor, I: Intake<O::Conn>> FusedStream for IntoIncoming<Async<O>, I> {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}
