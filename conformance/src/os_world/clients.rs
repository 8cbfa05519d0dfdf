//! Bare clients.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use anteroom_core::{ErrorKind, ServerName, SocketOptions};
use rustix::net::{Shutdown, shutdown};

use super::bare::{self, Connecting};
use super::blocked::Watched;
use crate::{ClientState, ClientTag, Step};

enum Client {
    Connected(OwnedFd),
    Waiting(ServerName, SocketOptions),
    /// Another thread connects.
    Elsewhere(Receiver<Connecting>),
    Failed(ErrorKind),
}

impl From<Connecting> for Client {
    /// Keeps how an attempt ended that nobody will repeat.
    fn from(connecting: Connecting) -> Self {
        match connecting {
            Connecting::Connected(socket) => Self::Connected(socket),
            Connecting::Waiting => unreachable!("a thread of its own goes on until the end"),
            Connecting::Failed(kind) => Self::Failed(kind),
        }
    }
}

/// The bare clients of one case.
#[derive(Default)]
pub(super) struct Clients {
    clients: BTreeMap<ClientTag, Client>,
    made: u32,
}

impl Clients {
    /// Lets a client connect, which waits if it has to.
    pub(super) fn connect(&mut self, full_name: &ServerName, options: SocketOptions) -> ClientTag {
        self.add(attempt(full_name.clone(), options))
    }

    /// Lets a client connect from another thread, once the calling one is blocked.
    pub(super) fn connect_when_blocked(&mut self, full_name: &ServerName) -> ClientTag {
        let caller = Watched::current_thread();
        let full_name = full_name.clone();
        let (sender, receiver) = channel();
        thread::spawn(move || {
            caller.until_blocked();
            let connected = loop {
                match bare::try_connect(&full_name, SocketOptions::empty()) {
                    Connecting::Waiting => thread::yield_now(),
                    ended => break ended,
                }
            };
            // Nobody receives it once the case is over.
            let _ = sender.send(connected);
        });
        self.add(Client::Elsewhere(receiver))
    }

    /// Returns how a client is doing; one that waits tries again first.
    pub(super) fn state(&mut self, tag: ClientTag) -> ClientState {
        let client = self.get(tag);
        match client {
            Client::Waiting(full_name, options) => *client = attempt(full_name.clone(), *options),
            Client::Elsewhere(receiver) => match receiver.try_recv() {
                Ok(ended) => *client = ended.into(),
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => panic!("the connecting thread has panicked"),
            },
            Client::Connected(_) | Client::Failed(_) => {}
        }
        match client {
            Client::Connected(_) => ClientState::Connected,
            Client::Waiting(..) | Client::Elsewhere(_) => ClientState::Waiting,
            Client::Failed(kind) => ClientState::Failed(*kind),
        }
    }

    /// Writes what fits.
    pub(super) fn write(&mut self, tag: ClientTag, bytes: &[u8]) -> Step {
        self.step(tag, |socket| bare::write(socket, bytes))
    }

    /// Reads what is there.
    pub(super) fn read(&mut self, tag: ClientTag, at_most: usize) -> Step {
        self.step(tag, |socket| bare::read(socket, at_most))
    }

    /// Ends the writing direction.
    pub(super) fn shutdown_write(&mut self, tag: ClientTag) {
        if let Client::Connected(socket) = self.get(tag) {
            // Where the peer has gone altogether, this direction has ended too.
            let _ = shutdown(&*socket, Shutdown::Write);
        }
    }

    /// Drops a client.
    pub(super) fn drop_client(&mut self, tag: ClientTag) {
        self.clients.remove(&tag);
    }

    fn add(&mut self, client: Client) -> ClientTag {
        let tag = ClientTag(self.made);
        self.made += 1;
        self.clients.insert(tag, client);
        tag
    }

    fn step(&mut self, tag: ClientTag, step: impl FnOnce(&OwnedFd) -> Step) -> Step {
        // One that waits may have got in by now.
        self.state(tag);
        match self.get(tag) {
            Client::Connected(socket) => step(socket),
            Client::Waiting(..) | Client::Elsewhere(_) => Step::WouldBlock,
            Client::Failed(_) => Step::Broken,
        }
    }

    fn get(&mut self, tag: ClientTag) -> &mut Client {
        self.clients
            .get_mut(&tag)
            .expect("the case uses a client that it has not dropped")
    }
}

fn attempt(full_name: ServerName, options: SocketOptions) -> Client {
    match bare::try_connect(&full_name, options) {
        Connecting::Connected(socket) => Client::Connected(socket),
        Connecting::Waiting => Client::Waiting(full_name, options),
        Connecting::Failed(kind) => Client::Failed(kind),
    }
}
