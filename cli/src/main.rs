//! The program `anteroom`: serves, connects to, looks at and removes local sockets.

#![forbid(unsafe_code)]

mod args;
mod code;
#[cfg(unix)]
mod connect;
#[cfg(unix)]
mod demo;
#[cfg(unix)]
mod output;
#[cfg(unix)]
mod owner;
#[cfg(unix)]
mod remove;
#[cfg(unix)]
mod runtime;
#[cfg(unix)]
mod serve;
#[cfg(unix)]
mod signals;
mod standard;
#[cfg(unix)]
mod status;
#[cfg(unix)]
mod trouble;
mod usage;
#[cfg(unix)]
mod word;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::code::Code;

fn main() -> ExitCode {
    let code = match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) if error.use_stderr() => {
            complain(&usage::complaint(&error));
            Code::Usage
        }
        Err(answer) => {
            // Help and version; there is nothing to do about a closed output.
            let _ = standard::write(standard::output(), &usage::text(&answer));
            Code::Success
        }
    };
    code.into()
}

#[cfg(unix)]
fn run(cli: Cli) -> Code {
    run_command(cli.command).unwrap_or_else(|trouble| {
        complain(&trouble);
        trouble.code()
    })
}

#[cfg(unix)]
fn run_command(command: args::Command) -> trouble::Result<Code> {
    use crate::args::Command;
    use crate::trouble::Trouble;

    if !matches!(command, Command::Serve(_)) {
        // The server handles them.
        signals::end_program().map_err(|error| Trouble::io("catch signals", &error))?;
    }
    match command {
        Command::Serve(args) => serve::run(&args),
        Command::Connect(args) => connect::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Remove(args) => remove::run(&args),
        Command::Demo(on) => demo::run(on.runtime),
        Command::DemoClients(args) => demo::run_clients(args.on.runtime, &args.name),
    }
}

#[cfg(not(unix))]
fn run(_: Cli) -> Code {
    complain(&"this platform is not supported yet; Unix is");
    Code::Trouble
}

/// Writes the one line that tells what went wrong.
fn complain(text: &dyn std::fmt::Display) {
    // If this cannot be written either, the exit code is all that is left.
    let _ = standard::write(standard::errors(), &format!("anteroom: {text:#}\n"));
}
