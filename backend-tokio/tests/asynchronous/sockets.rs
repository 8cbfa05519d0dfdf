//! Connecting, and what sockets can do.

use std::future::{Future as _, poll_fn};
use std::io::{IoSlice, Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_lite::future::zip;

use crate::backend::{
    self, Backlog, ConnectOptions, ErrorKind, LocalServer, LocalSocket, block_on,
};
use crate::place::Place;

/// A server that accepts no client, with a full backlog.
fn full_server(place: &Place) -> (LocalServer, std::os::unix::net::UnixStream) {
    let server = LocalServer::builder()
        .max_pending_connections(0)
        .listen_backlog(Backlog::Limited(0))
        .listen(place.name())
        .unwrap();
    let client = place.client();
    (server, client)
}

#[test]
fn connect_waits_for_a_full_backlog_without_spinning() {
    block_on(async {
        let place = Place::new();
        let (mut server, _first) = full_server(&place);
        let mut polls = 0;
        let mut connecting = pin!(LocalSocket::connect(place.name()));
        let connect = poll_fn(|context| {
            polls += 1;
            connecting.as_mut().poll(context)
        });
        let serve = async {
            backend::sleep(Duration::from_millis(200)).await;
            server.set_max_pending_connections(30);
            server.accept().await.unwrap();
            server.accept().await.unwrap()
        };
        let (client, mut socket) = zip(connect, serve).await;
        backend::write_all(&mut socket, b"!").await;
        assert_eq!(backend::read_byte(&mut client.unwrap()).await, b'!');
        assert!(polls < 30, "polled {polls} times");
    });
}

#[test]
fn connect_times_out_at_its_deadline() {
    block_on(async {
        let place = Place::new();
        let (_server, _first) = full_server(&place);
        let start = Instant::now();
        let timeout = Duration::from_millis(70);
        let options = ConnectOptions::new().timeout(timeout);
        let error = options.connect(place.name()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(start.elapsed() >= timeout);
        assert!(start.elapsed() < Duration::from_secs(10));
        assert!(format!("{error:?}").contains("queue is full"), "{error:?}");

        let once = ConnectOptions::new().timeout(Duration::ZERO);
        let error = once.connect(place.name()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    });
}

#[test]
fn closing_the_server_ends_the_wait_of_a_client() {
    block_on(async {
        let place = Place::new();
        let (mut server, _first) = full_server(&place);
        let close = async {
            // The client was polled first, and waits.
            backend::turn().await;
            server.close();
        };
        let (client, ()) = zip(LocalSocket::connect(place.name()), close).await;
        assert_eq!(client.unwrap_err().kind(), ErrorKind::NotFound);
    });
}

#[test]
fn a_cancelled_connect_leaves_no_client() {
    block_on(async {
        let place = Place::new();
        let (mut server, _first) = full_server(&place);
        {
            let mut connecting = pin!(LocalSocket::connect(place.name()));
            for _ in 0..3 {
                let polled =
                    poll_fn(|context| Poll::Ready(connecting.as_mut().poll(context))).await;
                assert!(polled.is_pending());
                backend::turn().await;
            }
        }
        server.set_max_pending_connections(30);
        assert_eq!(server.process_events().accepted, 1);
    });
}

#[test]
fn the_end_of_the_data_is_not_the_end_of_the_connection() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let mut client = LocalSocket::connect(place.name()).await.unwrap();
        let mut socket = server.accept().await.unwrap();
        backend::write_all(&mut client, b"question").await;
        backend::shutdown(&mut client).await;
        assert_eq!(backend::read_all(&mut socket).await, b"question");
        backend::write_all(&mut socket, b"answer").await;
        drop(socket);
        assert_eq!(backend::read_all(&mut client).await, b"answer");
    });
}

#[test]
fn several_buffers_are_written_by_one_call() {
    block_on(async {
        let (mut one, mut other) = LocalSocket::pair().unwrap();
        let buffers = [
            IoSlice::new(b"one "),
            IoSlice::new(b""),
            IoSlice::new(b"two"),
        ];
        assert_eq!(backend::write_vectored(&mut one, &buffers).await, 7);
        drop(one);
        assert_eq!(backend::read_all(&mut other).await, b"one two");
    });
}

