//! Standard streams that do not block, because another process that shares them wants that.

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Child, Stdio};
use std::thread;

use rustix::fs::{OFlags, fcntl_getfl};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Runtime, Sandbox, Serving, Watch, echo, on_every_runtime};

on_every_runtime![
    the_server_waits_for_a_full_output,
    the_server_waits_for_a_full_error_output,
    the_server_serves_while_its_error_output_is_full,
    the_demo_waits_for_a_full_output,
];

fn the_server_waits_for_a_full_output(runtime: Runtime) {
    const CLIENTS: usize = 3000;
    let sandbox = Sandbox::on(runtime);
    let stream = Stream::new();
    let mut command = sandbox.command(&sandbox.serve_args(&["editor"]));
    let process = command.stdout(stream.for_child()).spawn().unwrap();
    drop(command);
    let _watch = Watch::over(&process);
    let mut lines = BufReader::new(&stream.ours);
    let mut greeting = String::new();
    lines.read_line(&mut greeting).unwrap();
    assert!(greeting.starts_with("listening "), "{greeting}");
    // Their lines are more than the stream holds.
    for _ in 0..CLIENTS {
        echo(&sandbox.client("editor"), "hello");
    }
    kill_process(Pid::from_child(&process), Signal::TERM).unwrap();
    let reader = thread::spawn(move || {
        let mut text = String::new();
        let mut lines = BufReader::new(stream.close_theirs());
        lines.read_to_string(&mut text).unwrap();
        text
    });
    assert_eq!(exit_code(process), Some(0));
    let text = reader.join().unwrap();
    assert_eq!(
        text.matches("connected ").count(),
        CLIENTS,
        "{}",
        text.len()
    );
    assert_eq!(text.matches(" bytes=5\n").count(), CLIENTS);
}

fn the_server_waits_for_a_full_error_output(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    fs::write(sandbox.path("file"), "").unwrap();
    let args = sandbox.serve_args(&["file"]);
    let (code, text) = run_with_full_errors(&sandbox, &args);
    assert_eq!(code, Some(3));
    assert!(text.starts_with("anteroom: cannot listen on"), "{text}");
}

fn the_server_serves_while_its_error_output_is_full(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let stream = Stream::new();
    let length = stream.fill();
    fs::create_dir(sandbox.path("directory")).unwrap();
    let name = sandbox.path("directory/editor");
    let args = sandbox.serve_args(&[name.to_str().unwrap(), "--grace", "1000"]);
    let mut command = sandbox.command(&args);
    let mut server = Serving::start(command.stderr(stream.for_child()));
    drop(command);
    let client = sandbox.client("directory/editor");
    echo(&client, "before");
    // Its file cannot be removed, which it reports.
    fs::rename(sandbox.path("directory"), sandbox.path("other")).unwrap();
    symlink("directory", sandbox.path("directory")).unwrap();
    server.signal(Signal::TERM);
    while UnixStream::connect(sandbox.path("other/editor")).is_ok() {}
    echo(&client, "after");
    let mut errors = BufReader::new(stream.close_theirs());
    errors.read_exact(&mut vec![0; length]).unwrap();
    let mut line = String::new();
    errors.read_line(&mut line).unwrap();
    assert!(line.starts_with("anteroom: cannot remove"), "{line}");
    drop(client);
    assert_eq!(server.wait().code(), Some(4));
}

fn the_demo_waits_for_a_full_output(runtime: Runtime) {
    let sandbox = Sandbox::new();
    let (code, text) = run_with_full_output(&sandbox, &["demo", "--runtime", runtime.0]);
    assert_eq!(code, Some(0));
    assert!(text.ends_with("0 not as documented.\n"), "{text}");
}

#[test]
fn status_waits_for_a_full_output() {
    let sandbox = Sandbox::new();
    let answer = run_with_full_output(&sandbox, &["status", "editor"]);
    assert_eq!(answer, (Some(1), "absent\n".to_owned()));
}

#[test]
fn remove_waits_for_a_full_output() {
    let sandbox = Sandbox::new();
    sandbox.leave_stale("editor");
    let answer = run_with_full_output(&sandbox, &["remove", "editor"]);
    assert_eq!(answer, (Some(0), "removed\n".to_owned()));
}

#[test]
fn help_waits_for_a_full_output() {
    let sandbox = Sandbox::new();
    for args in [&["--help"][..], &["serve", "--help"], &["--version"]] {
        let whole = sandbox.run(args).stdout;
        assert_eq!(run_with_full_output(&sandbox, args), (Some(0), whole));
    }
}

#[test]
fn errors_wait_for_a_full_error_output() {
    let sandbox = Sandbox::new();
    for args in [&["connect", "editor"][..], &["frobnicate"]] {
        let whole = sandbox.run(args);
        let answer = run_with_full_errors(&sandbox, args);
        assert_eq!(answer, (whole.code, whole.stderr));
    }
}

