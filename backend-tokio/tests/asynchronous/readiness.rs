//! Waiting without reading or writing, and attempts without waiting.

use std::future::{Future, poll_fn};
use std::io::{ErrorKind, IoSlice, IoSliceMut};
use std::pin::pin;
use std::task::Poll;

use crate::backend::{self, LocalSocket, block_on};

/// Returns whether the future is still pending after the runtime has looked at its sockets.
async fn is_pending(future: impl Future) -> bool {
    let mut future = pin!(future);
    for _ in 0..3 {
        if poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await {
            return false;
        }
        backend::turn().await;
    }
    true
}

/// Writes until nothing fits any more, and returns how much that was.
fn fill(socket: &LocalSocket) -> usize {
    let mut written = 0;
    loop {
        match socket.try_write(&[7; 4096]) {
            Ok(length) => written += length,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                return written;
            }
        }
    }
}

/// Returns the number of the socket's descriptor, and whether an epoll instance watches it.
#[cfg(target_os = "linux")]
fn registration(socket: &LocalSocket) -> (i32, bool) {
    use std::fs;
    use std::os::fd::AsRawFd as _;

    let number = socket.descriptor().unwrap().as_raw_fd();
    let instances = fs::read_dir("/proc/self/fdinfo").unwrap();
    let is_watched = instances.flatten().any(|instance| {
        let text = fs::read_to_string(instance.path()).unwrap_or_default();
        let mut watched = text.lines().filter_map(|line| line.strip_prefix("tfd:"));
        watched.any(|line| line.split_whitespace().next() == Some(&number.to_string()))
    });
    (number, is_watched)
}

#[test]
fn readable_waits_for_data() {
    block_on(async {
        let (mut one, other) = backend::pair();
        for number in 0..3 {
            assert!(is_pending(one.readable()).await);
            assert_eq!(other.try_write(&[number]).unwrap(), 1);
            one.readable().await.unwrap();
            let mut buffer = [0; 2];
            assert_eq!(one.try_read(&mut buffer).unwrap(), 1);
            assert_eq!(buffer[0], number);
            let error = one.try_read(&mut buffer).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
        }
        drop(other);
        one.readable().await.unwrap();
        assert_eq!(one.try_read(&mut [0]).unwrap(), 0);
    });
}

#[test]
fn writable_waits_for_space() {
    block_on(async {
        let (mut one, mut other) = backend::pair();
        one.writable().await.unwrap();
        let written = fill(&one);
        assert!(written > 0);
        assert!(is_pending(one.writable()).await);
        let mut buffer = vec![0; written];
        let mut read = 0;
        while read < written {
            other.readable().await.unwrap();
            read += other.try_read(&mut buffer[read..]).unwrap();
        }
        assert!(buffer.iter().all(|byte| *byte == 7));
        one.writable().await.unwrap();
        assert_eq!(one.try_write(b"more").unwrap(), 4);
    });
}

#[test]
fn attempts_move_several_buffers_before_and_after_the_socket_has_waited() {
    block_on(async {
        let (mut one, mut other) = backend::pair();
        for _ in 0..2 {
            let parts = [IoSlice::new(b"in two "), IoSlice::new(b"parts")];
            assert_eq!(one.try_write_vectored(&parts).unwrap(), 12);
            let (mut start, mut end) = ([0; 3], [0; 20]);
            let parts = &mut [IoSliceMut::new(&mut start), IoSliceMut::new(&mut end)];
            assert_eq!(other.try_read_vectored(parts).unwrap(), 12);
            assert_eq!((&start, &end[..9]), (b"in ", b"two parts".as_slice()));

            one.writable().await.unwrap();
            one.try_write(b"!").unwrap();
            other.readable().await.unwrap();
            assert_eq!(backend::read_byte(&mut other).await, b'!');
        }
    });
}

