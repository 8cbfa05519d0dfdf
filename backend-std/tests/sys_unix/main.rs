//! The platform layer on a real Unix: files, modes, sockets and processes as they are.
//!
//! Every test works in a temporary directory. What belongs to the whole process (the umask, the
//! user, limits, the environment) is tried in child processes, which run one test of this very
//! program once more.

#![cfg(unix)]
#![cfg_attr(
    not(target_os = "linux"),
    allow(
        dead_code,
        unused_imports,
        reason = "what only the tests for Linux need is not told apart"
    )
)]

mod accept;
mod access;
mod adopt;
mod bind;
mod connect;
mod identity;
mod inspect;

mod peer;
mod probe;
mod reactor;
mod remove;
mod support;
mod system;
mod trace;
mod wait;
