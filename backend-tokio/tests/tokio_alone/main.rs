//! What concerns tokio alone: its drivers, its clock, its budget, its threads.

#![cfg(unix)]
#![forbid(unsafe_code)]

mod clock;
mod drivers;
mod tasks;
#[path = "../asynchronous/watchdog.rs"]
mod watchdog;

use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}
