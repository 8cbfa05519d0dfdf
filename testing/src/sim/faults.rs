use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use anteroom_core::{
    AcceptFailure, BindError, Bound, ErrorKind, Failure, ListenOptions, Operation, Os, ServerName,
    Time,
};

use super::random::Random;

/// A call that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever plans faults has to know")]
pub enum Call {
    /// Listening on a name.
    Bind,
    /// Adopting a descriptor.
    Adopt,
    /// Refusing new clients.
    Refuse,
    /// Removing the file.
    Unlink,
    /// Accepting a connection.
    Accept,
    /// Connecting, which a client does.
    Connect,
}

impl Call {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Bind,
        Self::Adopt,
        Self::Refuse,
        Self::Unlink,
        Self::Accept,
        Self::Connect,
    ];

    const fn operation(self) -> Operation {
        match self {
            Self::Bind => Operation::Listen,
            Self::Adopt => Operation::Adopt,
            Self::Refuse => Operation::Drain,
            Self::Unlink => Operation::Close,
            Self::Accept => Operation::Accept,
            Self::Connect => Operation::Connect,
        }
    }
}

/// The kinds with which every call can fail.
const KINDS: [ErrorKind; 10] = [
    ErrorKind::Access,
    ErrorKind::AddressInUse,
    ErrorKind::NotFound,
    ErrorKind::Name,
    ErrorKind::Resources,
    ErrorKind::Refused,
    ErrorKind::TimedOut,
    ErrorKind::WrongObject,
    ErrorKind::Unsupported,
    ErrorKind::Unknown,
];

/// What follows from a failed accept; other calls know no such difference.
const CONSEQUENCES: [fn(Failure) -> AcceptFailure; 3] = [
    AcceptFailure::Transient,
    AcceptFailure::Exhausted,
    AcceptFailure::Fatal,
];

/// A way in which a call can fail.
#[derive(Clone, Copy)]
pub struct Fault {
    call: Call,
    kind: ErrorKind,
    consequence: fn(Failure) -> AcceptFailure,
}

impl Fault {
    /// Returns what the call reports.
    pub const fn failure(self) -> Failure {
        Failure::new(self.call.operation(), self.kind)
    }

    /// Returns what accepting reports.
    pub fn accept_failure(self) -> AcceptFailure {
        (self.consequence)(self.failure())
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.call {
            Call::Accept => write!(f, "{:?}", self.accept_failure()),
            call => write!(f, "{call:?} fails with {:?}", self.kind),
        }
    }
}

/// How an attempt to accept ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an attempt has no other ends")]
pub enum Accepted {
    /// With a connection.
    Taken,
    /// Nobody was there.
    Nobody,
    /// With a failure.
    Failed(AcceptFailure),
}

/// Which calls fail, and when: all of it follows from a seed.
#[derive(Debug)]
pub struct Plan {
    random: Random,
    /// The ways there are in this plan.
    faults: Vec<Fault>,
    per_thousand: usize,
    is_active: bool,
    struck: BTreeMap<Call, usize>,
    accepts: Vec<Accepted>,
}

/// A plan that several parts of a simulation follow.
pub type SharedPlan = Rc<RefCell<Plan>>;

impl Plan {
    /// Makes the plan of a seed: it also chooses which faults there are at all, and how many.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut faults = Vec::new();
        for call in Call::ALL {
            if random.happens(500) {
                let consequences = match call {
                    Call::Accept => &CONSEQUENCES[..],
                    _ => &CONSEQUENCES[..1],
                };
                for kind in KINDS {
                    for consequence in consequences {
                        if random.happens(250) {
                            let consequence = *consequence;
                            faults.push(Fault {
                                call,
                                kind,
                                consequence,
                            });
                        }
                    }
                }
            }
        }
        let per_thousand = random.one_of(&[20, 100, 300, 700]);
        Self {
            random,
            faults,
            per_thousand,
            is_active: true,
            struck: BTreeMap::new(),
            accepts: Vec::new(),
        }
    }

    /// Lets faults happen from now on, or not.
    pub const fn set_active(&mut self, is_active: bool) {
        self.is_active = is_active;
    }

    /// Decides whether a call fails, and how.
    pub fn strikes(&mut self, call: Call) -> Option<Fault> {
        if !self.is_active || !self.random.happens(self.per_thousand) {
            return None;
        }
        let faults = self.faults.iter().filter(|fault| fault.call == call);
        let faults: Vec<Fault> = faults.copied().collect();
        if faults.is_empty() {
            return None;
        }
        *self.struck.entry(call).or_default() += 1;
        Some(self.random.one_of(&faults))
    }

    /// Returns how often a call was made to fail.
    pub fn struck(&self, call: Call) -> usize {
        self.struck.get(&call).copied().unwrap_or_default()
    }

    /// Hands out how the attempts to accept have ended since the last call.
    pub fn take_accepts(&mut self) -> Vec<Accepted> {
        std::mem::take(&mut self.accepts)
    }
}

/// A port whose calls fail by a plan. It is a port itself.
///
/// A call that is made to fail is not made at all: nothing happens then.
#[derive(Debug)]
pub struct Faulty<O> {
    inner: O,
    plan: SharedPlan,
}

impl<O> Faulty<O> {
    /// Puts a plan in front of a port.
    pub const fn new(inner: O, plan: SharedPlan) -> Self {
        Self { inner, plan }
    }

    fn strikes(&self, call: Call) -> Result<(), Failure> {
        match self.plan.borrow_mut().strikes(call) {
            Some(fault) => Err(fault.failure()),
            None => Ok(()),
        }
    }
}

impl<O: Os> Os for Faulty<O> {
    type Listener = O::Listener;
    type Conn = O::Conn;
    type Descriptor = O::Descriptor;

    fn bind(
        &mut self,
        name: &ServerName,
        options: ListenOptions,
    ) -> Result<Bound<O::Listener>, BindError> {
        let struck = self.strikes(Call::Bind);
        struck.map_err(|failure| BindError::new(failure, None))?;
        self.inner.bind(name, options)
    }

    fn adopt(
        &mut self,
        descriptor: O::Descriptor,
    ) -> Result<Bound<O::Listener>, (O::Descriptor, Failure)> {
        if let Err(failure) = self.strikes(Call::Adopt) {
            return Err((descriptor, failure));
        }
        self.inner.adopt(descriptor)
    }

    fn refuse(&mut self, listener: &mut O::Listener) -> Result<(), Failure> {
        self.strikes(Call::Refuse)?;
        self.inner.refuse(listener)
    }

    fn unlink(&mut self, listener: &mut O::Listener) -> Result<(), Failure> {
        self.strikes(Call::Unlink)?;
        self.inner.unlink(listener)
    }

    /// Fails by the plan, which notes how the attempt ended.
    fn try_accept(&mut self, listener: &mut O::Listener) -> Result<Option<O::Conn>, AcceptFailure> {
        let fault = self.plan.borrow_mut().strikes(Call::Accept);
        let result = match fault {
            Some(fault) => Err(fault.accept_failure()),
            None => self.inner.try_accept(listener),
        };
        self.plan.borrow_mut().accepts.push(match &result {
            Ok(Some(_)) => Accepted::Taken,
            Ok(None) => Accepted::Nobody,
            Err(failure) => Accepted::Failed(*failure),
        });
        result
    }

    fn examine(&mut self, listener: &mut O::Listener) -> Result<(), AcceptFailure> {
        self.inner.examine(listener)
    }

    fn assume_ownership(&mut self, listener: &mut O::Listener) {
        self.inner.assume_ownership(listener);
    }

    fn now(&self) -> Time {
        self.inner.now()
    }
}
