//! Processes: their credentials, descriptors and limits.

use std::collections::BTreeMap;

use super::credentials::Credentials;
use super::objects::ObjectId;

/// The id of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sim) struct ProcessId(pub(super) u32);

/// The lowest number of a new descriptor: standard input, output and error are open.
pub(super) const FIRST_NUMBER: i64 = 3;

/// An entry of the descriptor table of a process.
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
    /// `RLIMIT_NOFILE`: the numbers of new descriptors are below it.
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

    /// Returns the number of the next descriptor, or `None` at the limit.
    pub(super) fn free_number(&self) -> Option<i64> {
        let first = self.free_numbers().next();
        first.filter(|number| self.limit.is_none_or(|limit| *number < limit))
    }

    /// Sets the limit so that `spare` more descriptors can be opened.
    pub(in crate::sim) fn limit(&mut self, spare: usize) {
        let first_refused = self.free_numbers().nth(spare);
        self.limit = Some(first_refused.expect("the numbers are endless"));
    }

    /// Sets or removes the limit, and returns the previous one.
    pub(in crate::sim) const fn set_limit(&mut self, limit: Option<i64>) -> Option<i64> {
        std::mem::replace(&mut self.limit, limit)
    }

    /// Returns the number of open descriptors.
    pub(in crate::sim) fn open_count(&self) -> usize {
        self.handles.len()
    }

    /// Returns the number of descriptors that `exec` keeps.
    pub(in crate::sim) fn inheritable_count(&self) -> usize {
        let handles = self.handles.values();
        handles.filter(|handle| !handle.close_on_exec).count()
    }

    fn free_numbers(&self) -> impl Iterator<Item = i64> {
        (FIRST_NUMBER..).filter(|number| !self.handles.contains_key(number))
    }
}
