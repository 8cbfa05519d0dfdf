//! What the application, the clients and others do.

use std::time::Duration;

use anteroom_core::{ListenError, PhaseName, ServerName, SocketOptions};

use super::{BREATH, Life};
use crate::sim::campaign::Witness;
use crate::sim::campaign::embedder::Embedder;
use crate::sim::campaign::events::Name;
use crate::sim::campaign::guests::Claimed;
use crate::sim::faults::Call;
use crate::sim::os::SimConnection;
use crate::sim::profile::Profile;
use crate::sim::subject::into_simulated;
use anteroom_conformance::{ClientState, DescriptorKind, Environment as _, Occupant};

impl Life {
    pub(super) fn listen(&mut self, name: Name) {
        let name = self.name(name);
        let result = self.server_mut().listen(name);
        self.note_listen(result, Witness::FailedListen);
    }

    pub(super) fn adopt(&mut self) {
        let number = self.adopted.len();
        let name = self.world.full_name(&format!("adopted-{number}"));
        let kind = match self.simulation.profile() {
            Profile::Pipes => DescriptorKind::Pipe,
            Profile::Linux | Profile::OtherUnix => DescriptorKind::Listening,
        };
        // Somebody else has it made, to whom no limit applies.
        let descriptor = self
            .simulation
            .without_limit(|| self.world.descriptor(kind, &name));
        self.adopted.push(name);
        let result = self.server_mut().adopt(into_simulated(descriptor));
        self.note_listen(result, Witness::FailedAdoption);
    }

    fn note_listen(&mut self, result: Result<(), ListenError>, failure: Witness) {
        match result {
            Ok(()) => {}
            Err(ListenError::AlreadyListening) => self.witness(Witness::Misuse),
            Err(_) => self.witness(failure),
        }
    }

    pub(super) fn close(&mut self) {
        let phase = self.phase();
        self.witness_if(Witness::DrainCut, phase == PhaseName::Draining);
        self.server_mut().close();
        if phase != PhaseName::Idle {
            self.cut();
            let has_pending = self.pending() > 0;
            self.witness_if(Witness::PendingKept, has_pending);
        }
    }

    /// Notes that the listener has gone, and those with it who were not taken in.
    pub(super) fn cut(&mut self) {
        let pending = self.pending() - self.guests.own_pending();
        let cut = self.guests.cut_all_but(pending, &mut self.world);
        self.witness_if(Witness::ClientsCut, cut > 0);
    }

    pub(super) fn drain(&mut self) {
        let was_binding = self.phase() == PhaseName::Binding;
        let name = self.server().server().full_server_name().cloned();
        self.server_mut().drain();
        if let Some(name) = name.filter(|name| self.adopted.contains(name)) {
            self.visit_adopted(&name);
        }
        if was_binding {
            // There is nothing to be drained yet.
            self.cut();
        }
        let is_draining = self.phase() == PhaseName::Draining;
        let has_clients = self.guests.first_forgotten().is_some();
        self.witness_if(Witness::DrainWithClients, is_draining && has_clients);
    }

    /// Checks that a socket which others may share still lets clients in.
    fn visit_adopted(&mut self, name: &ServerName) {
        if self.world.entry(name).identity().is_none() {
            // Somebody has deleted its file.
            return;
        }
        let client = self
            .simulation
            .without_limit(|| self.world.connect(name, SocketOptions::empty()));
        match self.world.client(client) {
            ClientState::Connected => self.guests.enter(&mut self.world, client, true),
            ClientState::Waiting => self.guests.wait(client, name.clone()),
            ClientState::Failed(kind) => panic!("an adopted socket was shut down: {kind:?}"),
        }
    }

    /// Claims one connection, if one is pending.
    pub(super) fn claim(&mut self) -> bool {
        let Some(connection) = self.server_mut().next_pending() else {
            return false;
        };
        self.taken_out += 1;
        match self.guests.claim(&connection) {
            Ok(Claimed::Guest { has_left }) => self.witness_if(Witness::LateGuest, has_left),
            Ok(Claimed::Own) => {}
            Err(problem) => panic!("{problem}"),
        }
        self.claimed.push(connection);
        if self.random.happens(500) {
            self.claimed.clear();
        }
        true
    }

    pub(super) fn discard(&mut self) {
        let pending = self.pending();
        self.taken_out += pending;
        let guests = pending - self.guests.own_pending();
        self.server_mut().discard_pending();
        self.guests.discard(guests);
    }

    pub(super) fn add_own(&mut self) {
        if let Ok((one, other)) = SimConnection::pair(&self.simulation) {
            self.server_mut().add_pending(one);
            self.guests.add_own(other);
            self.occupied += 1;
            let exceeds = self.pending() > self.limit;
            self.witness_if(Witness::LimitExceeded, exceeds);
        }
    }

    pub(super) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.server_mut().set_max_pending(limit);
        let exceeds = self.pending() > limit;
        self.witness_if(Witness::LimitLowered, exceeds);
    }

    /// Lets a client connect; returns whether it got in.
    pub(super) fn connect(&mut self, name: Name) -> bool {
        if self.plan.borrow_mut().strikes(Call::Connect).is_some() {
            self.witness(Witness::FailedConnect);
            return false;
        }
        let name = self.name(name);
        let client = self.world.connect(&name, SocketOptions::empty());
        match self.world.client(client) {
            ClientState::Connected => {
                let is_served = is_served(self.server(), &name);
                self.guests.enter(&mut self.world, client, !is_served);
                true
            }
            ClientState::Waiting => {
                self.witness(Witness::FullQueue);
                self.guests.wait(client, name);
                false
            }
            ClientState::Failed(_) => {
                self.world.drop_client(client);
                false
            }
        }
    }

    /// Lets the event loop run by itself.
    pub(super) fn run_loop(&mut self, duration: Duration) {
        let end = self.simulation.now().after(duration);
        while self.simulation.now() < end {
            self.server_mut().turn();
            self.check();
            let now = self.simulation.now();
            let until_pause_ends = self.server().server().poll_timeout();
            let step = until_pause_ends.map_or(BREATH, |moment| moment.since(now).min(BREATH));
            self.simulation.pass(step.max(Duration::from_millis(1)));
        }
    }

    pub(super) fn retry(&mut self) {
        let server = self.embedder.as_deref();
        let server = server.expect("the server lives until the end");
        let is_served = |name: &ServerName| is_served(server, name);
        self.guests.retry(&mut self.world, is_served);
    }

    pub(super) fn plant(&mut self, name: Name) {
        let name = self.name(name);
        if self.simulation.profile() != Profile::Pipes && !self.foreign.contains(&name) {
            self.world.delete(&name);
            self.world.place(&name, Occupant::File);
            self.foreign.insert(name);
        }
    }

    pub(super) fn delete(&mut self, name: Name) {
        let name = self.name(name);
        self.world.delete(&name);
        self.foreign.remove(&name);
    }
}

/// Returns whether a client who gets in at a name now has to be served.
///
/// Where names are shared it could reach a listener that will be closed at once.
fn is_served(embedder: &dyn Embedder, name: &ServerName) -> bool {
    let server = embedder.server();
    let is_reached = server.full_server_name() == Some(name) && embedder.listeners() == 1;
    server.is_listening() && is_reached
}
