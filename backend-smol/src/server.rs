use anteroom_std::sys::System;
use anteroom_std::{Async, QueueAll, Server};

use crate::AsyncIo;

/// A local-socket server on async-io.
///
/// It listens on a name, takes in clients up to a limit, and hands them out one by one. Nothing
/// runs behind your back: progress happens only while it is awaited or polled.
///
/// Every member of `QLocalServer` is there under its name in snake case: see [`Server`], which this is an alias of. `I` is the hook that
/// decides about new connections; by default it queues them all. The server and its futures can
/// be sent to other threads if the hook can.
///
/// # Cancel safety
///
/// All its futures may be dropped at any point, in a race for instance: a connection that was
/// accepted is pending before a poll returns.
///
/// # Platform-specific behavior
///
/// A child process that was forked shares what the kernel watches for async-io: if it drops the
/// server, or any other socket of the runtime, the parent hears nothing of it any more. Let it end,
/// or start another program, without dropping them. The socket file is safe in any case.
///
/// The first `listen` of a process starts async-io's reactor: see the [crate](crate#platform-specific-behavior).
///
/// # Examples
///
/// ## Draining
///
/// A server that serves until it is idle for a while, and then finishes with those who are
/// connected:
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

/// The connections of a server that is borrowed: a stream.
pub type Incoming<'a, I = QueueAll> = anteroom_std::Incoming<'a, Async<System<AsyncIo>>, I>;

/// The connections of a server, which it owns: a stream.
pub type IntoIncoming<I = QueueAll> = anteroom_std::IntoIncoming<Async<System<AsyncIo>>, I>;

/// How to connect: to which kind of name, and how long to wait for a full queue.
///
/// # Platform-specific behavior
///
/// The first use starts async-io's reactor: see the [crate](crate#platform-specific-behavior).
pub type ConnectOptions = anteroom_std::ConnectOptions<Async<System<AsyncIo>>>;
