//! The one list of cases, in three parts.

mod life;
mod names;
mod queue;
