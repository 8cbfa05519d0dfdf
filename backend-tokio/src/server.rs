use anteroom_std::sys::System;
use anteroom_std::{Async, QueueAll, Server};

use crate::Tokio;

/// A local-socket server on tokio.
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
/// All its futures may be dropped at any point, in `select!` for instance: a connection that was
/// accepted is pending before a poll returns.
///
/// # Platform-specific behavior
///
/// A child process that was forked shares what the kernel watches for tokio: if it drops the
/// server, or any other socket of the runtime, the parent hears nothing of it any more. Let it end,
/// or start another program, without dropping them. The socket file is safe in any case.
///
/// tokio panics where its runtime lacks I/O or timers, or has ended while a task waits for time,
/// and offers no way to ask before. The panic is caught, and its message is printed:
///
/// - Without I/O, `listen` and `listen_fd` return an error with
///   [`NO_IO`](crate::NO_IO).
/// - Without timers a server listens and serves. If a wait with a deadline finds nobody, or
///   descriptors ran out and the server has to pause, it closes with
///   [`NO_TIMERS`](crate::NO_TIMERS): it could only spin or hang. Pending
///   connections stay; clients that the operating system has queued are cut off, as by `close`.
/// - If the runtime has ended, the server closes with
///   [`NO_RUNTIME`](crate::NO_RUNTIME).
///
/// With `panic = "abort"` the process ends instead in the first two cases, and in the last one if
/// the server waited for time. `listen` asks for I/O before it creates the socket file.
///
/// # Examples
///
/// ## Draining
///
/// A server that is told to stop, and then finishes with those who are connected:
///
/// ```
/// use anteroom::tokio::{LocalServer, LocalSocket};
/// use tokio::io::AsyncWriteExt;
/// use tokio::sync::oneshot;
///
/// async fn serve(
///     mut server: LocalServer,
///     mut stop: oneshot::Receiver<()>,
/// ) -> Result<usize, Box<dyn std::error::Error>> {
///     let mut served = 0;
///     while server.is_listening() {
///         tokio::select! {
///             socket = server.accept() => {
///                 socket?.write_all(b"welcome").await?;
///                 served += 1;
///             }
///             _ = &mut stop => server.drain(),
///         }
///     }
///     while let Ok(mut socket) = server.accept().await {
///         socket.write_all(b"just in time").await?;
///         served += 1;
///     }
///     Ok(served)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// let server = LocalServer::bind(&name)?;
/// let _client = LocalSocket::connect(&name).await?;
/// let (stop, stopped) = oneshot::channel();
/// stop.send(()).unwrap();
/// assert_eq!(serve(server, stopped).await?, 1);
/// # Ok(())
/// # }
/// ```
#[doc(alias = "QLocalServer")]
pub type LocalServer<I = QueueAll> = Server<Async<System<Tokio>>, I>;

/// Configures a server before it listens.
pub type Builder<I = QueueAll> = anteroom_std::Builder<Async<System<Tokio>>, I>;

/// The connections of a server that is borrowed: a stream.
pub type Incoming<'a, I = QueueAll> = anteroom_std::Incoming<'a, Async<System<Tokio>>, I>;

/// The connections of a server, which it owns: a stream.
pub type IntoIncoming<I = QueueAll> = anteroom_std::IntoIncoming<Async<System<Tokio>>, I>;

/// How to connect: to which kind of name, and how long to wait for a full queue.
///
/// # Platform-specific behavior
///
/// In a runtime without timers, tokio panics while the queue is full. The panic is caught and
/// becomes an error; with `panic = "abort"` the process ends.
pub type ConnectOptions = anteroom_std::ConnectOptions<Async<System<Tokio>>>;
