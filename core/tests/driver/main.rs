//! The driver, on a platform that follows a script and writes down what it was asked.

mod accepting;
mod clock;
mod ends;
mod events;
mod listening;
mod pauses;
mod platform;
mod polls;
mod waiter;
