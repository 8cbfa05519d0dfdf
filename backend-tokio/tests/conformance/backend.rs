use std::ffi::OsString;
use std::future::Future;
use std::io;

use anteroom_conformance::{Backend, Fixture, OsSubject};
use anteroom_std::Async;
use anteroom_std::Result;
use anteroom_std::sys::System;
use anteroom_tokio::{ConnectOptions, LocalSocket, Tokio};
use tokio::runtime::{Builder, Runtime};

/// Servers in a runtime of tokio, which is the current one while they run.
struct InRuntime(Runtime);

impl Backend for InRuntime {
    type Mode = Async<System<Tokio>>;

    fn os(&self) -> System<Tokio> {
        System::default()
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.block_on(future)
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

pub(crate) fn on_one_thread() -> Fixture {
    fixture(Builder::new_current_thread())
}

pub(crate) fn on_several_threads() -> Fixture {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2);
    fixture(builder)
}

fn fixture(mut builder: Builder) -> Fixture {
    let runtime = builder.enable_all().build();
    OsSubject::fixture(InRuntime(runtime.expect("a runtime can be created")))
}
