//! As in a container: for process 1 the kernel takes no default action of a signal.

use std::io::Read as _;
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Runtime, Sandbox, Serving, Watch, echo, finish, on_every_runtime};

on_every_runtime![
    the_second_signal_ends_process_1_at_once,
    sigquit_ends_process_1_at_once,
    the_first_signal_drains_as_process_1,
];

fn the_second_signal_ends_process_1_at_once(runtime: Runtime) {
    for (signal, status) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let sandbox = Sandbox::on(runtime);
        let args = sandbox.serve_args(&["editor", "--grace", "1000"]);
        let Some(mut command) = as_process_1(&sandbox, &args) else {
            return;
        };
        let mut server = Serving::start(&mut command);
        let mut client = sandbox.client("editor");
        echo(&client, "before");
        signal_process_1(&server.process, Signal::TERM);
        sandbox.wait_until_absent("editor");
        echo(&client, "after");
        signal_process_1(&server.process, signal);
        assert_eq!(server.wait().code(), Some(status));
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
    }
}

fn sigquit_ends_process_1_at_once(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let args = sandbox.serve_args(&["editor"]);
    let Some(mut command) = as_process_1(&sandbox, &args) else {
        return;
    };
    let mut server = Serving::start(&mut command);
    signal_process_1(&server.process, Signal::QUIT);
    assert_eq!(server.wait().code(), Some(131));
}

fn the_first_signal_drains_as_process_1(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let args = sandbox.serve_args(&["editor", "--grace", "1000"]);
    let Some(mut command) = as_process_1(&sandbox, &args) else {
        return;
    };
    let mut server = Serving::start(&mut command);
    let client = sandbox.client("editor");
    echo(&client, "before");
    signal_process_1(&server.process, Signal::INT);
    sandbox.wait_until_absent("editor");
    echo(&client, "after");
    drop(client);
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn a_signal_ends_connect_as_process_1() {
    for (signal, status) in [
        (Signal::TERM, 143),
        (Signal::INT, 130),
        (Signal::HUP, 129),
        (Signal::QUIT, 131),
    ] {
        let sandbox = Sandbox::new();
        let listener = UnixListener::bind(sandbox.path("editor")).unwrap();
        let Some(mut command) = as_process_1(&sandbox, &["connect", "editor"]) else {
            return;
        };
        let mut process = command.stdin(Stdio::piped()).spawn().unwrap();
        let watch = Watch::over(&process);
        let _input = process.stdin.take();
        let _socket = listener.accept().unwrap();
        signal_process_1(&process, signal);
        assert_eq!(finish(process).code, Some(status));
        drop(watch);
    }
}

/// Prepares a run of the program as process 1 of a PID namespace; none if that cannot be made.
fn as_process_1(sandbox: &Sandbox, args: &[&str]) -> Option<Command> {
    let unshare = ["--map-root-user", "--fork", "--pid", "--kill-child=KILL"];
    let mut probe = Command::new("unshare");
    probe.args(unshare).arg("true").stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        println!("skipped: no PID namespace can be made here");
        return None;
    }
    let mut command = Command::new("unshare");
    command
        .args(unshare)
        .arg(env!("CARGO_BIN_EXE_anteroom"))
        .args(args);
    sandbox.prepare(&mut command);
    Some(command)
}

/// Signals the only child of `unshare`.
fn signal_process_1(unshare: &Child, signal: Signal) {
    let pid = unshare.id();
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    let child = children
        .trim()
        .parse()
        .ok()
        .and_then(Pid::from_raw)
        .unwrap();
    kill_process(child, signal).unwrap();
}
