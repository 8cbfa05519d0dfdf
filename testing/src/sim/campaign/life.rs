mod books;
mod deeds;
mod ending;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use anteroom_core::{PhaseName, ServerName};

use super::embedder::{Doorkeeper, Embedder};
use super::events::{Happening, Name};
use super::guests::Guests;
use super::late::Late;
use super::pauses::Pauses;
use super::prompt::Prompt;
use super::witness::Witness;
use crate::sim::faults::{Faulty, Plan, SharedPlan};
use crate::sim::os::{SimConnection, SimOs};
use crate::sim::profile::Profile;
use crate::sim::random::Random;
use crate::sim::simulation::Simulation;
use crate::sim::world::SimWorld;
use anteroom_conformance::Environment as _;

/// How many things happen in a life.
const HAPPENINGS: usize = 80;

/// How often the event loop turns at most until everything has come to its end.
const PATIENCE: usize = 2000;

/// How much time passes meanwhile, each time.
const BREATH: Duration = Duration::from_millis(10);

/// Who stands between the machine and the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever runs them all has to know")]
pub enum Style {
    /// The driver: every answer comes at once.
    Prompt,
    /// Answers come late, twice, and out of order.
    Late,
}

/// The life of a server, as it follows from a seed.
pub struct Life {
    seed: u64,
    style: Style,
    simulation: Simulation,
    world: SimWorld,
    random: Random,
    plan: SharedPlan,
    embedder: Option<Box<dyn Embedder>>,
    guests: Guests,
    pauses: Pauses,
    witnesses: BTreeSet<Witness>,
    /// What has happened so far, for people to read.
    script: Vec<String>,
    /// How many of the calls stand in the script.
    calls_written: usize,
    claimed: Vec<SimConnection>,
    /// The names at which foreign files are.
    foreign: BTreeSet<ServerName>,
    adopted: Vec<ServerName>,
    /// The server's own file: its name, its identity, and how many removals had failed before.
    own_file: Option<(ServerName, (u64, u64), usize)>,
    limit: usize,
    announced: usize,
    taken_out: usize,
    occupied: usize,
    descriptors: usize,
}

impl Life {
    /// Prepares a life.
    pub fn new(seed: u64, style: Style) -> Self {
        let mut random = Random::new(seed);
        let simulation = Simulation::new(random.one_of(&Profile::ALL));
        let plan = Rc::new(RefCell::new(Plan::new(random.next())));
        let port = Faulty::new(SimOs::new(simulation.clone()), Rc::clone(&plan));
        let doorkeeper = Doorkeeper::new(random.one_of(&[None, None, Some(1), Some(3)]));
        let embedder: Box<dyn Embedder> = match style {
            Style::Prompt => Box::new(Prompt::new(port, doorkeeper)),
            Style::Late => Box::new(Late::new(port, doorkeeper, random.next())),
        };
        let mut world = SimWorld::new(simulation.clone());
        let descriptors = world.open_descriptors();
        Self {
            seed,
            style,
            simulation,
            world,
            random,
            plan,
            limit: embedder.server().max_pending(),
            embedder: Some(embedder),
            guests: Guests::default(),
            pauses: Pauses::default(),
            witnesses: BTreeSet::new(),
            script: Vec::new(),
            calls_written: 0,
            claimed: Vec::new(),
            foreign: BTreeSet::new(),
            adopted: Vec::new(),
            own_file: None,
            announced: 0,
            taken_out: 0,
            occupied: 0,
            descriptors,
        }
    }

    /// Lives it, and returns what was witnessed.
    ///
    /// # Panics
    ///
    /// Panics when something does not hold; what has happened is printed then.
    pub fn run(mut self) -> BTreeSet<Witness> {
        self.live_to_the_end();
        std::mem::take(&mut self.witnesses)
    }

    /// Lives it, and returns what has happened, with every call of the port.
    ///
    /// # Panics
    ///
    /// Panics when something does not hold.
    pub fn tell(mut self) -> Vec<String> {
        self.live_to_the_end();
        std::mem::take(&mut self.script)
    }

