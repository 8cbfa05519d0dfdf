//! Serves clients one after the other on the main thread, to have its system calls counted.
//!
//! Each connection: accept, echo 64 bytes, read the end of the data, close. With
//! `--subject bare` this is a loop over the standard library's listener, with
//! `--subject anteroom` one over `LocalServer`; the rest is the same. The clients live in a child
//! process, so that a tracer which does not follow children sees the server alone.
//!
//! ```console
//! $ strace -c cargo run --release -p anteroom-std --example syscall_harness -- \
//!       --subject anteroom --connections 1000
//! ```

use std::error::Error;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command};
use std::{env, io};

use anteroom_std::LocalServer;

const MESSAGE: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--subject", subject, "--connections", connections] => {
            serve(subject, connections.parse()?)
        }
        ["--clients", path, connections] => Ok(run_clients(Path::new(path), connections.parse()?)?),
        _ => Err("usage: syscall_harness --subject bare|anteroom --connections N".into()),
    }
}

fn serve(subject: &str, connections: usize) -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("harness");
    let mut clients = match subject {
        "bare" => {
            let listener = UnixListener::bind(&path)?;
            let clients = start_clients(&path, connections)?;
            for _ in 0..connections {
                echo(listener.accept()?.0)?;
            }
            clients
        }
        "anteroom" => {
            let mut server = LocalServer::bind(&path)?;
            let clients = start_clients(&path, connections)?;
            for _ in 0..connections {
                echo(server.accept()?)?;
            }
            clients
        }
        other => return Err(format!("no subject is called {other}").into()),
    };
    if clients.wait()?.success() {
        Ok(())
    } else {
        Err("a client was not served".into())
    }
}

fn echo(mut socket: impl Read + Write) -> io::Result<()> {
    let mut buffer = [0; MESSAGE];
    loop {
        let length = socket.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        socket.write_all(&buffer[..length])?;
    }
}

fn start_clients(path: &Path, connections: usize) -> io::Result<Child> {
    Command::new(env::current_exe()?)
        .arg("--clients")
        .arg(path)
        .arg(connections.to_string())
        .spawn()
}

fn run_clients(path: &Path, connections: usize) -> io::Result<()> {
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
