//! Measures what anteroom costs: against the bare listener of the runtime, and another crate.
//!
//! `README.md` says how, and how to read the table.

#![forbid(unsafe_code)]

#[cfg(unix)]
mod alone;
#[cfg(unix)]
mod args;
#[cfg(unix)]
mod clients;
#[cfg(unix)]
mod held;
#[cfg(unix)]
mod limits;
#[cfg(unix)]
mod machine;
#[cfg(unix)]
mod meter;
#[cfg(unix)]
mod plan;
#[cfg(unix)]
mod report;
#[cfg(unix)]
mod rounds;
#[cfg(unix)]
mod sample;
#[cfg(unix)]
mod servers;
#[cfg(unix)]
mod statistics;
#[cfg(unix)]
mod table;
#[cfg(unix)]
mod watchdog;

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    use std::process::ExitCode;

    match rounds::main(&clap::Parser::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(unix))]
fn main() {
    eprintln!("error: there is nothing to measure on this platform yet");
    std::process::exit(1);
}
