//! The sockets that are handed out: SOCK.

use crate::prelude::*;

/// How many bytes go each way in a large transfer.
const LARGE: usize = 1 << 20;

/// Bytes arrive in order and unchanged, whatever the chunks they were written in.
pub(crate) fn bytes_arrive_in_order_and_unchanged(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    for chunk in [&b"a"[..], b"bc", b"", b"def", b"\0\xff\n"] {
        bench.client_sends(client, chunk);
        bench.send(connection, chunk);
    }
    assert_eq!(bench.receive(connection, 9), b"abcdef\0\xff\n");
    assert_eq!(bench.client_receives(client, 9), b"abcdef\0\xff\n");
}

/// A megabyte goes each way at once, in odd chunks, between the server and a bare client.
pub(crate) fn large_transfers_both_ways_at_once(bench: &mut Bench) {
    let name = bench.listen_on("server");
    for seed in [1, 20_260, 0xDEAD_BEEF] {
        let (client, connection) = bench.connected_pair(&name);
        transfer(bench, seed, [End::Client(client), End::Socket(connection)]);
    }
}

/// A megabyte goes each way at once between the server and the backend's own client.
pub(crate) fn large_transfers_with_the_own_client(bench: &mut Bench) {
    let name = bench.listen_on("server");
    for seed in [2, 40_404] {
        let attempt = bench.start_connect(&name);
        let own = bench.finish_connect(attempt);
        let connection = bench.claim();
        transfer(bench, seed, [End::Socket(own), End::Socket(connection)]);
    }
}

/// Many connections at once do not mix their bytes up.
pub(crate) fn connections_do_not_mix_their_bytes_up(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let clients = bench.connect_numbered(&name, 20);
    let connections = bench.expect_pending(20);
    for (number, (client, connection)) in (0..).zip(clients.into_iter().zip(connections)) {
        assert_eq!(bench.number_of(connection), number);
        bench.send(connection, &[number; 3]);
        assert_eq!(bench.client_receives(client, 3), [number; 3]);
        bench.echo(client, connection);
    }
}

/// A client's half-close is the end of file here, and answers still reach the client.
pub(crate) fn a_clients_half_close_leaves_the_answer_open(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    bench.client_sends(client, b"question");
    bench.world.shutdown_write(client);
    assert_eq!(bench.read_to_end(connection), b"question");
    bench.server_to_client(connection, client, b"answer");
}

/// A half-close here is the end of file at the client, and what it sends still arrives.
pub(crate) fn a_half_close_leaves_the_clients_direction_open(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    bench.send(connection, b"all");
    bench.subject.shutdown_write(connection);
    assert_eq!(bench.client_reads_to_end(client), b"all");
    bench.client_to_server(client, connection, b"still here");
}

/// A peer that closed: first what it wrote, then the end of file.
pub(crate) fn buffered_data_comes_before_the_end_of_file(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    bench.client_sends(client, b"buffered");
    bench.world.drop_client(client);
    assert_eq!(bench.read_to_end(connection), b"buffered");
}

/// A server that dropped its connection: first what it wrote, then the end of file.
pub(crate) fn a_client_reads_what_was_written_before_the_drop(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    bench.send(connection, &[7; 4_000]);
    bench.subject.drop_connection(connection);
    assert_eq!(bench.client_reads_to_end(client), [7; 4_000]);
}

/// Once the end of file was read, it is read again and again.
pub(crate) fn the_end_of_file_stays(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    bench.world.drop_client(client);
    for _ in 0..3 {
        assert_eq!(bench.read_to_end(connection), b"");
    }
}

/// Writing to a client that is gone fails, and nothing worse happens.
pub(crate) fn writing_to_a_client_that_is_gone_fails(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    bench.world.drop_client(client);
    bench.until("writing to be noticed as useless", |bench| {
        let step = bench.subject.write(connection, b"anybody there?");
        (step == Step::Broken).then_some(())
    });
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// With nothing to read a connection says so, and does not say that it ended.
pub(crate) fn with_nothing_to_read_a_connection_has_not_ended(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    assert_eq!(bench.subject.read(connection, 10), Step::WouldBlock);
    bench.echo(client, connection);
    assert_eq!(bench.subject.read(connection, 10), Step::WouldBlock);
}

/// One end of a connection.
#[derive(Clone, Copy)]
enum End {
    Client(ClientTag),
    Socket(ConnTag),
}

/// Pushes a large number of bytes both ways, the next step always chosen by lot.
fn transfer(bench: &mut Bench, seed: u64, ends: [End; 2]) {
    println!("seed {seed}");
    let mut lot = Lot(seed | 1);
    let streams = [lot.bytes(LARGE), lot.bytes(LARGE)];
    let mut written = [0; 2];
    let mut arrived = [0; 2];
    while arrived != [LARGE; 2] {
        let from = lot.below(2);
        let chunk = 1 + lot.below(9_000);
        if lot.below(2) == 0 {
            let rest = &streams[from][written[from]..];
            let rest = &rest[..chunk.min(rest.len())];
            written[from] += write(bench, ends[from], rest);
        } else {
            let bytes = read(bench, ends[1 - from], chunk);
            let expected = &streams[from][arrived[from]..][..bytes.len()];
            assert!(
                bytes == expected,
                "seed {seed}: wrong bytes after {}",
                arrived[from]
            );
            arrived[from] += bytes.len();
        }
    }
}

fn write(bench: &mut Bench, end: End, bytes: &[u8]) -> usize {
    if bytes.is_empty() {
        return 0;
    }
    let step = match end {
        End::Client(client) => bench.world.write(client, bytes),
        End::Socket(connection) => bench.subject.write(connection, bytes),
    };
    match step {
        Step::Wrote(count) => count,
        Step::WouldBlock => {
            bench.subject.settle();
            0
        }
        other => panic!("a large transfer met {other:?}"),
    }
}

fn read(bench: &mut Bench, end: End, at_most: usize) -> Vec<u8> {
    let step = match end {
        End::Client(client) => bench.world.read(client, at_most),
        End::Socket(connection) => bench.subject.read(connection, at_most),
    };
    match step {
        Step::Read(bytes) => bytes,
        Step::WouldBlock => {
            bench.subject.settle();
            Vec::new()
        }
        other => panic!("a large transfer met {other:?}"),
    }
}

/// A small source of pseudo-random numbers (xorshift), the same on every run.
struct Lot(u64);

impl Lot {
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
