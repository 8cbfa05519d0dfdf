//! Processes: who they are, what they have open, and what they may.

use std::collections::BTreeMap;

use super::objects::ObjectId;

/// The number of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sim) struct ProcessId(pub(super) u32);

/// As whom somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) struct Credentials {
    pub(in crate::sim) user: u32,
    pub(in crate::sim) group: u32,
}

impl Credentials {
    pub(in crate::sim) const ROOT: Self = Self { user: 0, group: 0 };
}

/// The first number that a descriptor gets: three are in use from the start.
pub(super) const FIRST_NUMBER: i64 = 3;

/// A descriptor: a process's own number for something open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handle {
    pub(super) object: ObjectId,
    pub(super) close_on_exec: bool,
}

/// A process.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Process {
    pub(in crate::sim) credentials: Credentials,
    pub(in crate::sim) umask: u32,
    pub(in crate::sim) temporary_directory: Option<Vec<u8>>,
    pub(super) parent: Option<ProcessId>,
    pub(super) handles: BTreeMap<i64, Handle>,
    /// All numbers of new descriptors are below this.
    limit: i64,
}

impl Process {
    pub(super) const fn new() -> Self {
        Self {
            credentials: Credentials::ROOT,
            umask: 0o022,
            temporary_directory: None,
            parent: None,
            handles: BTreeMap::new(),
            limit: i64::MAX,
        }
    }

    /// Returns the number that the next descriptor gets, if the limit allows for one.
    pub(super) fn free_number(&self) -> Option<i64> {
        self.free_numbers().next().filter(|one| *one < self.limit)
    }

    /// Lets at most so many more descriptors be opened.
    pub(in crate::sim) fn limit(&mut self, spare: usize) {
        let first_refused = self.free_numbers().nth(spare);
        self.limit = first_refused.expect("there are numbers enough");
    }

    /// Lifts the limit.
    pub(in crate::sim) const fn unlimit(&mut self) {
        self.limit = i64::MAX;
    }

    /// Returns how many descriptors are open.
    pub(in crate::sim) fn open_count(&self) -> usize {
        self.handles.len()
    }

    fn free_numbers(&self) -> impl Iterator<Item = i64> {
        (FIRST_NUMBER..).filter(|number| !self.handles.contains_key(number))
    }
}
