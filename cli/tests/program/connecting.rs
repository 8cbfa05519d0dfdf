use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::process::{Child, Stdio};
use std::thread;

use snapbox::{assert_data_eq, str};

use crate::support::{Sandbox, Watch, finish};

#[test]
fn all_that_is_sent_comes_back() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve(&["editor"]);
    let text = "one line of many\n".repeat(100_000);
    let answer = sandbox.run_with_input(&["connect", "editor"], text.as_bytes());
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert!(answer.stdout == text);
    server.stop();
}

#[test]
fn it_exits_when_the_server_is_done_though_the_input_goes_on() {
    let sandbox = Sandbox::new();
    let listener = UnixListener::bind(sandbox.path("editor")).unwrap();
    let mut command = sandbox.command(&["connect", "editor"]);
    let mut process = command.stdin(Stdio::piped()).spawn().unwrap();
    let _watch = Watch::over(&process);
    let (mut socket, _) = listener.accept().unwrap();
    socket.write_all(b"good bye").unwrap();
    drop(socket);
    assert_eq!(process.wait().unwrap().code(), Some(0));
    let mut text = String::new();
    process.stdout.unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "good bye");
}

#[test]
fn a_server_that_cuts_the_connection_off_is_trouble() {
    let sandbox = Sandbox::new();
    let listener = UnixListener::bind(sandbox.path("editor")).unwrap();
    let mut command = sandbox.command(&["connect", "editor"]);
    let mut process = command.stdin(Stdio::piped()).spawn().unwrap();
    let _watch = Watch::over(&process);
    process
        .stdin
        .as_mut()
        .unwrap()
        .write_all(b"unread")
        .unwrap();
    let (mut socket, _) = listener.accept().unwrap();
    // Something has come, and not all of it is read.
    socket.read_exact(&mut [0]).unwrap();
    drop(socket);
    assert_eq!(process.wait().unwrap().code(), Some(4));
    let mut text = String::new();
    process.stderr.unwrap().read_to_string(&mut text).unwrap();
    assert_data_eq!(
        text,
        str![[r#"
anteroom: cannot receive from "editor" ([..]/editor): [..]; the server has cut the connection off, or was stopped

"#]]
    );
}

#[test]
fn a_closed_output_ends_it_quietly() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve(&["editor"]);
    let mut command = sandbox.command(&["connect", "editor"]);
    let mut process = command.stdin(Stdio::piped()).spawn().unwrap();
    let _watch = Watch::over(&process);
    drop(process.stdout.take());
    let mut input = process.stdin.take().unwrap();
    // A child that another test is just starting may keep the output open for a moment.
    let status = loop {
        let _ = input.write_all(b"nobody reads the answer");
        if let Some(status) = process.try_wait().unwrap() {
            break status;
        }
    };
    assert_eq!(status.code(), Some(0));
    let mut text = String::new();
    process.stderr.unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "");
    server.stop();
}

#[test]
fn an_absent_server_is_told() {
    let answer = Sandbox::new().run(&["connect", "editor"]);
    assert_eq!(answer.code, Some(1));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot connect to "editor" ([..]/editor): no such socket; is the server running? (os error [..])

"#]]
    );
}

#[test]
#[cfg(target_os = "linux")]
fn connect_reports_unused_abstract_name_as_absent() {
    let name = format!("anteroom-unused-{}", std::process::id());
    let answer = Sandbox::new().run(&["connect", &name, "--abstract"]);
    assert_eq!(answer.code, Some(1));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot connect to "[..]": no such abstract name; is the server running? (os error [..])

"#]]
    );
}

#[test]
fn names_that_look_like_something_else_are_rejected() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("run")).unwrap();
    for command in ["serve", "connect", "status", "remove"] {
        for name in [
            "./editor",
            "run/editor",
            "~/editor",
            "unix:/editor",
            "@editor",
            "/tmp/",
        ] {
            let answer = sandbox.run(&[command, name]);
            assert_eq!(answer.code, Some(4), "{command} {name}: {}", answer.stderr);
            assert!(answer.stderr.contains(": the name "), "{}", answer.stderr);
            assert!(answer.stderr.contains("; write "), "{}", answer.stderr);
        }
    }
}

