//! The clients of every `syscall_harness`, in a process of their own.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::{env, io};

use tempfile::TempDir;

/// How many bytes a client sends, and reads again.
pub(crate) const MESSAGE: usize = 64;

/// What the command line asks for.
pub(crate) struct Order {
    /// `bare` or `anteroom`.
    pub(crate) subject: String,
    /// Where to listen.
    pub(crate) path: PathBuf,
    /// How many clients will come.
    pub(crate) connections: usize,
    /// Removed at the end.
    _directory: TempDir,
}

/// Reads the command line; nothing is left to do in the process of the clients.
pub(crate) fn order() -> Result<Option<Order>, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--subject", subject, "--connections", connections] => {
            let directory = tempfile::tempdir()?;
            Ok(Some(Order {
                subject: subject.to_owned(),
                path: directory.path().join("harness"),
                connections: connections.parse()?,
                _directory: directory,
            }))
        }
        ["--clients", path, connections] => {
            run(Path::new(path), connections.parse()?)?;
            Ok(None)
        }
        _ => Err("usage: syscall_harness --subject bare|anteroom --connections N".into()),
    }
}

/// Starts the process of the clients.
pub(crate) fn start(path: &Path, connections: usize) -> io::Result<Child> {
    Command::new(env::current_exe()?)
        .arg("--clients")
        .arg(path)
        .arg(connections.to_string())
        .spawn()
}

/// Waits until all clients were served.
pub(crate) fn finish(clients: &mut Child) -> Result<(), Box<dyn Error>> {
    if clients.wait()?.success() {
        Ok(())
    } else {
        Err("a client was not served".into())
    }
}

fn run(path: &Path, connections: usize) -> io::Result<()> {
    let message = [b'x'; MESSAGE];
    for _ in 0..connections {
        let mut client = UnixStream::connect(path)?;
        client.write_all(&message)?;
        let mut answer = [0; MESSAGE];
        client.read_exact(&mut answer)?;
        assert_eq!(answer, message, "the echo is what was sent");
    }
    Ok(())
}
