//! Runs one scenario of a server or client while a system call of it fails.
//!
//! `cargo xtask faults` runs this under strace, which makes one call of the scenario fail with one
//! errno. The scenario then checks that the library reports it correctly, and keeps what it
//! promises: nothing leaked, nothing of others touched, and everything works afterwards.
//!
//! ```console
//! $ fault_harness --scenarios           # lists them
//! $ fault_harness --errnos
//! $ fault_harness close ENOENT          # strace is to inject ENOENT; without it: NONE
//! $ fault_harness --storm 200           # serves clients during signals
//! $ fault_harness --starve              # strace is to let no wait succeed
//! ```
//!
//! The calls between two attempts to read the links `/begin` and `/end` are those of the scenario.
//! On the output stands one line about the outcome; what broke a promise begins with `WRONG:`.

mod clients;
mod errno;
mod place;
mod report;
mod servers;
mod storm;

use std::process::ExitCode;
use std::{env, fs};

use errno::Errno;
use place::Place;
use report::Report;

/// A scenario: its name, its description, and its function.
struct Scenario(&'static str, &'static str, fn(&Place, &mut Report));

const SCENARIOS: [Scenario; 17] = [
    Scenario(
        "listen",
        "Listening on a free name, for the user and the group",
        servers::listen,
    ),
    Scenario(
        "listen-abstract",
        "Listening on an abstract name",
        servers::listen_abstract,
    ),
    Scenario(
        "listen-stale",
        "Listening where a crashed server left its socket",
        servers::listen_on_stale_socket,
    ),
    Scenario(
        "listen-file",
        "Listening where a regular file is",
        servers::listen_on_file,
    ),
    Scenario("adopt", "Adopting a listening descriptor", servers::adopt),
    Scenario(
        "accept",
        "A blocking accept while a client waits",
        servers::accept,
    ),
    Scenario(
        "wait",
        "A wait with a deadline while a client waits",
        servers::wait,
    ),
    Scenario(
        "process-events",
        "Accepting queued clients, without a client",
        servers::process_events,
    ),
    Scenario(
        "drain",
        "Draining with two clients in the queue",
        servers::drain,
    ),
    Scenario("close", "Closing a server", servers::close),
    Scenario(
        "close-replaced",
        "Closing after a foreign file took the place of the socket",
        servers::close_replaced,
    ),
    Scenario(
        "wake-handle",
        "Making the first wake handle",
        servers::wake_handle,
    ),
    Scenario(
        "connect",
        "Connecting, however long it takes",
        clients::connect,
    ),
    Scenario(
        "connect-timeout",
        "Connecting with a time limit",
        clients::connect_timeout,
    ),
    Scenario(
        "connect-full",
        "Connecting with a time limit while the queue is full",
        clients::connect_full,
    ),
    Scenario(
        "remove",
        "Removing what a crashed server left",
        clients::remove,
    ),
    Scenario(
        "remove-file",
        "Being asked to remove a regular file",
        clients::remove_file,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--scenarios"] => SCENARIOS
            .iter()
            .for_each(|Scenario(name, what, _)| println!("{name}\t{what}")),
        ["--errnos"] => Errno::ALL
            .iter()
            .for_each(|errno| println!("{}\t{}", errno.name, errno.meaning())),
        ["--rain-on", process] => storm::rain_on(process),
        ["--starve"] => storm::starve(),
        ["--storm", rounds] => storm::survive(rounds.parse().expect("a number of rounds")),
        [scenario, errno] => {
            let Some(Scenario(_, _, live)) = SCENARIOS
                .iter()
                .find(|Scenario(name, ..)| *name == scenario)
            else {
                return usage();
            };
            let Ok(errno) = Errno::injected(errno) else {
                return usage();
            };
            let report = play(*live, errno);
            println!("{}", report.outcome());
            for wrong in report.wrong() {
                println!("WRONG: {wrong}");
            }
            return ExitCode::from(u8::from(!report.wrong().is_empty()));
        }
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!(
        "usage: fault_harness --scenarios | --errnos | --storm ROUNDS | --starve | SCENARIO ERRNO"
    );
    ExitCode::from(2)
}

/// Runs a scenario. Afterwards its own files are gone, and other files are unchanged.
fn play(live: fn(&Place, &mut Report), errno: Option<Errno>) -> Report {
    let place = Place::new();
    let mut report = Report::new(errno);
    let before = open_descriptors();
    live(&place, &mut report);
    let after = open_descriptors();
    report.expect(after == before, || {
        format!("{before} descriptors before, {after} after")
    });
    place.expect_untouched(&mut report);
    report
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd")
        .expect("proc is mounted")
        .count()
}
