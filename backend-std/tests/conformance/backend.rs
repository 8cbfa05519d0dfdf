use std::ffi::OsString;
use std::future::Future;
use std::io;

use anteroom_conformance::{Backend, Fixture, OsSubject, in_thread};
use anteroom_std::blocking::{ConnectOptions, LocalSocket, Std};
use anteroom_std::sys::System;
use anteroom_std::{Blocking, Result};

/// The blocking server. Its clients connect in other threads.
struct Threads;

impl Backend for Threads {
    type Mode = Blocking<System<Std>>;

    fn os(&self) -> System<Std> {
        System::default()
    }

    fn pair(&self) -> io::Result<(LocalSocket, LocalSocket)> {
        LocalSocket::pair()
    }

    fn connect(
        &self,
        options: ConnectOptions,
        name: OsString,
    ) -> impl Future<Output = Result<LocalSocket>> + 'static {
        in_thread(move || options.connect(name))
    }
}

pub(crate) fn on_threads() -> Fixture {
    OsSubject::fixture(Threads)
}
