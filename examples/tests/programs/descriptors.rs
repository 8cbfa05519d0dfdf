use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::support::{Example, expect, send};

/// However many clients have to wait for a descriptor, it is one pause; and every client is served.
#[test]
fn the_echo_examples_report_each_pause_once() {
    for program in [
        env!("CARGO_BIN_EXE_echo_std"),
        env!("CARGO_BIN_EXE_echo_tokio"),
        env!("CARGO_BIN_EXE_echo_smol"),
    ] {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n 20; exec \"$0\" \"$1\"", program]);
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
                let expected = "accepting is paused: descriptors or memory have run out";
                assert!(begin.starts_with(expected), "{program}: {begin}");
            }
        }
        assert_eq!(server.complaint(), "accepting goes on\n", "{program}");

        server.stop(Signal::TERM);
        assert_eq!(server.complaint(), "", "{program}");
        assert!(server.end().success());
    }
}
