//! Sockets that are made of descriptors from elsewhere.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd, RawFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};
use rustix::net::{AddressFamily, SocketType};

use crate::backend::{self, Cause, ConvertError, Detail, LocalSocket, block_on};
use crate::place::Place;

/// What must be the same when a descriptor comes back.
fn state(descriptor: &impl AsFd) -> (RawFd, FdFlags, OFlags) {
    let descriptor = descriptor.as_fd();
    (
        descriptor.as_raw_fd(),
        fcntl_getfd(descriptor).unwrap(),
        fcntl_getfl(descriptor).unwrap(),
    )
}

fn detail<S>(error: &ConvertError<S>) -> Detail {
    assert_eq!(error.error.kind(), io::ErrorKind::InvalidInput);
    let cause = error.error.get_ref().unwrap().downcast_ref::<Cause>();
    cause.unwrap().failure().detail()
}

/// What is no connection of a local stream socket, and why.
fn unfit_descriptors(place: &Place) -> [(OwnedFd, Detail); 6] {
    let listener = UnixListener::bind(place.name()).unwrap();
    let network = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let connected = TcpStream::connect(network.local_addr().unwrap()).unwrap();
    let unconnected = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None);
    [
        (listener.into(), Detail::NotConnected),
        (unconnected.unwrap(), Detail::NotConnected),
        (UnixDatagram::pair().unwrap().0.into(), Detail::NotAStream),
        (network.into(), Detail::NotLocal),
        (connected.into(), Detail::NotLocal),
        (
            fs::File::open("/dev/null").unwrap().into(),
            Detail::NotASocket,
        ),
    ]
}

#[test]
fn a_wrong_descriptor_is_returned_unchanged() {
    block_on(async {
        let place = Place::new();
        let pipe = (io::pipe().unwrap().0.into(), Detail::NotASocket);
        for (descriptor, why) in unfit_descriptors(&place).into_iter().chain([pipe]) {
            for own in [FdFlags::empty(), FdFlags::CLOEXEC] {
                fcntl_setfd(&descriptor, own).unwrap();
                let duplicate = rustix::io::dup(&descriptor).unwrap();
                let before = state(&duplicate);
                let error = LocalSocket::try_from(duplicate).unwrap_err();
                assert_eq!(detail(&error), why);
                assert_eq!(state(&error.socket), before);
                // The type promises more than the descriptor keeps.
                let error = LocalSocket::try_from(UnixStream::from(error.socket)).unwrap_err();
                assert_eq!(detail(&error), why);
                assert_eq!(state(&error.socket), before);
            }
            let before = state(&descriptor);
            let error = LocalSocket::try_from(descriptor).unwrap_err();
            assert_eq!(state(&error.socket), before);
        }
    });
}

#[test]
fn a_returned_listener_still_listens() {
    block_on(async {
        let place = Place::new();
        let listener = OwnedFd::from(UnixListener::bind(place.name()).unwrap());
        let error = LocalSocket::try_from(listener).unwrap_err();
        let text = error.error.to_string();
        assert!(text.contains("listen_fd"), "{text}");
        let mut server = backend::server();
        server.listen_fd(error.socket).unwrap();
        let mut client = place.client();
        let mut socket = server.accept().await.unwrap();
        backend::write_all(&mut socket, b"!").await;
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        assert_eq!(&byte, b"!");
    });
}

#[test]
fn a_converted_descriptor_keeps_its_number() {
    block_on(async {
        let (one, mut other) = UnixStream::pair().unwrap();
        fcntl_setfd(&one, FdFlags::empty()).unwrap();
        let sharer = one.try_clone().unwrap();
        let number = one.as_raw_fd();
        let mut socket = LocalSocket::try_from(OwnedFd::from(one)).unwrap();
        let (number_now, own, status) = state(&socket.descriptor().unwrap());
        assert_eq!(number_now, number);
        assert!(own.contains(FdFlags::CLOEXEC));
        assert!(status.contains(OFlags::NONBLOCK));
        // That is everybody's who has the socket.
        assert!(fcntl_getfl(&sharer).unwrap().contains(OFlags::NONBLOCK));

        let peer = async {
            backend::turn().await;
            other.write_all(b"?").unwrap();
        };
        let (byte, ()) = futures_lite::future::zip(backend::read_byte(&mut socket), peer).await;
        assert_eq!(byte, b'?');
        backend::write_all(&mut socket, b"!").await;
        let mut byte = [0];
        other.read_exact(&mut byte).unwrap();
        assert_eq!(&byte, b"!");
    });
}

/// As a service manager passes it, whose client may have left by then.
#[test]
#[cfg(target_os = "linux")]
fn data_of_a_peer_that_left_can_be_read() {
    block_on(async {
        let place = Place::new();
        let listener = UnixListener::bind(place.name()).unwrap();
        place.client().write_all(b"last words").unwrap();
        let (connection, _) = listener.accept().unwrap();
        let mut socket = LocalSocket::try_from(OwnedFd::from(connection)).unwrap();
        assert_eq!(socket.full_server_name().unwrap().unwrap(), place.name());
        assert_eq!(backend::read_all(&mut socket).await, b"last words");
    });
}

#[test]
fn a_failed_conversion_is_an_io_error() {
    fn convert(socket: UnixStream) -> io::Result<LocalSocket> {
        Ok(LocalSocket::try_from(socket)?)
    }
    block_on(async {
        let stranger = OwnedFd::from(UnixDatagram::unbound().unwrap());
        let error = convert(stranger.into()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("not a stream"), "{error}");
    });
}
