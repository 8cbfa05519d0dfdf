//! The list of cases, in three parts.

mod connections;
mod names;
mod servers;
