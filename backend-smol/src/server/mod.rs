mod os;
mod reactor;
mod timer;

use anteroom_core::Driver;
use anteroom_std::{
    Intake, QueueAll, local_server_async_members, local_server_builder, local_server_members,
};

use self::os::SmolOs;
pub(crate) use self::os::failure;
use self::reactor::SmolReactor;
use crate::LocalSocket;

/// A local-socket server on async-io.
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
/// All its futures may be dropped at any point, in a race for instance: a connection that was
/// accepted is pending before a poll returns.
///
/// # Platform-specific behavior
///
/// A child process that was forked shares what the kernel watches for async-io: if it drops the
/// server, or any other socket of the runtime, the parent hears nothing of it any more. Let it end,
/// or start another program, without dropping them. The socket file is safe in any case.
///
/// # Specification
///
/// SRV-1 to SRV-9, VIRT-1, VIRT-2.
///
/// # Examples
///
/// A server that serves until it is idle for a while, and then finishes with those who are
/// connected:
///
/// ```
/// use anteroom_smol::{LocalServer, LocalSocket, Wait};
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
pub struct LocalServer<I = QueueAll> {
    driver: Driver<SmolOs, I>,
}

local_server_members!(LocalServer, LocalSocket, Builder);
local_server_builder!(Builder, LocalServer, LocalSocket);
local_server_async_members!(LocalServer, LocalSocket, SmolReactor);

impl<I: Intake<LocalSocket>> LocalServer<I> {
    /// Creates a server whose hook is `intake`.
    pub(crate) const fn with_intake(intake: I) -> Self {
        Self {
            driver: Driver::new(SmolOs::new(), intake),
        }
    }
}
