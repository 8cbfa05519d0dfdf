use core::mem::take;

use anteroom_core::{ErrorKind, SocketOptions};

use super::clients::{File, Listener, ModelClient, ModelClients, Settings};
use super::faults::Faults;
use super::{Name, Names};
use anteroom_conformance::Hook;

/// The reference model: what has happened to each client.
///
/// It has no queues, phases or counters. Which connections are pending or new is computed from the
/// clients each time.
#[derive(Clone, Debug)]
pub struct Model {
    pub(super) names: Names,
    pub(super) clients: ModelClients,
    pub(super) files: [File; Name::PLACES],
    pub(super) listener: Option<Listener>,
    pub(super) listeners: usize,
    pub(super) settings: Settings,
    pub(super) faults: Faults,
}

impl Model {
    pub(super) fn listen(&mut self, name: Name) -> Result<(), Option<ErrorKind>> {
        let is_abstract = self.settings.options.contains(SocketOptions::ABSTRACT);
        let is_file = !is_abstract && name.index() < Name::PLACES;
        let is_taken = is_file && self.file(name) != Some(File::Absent);
        self.settings.error = match name {
            _ if self.listener.is_some() => return Err(None),
            Name::Empty => Some(ErrorKind::Name),
            Name::Nul if !is_abstract => Some(ErrorKind::Name),
            _ if is_abstract && !self.settings.options.access().is_empty() => {
                Some(ErrorKind::Unsupported)
            }
            Name::Long => Some(ErrorKind::Name),
            _ if take(&mut self.faults.bind) => Some(ErrorKind::Resources),
            Name::Lost if !is_abstract => Some(ErrorKind::NotFound),
            _ if is_taken => Some(ErrorKind::AddressInUse),
            _ => None,
        };
        if self.settings.error.is_some() {
            return Err(self.settings.error);
        }
        self.listeners += 1;
        self.listener = Some(Listener::new(self.listeners, name, &self.settings));
        if is_file {
            self.files[name.index()] = File::Own(self.listeners, self.settings.options);
        }
        Ok(())
    }

    pub(super) fn close(&mut self) {
        if self.listener.is_some() {
            self.settings.error = None;
            self.stop_listening();
        }
    }

    /// Stops admitting clients, and frees the name.
    pub(super) fn drain(&mut self) {
        let Some(listener) = self.listener.filter(|listener| !listener.drains) else {
            return;
        };
        self.listener = Some(listener.draining());
        if listener.is_abstract || listener.is_adopted {
            return;
        }
        if take(&mut self.faults.unlink) {
            self.settings.error = Some(ErrorKind::Access);
        } else if let Some(file) = self.files.iter_mut().find(|file| file.is_of(listener)) {
            *file = File::Absent;
        }
    }

    /// Drops the listener. Clients in its backlog are disconnected.
    pub(super) fn stop_listening(&mut self) {
        self.drain();
        if let Some(listener) = self.listener.take() {
            self.clients.cut(|client| client.is_queued_at(listener));
        }
    }

    pub(super) fn renew(&mut self, hook: Hook) {
        self.stop_listening();
        self.clients.cut(ModelClient::is_pending);
        self.clients.take_new();
        self.settings = Settings::new(hook);
    }

    /// Tries to connect a client.
    pub(super) fn try_connect(&mut self, who: usize) {
        let before = self.clients.count(|client| client.queued.is_some());
        let found = self.clients.0[who]
            .target
            .map(|target| self.listener_at(target));
        match found {
            Some(Err(kind)) => {
                let file = self.clients.0[who]
                    .target
                    .and_then(|(name, _)| self.file(name));
                // A backend's own client examines why it is refused; a bare client has only the code.
                let explains = self.clients.0[who].never_waits && kind == ErrorKind::Refused;
                let is_no_socket = explains && file.is_some_and(File::is_no_socket);
                let kind = if is_no_socket {
                    ErrorKind::WrongObject
                } else {
                    kind
                };
                self.clients.0[who].failed = Some(kind);
            }
            Some(Ok(listener)) if self.clients.queue(listener).len() < listener.capacity => {
                self.clients.0[who].queued = Some((listener.number, before));
            }
            Some(Ok(_)) if self.clients.0[who].never_waits => {
                self.clients.0[who].failed = Some(ErrorKind::TimedOut);
            }
            Some(Ok(_)) | None => {}
        }
    }

    fn listener_at(&self, (name, is_abstract): (Name, bool)) -> Result<Listener, ErrorKind> {
        let file = self.file(name).filter(|_| !is_abstract);
        if !is_abstract && matches!(name, Name::Nul | Name::Long | Name::Empty) {
            return Err(ErrorKind::Name);
        }
        if !is_abstract && file.is_none_or(File::leads_nowhere) {
            return Err(ErrorKind::NotFound);
        }
        let leads_there = |listener: &Listener| match file {
            None => listener.is_abstract && listener.name == name,
            Some(file) => file.is_of(*listener),
        };
        let listener = self.listener.filter(|listener| listener.admits_clients());
        listener.filter(leads_there).ok_or(ErrorKind::Refused)
    }

    /// Accepts clients as far as the limit allows.
    pub(super) fn accept_all(&mut self) {
        while let Some(listener) = self.listener.filter(|_| self.may_accept()) {
            let accepted = self.clients.count(|client| client.accepted.is_some());
            let queue = self.clients.queue(listener);
            let Some(first) = queue.first() else {
                self.listener = Some(listener.without_failures());
                if listener.drains {
                    self.stop_listening();
                }
                return;
            };
            let taken = self.clients.count(|client| client.taken.is_some());
            let client = &mut self.clients.0[*first];
            client.accepted = Some(accepted);
            match self.settings.hook {
                Hook::Refuse => client.cut = true,
                Hook::Take => client.taken = Some(taken),
                _ => client.is_new = true,
            }
            if self.settings.hook == Hook::AddOwn {
                self.clients.0.push(ModelClient::added(accepted + 1));
            }
            self.listener = Some(listener.without_failures());
        }
    }

    pub(super) fn may_accept(&self) -> bool {
        let pauses = |listener: Listener| self.faults.now < listener.pauses_until;
        !self.listener.is_none_or(pauses) && self.clients.pending().len() < self.settings.limit
    }
}
