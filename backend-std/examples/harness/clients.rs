use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::{MESSAGE, Pattern};

/// Descriptors of a process, without those of its clients.
const SPARE: u64 = 32;

/// Runs all clients in a separate process.
pub(super) fn run(path: &Path, connections: usize, pattern: Pattern) -> Result<(), Box<dyn Error>> {
    match pattern {
        Pattern::Sequential => one_after_the_other(path, connections)?,
        Pattern::Burst => {
            allow_descriptors(connections as u64 + SPARE)?;
            all_at_once(path, connections)?;
        }
        Pattern::OneClient => some_at_a_time(path, connections, 1)?,
        Pattern::TwoClients => some_at_a_time(path, connections, 2)?,
    }
    Ok(())
}

fn one_after_the_other(path: &Path, connections: usize) -> io::Result<()> {
    for _ in 0..connections {
        let mut client = step(|| UnixStream::connect(path))?;
        step(|| send(&mut client))?;
        step(move || check_answer(&mut client))?;
    }
    Ok(())
}

fn all_at_once(path: &Path, connections: usize) -> io::Result<()> {
    let mut clients = Vec::with_capacity(connections);
    for _ in 0..connections {
        let client = connect_and_send(path)?;
        client.shutdown(Shutdown::Write)?;
        clients.push(client);
    }
    report()?;
    clients.iter_mut().try_for_each(check_answer)
}

fn some_at_a_time(path: &Path, connections: usize, at_a_time: usize) -> io::Result<()> {
    for _ in 0..connections / at_a_time {
        let come = || (0..at_a_time).map(|_| connect_and_send(path)).collect();
        let mut clients: Vec<UnixStream> = step(come)?;
        for client in &mut clients {
            check_answer(client)?;
            assert_eq!(client.read(&mut [0])?, 0, "the server closes it");
        }
    }
    Ok(())
}

fn connect_and_send(path: &Path) -> io::Result<UnixStream> {
    let mut client = UnixStream::connect(path)?;
    send(&mut client)?;
    Ok(client)
}

/// Makes a step when it is permitted, and reports that it was made.
fn step<T>(make: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    io::stdin().read_exact(&mut [0])?;
    let made = make()?;
    report()?;
    Ok(made)
}

fn report() -> io::Result<()> {
    let mut server = io::stdout();
    server.write_all(b"!")?;
    server.flush()
}

fn send(client: &mut UnixStream) -> io::Result<()> {
    client.write_all(&[b'x'; MESSAGE])
}

fn check_answer(client: &mut UnixStream) -> io::Result<()> {
    let mut answer = [0; MESSAGE];
    client.read_exact(&mut answer)?;
    assert_eq!(answer, [b'x'; MESSAGE], "the echo is what was sent");
    Ok(())
}

/// Raises the soft limit of this process, which has no other use for descriptors.
fn allow_descriptors(wanted: u64) -> Result<(), Box<dyn Error>> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < wanted) {
        if maximum.is_some_and(|maximum| maximum < wanted) {
            return Err(format!("{wanted} descriptors are needed, more than RLIMIT_NOFILE").into());
        }
        let current = Some(wanted);
        setrlimit(Resource::Nofile, Rlimit { current, maximum })?;
    }
    Ok(())
}
