use std::process::Command;

use nix::sys::signal::{SigSet, SigmaskHow, Signal as Blocked};
use rustix::process::Signal;

use crate::support::{Example, expect, send};

const ALL: [&str; 8] = [
    env!("CARGO_BIN_EXE_axum"),
    env!("CARGO_BIN_EXE_calloop"),
    env!("CARGO_BIN_EXE_echo_smol"),
    env!("CARGO_BIN_EXE_echo_std"),
    env!("CARGO_BIN_EXE_echo_tokio"),
    env!("CARGO_BIN_EXE_hyper"),
    env!("CARGO_BIN_EXE_json_lines"),
    env!("CARGO_BIN_EXE_mio_loop"),
];

/// Starts a request that the server cannot finish.
fn keep_busy(program: &str, client: &std::os::unix::net::UnixStream) {
    if program.ends_with("axum") || program.ends_with("hyper") {
        send(client, "POST /upper HTTP/1.1\r\nhost: example\r\n");
        send(client, "content-length: 1\r\nexpect: 100-continue\r\n\r\n");
        expect(client, "HTTP/1.1 100 Continue\r\n\r\n");
    } else if program.ends_with("json_lines") {
        send(client, "{}\n");
        expect(client, "{\"error\":");
    } else {
        send(client, "busy");
        expect(client, "busy");
    }
}

#[test]
fn without_clients_the_stop_is_immediate() {
    for program in ALL {
        let mut server = Example::start(program);
        server.stop(Signal::INT);
        assert!(server.end().success(), "{program}");
    }
}

#[test]
fn the_second_signal_does_not_wait_for_clients() {
    for program in ALL {
        let mut server = Example::start(program);
        let client = server.connect();
        keep_busy(program, &client);
        server.stop(Signal::TERM);
        server.signal(Signal::INT);
        assert_eq!(server.end().code(), Some(1), "{program}");
    }
}

#[test]
fn a_name_in_use_is_refused_and_left_alone() {
    for program in ALL {
        let mut server = Example::start(program);
        let output = Command::new(program).arg(server.name()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{program}");
        assert_eq!(output.stdout, b"", "{program}");
        let client = server.connect();
        keep_busy(program, &client);
        drop(client);
        server.stop(Signal::TERM);
        assert!(server.end().success(), "{program}");
    }
}

#[test]
fn without_a_name_they_say_what_is_missing() {
    for program in ALL {
        let output = Command::new(program).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{program}");
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(complaint, "Error: \"give the name to listen on\"\n");
    }
}

#[test]
fn signals_that_are_blocked_at_the_start_have_their_effect() {
    for program in ALL {
        for signal in [Signal::INT, Signal::TERM] {
            let signals = SigSet::from_iter([Blocked::SIGINT, Blocked::SIGTERM]);
            let mask = signals.thread_swap_mask(SigmaskHow::SIG_BLOCK).unwrap();
            let mut server = Example::start(program);
            mask.thread_set_mask().unwrap();
            server.stop(signal);
            assert!(server.end().success(), "{program}");
        }
    }
}

#[test]
fn a_closed_output_does_not_end_them() {
    for program in ALL {
        let mut server = Example::start(program);
        let client = server.connect();
        keep_busy(program, &client);
        server.stop_reading();
        server.signal(Signal::TERM);
        // It has tried to write when the name is free and the client has gone.
        server.wait_until_absent();
        drop(client);
        assert!(server.end().success(), "{program}");
    }
}
