use std::io;
use std::os::unix::net;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use anteroom_conformance::{Attempt, AttemptTag, ConnTag, Sockets, Step};
use anteroom_core::{Failure, ServerName, SocketOptions, Timeout};
use anteroom_std::sys;
use compio::net::UnixStream;
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, Shutdown};

/// The connections, and the attempts to connect.
#[derive(Default)]
pub(crate) struct Connections {
    sockets: Sockets<UnixStream>,
    attempts: Vec<Connecting>,
}

enum Connecting {
    /// A thread connects: this example has no client.
    Running(Receiver<Result<net::UnixStream, Failure>>),
    Ended(Attempt),
}

impl Connections {
    pub(crate) fn add(&mut self, socket: UnixStream) -> ConnTag {
        self.sockets.add(socket)
    }

    pub(crate) fn start_connect(
        &mut self,
        name: &ServerName,
        options: SocketOptions,
        timeout: Timeout,
    ) -> AttemptTag {
        let tag = AttemptTag(u32::try_from(self.attempts.len()).expect("a case makes few"));
        let (sender, receiver) = channel();
        let name = name.clone();
        thread::spawn(move || {
            let connected = sys::connect(&name, options, timeout);
            let connected = connected.map(|connected| net::UnixStream::from(connected.socket));
            // There is no receiver when the case has ended.
            let _ = sender.send(connected.map_err(|error| error.failure));
        });
        self.attempts.push(Connecting::Running(receiver));
        tag
    }

    /// Returns how far an attempt has got. A runtime runs.
    pub(crate) fn attempt(&mut self, tag: AttemptTag) -> Attempt {
        let index = usize::try_from(tag.0).expect("a tag is an index");
        let ended = match &self.attempts[index] {
            Connecting::Ended(attempt) => return *attempt,
            Connecting::Running(receiver) => match receiver.try_recv() {
                Err(TryRecvError::Empty) => return Attempt::Connecting,
                Err(TryRecvError::Disconnected) => panic!("the connecting thread has panicked"),
                Ok(Ok(socket)) => {
                    let socket = UnixStream::from_std(socket).expect("a runtime runs");
                    Attempt::Connected(self.add(socket))
                }
                Ok(Err(failure)) => Attempt::Failed(failure.into()),
            },
        };
        self.attempts[index] = Connecting::Ended(ended);
        ended
    }

    // Operations of compio wait. These steps must not, so they use the system calls.

    pub(crate) fn write(&mut self, tag: ConnTag, bytes: &[u8]) -> Step {
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        match rustix::net::send(self.sockets.get(tag), bytes, flags) {
            Ok(count) => Step::Wrote(count),
            Err(error) => failed(error),
        }
    }

    pub(crate) fn read(&mut self, tag: ConnTag, at_most: usize) -> Step {
        let mut bytes = vec![0; at_most];
        match rustix::net::recv(self.sockets.get(tag), &mut bytes[..], RecvFlags::DONTWAIT) {
            Ok((0, _)) => Step::End,
            Ok((count, _)) => {
                bytes.truncate(count);
                Step::Read(bytes)
            }
            Err(error) => failed(error),
        }
    }

    pub(crate) fn shutdown_write(&mut self, tag: ConnTag) {
        // If the peer has closed its end, this direction has ended too.
        let _ = rustix::net::shutdown(self.sockets.get(tag), Shutdown::Write);
    }

    pub(crate) fn drop_socket(&mut self, tag: ConnTag) {
        self.sockets.remove(tag);
    }
}

/// Creates a connected pair. A runtime runs.
pub(crate) fn pair() -> io::Result<(UnixStream, UnixStream)> {
    let (one, other) = net::UnixStream::pair()?;
    Ok((UnixStream::from_std(one)?, UnixStream::from_std(other)?))
}

fn failed(error: Errno) -> Step {
    match error {
        Errno::AGAIN | Errno::INTR => Step::WouldBlock,
        _ => Step::Broken,
    }
}
