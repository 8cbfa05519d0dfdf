//! What a builder configures: filters, hooks, and listeners that exist already.

#![cfg(unix)]

use std::error::Error;
use std::io::Read as _;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anteroom_std::{
    Admit, Backlog, Intake, LocalServer, LocalSocket, PeerIdentity, QueueAll, Timeout, Wait,
};
use tempfile::TempDir;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

struct Place(TempDir);

impl Place {
    fn new() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    fn name(&self) -> std::path::PathBuf {
        self.0.path().join("server")
    }

    fn connect(&self) -> Result<LocalSocket> {
        Ok(LocalSocket::connect(self.name())?)
    }
}

/// Returns whether the server has closed the connection.
fn is_closed(mut client: LocalSocket) -> Result<bool> {
    Ok(client.read(&mut [0])? == 0)
}

#[test]
fn a_filter_sees_who_connects_and_admits_them() -> Result {
    let place = Place::new()?;
    let own = std::process::id();
    let admits = move |peer: &PeerIdentity| peer.pid.is_none_or(|pid| pid.unsigned_abs() == own);
    let mut server = LocalServer::builder().filter(admits).listen(place.name())?;
    let _client = place.connect()?;

    assert_eq!(server.process_events().accepted, 1);

    assert!(server.next_pending_connection().is_some());
    assert_eq!(server.refused(), 0);
    Ok(())
}

#[test]
fn who_is_not_admitted_is_closed_takes_no_place_and_is_counted() -> Result {
    let place = Place::new()?;
    let mut server = LocalServer::builder()
        .max_pending_connections(1)
        .filter(|_| false)
        .listen(place.name())?;
    let clients = [place.connect()?, place.connect()?, place.connect()?];

    assert_eq!(server.process_events().accepted, 3);

    assert!(!server.has_pending_connections());
    assert_eq!(server.take_new_connections(), 0);
    assert_eq!(server.refused(), 3);
    for client in clients {
        assert!(is_closed(client)?);
    }
    Ok(())
}

#[test]
fn with_two_filters_a_client_has_to_be_admitted_by_both() -> Result {
    for admitted in [[true, false], [false, true], [true, true]] {
        let place = Place::new()?;
        let mut server = LocalServer::builder()
            .filter(move |_| admitted[0])
            .filter(move |_| admitted[1])
            .listen(place.name())?;
        let _client = place.connect()?;

        server.process_events();

        let is_admitted = admitted == [true, true];
        assert_eq!(server.has_pending_connections(), is_admitted);
        assert_eq!(server.refused(), u64::from(!is_admitted));
    }
    Ok(())
}

#[test]
fn a_hook_that_is_set_later_does_not_replace_the_filter() -> Result {
    let place = Place::new()?;
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let mut server = LocalServer::builder()
        .filter(|_| false)
        .intake(move |socket, admit| {
            counted.fetch_add(1, Ordering::Relaxed);
            admit.enqueue(socket);
        })
        .listen(place.name())?;
    let _client = place.connect()?;

    server.process_events();

    assert_eq!((calls.load(Ordering::Relaxed), server.refused()), (0, 1));
    Ok(())
}

