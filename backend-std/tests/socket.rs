//! The socket is a full stream: vectored, with time limits, in halves, with names and a peer.
#![cfg(all(unix, feature = "blocking"))]

use std::error::Error;
use std::ffi::OsStr;
use std::io::{ErrorKind, IoSlice, IoSliceMut, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

use anteroom_std::{LocalServer, LocalSocket, SocketOptions};

type Outcome = Result<(), Box<dyn Error>>;

#[test]
fn vectored_writes_and_reads_are_one_call_each() -> Outcome {
    let (mut one, mut other) = LocalSocket::pair()?;
    let written = one.write_vectored(&[IoSlice::new(b"in two "), IoSlice::new(b"parts")])?;
    assert_eq!(written, 12);
    let (mut start, mut end) = ([0; 3], [0; 20]);
    let slices = &mut [IoSliceMut::new(&mut start), IoSliceMut::new(&mut end)];
    assert_eq!(other.read_vectored(slices)?, 12);
    assert_eq!((&start, &end[..9]), (b"in ", b"two parts".as_slice()));
    Ok(())
}

#[test]
fn a_read_ends_with_its_time_limit() -> Outcome {
    let (mut one, _other) = LocalSocket::pair()?;
    let limit = Duration::from_millis(5);
    one.set_read_timeout(Some(limit))?;
    one.set_write_timeout(Some(limit))?;
    assert!(one.read_timeout()?.is_some_and(|found| found >= limit));
    assert!(one.write_timeout()?.is_some_and(|found| found >= limit));
    let error = one.read(&mut [0]).expect_err("nobody writes");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    assert!(
        one.set_read_timeout(Some(Duration::ZERO)).is_err(),
        "no time at all is no limit"
    );
    Ok(())
}

#[test]
fn a_clone_is_the_same_socket_and_one_direction_ends_alone() -> Outcome {
    let (one, mut other) = LocalSocket::pair()?;
    let mut clone = one.try_clone()?;
    clone.write_all(b"last words")?;
    one.shutdown(Shutdown::Write)?;
    assert_eq!(
        clone.write(b"more").expect_err("it was shut").kind(),
        ErrorKind::BrokenPipe
    );
    let mut text = String::new();
    other.read_to_string(&mut text)?;
    assert_eq!(text, "last words");
    other.write_all(b"answer")?;
    let mut answer = [0; 6];
    (&one).read_exact(&mut answer)?;
    assert_eq!(&answer, b"answer");
    Ok(())
}

#[test]
fn writing_to_a_peer_that_has_left_is_an_error_and_no_signal() -> Outcome {
    let (mut one, other) = LocalSocket::pair()?;
    drop(other);
    assert_eq!(
        one.write(b"anybody?").expect_err("nobody").kind(),
        ErrorKind::BrokenPipe
    );
    assert!(one.take_error()?.is_none());
    Ok(())
}

#[test]
fn native_sockets_convert_both_ways() -> Outcome {
    let (native, other) = UnixStream::pair()?;
    let mut socket = LocalSocket::from(native);
    socket.write_all(b"!")?;
    let mut back: UnixStream = LocalSocket::from(other).into_inner();
    let mut byte = [0];
    back.read_exact(&mut byte)?;
    assert_eq!(&byte, b"!");
    Ok(())
}

#[test]
fn descriptors_of_connections_become_sockets_and_others_come_back() -> Outcome {
    let (one, mut other) = UnixStream::pair()?;
    one.set_nonblocking(true)?;
    let number = one.as_raw_fd();
    let mut socket = LocalSocket::try_from(OwnedFd::from(one))?;
    assert_eq!(socket.as_raw_fd(), number);
    let status = rustix::fs::fcntl_getfl(&socket)?;
    assert!(status.contains(rustix::fs::OFlags::NONBLOCK));
    other.write_all(b"!")?;
    let mut byte = [0];
    socket.read_exact(&mut byte)?;
    assert_eq!(&byte, b"!");

    let directory = tempfile::tempdir()?;
    let path = directory.path().join("listening");
    let listener = UnixListener::bind(&path)?;
    let number = listener.as_raw_fd();
    let error = LocalSocket::try_from(OwnedFd::from(listener)).expect_err("it listens");
    assert_eq!(error.socket.as_raw_fd(), number);
    assert_eq!(error.error.kind(), ErrorKind::InvalidInput);
    let cause = error.source().ok_or("why")?.to_string();
    assert!(cause.contains("listen_fd"), "{cause}");
    let client = UnixStream::connect(&path)?;
    assert!(UnixListener::from(error.socket).accept().is_ok());
    drop(client);
    Ok(())
}

#[test]
fn both_ends_tell_the_names_of_the_server_and_a_pair_has_none() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("names");
    let mut server = LocalServer::bind(&path)?;
    let client = LocalSocket::connect(&path)?;
    let accepted = server.accept()?;
    for socket in [&client, &accepted] {
        assert_eq!(socket.server_name()?.as_deref(), Some(OsStr::new("names")));
        assert_eq!(
            socket.full_server_name()?.as_deref(),
            Some(path.as_os_str())
        );
    }
    let (one, _other) = LocalSocket::pair()?;
    assert_eq!(one.full_server_name()?, None);
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android"))]
#[test]
fn abstract_names_are_told_whole() -> Outcome {
    use anteroom_std::blocking::ConnectOptions;

    let name = format!("anteroom/test/names-{}", std::process::id());
    let options = SocketOptions::ABSTRACT;
    let mut server = LocalServer::builder()
        .socket_options(options)
        .listen(&name)?;
    let client = ConnectOptions::new()
        .socket_options(options)
        .connect(&name)?;
    let accepted = server.accept()?;
    for socket in [&client, &accepted] {
        assert_eq!(socket.server_name()?.as_deref(), Some(OsStr::new(&name)));
    }
    Ok(())
}

#[test]
fn both_ends_know_each_other() -> Outcome {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("peer");
    let mut server = LocalServer::bind(&path)?;
    let client = LocalSocket::connect(&path)?;
    let accepted = server.accept()?;
    let user = std::os::unix::fs::MetadataExt::uid(&path.metadata()?);
    for socket in [&client, &accepted] {
        let peer = socket.peer_identity()?;
        assert_eq!(peer.uid, user);
        if cfg!(target_os = "linux") {
            assert_eq!(peer.pid, i32::try_from(std::process::id()).ok());
        }
    }
    Ok(())
}
