//! Every wake-up arrives: what other calls do to a task that waits for a connection.

use std::any::Any;
use std::os::unix::net::UnixListener;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream as _;
use rustix::net::{Shutdown, shutdown};

use crate::backend::{self, Backlog, End, LocalServer, SocketOptions, Timeout, Wait, block_on};
use crate::place::{Place, Wakes};

type Server = LocalServer;
type Way = fn(&mut Server, &mut Context<'_>) -> bool;
type Method = fn(&mut Server);
type Event = fn(&Place, &mut Server) -> Option<Box<dyn Any>>;

/// The ways to wait. The future of a wait is dropped, and what it waits for is not forgotten.
const WAYS: [(&str, Way); 4] = [
    ("poll_accept", |server, context| {
        server.poll_accept(context).is_pending()
    }),
    ("poll_ready", |server, context| {
        server.poll_ready(context).is_pending()
    }),
    ("wait", |server, context| {
        let wait = pin!(server.wait_for_new_connection(Timeout::Never));
        wait.poll(context).is_pending()
    }),
    ("stream", |server, context| {
        Pin::new(&mut server.incoming())
            .poll_next(context)
            .is_pending()
    }),
];

/// Every other method. None of them takes the place of the task that waits.
const METHODS: [(&str, Method); 27] = [
    ("nothing", |_| {}),
    ("a wait of no time", |server| {
        let wait = pin!(server.wait_for_new_connection(Timeout::default()));
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(wait.poll(&mut context), Poll::Ready(Wait::TimedOut));
    }),
    ("process_events", |server| {
        assert_eq!(server.process_events().accepted, 0)
    }),
    ("next_pending_connection", |server| {
        assert!(server.next_pending_connection().is_none())
    }),
    (
        "discard_pending_connections",
        Server::discard_pending_connections,
    ),
    ("take_new_connections", |server| {
        assert_eq!(server.take_new_connections(), 0)
    }),
    ("set_max_pending_connections", |server| {
        server.set_max_pending_connections(7)
    }),
    ("set_socket_options", |server| {
        server.set_socket_options(SocketOptions::USER)
    }),
    ("set_owner", |server| server.set_owner(None, None)),
    ("set_listen_backlog", |server| {
        server.set_listen_backlog(Backlog::Maximum)
    }),
    ("listen", |server| {
        server.listen("again").unwrap_err().to_string().clear()
    }),
    ("listen_fd", |server| {
        let place = Place::new();
        let other = UnixListener::bind(place.name()).unwrap();
        server.listen_fd(other).unwrap_err();
    }),
    ("assume_ownership", Server::assume_ownership),
    ("intake_mut", |server| {
        let _ = server.intake_mut();
    }),
    ("stop_handle", |server| drop(server.stop_handle())),
    ("incoming", |server| drop(server.incoming())),
    ("wants_readable", |server| assert!(server.wants_readable())),
    ("next_timeout", |server| {
        assert_eq!(server.next_timeout(), None)
    }),
    ("listener_fd", |server| {
        assert!(server.listener_fd().is_some())
    }),
    ("is_listening", |server| assert!(server.is_listening())),
    ("names", |server| {
        assert!(server.server_name().is_some() && server.full_server_name().is_some());
    }),
    ("has_pending_connections", |server| {
        assert!(!server.has_pending_connections())
    }),
    ("max_pending_connections", |server| {
        assert_ne!(server.max_pending_connections(), 0)
    }),
    ("options", |server| {
        let _ = (server.socket_options(), server.owner(), server.intake());
    }),
    ("errors", |server| {
        let _ = (server.server_error(), server.error_string());
    }),
    ("states", |server| {
        assert!(server.pause().is_none() && server.end().is_none())
    }),
    ("Debug", |server| assert!(!format!("{server:?}").is_empty())),
];

/// What ends a wait. What it returns is kept until it has.
const EVENTS: [(&str, Event); 8] = [
    ("a client", |place, _| Some(Box::new(place.client()))),
    ("a client that another method accepts", |place, server| {
        let client = place.client();
        assert_eq!(server.process_events().accepted, 1);
        Some(Box::new(client))
    }),
    ("close", |_, server| {
        server.close();
        None
    }),
    ("drain", |_, server| {
        server.drain();
        None
    }),
    ("add_pending_connection", |_, server| {
        let (one, other) = backend::pair();
        server.add_pending_connection(one);
        Some(Box::new(other))
    }),
    ("a handle that closes", |_, server| {
        server.stop_handle().close();
        None
    }),
    ("a handle that drains", |_, server| {
        server.stop_handle().drain();
        None
    }),
    ("a sharer that shuts the listener down", |_, server| {
        shutdown(server.listener_fd().unwrap(), Shutdown::Read).unwrap();
        None
    }),
];

#[test]
fn methods_keep_the_waiting_task_and_every_event_wakes_it() {
    block_on(async {
        for (way, is_pending) in WAYS {
            for (method, call) in METHODS {
                for (event, happen) in EVENTS {
                    println!("{way}, {method}, {event}");
                    let place = Place::new();
                    let mut server = backend::bind(place.name());
                    let (wakes, waker) = Wakes::counted();
                    let mut context = Context::from_waker(&waker);
                    assert!(is_pending(&mut server, &mut context));
                    // A woken task polls again, and waits if the wake-up was spurious.
                    let mut seen = wakes.count();
                    call(&mut server);
                    let _kept = happen(&place, &mut server);
                    loop {
                        while wakes.count() == seen {
                            backend::turn().await;
                        }
                        seen = wakes.count();
                        if !is_pending(&mut server, &mut context) {
                            break;
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn methods_keep_a_task_that_waits_for_a_timer() {
    block_on(async {
        for (method, call) in METHODS {
            println!("{method}");
            let place = Place::new();
            let mut server = backend::bind(place.name());
            let (wakes, waker) = Wakes::counted();
            let mut context = Context::from_waker(&waker);
            // On a busy machine the time may be over before it is waited for.
            while {
                let wait = pin!(server.wait_for_new_connection(Duration::from_millis(5)));
                wait.poll(&mut context).is_ready()
            } {}
            call(&mut server);
            while wakes.count() == 0 {
                backend::turn().await;
            }
        }
    });
}

#[test]
fn a_raised_limit_wakes_the_task_that_waits() {
    block_on(async {
        let place = Place::new();
        let mut server = backend::bind(place.name());
        server.set_max_pending_connections(0);
        let _client = place.client();
        let (wakes, waker) = Wakes::counted();
        let mut context = Context::from_waker(&waker);
        assert!(server.poll_ready(&mut context).is_pending());
        let before = wakes.count();

        server.set_max_pending_connections(1);

        assert!(wakes.count() > before);
        while server.poll_ready(&mut context).is_pending() {
            backend::turn().await;
        }
    });
}

#[test]
fn the_task_that_polled_last_is_the_one_that_is_woken() {
    block_on(async {
        let place = Place::new();
        let mut server = backend::bind(place.name());
        let (_, first) = Wakes::counted();
        let (wakes, second) = Wakes::counted();
        assert!(
            server
                .poll_ready(&mut Context::from_waker(&first))
                .is_pending()
        );
        assert!(
            server
                .poll_ready(&mut Context::from_waker(&second))
                .is_pending()
        );
        let _client = place.client();
        while wakes.count() == 0 {
            backend::turn().await;
        }
    });
}

#[test]
fn accepting_gives_way_and_waiting_does_not() {
    block_on(async {
        let place = Place::new();
        let mut server = backend::bind(place.name());
        let _clients = place.clients(200);
        let (wakes, waker) = Wakes::counted();
        let mut context = Context::from_waker(&waker);
        for _ in 0..100 {
            assert_eq!(server.poll_ready(&mut context), Poll::Ready(Wait::Ready));
            assert!(server.next_pending_connection().is_some());
        }
        assert_eq!(wakes.count(), 0);

        let (mut accepted, mut pauses) = (0, 0);
        while accepted < 100 {
            match server.poll_accept(&mut context) {
                Poll::Ready(socket) => accepted += usize::from(socket.is_ok()),
                Poll::Pending => pauses += 1,
            }
        }

        assert_eq!((pauses, wakes.count()), (1, 1));
    });
}

#[test]
fn a_cancelled_wait_for_the_end_leaves_nothing() {
    block_on(async {
        let place = Place::new();
        let handle = {
            let mut server = backend::bind(place.name());
            let handle = server.stop_handle();
            let (wakes, waker) = Wakes::counted();
            {
                let closed = pin!(handle.closed());
                assert!(closed.poll(&mut Context::from_waker(&waker)).is_pending());
            }
            drop(waker);
            assert_eq!(Arc::strong_count(&wakes), 1);
            handle
        };
        assert_eq!(handle.closed().await, Some(End::Closed));
    });
}

#[test]
fn an_end_is_reported_even_if_the_server_listens_again() {
    block_on(async {
        let place = Place::new();
        let mut server = backend::bind(place.name());
        let handle = server.stop_handle();
        let mut closed = pin!(handle.closed());
        let mut context = Context::from_waker(Waker::noop());
        assert!(closed.as_mut().poll(&mut context).is_pending());

        server.close();
        server.listen(place.name()).unwrap();

        assert_ne!(closed.await, None);
    });
}

#[test]
fn the_end_tells_drained_from_closed() {
    block_on(async {
        let place = Place::new();
        let mut server = backend::server();
        let handle = server.stop_handle();
        assert_eq!((server.end(), handle.closed().await), (None, None));

        server.listen(place.name()).unwrap();
        handle.drain();
        assert!(server.accept().await.is_err());
        assert_eq!(server.end(), Some(End::Drained));
        assert!(handle.drained().await);

        server.listen(place.name()).unwrap();
        assert_eq!(server.end(), None);
        server.close();
        assert_eq!(handle.closed().await, Some(End::Closed));

        server.listen(place.name()).unwrap();
        drop(server);
        assert_eq!(handle.closed().await, Some(End::Closed));
        handle.drain();
        assert!(!handle.drained().await);
    });
}
