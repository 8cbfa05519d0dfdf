use core::fmt;

use crate::clauses::Clause;
use crate::{Bench, Caps};

/// One case of the suite: a behaviour, and the clauses that demand it.
#[derive(Clone, Copy)]
pub struct Case {
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) minimal: &'static [Clause],
    pub(crate) also: &'static [Clause],
    pub(crate) needs: &'static [Need],
    pub(crate) run: fn(&mut Bench),
}

impl Case {
    /// Finds a case by its group and name.
    pub fn find(group: &str, name: &str) -> Option<&'static Self> {
        crate::CASES
            .iter()
            .find(|case| case.group == group && case.name == name)
    }

    /// Returns the group, which is the module that the case stands in.
    pub const fn group(&self) -> &'static str {
        self.group
    }

    /// Returns the name, which says what the case expects.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the clauses that this case is the smallest one for.
    pub const fn minimal(&self) -> &'static [Clause] {
        self.minimal
    }

    /// Returns the clauses that it touches besides.
    pub const fn also(&self) -> &'static [Clause] {
        self.also
    }

    /// Returns what it needs.
    pub const fn needs(&self) -> &'static [Need] {
        self.needs
    }

    /// Runs the case right here, whatever it needs.
    pub fn run(&self, bench: &mut Bench) {
        (self.run)(bench);
    }

    /// Returns why the case cannot run in a world with these capabilities, if it cannot.
    pub fn obstacle(&self, caps: Caps) -> Option<String> {
        let elsewhere = |clause: &&Clause| !clause.scope().includes(caps.platform);
        if let Some(clause) = self.minimal.iter().find(elsewhere) {
            return Some(format!("{clause} applies to {} alone", clause.scope()));
        }
        let missing = self.needs.iter().find(|need| !need.is_met_by(caps))?;
        Some(format!("needs {missing}"))
    }

    /// Returns whether the case changes what belongs to the whole process.
    pub(crate) fn needs_own_process(&self) -> bool {
        self.needs
            .iter()
            .any(|need| matches!(need, Need::OwnProcess | Need::TemporaryDirectory(_)))
    }

    /// Returns what `TMPDIR` has to be, if the case cares.
    pub(crate) fn temporary_directory(&self) -> Option<TemporaryDirectory> {
        self.needs.iter().find_map(|need| match need {
            Need::TemporaryDirectory(directory) => Some(*directory),
            _ => None,
        })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.group, self.name)
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What a case cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Need {
    /// Names are files ([`Caps::files`]).
    Files,
    /// The modes of socket files decide who may connect ([`Caps::modes`]).
    Modes,
    /// There is an abstract namespace ([`Caps::abstract_names`]).
    AbstractNames,
    /// The process may act as other users ([`Caps::users`]).
    Users,
    /// Descriptors can be adopted ([`Caps::descriptors`]).
    Descriptors,
    /// The case changes or counts what belongs to the whole process: umask, limits, descriptors.
    ///
    /// Then it runs in a process of its own ([`Caps::processes`]).
    OwnProcess,
    /// `TMPDIR` is set to this, in a process of the case's own.
    TemporaryDirectory(TemporaryDirectory),
    /// A client that meets a full queue waits ([`Caps::queue_waits`]).
    QueueWaits,
    /// The operating system queues hundreds of clients ([`Caps::long_queue`]).
    LongQueue,
}

impl Need {
    const fn is_met_by(self, caps: Caps) -> bool {
        match self {
            Self::Files => caps.files,
            Self::Modes => caps.modes,
            Self::AbstractNames => caps.abstract_names,
            Self::Users => caps.users,
            Self::Descriptors => caps.descriptors,
            Self::OwnProcess | Self::TemporaryDirectory(_) => caps.processes,
            Self::QueueWaits => caps.queue_waits,
            Self::LongQueue => caps.long_queue,
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Files => "names that are files",
            Self::Modes => "modes of socket files that are obeyed",
            Self::AbstractNames => "an abstract namespace",
            Self::Users => "the right to act as other users",
            Self::Descriptors => "descriptors that can be adopted",
            Self::OwnProcess => "a process of its own",
            Self::TemporaryDirectory(_) => "a temporary directory of its own",
            Self::QueueWaits => "clients that wait while a queue is full",
            Self::LongQueue => "a queue for hundreds of clients",
        })
    }
}

/// What the environment says about the temporary directory.
///
/// # Specification
///
/// FULL-2, FULL-5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemporaryDirectory {
    /// `TMPDIR` is not set.
    Unset,
    /// `TMPDIR` is set and empty.
    Empty,
    /// `TMPDIR` is a fresh directory.
    Fresh,
    /// `TMPDIR` is a fresh directory, with a slash at the end.
    FreshWithSlash,
    /// `TMPDIR` is the relative path of a directory that exists.
    Relative,
    /// `TMPDIR` is an absolute path where nothing is.
    Missing,
}
