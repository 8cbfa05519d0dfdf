use std::iter::FusedIterator;
use std::pin::Pin;
use std::task::{Context, Poll};

use anteroom_core::{Intake, QueueAll, Reactor};
use futures_core::{FusedStream, Stream};

use super::{Async, Blocking, Mode, Server, SocketOf, Waiter};
use crate::AcceptError;

/// The connections of a server that is borrowed: an iterator, or a stream.
///
/// It ends when the server does not listen any more. A wake handle and a lost listener show as
/// errors first.
///
/// # Panics
///
/// `next` panics only if the hook does, as `accept` of the server says, and goes on after that.
///
/// # Cancel safety
///
/// Dropping it, or the future of its next item, loses nothing.
#[derive(Debug)]
#[must_use = "it does nothing unless it is iterated over or polled"]
pub struct Incoming<'a, M: Mode, I = QueueAll> {
    server: &'a mut Server<M, I>,
    ended: bool,
}

/// The connections of a server, which it owns: an iterator, or a stream.
///
/// It ends when the server does not listen any more. A wake handle and a lost listener show as
/// errors first.
///
/// # Panics
///
/// `next` panics only if the hook does, as `accept` of the server says, and goes on after that.
///
/// # Cancel safety
///
/// Dropping the future of its next item loses nothing.
#[derive(Debug)]
#[must_use = "it does nothing unless it is iterated over or polled"]
pub struct IntoIncoming<M: Mode, I = QueueAll> {
    server: Server<M, I>,
    ended: bool,
}

impl<M: Mode, I: Intake<SocketOf<M>>> Server<M, I> {
    /// Returns the connections, one after the other, and waits for each.
    ///
    /// For a blocking server it is an iterator, otherwise a stream. It ends when the server does not
    /// listen any more.
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

    /// Turns the server into its connections, as [`incoming`](Self::incoming).
    pub const fn into_incoming(self) -> IntoIncoming<M, I> {
        IntoIncoming {
            server: self,
            ended: false,
        }
    }
}

impl<M: Mode, I> IntoIncoming<M, I> {
    /// Returns the server, to be changed.
    pub const fn server_mut(&mut self) -> &mut Server<M, I> {
        &mut self.server
    }

    /// Returns the server itself.
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
