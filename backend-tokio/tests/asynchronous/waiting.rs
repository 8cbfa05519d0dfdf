//! Waiting for clients, and giving it up.

use std::future::{Future, poll_fn};
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_lite::future::{or, zip};
use rustix::net::{Shutdown, shutdown};

use crate::backend::{
    self, AcceptError, Admit, ErrorKind, LocalServer, LocalSocket, Timeout, Wait, block_on,
};
use crate::place::{Place, Wakes};

/// Polls so many times, letting the runtime look in between, and drops what was polled.
async fn give_up_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..polls {
        let polled = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
        if let Poll::Ready(output) = polled {
            return Some(output);
        }
        backend::turn().await;
    }
    None
}

#[test]
fn a_cancelled_wait_loses_no_client() {
    for polls in 0..4 {
        block_on(async {
            let place = Place::new();
            let mut server = LocalServer::bind(place.name()).unwrap();
            let mut served = Vec::new();
            let mut clients = Vec::new();
            for number in 0..20_u8 {
                served.extend(give_up_after(polls, server.accept()).await);
                let _ = give_up_after(polls, server.wait_for_new_connection(Timeout::Never)).await;
                let mut client = place.client();
                client.write_all(&[number]).unwrap();
                clients.push(client);
                let _ = give_up_after(polls, server.wait_for_new_connection(Timeout::Never)).await;
                served.extend(give_up_after(polls, server.accept()).await);
            }
            while served.len() < clients.len() {
                served.push(server.accept().await);
            }
            let look = server.wait_for_new_connection(Timeout::default()).await;
            assert_eq!(look, Wait::TimedOut);
            for (number, socket) in (0..).zip(served) {
                assert_eq!(backend::read_byte(&mut socket.unwrap()).await, number);
            }
        });
    }
}

#[test]
fn groups_and_single_clients_are_served_in_turn() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let singles = [1; 20];
        for crowd in singles.into_iter().chain([5, 1, 1, 40, 2]).chain(singles) {
            let serve = async {
                for _ in 0..crowd {
                    drop(server.accept().await.unwrap());
                }
            };
            let arrive = async {
                backend::turn().await;
                place.clients(crowd)
            };
            zip(serve, arrive).await;
        }
    });
}

#[test]
fn a_stopped_server_serves_connected_clients() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let stop = async { None };
        let accept = async { Some(server.accept().await) };
        assert!(or(accept, stop).await.is_none());

        let mut clients = place.clients(3);
        server.drain();
        assert!(place.is_empty(), "the name is free at once");
        for _ in 0..3 {
            drop(server.accept().await.unwrap());
        }
        let ended = server.accept().await;
        assert!(matches!(ended, Err(AcceptError::NotListening)));
        for client in &mut clients {
            assert_eq!(client.read(&mut [0]).unwrap(), 0);
        }
    });
}

#[test]
fn the_first_poll_finds_a_client_that_is_queued() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let _client = place.client();
        let polled = poll_fn(|context| Poll::Ready(server.poll_ready(context))).await;
        assert_eq!(polled, Poll::Ready(Wait::Ready));
        assert_eq!(server.take_new_connections(), 1);
    });
}

#[test]
fn a_wait_finds_a_queued_client_at_its_deadline() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let look = server.wait_for_new_connection(Timeout::default()).await;
        assert_eq!(look, Wait::TimedOut);
        let _client = place.client();
        let look = server.wait_for_new_connection(Timeout::default()).await;
        assert_eq!(look, Wait::Ready);
    });
}

#[test]
fn accept_returns_a_client_that_has_left_with_its_data() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let mut client = place.client();
        client.write_all(b"last words").unwrap();
        drop(client);
        let mut socket = server.accept().await.unwrap();
        assert_eq!(backend::read_all(&mut socket).await, b"last words");
    });
}

#[test]
fn a_task_is_woken_only_by_a_client() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let (wakes, waker) = Wakes::counted();
        let mut context = Context::from_waker(&waker);
        assert!(server.poll_ready(&mut context).is_pending());
        for _ in 0..10 {
            backend::turn().await;
        }
        assert_eq!(wakes.count(), 0);
        let _client = place.client();
        let mut seen = 0;
        loop {
            while wakes.count() == seen {
                backend::turn().await;
            }
            seen = wakes.count();
            // A reactor that other threads run as well may wake a task spuriously, more than once.
            if server.poll_ready(&mut context) == Poll::Ready(Wait::Ready) {
                break;
            }
        }
    });
}

#[test]
fn a_client_wakes_the_task_after_a_wait_of_zero() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        assert!(give_up_after(1, server.accept()).await.is_none());
        // The runtime has the event of this client, which is accepted without polling it.
        let _early = place.client();
        for _ in 0..10 {
            backend::turn().await;
        }
        assert_eq!(server.process_events().accepted, 1);
        server.next_pending_connection().unwrap();

        let mut accepting = pin!(server.accept());
        let mut late = None;
        let accepted = poll_fn(|context| {
            let polled = accepting.as_mut().poll(context);
            if late.is_none() {
                assert!(polled.is_pending(), "no client is there");
                late = Some(place.client());
            }
            polled
        });
        accepted.await.unwrap();
    });
}

