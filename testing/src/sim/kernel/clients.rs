//! Clients of the cases: non-blocking sockets, which retry when their state is read.

use std::collections::BTreeMap;

use anteroom_core::Operation;

use super::{Kernel, Refusal, Target};
use anteroom_conformance::{ClientState, ClientTag, ErrorKind, Step};

/// The state of a client.
#[derive(Clone, Debug)]
pub(in crate::sim) enum Client {
    Connected(i64),
    Waiting(Target),
    /// Connects once the server blocks.
    Delayed(Target),
    Failed(ErrorKind),
}

/// The clients of a simulation.
#[derive(Debug, Default)]
pub(in crate::sim) struct Clients {
    clients: BTreeMap<ClientTag, Client>,
    made: u32,
}

impl Clients {
    fn add(&mut self, client: Client) -> ClientTag {
        let tag = ClientTag(self.made);
        self.made += 1;
        self.clients.insert(tag, client);
        tag
    }

    fn get(&mut self, tag: ClientTag) -> &mut Client {
        self.clients
            .get_mut(&tag)
            .expect("the case uses a client that it has not dropped")
    }
}

impl Kernel {
    /// Connects a client.
    pub(in crate::sim) fn add_client(&mut self, target: Target) -> ClientTag {
        let client = self.try_client(target);
        self.clients.add(client)
    }

    /// Adds a client that connects once the server blocks.
    pub(in crate::sim) fn add_delayed_client(&mut self, target: Target) -> ClientTag {
        self.clients.add(Client::Delayed(target))
    }

    /// Connects the delayed clients. Returns whether there are any.
    pub(in crate::sim) fn wake_delayed_clients(&mut self) -> bool {
        let clients = self.clients.clients.iter();
        let delayed: Vec<ClientTag> = clients
            .filter(|(_, client)| matches!(client, Client::Delayed(_)))
            .map(|(tag, _)| *tag)
            .collect();
        for tag in &delayed {
            if let Client::Delayed(target) = self.clients.get(*tag).clone() {
                *self.clients.get(*tag) = self.try_client(target);
            }
        }
        !delayed.is_empty()
    }

    /// Returns the state of a client. One that waits retries first.
    pub(in crate::sim) fn client_state(&mut self, tag: ClientTag) -> ClientState {
        if let Client::Waiting(target) = self.clients.get(tag).clone() {
            *self.clients.get(tag) = self.try_client(target);
        }
        match self.clients.get(tag) {
            Client::Connected(_) => ClientState::Connected,
            Client::Waiting(_) | Client::Delayed(_) => ClientState::Waiting,
            Client::Failed(kind) => ClientState::Failed(*kind),
        }
    }

    /// Calls `act` with the descriptor of a connected client.
    pub(in crate::sim) fn with_client(
        &mut self,
        tag: ClientTag,
        act: impl FnOnce(&mut Self, i64) -> Step,
    ) -> Step {
        match self.client_state(tag) {
            ClientState::Waiting => Step::WouldBlock,
            ClientState::Failed(_) => Step::Broken,
            ClientState::Connected => match *self.clients.get(tag) {
                Client::Connected(number) => act(self, number),
                _ => unreachable!("it is connected"),
            },
        }
    }

    /// Drops a client.
    pub(in crate::sim) fn drop_client(&mut self, tag: ClientTag) {
        if let Some(Client::Connected(number)) = self.clients.clients.remove(&tag) {
            self.close(self.current, number);
        }
    }

    fn try_client(&mut self, target: Target) -> Client {
        match self.connect(self.credentials(), &target) {
            Ok(number) => Client::Connected(number),
            Err(Refusal::Full(_)) => Client::Waiting(target),
            Err(Refusal::Failed(code)) => {
                Client::Failed(self.profile.failure(Operation::Connect, code).kind().into())
            }
        }
    }
}
