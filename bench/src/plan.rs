//! What is measured: runtimes, workloads, subjects, and the order of a round.

use std::fmt;
use std::path::PathBuf;

use clap::ValueEnum;

/// How many bytes a client sends at a time, except in a stream.
pub(crate) const MESSAGE: usize = 64;
/// How many bytes are written, and read, at a time in a stream.
pub(crate) const CHUNK: usize = 64 * 1024;
/// How many chunks are a MiB.
const CHUNKS_PER_MEBIBYTE: u64 = 16;
/// In how many rounds connections are held at most: a batch of that takes longer than any other.
const HELD_ROUNDS: u32 = 5;

/// Below what the servers run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Runtime {
    /// One thread that blocks.
    Std,
    /// tokio's current-thread runtime.
    #[value(name = "tokio-1")]
    Tokio1,
    /// tokio's multi-thread runtime with two workers; the server is a task on them.
    #[value(name = "tokio-2")]
    Tokio2,
    /// async-io's `block_on`, which is smol's.
    Smol,
}

/// What the clients do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Workload {
    /// A request and its answer, one client after the other.
    OneClient,
    /// A request and its answer, by two clients at the same time.
    TwoClients,
    /// A request a millisecond after connecting, and its answer, by twenty clients at the same time.
    Late,
    /// Echo and close, with all clients in the queue before the server begins.
    Burst,
    /// Messages back and forth on one connection.
    PingPong,
    /// Much data to the server on one connection.
    Stream,
    /// A request and its answer, one client after the other, while many others are connected.
    Held,
}

/// Who accepts the connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// The listener of the runtime.
    Bare,
    /// The crate that is measured.
    Anteroom,
    /// The same as `Bare` once more: what differs between the two is noise.
    #[value(name = "bare again")]
    BareAgain,
    /// The crate `interprocess`.
    Interprocess,
}

/// How much is done in a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) connections: u64,
    pub(crate) round_trips: u64,
    pub(crate) mebibytes: u64,
    pub(crate) held: u64,
}

/// What one server does for its clients, once.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) runtime: Runtime,
    pub(crate) subject: Subject,
    pub(crate) workload: Workload,
    /// How many connections, messages or MiB, as the workload says.
    pub(crate) units: u64,
    /// How many connections are live and idle meanwhile.
    pub(crate) held: u64,
    /// Where to listen.
    pub(crate) path: PathBuf,
}

impl Runtime {
    pub(crate) const ALL: [Self; 4] = [Self::Std, Self::Tokio1, Self::Tokio2, Self::Smol];

    pub(crate) const fn subjects(self) -> &'static [Subject] {
        use Subject::{Anteroom, Bare, BareAgain, Interprocess};
        match self {
            Self::Std | Self::Tokio1 | Self::Tokio2 => &[Bare, Anteroom, BareAgain, Interprocess],
            Self::Smol => &[Bare, Anteroom, BareAgain],
        }
    }

    /// Returns whether the clients of this workload can be served: by one thread only one at a time.
    pub(crate) const fn can_serve(self, workload: Workload) -> bool {
        !matches!(
            (self, workload),
            (Self::Std, Workload::Late | Workload::Held)
        )
    }

    /// Returns the subjects in the order in which they have their turn in a round.
    ///
    /// After as many rounds as there are subjects each had every place, and then they go the other
    /// way round: whatever a batch leaves behind meets all alike.
    pub(crate) fn order(self, round: u32) -> Vec<Subject> {
        let mut order = self.subjects().to_vec();
        let length = u32::try_from(order.len()).expect("there are few subjects");
        order.rotate_left((round % length) as usize);
        if (round / length) % 2 == 1 {
            order.reverse();
        }
        order
    }
}

impl Workload {
    pub(crate) const ALL: [Self; 7] = [
        Self::OneClient,
        Self::TwoClients,
        Self::Late,
        Self::Burst,
        Self::PingPong,
        Self::Stream,
        Self::Held,
    ];

    pub(crate) const fn units(self, sizes: Sizes) -> u64 {
        match self {
            Self::OneClient | Self::TwoClients | Self::Late | Self::Burst | Self::Held => {
                sizes.connections
            }
            Self::PingPong => sizes.round_trips,
            Self::Stream => sizes.mebibytes,
        }
    }

