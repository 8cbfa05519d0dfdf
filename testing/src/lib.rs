//! The tests of anteroom that other servers do not need: the simulated operating system, the random
//! search with its reference model, the coverage page and the bodies of the fuzz targets.
//!
//! It is not published.
#![forbid(unsafe_code)]

pub mod coverage;
pub mod differential;
pub mod effort;
pub mod fuzz;
pub mod sim;