#[test]
fn connect_waits_for_a_full_output() {
    let sandbox = Sandbox::new();
    let listener = UnixListener::bind(sandbox.path("editor")).unwrap();
    let stream = Stream::new();
    let mut command = sandbox.command(&["connect", "editor"]);
    let process = command.stdout(stream.for_child()).spawn().unwrap();
    drop(command);
    let _watch = Watch::over(&process);
    let (mut socket, _) = listener.accept().unwrap();
    // Far more than all buffers on the way hold.
    let text = "one line of many\n".repeat(500_000);
    let mut received = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            // The program has to end if it fails.
            drop(socket.write_all(text.as_bytes()));
            drop(socket);
        });
        stream.close_theirs().read_to_end(&mut received).unwrap();
    });
    assert_eq!(exit_code(process), Some(0));
    assert_eq!(received.len(), text.len());
    assert!(received == text.as_bytes());
}

#[test]
fn connect_waits_for_its_input() {
    const LINES: usize = 100;
    let sandbox = Sandbox::new();
    let listener = UnixListener::bind(sandbox.path("editor")).unwrap();
    let mut stream = Stream::new();
    let mut command = sandbox.command(&["connect", "editor"]);
    let process = command.stdin(stream.for_child()).spawn().unwrap();
    drop(command);
    let _watch = Watch::over(&process);
    let (socket, _) = listener.accept().unwrap();
    let mut lines = BufReader::new(&socket);
    for _ in 0..LINES {
        // The program has read all that there is when the next line is written.
        stream.ours.write_all(b"line\n").unwrap();
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        assert_eq!(line, "line\n");
    }
    assert!(is_nonblocking(&stream.theirs), "the flag is not changed");
    drop(stream);
    assert_eq!(lines.read_line(&mut String::new()).unwrap(), 0);
    drop(socket);
    assert_eq!(exit_code(process), Some(0));
}

/// A stream whose other end does not block the program.
struct Stream {
    ours: UnixStream,
    theirs: UnixStream,
}

impl Stream {
    fn new() -> Self {
        let (ours, theirs) = UnixStream::pair().unwrap();
        theirs.set_nonblocking(true).unwrap();
        Self { ours, theirs }
    }

    /// Has the program wait from the beginning; returns how many bytes are to be ignored.
    fn fill(&self) -> usize {
        let mut total = 0;
        for size in [4096, 1] {
            loop {
                match (&self.theirs).write(&vec![0; size]) {
                    Ok(length) => total += length,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
        total
    }

    fn for_child(&self) -> Stdio {
        Stdio::from(OwnedFd::from(self.theirs.try_clone().unwrap()))
    }

    /// Checks that the flag is unchanged, and returns our end, which ends with the program.
    fn close_theirs(self) -> UnixStream {
        assert!(is_nonblocking(&self.theirs), "the flag is not changed");
        self.ours
    }

    /// Reads what the program writes, after it has begun to wait or has ended.
    fn read_late(self, process: Child, to_ignore: usize) -> (Option<i32>, String) {
        let _watch = Watch::over(&process);
        wait_until_asleep(&process);
        let mut ours = self.close_theirs();
        let mut bytes = Vec::new();
        ours.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes.split_off(to_ignore)).unwrap();
        (exit_code(process), text)
    }
}

fn run_with_full_output(sandbox: &Sandbox, args: &[&str]) -> (Option<i32>, String) {
    let stream = Stream::new();
    let length = stream.fill();
    let mut command = sandbox.command(args);
    let process = command.stdout(stream.for_child()).spawn().unwrap();
    // It keeps a descriptor of the stream.
    drop(command);
    stream.read_late(process, length)
}

fn run_with_full_errors(sandbox: &Sandbox, args: &[&str]) -> (Option<i32>, String) {
    let stream = Stream::new();
    let length = stream.fill();
    let mut command = sandbox.command(args);
    let process = command.stderr(stream.for_child()).spawn().unwrap();
    drop(command);
    stream.read_late(process, length)
}

fn exit_code(mut process: Child) -> Option<i32> {
    process.wait().unwrap().code()
}

fn is_nonblocking(stream: &UnixStream) -> bool {
    fcntl_getfl(stream).unwrap().contains(OFlags::NONBLOCK)
}

/// Waits until the program sleeps or has ended. Where the system does not tell, the program may
/// find room at once.
fn wait_until_asleep(process: &Child) {
    let path = format!("/proc/{}/stat", process.id());
    while let Ok(text) = fs::read_to_string(&path) {
        let (_, fields) = text.rsplit_once(')').unwrap();
        if matches!(fields.trim_start().as_bytes()[0], b'S' | b'Z') {
            return;
        }
        thread::yield_now();
    }
}