    /// Returns how many connections are live and idle meanwhile.
    pub(crate) const fn held(self, sizes: Sizes) -> u64 {
        match self {
            Self::Held => sizes.held,
            _ => 0,
        }
    }

    /// Returns how many of so many rounds it takes part in, which are the first ones.
    pub(crate) fn rounds(self, rounds: u32) -> u32 {
        match self {
            Self::Held => rounds.min(HELD_ROUNDS),
            _ => rounds,
        }
    }

    /// Returns what is counted: one of them, and many.
    pub(crate) const fn unit(self) -> (&'static str, &'static str) {
        match self {
            Self::OneClient | Self::TwoClients | Self::Late | Self::Burst | Self::Held => {
                ("connection", "connections")
            }
            Self::PingPong => ("round trip", "round trips"),
            Self::Stream => ("MiB", "MiB"),
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::OneClient => "accept + answer + close, one client after the other",
            Self::TwoClients => "accept + answer + close, two clients at the same time",
            Self::Late => {
                "accept + answer + close, twenty clients that write 1 ms after connecting"
            }
            Self::Burst => "accept + echo + close, all clients queued before the server begins",
            Self::PingPong => "64 bytes back and forth on one connection",
            Self::Stream => "64 KiB at a time from the client to the server",
            Self::Held => "connect + answer, one client after the other, while others are held",
        }
    }

    /// Returns whether the clients are not to do anything while the server works.
    pub(crate) const fn clients_keep_quiet(self) -> bool {
        matches!(self, Self::Burst)
    }
}

impl Batch {
    /// Returns how many connections there will be.
    pub(crate) const fn connections(&self) -> u64 {
        match self.workload {
            Workload::PingPong | Workload::Stream => 1,
            _ => self.units + self.held,
        }
    }

    /// Returns how many bytes the server will read.
    pub(crate) const fn bytes(&self) -> u64 {
        match self.workload {
            Workload::Stream => self.units * CHUNKS_PER_MEBIBYTE * CHUNK as u64,
            _ => (self.units + self.held) * MESSAGE as u64,
        }
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&name(self))
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&name(self))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&name(self))
    }
}

impl fmt::Display for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}", self.runtime, self.workload, self.subject)
    }
}

/// Returns what a value is called on the command line.
fn name(value: &impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_has_every_place_equally_often() {
        for runtime in Runtime::ALL {
            let subjects = runtime.subjects();
            let length = subjects.len();
            for subject in subjects {
                for place in 0..length {
                    let rounds = 0..2 * length as u32;
                    let times = rounds.filter(|round| runtime.order(*round)[place] == *subject);
                    assert_eq!(times.count(), 2, "{runtime} {subject} at {place}");
                }
            }
        }
    }

    #[test]
    fn every_subject_is_before_the_bare_one_as_often_as_after_it() {
        let position = |order: &[Subject], subject| order.iter().position(|one| *one == subject);
        for runtime in Runtime::ALL {
            let subjects = runtime.subjects();
            for subject in &subjects[1..] {
                let rounds = 0..2 * subjects.len() as u32;
                let orders = rounds.map(|round| runtime.order(round));
                let before = orders
                    .filter(|order| position(order, *subject) < position(order, Subject::Bare));
                assert_eq!(before.count(), subjects.len(), "{runtime} {subject}");
            }
        }
    }

    #[test]
    fn connections_are_held_in_the_first_rounds_alone() {
        assert_eq!(Workload::Held.rounds(HELD_ROUNDS + 1), HELD_ROUNDS);
        assert_eq!(Workload::Held.rounds(2), 2);
        assert_eq!(Workload::Burst.rounds(HELD_ROUNDS + 1), HELD_ROUNDS + 1);
    }

    #[test]
    fn a_stream_is_counted_in_mebibytes() {
        let batch = Batch {
            runtime: Runtime::Std,
            subject: Subject::Bare,
            workload: Workload::Stream,
            units: 3,
            held: 0,
            path: PathBuf::new(),
        };
        assert_eq!((batch.connections(), batch.bytes()), (1, 3 << 20));
    }
}
