//! Every interleaving of a stop handle, the server's side and who waits for the end, by loom.
#![cfg(unix)]

/// The file that is explored takes its mutex from here.
mod sync {
    pub(crate) use loom::sync::Mutex;
}

#[path = "../src/stop/shared.rs"]
mod shared;

use std::future::poll_fn;
use std::task::Poll;

use anteroom_core::End;
use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;

use shared::{Request, Shared};

/// Tries every order in which at most three times a thread is stopped for another one.
fn explore(run: impl Fn() + Send + Sync + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(run);
}

/// Waits as a server does: it looks for a request, and is woken by later ones.
fn serve_until_asked(shared: &Shared) -> Request {
    block_on(poll_fn(|context| {
        shared
            .take_request(Some(context.waker()))
            .map_or(Poll::Pending, Poll::Ready)
    }))
}

fn end_of(shared: &Shared) -> Option<End> {
    let waiting = shared.wait();
    block_on(poll_fn(|context| waiting.poll(context)))
}

#[test]
fn a_request_always_reaches_the_server_and_its_end_whoever_waits_for_it() {
    explore(|| {
        let shared = Arc::new(Shared::default());
        shared.report(true, None);
        let asking = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                shared.ask(Request::Close);
                assert_eq!(end_of(&shared), Some(End::Closed));
            })
        };

        assert_eq!(serve_until_asked(&shared), Request::Close);
        shared.report(false, Some(End::Closed));

        asking.join().unwrap();
    });
}

#[test]
fn of_two_requests_at_once_the_stronger_one_is_never_lost() {
    explore(|| {
        let shared = Arc::new(Shared::default());
        shared.report(true, None);
        let asking = [Request::Drain, Request::Close].map(|request| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.ask(request))
        });

        while serve_until_asked(&shared) != Request::Close {}

        for asking in asking {
            asking.join().unwrap();
        }
    });
}

#[test]
fn a_server_that_goes_ends_the_wait_for_its_end() {
    explore(|| {
        let shared = Arc::new(Shared::default());
        shared.report(true, None);
        let waiting = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                shared.ask(Request::Drain);
                end_of(&shared)
            })
        };

        shared.leave();

        assert_eq!(waiting.join().unwrap(), Some(End::Closed));
    });
}

#[test]
fn an_end_is_reported_even_if_the_server_listens_again() {
    explore(|| {
        let shared = Arc::new(Shared::default());
        shared.report(true, None);
        let asking = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let waiting = shared.wait();
                shared.ask(Request::Close);
                block_on(poll_fn(|context| waiting.poll(context)))
            })
        };

        serve_until_asked(&shared);
        shared.report(false, Some(End::Closed));
        shared.report(true, None);

        assert_eq!(asking.join().unwrap(), Some(End::Closed));
        assert!(!shared.has_request());
    });
}
