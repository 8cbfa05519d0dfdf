use core::fmt;

use crate::clauses::Clause;
use crate::{Capability, Fixture};

/// A case of the suite: one behaviour, and the clauses that demand it.
#[derive(Clone, Copy)]
pub struct Case {
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) minimal: &'static [Clause],
    pub(crate) also: &'static [Clause],
    pub(crate) needs: &'static [Capability],
    pub(crate) temporary_directory: Option<TemporaryDirectory>,
    pub(crate) run: fn(&mut Fixture),
}

impl Case {
    /// Finds a case by its group and name.
    pub fn find(group: &str, name: &str) -> Option<&'static Self> {
        crate::CASES
            .iter()
            .find(|case| case.group == group && case.name == name)
    }

    /// Returns the group: the module of the case.
    pub const fn group(&self) -> &'static str {
        self.group
    }

    /// Returns the name, which states the expected behaviour.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the clauses for which this is the smallest case.
    pub const fn minimal(&self) -> &'static [Clause] {
        self.minimal
    }

    /// Returns further clauses that the case checks.
    pub const fn also(&self) -> &'static [Clause] {
        self.also
    }

    /// Runs the case in this process.
    pub fn run(&self, fixture: &mut Fixture) {
        (self.run)(fixture);
    }

    /// Returns why the case cannot run with this subject in this environment, if it cannot.
    pub fn obstacle(&self, fixture: &Fixture) -> Option<String> {
        let platform = fixture.env.platform();
        let foreign = |clause: &&Clause| !clause.scope().includes(platform);
        if let Some(clause) = self.minimal.iter().find(foreign) {
            return Some(format!("{clause} applies to {} only", clause.scope()));
        }
        let capabilities = fixture.capabilities();
        let missing = self
            .needs
            .iter()
            .find(|need| !capabilities.contains(need))?;
        Some(format!("needs {missing}"))
    }

    /// Returns whether the case changes properties of the whole process.
    pub(crate) fn needs_own_process(&self) -> bool {
        self.needs.contains(&Capability::OwnProcess)
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

/// The value of `TMPDIR` that a case needs.
///
/// # Specification
///
/// FULL-2, FULL-5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemporaryDirectory {
    /// Not set.
    Unset,
    /// Empty.
    Empty,
    /// A new directory.
    Fresh,
    /// A new directory, with a slash at the end.
    FreshWithSlash,
    /// The relative path of an existing directory.
    Relative,
    /// An absolute path that does not exist.
    Missing,
}
