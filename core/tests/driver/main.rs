//! The driver, on an operating system with scripted results. Behaviour of the machine alone is in
//! `transitions`.

mod accepting;
mod clock;
mod events;
mod listening;
mod pauses;
mod polls;
mod script;
mod waiter;
