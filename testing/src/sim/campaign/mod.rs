//! Lives of servers, full of random events and faults, and what must hold in all of them.
//!
//! A [`Life`] follows from its seed: the operating system, the embedder, which faults there are,
//! and every event. After each event the books are checked; at the end the faults cease, and then
//! everybody has to be served who was not cut off for a reason, and nothing may be left behind.
//!
//! There are two embedders. One is the driver, whose platform answers at once. The other feeds the
//! machine by itself, and its answers come late, twice, and out of order.

mod embedder;
mod events;
mod guests;
mod late;
mod life;
mod pauses;
mod prompt;
mod witness;

pub use life::{Life, Style};
pub use witness::Witness;
