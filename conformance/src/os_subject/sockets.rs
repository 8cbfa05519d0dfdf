use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::{io, result};

use anteroom_std::{PeerSocket as _, Result};
use rustix::event::{PollFd, PollFlags, Timespec};

use super::backend::Socket;
use super::server::turn;
use super::{Backend, TestMode};
use crate::{Attempt, AttemptTag, ConnTag, Sockets, Step};

/// The connections, and the attempts to connect.
pub(super) struct Connections<B: Backend> {
    sockets: Sockets<Socket<B>>,
    attempts: Vec<Connecting<B>>,
}

enum Connecting<B: Backend> {
    /// Polled when the runtime runs.
    Running(Pin<Box<dyn Future<Output = Result<Socket<B>>>>>),
    Ended(Attempt),
}

impl<B: Backend> Default for Connections<B> {
    fn default() -> Self {
        Self {
            sockets: Sockets::default(),
            attempts: Vec::new(),
        }
    }
}

impl<B: Backend> Connections<B> {
    pub(super) fn add(&mut self, socket: Socket<B>) -> ConnTag {
        self.sockets.add(socket)
    }

    pub(super) fn remove(&mut self, tag: ConnTag) {
        self.sockets.remove(tag);
    }

    pub(super) fn start(
        &mut self,
        connecting: impl Future<Output = Result<Socket<B>>> + 'static,
    ) -> AttemptTag {
        let tag = AttemptTag(u32::try_from(self.attempts.len()).expect("a case makes few"));
        self.attempts
            .push(Connecting::Running(Box::pin(connecting)));
        tag
    }

    /// Polls all attempts.
    pub(super) fn poll_attempts(&mut self, context: &mut Context<'_>) {
        for index in 0..self.attempts.len() {
            let Connecting::Running(connecting) = &mut self.attempts[index] else {
                continue;
            };
            let ended = match connecting.as_mut().poll(context) {
                Poll::Pending => continue,
                Poll::Ready(Ok(socket)) => Attempt::Connected(self.add(socket)),
                Poll::Ready(Err(error)) => Attempt::Failed(error.failure().into()),
            };
            self.attempts[index] = Connecting::Ended(ended);
        }
    }

    pub(super) fn attempt(&self, tag: AttemptTag) -> Attempt {
        match &self.attempts[usize::try_from(tag.0).expect("a tag is an index")] {
            Connecting::Ended(attempt) => *attempt,
            Connecting::Running(_) => Attempt::Connecting,
        }
    }

    pub(super) async fn write(&mut self, tag: ConnTag, bytes: &[u8]) -> Step {
        let write =
            |socket: &mut _, context: &mut Context<'_>| B::Mode::poll_write(socket, context, bytes);
        match self.step(tag, PollFlags::OUT, write).await {
            Ok(count) => Step::Wrote(count),
            Err(step) => step,
        }
    }

    pub(super) async fn read(&mut self, tag: ConnTag, at_most: usize) -> Step {
        let mut bytes = vec![0; at_most];
        let read = |socket: &mut _, context: &mut Context<'_>| {
            B::Mode::poll_read(socket, context, &mut bytes)
        };
        match self.step(tag, PollFlags::IN, read).await {
            Ok(0) => Step::End,
            Ok(count) => {
                bytes.truncate(count);
                Step::Read(bytes)
            }
            Err(step) => step,
        }
    }

    pub(super) async fn shutdown_write(&mut self, tag: ConnTag) {
        let socket = self.sockets.get(tag);
        // If the peer has closed its end, this direction has ended too.
        let _ = poll_fn(|context| B::Mode::poll_shutdown(socket, context)).await;
    }

    /// Polls until it is ready, or the system reports that it would block.
    ///
    /// A runtime may learn of readiness later than the system reports it.
    async fn step(
        &mut self,
        tag: ConnTag,
        what: PollFlags,
        mut poll: impl FnMut(&mut Socket<B>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> result::Result<usize, Step> {
        let socket = self.sockets.get(tag);
        loop {
            let is_possible = is_possible::<B>(socket, what);
            match poll_fn(|context| Poll::Ready(poll(socket, context))).await {
                Poll::Ready(Ok(count)) => return Ok(count),
                Poll::Ready(Err(_)) => return Err(Step::Broken),
                Poll::Pending if is_possible => turn().await,
                Poll::Pending => return Err(Step::WouldBlock),
            }
        }
    }
}

/// Asks the system whether a read or write would not block.
fn is_possible<B: Backend>(socket: &Socket<B>, what: PollFlags) -> bool {
    let Ok(descriptor) = socket.descriptor() else {
        // It is closed, and the attempt fails.
        return true;
    };
    let mut fds = [PollFd::from_borrowed_fd(descriptor, what)];
    let found = rustix::event::poll(&mut fds, Some(&Timespec::default()));
    found.expect("a socket can be polled") > 0
}
