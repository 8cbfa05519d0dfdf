use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::held::Held;
use crate::machine;
use crate::plan::{CHUNK, MESSAGE, Workload};
use crate::sample::Served;

/// How many chunks are a MiB.
const CHUNKS: u64 = (1 << 20) / CHUNK as u64;

/// How many late clients there are at a time.
const AT_A_TIME: u64 = 20;

/// What the clients of one batch are about to do.
#[derive(Debug)]
pub(super) enum Work {
    /// So many clients, one after the other; and the same at the same time, if any.
    Connections(PathBuf, u64, u64),
    /// So many clients, twenty at a time, that say something a millisecond after connecting.
    Late(PathBuf, u64),
    /// Clients that have said all they have to say, and are queued.
    Queued(Vec<UnixStream>),
    PingPong(PathBuf, u64),
    Stream(PathBuf, u64),
    /// So many clients, one after the other, while so many others are connected.
    Held(PathBuf, u64, u64),
}

impl Work {
    pub(super) fn prepare(
        workload: Workload,
        units: u64,
        held: u64,
        path: &Path,
    ) -> io::Result<Self> {
        let path = path.to_owned();
        Ok(match workload {
            Workload::OneClient => Self::Connections(path, units, 0),
            Workload::TwoClients => Self::Connections(path, units - units / 2, units / 2),
            Workload::Late => Self::Late(path, units),
            Workload::Burst => {
                Self::Queued((0..units).map(|_| queue(&path)).collect::<Result<_, _>>()?)
            }
            Workload::PingPong => Self::PingPong(path, units),
            Workload::Stream => Self::Stream(path, units),
            Workload::Held => Self::Held(path, units, held),
        })
    }

    pub(super) fn carry_out(self) -> io::Result<(Served, Held)> {
        let served = match self {
            Self::Held(path, count, held) => return while_held(&path, count, held),
            Self::Connections(path, some, others) => thread::scope(|scope| {
                let second = scope.spawn(|| connections(&path, others));
                let first = connections(&path, some)?;
                let second = second
                    .join()
                    .map_err(|_| io::Error::other("a client panicked"))??;
                Ok(first + second)
            }),
            Self::Late(path, count) => late(&path, count),
            Self::Queued(clients) => clients
                .into_iter()
                .map(|client| {
                    expect_echo(&client)?;
                    expect_end(&client)?;
                    Ok(Served::message())
                })
                .sum(),
            Self::PingPong(path, round_trips) => ping_pong(&path, round_trips),
            Self::Stream(path, mebibytes) => stream(&path, mebibytes),
        };
        Ok((served?, Held::default()))
    }
}

fn connections(path: &Path, count: u64) -> io::Result<Served> {
    (0..count)
        .map(|_| {
            request(path)?;
            Ok(Served::message())
        })
        .sum()
}

/// Is one client, and returns how long it took from connecting to the answer.
fn request(path: &Path) -> io::Result<Duration> {
    let began = Instant::now();
    let client = UnixStream::connect(path)?;
    send(&client)?;
    expect_echo(&client)?;
    let latency = began.elapsed();
    expect_end(&client)?;
    Ok(latency)
}

fn late(path: &Path, count: u64) -> io::Result<Served> {
    let mut left = count;
    while left > 0 {
        let clients: Vec<_> = (0..left.min(AT_A_TIME))
            .map(|_| UnixStream::connect(path))
            .collect::<Result<_, _>>()?;
        thread::sleep(Duration::from_millis(1));
        send_and_be_answered(&clients)?;
        left -= clients.len() as u64;
    }
    Ok((0..count).map(|_| Served::message()).sum())
}

fn send_and_be_answered(clients: &[UnixStream]) -> io::Result<()> {
    for client in clients {
        send(client)?;
    }
    for client in clients {
        expect_echo(client)?;
        expect_end(client)?;
    }
    Ok(())
}

fn while_held(path: &Path, count: u64, held: u64) -> io::Result<(Served, Held)> {
    let server = parent_id();
    // What a process needs for its first connection, it needs once.
    request(path)?;
    let before = machine::memory(server).unwrap_or_default();
    let clients: Vec<_> = (0..held)
        .map(|_| UnixStream::connect(path))
        .collect::<Result<_, _>>()?;
    // Clients are accepted in their order: none of those above is in the queue after this answer.
    request(path)?;
    let latencies: Vec<_> = (2..count)
        .map(|_| request(path))
        .collect::<Result<_, _>>()?;
    let after = machine::memory(server).unwrap_or_default();
    // They were live all the time.
    send_and_be_answered(&clients)?;
    let served = (0..held + count).map(|_| Served::message()).sum();
    let growth = after.saturating_sub(before);
    Ok((served, Held::new(held, growth, &latencies)))
}

/// Connects, and says everything at once: the server need not wait for this client any more.
fn queue(path: &Path) -> io::Result<UnixStream> {
    let client = UnixStream::connect(path)?;
    send(&client)?;
    client.shutdown(Shutdown::Write)?;
    Ok(client)
}

fn ping_pong(path: &Path, round_trips: u64) -> io::Result<Served> {
    let client = UnixStream::connect(path)?;
    for _ in 0..round_trips {
        send(&client)?;
        expect_echo(&client)?;
    }
    client.shutdown(Shutdown::Write)?;
    expect_end(&client)?;
    Ok(Served {
        connections: 1,
        bytes: round_trips * MESSAGE as u64,
    })
}

fn stream(path: &Path, mebibytes: u64) -> io::Result<Served> {
    let mut client = UnixStream::connect(path)?;
    let chunk = vec![b'x'; CHUNK];
    for _ in 0..mebibytes * CHUNKS {
        client.write_all(&chunk)?;
    }
    client.shutdown(Shutdown::Write)?;
    let mut received = [0; 8];
    client.read_exact(&mut received)?;
    expect_end(&client)?;
    Ok(Served {
        connections: 1,
        bytes: u64::from_le_bytes(received),
    })
}

fn send(mut client: &UnixStream) -> io::Result<()> {
    client.write_all(&[b'x'; MESSAGE])
}

fn expect_echo(mut client: &UnixStream) -> io::Result<()> {
    let mut answer = [0; MESSAGE];
    client.read_exact(&mut answer)?;
    if answer == [b'x'; MESSAGE] {
        Ok(())
    } else {
        Err(io::Error::other("the echo is not what was sent"))
    }
}

fn expect_end(mut client: &UnixStream) -> io::Result<()> {
    match client.read(&mut [0])? {
        0 => Ok(()),
        _ => Err(io::Error::other("the server sends more than the echo")),
    }
}
