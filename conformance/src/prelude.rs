//! What nearly every case needs: `use crate::prelude::*;`.

#![allow(
    unused_imports,
    reason = "whether or not a case needs each of them just now"
)]

pub(crate) use anteroom_core::{
    Backlog, Detail, ErrorKind, Failure, ListenError, Occupant, Operation, Owner, ServerName,
    SocketOptions, Timeout, Wait,
};

pub(crate) use crate::{
    Attempt, AttemptTag, Bench, Caps, ClientState, ClientTag, ConnTag, Descriptor, DescriptorKind,
    Entry, Hook, HookPauses, Observation, Plant, Step, Subject, World,
};
