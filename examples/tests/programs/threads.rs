use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::support::Example;

/// Sends a byte, and returns whether it comes back.
fn is_served(mut client: &UnixStream) -> bool {
    // Who is turned away may learn that in either way.
    client.write_all(b"!").is_ok() && client.read(&mut [0]).is_ok_and(|length| length == 1)
}

/// Limits memory to the stacks of a few threads.
///
/// Stacks are large, so that enough memory is left for the standard library when the next one does
/// not fit.
#[test]
fn echo_std_closes_a_client_without_a_thread_and_continues() {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 1200000; exec \"$0\" \"$1\""]);
    command.arg(env!("CARGO_BIN_EXE_echo_std"));
    command.env("RUST_MIN_STACK", (256 << 20).to_string());
    command.stderr(Stdio::null());
    let mut server = Example::start_by(command);

    let clients: Vec<_> = (0..20).map(|_| server.connect()).collect();
    let served = clients.iter().filter(|client| is_served(client)).count();
    assert!((1..20).contains(&served), "{served} were served");

    drop(clients);
    // Their threads end in their own time.
    while !is_served(&server.connect()) {}
    server.stop(Signal::TERM);
    assert!(server.end().success());
}
