//! What every backend has in common and Rust has no other means to write once.

mod asynchronous;
mod builder;
mod connect;
mod server;
mod socket;
