use std::ffi::OsStr;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use anteroom::Error;
use anteroom::blocking::{LocalSocket, Std};
use anteroom::generic::AsyncSocket as _;
use anteroom::generic::{self, ConnectOptions, SocketOf, System};

use crate::error;
use crate::runtime::{self, AsyncRuntime, started};

/// The timeout of each operation, so that the demo ends.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A runtime for the demo.
pub(super) trait DemoRuntime {
    type Mode: generic::Mode<Os: Default>;
    type Socket: Read + Write;

    /// Runs a function inside the runtime, if there is one.
    fn inside<T>(&self, action: impl FnOnce() -> T) -> T;

    /// Connects to a server.
    fn connect(&self, name: &OsStr) -> Result<Self::Socket, Error>;

    /// Sets the timeouts of a socket.
    fn waiting(&self, socket: SocketOf<Self::Mode>) -> io::Result<Self::Socket>;
}

/// Without a runtime.
#[derive(Debug)]
pub(super) struct OnStd;

impl DemoRuntime for OnStd {
    type Mode = generic::Blocking<System<Std>>;
    type Socket = LocalSocket;

    fn inside<T>(&self, action: impl FnOnce() -> T) -> T {
        action()
    }

    fn connect(&self, name: &OsStr) -> Result<LocalSocket, Error> {
        LocalSocket::connect_timeout(name, TIMEOUT)
    }

    fn waiting(&self, socket: LocalSocket) -> io::Result<LocalSocket> {
        socket.set_read_timeout(Some(TIMEOUT))?;
        socket.set_write_timeout(Some(TIMEOUT))?;
        Ok(socket)
    }
}

/// An asynchronous runtime that runs while a call waits.
#[derive(Debug)]
pub(super) struct OnAsync<R>(Rc<R>);

/// A socket whose runtime runs while a call waits.
pub(super) struct RuntimeSocket<R: AsyncRuntime> {
    runtime: Rc<R>,
    socket: runtime::Socket<R>,
}

impl<R: AsyncRuntime> OnAsync<R> {
    pub(super) fn start() -> error::Result<Self> {
        started(R::start()).map(|runtime| Self(Rc::new(runtime)))
    }
}

impl<R: AsyncRuntime> DemoRuntime for OnAsync<R> {
    type Mode = runtime::Mode<R>;
    type Socket = RuntimeSocket<R>;

    fn inside<T>(&self, action: impl FnOnce() -> T) -> T {
        self.0.block_on(async { action() })
    }

    fn connect(&self, name: &OsStr) -> Result<Self::Socket, Error> {
        let options = ConnectOptions::<Self::Mode>::new().timeout(TIMEOUT);
        let socket = self.0.block_on(options.connect(name))?;
        let runtime = Rc::clone(&self.0);
        Ok(RuntimeSocket { runtime, socket })
    }

    fn waiting(&self, socket: runtime::Socket<R>) -> io::Result<Self::Socket> {
        let runtime = Rc::clone(&self.0);
        Ok(RuntimeSocket { runtime, socket })
    }
}

impl<R: AsyncRuntime> RuntimeSocket<R> {
    fn wait<T>(
        &mut self,
        mut poll: impl FnMut(&mut runtime::Socket<R>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> io::Result<T> {
        self.runtime.block_on(async {
            let mut timeout = R::sleep_until(Instant::now() + TIMEOUT);
            poll_fn(|context| match poll(&mut self.socket, context) {
                Poll::Pending => {
                    let late = timeout.as_mut().poll(context);
                    late.map(|()| Err(ErrorKind::TimedOut.into()))
                }
                ready => ready,
            })
            .await
        })
    }
}

impl<R: AsyncRuntime> Read for RuntimeSocket<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait(|socket, context| socket.poll_read(context, buffer))
    }
}

impl<R: AsyncRuntime> Write for RuntimeSocket<R> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wait(|socket, context| socket.poll_write(context, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
