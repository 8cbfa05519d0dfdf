use std::ffi::OsStr;
use std::fmt::Debug;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::dispositions;

/// How long anything may take before the test has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A runtime that servers run on, as `--runtime` calls it.
#[derive(Clone, Copy)]
pub(crate) struct Runtime(pub(crate) &'static str);

/// Makes a test for each runtime out of every function that is named.
macro_rules! on_every_runtime {
    ($($(#[$attribute:meta])* $name:ident),* $(,)?) => {$(
        $(#[$attribute])*
        mod $name {
            use crate::support::Runtime;

            #[test]
            fn std() {
                super::$name(Runtime("std"));
            }

            #[test]
            fn tokio() {
                super::$name(Runtime("tokio"));
            }

            #[test]
            fn smol() {
                super::$name(Runtime("smol"));
            }
        }
    )*};
}
pub(crate) use on_every_runtime;

/// A temporary directory, into which words lead as names.
pub(crate) struct Sandbox {
    directory: tempfile::TempDir,
    runtime: Option<Runtime>,
}

/// How a run of the program came out.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    /// Creates one whose servers run on whatever is the default.
    pub(crate) fn new() -> Self {
        dispositions::set_back_for_children();
        Self {
            directory: tempfile::tempdir().unwrap(),
            runtime: None,
        }
    }

    /// Creates one whose servers run on this runtime.
    pub(crate) fn on(runtime: Runtime) -> Self {
        Self {
            runtime: Some(runtime),
            ..Self::new()
        }
    }

    /// Puts the command, and the runtime, in front of what `serve` is given.
    pub(crate) fn serve_args<'a>(&self, args: &[&'a str]) -> Vec<&'a str> {
        let mut all = vec!["serve"];
        all.extend(
            self.runtime
                .into_iter()
                .flat_map(|Runtime(name)| ["--runtime", name]),
        );
        all.extend(args);
        all
    }

    pub(crate) fn path(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.directory.path().join(name.as_ref())
    }

    /// Prepares a run of the program.
    pub(crate) fn command(&self, args: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anteroom"));
        command.args(args);
        self.prepare(&mut command);
        command
    }

    /// Prepares a run of the program with so many descriptors.
    pub(crate) fn command_with_descriptors(&self, limit: usize, args: &[&str]) -> Command {
        self.command_after(&format!("ulimit -n {limit}"), args)
    }

    /// Prepares a run of the program with a signal ignored.
    pub(crate) fn command_ignoring(&self, signal: &str, args: &[&str]) -> Command {
        self.command_after(&format!("trap '' {signal}"), args)
    }

    /// Prepares a run of the program in which every `connect` is refused that `when` names; none
    /// where `strace` cannot do that.
    ///
    /// So answer kernels that do not compare the types of sockets first.
    pub(crate) fn command_refused(&self, when: &str, args: &[&str]) -> Option<Command> {
        let strace = |program: &str| {
            let mut command = Command::new("strace");
            let inject = format!("inject=connect:error=ECONNREFUSED:when={when}");
            command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=connect", "-e"]);
            command.args([&inject, program]);
            command
        };
        if !strace("true").status().is_ok_and(|status| status.success()) {
            println!("skipped: strace is not there, or may not inject errors");
            return None;
        }
        let mut command = strace(env!("CARGO_BIN_EXE_anteroom"));
        command.args(args);
        self.prepare(&mut command);
        Some(command)
    }

    /// Prepares a run of the program in the place of a shell that has done this.
    fn command_after(&self, preparation: &str, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("{preparation}; exec \"$0\" \"$@\""))
            .arg(env!("CARGO_BIN_EXE_anteroom"))
            .args(args);
        self.prepare(&mut command);
        command
    }

    pub(crate) fn prepare(&self, command: &mut Command) {
        command
            .env("TMPDIR", self.directory.path())
            .env_remove("COLUMNS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    /// Runs the program until its end.
    pub(crate) fn run(&self, args: &[impl AsRef<OsStr> + Debug]) -> Answer {
        run(self.command(args))
    }

    /// Runs the program with this input.
    pub(crate) fn run_with_input(&self, args: &[&str], input: &[u8]) -> Answer {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        thread::scope(|scope| {
            // The program may end before it has read everything.
            scope.spawn(move || drop(stdin.write_all(input)));
            finish(child)
        })
    }

    /// Starts a server, and waits until it listens.
    pub(crate) fn serve(&self, args: &[&str]) -> Serving {
        Serving::start(&mut self.command(&self.serve_args(args)))
    }

    /// Connects a client of our own.
    pub(crate) fn client(&self, name: &str) -> UnixStream {
        let socket = UnixStream::connect(self.path(name)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        socket
    }

    /// Leaves the socket of a server behind that was killed.
    pub(crate) fn leave_stale(&self, name: &str) {
        let mut server = self.serve(&[name]);
        server.signal(Signal::KILL);
        server.wait();
    }

    /// Waits until nothing is at the name.
    pub(crate) fn wait_until_absent(&self, name: &str) {
        loop {
            match self.run(&["status", name]).code {
                Some(0) => {}
                Some(1) => return,
                other => panic!("it ended otherwise: {other:?}"),
            }
        }
    }
}

/// Runs a program until its end.
pub(crate) fn run(mut command: Command) -> Answer {
    finish(command.spawn().unwrap())
}

/// Waits for the end of a run.
pub(crate) fn finish(child: Child) -> Answer {
    let _watch = Watch::over(&child);
    let output = child.wait_with_output().unwrap();
    Answer {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A running server.
pub(crate) struct Serving {
    pub(crate) process: Child,
    pub(crate) greeting: String,
    lines: BufReader<ChildStdout>,
    _watch: Watch,
}

impl Serving {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut process = command.spawn().unwrap();
        let watch = Watch::over(&process);
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut serving = Self {
            process,
            greeting: String::new(),
            lines,
            _watch: watch,
        };
        serving.greeting = serving.line();
        assert!(
            serving.greeting.starts_with("listening "),
            "{}",
            serving.stderr()
        );
        serving
    }

    /// Waits for the next line.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Waits for the next line of standard error.
    pub(crate) fn complaint(&mut self) -> String {
        let mut line = String::new();
        let stderr = self.process.stderr.as_mut().unwrap();
        // Nothing may be read beyond the line: the reader is dropped.
        BufReader::with_capacity(1, stderr)
            .read_line(&mut line)
            .unwrap();
        line
    }

    pub(crate) fn stderr(&mut self) -> String {
        let mut text = String::new();
        let stderr = self.process.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut text).unwrap();
        text
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }

    /// Stops it, and returns what it has printed since.
    pub(crate) fn stop(mut self) -> String {
        self.signal(Signal::TERM);
        let rest = self.rest();
        assert_eq!(self.wait().code(), Some(0));
        rest
    }

    /// Waits for the end of what it prints.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        rest
    }

    /// Closes our end of its standard output.
    pub(crate) fn stop_reading(&mut self) {
        let stdin = Command::new("true").stdout(Stdio::piped()).spawn();
        let mut other = stdin.unwrap();
        self.lines = BufReader::new(other.stdout.take().unwrap());
        other.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Kills a process that takes too long; then the test goes on, and fails.
pub(crate) struct Watch(
    #[expect(dead_code, reason = "it is its being dropped that counts")] Sender<()>,
);

impl Watch {
    pub(crate) fn over(process: &Child) -> Self {
        let pid = Pid::from_child(process);
        let (done, is_done) = mpsc::channel::<()>();
        thread::spawn(move || {
            if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                eprintln!("process {pid} took too long");
                let _ = kill_process(pid, Signal::KILL);
            }
        });
        Self(done)
    }
}

/// Sends something and expects it back.
pub(crate) fn echo(mut socket: &UnixStream, text: &str) {
    socket.write_all(text.as_bytes()).unwrap();
    let mut answer = vec![0; text.len()];
    socket.read_exact(&mut answer).unwrap();
    assert_eq!(answer, text.as_bytes());
}
