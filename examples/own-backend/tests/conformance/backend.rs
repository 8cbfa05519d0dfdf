use std::ffi::OsString;
use std::future::Future;
use std::io;

use anteroom_conformance::{Backend, Fixture, OsSubject};
use anteroom_own_backend::{ConnectOptions, LocalSocket, Mio};
use anteroom_std::sys::System;
use anteroom_std::{Async, Result};

/// Servers on a runtime that is a value.
struct OnMio(Mio);

impl Backend for OnMio {
    type Mode = Async<System<Mio>>;

    fn os(&self) -> System<Mio> {
        System::from(self.0.clone())
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.block_on(future)
    }

    fn pair(&self) -> io::Result<(LocalSocket, LocalSocket)> {
        LocalSocket::pair(&self.0)
    }

    fn connect(
        &self,
        options: ConnectOptions,
        name: OsString,
    ) -> impl Future<Output = Result<LocalSocket>> + 'static {
        options.connect_in(self.0.clone(), name)
    }
}

pub(crate) fn on_mio() -> Fixture {
    OsSubject::fixture(OnMio(Mio::new().expect("a poller can be created")))
}
