use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll};

use anteroom_conformance::{Attempt, AttemptTag, ConnTag, Step};
use anteroom_core::{Failure, ServerName, SocketOptions, Timeout};
use anteroom_std::os_str;
use rustix::event::{PollFd, PollFlags, Timespec};

use crate::backend::{self, ConnectOptions, LocalSocket};

/// The sockets that were handed out, and the attempts to connect.
#[derive(Default)]
pub(crate) struct Sockets {
    sockets: BTreeMap<ConnTag, LocalSocket>,
    attempts: Vec<Connecting>,
    made: u32,
}

enum Connecting {
    /// Polled whenever the runtime runs.
    Running(Pin<Box<dyn Future<Output = std::result::Result<LocalSocket, Failure>>>>),
    Ended(Attempt),
}

impl Sockets {
    pub(crate) fn add(&mut self, socket: LocalSocket) -> ConnTag {
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
        let name = name.clone();
        let connecting = Box::pin(async move {
            ConnectOptions::new()
                .socket_options(options)
                .timeout(timeout)
                .connect(os_str(&name))
                .await
                .map_err(|error| error.failure())
        });
        self.attempts.push(Connecting::Running(connecting));
        tag
    }

    /// Lets all attempts get on.
    pub(crate) fn poll_attempts(&mut self, context: &mut Context<'_>) {
        for index in 0..self.attempts.len() {
            let Connecting::Running(connecting) = &mut self.attempts[index] else {
                continue;
            };
            let ended = match connecting.as_mut().poll(context) {
                Poll::Pending => continue,
                Poll::Ready(Ok(socket)) => Attempt::Connected(self.add(socket)),
                Poll::Ready(Err(failure)) => Attempt::Failed(failure),
            };
            self.attempts[index] = Connecting::Ended(ended);
        }
    }

    pub(crate) fn attempt(&self, tag: AttemptTag) -> Attempt {
        match &self.attempts[usize::try_from(tag.0).expect("a tag is an index")] {
            Connecting::Ended(attempt) => *attempt,
            Connecting::Running(_) => Attempt::Connecting,
        }
    }

    pub(crate) async fn write(&mut self, tag: ConnTag, bytes: &[u8]) -> Step {
        let write = |socket: &mut LocalSocket, context: &mut Context<'_>| {
            backend::poll_write(socket, context, bytes)
        };
        match step(self.get(tag), PollFlags::OUT, write).await {
            Ok(count) => Step::Wrote(count),
            Err(step) => step,
        }
    }

    pub(crate) async fn read(&mut self, tag: ConnTag, at_most: usize) -> Step {
        let mut bytes = vec![0; at_most];
        let read = |socket: &mut LocalSocket, context: &mut Context<'_>| {
            backend::poll_read(socket, context, &mut bytes)
        };
        match step(self.get(tag), PollFlags::IN, read).await {
            Ok(0) => Step::End,
            Ok(count) => {
                bytes.truncate(count);
                Step::Read(bytes)
            }
            Err(step) => step,
        }
    }

    pub(crate) async fn shutdown_write(&mut self, tag: ConnTag) {
        let socket = self.get(tag);
        // Where the peer has gone altogether, this direction has ended too.
        let _ = poll_fn(|context| backend::poll_shutdown(socket, context)).await;
    }

    pub(crate) fn drop_socket(&mut self, tag: ConnTag) {
        self.sockets.remove(&tag);
    }

    fn get(&mut self, tag: ConnTag) -> &mut LocalSocket {
        self.sockets
            .get_mut(&tag)
            .expect("the case uses a connection that it has not dropped")
    }
}

/// Polls until it is done, or the system says that it would block.
///
/// A runtime may take its time until it has heard from the system, the more so with threads.
async fn step(
    socket: &mut LocalSocket,
    what: PollFlags,
    mut poll: impl FnMut(&mut LocalSocket, &mut Context<'_>) -> Poll<Result<usize>>,
) -> std::result::Result<usize, Step> {
    loop {
        let is_possible = is_possible(socket, what);
        match poll_fn(|context| Poll::Ready(poll(socket, context))).await {
            Poll::Ready(Ok(count)) => return Ok(count),
            Poll::Ready(Err(_)) => return Err(Step::Broken),
            Poll::Pending if is_possible => backend::turn().await,
            Poll::Pending => return Err(Step::WouldBlock),
        }
    }
}

/// Asks the system whether reading, or writing, would not block.
fn is_possible(socket: &LocalSocket, what: PollFlags) -> bool {
    let mut fds = [PollFd::new(socket, what)];
    let found = rustix::event::poll(&mut fds, Some(&Timespec::default()));
    found.expect("a socket can be polled") > 0
}
