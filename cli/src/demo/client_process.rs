use std::env;
use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::args::Runtime;

/// The second process, which runs the clients.
#[derive(Debug)]
pub(super) struct ClientProcess {
    process: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl ClientProcess {
    /// Starts it: the same program with a hidden command.
    pub(super) fn start(name: &OsStr, runtime: Runtime) -> io::Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args(["demo-clients", "--runtime", runtime.name()])
            .arg(name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        match (process.stdin.take(), process.stdout.take()) {
            (Some(commands), Some(answers)) => Ok(Self {
                process,
                commands,
                answers: BufReader::new(answers),
            }),
            _ => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    /// Sends a command and returns the answer.
    pub(super) fn ask(&mut self, command: &str) -> io::Result<String> {
        writeln!(self.commands, "{command}")?;
        let mut answer = String::new();
        match self.answers.read_line(&mut answer)? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(answer.trim_end().to_owned()),
        }
    }
}

impl Drop for ClientProcess {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
