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
    /// All numbers of new descriptors are below this, if it is set.
    limit: Option<i64>,
}

impl Process {
    pub(super) const fn new() -> Self {
        Self {
            credentials: Credentials::ROOT,
            umask: 0o022,
            temporary_directory: None,
            parent: None,
            handles: BTreeMap::new(),
            limit: None,
        }
    }

    /// Returns the number that the next descriptor gets, if the limit allows for one.
    pub(super) fn free_number(&self) -> Option<i64> {
        let first = self.free_numbers().next();
        first.filter(|number| self.limit.is_none_or(|limit| *number < limit))
    }

    /// Lets at most so many more descriptors be opened.
    pub(in crate::sim) fn limit(&mut self, spare: usize) {
        let first_refused = self.free_numbers().nth(spare);
        self.limit = Some(first_refused.expect("there are numbers enough"));
    }

    /// Sets the number that is the first not to be given, or lifts the limit.
    pub(in crate::sim) const fn set_limit(&mut self, limit: Option<i64>) -> Option<i64> {
        std::mem::replace(&mut self.limit, limit)
    }

    /// Returns how many descriptors are open.
    pub(in crate::sim) fn open_count(&self) -> usize {
        self.handles.len()
    }

    /// Returns how many of them another program would inherit.
    pub(in crate::sim) fn inheritable_count(&self) -> usize {
        let handles = self.handles.values();
        handles.filter(|handle| !handle.close_on_exec).count()
    }

    fn free_numbers(&self) -> impl Iterator<Item = i64> {
        (FIRST_NUMBER..).filter(|number| !self.handles.contains_key(number))
    }
}
