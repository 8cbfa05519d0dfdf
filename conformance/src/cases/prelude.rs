//! Imports for the cases.

#![allow(unused_imports, reason = "not every case uses each of them")]

pub(crate) use anteroom_core::{Backlog, Owner, ServerName, SocketOptions, Timeout, Wait};

pub(crate) use crate::clauses::Platform;
pub(crate) use crate::fixture::{LONG, SHORT, skip_unless};
pub(crate) use crate::{
    Attempt, AttemptTag, ClientState, ClientTag, ConnTag, Descriptor, DescriptorKind, Entry, Error,
    ErrorKind, Fixture, Hook, HookPauses, Observation, Occupant, Step,
};
