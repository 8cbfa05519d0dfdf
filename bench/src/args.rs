use std::path::PathBuf;

use clap::Parser;

use crate::plan::{Runtime, Sizes, Subject, Workload};

/// Measures anteroom against bare listeners and the crate interprocess, and prints a table.
#[derive(Debug, Parser)]
#[command(about)]
pub(crate) struct Args {
    /// How often everything is measured; `held` five times at most.
    #[arg(long, value_name = "N", default_value_t = 41, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// How many connections are made in each batch of those workloads.
    #[arg(long, value_name = "N", default_value_t = 4000, value_parser = clap::value_parser!(u64).range(2..))]
    connections: u64,
    /// How many messages go back and forth in each batch of ping-pong.
    #[arg(long, value_name = "N", default_value_t = 8000, value_parser = clap::value_parser!(u64).range(1..))]
    round_trips: u64,
    /// How many MiB go to the server in each batch of stream.
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = clap::value_parser!(u64).range(1..))]
    mebibytes: u64,
    /// How many connections are live and idle in each batch of held.
    #[arg(long, value_name = "N", default_value_t = 9000, value_parser = clap::value_parser!(u64).range(1..))]
    held: u64,
    /// Measures only this runtime; may be given several times.
    #[arg(long, value_name = "RUNTIME")]
    only: Vec<Runtime>,
    /// Measures only this workload; may be given several times.
    #[arg(long, value_name = "WORKLOAD")]
    workload: Vec<Workload>,
    /// Two rounds of small batches, to see that all of it works. The figures mean nothing.
    #[arg(long, conflicts_with_all = ["rounds", "connections", "round_trips", "mebibytes", "held", "write"])]
    pub(crate) quick: bool,
    /// Writes every single measurement to this file, as CSV.
    #[arg(long, value_name = "FILE")]
    pub(crate) samples: Option<PathBuf>,
    /// Writes the tables into this file, too, between its markers.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true,
        default_missing_value = concat!(env!("CARGO_MANIFEST_DIR"), "/RESULTS.md"))]
    pub(crate) write: Option<PathBuf>,
    /// The process of the clients, which the program starts.
    #[arg(long, hide = true)]
    pub(crate) clients: bool,
    /// The process of a server for one batch of this subject, which the program starts.
    #[arg(long, hide = true)]
    pub(crate) alone: Option<Subject>,
}

impl Args {
    pub(crate) const fn rounds(&self) -> u32 {
        if self.quick { 2 } else { self.rounds }
    }

    pub(crate) const fn sizes(&self) -> Sizes {
        if self.quick {
            return Sizes {
                connections: 200,
                round_trips: 200,
                mebibytes: 4,
                held: 200,
            };
        }
        Sizes {
            connections: self.connections,
            round_trips: self.round_trips,
            mebibytes: self.mebibytes,
            held: self.held,
        }
    }

    pub(crate) fn runtimes(&self) -> Vec<Runtime> {
        chosen(&Runtime::ALL, &self.only)
    }

    pub(crate) fn workloads(&self) -> Vec<Workload> {
        chosen(&Workload::ALL, &self.workload)
    }
}

/// Returns those of `all` that were chosen, in their order; none chosen means all.
fn chosen<T: Copy + PartialEq>(all: &[T], chosen: &[T]) -> Vec<T> {
    let is_chosen = |one: &T| chosen.is_empty() || chosen.contains(one);
    all.iter().copied().filter(is_chosen).collect()
}
