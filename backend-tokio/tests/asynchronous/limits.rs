//! The limit of open connections.

use std::sync::Arc;
use std::task::Context;

use futures_lite::future::zip;

use crate::backend::{LocalServer, LocalSocket, Timeout, Wait, block_on};
use crate::place::{Place, Wakes};

fn limited(place: &Place, limit: usize) -> LocalServer {
    LocalServer::builder()
        .max_connections(limit)
        .listen(place.name())
        .unwrap()
}

async fn look(server: &mut LocalServer) -> Wait {
    server.wait_for_new_connection(Timeout::default()).await
}

#[test]
fn a_task_that_waits_for_room_is_woken_when_a_connection_is_closed() {
    block_on(async {
        let place = Place::new();
        let mut server = limited(&place, 1);
        let _clients = place.clients(3);
        let first = server.accept().await.unwrap();
        let (wakes, waker) = Wakes::counted();
        let mut context = Context::from_waker(&waker);
        assert!(server.poll_accept(&mut context).is_pending());
        assert_eq!(wakes.count(), 0);

        drop(first);

        assert_eq!(wakes.count(), 1);
        assert!(server.poll_accept(&mut context).is_ready());
    });
}

#[test]
fn a_server_that_is_dropped_while_it_is_full_forgets_the_waiting_task() {
    block_on(async {
        let place = Place::new();
        let mut server = limited(&place, 1);
        let _clients = place.clients(2);
        let _first = server.accept().await.unwrap();
        let (wakes, waker) = Wakes::counted();
        assert!(
            server
                .poll_accept(&mut Context::from_waker(&waker))
                .is_pending()
        );
        drop((waker, server));
        assert_eq!(Arc::strong_count(&wakes), 1);
    });
}

#[test]
fn one_task_closes_and_another_one_accepts() {
    block_on(async {
        let place = Place::new();
        let mut server = limited(&place, 1);
        let _clients = place.clients(100);
        for _ in 0..50 {
            let socket = server.accept().await.unwrap();
            let (_, next) = zip(async { drop(socket) }, server.accept()).await;
            next.unwrap();
        }
    });
}

#[test]
fn a_connection_is_open_until_its_last_half_is_dropped() {
    block_on(async {
        let place = Place::new();
        let mut server = limited(&place, 1);
        let _clients = place.clients(2);
        let (reader, writer) = server.accept().await.unwrap().into_split().unwrap();
        assert_eq!(look(&mut server).await, Wait::TimedOut);
        drop(reader);
        assert_eq!(look(&mut server).await, Wait::TimedOut);
        drop(writer);
        assert_eq!(server.open_connections(), Some(0));
        assert_eq!(look(&mut server).await, Wait::Ready);
    });
}

#[test]
fn reunited_halves_are_one_connection() {
    block_on(async {
        let place = Place::new();
        let mut server = limited(&place, 1);
        let _clients = place.clients(2);
        let (reader, writer) = server.accept().await.unwrap().into_split().unwrap();
        let socket = LocalSocket::reunite(reader, writer).unwrap();
        assert_eq!(look(&mut server).await, Wait::TimedOut);
        drop(socket);
        assert_eq!(look(&mut server).await, Wait::Ready);
    });
}

#[test]
fn a_native_socket_no_longer_counts() {
    block_on(async {
        let place = Place::new();
        let mut server = limited(&place, 1);
        let _clients = place.clients(2);
        let _native = server.accept().await.unwrap().into_inner().unwrap();
        assert_eq!(look(&mut server).await, Wait::Ready);
    });
}
