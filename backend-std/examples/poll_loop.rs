//! A server inside a hand-written poll loop.
//!
//! The loop asks the server three things before each turn: which descriptor to watch, whether to
//! watch it, and when to come back at the latest. So a full queue costs nothing: the server just
//! is not watched, and its clients wait in the operating system's queue.
//!
//! Here the queue is full after two clients, and the loop claims one connection each time that a
//! second descriptor, its "work is done" signal, becomes readable. The example drives itself with
//! eight clients and ends with what it saw.
//!
//! ```console
//! $ cargo run -p anteroom-std --example poll_loop
//! ```

use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;

use anteroom_std::{LocalServer, LocalSocket};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

const CLIENTS: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let name = directory.path().join("poll-loop");
    let mut server = LocalServer::builder()
        .max_pending_connections(2)
        .listen(&name)?;
    let clients = (0..CLIENTS)
        .map(|_| LocalSocket::connect(&name))
        .collect::<Result<Vec<_>, _>>()?;

    let (mut done, mut work) = UnixStream::pair()?;
    done.write_all(b"!")?;
    let mut turns = 0;
    let mut served = 0;
    while served < CLIENTS {
        turns += 1;
        let ready = wait(&server, &work)?;
        if ready.server {
            let progress = server.process_events();
            println!("took in {}", progress.accepted);
        }
        if ready.work && serve_one(&mut server)? {
            served += 1;
            // The signal has been seen; the next one comes when this piece of work is done.
            work.read_exact(&mut [0])?;
            done.write_all(b"!")?;
        }
    }

    for mut client in clients {
        let mut answer = String::new();
        client.read_to_string(&mut answer)?;
        assert_eq!(answer, "served", "every client is served");
    }
    // One turn for each client to claim it, and one for each time there was room in the queue.
    assert!(
        turns <= 2 * CLIENTS + 1,
        "the loop span: {turns} turns for {CLIENTS} clients"
    );
    println!("served {served} clients, and the loop never span");
    Ok(())
}

/// What there is to do.
struct Ready {
    server: bool,
    work: bool,
}

/// Waits as the server wishes: this is all that embedding takes.
fn wait(server: &LocalServer, work: &UnixStream) -> io::Result<Ready> {
    let timeout = server.next_timeout();
    let watched = server.listener_fd().filter(|_| server.wants_readable());
    let mut descriptors = vec![PollFd::new(work, PollFlags::IN)];
    if let Some(listener) = &watched {
        descriptors.push(PollFd::from_borrowed_fd(listener.as_fd(), PollFlags::IN));
    }
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    poll(&mut descriptors, timeout.as_ref())?;
    let is_ready = |index: usize| {
        descriptors
            .get(index)
            .is_some_and(|fd| !fd.revents().is_empty())
    };
    Ok(Ready {
        // A timeout that is over is an event of the server's, too.
        server: is_ready(1) || (timeout.is_some() && !is_ready(0)),
        work: is_ready(0),
    })
}

fn serve_one(server: &mut LocalServer) -> io::Result<bool> {
    match server.next_pending_connection() {
        Some(mut socket) => socket.write_all(b"served").map(|()| true),
        None => Ok(false),
    }
}
