use anteroom_std::sys::System;
use anteroom_std::{Async, QueueAll, Server};

use crate::Tokio;

/// A local-socket server on tokio.
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
/// Every future may be dropped at any point, as by `select!`: an accepted connection is pending
/// before a poll returns.
///
/// # Platform-specific behavior
///
/// A forked child shares the epoll instance of the runtime. If it drops the server or any other
/// socket of the runtime, the parent gets no more events for it. Let the child exit, or execute
/// another program, without dropping them. The socket file is safe in any case.
///
/// tokio panics if its runtime lacks I/O or timers, or has ended while a task waits for a timer,
/// and offers no way to detect this before. This crate catches the panic; its message is printed:
///
/// - Without I/O, `listen` and `listen_fd` return an error with
///   [`NO_IO`](crate::NO_IO).
/// - Without timers, a server listens and accepts. If a wait with a timeout has to wait, or if
///   descriptors run out, it closes with [`NO_TIMERS`](crate::NO_TIMERS), since it could only spin
///   or hang. Pending connections stay; clients in the backlog are disconnected, as by `close`.
/// - If the runtime has ended, the server closes with
///   [`NO_RUNTIME`](crate::NO_RUNTIME).
///
/// With `panic = "abort"` the process ends instead in the first two cases, and in the last one if
/// the server waited for a timer. `listen` checks for I/O before it creates the socket file.
///
/// # Examples
///
/// ## Draining
///
/// A server that stops on request, and serves the clients that have connected until then:
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

/// A stream of the connections of a borrowed server.
pub type Incoming<'a, I = QueueAll> = anteroom_std::Incoming<'a, Async<System<Tokio>>, I>;

/// A stream of connections that owns its server.
pub type IntoIncoming<I = QueueAll> = anteroom_std::IntoIncoming<Async<System<Tokio>>, I>;

/// Options for connecting: the kind of the name, and the timeout for a full backlog.
///
/// # Platform-specific behavior
///
/// In a runtime without timers, `connect` returns an error if the backlog is full. tokio prints its
/// panic message; with `panic = "abort"` the process ends.
pub type ConnectOptions = anteroom_std::ConnectOptions<Async<System<Tokio>>>;
