//! The runtime wakes what waits in it: for sockets in both directions, for time, and for threads.

#![cfg(unix)]
#![forbid(unsafe_code)]

use std::error::Error;
use std::future::{Future, poll_fn};
use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use anteroom_own_backend::{LocalServer, LocalSocket, Mio};
use anteroom_std::{AsyncSocket as _, Wait};

/// More than the operating system buffers.
const MUCH: usize = 1024 * 1024;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

#[test]
fn the_server_waits_for_one_client_after_the_other() -> Result {
    let directory = tempfile::tempdir()?;
    let name = directory.path().join("own");
    let mio = Mio::new()?;
    let mut server = LocalServer::bind_in(mio.clone(), &name)?;
    let (pending, is_pending) = mpsc::channel();
    let clients = thread::spawn(move || -> io::Result<()> {
        for _ in 0..5 {
            // The server waits for the client, and then for what the client sends.
            is_pending.recv().expect("the server waits");
            let mut client = UnixStream::connect(&name)?;
            is_pending.recv().expect("the server waits");
            client.write_all(b"hello")?;
            client.shutdown(Shutdown::Write)?;
            let mut answer = String::new();
            client.read_to_string(&mut answer)?;
            assert_eq!(answer, "hello");
        }
        Ok(())
    });
    mio.block_on(async {
        for _ in 0..5 {
            let mut socket = reporting(&pending, server.accept()).await?;
            let request = reporting(&pending, read_to_end(&mut socket)).await?;
            socket.write_all(&request).await?;
        }
        Result::Ok(())
    })?;
    Ok(clients.join().expect("the clients do not panic")?)
}

#[test]
fn a_socket_waits_for_room_and_for_data() -> Result {
    let mio = Mio::new()?;
    let (mut one, mut other) = LocalSocket::pair(&mio)?;
    mio.block_on(async {
        let mut sending = pin!(async {
            one.write_all(&vec![1; MUCH]).await?;
            poll_fn(|context| one.poll_shutdown(context)).await
        });
        let mut receiving = pin!(read_to_end(&mut other));
        let mut sent: Option<io::Result<()>> = None;
        let received = poll_fn(|context| {
            if sent.is_none() {
                sent = match sending.as_mut().poll(context) {
                    Poll::Ready(result) => Some(result),
                    Poll::Pending => None,
                };
            }
            receiving.as_mut().poll(context)
        })
        .await?;
        assert_eq!(received.len(), MUCH);
        Ok(sent.expect("all of it was sent before the end was read")?)
    })
}

#[test]
fn a_wait_ends_at_its_deadline() -> Result {
    let directory = tempfile::tempdir()?;
    let mio = Mio::new()?;
    let mut server = LocalServer::bind_in(mio.clone(), directory.path().join("own"))?;
    let (start, timeout) = (Instant::now(), Duration::from_millis(20));
    let wait = mio.block_on(server.wait_for_new_connection(timeout));
    assert_eq!(wait, Wait::TimedOut);
    assert!(start.elapsed() >= timeout);
    Ok(())
}

#[test]
fn a_wake_from_another_thread_ends_the_sleep() -> Result {
    let is_done = Arc::new(AtomicBool::new(false));
    let mut thread = None;
    Mio::new()?.block_on(poll_fn(|context| {
        if is_done.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        let (waker, is_done) = (context.waker().clone(), Arc::clone(&is_done));
        thread.get_or_insert_with(|| {
            thread::spawn(move || {
                is_done.store(true, Ordering::Release);
                waker.wake();
            })
        });
        Poll::Pending
    }));
    assert!(thread.is_some_and(|thread| thread.join().is_ok()));
    Ok(())
}

/// Awaits the future, and reports when it is pending for the first time.
async fn reporting<T>(pending: &Sender<()>, future: impl Future<Output = T>) -> T {
    let (mut future, mut pending) = (pin!(future), Some(pending));
    poll_fn(|context| {
        let poll = future.as_mut().poll(context);
        if poll.is_pending() {
            pending.take().map(|pending| pending.send(()));
        }
        poll
    })
    .await
}

async fn read_to_end(socket: &mut LocalSocket) -> io::Result<Vec<u8>> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        match socket.read(&mut buffer).await? {
            0 => return Ok(bytes),
            length => bytes.extend_from_slice(&buffer[..length]),
        }
    }
}
