use std::io::{ErrorKind, Read as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;

use rustix::process::Signal;

use crate::support::{Runtime, Sandbox, Serving, echo, on_every_runtime};

on_every_runtime![
    a_signal_frees_the_name_and_lets_the_clients_finish,
    without_clients_a_signal_ends_it_at_once,
    after_the_grace_clients_are_cut_off,
    a_second_signal_ends_it_at_once,
    who_was_connected_to_a_killed_server_notices_and_the_name_can_be_used_again,
    a_signal_that_was_ignored_stays_ignored,
    a_grace_without_end_is_possible,
    a_server_that_takes_nobody_in_ends_at_once,
];

fn a_signal_frees_the_name_and_lets_the_clients_finish(runtime: Runtime) {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let sandbox = Sandbox::on(runtime);
        let mut server = sandbox.serve(&["editor", "--grace", "1000"]);
        let mut client = sandbox.client("editor");
        echo(&client, "before");
        server.signal(signal);
        sandbox.wait_until_absent("editor");
        let refused = UnixStream::connect(sandbox.path("editor")).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound);
        echo(&client, "after");
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
        assert_eq!(server.wait().code(), Some(0));
        assert!(server.rest().ends_with("ended 1 bytes=11\n"));
    }
}

fn without_clients_a_signal_ends_it_at_once(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor", "--grace", "1000"]);
    server.signal(Signal::INT);
    assert_eq!(server.wait().code(), Some(0));
    assert_eq!(sandbox.run(&["status", "editor"]).code, Some(1));
}

fn after_the_grace_clients_are_cut_off(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor", "--grace", "0.05"]);
    let mut client = sandbox.client("editor");
    echo(&client, "before");
    server.signal(Signal::TERM);
    assert_eq!(server.wait().code(), Some(0));
    assert!(server.rest().ends_with("ended 1 bytes=6 (cut off)\n"));
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
}

fn a_second_signal_ends_it_at_once(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor", "--grace", "1000"]);
    let mut client = sandbox.client("editor");
    echo(&client, "before");
    server.signal(Signal::INT);
    sandbox.wait_until_absent("editor");
    echo(&client, "after");
    server.signal(Signal::TERM);
    let status = server.wait();
    assert_eq!(status.signal(), Some(Signal::TERM.as_raw()));
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
    assert_eq!(sandbox.run(&["status", "editor"]).code, Some(1));
}

fn who_was_connected_to_a_killed_server_notices_and_the_name_can_be_used_again(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor"]);
    let mut client = sandbox.client("editor");
    echo(&client, "before");
    server.signal(Signal::KILL);
    let status = server.wait();
    assert_eq!(status.signal(), Some(Signal::KILL.as_raw()));
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
    let answer = sandbox.run(&sandbox.serve_args(&["editor"]));
    assert_eq!(answer.code, Some(2), "{}", answer.stderr);
    assert_eq!(sandbox.run(&["remove", "editor"]).code, Some(0));
    let server = sandbox.serve(&["editor"]);
    echo(&sandbox.client("editor"), "after");
    server.stop();
}

/// As with `nohup`, or in the background of a shell without job control.
fn a_signal_that_was_ignored_stays_ignored(runtime: Runtime) {
    if !cfg!(any(target_os = "linux", target_os = "android")) {
        println!("skipped: this system does not tell what is ignored");
        return;
    }
    let signals = [
        (Signal::INT, "INT"),
        (Signal::TERM, "TERM"),
        (Signal::HUP, "HUP"),
    ];
    for (ignored, trap) in signals {
        let sandbox = Sandbox::on(runtime);
        let args = sandbox.serve_args(&["editor", "--grace", "1000"]);
        let mut server = Serving::start(&mut sandbox.command_ignoring(trap, &args));
        let client = sandbox.client("editor");
        echo(&client, "before");
        server.signal(ignored);
        // That is the first signal for it, since a second one would end it at once.
        let (other, _) = signals.into_iter().find(|(it, _)| *it != ignored).unwrap();
        server.signal(other);
        sandbox.wait_until_absent("editor");
        echo(&client, "after");
        drop(client);
        assert_eq!(server.wait().code(), Some(0), "{trap}");
    }
}

fn a_grace_without_end_is_possible(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor", "--grace", "1e19"]);
    let client = sandbox.client("editor");
    echo(&client, "before");
    server.signal(Signal::TERM);
    sandbox.wait_until_absent("editor");
    echo(&client, "after");
    drop(client);
    assert_eq!(server.wait().code(), Some(0));
}

fn a_server_that_takes_nobody_in_ends_at_once(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor", "--max-pending", "0", "--grace", "1000"]);
    let mut client = sandbox.client("editor");
    server.signal(Signal::TERM);
    assert_eq!(server.wait().code(), Some(0));
    // It was never taken in.
    assert!(!matches!(client.read(&mut [0]), Ok(1)));
    assert_eq!(server.rest(), "");
}
