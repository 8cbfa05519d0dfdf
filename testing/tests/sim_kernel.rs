//! The simulated Linux against the real one: the same things are done to both, by chance.
//!
//! No server takes part. Where the two differ, the simulation is wrong.
//! `ANTEROOM_SEEDS=10000` does more of them, `ANTEROOM_SEED=17` does once more what belongs to one.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::env;
use std::fmt::Debug;

use anteroom_conformance::{
    ClientTag, DescriptorKind, Entry, Environment, Occupant, OsEnvironment,
};
use anteroom_core::{ServerName, SocketOptions};
use anteroom_testing::effort::SEEDS_AGAINST_KERNEL;
use anteroom_testing::sim::{Profile, Random, SimWorld, Simulation};

/// How many things are done for each.
const DEEDS: usize = 60;

/// Where things are done; some of these lie in what may be a file, a link or nothing.
const NAMES: [&str; 7] = [
    "a",
    "b",
    "a.target",
    "a/inside",
    "b/inside",
    "missing/c",
    "./b",
];

const PLANTS: [Occupant; 7] = [
    Occupant::File,
    Occupant::Directory,
    Occupant::DanglingLink,
    Occupant::LinkToFile,
    Occupant::LinkToItself,
    Occupant::StaleSocket,
    Occupant::LiveServer,
];

const KINDS: [DescriptorKind; 8] = [
    DescriptorKind::Listening,
    DescriptorKind::ListeningAbstract,
    DescriptorKind::Bound,
    DescriptorKind::Unbound,
    DescriptorKind::Datagram,
    DescriptorKind::Pipe,
    DescriptorKind::File,
    DescriptorKind::TcpListening,
];

#[test]
fn the_simulated_linux_does_what_the_real_one_does() {
    match number("ANTEROOM_SEED") {
        Some(seed) => compare(seed),
        None => (0..number("ANTEROOM_SEEDS").unwrap_or(SEEDS_AGAINST_KERNEL)).for_each(compare),
    }
}

fn number(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(
        value
            .parse()
            .expect("seeds and their numbers are whole numbers"),
    )
}

fn compare(seed: u64) {
    let mut real = Player::new(Box::new(OsEnvironment::new()), seed);
    let simulation = Simulation::new(Profile::Linux);
    let mut simulated = Player::new(Box::new(SimWorld::new(simulation)), seed);
    for _ in 0..DEEDS {
        let (expected, found) = (real.act(), simulated.act());
        assert_eq!(
            found,
            expected,
            "seed {seed}: the simulation differs from the system, after\n{}",
            real.told.join("\n")
        );
        real.told.push(expected);
    }
}

/// A world, and what chance does to it.
struct Player {
    world: Box<dyn Environment>,
    random: Random,
    clients: Vec<ClientTag>,
    planted: Vec<ServerName>,
    rivals: Vec<ServerName>,
    told: Vec<String>,
}

impl Player {
    fn new(world: Box<dyn Environment>, seed: u64) -> Self {
        Self {
            world,
            random: Random::new(seed),
            clients: Vec::new(),
            planted: Vec::new(),
            rivals: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Runs a step, and returns its result.
    fn act(&mut self) -> String {
        let inside = self.random.one_of(&NAMES);
        let name = self.world.full_name(inside);
        match self.random.below(12) {
            0..2 => self.plant(inside, &name),
            2 => self.delete(inside, &name),
            3..5 => {
                let client = self.world.connect(&name, SocketOptions::empty());
                self.clients.push(client);
                tell("connect to", inside, self.world.client(client))
            }
            5..9 => self.use_client(),
            9 => self.descriptor(inside, &name),
            10 => {
                let untouched: Vec<bool> = self
                    .planted
                    .clone()
                    .iter()
                    .map(|name| self.world.is_unchanged(name))
                    .collect();
                let list = self.world.list();
                tell(
                    "look",
                    inside,
                    (untouched, list, shape(self.world.entry(&name))),
                )
            }
            _ => {
                let rivals = self.rivals.clone();
                let serves = rivals
                    .iter()
                    .map(|name| self.world.placed_server_answers(name));
                tell("rivals", "", serves.collect::<Vec<bool>>())
            }
        }
    }

    fn plant(&mut self, inside: &str, name: &ServerName) -> String {
        let plant = self.random.one_of(&PLANTS);
        let is_plain = !inside.contains(['/', '.']);
        let target = self.world.full_name(&format!("{inside}.target"));
        let is_free = [name, &target].map(|name| self.world.entry(name)) == [Entry::Absent; 2];
        if !is_plain || !is_free {
            return tell("plant nothing at", inside, ());
        }
        self.world.place(name, plant);
        self.planted.retain(|planted| planted != name);
        self.rivals.retain(|rival| rival != name);
        self.planted.push(name.clone());
        if plant == Occupant::LiveServer {
            self.rivals.push(name.clone());
        }
        tell("plant", inside, (plant, shape(self.world.entry(name))))
    }

    fn delete(&mut self, inside: &str, name: &ServerName) -> String {
        // What lies in a directory that is none cannot be deleted.
        if inside.contains('/') {
            return tell("delete nothing at", inside, ());
        }
        self.world.delete(name);
        // A real file system may give the number of a removed file to the next one.
        self.planted.retain(|planted| planted != name);
        tell("delete", inside, self.world.list())
    }

    fn use_client(&mut self) -> String {
        if self.clients.is_empty() {
            return tell("no client", "", ());
        }
        let place = self.random.below(self.clients.len());
        let client = self.clients[place];
        let size = 1 + self.random.below(300);
        let which = place.to_string();
        match self.random.below(5) {
            0 => tell("write", &which, self.world.write(client, &vec![7; size])),
            1 | 2 => tell("read", &which, self.world.read(client, size)),
            3 => {
                self.world.shutdown_write(client);
                tell("shut down", &which, self.world.client(client))
            }
            _ => {
                self.clients.remove(place);
                self.world.drop_client(client);
                tell("drop", &which, ())
            }
        }
    }

    fn descriptor(&mut self, inside: &str, name: &ServerName) -> String {
        let kind = self.random.one_of(&KINDS);
        if inside.contains('/') || self.world.entry(name) != Entry::Absent {
            return tell("no descriptor at", inside, ());
        }
        let bound_to = match kind {
            DescriptorKind::ListeningAbstract => self.world.abstract_name(inside),
            _ => name.clone(),
        };
        let descriptor = self.world.descriptor(kind, &bound_to);
        let flags = self.world.flags(&descriptor);
        let duplicate = self.world.duplicate(&descriptor);
        drop(descriptor);
        let entry = shape(self.world.entry(name));
        let client = self.world.connect(name, SocketOptions::empty());
        self.clients.push(client);
        let first = self.world.client(client);
        drop(duplicate);
        // Once nobody holds the socket any more, the client learns of it.
        let read = self.world.read(client, 1);
        tell("descriptor", inside, (kind, flags, entry, first, read))
    }
}

/// Leaves out which file it is: that is another one in each world.
fn shape(entry: Entry) -> String {
    match entry {
        Entry::Socket { mode, .. } => format!("socket {mode:o}"),
        other => format!("{other:?}"),
    }
}

fn tell(deed: &str, what: &str, result: impl Debug) -> String {
    format!("{deed} {what}: {result:?}")
}
