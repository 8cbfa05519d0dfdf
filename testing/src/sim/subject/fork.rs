//! A forked server: the child has a copy.

use anteroom_core::{Bound, BoundFacts, Driver, ServerName};

use super::{Server, SimSubject, hook, new_server};
use crate::sim::kernel::ProcessId;
use crate::sim::os::SimOs;
use anteroom_conformance::Hook;

impl SimSubject {
    /// Returns the server of the current process; that of an ancestor while it has none.
    pub(super) fn server(&self) -> &Server {
        let process = self.simulation.kernel().current();
        let owner = self.nearest(process).expect("the first process has one");
        &self.servers[&owner]
    }

    /// Returns the server of the current process, which gets its copy now if it has none.
    pub(super) fn server_mut(&mut self) -> &mut Server {
        let process = self.simulation.kernel().current();
        // Who was killed has cleaned up nothing, and its descriptors are closed.
        let simulation = self.simulation.clone();
        self.servers
            .retain(|process, _| simulation.kernel().lives(*process));
        if !self.servers.contains_key(&process) {
            let copy = self.copy_for(process);
            self.servers.insert(process, copy);
        }
        self.servers
            .get_mut(&process)
            .expect("it was put there just now")
    }

    fn nearest(&self, process: ProcessId) -> Option<ProcessId> {
        let mut candidate = Some(process);
        while let Some(process) = candidate {
            if self.servers.contains_key(&process) {
                return Some(process);
            }
            candidate = self.simulation.kernel().parent(process);
        }
        None
    }

    /// Makes the child's copy: the listener and the settings; pending connections are left out.
    fn copy_for(&self, child: ProcessId) -> Server {
        let owner = self.nearest(child).expect("the first process has a server");
        let original = &self.servers[&owner];
        let machine = original.server();
        let Some(listener) = original.listener() else {
            return new_server(&self.simulation, Hook::None);
        };
        let mut facts = BoundFacts::unnamed();
        facts.full_name = machine.full_server_name().cloned();
        facts.created = listener.has_file();
        let bound = Bound::new(listener.inherited_by(child), facts);
        let os = SimOs::inheriting(self.simulation.clone(), bound);
        // Of the hook it has the kind, and an empty hand.
        let hook = hook::new(&self.simulation, original.intake().kind());
        let mut copy = Driver::new(os, hook);
        copy.command(|server| server.set_max_pending(machine.max_pending()));
        copy.command(|server| server.set_socket_options(machine.socket_options()));
        let name = machine.server_name().cloned();
        let name = name.unwrap_or_else(|| ServerName::from("inherited"));
        copy.listen(name)
            .expect("what is inherited listens already");
        copy
    }
}
