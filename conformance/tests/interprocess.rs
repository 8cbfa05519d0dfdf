//! The suite on the local sockets of the crate `interprocess`, with a queue of a typical user.
//!
//! `snapshots/results-interprocess_crate-*.txt` lists the cases that it breaks or skips.

#![cfg(unix)]

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd};
use std::time::{Duration, Instant};

use anteroom_conformance::{
    Attempt, AttemptTag, Capability, ConnTag, Error, Fixture, Observation, OsEnvironment,
    ServerName, SocketOptions, Sockets, Step, Subject, Timeout, Wait, os_str,
};
use interprocess::local_socket::{
    GenericFilePath, GenericNamespaced, Listener, ListenerNonblockingMode, ListenerOptions, Name,
    Stream, prelude::*,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

#[derive(Default)]
struct Interprocess {
    listener: Option<Listener>,
    pending: VecDeque<Stream>,
    sockets: Sockets<Stream>,
}

impl Subject for Interprocess {
    fn capabilities(&self) -> Vec<Capability> {
        vec![Capability::ListenerNumber]
    }

    fn renew(&mut self) {
        self.close();
        self.pending.clear();
    }

    fn listen(&mut self, name: &ServerName) -> Result<(), Error> {
        let options = ListenerOptions::new()
            .name(local_name(name)?)
            .nonblocking(ListenerNonblockingMode::Both);
        self.listener = Some(options.create_sync()?);
        Ok(())
    }

    fn close(&mut self) {
        self.listener = None;
    }

    fn observe(&self) -> Observation {
        Observation {
            listening: self.listener.is_some(),
            has_pending: !self.pending.is_empty(),
            ..Observation::default()
        }
    }

    fn settle(&mut self) {
        let listener = self.listener.iter();
        self.pending
            .extend(listener.flat_map(|one| one.incoming().map_while(Result::ok)));
    }

    fn wait(&mut self, timeout: Timeout) -> Wait {
        let start = Instant::now();
        loop {
            self.settle();
            let left = match (&self.listener, timeout) {
                _ if !self.pending.is_empty() => return Wait::Ready,
                (None, _) => return Wait::NotListening,
                (_, Timeout::After(time)) => time.saturating_sub(start.elapsed()),
                (_, Timeout::Never) => Duration::MAX,
            };
            if left.is_zero() {
                return Wait::TimedOut;
            }
            // The crate has no wait with a timeout.
            let listener = self.listener.as_ref().expect("it listens");
            let left = Timespec::try_from(left).ok();
            let _ = poll(
                &mut [PollFd::from_borrowed_fd(
                    descriptor(listener),
                    PollFlags::IN,
                )],
                left.as_ref(),
            );
        }
    }

    fn next_pending(&mut self) -> Option<ConnTag> {
        Some(self.sockets.add(self.pending.pop_front()?))
    }

    fn start_connect(&mut self, name: &ServerName, _: SocketOptions, _: Timeout) -> AttemptTag {
        let connect = |name| -> Result<_, Error> {
            let stream = Stream::connect(local_name(name)?)?;
            stream.set_nonblocking(true)?;
            Ok(stream)
        };
        self.sockets.add_attempt(connect(name))
    }

    fn attempt(&mut self, attempt: AttemptTag) -> Attempt {
        self.sockets.attempt(attempt)
    }

    fn write(&mut self, connection: ConnTag, bytes: &[u8]) -> Step {
        Step::from_write(self.sockets.get(connection).write(bytes))
    }

    fn read(&mut self, connection: ConnTag, at_most: usize) -> Step {
        let mut buffer = vec![0; at_most];
        let result = self.sockets.get(connection).read(&mut buffer);
        Step::from_read(result, &buffer)
    }

    fn drop_connection(&mut self, connection: ConnTag) {
        self.sockets.remove(connection);
    }

    fn listener_number(&self) -> Option<i64> {
        let listener = self.listener.as_ref();
        listener.map(|listener| descriptor(listener).as_raw_fd().into())
    }
}

/// Returns a path for a full name, and the name that the crate derives from a plain one.
fn local_name(name: &ServerName) -> Result<Name<'_>, Error> {
    let text = os_str(name);
    Ok(match name.as_bytes().starts_with(b"/") {
        true => text.to_fs_name::<GenericFilePath>()?,
        false => text.to_ns_name::<GenericNamespaced>()?,
    })
}

fn descriptor(listener: &Listener) -> BorrowedFd<'_> {
    let Listener::UdSocket(listener) = listener;
    listener.as_fd()
}

fn fixture() -> Fixture {
    Fixture::new(Interprocess::default(), OsEnvironment::new())
}

anteroom_conformance::suite!(interprocess_crate => fixture);
