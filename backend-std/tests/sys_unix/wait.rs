use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use anteroom_std::sys::{self, Readiness};

use crate::support::{NONE, accept, child, directory, listen, name_of, run, task};

#[test]
fn the_clock_does_not_run_backwards() {
    let first = sys::now();
    assert!(sys::now() >= first);
}

#[test]
fn a_client_makes_the_listener_readable_until_it_is_accepted() {
    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);
    let ready = || {
        let fd = Some(listener.socket.as_fd());
        sys::wait_readable(fd, None, Some(Duration::ZERO)).unwrap()
    };
    assert_eq!(ready(), Readiness::default());
    assert!(!sys::is_readable(listener.socket.as_fd()).unwrap());

    let _client = UnixStream::connect(&path).unwrap();

    assert!(sys::is_readable(listener.socket.as_fd()).unwrap());
    let readiness = ready();
    assert!(readiness.listener && !readiness.hung_up && !readiness.woken);
    accept(&listener);
    assert_eq!(ready(), Readiness::default());
}

#[test]
fn the_time_is_over_no_sooner_than_said() {
    let directory = directory();
    let listener = listen(&name_of(&directory.path().join("s")), NONE);
    let (_sender, receiver) = sys::waker().unwrap();
    let limit = Duration::from_millis(3);
    for (listener, waker) in [
        (None, None),
        (Some(listener.socket.as_fd()), None),
        (None, Some(receiver.as_fd())),
        (Some(listener.socket.as_fd()), Some(receiver.as_fd())),
    ] {
        let start = Instant::now();
        let readiness = sys::wait_readable(listener, waker, Some(limit)).unwrap();
        assert_eq!(readiness, Readiness::default());
        assert!(start.elapsed() >= limit);
    }
}

#[test]
fn waking_ends_a_wait_from_another_thread() {
    let directory = directory();
    let listener = listen(&name_of(&directory.path().join("s")), NONE);
    let (sender, receiver) = sys::waker().unwrap();
    let waking = thread::spawn(move || sender.clone().wake());

    for timeout in [None, Some(Duration::MAX)] {
        let listener = Some(listener.socket.as_fd());
        let readiness = sys::wait_readable(listener, Some(receiver.as_fd()), timeout).unwrap();
        assert!(readiness.woken && !readiness.listener);
    }
    waking.join().unwrap();
}

/// More descriptors than may be open cannot be waited for either.
#[test]
#[cfg(target_os = "linux")]
fn a_wait_that_the_system_refuses_is_an_error() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    const TEST: &str = "wait::a_wait_that_the_system_refuses_is_an_error";
    if task().is_none() {
        run(child("", TEST, "wait"));
        return;
    }
    let (_sender, receiver) = sys::waker().unwrap();
    let before = getrlimit(Resource::Nofile);
    let none = Rlimit {
        current: Some(0),
        ..before
    };
    setrlimit(Resource::Nofile, none).unwrap();

    let refused = sys::wait_readable(None, Some(receiver.as_fd()), None);

    setrlimit(Resource::Nofile, before).unwrap();
    let code = refused.unwrap_err().raw_os_error();
    assert_eq!(code, Some(sys::CODES.einval));
}

#[test]
fn a_wake_is_kept_until_it_is_cleared_and_clearing_forgets_them_all() {
    let (sender, receiver) = sys::waker().unwrap();
    let is_woken = || {
        sys::wait_readable(None, Some(receiver.as_fd()), Some(Duration::ZERO))
            .unwrap()
            .woken
    };
    assert!(!is_woken());
    receiver.clear();

    // Far more than there is room for: none of them blocks.
    for _ in 0..100_000 {
        sender.wake();
    }

    assert!(is_woken());
    assert!(is_woken());
    receiver.clear();
    assert!(!is_woken());
    sender.wake();
    assert!(is_woken());
}

#[test]
fn waking_nobody_is_harmless() {
    let (sender, receiver) = sys::waker().unwrap();
    drop(receiver);
    sender.wake();
}