#[test]
fn a_crashed_server_is_told() {
    let sandbox = Sandbox::new();
    sandbox.leave_stale("editor");
    let answer = sandbox.run(&["connect", "editor"]);
    assert_eq!(answer.code, Some(2));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot connect to "editor" ([..]/editor): it is the socket of a server that has crashed; start its server again (os error [..])

"#]]
    );
}

#[test]
fn what_is_no_socket_is_told() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("editor"), "").unwrap();
    let answer = sandbox.run(&["connect", "editor"]);
    assert_eq!(answer.code, Some(3));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot connect to "editor" ([..]/editor): it is a file, not a socket (os error [..])

"#]]
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_queue_is_waited_for_no_longer_than_asked() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve(&["editor", "--max-pending", "0", "--backlog", "0"]);
    let first = sandbox.client("editor");
    let answer = sandbox.run(&["connect", "editor", "--timeout", "0.01"]);
    assert_eq!(answer.code, Some(4));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot connect to "editor" ([..]/editor): timed out; the server's backlog is full (os error [..])

"#]]
    );
    drop(first);
    server.stop();
}

#[test]
fn without_no_shutdown_the_server_sees_the_end_of_the_input() {
    let sandbox = Sandbox::new();
    let listener = UnixListener::bind(sandbox.path("editor")).unwrap();
    let mut command = sandbox.command(&["connect", "editor"]);
    let mut process = command.spawn().unwrap();
    let _watch = Watch::over(&process);
    let (mut socket, _) = listener.accept().unwrap();
    assert_eq!(socket.read(&mut [0]).unwrap(), 0);
    socket.write_all(b"answer").unwrap();
    drop(socket);
    assert_eq!(process.wait().unwrap().code(), Some(0));
}

#[test]
fn no_shutdown_keeps_the_sending_side_open_until_the_server_closes_the_connection() {
    let sandbox = Sandbox::new();
    let listener = UnixListener::bind(sandbox.path("editor")).unwrap();
    let mut command = sandbox.command(&["connect", "editor", "--no-shutdown"]);
    let mut process = command.stdin(Stdio::piped()).spawn().unwrap();
    let _watch = Watch::over(&process);
    let (mut socket, _) = listener.accept().unwrap();
    drop(process.stdin.take());
    // The input has ended when its thread has: then nothing more is sent.
    wait_for_threads(&process, 1);
    socket.set_nonblocking(true).unwrap();
    let error = socket.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    socket.set_nonblocking(false).unwrap();
    socket.write_all(b"answer").unwrap();
    drop(socket);
    let answer = finish(process);
    assert_eq!((answer.code, &*answer.stdout), (Some(0), "answer"));
}

#[test]
fn no_shutdown_waits_no_longer_than_the_timeout_after_the_end_of_the_input() {
    let sandbox = Sandbox::new();
    let listener = UnixListener::bind(sandbox.path("editor")).unwrap();
    let args = ["connect", "editor", "--no-shutdown", "--timeout", "0"];
    let mut process = sandbox
        .command(&args)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let _watch = Watch::over(&process);
    let (mut socket, _) = listener.accept().unwrap();
    let mut input = process.stdin.take().unwrap();
    let mut output = process.stdout.take().unwrap();
    // The timeout does not run before the end of the input.
    for _ in 0..100 {
        input.write_all(b"ping").unwrap();
        socket.read_exact(&mut [0; 4]).unwrap();
        socket.write_all(b"pong").unwrap();
        output.read_exact(&mut [0; 4]).unwrap();
    }
    drop(input);
    // The server does not close the connection.
    assert_eq!(process.wait().unwrap().code(), Some(0));
    assert_eq!(socket.read(&mut [0]).unwrap(), 0);
}

/// Waits until the program has so many threads, where the system tells how many it has.
fn wait_for_threads(process: &Child, number: usize) {
    let path = format!("/proc/{}/task", process.id());
    while fs::read_dir(&path).is_ok_and(|threads| threads.count() > number) {
        thread::yield_now();
    }
}