#[test]
fn a_listener_that_was_shut_down_ends_a_wait_and_does_not_spin() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        assert!(give_up_after(1, server.accept()).await.is_none());
        let listener = server.listener_fd().unwrap();
        shutdown(listener, Shutdown::Read).unwrap();
        let mut polls = 0;
        let mut waiting = pin!(server.wait_for_new_connection(Timeout::Never));
        let wait = poll_fn(|context| {
            polls += 1;
            waiting.as_mut().poll(context)
        });
        assert_eq!(wait.await, Wait::NotListening);
        assert!(polls < 20, "{polls} polls");
    });
}

/// Otherwise accepting would block the runtime's thread until a client connects.
#[test]
fn an_adopted_listener_that_a_sharer_has_made_blocking_does_not_block() {
    block_on(async {
        let place = Place::new();
        let listener = UnixListener::bind(place.name()).unwrap();
        let sharer = listener.try_clone().unwrap();
        let mut server = LocalServer::new();
        server.listen_fd(listener).unwrap();

        sharer.set_nonblocking(false).unwrap();

        assert_eq!(server.process_events().accepted, 0);
        assert!(give_up_after(2, server.accept()).await.is_none());
        sharer.set_nonblocking(false).unwrap();
        let _client = place.client();
        server.accept().await.unwrap();
    });
}

#[test]
fn a_full_queue_registers_no_client_until_one_is_taken() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::builder()
            .max_pending_connections(1)
            .listen(place.name())
            .unwrap();
        let _clients = place.clients(2);
        assert_eq!(server.process_events().accepted, 1);
        let first = server.accept().await.unwrap();
        let second = server.accept().await.unwrap();
        drop((first, second));
        server.set_max_pending_connections(0);
        let _third = place.client();
        let wait = server
            .wait_for_new_connection(Duration::from_millis(5))
            .await;
        assert_eq!(wait, Wait::TimedOut);
        server.set_max_pending_connections(1);
        server.accept().await.unwrap();
    });
}

#[test]
fn a_hook_that_queues_nothing_lets_other_tasks_run() {
    block_on(async {
        let place = Place::new();
        let mut calls = 0;
        let refuse = |_: LocalSocket, _: &mut Admit<'_, LocalSocket>| calls += 1;
        let mut server = LocalServer::builder()
            .intake(refuse)
            .listen(place.name())
            .unwrap();
        let _clients = place.clients(200);
        let (wakes, waker) = Wakes::counted();
        let mut context = Context::from_waker(&waker);
        assert!(server.poll_ready(&mut context).is_pending());
        assert_eq!(wakes.count(), 1, "there are more");
        let wait = server
            .wait_for_new_connection(Duration::from_millis(50))
            .await;
        assert_eq!(wait, Wait::TimedOut);
        drop(server);
        assert_eq!(calls, 200);
    });
}

#[test]
fn at_most_64_are_looked_at_in_one_poll() {
    block_on(async {
        let place = Place::new();
        let mut calls = 0;
        let refuse = |_: LocalSocket, _: &mut Admit<'_, LocalSocket>| calls += 1;
        let mut server = LocalServer::builder()
            .intake(refuse)
            .listen(place.name())
            .unwrap();
        let _clients = place.clients(100);
        let mut context = Context::from_waker(Waker::noop());
        assert!(server.poll_ready(&mut context).is_pending());
        drop(server);
        assert_eq!(calls, 64);
    });
}

#[test]
fn waiting_without_listening_ends_at_once() {
    block_on(async {
        let mut server = LocalServer::new();
        let wait = server.wait_for_new_connection(Timeout::Never).await;
        assert_eq!(wait, Wait::NotListening);
        let error = server.accept().await.unwrap_err();
        assert!(matches!(error, AcceptError::NotListening));
    });
}

#[test]
fn an_added_connection_ends_a_wait_without_listening() {
    block_on(async {
        let mut server = LocalServer::new();
        let (one, _other) = LocalSocket::pair().unwrap();
        server.add_pending_connection(one);
        assert!(server.accept().await.is_ok());
    });
}

#[test]
fn a_wait_beyond_the_clock_never_ends() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let mut wait = pin!(server.wait_for_new_connection(Duration::MAX));
        let mut context = Context::from_waker(Waker::noop());
        assert!(wait.as_mut().poll(&mut context).is_pending());
        let _client = place.client();
        assert_eq!(wait.await, Wait::Ready);
    });
}

#[test]
fn server_and_client_work_in_one_task() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let serve = async {
            for _ in 0..50 {
                let mut socket = server.accept().await.unwrap();
                let byte = backend::read_byte(&mut socket).await;
                backend::write_all(&mut socket, &[byte + 1]).await;
            }
        };
        let ask = async {
            for number in 0..50 {
                let mut client = LocalSocket::connect(place.name()).await.unwrap();
                backend::write_all(&mut client, &[number]).await;
                assert_eq!(backend::read_byte(&mut client).await, number + 1);
            }
        };
        zip(serve, ask).await;
    });
}

#[test]
fn a_closed_server_can_listen_again() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        for _ in 0..3 {
            let _ = give_up_after(2, server.accept()).await;
            server.close();
            assert!(place.is_empty());
            server.listen(place.name()).unwrap();
            let _client = place.client();
            server.accept().await.unwrap();
        }
        let taken = LocalServer::bind(place.name()).unwrap_err();
        assert_eq!(taken.kind(), Some(ErrorKind::AddressInUse));
    });
}
