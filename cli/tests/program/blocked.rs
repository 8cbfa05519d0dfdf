//! Signals that are blocked at the start: programs that use signalfd or sigwait start such children.

use std::os::unix::net::UnixListener;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Stdio};

use nix::sys::signal::{SigSet, SigmaskHow, Signal as Blocked};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Runtime, Sandbox, Serving, Watch, echo, on_every_runtime};

const SIGNALS: [Signal; 3] = [Signal::TERM, Signal::INT, Signal::HUP];

on_every_runtime![
    a_signal_that_was_blocked_ends_the_server,
    a_second_signal_that_was_blocked_ends_the_server_at_once,
];

fn a_signal_that_was_blocked_ends_the_server(runtime: Runtime) {
    for signal in SIGNALS {
        let sandbox = Sandbox::on(runtime);
        let mut command = sandbox.command(&sandbox.serve_args(&["editor", "--grace", "1000"]));
        let mut server = blocking_signals(|| Serving::start(&mut command));
        let client = sandbox.client("editor");
        echo(&client, "before");
        server.signal(signal);
        sandbox.wait_until_absent("editor");
        echo(&client, "after");
        drop(client);
        assert_eq!(server.wait().code(), Some(0));
    }
}

fn a_second_signal_that_was_blocked_ends_the_server_at_once(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut command = sandbox.command(&sandbox.serve_args(&["editor", "--grace", "1000"]));
    let mut server = blocking_signals(|| Serving::start(&mut command));
    let client = sandbox.client("editor");
    echo(&client, "before");
    server.signal(Signal::TERM);
    sandbox.wait_until_absent("editor");
    server.signal(Signal::INT);
    assert_eq!(server.wait().signal(), Some(Signal::INT.as_raw()));
}

#[test]
fn a_signal_that_was_blocked_ends_connect() {
    for signal in SIGNALS {
        let sandbox = Sandbox::new();
        let listener = UnixListener::bind(sandbox.path("editor")).unwrap();
        let mut command = sandbox.command(&["connect", "editor"]);
        command.stdin(Stdio::piped());
        let mut process: Child = blocking_signals(|| command.spawn().unwrap());
        let _watch = Watch::over(&process);
        let _socket = listener.accept().unwrap();
        kill_process(Pid::from_child(&process), signal).unwrap();
        assert_eq!(process.wait().unwrap().signal(), Some(signal.as_raw()));
    }
}

/// Does something while this thread, and so each child that it starts, blocks the signals.
fn blocking_signals<T>(action: impl FnOnce() -> T) -> T {
    let signals: SigSet = [Blocked::SIGTERM, Blocked::SIGINT, Blocked::SIGHUP]
        .into_iter()
        .collect();
    let mask = signals.thread_swap_mask(SigmaskHow::SIG_BLOCK).unwrap();
    let outcome = action();
    mask.thread_set_mask().unwrap();
    outcome
}
