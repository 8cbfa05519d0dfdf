//! Servers as streams.

use std::io::Write as _;

use futures_lite::StreamExt as _;

use crate::backend::{self, LocalServer, block_on};
use crate::place::Place;

#[test]
fn a_stream_gives_every_connection_and_ends_with_the_server() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        for number in 0..5 {
            place.client().write_all(&[number]).unwrap();
        }
        server.drain();
        let mut incoming = server.incoming();
        for number in 0..5 {
            let mut socket = incoming.next().await.unwrap().unwrap();
            assert_eq!(backend::read_byte(&mut socket).await, number);
        }
        assert!(incoming.next().await.is_none());
        assert!(incoming.next().await.is_none());
        assert!(futures_core::FusedStream::is_terminated(&incoming));
    });
}

#[test]
fn a_server_can_become_a_stream_and_come_back() {
    block_on(async {
        let place = Place::new();
        let mut incoming = LocalServer::bind(place.name()).unwrap().into_incoming();
        let _client = place.client();
        assert!(incoming.next().await.unwrap().is_ok());
        incoming.server_mut().set_max_pending_connections(7);
        let mut server = incoming.into_server();
        assert_eq!(server.max_pending_connections(), 7);
        assert!(server.is_listening());
        let _client = place.client();
        assert!(server.accept().await.is_ok());
    });
}

#[test]
fn the_stream_of_a_server_that_does_not_listen_is_empty() {
    block_on(async {
        assert!(LocalServer::new().incoming().next().await.is_none());
        assert!(LocalServer::new().into_incoming().next().await.is_none());
    });
}
