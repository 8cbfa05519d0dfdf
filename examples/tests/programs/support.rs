use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// How long anything may take before the test has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// An example that listens in a temporary directory.
pub(crate) struct Example {
    process: Child,
    lines: BufReader<ChildStdout>,
    name: PathBuf,
    _directory: tempfile::TempDir,
    /// Dropped when the example has ended in time.
    _watch: Sender<()>,
}

impl Example {
    /// Starts a program, and waits until it says that it listens.
    pub(crate) fn start(program: &str) -> Self {
        Self::start_by(Command::new(program))
    }

    /// Does the same with a command to which only the name is to be added.
    pub(crate) fn start_by(mut command: Command) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let name = directory.path().join("example");
        let mut process = command
            .arg(&name)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let watch = watch_over(Pid::from_child(&process));
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut example = Self {
            process,
            lines,
            name,
            _directory: directory,
            _watch: watch,
        };
        let greeting = format!("listening on {}\n", example.name.display());
        assert_eq!(example.line(), greeting, "{command:?}");
        example
    }

    pub(crate) fn connect(&self) -> UnixStream {
        let socket = UnixStream::connect(&self.name).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        socket
    }

    pub(crate) fn name(&self) -> &Path {
        &self.name
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    /// Has clients come, with these requests, and the wish to stop while it is looking away.
    ///
    /// So it does not know yet of any of them when it hears that it is to stop.
    pub(crate) fn stop_behind_late_clients(&mut self, requests: &[String]) -> Vec<UnixStream> {
        let pid = Pid::from_child(&self.process);
        self.signal(Signal::STOP);
        let (_, status) = waitpid(Some(pid), WaitOptions::UNTRACED).unwrap().unwrap();
        assert!(status.stopped());
        let clients = requests.iter().map(|request| {
            let client = self.connect();
            send(&client, request);
            client
        });
        let clients = clients.collect();
        self.signal(Signal::TERM);
        self.signal(Signal::CONT);
        self.wait_until_stopping();
        clients
    }

    /// Asks it to stop, and waits until its name is free.
    pub(crate) fn stop(&mut self, signal: Signal) {
        self.signal(signal);
        self.wait_until_stopping();
    }

    fn wait_until_stopping(&mut self) {
        assert_eq!(self.line(), "stopping\n");
        assert!(!self.name.exists(), "the name is free at once");
    }

    /// Waits for the next line of standard error.
    pub(crate) fn complaint(&mut self) -> String {
        let mut line = String::new();
        let stderr = self.process.stderr.as_mut().unwrap();
        BufReader::with_capacity(1, stderr)
            .read_line(&mut line)
            .unwrap();
        line
    }

    /// Closes our end of its standard output.
    pub(crate) fn stop_reading(&mut self) {
        let mut other = Command::new("true").stdout(Stdio::piped()).spawn().unwrap();
        self.lines = BufReader::new(other.stdout.take().unwrap());
        other.wait().unwrap();
    }

    /// Waits until its name is free.
    pub(crate) fn wait_until_absent(&self) {
        while self.name.exists() {
            thread::yield_now();
        }
    }

    /// Waits for its end, before which it says nothing more.
    pub(crate) fn end(mut self) -> ExitStatus {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        assert!(!self.name.exists(), "the file is gone");
        self.process.wait().unwrap()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Kills a process that takes too long; then the test goes on, and fails.
fn watch_over(process: Pid) -> Sender<()> {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            eprintln!("process {process} took too long");
            let _ = kill_process(process, Signal::KILL);
        }
    });
    done
}

/// Sends this.
pub(crate) fn send(mut socket: &UnixStream, bytes: impl AsRef<[u8]>) {
    socket.write_all(bytes.as_ref()).unwrap();
}

/// Expects exactly this to come.
pub(crate) fn expect(mut socket: &UnixStream, bytes: impl AsRef<[u8]>) {
    let bytes = bytes.as_ref();
    let mut received = vec![0; bytes.len()];
    socket.read_exact(&mut received).unwrap();
    assert!(
        received == bytes,
        "{:?} came instead of {:?}",
        String::from_utf8_lossy(&received),
        String::from_utf8_lossy(bytes)
    );
}

/// Expects that nothing more comes.
pub(crate) fn expect_end(mut socket: &UnixStream) {
    assert_eq!(socket.read(&mut [0]).unwrap(), 0);
}
