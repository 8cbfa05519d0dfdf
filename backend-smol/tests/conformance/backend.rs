use std::ffi::OsString;
use std::future::Future;
use std::io;

use anteroom_conformance::{Backend, Fixture, OsSubject};
use anteroom_smol::{AsyncIo, ConnectOptions, LocalSocket};
use anteroom_std::Async;
use anteroom_std::Result;
use anteroom_std::sys::System;
use futures_lite::future::yield_now;

/// Servers on async-io, in its own executor.
struct OnAsyncIo;

impl Backend for OnAsyncIo {
    type Mode = Async<System<AsyncIo>>;

    fn os(&self) -> System<AsyncIo> {
        System::default()
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        async_io::block_on(future)
    }

    fn pair(&self) -> io::Result<(LocalSocket, LocalSocket)> {
        LocalSocket::pair()
    }

    fn connect(
        &self,
        options: ConnectOptions,
        name: OsString,
    ) -> impl Future<Output = Result<LocalSocket>> + 'static {
        options.connect(name)
    }
}

pub(crate) fn on_async_io() -> Fixture {
    // The reactor comes into being at its first use, which no case must spoil for it.
    async_io::block_on(yield_now());
    OsSubject::fixture(OnAsyncIo)
}