#[test]
fn a_server_with_a_boxed_hook_fits_into_a_struct() -> Result {
    struct Service {
        server: LocalServer<Box<dyn Intake<LocalSocket> + Send>>,
    }

    let place = Place::new()?;
    for hook in [
        Box::new(QueueAll::new()) as Box<dyn Intake<LocalSocket> + Send>,
        Box::new(|socket, admit: &mut Admit<'_, _>| admit.enqueue(socket)),
    ] {
        let server = LocalServer::builder()
            .intake_with(hook)
            .listen(place.name())?;
        let mut service = Service { server };
        let _client = place.connect()?;
        assert!(service.server.accept().is_ok());
    }
    Ok(())
}

#[test]
fn a_listener_becomes_a_server_in_one_call() -> Result {
    let (first, second) = (Place::new()?, Place::new()?);
    let mut servers = [
        LocalServer::from_fd(UnixListener::bind(first.name())?)?,
        LocalServer::try_from(UnixListener::bind(second.name())?)?,
    ];
    for (place, server) in [first, second].iter().zip(&mut servers) {
        let _client = place.connect()?;
        assert!(server.accept().is_ok());
        assert_eq!(server.local_name(), Some(place.name().as_os_str()));
    }
    Ok(())
}

#[test]
fn a_builder_configures_a_server_of_a_listener() -> Result {
    let place = Place::new()?;
    let mut server = LocalServer::builder()
        .max_pending_connections(1)
        .listen_fd(UnixListener::bind(place.name())?)?;
    let _clients = [place.connect()?, place.connect()?];
    assert_eq!(server.process_events().accepted, 1);

    let refused = LocalServer::builder().listen_fd(UnixDatagram::unbound()?);
    let (descriptor, _) = refused.unwrap_err().into_parts();
    assert!(UnixDatagram::from(descriptor).local_addr()?.is_unnamed());
    Ok(())
}

#[test]
fn a_backlog_can_be_a_number() {
    let mut server = LocalServer::builder().listen_backlog(5).build();
    assert_eq!(server.listen_backlog(), Backlog::Limited(5));
    server.set_listen_backlog(7);
    assert_eq!(server.listen_backlog(), Backlog::Limited(7));
}

#[test]
fn the_readiness_is_used_up_once_nobody_is_found() -> Result {
    let place = Place::new()?;
    let mut server = LocalServer::builder()
        .max_pending_connections(2)
        .listen(place.name())?;
    let _clients = [place.connect()?, place.connect()?];

    let progress = server.process_events();
    assert_eq!((progress.accepted, progress.would_block), (2, false));
    let progress = server.process_events();
    assert_eq!((progress.accepted, progress.would_block), (0, false));
    server.discard_pending_connections();
    let progress = server.process_events();
    assert_eq!((progress.accepted, progress.would_block), (0, true));
    Ok(())
}

#[test]
fn no_more_connections_are_open_than_allowed_whoever_holds_them() -> Result {
    let place = Place::new()?;
    let mut server = LocalServer::builder()
        .max_connections(2)
        .listen(place.name())?;
    let _clients = [(); 6].map(|()| place.connect());
    let look = |server: &mut LocalServer| server.wait_for_new_connection(Timeout::default());

    assert_eq!(server.process_events().accepted, 2);
    let (first, second) = (server.accept()?, server.accept()?);
    assert_eq!(server.open_connections(), Some(2));
    assert!(!server.wants_readable());
    assert_eq!(look(&mut server), Wait::TimedOut);

    let clone = first.try_clone()?;
    drop(first);
    assert_eq!(look(&mut server), Wait::TimedOut, "a clone is left");
    drop(clone);
    assert_eq!(server.open_connections(), Some(1));
    assert!(server.wants_readable());
    let third = server.accept()?;

    let _native = third.into_inner();
    assert!(server.accept().is_ok(), "it does not count any more");
    drop(second);
    assert!(server.accept().is_ok());
    assert_eq!(server.max_connections(), Some(2));
    Ok(())
}

#[test]
fn who_is_refused_or_dropped_by_the_hook_gives_the_place_back() -> Result {
    let place = Place::new()?;
    let mut server = LocalServer::builder()
        .max_connections(1)
        .filter(|_| false)
        .listen(place.name())?;
    let _clients = [(); 5].map(|()| place.connect());
    let mut rounds = 0;
    while server.process_events().more {
        rounds += 1;
    }
    assert_eq!((server.refused(), rounds), (5, 5));

    let _clients = [(); 3].map(|()| place.connect());
    let wait = server.wait_for_new_connection(Timeout::default());
    assert_eq!((wait, server.refused()), (Wait::TimedOut, 8));
    Ok(())
}

#[test]
fn a_connection_that_another_thread_closes_ends_the_wait() -> Result {
    let place = Place::new()?;
    let mut server = LocalServer::builder()
        .max_connections(1)
        .listen(place.name())?;
    for _ in 0..100 {
        let _client = place.connect()?;
        let socket = server.accept()?;
        let closing = std::thread::spawn(move || drop(socket));
        let _next = place.connect()?;
        assert!(server.accept().is_ok());
        closing.join().expect("dropping does not panic");
    }
    Ok(())
}

#[test]
fn a_loop_that_drains_a_full_server_is_told_when_there_is_room() -> Result {
    let place = Place::new()?;
    let mut server = LocalServer::builder()
        .max_connections(1)
        .listen(place.name())?;
    let _clients = [place.connect()?, place.connect()?];
    let first = server.accept()?;
    server.drain();
    server.process_events();
    assert_eq!(server.next_timeout(), None, "there is no room");

    drop(first);

    assert_eq!(server.next_timeout(), Some(Duration::ZERO));
    assert_eq!(server.process_events().accepted, 1);
    Ok(())
}

#[test]
fn a_pending_connection_is_an_open_one() -> Result {
    let place = Place::new()?;
    let mut server = LocalServer::builder()
        .max_connections(1)
        .listen(place.name())?;
    let _clients = [place.connect()?, place.connect()?];
    assert_eq!(server.process_events().accepted, 1);
    assert_eq!(server.process_events().accepted, 0);
    server.discard_pending_connections();
    assert_eq!(server.process_events().accepted, 1);
    Ok(())
}