#[test]
#[cfg(target_os = "linux")]
fn only_waiting_registers_a_socket() {
    block_on(async {
        let (mut one, mut other) = backend::pair();
        one.try_write(b"x").unwrap();
        one.try_read(&mut [0]).unwrap_err();
        assert!(one.take_error().unwrap().is_none());
        let (number, is_watched) = registration(&one);
        assert!(!is_watched);
        assert!(is_pending(one.readable()).await);
        assert_eq!(registration(&one), (number, true));
        other.writable().await.unwrap();
        assert!(registration(&other).1);
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_pending_error_is_taken_once_before_and_after_the_socket_has_waited() {
    block_on(async {
        for has_waited in [false, true] {
            let (mut one, other) = backend::pair();
            if has_waited {
                one.writable().await.unwrap();
            }
            one.try_write(b"unread").unwrap();
            drop(other);
            let error = one.take_error().unwrap().expect("the peer has left");
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            assert!(one.take_error().unwrap().is_none());
        }
    });
}

#[test]
fn halves_that_borrow_wait_and_attempt() {
    block_on(async {
        let (mut one, other) = backend::pair();
        let (reader, writer) = one.split().unwrap();
        assert!(is_pending(reader.readable()).await);
        writer.writable().await.unwrap();
        let parts = [IoSlice::new(b"a"), IoSlice::new(b"b")];
        assert_eq!(writer.try_write_vectored(&parts).unwrap(), 2);
        assert_eq!(writer.try_write(b"c").unwrap(), 1);
        let mut heard = [0; 4];
        assert_eq!(other.try_read(&mut heard).unwrap(), 3);
        assert_eq!(&heard[..3], b"abc");

        other.try_write(b"12").unwrap();
        reader.readable().await.unwrap();
        let (mut first, mut second) = ([0; 1], [0; 1]);
        assert_eq!(reader.try_read(&mut first).unwrap(), 1);
        let parts = &mut [IoSliceMut::new(&mut second)];
        assert_eq!(reader.try_read_vectored(parts).unwrap(), 1);
        assert_eq!((&first, &second), (b"1", b"2"));
        let error = reader.try_read(&mut first).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    });
}

#[test]
fn owned_halves_wait_and_attempt() {
    block_on(async {
        let (one, other) = backend::pair();
        let (reader, writer) = one.into_split().unwrap();
        assert!(is_pending(reader.readable()).await);
        writer.writable().await.unwrap();
        let parts = [IoSlice::new(b"a"), IoSlice::new(b"b")];
        assert_eq!(writer.try_write_vectored(&parts).unwrap(), 2);
        assert_eq!(writer.try_write(b"c").unwrap(), 1);
        let mut heard = [0; 4];
        assert_eq!(other.try_read(&mut heard).unwrap(), 3);
        assert_eq!(&heard[..3], b"abc");

        other.try_write(b"12").unwrap();
        reader.readable().await.unwrap();
        let (mut first, mut second) = ([0; 1], [0; 1]);
        assert_eq!(reader.try_read(&mut first).unwrap(), 1);
        let parts = &mut [IoSliceMut::new(&mut second)];
        assert_eq!(reader.try_read_vectored(parts).unwrap(), 1);
        assert_eq!((&first, &second), (b"1", b"2"));
    });
}

#[test]
fn forgetting_the_write_half_ends_no_direction() {
    block_on(async {
        let (one, other) = backend::pair();
        let (reader, writer) = one.into_split().unwrap();
        writer.forget();
        let error = other.try_read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        drop(reader);
        assert_eq!(other.try_read(&mut [0]).unwrap(), 0);
    });
}

#[test]
fn halves_lend_the_native_socket() {
    fn lends<T: AsRef<backend::Native>>(_: &T) {}
    block_on(async {
        let (mut one, other) = backend::pair();
        let (reader, writer) = one.split().unwrap();
        lends(&reader);
        lends(&writer);
        let (reader, writer) = other.into_split().unwrap();
        lends(&reader);
        lends(&writer);
    });
}