    fn live_to_the_end(&mut self) {
        for _ in 0..HAPPENINGS {
            let happening = Happening::choose(&mut self.random);
            self.live(happening);
        }
        self.recover();
        self.end();
    }

    /// Lets something happen, and checks what must hold afterwards.
    fn live(&mut self, happening: Happening) {
        self.write_down(&happening.to_string());
        let error = self.server().server().last_error();
        let quiet = self.quiet();
        self.let_happen(happening);
        if self.style == Style::Prompt {
            self.check_error(happening, error, quiet);
        }
        self.check();
    }

    /// Writes a line of the script, behind the calls that have been made since the last one.
    fn write_down(&mut self, line: &str) {
        let kernel = self.simulation.kernel();
        let calls = kernel.trace.since(self.calls_written);
        self.script
            .extend(calls.map(|call| format!("           {call}")));
        self.calls_written = kernel.trace.len();
        let now = kernel.clock.now().since_epoch().as_millis();
        self.script.push(format!("{now:>6} ms  {line}"));
    }

    fn let_happen(&mut self, happening: Happening) {
        match happening {
            Happening::Listen(name) => self.listen(name),
            Happening::Adopt => self.adopt(),
            Happening::Close => self.close(),
            Happening::Drain => self.drain(),
            Happening::Claim => {
                self.claim();
            }
            Happening::Discard => self.discard(),
            Happening::AddOwn => self.add_own(),
            Happening::SetLimit(limit) => self.set_limit(limit),
            Happening::SetOptions(options) => self.server_mut().set_socket_options(options),
            Happening::SetBacklog(backlog) => self.server_mut().set_backlog(backlog),
            Happening::Connect(name) => {
                self.connect(name);
            }
            Happening::ConnectAndLeave(name) => {
                if self.connect(name) {
                    self.guests.leave_last(&mut self.world);
                }
            }
            Happening::Leave(place) => self.guests.leave(&mut self.world, place),
            Happening::Retry => self.retry(),
            Happening::Turn => self.server_mut().turn(),
            Happening::Run(duration) => self.run_loop(duration),
            Happening::Pass(duration) => self.simulation.pass(duration),
            Happening::Shortage(spare) => self.world.limit_descriptors(spare),
            Happening::Plenty => self.world.unlimit_descriptors(),
            Happening::Plant(name) => self.plant(name),
            Happening::Delete(name) => self.delete(name),
            Happening::Calm => self.plan.borrow_mut().set_active(false),
            Happening::Storm => self.plan.borrow_mut().set_active(true),
        }
    }

    fn server(&self) -> &dyn Embedder {
        let embedder = self.embedder.as_deref();
        embedder.expect("the server lives until the end")
    }

    fn server_mut(&mut self) -> &mut dyn Embedder {
        let embedder = self.embedder.as_deref_mut();
        embedder.expect("the server lives until the end")
    }

    fn phase(&self) -> PhaseName {
        self.server().server().phase()
    }

    fn pending(&self) -> usize {
        self.server().server().pending_len()
    }

    fn witness(&mut self, witness: Witness) {
        self.witnesses.insert(witness);
    }

    fn witness_if(&mut self, witness: Witness, holds: bool) {
        if holds {
            self.witness(witness);
        }
    }

    fn name(&mut self, name: Name) -> ServerName {
        match name {
            Name::First => self.world.full_name("first"),
            Name::Second => self.world.full_name("second"),
            Name::Adopted => match self.adopted.last() {
                Some(name) => name.clone(),
                None => self.world.full_name("first"),
            },
        }
    }
}

impl fmt::Debug for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Life")
            .field("seed", &self.seed)
            .field("style", &self.style)
            .field("happened", &self.script.len())
            .finish_non_exhaustive()
    }
}

impl Drop for Life {
    /// Prints what has happened if it led to a failure.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let profile = self.simulation.profile();
            eprintln!(
                "the life of seed {} ({:?}, {profile:?}):",
                self.seed, self.style
            );
            self.write_down("something does not hold");
            for line in &self.script {
                eprintln!("{line}");
            }
        }
    }
}
