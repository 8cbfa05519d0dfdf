use anteroom_std::sys::System;
use anteroom_std::{Async, QueueAll, Server};

use crate::AsyncIo;

/// A local-socket server on async-io.
///
/// It listens on a name, accepts clients up to a limit, and returns them one at a time. It has no
/// background tasks: it makes progress only while it is awaited or polled.
///
/// This is an alias of [`Server`], which has every member of `QLocalServer` in snake case. `I` is
/// the hook that decides about new connections; the default queues all of them. The server and its
/// futures are `Send` if the hook is.
///
/// # Cancel safety
///
/// Every future may be dropped at any point: an accepted connection is pending before a poll
/// returns.
///
/// # Platform-specific behavior
///
/// A forked child shares the epoll instance of the reactor. If it drops the server or any other
/// socket of the reactor, the parent gets no more events for it. Let the child exit, or execute
/// another program, without dropping them. The socket file is safe in any case.
///
/// The first `listen` of a process starts async-io's reactor: see the [crate](crate#platform-specific-behavior).
///
/// # Examples
///
/// ## Draining
///
/// A server that stops after some idle time, and serves the clients that have connected until then:
///
/// ```
/// use anteroom::Wait;
/// use anteroom::smol::{LocalServer, LocalSocket};
/// use futures_lite::AsyncWriteExt;
/// use std::time::Duration;
///
/// async fn serve(mut server: LocalServer) -> Result<usize, Box<dyn std::error::Error>> {
///     let mut served = 0;
///     while server.wait_for_new_connection(Duration::from_millis(20)).await == Wait::Ready {
///         while let Some(mut socket) = server.next_pending_connection() {
///             socket.write_all(b"welcome").await?;
///             served += 1;
///         }
///     }
///     server.drain();
///     while let Ok(mut socket) = server.accept().await {
///         socket.write_all(b"just in time").await?;
///         served += 1;
///     }
///     Ok(served)
/// }
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let server = LocalServer::bind(&name)?;
/// async_io::block_on(async {
///     let _client = LocalSocket::connect(&name).await?;
///     assert_eq!(serve(server).await?, 1);
///     # Ok(())
/// # })
/// # .map_err(|error: Box<dyn std::error::Error>| error)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "QLocalServer")]
pub type LocalServer<I = QueueAll> = Server<Async<System<AsyncIo>>, I>;

/// Configures a server before it listens.
pub type Builder<I = QueueAll> = anteroom_std::Builder<Async<System<AsyncIo>>, I>;

/// A stream of the connections of a borrowed server.
pub type Incoming<'a, I = QueueAll> = anteroom_std::Incoming<'a, Async<System<AsyncIo>>, I>;

/// A stream of connections that owns its server.
pub type IntoIncoming<I = QueueAll> = anteroom_std::IntoIncoming<Async<System<AsyncIo>>, I>;

/// Options for connecting: the kind of the name, and the timeout for a full backlog.
///
/// # Platform-specific behavior
///
/// The first use starts async-io's reactor: see the [crate](crate#platform-specific-behavior).
pub type ConnectOptions = anteroom_std::ConnectOptions<Async<System<AsyncIo>>>;
