//! What is found out while connections are held, and the table of it.

use std::fmt;
use std::time::Duration;

use crate::plan::{Runtime, Subject, Workload};
use crate::sample::Sample;
use crate::statistics::{Spread, paired_ratios, quantile};
use crate::table::aligned;

/// Which part of the new clients has its answer within each latency.
const PARTS: [f64; 3] = [0.5, 0.99, 0.999];

/// The latencies of clients while others are held, or zero without held clients.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held {
    /// How many are held.
    pub(crate) connections: u64,
    /// By how many bytes each has made the process of the server grow.
    memory: u64,
    /// Nanoseconds from connecting to the answer, for each part of the new clients.
    latencies: [u64; PARTS.len()],
}

impl Held {
    /// Returns what follows from the growth of the process and the latencies of new clients.
    pub(crate) fn new(connections: u64, growth: u64, latencies: &[Duration]) -> Self {
        let mut sorted: Vec<f64> = latencies.iter().map(Duration::as_secs_f64).collect();
        sorted.sort_by(f64::total_cmp);
        Self {
            connections,
            memory: growth / connections,
            latencies: PARTS.map(|part| (quantile(&sorted, part) * 1e9) as u64),
        }
    }

    /// Returns what was displayed.
    pub(crate) const fn from_numbers([connections, memory, latencies @ ..]: [u64; 5]) -> Self {
        Self {
            connections,
            memory,
            latencies,
        }
    }

    /// Returns the figures of the table: KiB, and then microseconds.
    fn figures(&self) -> [f64; 1 + PARTS.len()] {
        let [p50, p99, p999] = self.latencies.map(|nanoseconds| nanoseconds as f64 / 1e3);
        [self.memory as f64 / 1024.0, p50, p99, p999]
    }
}

/// All numbers, with blanks between them.
impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99, p999] = self.latencies;
        let Self {
            connections,
            memory,
            ..
        } = self;
        write!(f, "{connections} {memory} {p50} {p99} {p999}")
    }
}

/// Returns the table: a row for each runtime and subject that was measured.
pub(crate) fn table(runtimes: &[Runtime], samples: &[Sample]) -> String {
    let mut rows = vec![
        [
            "runtime",
            "subject",
            "KiB each",
            "/bare",
            "p50 µs",
            "/bare",
            "p99 µs",
            "/bare",
            "p99.9 µs",
            "/bare",
        ]
        .map(str::to_owned),
    ];
    for runtime in runtimes
        .iter()
        .filter(|runtime| runtime.can_serve(Workload::Held))
    {
        let of = |subject| figures_of(*runtime, subject, samples);
        let bare = of(Subject::Bare);
        for subject in runtime.subjects() {
            let figures = of(*subject);
            let mut row: [String; 10] = Default::default();
            row[0] = runtime.to_string();
            row[1] = subject.to_string();
            for (column, (mine, bare)) in figures.iter().zip(&bare).enumerate() {
                let cells = &mut row[2 + 2 * column..];
                let decimals = if column == 0 { 2 } else { 0 };
                cells[0] = format!("{:.decimals$}", Spread::of(mine).median);
                if *subject != Subject::Bare {
                    cells[1] = format!("{:.2}", Spread::of(&paired_ratios(mine, bare)).median);
                }
            }
            rows.push(row);
        }
    }
    aligned(&rows, |column| column < 2)
}

/// Returns each figure of a subject, round by round.
fn figures_of(runtime: Runtime, subject: Subject, samples: &[Sample]) -> [Vec<f64>; 4] {
    let mine = samples.iter().filter(|sample| {
        (sample.runtime, sample.workload, sample.subject) == (runtime, Workload::Held, subject)
    });
    let figures: Vec<_> = mine.map(|sample| sample.held.figures()).collect();
    std::array::from_fn(|column| figures.iter().map(|figures| figures[column]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::Cost;
    use crate::sample::Served;

    fn sample(round: u32, subject: Subject, held: [u64; 5]) -> Sample {
        Sample {
            round,
            runtime: Runtime::Smol,
            workload: Workload::Held,
            subject,
            units: 4000,
            served: Served::default(),
            cost: Cost {
                wall: Duration::ZERO,
                cpu: Duration::ZERO,
            },
            held: Held::from_numbers(held),
        }
    }

    #[test]
    fn a_table_has_the_medians_and_those_of_the_ratios_within_each_round() {
        let bare = [9000, 1024, 50_000, 100_000, 400_000];
        let samples: Vec<Sample> = [1, 2]
            .into_iter()
            .flat_map(|round| {
                // The machine was half as fast in the second round.
                let slower = |[held, memory, latencies @ ..]: [u64; 5]| {
                    let [p50, p99, p999] = latencies.map(|latency| latency * u64::from(round));
                    [held, memory, p50, p99, p999]
                };
                [
                    sample(round, Subject::Bare, slower(bare)),
                    sample(
                        round,
                        Subject::Anteroom,
                        slower([9000, 512, 40_000, 100_000, 600_000]),
                    ),
                    sample(round, Subject::BareAgain, slower(bare)),
                ]
            })
            .collect();
        let expected = "\
| runtime | subject    | KiB each | /bare | p50 µs | /bare | p99 µs | /bare | p99.9 µs | /bare |
|---------|------------|---------:|------:|-------:|------:|-------:|------:|---------:|------:|
| smol    | bare       |     1.00 |       |     75 |       |    150 |       |      600 |       |
| smol    | anteroom   |     0.50 |  0.50 |     60 |  0.80 |    150 |  1.00 |      900 |  1.50 |
| smol    | bare again |     1.00 |  1.00 |     75 |  1.00 |    150 |  1.00 |      600 |  1.00 |
";
        assert_eq!(table(&[Runtime::Smol], &samples), expected);
    }

    #[test]
    fn growth_is_shared_and_latencies_are_sorted() {
        let latencies: Vec<Duration> = (0..=1000).rev().map(Duration::from_micros).collect();
        let held = Held::new(100, 51_200, &latencies);
        assert_eq!(held.to_string(), "100 512 500000 990000 999000");
    }
}