#[test]
fn halves_that_borrow_are_read_and_written_at_once() {
    block_on(async {
        let (mut one, mut other) = LocalSocket::pair().unwrap();
        let (mut reader, mut writer) = one.split().unwrap();
        // More than the system buffers, in both directions.
        let much = vec![7; 3 << 20];
        let speak = async {
            backend::write_all(&mut writer, &much).await;
            backend::shutdown(&mut writer).await;
        };
        let (mut far_reader, mut far_writer) = other.split().unwrap();
        let echo = async {
            let heard = backend::read_all(&mut far_reader).await;
            backend::write_all(&mut far_writer, &heard).await;
            backend::shutdown(&mut far_writer).await;
        };
        let hear = backend::read_all(&mut reader);
        let (((), heard), ()) = zip(zip(speak, hear), echo).await;
        assert!(heard == much);
    });
}

#[test]
fn only_halves_of_one_socket_reunite() {
    block_on(async {
        let (mut one, mut other) = LocalSocket::pair().unwrap();
        one.as_native().unwrap();
        let number = one.descriptor().unwrap().as_raw_fd();
        let (reader, mut writer) = one.into_split().unwrap();
        backend::write_all(&mut writer, b"1").await;
        let (stranger, _) = LocalSocket::pair().unwrap();
        let (strange_reader, _strange_writer) = stranger.into_split().unwrap();
        let error = LocalSocket::reunite(strange_reader, writer).unwrap_err();
        let (_strange_reader, writer) = (error.0, error.1);
        let mut one = LocalSocket::reunite(reader, writer).unwrap();
        assert_eq!(one.descriptor().unwrap().as_raw_fd(), number);
        backend::write_all(&mut one, b"2").await;
        backend::shutdown(&mut one).await;
        assert_eq!(backend::read_all(&mut other).await, b"12");
    });
}

#[test]
fn dropping_the_write_half_ends_one_direction() {
    block_on(async {
        let (one, mut other) = LocalSocket::pair().unwrap();
        let (mut reader, writer) = one.into_split().unwrap();
        drop(writer);
        assert_eq!(backend::read_all(&mut other).await, b"");
        backend::write_all(&mut other, b"still here").await;
        drop(other);
        assert_eq!(backend::read_all(&mut reader).await, b"still here");
    });
}

#[test]
fn both_ends_know_the_server_and_each_other() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let client = LocalSocket::connect(place.name()).await.unwrap();
        let socket = server.accept().await.unwrap();
        for end in [&client, &socket] {
            assert_eq!(end.server_name().unwrap().unwrap().as_bytes(), b"server");
            assert_eq!(end.full_server_name().unwrap().unwrap(), place.name());
            let peer = end.peer_identity().unwrap();
            assert_eq!(peer.uid, rustix::process::geteuid().as_raw());
        }
        let (one, _other) = LocalSocket::pair().unwrap();
        assert_eq!(one.server_name().unwrap(), None);
    });
}

#[test]
fn a_socket_converts_into_the_native_one() {
    block_on(async {
        let (mut one, mut other) = LocalSocket::pair().unwrap();
        one.as_native().unwrap();
        let number = one.descriptor().unwrap().as_raw_fd();
        let native = one.into_inner().unwrap();
        let mut one = LocalSocket::from(native);
        assert_eq!(one.descriptor().unwrap().as_raw_fd(), number);
        backend::write_all(&mut one, b"x").await;
        assert_eq!(backend::read_byte(&mut other).await, b'x');
    });
}

#[test]
fn clients_of_the_standard_library_are_served() {
    block_on(async {
        let place = Place::new();
        let mut server = LocalServer::bind(place.name()).unwrap();
        let mut client = place.client();
        client.write_all(b"?").unwrap();
        let mut socket = server.accept().await.unwrap();
        assert_eq!(backend::read_byte(&mut socket).await, b'?');
        backend::write_all(&mut socket, b"!").await;
        let mut answer = [0];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"!");
    });
}

#[test]
fn connecting_fails_with_the_name_and_the_reason() {
    block_on(async {
        let place = Place::new();
        let error = LocalSocket::connect(place.name()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.name(), Some(place.name().as_os_str()));
        drop(std::os::unix::net::UnixListener::bind(place.name()).unwrap());
        let error = LocalSocket::connect(place.name()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
    });
}
