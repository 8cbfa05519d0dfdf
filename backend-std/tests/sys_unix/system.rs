//! The driver on this layer, with the standard library as the runtime.

use std::fs;
use std::io::ErrorKind::ConnectionRefused;
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

use anteroom_conformance::{Environment, OsEnvironment};
use anteroom_core::{Driver, ListenOptions, Os as _, QueueAll, Server, ServerName, SocketOptions};
use anteroom_std::Waiter as _;
use anteroom_std::blocking::Std;
use anteroom_std::sys::{self, Listener, Mode, System};

use crate::support::{abstract_name, directory, name_of};

const fn system() -> System<Std> {
    System::new(Std::new())
}

fn driver() -> Driver<System<Std>> {
    Driver::new(system(), QueueAll::new())
}

#[test]
fn it_listens_and_leaves_nothing_behind() {
    let directory = directory();
    let path = directory.path().join("s");
    let mut driver = driver();

    driver.listen(name_of(&path)).unwrap();

    let _client = UnixStream::connect(&path).unwrap();
    assert_eq!(driver.accept_one().accepted, 1);
    driver.close();
    assert!(!path.exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_drain_refuses_new_clients_and_keeps_those_in_the_queue() {
    let directory = directory();
    let (path, other_way) = (directory.path().join("s"), directory.path().join("t"));
    let mut driver = driver();
    driver.listen(name_of(&path)).unwrap();
    fs::hard_link(&path, &other_way).unwrap();
    let _client = UnixStream::connect(&other_way).unwrap();

    driver.command(Server::drain);

    assert!(!path.exists());
    let refused = UnixStream::connect(&other_way).unwrap_err();
    assert_eq!(refused.kind(), ConnectionRefused);
    assert_eq!(driver.accept_one().accepted, 1);
    assert_eq!(driver.accept_one().accepted, 0);
}

#[test]
#[cfg(target_os = "linux")]
fn closing_an_abstract_listener_has_no_file_to_remove() {
    let mut driver = driver();
    driver.command(|server| server.set_socket_options(SocketOptions::ABSTRACT));
    let name = abstract_name();
    driver.listen(name.clone()).unwrap();

    let unlinked = system().unlink(driver.listener_mut().unwrap());

    assert_eq!(unlinked, Ok(()));
}

#[test]
fn it_adopts_what_listens_and_leaves_its_file() {
    let directory = directory();
    let path = directory.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    let mut driver = driver();

    driver.adopt(listener.into()).unwrap();

    let _client = UnixStream::connect(&path).unwrap();
    assert_eq!(driver.accept_one().accepted, 1);
    driver.close();
    assert!(path.exists());
}

#[test]
fn what_cannot_be_adopted_is_given_back() {
    let (socket, _other_end) = UnixDatagram::pair().unwrap();
    let descriptor = socket.as_raw_fd();

    let refused = driver().adopt(socket.into()).unwrap_err();

    assert_eq!(refused.descriptor.as_raw_fd(), descriptor);
}

#[test]
fn it_has_the_clock_of_the_layer() {
    let before = sys::now();

    let now = system().now();

    assert!(before <= now && now <= sys::now());
    assert_eq!(format!("{:?}", system()), "System");
}

#[test]
fn a_listener_whose_mode_another_process_changes_is_never_blocked_on_again() {
    let directory = directory();
    let path = directory.path().join("shared");
    let mut listener = bound(&name_of(&path));
    assert!(system().may_block(&listener));

    let _client = UnixStream::connect(&path).unwrap();
    assert!(matches!(
        system().accept_blocking(&mut listener),
        Ok(Some(_))
    ));
    // The mode belongs to the socket, so this is what a process that shares it can do.
    sys::set_mode(listener.as_fd(), Mode::NonBlocking).unwrap();
    assert!(matches!(system().accept_blocking(&mut listener), Ok(None)));
    assert!(!system().may_block(&listener));
}

/// Otherwise accepting would block its thread, and with it a whole runtime, for ever.
#[test]
fn a_listener_that_a_sharer_has_made_blocking_does_not_block() {
    let directory = directory();
    let listener = UnixListener::bind(directory.path().join("s")).unwrap();
    let sharer = listener.try_clone().unwrap();
    let mut driver = driver();
    driver.adopt(listener.into()).unwrap();

    sharer.set_nonblocking(false).unwrap();

    assert_eq!(driver.accept_one().accepted, 0);
}

/// A child in a new PID namespace can have the process id of its parent.
#[test]
fn a_forked_child_never_makes_the_listener_blocking() {
    let directory = directory();
    let name = name_of(&directory.path().join("forked"));
    OsEnvironment::new().in_forked_child(&mut || child_leaves_the_mode_alone(&name));
    let run = &mut |_: &mut dyn Environment| child_leaves_the_mode_alone(&name);
    if !OsEnvironment::new().in_pid_namespace(run) {
        println!("skipped in part: PID namespaces cannot be made here");
    }
}

fn bound(name: &ServerName) -> Listener<Std> {
    system().bind(name, ListenOptions::new()).unwrap().listener
}

fn child_leaves_the_mode_alone(name: &ServerName) {
    let mut listener = bound(name);
    assert!(system().may_block(&listener));
    let mut in_child = || {
        assert!(!system().may_block(&listener));
        system().assume_ownership(&mut listener);
        assert!(system().may_block(&listener));
    };
    OsEnvironment::new().in_forked_child(&mut in_child);
    OsEnvironment::new().in_pid_namespace(&mut |_| in_child());
    // The child is the creator now.
    assert!(!system().may_block(&listener));
    system().assume_ownership(&mut listener);
    system().unlink(&mut listener).unwrap();
}
