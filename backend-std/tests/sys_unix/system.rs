//! The driver on this layer and nothing else, as a runtime of one's own has it.

use std::fs;
use std::io::ErrorKind::ConnectionRefused;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

use anteroom_core::{Driver, Os, QueueAll, SocketOptions};
use anteroom_std::sys::{self, System};

use crate::support::{abstract_name, accept, accepts_nobody, directory, name_of};

fn driver() -> Driver<System<OwnedFd>> {
    Driver::new(System::default(), QueueAll::new())
}

#[test]
fn it_listens_and_leaves_nothing_behind() {
    let directory = directory();
    let path = directory.path().join("s");
    let mut driver = driver();

    driver.listen(name_of(&path)).unwrap();

    let _client = UnixStream::connect(&path).unwrap();
    accept(driver.listener().unwrap());
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

    driver.drain();

    assert!(!path.exists());
    let refused = UnixStream::connect(&other_way).unwrap_err();
    assert_eq!(refused.kind(), ConnectionRefused);
    accept(driver.listener().unwrap());
    assert!(accepts_nobody(driver.listener().unwrap()));
}

#[test]
#[cfg(target_os = "linux")]
fn closing_an_abstract_listener_has_no_file_to_remove() {
    let mut driver = driver();
    driver.set_socket_options(SocketOptions::ABSTRACT);
    let name = abstract_name();
    driver.listen(name.clone()).unwrap();

    let unlinked = Os::unlink(
        &mut System::<OwnedFd>::new(),
        driver.listener_mut().unwrap(),
    );

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
    accept(driver.listener().unwrap());
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
    let system = System::<OwnedFd>::new();
    let before = sys::now();

    let now = system.now();

    assert!(before <= now && now <= sys::now());
    assert_eq!(format!("{system:?}"), "System");
}
