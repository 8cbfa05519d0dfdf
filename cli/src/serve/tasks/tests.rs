use std::cell::Cell;
use std::ffi::OsStr;
use std::io::Write as _;

use clap::Parser as _;

use super::*;
use crate::args::{Cli, Command};
use crate::runtime::{Smol, Tokio};
use crate::serve::{Reporter, Signals};

/// The number of waiting clients: more than a few turns accept.
const WAITING: usize = 100;

/// The number of busy tasks: more than a runtime polls before its own future.
const BUSY: usize = 2000;

#[test]
fn tokio_takes_clients_in_in_turn_with_other_tasks() {
    takes_clients_in_in_turn_with_other_tasks::<Tokio>();
}

#[test]
fn smol_takes_clients_in_in_turn_with_other_tasks() {
    takes_clients_in_in_turn_with_other_tasks::<Smol>();
}

fn takes_clients_in_in_turn_with_other_tasks<R: AsyncRuntime>() {
    let directory = tempfile::tempdir().unwrap();
    let name = directory.path().join("editor");
    let (receiver, mut signal) = UnixStream::pair().unwrap();
    receiver.set_nonblocking(true).unwrap();
    let runtime = Rc::new(R::start().unwrap());
    let task = runtime.block_on(async {
        let server = Server::<R>::bind(&name).unwrap();
        let service = service(name.as_os_str());
        MainTask::new(Rc::clone(&runtime), server, receiver, service).unwrap()
    });
    for _ in 0..WAITING {
        UnixStream::connect(&name).unwrap();
    }

    for _ in 1..BUSY {
        let shared = Rc::clone(&task.shared);
        runtime.spawn(poll_fn(move |context| {
            let all_are_in = shared.borrow().service.admitted() == WAITING;
            ready_if(all_are_in, context)
        }));
    }
    let most = Rc::new(Cell::new(0));
    let (shared, seen) = (Rc::clone(&task.shared), Rc::clone(&most));
    let mut last = 0;
    runtime.spawn(poll_fn(move |context| {
        let admitted = shared.borrow().service.admitted();
        seen.set(seen.get().max(admitted - last));
        last = admitted;
        if admitted == WAITING {
            signal.write_all(&[0]).unwrap();
        }
        ready_if(admitted == WAITING, context)
    }));
    assert_eq!(task.run().unwrap(), Code::Success);
    let most = most.get();
    assert!(most <= WAITING / 2, "{most} between two turns of a task");
}

fn service(name: &OsStr) -> Service {
    let words = ["anteroom", "serve", "--quiet"].map(OsStr::new);
    let cli = Cli::parse_from(words.into_iter().chain([name]));
    let Command::Serve(args) = cli.command else {
        panic!("it is another command");
    };
    Service::new(Signals::none(), Reporter::start().unwrap(), &args)
}

/// Yields once.
fn ready_if(is_done: bool, context: &Context<'_>) -> Poll<()> {
    if is_done {
        return Poll::Ready(());
    }
    context.waker().wake_by_ref();
    Poll::Pending
}
