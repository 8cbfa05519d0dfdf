//! Bare clients: sockets that never block, and try again when asked.

use std::collections::BTreeMap;

use anteroom_core::Operation;

use super::{Kernel, Refusal, Target};
use anteroom_conformance::{ClientState, ClientTag, ErrorKind, Step};

/// A bare client.
#[derive(Clone, Debug)]
pub(in crate::sim) enum Client {
    Connected(i64),
    Waiting(Target),
    /// Connects once the server is blocked.
    Lurking(Target),
    Failed(ErrorKind),
}

/// The bare clients of a simulation.
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
    /// Lets a client connect.
    pub(in crate::sim) fn add_client(&mut self, target: Target) -> ClientTag {
        let client = self.try_client(target);
        self.clients.add(client)
    }

    /// Lets a client connect once the server is blocked.
    pub(in crate::sim) fn add_lurking_client(&mut self, target: Target) -> ClientTag {
        self.clients.add(Client::Lurking(target))
    }

    /// Lets those clients connect that have waited for the server to be blocked.
    pub(in crate::sim) fn wake_lurking_clients(&mut self) -> bool {
        let clients = self.clients.clients.iter();
        let lurking: Vec<ClientTag> = clients
            .filter(|(_, client)| matches!(client, Client::Lurking(_)))
            .map(|(tag, _)| *tag)
            .collect();
        for tag in &lurking {
            if let Client::Lurking(target) = self.clients.get(*tag).clone() {
                *self.clients.get(*tag) = self.try_client(target);
            }
        }
        !lurking.is_empty()
    }

    /// Returns how a client is doing; one that waits tries again first.
    pub(in crate::sim) fn client_state(&mut self, tag: ClientTag) -> ClientState {
        if let Client::Waiting(target) = self.clients.get(tag).clone() {
            *self.clients.get(tag) = self.try_client(target);
        }
        match self.clients.get(tag) {
            Client::Connected(_) => ClientState::Connected,
            Client::Waiting(_) | Client::Lurking(_) => ClientState::Waiting,
            Client::Failed(kind) => ClientState::Failed(*kind),
        }
    }

    /// Lets a client that is connected do something with its descriptor.
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
