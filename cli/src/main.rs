//! The program `anteroom`: serves, connects to, inspects and removes local sockets.

#![forbid(unsafe_code)]

mod args;
#[cfg(unix)]
mod connect;
#[cfg(unix)]
mod demo;
#[cfg(unix)]
mod error;
#[cfg(unix)]
mod escaped;
mod exit_code;
#[cfg(unix)]
mod output;
#[cfg(unix)]
mod owner;
mod parse_error;
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

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::exit_code::Code;

fn main() -> ExitCode {
    let code = match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) if error.use_stderr() => {
            print_error(&parse_error::one_line(&error));
            Code::Usage
        }
        Err(answer) => {
            // Help and version. A closed output is ignored.
            let _ = standard::write(standard::output(), &parse_error::help(&answer));
            Code::Success
        }
    };
    code.into()
}

#[cfg(unix)]
fn run(cli: Cli) -> Code {
    run_command(cli.command).unwrap_or_else(|trouble| {
        print_error(&trouble);
        trouble.code()
    })
}

#[cfg(unix)]
fn run_command(command: args::Command) -> error::Result<Code> {
    use crate::args::Command;
    use crate::error::CommandError;

    if !matches!(command, Command::Serve(_)) {
        // The server handles them.
        signals::end_program().map_err(|error| CommandError::io("catch signals", &error))?;
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
    print_error(&"this platform is not supported yet; Unix is");
    Code::Other
}

/// Writes the error as one line.
fn print_error(text: &dyn std::fmt::Display) {
    // If the write fails, only the exit code reports the error.
    let _ = standard::write(standard::errors(), &format!("anteroom: {text:#}\n"));
}
