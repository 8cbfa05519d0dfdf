//! async-io's reactor serves every executor.

use std::future::Future;

use async_executor::{Executor, LocalExecutor};
use futures_lite::future::zip;

use crate::backend::{self, LocalServer, LocalSocket, Wait};
use crate::place::Place;
use crate::watchdog::Watchdog;

/// Runs a server and a client on the caller's executor.
async fn one_conversation() {
    let place = Place::new();
    let mut server = LocalServer::bind(place.name()).unwrap();
    let serve = async {
        let mut socket = server.accept().await.unwrap();
        backend::write_all(&mut socket, b"!").await;
    };
    let ask = async {
        let mut client = LocalSocket::connect(place.name()).await.unwrap();
        assert_eq!(backend::read_byte(&mut client).await, b'!');
    };
    zip(serve, ask).await;
    let short = std::time::Duration::from_millis(5);
    assert_eq!(server.wait_for_new_connection(short).await, Wait::TimedOut);
}

#[test]
fn a_server_works_on_any_executor() {
    let _watchdog = Watchdog::start();
    async_io::block_on(one_conversation());
    futures_lite::future::block_on(one_conversation());
    futures_executor::block_on(one_conversation());
    let local = LocalExecutor::new();
    async_io::block_on(local.run(local.spawn(one_conversation())));
    let shared = Executor::new();
    futures_executor::block_on(shared.run(shared.spawn(one_conversation())));
}

#[test]
fn a_server_moves_from_thread_to_thread_and_from_executor_to_executor() {
    let _watchdog = Watchdog::start();
    fn on_another_thread<T: Send>(future: impl Future<Output = T> + Send) -> T {
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| futures_executor::block_on(future));
            thread.join().unwrap()
        })
    }
    let place = Place::new();
    let mut server = LocalServer::bind(place.name()).unwrap();
    let _client = place.client();
    on_another_thread(server.accept()).unwrap();
    let _client = place.client();
    async_io::block_on(server.accept()).unwrap();
}
