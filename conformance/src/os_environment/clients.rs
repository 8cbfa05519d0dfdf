//! The clients of the environment.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use anteroom_core::{ServerName, SocketOptions};
use rustix::net::{Shutdown, shutdown};

use super::blocked_thread::Watched;
use super::raw_socket::{self, Connecting};
use crate::{ClientState, ClientTag, ErrorKind, Step};

enum Client {
    Connected(OwnedFd),
    Waiting(ServerName, SocketOptions),
    /// Another thread connects.
    InThread(Receiver<Self>),
    Failed(ErrorKind),
}

/// The clients of one case.
#[derive(Default)]
pub(super) struct Clients {
    clients: BTreeMap<ClientTag, Client>,
    made: u32,
}

impl Clients {
    /// Connects a client, which waits if the backlog is full.
    pub(super) fn connect(&mut self, full_name: &ServerName, options: SocketOptions) -> ClientTag {
        self.add(attempt(full_name.clone(), options))
    }

    /// Connects a client from another thread when the calling thread is blocked.
    pub(super) fn connect_when_blocked(&mut self, full_name: &ServerName) -> ClientTag {
        let caller = Watched::current_thread();
        let full_name = full_name.clone();
        let (sender, receiver) = channel();
        thread::spawn(move || {
            caller.until_blocked();
            let connected = loop {
                match attempt(full_name.clone(), SocketOptions::empty()) {
                    Client::Waiting(..) => thread::yield_now(),
                    ended => break ended,
                }
            };
            // There is no receiver when the case has ended.
            let _ = sender.send(connected);
        });
        self.add(Client::InThread(receiver))
    }

    /// Returns the state of a client. One that waits tries again first.
    pub(super) fn state(&mut self, tag: ClientTag) -> ClientState {
        let client = self.get(tag);
        match client {
            Client::Waiting(full_name, options) => *client = attempt(full_name.clone(), *options),
            Client::InThread(receiver) => match receiver.try_recv() {
                Ok(ended) => *client = ended,
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => panic!("the connecting thread has panicked"),
            },
            Client::Connected(_) | Client::Failed(_) => {}
        }
        match client {
            Client::Connected(_) => ClientState::Connected,
            Client::Waiting(..) | Client::InThread(_) => ClientState::Waiting,
            Client::Failed(kind) => ClientState::Failed(*kind),
        }
    }

    /// Writes what fits.
    pub(super) fn write(&mut self, tag: ClientTag, bytes: &[u8]) -> Step {
        self.step(tag, |socket| raw_socket::write(socket, bytes))
    }

    /// Reads what has arrived.
    pub(super) fn read(&mut self, tag: ClientTag, at_most: usize) -> Step {
        self.step(tag, |socket| raw_socket::read(socket, at_most))
    }

    /// Ends the writing direction.
    pub(super) fn shutdown_write(&mut self, tag: ClientTag) {
        if let Client::Connected(socket) = self.get(tag) {
            // If the peer has closed its end, this direction has ended too.
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
        // One that waits may be connected now.
        self.state(tag);
        match self.get(tag) {
            Client::Connected(socket) => step(socket),
            Client::Waiting(..) | Client::InThread(_) => Step::WouldBlock,
            Client::Failed(_) => Step::Broken,
        }
    }

    fn get(&mut self, tag: ClientTag) -> &mut Client {
        self.clients
            .get_mut(&tag)
            .expect("the case does not use a client that it dropped")
    }
}

fn attempt(full_name: ServerName, options: SocketOptions) -> Client {
    match raw_socket::try_connect(&full_name, options) {
        Connecting::Connected(socket) => Client::Connected(socket),
        Connecting::Waiting => Client::Waiting(full_name, options),
        Connecting::Failed(kind) => Client::Failed(kind),
    }
}
