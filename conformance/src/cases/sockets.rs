//! The sockets of connections: SOCK.

use super::prelude::*;

/// The number of bytes in each direction of a large transfer.
const LARGE: usize = 1 << 20;

pub(crate) fn bytes_arrive_unchanged(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    for chunk in [&b"a"[..], b"bc", b"", b"def", b"\0\xff\n"] {
        t.client_sends(client, chunk);
        t.send(connection, chunk);
    }
    assert_eq!(t.receive(connection, 9), b"abcdef\0\xff\n");
    assert_eq!(t.client_receives(client, 9), b"abcdef\0\xff\n");
}

pub(crate) fn large_transfers_work(t: &mut Fixture) {
    let name = t.listen_on("server");
    for seed in [1, 20_260, 0xDEAD_BEEF] {
        let (client, connection) = t.connected_pair(&name);
        transfer(t, seed, [End::Client(client), End::Socket(connection)]);
    }
    for seed in [2, 40_404] {
        let attempt = t.start_connect(&name);
        let client = t.finish_connect(attempt);
        let connection = t.take();
        transfer(t, seed, [End::Socket(client), End::Socket(connection)]);
    }
}

pub(crate) fn connections_are_independent(t: &mut Fixture) {
    let name = t.listen_on("server");
    let clients = t.connect_numbered(&name, 20);
    let connections = t.expect_pending(20);
    for (number, (client, connection)) in (0..).zip(clients.into_iter().zip(connections)) {
        t.expect_number(connection, number);
        t.send(connection, &[number; 3]);
        assert_eq!(t.client_receives(client, 3), [number; 3]);
        t.echo(client, connection);
    }
}

pub(crate) fn half_close_of_client_keeps_other_direction(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    t.client_sends(client, b"question");
    t.env.shutdown_write(client);
    assert_eq!(t.read_to_end(connection), b"question");
    t.server_to_client(connection, client, b"answer");
}

pub(crate) fn half_close_of_server_keeps_other_direction(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    t.send(connection, b"all");
    t.subject.shutdown_write(connection);
    assert_eq!(t.client_reads_to_end(client), b"all");
    t.client_to_server(client, connection, b"still here");
}

pub(crate) fn buffered_data_precedes_end(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    t.client_sends(client, b"buffered");
    t.env.drop_client(client);
    assert_eq!(t.read_to_end(connection), b"buffered");
}

pub(crate) fn client_reads_data_written_before_drop(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    t.send(connection, &[7; 4_000]);
    t.subject.drop_connection(connection);
    assert_eq!(t.client_reads_to_end(client), [7; 4_000]);
}

pub(crate) fn end_is_read_again(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    t.env.drop_client(client);
    for _ in 0..3 {
        assert_eq!(t.read_to_end(connection), b"");
    }
}

pub(crate) fn write_to_closed_client_fails(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    t.env.drop_client(client);
    t.until("error of a write to a closed client", |t| {
        let step = t.subject.write(connection, b"lost");
        (step == Step::Broken).then_some(())
    });
    t.expect_served(&name);
}

pub(crate) fn empty_connection_would_block(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    assert_eq!(t.subject.read(connection, 10), Step::WouldBlock);
    t.echo(client, connection);
    assert_eq!(t.subject.read(connection, 10), Step::WouldBlock);
}

/// One end of a connection.
#[derive(Clone, Copy)]
enum End {
    Client(ClientTag),
    Socket(ConnTag),
}

/// Transfers bytes in both directions, in random steps.
fn transfer(t: &mut Fixture, seed: u64, ends: [End; 2]) {
    println!("seed {seed}");
    let mut random = Random(seed | 1);
    let streams = [random.bytes(LARGE), random.bytes(LARGE)];
    let mut written = [0; 2];
    let mut arrived = [0; 2];
    while arrived != [LARGE; 2] {
        let from = random.below(2);
        let chunk = 1 + random.below(9_000);
        if random.below(2) == 0 {
            let rest = &streams[from][written[from]..];
            let rest = &rest[..chunk.min(rest.len())];
            written[from] += write(t, ends[from], rest);
        } else {
            let bytes = read(t, ends[1 - from], chunk);
            let expected = &streams[from][arrived[from]..][..bytes.len()];
            assert!(bytes == expected, "wrong bytes after {}", arrived[from]);
            arrived[from] += bytes.len();
        }
    }
}

fn write(t: &mut Fixture, end: End, bytes: &[u8]) -> usize {
    if bytes.is_empty() {
        return 0;
    }
    let step = match end {
        End::Client(client) => t.env.write(client, bytes),
        End::Socket(connection) => t.subject.write(connection, bytes),
    };
    match step {
        Step::Wrote(count) => count,
        step => blocked(t, &step),
    }
}

fn read(t: &mut Fixture, end: End, at_most: usize) -> Vec<u8> {
    let step = match end {
        End::Client(client) => t.env.read(client, at_most),
        End::Socket(connection) => t.subject.read(connection, at_most),
    };
    match step {
        Step::Read(bytes) => bytes,
        step => blocked(t, &step),
    }
}

fn blocked<T: Default>(t: &mut Fixture, step: &Step) -> T {
    assert_eq!(*step, Step::WouldBlock, "during a transfer");
    t.subject.settle();
    T::default()
}

/// A small generator of pseudo-random numbers (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a small number");
        usize::try_from((self.next() >> 16) % end).expect("below a small number")
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next().to_be_bytes()[3]).collect()
    }
}
