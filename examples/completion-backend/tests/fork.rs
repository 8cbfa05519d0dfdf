//! A forked child leaves the accept of its parent alone.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::future::poll_fn;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use anteroom_completion_backend::LocalServer;
use compio::driver::{DriverType, ProactorBuilder};
use compio::runtime::{Runtime, RuntimeBuilder};
use fork::Fork;
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, waitpid};

/// Runs `run` in a forked child, and expects that the child gets to its end.
fn in_forked_child(run: impl FnOnce()) {
    match fork::fork().unwrap() {
        Fork::Child => {
            let result = catch_unwind(AssertUnwindSafe(run));
            // The child must not end as a test program does.
            let signal = if result.is_ok() {
                Signal::KILL
            } else {
                Signal::ABORT
            };
            kill_process(getpid(), signal).unwrap();
            unreachable!("a signal has ended the process");
        }
        Fork::Parent(child) => {
            let child = Pid::from_raw(child);
            let (_, status) = waitpid(child, WaitOptions::empty()).unwrap().unwrap();
            let signal = Signal::KILL.as_raw();
            assert_eq!(status.terminating_signal(), Some(signal));
        }
    }
}

fn start_an_accept(runtime: &Runtime, server: &mut LocalServer) {
    runtime.block_on(async {
        let mut accepting = pin!(server.accept());
        poll_fn(|context| {
            assert!(accepting.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    });
    runtime.poll_with(Some(Duration::ZERO));
}

#[test]
fn a_child_that_closes_its_copy_leaves_the_accept_to_its_parent() {
    for driver in [None, Some(DriverType::Poll)] {
        let mut proactor = ProactorBuilder::new();
        if let Some(driver) = driver {
            proactor.driver_type(driver);
        }
        let runtime = RuntimeBuilder::new()
            .with_proactor(proactor)
            .build()
            .unwrap();
        let directory = tempfile::tempdir().unwrap();
        let name = directory.path().join("server");
        let mut server = LocalServer::new();
        runtime.enter(|| server.listen(&name)).unwrap();
        start_an_accept(&runtime, &mut server);

        in_forked_child(|| server.close());
        in_forked_child(|| server = LocalServer::new());

        assert!(name.exists());
        let _client = UnixStream::connect(&name).unwrap();
        runtime.block_on(server.accept()).unwrap();
    }
}

#[test]
fn a_child_with_a_runtime_of_its_own_accepts() {
    let runtime = Runtime::new().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let name = directory.path().join("server");
    let mut server = LocalServer::new();
    runtime.enter(|| server.listen(&name)).unwrap();
    start_an_accept(&runtime, &mut server);

    in_forked_child(|| {
        let runtime = Runtime::new().unwrap();
        // The accept of the parent gets the first client, since it came first.
        let _clients = [(); 2].map(|()| UnixStream::connect(&name).unwrap());
        runtime.block_on(server.accept()).unwrap();
    });

    runtime.block_on(server.accept()).unwrap();
}
