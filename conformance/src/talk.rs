//! How a bench lets bytes flow.

use std::time::{Duration, Instant};

use crate::{Bench, ClientTag, ConnTag, Step};

/// How long a helper goes on looking before it says that nothing will come.
const PATIENCE: Duration = Duration::from_secs(20);

/// The most that is read in one step.
const CHUNK: usize = 64 * 1024;

impl Bench {
    /// Sends bytes both ways between a bare client and a connection of the server.
    #[track_caller]
    pub fn echo(&mut self, client: ClientTag, connection: ConnTag) {
        self.client_to_server(client, connection, b"from the client");
        self.server_to_client(connection, client, b"from the server");
    }

    /// Sends bytes both ways between a client of the backend and a connection of the server.
    #[track_caller]
    pub fn echo_own(&mut self, client: ConnTag, connection: ConnTag) {
        self.send(client, b"from the client");
        assert_eq!(self.receive(connection, 15), b"from the client");
        self.send(connection, b"from the server");
        assert_eq!(self.receive(client, 15), b"from the server");
    }

    /// Sends bytes from a bare client to a connection of the server, and expects them there.
    #[track_caller]
    pub fn client_to_server(&mut self, client: ClientTag, connection: ConnTag, bytes: &[u8]) {
        self.client_sends(client, bytes);
        assert_eq!(self.receive(connection, bytes.len()), bytes);
    }

    /// Sends bytes from a connection of the server to a bare client, and expects them there.
    #[track_caller]
    pub fn server_to_client(&mut self, connection: ConnTag, client: ClientTag, bytes: &[u8]) {
        self.send(connection, bytes);
        assert_eq!(self.client_receives(client, bytes.len()), bytes);
    }

    /// Writes all bytes to a connection; they have to fit into what the system buffers.
    #[track_caller]
    pub fn send(&mut self, connection: ConnTag, bytes: &[u8]) {
        self.send_all("room at a connection", bytes, |bench, rest| {
            bench.subject.write(connection, rest)
        });
    }

    /// Lets a bare client write all bytes; they have to fit into what the system buffers.
    #[track_caller]
    pub fn client_sends(&mut self, client: ClientTag, bytes: &[u8]) {
        self.send_all("room at a client", bytes, |bench, rest| {
            bench.world.write(client, rest)
        });
    }

    /// Reads exactly so many bytes from a connection.
    #[track_caller]
    pub fn receive(&mut self, connection: ConnTag, count: usize) -> Vec<u8> {
        self.receive_all("bytes at a connection", count, |bench, at_most| {
            bench.subject.read(connection, at_most)
        })
    }

    /// Lets a bare client read exactly so many bytes.
    #[track_caller]
    pub fn client_receives(&mut self, client: ClientTag, count: usize) -> Vec<u8> {
        self.receive_all("bytes at a client", count, |bench, at_most| {
            bench.world.read(client, at_most)
        })
    }

    /// Reads from a connection up to the end of file, which has to come.
    #[track_caller]
    pub fn read_to_end(&mut self, connection: ConnTag) -> Vec<u8> {
        self.read_until_end("end of file at a connection", |bench| {
            bench.subject.read(connection, CHUNK)
        })
    }

    /// Lets a bare client read up to the end of file, which has to come.
    #[track_caller]
    pub fn client_reads_to_end(&mut self, client: ClientTag) -> Vec<u8> {
        self.read_until_end("end of file at a client", |bench| {
            bench.world.read(client, CHUNK)
        })
    }

    /// Expects that a bare client sees its connection closed, in order or not.
    #[track_caller]
    pub fn expect_client_closed(&mut self, client: ClientTag) {
        self.until("the end of a client's connection", |bench| {
            match bench.world.read(client, CHUNK) {
                Step::End | Step::Broken => Some(()),
                _ => None,
            }
        });
    }

    /// Lets the server run until `look` finds something, for a bounded time.
    #[track_caller]
    pub fn until<T>(&mut self, what: &str, mut look: impl FnMut(&mut Self) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
            self.subject.settle();
            std::thread::yield_now();
        }
    }

    #[track_caller]
    fn send_all(
        &mut self,
        what: &str,
        bytes: &[u8],
        mut write: impl FnMut(&mut Self, &[u8]) -> Step,
    ) {
        let mut sent = 0;
        while sent < bytes.len() {
            match self.step(what, |bench| write(bench, &bytes[sent..])) {
                Step::Wrote(count) => sent += count,
                other => panic!("{other:?} instead of {what}, after {sent} bytes"),
            }
        }
    }

    #[track_caller]
    fn receive_all(
        &mut self,
        what: &str,
        count: usize,
        mut read: impl FnMut(&mut Self, usize) -> Step,
    ) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let missing = count - bytes.len();
            match self.step(what, |bench| read(bench, missing)) {
                Step::Read(chunk) => bytes.extend(chunk),
                other => panic!("{other:?} instead of {missing} {what}"),
            }
        }
        bytes
    }

    #[track_caller]
    fn read_until_end(&mut self, what: &str, mut read: impl FnMut(&mut Self) -> Step) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            match self.step(what, &mut read) {
                Step::Read(chunk) => bytes.extend(chunk),
                Step::End => return bytes,
                other => panic!("{other:?} instead of {what}, after {} bytes", bytes.len()),
            }
        }
    }

    /// Attempts until something comes of it.
    #[track_caller]
    fn step(&mut self, what: &str, mut attempt: impl FnMut(&mut Self) -> Step) -> Step {
        self.until(what, |bench| match attempt(bench) {
            Step::WouldBlock => None,
            step => Some(step),
        })
    }
}
