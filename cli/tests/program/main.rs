//! Runs the program, as its users do. Nothing sleeps: every wait is for a fact, and watched.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod connecting;
mod demo;
mod descriptors;
mod dispositions;
mod help;
mod looking;
mod nonblocking;
mod removing;
mod reports;
mod serving;
mod signals;
mod support;
