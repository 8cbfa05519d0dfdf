//! Runs the program, as its users do. Nothing sleeps: every wait is for a fact, and watched.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod blocked;
mod connecting;
mod demo;
mod descriptors;
mod dispositions;
mod freeing;
mod help;
mod looking;
mod nonblocking;
mod owners;
#[cfg(target_os = "linux")]
mod process_1;
mod removing;
mod reports;
mod serving;
mod signals;
mod support;
mod uncertain;
