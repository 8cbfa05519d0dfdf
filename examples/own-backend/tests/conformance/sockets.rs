use std::collections::BTreeMap;
use std::io::{ErrorKind, Read as _, Result, Write as _};
use std::net::Shutdown;
use std::os::fd::AsFd as _;
use std::os::unix::net;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use anteroom_conformance::{Attempt, AttemptTag, ConnTag, Step};
use anteroom_core::{Failure, ServerName, SocketOptions, Timeout};
use anteroom_std::sys::{self, Mode};
use mio::net::UnixStream;

/// The sockets that were handed out, and the attempts to connect.
#[derive(Default)]
pub(crate) struct Sockets {
    sockets: BTreeMap<ConnTag, UnixStream>,
    attempts: Vec<Connecting>,
    made: u32,
}

enum Connecting {
    /// A thread is at it.
    Running(Receiver<std::result::Result<UnixStream, Failure>>),
    Ended(Attempt),
}

impl Sockets {
    pub(crate) fn add(&mut self, socket: UnixStream) -> ConnTag {
        let tag = ConnTag(self.made);
        self.made += 1;
        self.sockets.insert(tag, socket);
        tag
    }

    pub(crate) fn start_connect(
        &mut self,
        name: &ServerName,
        options: SocketOptions,
        timeout: Timeout,
    ) -> AttemptTag {
        let tag = AttemptTag(u32::try_from(self.attempts.len()).expect("a case makes only few"));
        let (sender, receiver) = channel();
        let name = name.clone();
        thread::spawn(move || {
            // Nobody receives it once the case is over.
            let _ = sender.send(connect(&name, options, timeout));
        });
        self.attempts.push(Connecting::Running(receiver));
        tag
    }

    pub(crate) fn attempt(&mut self, tag: AttemptTag) -> Attempt {
        let index = usize::try_from(tag.0).expect("a tag is an index");
        let ended = match &self.attempts[index] {
            Connecting::Ended(attempt) => return *attempt,
            Connecting::Running(receiver) => match receiver.try_recv() {
                Err(TryRecvError::Empty) => return Attempt::Connecting,
                Err(TryRecvError::Disconnected) => panic!("the connecting thread has panicked"),
                Ok(Ok(socket)) => Attempt::Connected(self.add(socket)),
                Ok(Err(failure)) => Attempt::Failed(failure),
            },
        };
        self.attempts[index] = Connecting::Ended(ended);
        ended
    }

    pub(crate) fn write(&mut self, tag: ConnTag, bytes: &[u8]) -> Step {
        step(self.get(tag).write(bytes), Step::Wrote)
    }

    pub(crate) fn read(&mut self, tag: ConnTag, at_most: usize) -> Step {
        let mut bytes = vec![0; at_most];
        let result = self.get(tag).read(&mut bytes);
        step(result, |count| {
            bytes.truncate(count);
            if bytes.is_empty() {
                Step::End
            } else {
                Step::Read(bytes)
            }
        })
    }

    pub(crate) fn shutdown_write(&mut self, tag: ConnTag) {
        // Where the peer has gone altogether, this direction has ended too.
        let _ = self.get(tag).shutdown(Shutdown::Write);
    }

    pub(crate) fn drop_socket(&mut self, tag: ConnTag) {
        self.sockets.remove(&tag);
    }

    fn get(&mut self, tag: ConnTag) -> &mut UnixStream {
        self.sockets
            .get_mut(&tag)
            .expect("the case uses a connection that it has not dropped")
    }
}

/// Connects as a client of this runtime would: here the thread just waits.
fn connect(
    name: &ServerName,
    options: SocketOptions,
    timeout: Timeout,
) -> std::result::Result<UnixStream, Failure> {
    let connected = sys::connect(name, options, timeout).map_err(|error| error.failure)?;
    sys::set_mode(connected.socket.as_fd(), Mode::NonBlocking)
        .expect("a socket can be made non-blocking");
    Ok(UnixStream::from_std(net::UnixStream::from(
        connected.socket,
    )))
}

fn step(result: Result<usize>, done: impl FnOnce(usize) -> Step) -> Step {
    match result {
        Ok(count) => done(count),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Step::WouldBlock,
        Err(error) if error.kind() == ErrorKind::Interrupted => Step::WouldBlock,
        Err(_) => Step::Broken,
    }
}
