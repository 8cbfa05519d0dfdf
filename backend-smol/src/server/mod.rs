mod foresight;
mod os;
mod reactor;
mod timer;

use anteroom_core::Driver;
use anteroom_std::{
    Intake, QueueAll, local_server_async_members, local_server_builder, local_server_members,
};

use self::os::SmolOs;
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
/// ## Draining
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
///
/// ## Waiting
///
/// ```
/// use anteroom_smol::{LocalServer, LocalSocket, Timeout, Wait};
/// use std::time::Duration;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// # async_io::block_on(async {
/// let mut server = LocalServer::bind(&name)?;
/// assert_eq!(server.wait_for_new_connection(Timeout::default()).await, Wait::TimedOut);
/// let _client = LocalSocket::connect(&name).await?;
/// assert_eq!(server.wait_for_new_connection(Duration::from_secs(10)).await, Wait::Ready);
/// assert!(server.next_pending_connection().is_some());
/// # Ok(())
/// # })
/// # .map_err(|error: Box<dyn std::error::Error>| error)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## A stream
///
/// ```
/// use anteroom_smol::{LocalServer, LocalSocket};
/// use futures_lite::StreamExt;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// # async_io::block_on(async {
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
/// # })
/// # .map_err(|error: Box<dyn std::error::Error>| error)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## Listening and closing
///
/// A name that is taken is not touched, and what is pending outlives the listening:
///
/// ```
/// use anteroom_smol::{ErrorKind, LocalServer, LocalSocket};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// # async_io::block_on(async {
/// let mut server = LocalServer::new();
/// server.listen(&name)?;
/// let error = LocalServer::bind(&name).unwrap_err();
/// assert_eq!(error.kind(), Some(ErrorKind::AddressInUse));
///
/// let _client = LocalSocket::connect(&name).await?;
/// server.process_events();
/// server.close();
/// assert!(!server.is_listening() && !name.exists());
/// assert!(server.next_pending_connection().is_some());
/// server.listen(&name)?;
/// # Ok(())
/// # })
/// # .map_err(|error: Box<dyn std::error::Error>| error)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## The limit
///
/// ```
/// use anteroom_smol::{LocalServer, LocalSocket};
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// # async_io::block_on(async {
/// let mut server = LocalServer::bind(&name)?;
/// server.set_max_pending_connections(1);
/// let _clients = [LocalSocket::connect(&name).await?, LocalSocket::connect(&name).await?];
/// server.process_events();
/// assert_eq!(server.take_new_connections(), 1); // the second is still outside
/// assert_eq!(server.take_new_connections(), 0); // no news since
///
/// assert!(server.next_pending_connection().is_some()); // now there is room
/// server.process_events();
/// assert_eq!(server.take_new_connections(), 1);
/// # Ok(())
/// # })
/// # .map_err(|error: Box<dyn std::error::Error>| error)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## Inherited sockets
///
/// What a service manager hands over is served like any other, and its file stays:
///
/// ```
/// use anteroom_smol::{LocalServer, LocalSocket};
/// use std::os::unix::net::UnixListener;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// # async_io::block_on(async {
/// let inherited = UnixListener::bind(&name)?;
/// let mut server = LocalServer::new();
/// server.listen_fd(inherited)?;
/// let _client = LocalSocket::connect(&name).await?;
/// assert!(server.accept().await.is_ok());
/// server.close();
/// assert!(name.exists());
/// # Ok(())
/// # })
/// # .map_err(|error: Box<dyn std::error::Error>| error)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## After a crash
///
/// ```
/// use anteroom_smol::{ListenError, LocalServer};
/// use std::os::unix::net::UnixListener;
///
/// # let directory = tempfile::tempdir()?;
/// # let name = directory.path().join("editor");
/// # async_io::block_on(async {
/// drop(UnixListener::bind(&name)?); // it leaves its file behind, as a crash does
/// let mut server = LocalServer::new();
/// assert!(matches!(server.listen(&name), Err(ListenError::Failed(_))));
/// LocalServer::remove_server(&name)?;
/// server.listen(&name)?;
/// # Ok(())
/// # })
/// # .map_err(|error: Box<dyn std::error::Error>| error)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "QLocalServer")]
pub struct LocalServer<I = QueueAll> {
    driver: Driver<SmolOs, I>,
}

local_server_members!(LocalServer, LocalSocket, Builder);
local_server_builder! {
    /// Configures a server before it listens.
    ///
    /// # Examples
    ///
    /// A hook that admits only clients of one's own user, whatever the mode of the file says:
    ///
    /// ```
    /// use anteroom_smol::{Admit, LocalServer, LocalSocket};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let name = directory.path().join("editor");
    /// # async_io::block_on(async {
    /// # use std::os::unix::fs::MetadataExt as _;
    /// # let own_user = directory.path().metadata()?.uid();
    /// let mut server = LocalServer::builder()
    ///     .max_pending_connections(5)
    ///     .intake(move |socket: LocalSocket, admit: &mut Admit<'_, LocalSocket>| {
    ///         if socket.peer_identity().is_ok_and(|peer| peer.uid == own_user) {
    ///             admit.enqueue(socket);
    ///         }
    ///     })
    ///     .listen(&name)?;
    /// let _client = LocalSocket::connect(&name).await?;
    /// assert!(server.accept().await.is_ok());
    /// # Ok(())
    /// # })
    /// # .map_err(|error: Box<dyn std::error::Error>| error)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Builder, LocalServer, LocalSocket
}
local_server_async_members!(LocalServer, LocalSocket, SmolReactor);

impl<I: Intake<LocalSocket>> LocalServer<I> {
    /// Creates a server whose hook is `intake`.
    pub(crate) const fn with_intake(intake: I) -> Self {
        Self {
            driver: Driver::new(SmolOs::new(), intake),
        }
    }
}
