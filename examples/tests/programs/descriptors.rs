use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::support::{Example, expect, send};

/// Each pause is reported with its begin and its end, and every client is served.
#[test]
fn echo_std_reports_that_descriptors_ran_out_and_when_that_is_over() {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 20; exec \"$0\" \"$1\""]);
    command.arg(env!("CARGO_BIN_EXE_echo_std"));
    command.stderr(Stdio::piped());
    let mut server = Example::start_by(command);

    let mut clients: Vec<_> = (0..30).map(|_| server.connect()).collect();
    for round in 1..=30 {
        // Whoever connected first leaves first, and makes room for the next one.
        let client = clients.remove(0);
        send(&client, "hello");
        expect(&client, "hello");
        if round == 1 {
            let begin = server.complaint();
            assert!(begin.starts_with("paused: cannot accept"), "{begin}");
        }
    }
    assert_eq!(server.complaint(), "the pause is over\n");

    server.stop(Signal::TERM);
    assert!(server.end().success());
}
