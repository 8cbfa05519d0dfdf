//! The platform layer of the anteroom local-socket server, and its blocking backend.

pub mod sys;
