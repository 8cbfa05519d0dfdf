use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::{io, result};

use anteroom_std::{PeerSocket as _, Result};
use rustix::event::{PollFd, PollFlags, Timespec};

use super::backend::Socket;
use super::server::turn;
use super::{Backend, TestMode};
use crate::{Attempt, AttemptTag, ConnTag, Step};

/// The sockets that were handed out, and the attempts to connect.
pub(super) struct Sockets<B: Backend> {
    sockets: BTreeMap<ConnTag, Socket<B>>,
    attempts: Vec<Connecting<B>>,
    made: u32,
}

enum Connecting<B: Backend> {
    /// Polled whenever the runtime runs.
    Running(Pin<Box<dyn Future<Output = Result<Socket<B>>>>>),
    Ended(Attempt),
}

impl<B: Backend> Default for Sockets<B> {
    fn default() -> Self {
        Self {
            sockets: BTreeMap::new(),
            attempts: Vec::new(),
            made: 0,
        }
    }
}

impl<B: Backend> Sockets<B> {
    pub(super) fn add(&mut self, socket: Socket<B>) -> ConnTag {
        let tag = ConnTag(self.made);
        self.made += 1;
        self.sockets.insert(tag, socket);
        tag
    }

    pub(super) fn remove(&mut self, tag: ConnTag) {
        self.sockets.remove(&tag);
    }

    pub(super) fn start(
        &mut self,
        connecting: impl Future<Output = Result<Socket<B>>> + 'static,
    ) -> AttemptTag {
        let tag = AttemptTag(u32::try_from(self.attempts.len()).expect("a case makes only few"));
        self.attempts
            .push(Connecting::Running(Box::pin(connecting)));
        tag
    }

    /// Lets all attempts get on.
    pub(super) fn poll_attempts(&mut self, context: &mut Context<'_>) {
        for index in 0..self.attempts.len() {
            let Connecting::Running(connecting) = &mut self.attempts[index] else {
                continue;
            };
            let ended = match connecting.as_mut().poll(context) {
                Poll::Pending => continue,
                Poll::Ready(Ok(socket)) => Attempt::Connected(self.add(socket)),
                Poll::Ready(Err(error)) => Attempt::Failed(error.failure()),
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
        let socket = self.get(tag);
        // Where the peer has gone altogether, this direction has ended too.
        let _ = poll_fn(|context| B::Mode::poll_shutdown(socket, context)).await;
    }

    /// Polls until it is done, or the system says that it would block.
    ///
    /// A runtime may take its time until it has heard from the system, the more so with threads.
    async fn step(
        &mut self,
        tag: ConnTag,
        what: PollFlags,
        mut poll: impl FnMut(&mut Socket<B>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> result::Result<usize, Step> {
        let socket = self.get(tag);
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

    fn get(&mut self, tag: ConnTag) -> &mut Socket<B> {
        self.sockets
            .get_mut(&tag)
            .expect("the case uses a connection that it has not dropped")
    }
}

/// Asks the system whether reading, or writing, would not block.
fn is_possible<B: Backend>(socket: &Socket<B>, what: PollFlags) -> bool {
    let Ok(descriptor) = socket.descriptor() else {
        // Closed: the attempt fails.
        return true;
    };
    let mut fds = [PollFd::from_borrowed_fd(descriptor, what)];
    let found = rustix::event::poll(&mut fds, Some(&Timespec::default()));
    found.expect("a socket can be polled") > 0
}
