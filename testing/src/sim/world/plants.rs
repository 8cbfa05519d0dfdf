//! What is put at a path before a server comes along.

use std::collections::BTreeMap;

use anteroom_core::{Backlog, ServerName, SocketOptions};

use crate::sim::kernel::{Credentials, Kernel, Kind, Node};
use crate::sim::os::target;
use crate::sim::profile::Profile;
use crate::sim::simulation::Simulation;
use anteroom_conformance::{Occupant, Step};

/// What a planted file holds.
const CONTENT: &[u8] = b"planted";

/// How many clients a rival queues, if it is asked to.
const BACKLOG: Backlog = Backlog::Limited(128);

/// What was planted, and how to tell that it is untouched.
struct Planted {
    node: Option<Node>,
    /// Where the planted link leads.
    target: Option<Option<Node>>,
    rival: Option<i64>,
}

/// The plants of one case.
pub(super) struct Plants(BTreeMap<ServerName, Planted>);

impl Plants {
    pub(super) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Puts something at a full name.
    pub(super) fn plant(&mut self, simulation: &Simulation, name: &ServerName, plant: Occupant) {
        let mut kernel = simulation.kernel();
        let rival = make(&mut kernel, name, plant);
        let rival = rival.unwrap_or_else(|code| panic!("planting {plant:?}: error {code}"));
        let planted = Planted {
            node: trace(&kernel, name.as_bytes()),
            target: (plant == Occupant::LinkToFile).then(|| trace(&kernel, &beside(name))),
            rival,
        };
        if let Some(Planted {
            rival: Some(rival), ..
        }) = self.0.insert(name.clone(), planted)
        {
            let process = kernel.current();
            kernel.close(process, rival);
        }
    }

    /// Returns whether what was planted is still there, unchanged.
    pub(super) fn is_untouched(&self, simulation: &Simulation, name: &ServerName) -> bool {
        let (planted, kernel) = (self.get(name), simulation.kernel());
        let target = &planted.target;
        trace(&kernel, name.as_bytes()) == planted.node
            && target
                .as_ref()
                .is_none_or(|target| *target == trace(&kernel, &beside(name)))
    }

    /// Returns whether the placed server accepts a client and answers it.
    pub(super) fn rival_serves(&self, simulation: &Simulation, name: &ServerName) -> bool {
        let Some(rival) = self.get(name).rival else {
            panic!("no live server was planted at {name}");
        };
        let mut kernel = simulation.kernel();
        let process = kernel.current();
        let target = target(kernel.profile, name, SocketOptions::empty());
        let Ok(client) = kernel.connect(Credentials::ROOT, &target) else {
            return false;
        };
        let served = match kernel.accept(process, rival) {
            Ok(Some(server)) => {
                let served = kernel.write(client, b"ping") == Step::Wrote(4)
                    && kernel.read(server, 4) == Step::Read(b"ping".to_vec())
                    && kernel.write(server, b"pong") == Step::Wrote(4)
                    && kernel.read(client, 4) == Step::Read(b"pong".to_vec());
                kernel.close(process, server);
                served
            }
            _ => false,
        };
        kernel.close(process, client);
        served
    }

    fn get(&self, name: &ServerName) -> &Planted {
        self.0
            .get(name)
            .unwrap_or_else(|| panic!("nothing was planted at {name}"))
    }
}

/// Makes it, and returns the listener of a live server.
fn make(kernel: &mut Kernel, name: &ServerName, plant: Occupant) -> Result<Option<i64>, i32> {
    let mut create = |path: &[u8], kind| {
        let created = kernel
            .files
            .create(Credentials::ROOT, path, (kind, 0o644), -1);
        created.map(|_| None)
    };
    let path = name.as_bytes();
    match plant {
        Occupant::File => create(path, Kind::Regular(CONTENT.to_vec())),
        Occupant::Directory => create(path, Kind::Directory(BTreeMap::new())),
        Occupant::DanglingLink => create(path, Kind::Link(beside(name))),
        Occupant::LinkToItself => create(path, Kind::Link(path.to_vec())),
        Occupant::LinkToFile => {
            create(&beside(name), Kind::Regular(CONTENT.to_vec()))?;
            create(path, Kind::Link(beside(name)))
        }
        Occupant::StaleSocket => {
            let number = listen(kernel, name)?;
            let process = kernel.current();
            // Closing a listener leaves its file behind.
            kernel.close(process, number);
            Ok(None)
        }
        Occupant::LiveServer => listen(kernel, name).map(Some),
    }
}

fn listen(kernel: &mut Kernel, name: &ServerName) -> Result<i64, i32> {
    let capacity = kernel.profile.queue_capacity(BACKLOG);
    if kernel.profile == Profile::Pipes {
        return kernel.listen_pipe(name, capacity);
    }
    let number = kernel.socket(true)?;
    kernel.bind_path(number, name)?;
    kernel.listen(number, capacity)?;
    Ok(number)
}

/// Where a planted link leads.
fn beside(name: &ServerName) -> Vec<u8> {
    [name.as_bytes(), b".target"].concat()
}

fn trace(kernel: &Kernel, path: &[u8]) -> Option<Node> {
    let node = kernel.files.look(Credentials::ROOT, path).ok()?;
    node.cloned()
}
