//! async-io's reactor starts at its first use, here in a separate process.

use std::os::unix::net::UnixListener;
use std::{panic, process};

use rustix::process::{Resource, setrlimit};

use crate::backend::{ErrorKind, LocalServer, LocalSocket};
use crate::exhaustion::{in_a_process_of_its_own, limit_descriptors};
use crate::place::Place;

#[test]
fn without_descriptors_for_the_reactor_the_first_use_is_an_error() {
    in_a_process_of_its_own(
        "first_use::without_descriptors_for_the_reactor_the_first_use_is_an_error",
        use_first,
    );
}

fn use_first() {
    // Also a panic that is caught: it would print a message, or end a process that aborts.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        hook(info);
        process::abort();
    }));
    let [place, other] = [Place::new(), Place::new()];
    let mut adopted = UnixListener::bind(other.name()).unwrap().into();
    for spare in 0..3 {
        let before = limit_descriptors(spare);
        let mut server = LocalServer::new();
        let listened = server.listen(place.name());
        let adoption = server.listen_fd(adopted);
        let connected = futures_executor::block_on(LocalSocket::connect(other.name()));
        let pair = LocalSocket::pair();
        setrlimit(Resource::Nofile, before).unwrap();

        let resources = Some(ErrorKind::Resources);
        assert_eq!(listened.unwrap_err().kind(), resources, "{spare} spare");
        assert!(place.is_empty());
        let (descriptor, error) = adoption.unwrap_err().into_parts();
        assert_eq!(error.kind(), resources, "{spare} spare");
        assert_eq!(connected.unwrap_err().kind(), ErrorKind::Resources);
        assert!(pair.is_err());
        adopted = descriptor;
    }
    let mut server = LocalServer::new();
    server.listen_fd(adopted).unwrap();
    let _client = other.client();
    futures_executor::block_on(server.accept()).unwrap();
}
