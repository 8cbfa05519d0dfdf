//! What comes out of a batch.

use std::error::Error;
use std::fmt::Write as _;
use std::iter::Sum;
use std::ops::Add;

use crate::held::Held;
use crate::meter::Cost;
use crate::plan::{Batch, MESSAGE, Runtime, Subject, Workload};

/// An error, which ends the program.
pub(crate) type Trouble = Box<dyn Error + Send + Sync>;

/// What was served, as the server counts it, or as the clients do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Served {
    pub(crate) connections: u64,
    /// How many bytes the server has read.
    pub(crate) bytes: u64,
}

/// What a server has done, by its own count, and what it took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) served: Served,
    pub(crate) cost: Cost,
}

/// What one batch came to, and where it belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) round: u32,
    pub(crate) runtime: Runtime,
    pub(crate) workload: Workload,
    pub(crate) subject: Subject,
    pub(crate) units: u64,
    pub(crate) served: Served,
    pub(crate) cost: Cost,
    pub(crate) held: Held,
}

impl Served {
    /// One connection with one message.
    pub(crate) const fn message() -> Self {
        Self {
            connections: 1,
            bytes: MESSAGE as u64,
        }
    }

    /// Says whether this is what the batch was to be.
    pub(crate) fn check(self, who: &str, batch: &Batch) -> Result<(), Trouble> {
        let expected = Self {
            connections: batch.connections(),
            bytes: batch.bytes(),
        };
        if self == expected {
            return Ok(());
        }
        Err(format!("{who} counted {self:?} where it was to be {expected:?}").into())
    }
}

impl Add for Served {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            connections: self.connections + other.connections,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl Sum for Served {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

impl Sample {
    /// Returns the sample of a batch that was served completely.
    pub(crate) fn new(round: u32, batch: &Batch, measured: Measured, held: Held) -> Self {
        Self {
            round,
            runtime: batch.runtime,
            workload: batch.workload,
            subject: batch.subject,
            units: batch.units,
            served: measured.served,
            cost: measured.cost,
            held,
        }
    }

    /// Returns how many were served in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.units as f64 / self.cost.wall.as_secs_f64()
    }

    /// Returns how many microseconds of CPU time the server used for each.
    pub(crate) fn cpu(&self) -> f64 {
        self.cost.cpu.as_secs_f64() * 1e6 / self.units as f64
    }
}

/// Returns the numbers in a line, if there are so many and nothing else.
pub(crate) fn numbers<const N: usize>(line: &str) -> Option<[u64; N]> {
    let numbers = line.split_ascii_whitespace().map(str::parse);
    let numbers: Vec<u64> = numbers.collect::<Result<_, _>>().ok()?;
    numbers.try_into().ok()
}

/// Returns all samples as a table for other programs.
pub(crate) fn csv(samples: &[Sample]) -> String {
    let mut text = "round,runtime,workload,subject,units,connections,bytes,wall_ns,server_cpu_ns,\
         held,held_bytes_each,p50_ns,p99_ns,p999_ns\n"
        .to_owned();
    for sample in samples {
        let Sample {
            round,
            runtime,
            workload,
            subject,
            units,
            served,
            cost,
            held,
        } = sample;
        let Served { connections, bytes } = served;
        let (wall, cpu) = (cost.wall.as_nanos(), cost.cpu.as_nanos());
        let held = held.to_string().replace(' ', ",");
        writeln!(
            text,
            "{round},{runtime},{workload},{subject},{units},{connections},{bytes},{wall},{cpu},{held}"
        )
        .expect("writing to a string does not fail");
    }
    text
}
