//! Both servers on real pipes. CI only compiles this.

#![cfg(windows)]
#![forbid(unsafe_code)]

use std::error::Error;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::windows::ffi::OsStringExt as _;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use anteroom_std::{AcceptError, AsyncSocket as _, End, ErrorKind, SocketOptions, Timeout, Wait};
use anteroom_windows_sketch::{BlockingPipeServer, BlockingPipes, PipeServer, Pipes};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient};
use tokio::task::yield_now;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const LIMIT: Duration = Duration::from_secs(10);

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn name(test: &str) -> String {
    format!("anteroom-sketch-{}-{test}", process::id())
}

fn connect(name: &str) -> io::Result<NamedPipeClient> {
    ClientOptions::new().open(format!(r"\\.\pipe\{name}"))
}

fn connect_blocking(name: &str) -> io::Result<File> {
    let path = format!(r"\\.\pipe\{name}");
    OpenOptions::new().read(true).write(true).open(path)
}

#[tokio::test]
async fn a_task_accepts_clients_and_talks_to_them() -> Result {
    let name = name("talks");
    let mut server = PipeServer::bind(&name)?;
    assert_eq!(
        server.full_server_name(),
        Some(format!(r"\\.\pipe\{name}").as_ref())
    );
    for _ in 0..3 {
        let mut client = connect(&name)?;
        let mut socket = server.accept().await?;
        client.write_all(b"hello").await?;
        let mut buffer = [0; 5];
        assert_eq!(socket.read(&mut buffer).await?, 5);
        socket.write_all(b"welcome").await?;
        let mut answer = [0; 7];
        client.read_exact(&mut answer).await?;
        assert_eq!((&buffer, &answer), (b"hello", b"welcome"));
        drop(client);
        assert_eq!(socket.read(&mut buffer).await?, 0);
    }
    Ok(())
}

#[tokio::test]
async fn a_task_that_waits_is_woken_by_a_client() -> Result {
    let name = name("woken");
    let mut server = PipeServer::bind(&name)?;
    let wait = server.wait_for_new_connection(Duration::from_millis(5));
    assert_eq!(wait.await, Wait::TimedOut);

    let task = tokio::spawn(async move { server.accept().await.is_ok() });
    yield_now().await;
    let _client = connect(&name)?;

    assert!(task.await?);
    Ok(())
}

#[tokio::test]
async fn a_task_is_woken_after_another_call_has_found_no_client() -> Result {
    let name = name("look");
    let mut server = PipeServer::bind(&name)?;
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let poll = server.poll_ready(&mut Context::from_waker(&waker));
    assert!(poll.is_pending());
    assert_eq!(server.process_events().accepted, 0);
    assert_eq!(wakes.0.load(Ordering::Relaxed), 0);

    let _client = connect(&name)?;
    yield_now().await;

    assert_eq!(wakes.0.load(Ordering::Relaxed), 1);
    assert_eq!(server.process_events().accepted, 1);
    Ok(())
}

#[tokio::test]
async fn a_task_gets_the_client_of_a_server_that_drains() -> Result {
    let name = name("drains");
    let mut server = PipeServer::bind(&name)?;
    let handle = server.stop_handle();
    let _client = connect(&name)?;
    yield_now().await;

    handle.drain();
    assert!(server.accept().await.is_ok());
    assert!(matches!(
        server.accept().await,
        Err(AcceptError::NotListening)
    ));

    assert_eq!(server.end(), Some(End::Drained));
    assert!(connect(&name).is_err());
    Ok(())
}

#[tokio::test]
async fn closing_frees_the_name() -> Result {
    let name = name("closed");
    let mut server = PipeServer::bind(&name)?;
    server.close();
    yield_now().await;
    assert_eq!(connect(&name).unwrap_err().kind(), io::ErrorKind::NotFound);
    server.listen(&name)?;
    assert!(server.is_listening());
    Ok(())
}

#[tokio::test]
async fn what_tokio_cannot_do_is_unsupported() {
    let name = name("unsupported");
    let options = PipeServer::builder().socket_options(SocketOptions::USER);
    let error = options.listen(&name).unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::Unsupported));
}

#[tokio::test]
async fn a_valid_name_comes_back_whole_and_an_invalid_one_is_rejected() -> Result {
    let name = name("\u{fc}\u{1f600}");
    let server = PipeServer::bind(&name)?;
    assert_eq!(server.server_name(), Some(name.as_ref()));

    let half_a_pair = OsString::from_wide(&[0x61, 0xd83d]);
    let error = PipeServer::bind(half_a_pair).unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::Name));
    assert_eq!(
        error.error().and_then(|error| error.name()),
        Some("a".as_ref())
    );
    Ok(())
}

#[test]
fn a_server_without_a_runtime_does_not_listen() {
    let error = PipeServer::bind_in(Pipes::default(), name("no-runtime")).unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::Unsupported));
}

#[test]
fn a_thread_accepts_clients_and_talks_to_them() -> Result {
    let name = name("thread");
    let mut server = BlockingPipeServer::bind_in(BlockingPipes::new()?, &name)?;
    let client = thread::spawn(move || -> io::Result<String> {
        let mut client = connect_blocking(&name)?;
        client.write_all(b"hello")?;
        let mut answer = String::new();
        client.read_to_string(&mut answer)?;
        Ok(answer)
    });

    let mut socket = server.accept()?;
    let mut buffer = [0; 5];
    socket.read_exact(&mut buffer)?;
    assert_eq!(&buffer, b"hello");
    socket.write_all(b"welcome")?;
    drop(socket); // closes the pipe at once: the client reads the end

    assert_eq!(client.join().unwrap()?, "welcome");
    Ok(())
}

#[test]
fn a_thread_waits_for_a_client_and_for_time() -> Result {
    let name = name("time");
    let mut server = BlockingPipeServer::bind_in(BlockingPipes::new()?, &name)?;
    let client = thread::spawn(move || connect_blocking(&name));

    let start = Instant::now();
    assert_eq!(server.wait_for_new_connection(LIMIT), Wait::Ready);
    assert!(start.elapsed() < LIMIT);

    let _client = client.join().unwrap()?;
    assert!(server.next_pending_connection().is_some());
    assert_eq!(
        server.wait_for_new_connection(Duration::from_millis(5)),
        Wait::TimedOut
    );
    Ok(())
}

#[test]
fn a_thread_finds_every_client_that_has_connected_before() -> Result {
    let name = name("exact");
    let mut server = BlockingPipeServer::bind_in(BlockingPipes::new()?, &name)?;
    for _ in 0..100 {
        let _client = connect_blocking(&name)?;
        assert_eq!(
            server.wait_for_new_connection(Timeout::default()),
            Wait::Ready
        );
        assert!(server.next_pending_connection().is_some());
    }
    Ok(())
}

#[test]
fn a_thread_gets_the_client_of_a_server_that_drains() -> Result {
    let name = name("thread-drains");
    let mut server = BlockingPipeServer::bind_in(BlockingPipes::new()?, &name)?;
    let _client = connect_blocking(&name)?;
    server.drain();
    assert_eq!(
        server.incoming().filter_map(|socket| socket.ok()).count(),
        1
    );
    assert_eq!(server.end(), Some(End::Drained));

    server.listen(&name)?;
    server.close();
    let error = connect_blocking(&name).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    Ok(())
}

#[test]
fn a_wait_of_a_thread_has_no_handles_yet() -> Result {
    let mut server = BlockingPipeServer::new_in(BlockingPipes::new()?);
    let error = server.stop_handle().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::Unsupported);
    Ok(())
}
