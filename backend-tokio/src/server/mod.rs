mod os;
mod reactor;
mod timer;

use anteroom_core::Driver;
use anteroom_std::{
    Intake, QueueAll, local_server_async_members, local_server_builder, local_server_members,
};

use self::os::TokioOs;
use self::reactor::TokioReactor;
use crate::LocalSocket;

/// A local-socket server on tokio.
///
/// It listens on a name, takes in clients up to a limit, and hands them out one by one. Nothing
/// runs behind your back: progress happens only while it is awaited or polled.
///
/// Every member of `QLocalServer` is here under its name in snake case. `I` is the hook that
/// decides about new connections; by default it queues them all. The server and its futures can
/// be sent to other threads if the hook can.
///
/// # Cancel safety
///
/// All its futures may be dropped at any point, in `select!` for instance: a connection that was
/// accepted is pending before a poll returns.
///
/// # Panics
///
/// Awaiting panics if the runtime that the server listens in has ended while the server waited
/// for time: tokio's timers do that. Otherwise that is an error.
///
/// # Platform-specific behavior
///
/// A child process that was forked shares what the kernel watches for tokio: if it drops the
/// server, or any other socket of the runtime, the parent hears nothing of it any more. Let it end,
/// or start another program, without dropping them. The socket file is safe in any case.
///
/// # Specification
///
/// SRV-1 to SRV-9, VIRT-1, VIRT-2.
///
/// # Examples
///
/// A server that is told to stop, and then finishes with those who are connected:
///
/// ```
/// use anteroom_tokio::{LocalServer, LocalSocket};
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
pub struct LocalServer<I = QueueAll> {
    driver: Driver<TokioOs, I>,
}

local_server_members!(LocalServer, LocalSocket, Builder);
local_server_builder!(Builder, LocalServer, LocalSocket);
local_server_async_members!(LocalServer, LocalSocket, TokioReactor);

impl<I: Intake<LocalSocket>> LocalServer<I> {
    /// Creates a server whose hook is `intake`.
    pub(crate) const fn with_intake(intake: I) -> Self {
        Self {
            driver: Driver::new(TokioOs::new(), intake),
        }
    }
}
