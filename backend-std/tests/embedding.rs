//! The three questions with which an event loop embeds the server, and what iterators do.
#![cfg(all(unix, feature = "blocking"))]

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::time::Duration;

use anteroom_std::{Admit, LocalServer, LocalSocket, Wait};
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory can be made"))
    }

    fn name(&self) -> std::path::PathBuf {
        self.0.path().join("embedding")
    }

    fn clients(&self, count: usize) -> Vec<LocalSocket> {
        let connect = |_| LocalSocket::connect(self.name()).expect("the server listens");
        (0..count).map(connect).collect()
    }
}

#[test]
fn a_server_that_does_not_listen_asks_for_nothing() {
    let server = LocalServer::new();
    assert!(server.listener_fd().is_none());
    assert!(!server.wants_readable());
    assert_eq!(server.next_timeout(), None);
}

#[test]
fn a_full_queue_asks_for_nothing_until_a_connection_is_claimed() -> Outcome {
    let place = Place::new();
    let mut server = LocalServer::builder()
        .max_pending_connections(2)
        .listen(place.name())?;
    let _clients = place.clients(3);
    assert!(server.wants_readable());
    assert_eq!(server.process_events().accepted, 2);
    assert!(
        !server.wants_readable(),
        "it would be readable all the time"
    );
    assert_eq!(server.next_timeout(), None);
    assert!(server.next_pending_connection().is_some());
    assert!(server.wants_readable());
    assert_eq!(server.process_events().accepted, 1);
    Ok(())
}

#[test]
fn more_clients_than_one_turn_takes_in_are_announced_as_more() -> Outcome {
    let place = Place::new();
    let mut server = LocalServer::builder()
        .max_pending_connections(1000)
        .listen(place.name())?;
    let _clients = place.clients(70);
    let first = server.process_events();
    assert_eq!((first.accepted, first.more), (64, true));
    let second = server.process_events();
    assert_eq!((second.accepted, second.more), (6, false));
    Ok(())
}

#[test]
fn a_hook_that_queues_nothing_holds_no_wait_beyond_its_time() -> Outcome {
    let place = Place::new();
    let refuse = |_: LocalSocket, _: &mut Admit<'_, LocalSocket>| {};
    let mut server = LocalServer::builder().intake(refuse).listen(place.name())?;
    let _clients = place.clients(200);
    assert_eq!(
        server.wait_for_new_connection(Duration::ZERO),
        Wait::TimedOut
    );
    assert_eq!(
        server.process_events().accepted,
        64,
        "the first 64 were taken by the wait"
    );
    Ok(())
}

#[test]
fn a_draining_server_asks_to_be_called_at_once_and_ends() -> Outcome {
    let place = Place::new();
    let mut server = LocalServer::builder()
        .max_pending_connections(1)
        .listen(place.name())?;
    let _clients = place.clients(2);
    server.drain();
    assert!(
        !server.wants_readable(),
        "a listener that was shut down is readable for ever"
    );
    assert_eq!(server.next_timeout(), Some(Duration::ZERO));
    assert_eq!(server.process_events().accepted, 1);
    assert_eq!(server.next_timeout(), None, "the queue is full");
    for _ in 0..2 {
        assert!(server.next_pending_connection().is_some());
        server.process_events();
    }
    assert!(server.listener_fd().is_none(), "all were served");
    Ok(())
}

#[test]
fn incoming_serves_everybody_and_ends_with_the_drain() -> Outcome {
    let place = Place::new();
    let mut server = LocalServer::bind(place.name())?;
    let clients = place.clients(5);
    server.drain();
    let mut served = 0;
    for socket in server.incoming() {
        socket?.write_all(b"bye")?;
        served += 1;
    }
    assert_eq!(served, 5);
    for mut client in clients {
        let mut text = String::new();
        client.read_to_string(&mut text)?;
        assert_eq!(text, "bye");
    }
    Ok(())
}

#[test]
fn blocking_and_non_blocking_calls_take_turns() -> Outcome {
    let place = Place::new();
    let mut server = LocalServer::bind(place.name())?;
    for _ in 0..2 {
        let _first = place.clients(1);
        server.accept()?;
        assert_eq!(
            server.process_events().accepted,
            0,
            "nobody is there, and it did not block"
        );
        let _second = place.clients(1);
        assert_eq!(
            server.wait_for_new_connection(Duration::from_secs(60)),
            Wait::Ready
        );
        assert!(server.next_pending_connection().is_some());
    }
    Ok(())
}

#[test]
fn an_adopted_socket_that_is_shut_down_elsewhere_ends_the_server_instead_of_spinning() -> Outcome {
    let place = Place::new();
    let listener = std::os::unix::net::UnixListener::bind(place.name())?;
    let mut server = LocalServer::new();
    server.listen_fd(listener.try_clone()?)?;
    assert!(server.is_listening());
    let stream = std::os::unix::net::UnixStream::from(std::os::fd::OwnedFd::from(listener));
    stream.shutdown(std::net::Shutdown::Read)?;
    assert_eq!(server.process_events().accepted, 0);
    assert!(!server.is_listening());
    assert!(
        server.error_string().contains("shut it down"),
        "{}",
        server.error_string()
    );
    Ok(())
}
