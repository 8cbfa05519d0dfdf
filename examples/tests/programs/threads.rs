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

/// The stacks of so many threads are more memory than it may have.
#[test]
fn echo_std_turns_away_whom_there_is_no_thread_for_and_goes_on() {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 150000; exec \"$0\" \"$1\""]);
    command.arg(env!("CARGO_BIN_EXE_echo_std"));
    command.stderr(Stdio::null());
    let mut server = Example::start_by(command);

    let clients: Vec<_> = (0..200).map(|_| server.connect()).collect();
    let served = clients.iter().filter(|client| is_served(client)).count();
    assert!((1..200).contains(&served), "{served} were served");

    drop(clients);
    // Their threads end in their own time.
    while !is_served(&server.connect()) {}
    server.stop(Signal::TERM);
    assert!(server.end().success());
}
