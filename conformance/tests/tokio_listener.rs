//! The suite on `tokio::net::UnixListener`, with the accept loop and the queue of a typical user.
//!
//! `snapshots/results-tokio_listener-*.txt` lists the cases that it breaks or skips.

#![cfg(unix)]

use std::collections::VecDeque;
use std::future::poll_fn;
use std::os::fd::AsRawFd as _;
use std::task::Poll;
use std::time::Duration;

use anteroom_conformance::{
    Attempt, AttemptTag, Capability, ConnTag, Error, Fixture, Observation, OsEnvironment,
    ServerName, SocketOptions, Sockets, Step, Subject, Timeout, Wait, os_str, server_name,
};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use tokio::time::timeout;

struct TokioListener {
    listener: Option<UnixListener>,
    pending: VecDeque<UnixStream>,
    sockets: Sockets<UnixStream>,
    // Dropped last: the others use it.
    runtime: Runtime,
}

impl Subject for TokioListener {
    fn capabilities(&self) -> Vec<Capability> {
        use Capability::{HalfClose, ListenerNumber, Names};
        vec![HalfClose, ListenerNumber, Names]
    }

    fn renew(&mut self) {
        self.close();
        self.pending.clear();
    }

    fn listen(&mut self, name: &ServerName) -> Result<(), Error> {
        let _runtime = self.runtime.enter();
        self.listener = Some(UnixListener::bind(os_str(name))?);
        Ok(())
    }

    fn close(&mut self) {
        self.listener = None;
    }

    fn observe(&self) -> Observation {
        let address = self.listener.as_ref().and_then(|one| one.local_addr().ok());
        let path = address.as_ref().and_then(|address| address.as_pathname());
        let name = path.map(|path| server_name(path.as_os_str()));
        Observation {
            listening: self.listener.is_some(),
            server_name: name.clone(),
            full_server_name: name,
            has_pending: !self.pending.is_empty(),
            ..Observation::default()
        }
    }

    fn settle(&mut self) {
        self.runtime.block_on(async {
            // The runtime polls the system while the task yields.
            yield_now().await;
            let Some(listener) = &self.listener else {
                return;
            };
            let accept = || poll_fn(|context| Poll::Ready(listener.poll_accept(context)));
            while let Poll::Ready(Ok((stream, _))) = accept().await {
                self.pending.push_back(stream);
            }
        });
    }

    fn wait(&mut self, limit: Timeout) -> Wait {
        self.settle();
        let limit = match limit {
            Timeout::After(limit) => limit,
            Timeout::Never => Duration::MAX,
        };
        let accepted = match &self.listener {
            _ if !self.pending.is_empty() => return Wait::Ready,
            None => return Wait::NotListening,
            Some(listener) => async { timeout(limit, listener.accept()).await },
        };
        // An error of accept ends the wait, too.
        let Ok(Ok((stream, _))) = self.runtime.block_on(accepted) else {
            return Wait::TimedOut;
        };
        self.pending.push_back(stream);
        Wait::Ready
    }

    fn next_pending(&mut self) -> Option<ConnTag> {
        Some(self.sockets.add(self.pending.pop_front()?))
    }

    fn start_connect(&mut self, name: &ServerName, _: SocketOptions, _: Timeout) -> AttemptTag {
        let result = self.runtime.block_on(UnixStream::connect(os_str(name)));
        self.sockets.add_attempt(result)
    }

    fn attempt(&mut self, attempt: AttemptTag) -> Attempt {
        self.sockets.attempt(attempt)
    }

    fn write(&mut self, connection: ConnTag, bytes: &[u8]) -> Step {
        self.runtime.block_on(yield_now());
        Step::from_write(self.sockets.get(connection).try_write(bytes))
    }

    fn read(&mut self, connection: ConnTag, at_most: usize) -> Step {
        self.runtime.block_on(yield_now());
        let mut buffer = vec![0; at_most];
        let result = self.sockets.get(connection).try_read(&mut buffer);
        Step::from_read(result, &buffer)
    }

    fn shutdown_write(&mut self, connection: ConnTag) {
        let _ = self
            .runtime
            .block_on(self.sockets.get(connection).shutdown());
    }

    fn drop_connection(&mut self, connection: ConnTag) {
        self.sockets.remove(connection);
    }

    fn listener_number(&self) -> Option<i64> {
        self.listener.as_ref().map(|one| one.as_raw_fd().into())
    }
}

fn fixture() -> Fixture {
    let runtime = Builder::new_current_thread().enable_all().build();
    let subject = TokioListener {
        listener: None,
        pending: VecDeque::new(),
        sockets: Sockets::default(),
        runtime: runtime.expect("a runtime can be created"),
    };
    Fixture::new(subject, OsEnvironment::new())
}

anteroom_conformance::suite!(tokio_listener => fixture);
