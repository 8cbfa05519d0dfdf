//! Every interleaving of a server that waits for room and of connections that are closed, by loom.
#![cfg(unix)]

/// The file that is explored takes its mutex from here.
mod sync {
    pub(crate) use loom::sync::Mutex;
}

#[path = "../src/permit/room.rs"]
mod room;

use std::future::poll_fn;
use std::task::Poll;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;

use room::Room;

#[test]
fn every_connection_that_is_closed_is_counted_and_wakes_who_waits() {
    let mut model = loom::model::Builder::new();
    // Every order in which at most three times a thread is stopped for another one.
    model.preemption_bound = Some(3);
    model.check(|| {
        let room = Arc::new(Room::default());
        let closing = [(); 2].map(|()| {
            let room = Arc::clone(&room);
            thread::spawn(move || room.close_one())
        });

        let mut counted = 0;
        while counted < closing.len() {
            counted += block_on(poll_fn(|context| {
                match room.take_closed(Some(context.waker())) {
                    0 => Poll::Pending,
                    closed => Poll::Ready(closed),
                }
            }));
        }

        for closing in closing {
            closing.join().unwrap();
        }
        assert_eq!((counted, room.closed()), (2, 0));
    });
}

#[test]
fn a_server_that_is_gone_keeps_no_waker() {
    struct Wakes;

    impl std::task::Wake for Wakes {
        fn wake(self: std::sync::Arc<Self>) {}
    }

    loom::model(|| {
        let room = Arc::new(Room::default());
        let wakes = std::sync::Arc::new(Wakes);
        let waker = std::task::Waker::from(std::sync::Arc::clone(&wakes));
        assert_eq!(room.take_closed(Some(&waker)), 0);
        drop(waker);
        let closing = {
            let room = Arc::clone(&room);
            thread::spawn(move || room.close_one())
        };
        room.leave();
        closing.join().unwrap();
        assert_eq!(std::sync::Arc::strong_count(&wakes), 1);
    });
}
